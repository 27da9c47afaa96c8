"""An emergency stop and a feed that is too old: nothing leaves, nothing is judged, and the page says why."""

from datetime import date, timedelta

import pytest

from domain.model.contact import Actor, ContactAsk, Purpose
from domain.model.events import LedgerChanged, Withdraw
from domain.model.stops import StopInForce, StopKind
from domain.model.strategy import Channel
from domain.stopping import against

FIRST = date(2024, 5, 25)


def a_stop(kind, value=""):
    return StopInForce(stop_id="s-1", kind=kind, value=value)


@pytest.mark.parametrize(
    ("stop", "closes_the_bank", "closes_the_agency"),
    [
        (a_stop(StopKind.ALL), True, True),
        (a_stop(StopKind.BANK), True, False),
        (a_stop(StopKind.RULES, "cn"), True, True),
        (a_stop(StopKind.RULES, "uk"), False, False),
        (a_stop(StopKind.CHANNEL, "call"), True, True),
        (a_stop(StopKind.CHANNEL, "sms"), False, False),
        (a_stop(StopKind.AGENCY, "a-7"), False, True),
        (a_stop(StopKind.AGENCY, "a-8"), False, False),
        (a_stop(StopKind.STRATEGY, "test"), True, True),
        (a_stop(StopKind.STRATEGY, "other"), False, False),
    ],
)
def test_a_stop_closes_what_it_names_whoever_makes_the_contact(world, stop, closes_the_bank, closes_the_agency):
    at = world.instant(FIRST)
    bank = ContactAsk(channel=Channel.CALL, at=at)
    agency = ContactAsk(channel=Channel.CALL, at=at, actor=Actor.AGENCY, collector="a-7")
    closed = [against(ask, (stop,), None, world.strategy, world.rules) is not None for ask in (bank, agency)]
    assert closed == [closes_the_bank, closes_the_agency]


def test_an_old_feed_stops_what_collects_and_nothing_else(world):
    at, day = world.instant(FIRST), timedelta(hours=24)
    collect = ContactAsk(channel=Channel.SMS, at=at)
    confirm = ContactAsk(channel=Channel.SMS, at=at, purpose=Purpose.CONFIRM_OPT_OUT)
    older = at - day - timedelta(seconds=1)
    assert against(collect, (), at - day, world.strategy, world.rules) is None
    assert against(collect, (), older, world.strategy, world.rules).blocker == "stale"
    assert against(confirm, (), older, world.strategy, world.rules) is None


def test_a_stopped_notice_waits_says_why_and_leaves_when_the_stop_is_released(world):
    world.about["stops"] = (a_stop(StopKind.BANK),)
    step = world.open(FIRST)
    assert (step.commands, step.case.next.what) == ((), "waits until contact goes on")
    assert "stop.s-1" in step.case.next.why
    assert step.case.wake_at == world.instant(FIRST + timedelta(days=1))
    world.about["stops"] = ()
    assert [c.step for c in world.ring(FIRST, clock="12:00").commands] == ["first"]


def test_a_stop_says_nothing_of_a_notice_that_is_not_due_yet(world):
    world.about["stops"] = (a_stop(StopKind.ALL),)
    assert world.open(date(2024, 5, 22)).case.wake_at == world.instant(FIRST)


def test_nothing_is_judged_by_a_feed_that_is_too_old(world):
    world.open(date(2024, 5, 22))
    world.pay(date(2024, 5, 23), d20240520="100")
    world.about["fresh_until"] = world.instant(date(2024, 5, 21))
    waiting = world.ring(date(2024, 5, 24)).case
    assert (waiting.closure, waiting.next.what) == (None, "waits for the bank's data")
    assert "complete until 2024-05-21 at 09:30" in waiting.next.why
    assert waiting.wake_at == world.instant(date(2024, 5, 25))
    world.about["fresh_until"] = world.instant(date(2024, 5, 25))
    assert world.ring(date(2024, 5, 25)).case.closure.outcome == "cured"


def test_a_person_may_withdraw_a_case_whatever_the_feed_is_like(world):
    world.open(date(2024, 5, 22))
    world.about["fresh_until"] = world.instant(date(2024, 5, 1))
    assert world.ring(date(2024, 5, 24), Withdraw(id="w-1")).case.closure.outcome == "withdrawn"


def test_when_the_feed_is_fresh_again_the_notice_that_was_due_leaves(world):
    world.about["fresh_until"] = world.instant(date(2024, 5, 1))
    assert world.open(FIRST).commands == ()
    world.about["fresh_until"] = world.instant(FIRST)
    assert len(world.ring(FIRST, LedgerChanged(), clock="12:00").commands) == 1
