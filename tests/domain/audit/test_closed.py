"""Emergency stops and old feeds, worked out anew for the instant of the contact."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.audit.closed import Closing, stale, stopped
from domain.audit.told import FeedTold, KeptStop
from domain.model.contact import Actor, ContactAsk, Purpose
from domain.model.stops import StopKind
from domain.model.strategy import Channel
from tests.domain.audit.sealing import TEN, at

NO_TIME, FIVE_MINUTES = timedelta(), timedelta(minutes=5)
AGENCY = {"actor": Actor.AGENCY, "collector": "north"}


def ask(**more):
    return ContactAsk(channel=Channel.SMS, at=TEN, **more)


def rules(w, question, kind, value="", set_after=-60, released_after=None, leeway=NO_TIME):
    released_at = None if released_after is None else at(released_after)
    closing = Closing(stops=(KeptStop("s1", kind, value, at(set_after), released_at),), strategy="cards")
    return [found.rule for found in stopped(question, (w.pack(),), closing, leeway)]


@pytest.mark.parametrize(
    ("kind", "value", "more", "closes"),
    [
        ("all", "", AGENCY, True),
        ("bank", "", {}, True),
        ("bank", "", AGENCY, False),
        ("rules", "cn", {}, True),
        ("rules", "eu", {}, False),
        ("channel", "sms", {}, True),
        ("channel", "call", {}, False),
        ("agency", "north", AGENCY, True),
        ("agency", "south", AGENCY, False),
        ("agency", "bank", {}, False),
        ("strategy", "cards", {}, True),
        ("strategy", "other", {}, False),
    ],
)
def test_a_stop_closes_what_it_names(w, kind, value, more, closes):
    assert rules(w, ask(**more), StopKind(kind), value) == (["gate.stopped"] if closes else [])


@pytest.mark.parametrize(
    ("set_after", "released_after", "leeway", "closes"),
    [
        (0, None, NO_TIME, True),
        (1, None, FIVE_MINUTES, False),
        (-9, 1, NO_TIME, True),
        (-9, 0, NO_TIME, False),
        (-9, 6, FIVE_MINUTES, True),
        (-9, 5, FIVE_MINUTES, False),
    ],
)
def test_a_stop_holds_from_its_instant_until_its_release(w, set_after, released_after, leeway, closes):
    assert bool(rules(w, ask(), StopKind.ALL, "", set_after, released_after, leeway)) is closes


def test_every_stop_that_held_is_named(w):
    stops = (KeptStop("s1", StopKind.ALL, "", TEN), KeptStop("s2", StopKind.CHANNEL, "sms", TEN))
    (found,) = stopped(ask(), (w.pack(),), Closing(stops), NO_TIME)
    assert found.why == "an emergency stop was in force: s1 (all), s2 (channel sms)"


@pytest.mark.parametrize(
    ("told", "is_stale"),
    [
        ([], False),
        ([(-60, -60)], False),
        ([(-61, -60)], True),
        ([(-61, -60), (-60, 5)], False),
        ([(-61, -60), (-60, 6)], True),
        ([(-61, 6)], False),
        ([(-1, -1), (-90, 0)], False),
    ],
)
def test_a_feed_is_old_by_what_was_known_of_it(told, is_stale):
    feed = tuple(FeedTold(at=at(known), until=at(until)) for until, known in told)
    closing = Closing(feed=feed, fresh_within=timedelta(hours=1))
    assert [found.rule for found in stale(ask(), closing)] == (["gate.stale"] if is_stale else [])
    assert list(stale(ask(purpose=Purpose.SERVICE_NOTICE), closing)) == []
