"""A plan for what is past due: current minimum payments go on beside it."""

from __future__ import annotations

from datetime import date

import pytest

from domain.model.case import Outcome, Stage
from domain.model.repayment import MinimumDue, PlanCovers, PlanStatus
from tests.domain.case.planned import (
    FIRST,
    SIGNED,
    TERMS,
    agree,
    status,
    under_rules,
    with_a_plan,
)


@pytest.fixture
def world(new_world):
    return with_a_plan(new_world)


@pytest.fixture
def arrears(world, new_money):
    world.minimums = (MinimumDue(due_on=date(2026, 6, 25), amount=new_money(30)),)
    world.ring(SIGNED, agree("plan-2", covers=PlanCovers.ARREARS, instalments=2, replaces="plan-1"), clock="15:00")
    world.ring(SIGNED, clock="16:00")
    return world


def test_missing_a_current_minimum_payment_breaks_a_plan_for_the_arrears(arrears) -> None:
    arrears.repay(FIRST, 100)
    arrears.ring(FIRST)
    assert arrears.case.next.what == "waits for the 30.00 EUR due on 2026-06-25"
    arrears.end_of(date(2026, 6, 30))
    assert (status(arrears), arrears.reminded[-1].planned.no) == (PlanStatus.MISSED, 0)
    arrears.end_of(date(2026, 7, 9))
    assert status(arrears) is PlanStatus.BROKEN


def test_a_completed_plan_for_the_arrears_closes_the_case_when_nothing_else_is_past_due(arrears) -> None:
    arrears.repay(FIRST, 230)
    arrears.pay(FIRST, d20260525="200")
    arrears.ring(FIRST)
    assert (status(arrears), arrears.case.closure.outcome) == (PlanStatus.COMPLETED, Outcome.PLAN_COMPLETED)


def test_while_something_else_is_past_due_the_ladder_goes_on_after_it(arrears) -> None:
    arrears.owe(date(2026, 6, 10), 40)
    arrears.repay(FIRST, 230)
    arrears.ring(FIRST)
    assert (status(arrears), arrears.case.stage, arrears.case.closure) == (PlanStatus.COMPLETED, Stage.REMINDING, None)


def test_what_may_be_missed_alone_waits_for_nothing_more(new_world) -> None:
    made = new_world({"first": 5}, not_yet_due="0")
    made.strategy = made.strategy.model_copy(update={"plans": TERMS})
    made.rules = under_rules(made.rules, broken_by={"missed_instalments": 2, "grace_days": 3, "cure_days": 7})
    made.owe(date(2026, 5, 25), 200)
    made.open(date(2026, 6, 1))
    made.ring(SIGNED, agree(instalments=1))
    made.ring(SIGNED, clock="13:00")
    made.end_of(date(2026, 7, 20))
    assert status(made) is PlanStatus.PERFORMING
    assert made.case.next.what == "waits for the 200.00 EUR due on 2026-06-15"
