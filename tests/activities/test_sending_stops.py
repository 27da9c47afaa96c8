"""An emergency stop or an old feed closes every message; the same one leaves when it is over."""

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError

from domain.model.blocker import Blocker
from domain.model.errors import InputError
from domain.model.facts import MessageState
from domain.model.stops import StopKind
from ledger import stops, watermarks
from ledger.stops import Stop
from ledger.watermarks import LEDGER_FEED
from tests.activities.sending import KEY, LATER, SENT, WorldOf, blocker_of, scripted, send, stop_of
from tests.activities.world import (
    DECIDED_AT,
    RULES,
    World,
    raising,
)


def set_stop(world: World, kind: StopKind, value: str = "") -> None:
    with world.ledger.write() as conn:
        stops.set_stop(conn, Stop("halt", kind, value, DECIDED_AT, "ann", "incident"))


CLOSING = [
    (StopKind.ALL, ""),
    (StopKind.BANK, ""),
    (StopKind.RULES, "xx.test"),
    (StopKind.CHANNEL, "file"),
    (StopKind.STRATEGY, "test"),
]


@pytest.mark.parametrize(("kind", "value"), CLOSING)
def test_a_stop_closes_until_a_second_person_opens_and_the_same_message_leaves(
    world: World, kind: StopKind, value: str
) -> None:
    set_stop(world, kind, value)
    stopped = stop_of(send(world))
    assert (stopped.blocker, stopped.retry_at) == (Blocker.STOPPED, None)
    assert world.files() == []
    assert world.message_states() == {}
    ((audited, body),) = world.audit()
    assert (audited, body["refused_by"]) == ("notice_deferred", ["stop.halt"])
    with world.ledger.write() as conn, pytest.raises(InputError, match="a second person"):
        stops.release(conn, "halt", LATER, "ann")
    with world.ledger.write() as conn:
        stops.release(conn, "halt", LATER, "bob")
    world.now = LATER
    assert send(world) == SENT
    assert world.message_states() == {KEY: MessageState.SENT}
    assert world.tasks() == ()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (StopKind.CHANNEL, "sms"),
        (StopKind.RULES, "xx.other"),
        (StopKind.STRATEGY, "other"),
        (StopKind.AGENCY, "bank"),
    ],
)
def test_a_stop_of_something_else_stops_nothing_here(world: World, kind: StopKind, value: str) -> None:
    set_stop(world, kind, value)
    assert send(world) == SENT


def test_a_stop_of_a_base_pack_closes_every_pack_that_stands_on_it(place: WorldOf) -> None:
    base = RULES.packs[0].model_copy(update={"pack": RULES.packs[0].pack.model_copy(update={"id": "xx"})})
    world = place(rules=RULES.model_copy(update={"packs": (base, *RULES.packs)}))
    set_stop(world, StopKind.RULES, "xx")
    assert blocker_of(send(world)) is Blocker.STOPPED


def test_a_stop_after_a_crash_uses_the_key_up_and_the_contact_counts_no_more(world: World) -> None:
    with pytest.raises(ApplicationError):
        send(world, scripted(world, before=raising(RuntimeError())))
    set_stop(world, StopKind.ALL)
    assert blocker_of(send(world)) is Blocker.STOPPED
    assert world.message_states() == {KEY: MessageState.REFUSED}
    contact = world.contact()
    assert contact is not None
    assert contact.cancelled_at == DECIDED_AT


@pytest.mark.parametrize(
    ("feed", "age", "blocker"),
    [
        (LEDGER_FEED, timedelta(hours=24), None),
        (LEDGER_FEED, timedelta(hours=24, seconds=1), Blocker.STALE),
        ("other", timedelta(days=9), None),
    ],
    ids=["fresh", "stale", "another-feed"],
)
def test_a_message_waits_while_the_feed_is_older_than_the_strategy_allows(
    world: World, feed: str, age: timedelta, blocker: Blocker | None
) -> None:
    with world.ledger.write() as conn:
        watermarks.advance(conn, feed, DECIDED_AT - age, DECIDED_AT)
    assert blocker_of(send(world)) is blocker
    assert world.message_states() == ({} if blocker else {KEY: MessageState.SENT})


def test_a_feed_that_catches_up_lets_the_same_message_leave(world: World) -> None:
    with world.ledger.write() as conn:
        watermarks.advance(conn, LEDGER_FEED, DECIDED_AT - timedelta(days=2), DECIDED_AT)
    assert stop_of(send(world)).retry_at is None
    assert world.audit_kinds() == ["notice_deferred"]
    with world.ledger.write() as conn:
        watermarks.advance(conn, LEDGER_FEED, DECIDED_AT, DECIDED_AT)
    assert send(world) == SENT
