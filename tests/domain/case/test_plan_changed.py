"""A plan is changed: payment holiday, early end, a new version; what was agreed before stays in the ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from domain.model.adjustments import AdjustmentKind
from domain.model.case import Outcome
from domain.model.entries import HoldPerson, KeepPlan, KeepPlanStep
from domain.model.plan import Rhythm
from domain.model.plan_requests import EndPlan, MovePlan, SettlePlan
from domain.model.repayment import PlanCovers, PlanStatus
from tests.domain.case.planned import FIRST, SECOND, SIGNED, TERMS, agree, under_rules


@pytest.fixture
def world(new_world):
    """Six instalments of 100 are agreed for all that is owed."""
    made = new_world({"first": 5, "second": 40}, not_yet_due="400")
    made.strategy = made.strategy.model_copy(update={"plans": TERMS})
    made.rules = under_rules(made.rules)
    made.owe(date(2026, 5, 25), 200)
    made.open(date(2026, 6, 1))
    made.ring(SIGNED, agree(instalments=6))
    made.ring(SIGNED, clock="13:00")
    return made


def answer(world):
    return world.steps[-1].answers[-1]


def move(message_id="move-1", plan_id="plan-1", **more) -> MovePlan:
    return MovePlan(id=message_id, plan_id=plan_id, by="op-1", **more)


def kept(step) -> KeepPlan:
    return next(entry for entry in step.entries if isinstance(entry, KeepPlan))


def test_a_payment_holiday_moves_the_next_instalment_and_the_later_ones_with_it(world) -> None:
    world.repay(FIRST, 100)
    world.ring(FIRST)
    step = world.ring(date(2026, 7, 1), move())
    assert answer(world).text == (
        "the next instalment of the plan plan-1 is due on 2026-08-15, and the later ones move with it"
    )
    moved = kept(step)
    assert [each.due_on.month for each in moved.instalments] == [8, 9, 10, 11, 12]
    assert {each.amount for each in moved.instalments} == {moved.instalments[0].amount}
    assert (moved.plan.version, moved.plan.no, moved.plan.moves, moved.plan.total.amount) == (2, 1, 1, Decimal(500))
    asked = [each.kind for command in step.commands for each in command.adjustments]
    assert asked == [AdjustmentKind.RESCHEDULE, AdjustmentKind.RATE]
    assert not [entry for entry in step.entries if isinstance(entry, HoldPerson)]
    world.ring(date(2026, 7, 1), clock="13:00")
    assert world.case.plan.status is PlanStatus.PERFORMING
    world.end_of(date(2026, 8, 10))
    assert world.case.plan.status is PlanStatus.PERFORMING


def test_what_was_paid_of_an_instalment_is_not_asked_for_again_after_a_holiday(world) -> None:
    world.repay(date(2026, 6, 5), 30)
    step = world.ring(date(2026, 6, 5), move(periods=2))
    first = kept(step).instalments[0]
    assert (first.due_on, first.amount.amount, first.principal.amount) == (date(2026, 8, 15), Decimal(70), Decimal(70))


def test_interest_and_fees_are_the_first_of_an_instalment_that_are_paid(new_world, new_money) -> None:
    made = new_world({"first": 5}, not_yet_due="1000")
    made.strategy = made.strategy.model_copy(update={"plans": TERMS})
    made.owe(date(2026, 5, 25), 200)
    made.open(date(2026, 6, 1))
    made.ring(SIGNED, agree(instalments=6, rate=Decimal(12), fees=new_money(12)))
    made.ring(SIGNED, clock="13:00")
    whole = made.instalments[0]
    assert (whole.interest.amount, whole.fees.amount) == (Decimal(12), Decimal(2))
    made.repay(date(2026, 6, 5), 5)
    first = kept(made.ring(date(2026, 6, 5), move())).instalments[0]
    assert (first.fees.amount, first.interest.amount) == (Decimal(0), Decimal(9))
    assert first.principal == whole.principal
    assert first.amount == first.principal + first.interest


@pytest.mark.parametrize(
    ("rhythm", "first_on", "moved_to"),
    [
        (Rhythm.FORTNIGHT, FIRST, date(2026, 6, 29)),
        (Rhythm.QUARTER, FIRST, date(2026, 9, 15)),
        (Rhythm.MONTH, date(2026, 6, 30), date(2026, 7, 30)),
    ],
)
def test_a_holiday_is_one_of_the_plans_own_periods(world, rhythm, first_on, moved_to) -> None:
    again = agree("plan-2", instalments=6, rhythm=rhythm, first_on=first_on, replaces="plan-1")
    world.ring(SIGNED, again, clock="14:00")
    world.ring(SIGNED, clock="15:00")
    step = world.ring(date(2026, 6, 3), move(plan_id="plan-2"))
    assert kept(step).instalments[0].due_on == moved_to


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (move(plan_id="plan-0"), "no plan plan-0 runs on this case"),
        (SettlePlan(id="s-1", plan_id="plan-0", on=SECOND), "no plan plan-0 runs on this case"),
        (SettlePlan(id="s-1", plan_id="plan-1", on=date(2026, 6, 2)), "2026-06-02 lies before today (2026-06-03)"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_the_reason(world, asked, why) -> None:
    world.ring(date(2026, 6, 3), asked)
    assert (answer(world).accepted, answer(world).text) == (False, why)


def test_as_many_holidays_as_the_strategy_grants(world) -> None:
    world.ring(date(2026, 6, 3), move())
    world.ring(date(2026, 6, 3), clock="13:00")
    world.ring(date(2026, 6, 3), move("move-2"), clock="14:00")
    assert answer(world).text == "1 payment holidays were granted, as many as the strategy allows"


def test_without_its_section_a_strategy_grants_none(world) -> None:
    world.strategy = world.strategy.model_copy(update={"plans": None})
    world.ring(date(2026, 6, 3), move())
    assert answer(world).text == "0 payment holidays were granted, as many as the strategy allows"


def test_a_plan_with_a_miss_is_made_good_before_it_is_changed(world) -> None:
    world.end_of(date(2026, 6, 19))
    world.ring(date(2026, 6, 20), move())
    assert answer(world).text == "the plan plan-1 is missed: only one that performs has a payment holiday"
    world.ring(date(2026, 6, 20), SettlePlan(id="s-1", plan_id="plan-1", on=SECOND), clock="13:00")
    assert answer(world).text == "the plan plan-1 is missed: only one that performs is settled early"


def test_a_miss_that_no_step_has_seen_yet_counts_too(world) -> None:
    world.end_of(date(2026, 6, 18))
    world.step(world.instant(date(2026, 6, 19), "00:30"), move())
    assert answer(world).text == "the plan plan-1 is missed: only one that performs has a payment holiday"


def test_a_plan_that_is_agreed_in_the_same_breath_is_not_changed_yet(world) -> None:
    both = (agree("plan-2", instalments=10, first_on=SECOND, replaces="plan-1"), move(plan_id="plan-2"))
    step = world.step(world.instant(date(2026, 6, 3)), *both)
    assert step.answers[1].text == "the plan plan-2 is agreed: only one that performs has a payment holiday"


def test_a_holiday_never_takes_a_plan_beyond_the_rules(world, new_rules) -> None:
    world.rules = under_rules(new_rules(), max_term_months=6)
    world.ring(date(2026, 6, 3), move())
    assert answer(world).text.startswith("at most 6 months from signing, until 2026-12-02; the last instalment is due")


# --- the early end


def settle(on: date, message_id: str = "s-1") -> SettlePlan:
    return SettlePlan(id=message_id, plan_id="plan-1", on=on, by="op-2")


def test_the_amount_that_ends_a_plan_is_told_and_ends_it_when_it_is_paid(world) -> None:
    world.repay(FIRST, 100)
    world.ring(FIRST)
    step = world.ring(date(2026, 6, 20), settle(date(2026, 6, 30)))
    assert answer(world).text == ("500.00 EUR paid by 2026-06-30 ends the plan plan-1, what is due until then included")
    entry = next(entry for entry in step.entries if isinstance(entry, KeepPlanStep))
    assert (entry.early_end.on, entry.early_end.paid_in_all.amount, entry.by) == (date(2026, 6, 30), 600, "op-2")
    world.repay(date(2026, 6, 30), 500)
    world.ring(date(2026, 6, 30))
    assert (world.case.plan.status, world.case.closure.outcome) == (PlanStatus.COMPLETED, Outcome.PLAN_COMPLETED)


def test_with_interest_less_than_all_instalments_ends_it(new_world) -> None:
    made = new_world({"first": 5}, not_yet_due="1000")
    made.strategy = made.strategy.model_copy(update={"plans": TERMS})
    made.owe(date(2026, 5, 25), 200)
    made.open(date(2026, 6, 1))
    made.ring(SIGNED, agree(instalments=6, rate=Decimal(12)))
    made.ring(SIGNED, clock="13:00")
    made.ring(date(2026, 6, 3), settle(FIRST))
    due = made.case.plan.early_end.paid_in_all
    assert Decimal(1200) < due.amount < made.case.plan.total.amount
    made.not_yet_due = "1100"  # the card system has charged the interest
    made.repay(FIRST, due.amount - Decimal("0.01"))
    made.ring(FIRST)
    assert made.case.plan.status is PlanStatus.PERFORMING
    made.repay(FIRST, Decimal("0.01"))
    made.ring(FIRST, clock="13:00")
    assert made.case.plan.status is PlanStatus.COMPLETED


def test_an_early_end_that_nobody_paid_changes_nothing(world) -> None:
    world.ring(date(2026, 6, 3), settle(date(2026, 6, 5)))
    world.end_of(date(2026, 6, 10))
    assert world.case.plan.status is PlanStatus.PERFORMING


def test_a_plan_for_the_arrears_has_no_early_end(world) -> None:
    world.ring(SIGNED, agree("plan-2", covers=PlanCovers.ARREARS, instalments=2, replaces="plan-1"), clock="14:00")
    world.ring(SIGNED, clock="15:00")
    world.ring(date(2026, 6, 3), SettlePlan(id="s-1", plan_id="plan-2", on=SECOND))
    assert answer(world).text == "the plan plan-2 is about the arrears: pay its instalments early instead"


# --- a new version


def test_a_new_version_takes_the_place_of_the_one_that_runs(world) -> None:
    world.repay(FIRST, 100)
    world.ring(FIRST)
    step = world.ring(date(2026, 6, 20), agree("plan-2", instalments=10, first_on=SECOND, replaces="plan-1"))
    new = kept(step)
    assert (new.plan.no, new.plan.version, new.plan.first_signed_on, new.plan.total.amount) == (1, 2, SIGNED, 500)
    assert (step.case.plans_agreed, step.case.plan.status) == (1, PlanStatus.AGREED)
    world.ring(date(2026, 6, 20), clock="13:00")
    assert world.case.plan.status is PlanStatus.PERFORMING
    world.ring(date(2026, 6, 21), EndPlan(id="end-1", plan_id="plan-2"))
    assert world.case.plan.status is PlanStatus.CANCELLED


def test_the_term_counts_from_the_first_signing(world) -> None:
    world.ring(date(2026, 6, 10), agree("plan-2", instalments=61, first_on=FIRST, replaces="plan-1"))
    assert answer(world).text.startswith("at most 60 months from signing, until 2031-06-02")


def test_a_new_version_for_the_arrears_repays_what_is_open_of_the_one_before(world) -> None:
    world.ring(SIGNED, agree("plan-2", covers=PlanCovers.ARREARS, instalments=2, replaces="plan-1"), clock="14:00")
    world.ring(SIGNED, clock="15:00")
    world.repay(date(2026, 6, 5), 60)
    world.ring(date(2026, 6, 5))
    world.ring(
        date(2026, 6, 6), agree("plan-3", covers=PlanCovers.ARREARS, instalments=2, replaces="plan-2", first_on=SECOND)
    )
    assert answer(world).text.startswith("2 instalments of 70.00 EUR")
    assert (world.case.plan.version, world.case.plan.no) == (3, 1)


def test_from_the_balance_to_the_arrears_when_nothing_is_past_due_any_more(world) -> None:
    world.pay(date(2026, 6, 5), d20260525="200")
    world.ring(date(2026, 6, 5))
    world.ring(date(2026, 6, 6), agree("plan-2", covers=PlanCovers.ARREARS, instalments=2, replaces="plan-1"))
    assert answer(world).text.startswith("2 instalments of 200.00 EUR")
