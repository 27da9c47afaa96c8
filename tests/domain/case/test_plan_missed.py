"""An instalment is missed: it is told once, can be made good, and breaks the plan when it is not."""

from __future__ import annotations

from datetime import date

import pytest

from domain.model.case import Stage
from domain.model.entries import HoldPerson, KeepPlanStep
from domain.model.facts import MessageState
from domain.model.plan_requests import TellMiss
from domain.model.repayment import PLAN_REPAIR, PlanStatus
from domain.model.strategy import AfterBreak
from tests.domain.case.planned import (
    CURE_ENDS,
    FIRST,
    KEY,
    NOTICE_ON,
    TERMS,
    agree,
    status,
    tasks,
    told,
    with_a_plan,
)


@pytest.fixture
def world(new_world):
    return with_a_plan(new_world)


def test_a_miss_is_told_once_and_can_be_made_good(world) -> None:
    world.end_of(NOTICE_ON)
    assert told(world)[-1] == (PLAN_REPAIR, NOTICE_ON, "200.00 EUR")
    assert world.reminded[-1].key == f"{KEY}/plan-repair/2026-06-15/0/1"
    assert world.reminded[-1].planned.until == CURE_ENDS
    world.ring(date(2026, 6, 22))
    assert world.case.plan.cure_ends_on == CURE_ENDS
    assert world.case.next.what == "waits until 2026-06-26 for a missed instalment"
    world.repay(CURE_ENDS, 200)
    world.ring(CURE_ENDS)
    assert (status(world), world.case.plan.cure_ends_on) == (PlanStatus.PERFORMING, None)
    assert sum(step == PLAN_REPAIR for step, _, _ in told(world)) == 1


def test_it_is_broken_when_the_cure_period_is_over_and_the_ladder_goes_on_on_the_next_business_day(world) -> None:
    world.end_of(CURE_ENDS)
    assert status(world) is PlanStatus.MISSED
    world.end_of(date(2026, 6, 27))
    assert (status(world), world.case.stage) == (PlanStatus.BROKEN, Stage.REMINDING)
    step = next(s for s in reversed(world.steps) if any(isinstance(e, KeepPlanStep) for e in s.entries))
    assert [entry.kind for entry in step.entries] == ["keep_plan_step", "tell_person", "ask_adjustment"]
    assert world.case.plan.resumes_on == date(2026, 6, 29)
    world.end_of(date(2026, 6, 29))
    assert world.sent[-1] == (date(2026, 6, 29), "second")
    assert world.case.arrears.days_past_due == 35


def test_after_a_break_there_may_be_another_plan_with_a_hold_of_its_own(world) -> None:
    world.end_of(date(2026, 6, 27))
    step = world.ring(date(2026, 6, 28), agree("plan-2", instalments=6, first_on=date(2026, 7, 10)))
    assert (step.case.plan.no, step.case.plan.version, step.case.plans_agreed) == (2, 1, 2)
    held = [entry.fact_id for entry in step.entries if isinstance(entry, HoldPerson)]
    assert held == ["a1/1/plan_in_force/2.1"]
    world.adjusted = {key: each for key, each in world.adjusted.items() if "/plan/2/" in key}
    world.planned.clear()
    world.ring(date(2026, 6, 28), clock="13:00")
    assert status(world) is PlanStatus.PERFORMING
    world.end_of(date(2026, 7, 9))
    assert [name for _, name in world.sent] == ["first"]


@pytest.mark.parametrize(
    ("after_break", "instalments", "text"),
    [
        (AfterBreak.NONE, 6, "the plan plan-1 was broken: the strategy agrees on no other one in this episode"),
        (
            AfterBreak.LESS,
            3,
            "the plan plan-1 asked for 200.00 EUR a month and was broken: "
            "another one must ask for less, not 200.00 EUR",
        ),
        (AfterBreak.LESS, 4, None),
        (None, 3, None),
    ],
)
def test_what_may_follow_a_plan_that_was_broken(world, after_break, instalments, text) -> None:
    world.end_of(date(2026, 6, 27))
    plans = TERMS.model_copy(update={"after_break": after_break})
    world.strategy = world.strategy.model_copy(update={"plans": plans})
    asked = agree("plan-2", instalments=instalments, first_on=date(2026, 7, 10))
    answer = world.ring(date(2026, 6, 28), asked).answers[-1]
    assert (answer.accepted, text is None or answer.text == text) == (text is None, True), answer.text


def test_late_money_mends_nothing_but_money_posted_late_does(world) -> None:
    world.end_of(date(2026, 6, 27))
    world.repay(date(2026, 6, 28), 200)
    world.ring(date(2026, 6, 28))
    assert status(world) is PlanStatus.BROKEN
    world.repay(CURE_ENDS, 200, posted_on=date(2026, 6, 29))
    step = world.ring(date(2026, 6, 29), clock="08:30")
    assert (status(world), world.case.stage) == (PlanStatus.PERFORMING, Stage.PLANNING)
    held = [entry for entry in step.entries if isinstance(entry, HoldPerson)]
    assert (len(held), world.case.plan.resumes_on) == (1, None)
    assert held[0].fact_id != world.steps[1].entries[-1].fact_id


