"""Who keeps to what was agreed is given what the strategy says, once for each time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from domain.model.adjustments import AdjustmentKind, AdjustmentState, KnownAdjustment
from domain.model.case import Outcome
from domain.model.component import Component
from domain.model.concessions import KnownConcession
from domain.model.entries import AskAdjustment, KeepConcession
from domain.model.facts import PromisePaid
from domain.model.incentives import KeptPromise, Streak
from domain.model.plan_requests import MovePlan, SettlePlan
from domain.model.promise import MakePromise, PromiseState
from domain.model.repayment import Mark
from domain.model.strategy import Strategy
from tests.domain.case.bargain import TODAY, bargaining, euros, kept
from tests.domain.case.planned import FIRST, SECOND, TERMS, THIRD, agree

STREAK = Streak(id="on-time", component=Component.INTEREST, percent=50, instalments=2)
KEPT = KeptPromise(id="kept", component=Component.FEE, percent=100, at_most={"EUR": "15"})


@pytest.fixture
def world(new_world):
    """Three instalments of 200, two of which paid in time earn half of the interest; a kept promise earns fees."""
    return bargaining(new_world, incentives=(STREAK, KEPT))


def given(world) -> list[tuple[str, dict[Component, object]]]:
    return [(entry.concession.id.rpartition("/")[2], entry.concession.parts) for entry in kept(world, KeepConcession)]


def known(world) -> None:
    """The ledger has what was given, and the card system confirmed it."""
    asked = {entry.adjustment.key: entry.adjustment for entry in kept(world, AskAdjustment)}
    world.about["concessions"] = tuple(
        KnownConcession(
            concession=entry.concession,
            paid=entry.concession.needed,
            returned=euros(0),
            adjustments=(
                KnownAdjustment(adjustment=asked[f"{entry.concession.id}/waive/1"], state=AdjustmentState.CONFIRMED),
            ),
        )
        for entry in kept(world, KeepConcession)
    )


def plan(world, rate: int = 12):
    """600 at one percent a month: the first two instalments bear 6.00 and 4.02."""
    world.ring(TODAY, agree(rate=rate))
    world.ring(TODAY, clock="13:00")
    return world


def test_instalments_in_time_one_after_the_other_earn_a_rebate_once(world) -> None:
    plan(world)
    repay(world, FIRST, 1)
    world.ring(FIRST)
    assert given(world) == []
    repay(world, SECOND, 2)
    world.ring(SECOND)
    assert [instalment.interest for instalment in world.instalments[:2]] == [euros("6.00"), euros("4.02")]
    assert given(world) == [("on-time-plan-1.1-2", {Component.INTEREST: euros("5.01")})]
    (earned,) = kept(world, KeepConcession)
    assert (earned.request_id, earned.concession.needed, earned.concession.since_on) == (None, euros("408.02"), TODAY)
    assert [entry.adjustment.kind for entry in world.steps[-1].entries if isinstance(entry, AskAdjustment)] == [
        AdjustmentKind.WAIVE
    ]
    known(world)
    world.ring(SECOND, clock="14:00")
    assert len(given(world)) == 1


def test_paid_ahead_is_in_time_and_the_end_of_the_plan_earns_too(world) -> None:
    plan(world)
    repay(world, FIRST, 1, 2, 3)
    world.ring(FIRST)
    assert world.case.closure.outcome is Outcome.PLAN_COMPLETED
    assert [name for name, _ in given(world)] == ["on-time-plan-1.1-2"]


def test_what_an_early_end_saves_was_never_borne_and_earns_nothing(world) -> None:
    plan(world)
    answer = world.ring(TODAY, SettlePlan(id="s-1", plan_id="plan-1", on=FIRST), clock="14:00").answers[0]
    assert answer.accepted, answer.text
    world.repay(FIRST, world.case.plan.early_end.paid_in_all.amount)
    world.ring(FIRST)
    assert (world.case.closure.outcome, given(world)) == (Outcome.PLAN_COMPLETED, [])
    assert [row.mark for row in world.case.plan.rows] == [Mark.PAID, Mark.ENDED, Mark.ENDED]
    assert (world.case.plan.met, world.case.plan.rows[1].paid) == (1, 0)


def test_what_was_given_for_a_plan_is_not_paid_again_when_it_ends_early(world) -> None:
    plan(world)
    repay(world, FIRST, 1)
    repay(world, SECOND, 2)
    world.ring(SECOND)
    known(world)
    ends = [SettlePlan(id=f"s-{n}", plan_id="plan-1", on=SECOND) for n in (1, 2)]
    world.ring(SECOND, ends[0], clock="14:00")
    with_rebate = world.case.plan.early_end.paid_in_all
    world.about["concessions"] = ()
    world.ring(SECOND, ends[1], clock="15:00")
    assert world.case.plan.early_end.paid_in_all - with_rebate == euros("5.01")


@pytest.mark.parametrize("moved", [False, True])
def test_a_payment_holiday_asks_for_no_rebate_again(world, moved) -> None:
    world.strategy = world.strategy.model_copy(update={"plans": TERMS.model_copy(update={"most_moves": 1})})
    plan(world)
    repay(world, FIRST, 1)
    repay(world, SECOND, 2)
    world.ring(SECOND)
    known(world)
    if moved:
        world.ring(SECOND, MovePlan(id="m-1", plan_id="plan-1"), clock="13:00")
        world.deposits.clear()  # what was paid before counts for the version before
        world.not_yet_due = str(Decimal(world.not_yet_due) - Decimal("408.02"))
        world.ring(SECOND, clock="13:30")
    answer = world.ring(SECOND, SettlePlan(id="s-1", plan_id="plan-1", on=SECOND), clock="14:00").answers[0]
    assert answer.text.startswith("196.99 EUR paid by"), answer.text


def test_an_early_end_that_was_not_paid_takes_no_streak_away(world) -> None:
    plan(world)
    world.ring(TODAY, SettlePlan(id="s-1", plan_id="plan-1", on=FIRST), clock="14:00")
    repay(world, FIRST, 1)
    world.ring(FIRST)
    repay(world, SECOND, 2)
    world.ring(SECOND)
    assert [name for name, _ in given(world)] == ["on-time-plan-1.1-2"]


def test_a_miss_begins_the_streak_anew(world) -> None:
    plan(world)
    world.end_of(date(2026, 6, 22))
    repay(world, date(2026, 6, 23), 1)
    world.ring(date(2026, 6, 23))
    repay(world, SECOND, 2)
    world.ring(SECOND)
    assert given(world) == []
    repay(world, THIRD, 3)
    world.ring(THIRD)
    assert [name for name, _ in given(world)] == ["on-time-plan-1.1-3"]


def test_a_current_minimum_payment_is_no_instalment_of_the_streak(world) -> None:
    from domain.model.repayment import MinimumDue

    world.minimums = (MinimumDue(due_on=date(2026, 6, 25), amount=euros(30)),)
    world.ring(TODAY, agree(instalments=2, covers="arrears", rate=12))
    world.ring(TODAY, clock="13:00")
    repay(world, FIRST, 1, 2)
    world.repay(FIRST, 30)
    world.ring(FIRST)
    assert [name for name, _ in given(world)] == ["on-time-plan-1.1-2"]


def repay(world, on: date, *numbers: int) -> None:
    world.repay(on, sum(world.instalments[no - 1].amount.amount for no in numbers))


def promised(world, paid: int) -> None:
    world.ring(TODAY, MakePromise(id="p-1", amount=euros(100), due_on=date(2026, 6, 5)))
    world.about["promises_paid"] = (PromisePaid(promise_id="p-1", paid=euros(paid)),)


def test_a_kept_promise_earns_fees_up_to_the_bound(world) -> None:
    promised(world, 100)
    world.end_of(date(2026, 6, 8))
    assert given(world)[0] == ("kept-promise-p-1", {Component.FEE: euros(15)})
    assert world.case.promise_judged.state is PromiseState.KEPT


def test_a_promise_that_cures_the_case_earns_in_the_step_that_closes(world) -> None:
    promised(world, 100)
    world.pay(date(2026, 6, 3), d20260525="200")
    world.ring(date(2026, 6, 3))
    assert (world.case.closure.outcome, [name for name, _ in given(world)]) == (Outcome.CURED, ["kept-promise-p-1"])


def test_fees_may_be_given_for_a_streak_too_and_a_plan_without_interest_gives_none_back(new_world) -> None:
    fees = Streak(id="fees", component=Component.FEE, percent=100, instalments=2)
    world = plan(bargaining(new_world, incentives=(STREAK, fees)), rate=0)
    repay(world, FIRST, 1, 2)
    world.ring(FIRST)
    assert given(world) == [("fees-plan-1.1-2", {Component.FEE: euros(20)})]


def test_a_broken_promise_earns_nothing(world) -> None:
    promised(world, 99)
    world.end_of(date(2026, 6, 8))
    assert given(world) == []


@pytest.mark.parametrize("owed", [{}, {Component.FEE: euros(0), Component.INTEREST: euros(0)}], ids=["nothing", "zero"])
def test_of_what_is_not_owed_nothing_is_given(world, owed) -> None:
    world.about["owed"] = owed
    promised(world, 100)
    world.end_of(date(2026, 6, 8))
    assert given(world) == []


def test_a_plan_that_is_not_judged_in_this_step_earns_nothing(world) -> None:
    world.ring(TODAY, agree())
    world.repay(TODAY, 600)
    world.about["fresh_until"] = world.instant(date(2026, 5, 1))
    world.ring(FIRST)
    assert given(world) == []


def test_an_incentive_is_written_once_and_gives_no_principal() -> None:
    with pytest.raises(ValidationError, match="gives up principal"):
        Streak(id="all", component=Component.PRINCIPAL, percent=1, instalments=1)


def test_two_incentives_have_two_ids(new_strategy) -> None:
    written = new_strategy({"first": ("days", 5)}).model_dump(mode="json")
    with pytest.raises(ValidationError, match="two incentives have the same id"):
        Strategy.model_validate({**written, "incentives": [STREAK.model_dump(), STREAK.model_dump()]})
