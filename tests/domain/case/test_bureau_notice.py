"""The notice before a report: who gets one, on which channel, and what becomes of those that do not leave."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.model.blocker import Blocker
from domain.model.bureau import TellBureau
from domain.model.contact import FactKind, PastFact
from domain.model.events import NoticeNotSent
from domain.model.facts import MessageState, Reach, World
from domain.model.strategy import Channel
from tests.domain.case.reporting import DUE, REPORTED, WARNED, commands, reporting_world, tasks, told, warnings


@pytest.fixture
def world(new_world):
    return reporting_world(new_world)


@pytest.mark.parametrize("state", [MessageState.FAILED, MessageState.REFUSED])
def test_three_notices_that_do_not_leave_are_a_task_and_no_report(world, state) -> None:
    for attempt in (1, 2, 3):
        world.fates[f"a1/1/bureau-notice/1/{DUE}/{attempt}"] = state
    world.end_of(WARNED)
    for days in range(1, 5):
        world.ring(WARNED + timedelta(days=days))
    world.end_of(REPORTED + timedelta(days=20))
    assert [each.attempt for each in warnings(world)] == [1, 2, 3]
    assert len({each.as_of.date() for each in warnings(world)}) == 3, "one a day"
    assert (told(world), set(tasks(world))) == ([], {"bureau_notice"})


def test_after_one_that_failed_another_channel_is_taken_and_its_days_count(world) -> None:
    world.fates[f"a1/1/bureau-notice/1/{DUE}/1"] = MessageState.FAILED
    world.end_of(WARNED)
    world.ring(WARNED)
    world.end_of(REPORTED + timedelta(days=1))
    assert [each.channel for each in warnings(world)] == [Channel.LETTER, Channel.EMAIL]
    assert [each.as_of.date() for each in commands(world, TellBureau)] == [REPORTED + timedelta(days=1)]


def test_who_cannot_be_written_to_is_not_reported(world) -> None:
    world.about["reach"] = (Reach(address="c-9", channel=Channel.SMS),)
    world.end_of(REPORTED + timedelta(days=5))
    assert (warnings(world), told(world), set(tasks(world))) == ([], [], {"bureau_notice"})


def test_one_whose_fate_nobody_knows_waits_for_a_person(world) -> None:
    key = f"a1/1/bureau-notice/1/{DUE}/1"
    world.fates[key] = MessageState.UNKNOWN
    world.end_of(REPORTED + timedelta(days=5))
    assert (len(warnings(world)), told(world)) == (1, [])
    world.warned = [each.model_copy(update={"state": MessageState.SENT}) for each in world.warned]
    world.ring(REPORTED + timedelta(days=6))
    assert told(world) == [("negative", "past_due")]


def test_one_that_is_on_its_way_is_asked_for_under_the_same_key(world) -> None:
    world.fates[f"a1/1/bureau-notice/1/{DUE}/1"] = MessageState.SENDING
    world.end_of(WARNED)
    world.ring(WARNED + timedelta(days=1))
    assert {each.key for each in warnings(world)} == {f"a1/1/bureau-notice/1/{DUE}/1"}


@pytest.mark.parametrize(
    ("blocker", "retry", "clock"), [(Blocker.CONTACT_WINDOW, "14:00", "14:00"), (Blocker.PAID, None, "09:30")]
)
def test_what_keeps_it_back_is_not_asked_for_again_in_the_same_step(world, blocker, retry, clock) -> None:
    key = f"a1/1/bureau-notice/1/{DUE}/1"
    world.sleep_until(world.instant(WARNED, "09:30"))
    world.warned = []
    event = NoticeNotSent(
        key=key, step="bureau-notice", blocker=blocker, retry_at=world.instant(WARNED, retry) if retry else None
    )
    step = world.step(world.instant(WARNED, "09:31"), event)
    assert step.commands == ()
    day = WARNED if retry else WARNED + timedelta(days=1)
    assert step.case.wake_at == world.instant(day, clock)
    world.sleep_until(world.instant(day, clock))
    assert len(warnings(world)) == 2


def test_a_hold_that_lets_no_notice_of_the_law_pass_keeps_it_back(world) -> None:
    (pack,) = world.rules.packs
    closed = pack.holds[0].model_copy(update={"allows": ()})
    world.rules = world.rules.model_copy(update={"packs": (pack.model_copy(update={"holds": (closed,)}),)})
    world.said = (PastFact(world.instant(DUE), FactKind.HOLD, name="cease"),)
    world.end_of(REPORTED)
    assert (warnings(world), told(world)) == ([], [])


def test_a_history_that_ends_before_wakes_nobody_for_it(new_world) -> None:
    world = reporting_world(new_world)
    world.history = World(ends_on=WARNED - timedelta(days=1))
    world.ring(DUE + timedelta(days=3))
    world.end_of(REPORTED)
    assert (warnings(world), world.case.wake_at) == ([], None)