def test_a_returned_payment_reveals_a_miss_and_a_new_notice_begins_its_cure(world) -> None:
    bounced = world.repay(FIRST, 200)
    world.ring(FIRST)
    world.end_of(date(2026, 6, 23))
    bounced.taken_back_on = date(2026, 6, 24)
    world.ring(date(2026, 6, 24))
    assert status(world) is PlanStatus.MISSED
    assert told(world)[-1] == (PLAN_REPAIR, date(2026, 6, 24), "200.00 EUR")
    assert world.reminded[-1].key == f"{KEY}/plan-repair/2026-06-15/1/1"
    world.end_of(date(2026, 7, 1))
    assert status(world) is PlanStatus.MISSED
    world.end_of(date(2026, 7, 2))
    assert status(world) is PlanStatus.BROKEN


def test_what_a_return_reveals_heals_no_broken_plan(world) -> None:
    paid = world.repay(date(2026, 6, 20), 10)
    world.end_of(date(2026, 6, 27))
    assert status(world) is PlanStatus.BROKEN
    paid.taken_back_on = date(2026, 6, 28)
    world.ring(date(2026, 6, 28))
    assert status(world) is PlanStatus.BROKEN


def test_a_notice_that_did_not_leave_is_tried_on_the_next_day_and_then_by_a_person(world) -> None:
    for attempt in (1, 2, 3):
        world.fates[f"{KEY}/plan-repair/2026-06-15/0/{attempt}"] = MessageState.FAILED
    world.end_of(date(2026, 6, 22))
    repairs = [each for each in world.reminded if each.step == PLAN_REPAIR]
    assert [(each.attempt, each.as_of.date()) for each in repairs] == [
        (1, date(2026, 6, 19)),
        (2, date(2026, 6, 20)),
        (3, date(2026, 6, 21)),
    ]
    assert tasks(world) == ["repair_notice"]
    assert world.case.next.what == "waits for a person to tell the customer"
    world.end_of(date(2026, 7, 20))
    assert status(world) is PlanStatus.MISSED


def test_a_person_tells_of_the_miss_and_the_cure_period_counts_from_that_day(world) -> None:
    for attempt in (1, 2, 3):
        world.fates[f"{KEY}/plan-repair/2026-06-15/0/{attempt}"] = MessageState.FAILED
    world.end_of(date(2026, 6, 22))

    def told(message_id, on=None):
        asked = TellMiss(id=message_id, plan_id="plan-1", on=on, reference="LET-9", by="op-3")
        step = world.ring(date(2026, 6, 24), asked, clock=f"1{message_id[-1]}:00")
        return step.answers[-1].text

    assert told("t-1", date(2026, 6, 18)) == (
        "the customer would have been told on 2026-06-18: give a day from 2026-06-19 to 2026-06-24"
    )
    assert told("t-2", date(2026, 6, 23)) == "the cure period of the plan plan-1 counts from 2026-06-23"
    kept = next(entry for entry in world.steps[-1].entries if isinstance(entry, KeepPlanStep))
    assert (kept.told_on, kept.reference, kept.by) == (date(2026, 6, 23), "LET-9", "op-3")
    assert told("t-3") == "the customer was told before: it can be made good until 2026-06-30"
    world.end_of(date(2026, 6, 30))
    assert status(world) is PlanStatus.MISSED
    world.end_of(date(2026, 7, 1))
    assert status(world) is PlanStatus.BROKEN


def test_what_a_person_told_before_a_return_begins_no_cure_after_it(world) -> None:
    for attempt in (1, 2, 3):
        world.fates[f"{KEY}/plan-repair/2026-06-15/0/{attempt}"] = MessageState.FAILED
    world.end_of(date(2026, 6, 22))
    world.ring(date(2026, 6, 22), TellMiss(id="t-1", plan_id="plan-1", reference="LET-9"), clock="12:00")
    part = world.repay(date(2026, 6, 23), 10)
    world.ring(date(2026, 6, 23))
    part.taken_back_on = date(2026, 6, 24)
    world.ring(date(2026, 6, 24))
    assert (status(world), world.case.plan.cure_ends_on) == (PlanStatus.MISSED, None)


def test_of_nothing_missed_nobody_is_told(world) -> None:
    step = world.ring(date(2026, 6, 3), TellMiss(id="t-1", plan_id="plan-1", reference="LET-9"))
    assert step.answers[-1].text == "nothing is missed under the plan plan-1 that the customer could be told of"


def test_nobody_knows_whether_it_left_so_a_person_looks(world) -> None:
    world.fates[f"{KEY}/plan-repair/2026-06-15/0/1"] = MessageState.UNKNOWN
    world.end_of(date(2026, 6, 20))
    assert "repair_notice" in tasks(world)


def test_one_that_is_on_its_way_is_asked_for_under_the_same_key(world) -> None:
    world.fates[f"{KEY}/plan-repair/2026-06-15/0/1"] = MessageState.SENDING
    world.end_of(date(2026, 6, 20))
    assert {each.key for each in world.reminded if each.step == PLAN_REPAIR} == {f"{KEY}/plan-repair/2026-06-15/0/1"}
