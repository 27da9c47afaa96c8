"""What can be paid on one account, beside the plans that run on the person's others: never more than there is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.affordability import share_out
from domain.model.ability import Share
from domain.model.money import Money
from domain.model.plan import Rhythm
from domain.model.repayment import PlanCovers, RunningPlan
from domain.offers.shares import affordable_on, in_a_month, spoken_for, taken_by


def money(amount: str | int, currency: str = "TWD") -> Money:
    return Money(amount=Decimal(amount), currency=currency)


def plan(account_id: str, largest: Money, **more: object) -> RunningPlan:
    said = {"covers": PlanCovers.BALANCE, "rhythm": Rhythm.MONTH, **more}
    return RunningPlan(account_id=account_id, plan_id=f"plan-{account_id}", largest=largest, **said)


SHARES = tuple(
    Share(account_id=name, balance=money(balance), monthly=money(monthly))
    for name, balance, monthly in (("a1", 30_000, 300), ("a2", 20_000, 200), ("a3", 10_000, 100))
)


@pytest.mark.parametrize(
    ("running", "expected"),
    [
        ((), {"a1": 300, "a2": 200, "a3": 100}),
        ((plan("a1", money(300)),), {"a2": 200, "a3": 100}),
        ((plan("a1", money(450)),), {"a2": 100, "a3": 50}),
        ((plan("a1", money(600)),), {"a2": 0, "a3": 0}),
        ((plan("a1", money(700)),), {"a2": 0, "a3": 0}),
        ((plan("a1", money(0)),), {"a2": 400, "a3": 200}),
        ((plan("a1", money(0), covers=PlanCovers.ARREARS),), {"a2": 200, "a3": 100}),
        ((plan("a1", money(450), covers=PlanCovers.ARREARS),), {"a2": 100, "a3": 50}),
        ((plan("a1", money(150), rhythm=Rhythm.FORTNIGHT),), {"a2": "183.33", "a3": "91.67"}),
        ((plan("a1", money(100)), plan("a3", money(140))), {"a2": 360}),
        ((plan("newer", money(300)),), {"a1": 150, "a2": 100, "a3": 50}),
        ((plan("a1", money(450, "USD")),), {"a2": 200, "a3": 100}),
    ],
    ids=[
        "no plan",
        "its share",
        "more",
        "all",
        "more than all",
        "nothing",
        "arrears, less",
        "arrears, more",
        "by the fortnight",
        "two",
        "unknown to the report",
        "another currency",
    ],
)
def test_what_the_accounts_without_a_plan_get_beside_those_that_run(running, expected) -> None:
    found = {name: affordable_on(name, SHARES, running) for name in expected}
    assert found == {name: money(amount) for name, amount in expected.items()}


def test_a_plan_that_is_replaced_takes_nothing_from_its_own_account() -> None:
    two = (plan("a1", money(100)), plan("a3", money(140)))
    assert affordable_on("a1", SHARES, two) == money("276"), "460 are left, for 30,000 of 50,000"
    assert affordable_on("a3", SHARES, two) == money("166.67"), "500 are left, for 10,000 of 30,000"


def test_of_an_account_that_the_report_does_not_know_nothing_is_known() -> None:
    assert affordable_on("newer", SHARES, ()) is None


@pytest.mark.parametrize(
    ("rhythm", "monthly"), [(Rhythm.MONTH, "100.00"), (Rhythm.FORTNIGHT, "216.67"), (Rhythm.QUARTER, "33.34")]
)
def test_what_an_instalment_comes_to_in_a_month_is_rounded_up(rhythm, monthly) -> None:
    assert in_a_month(money(100), rhythm) == money(monthly)


def test_what_is_spoken_for_is_told_in_one_currency() -> None:
    running = (plan("a1", money(250)), plan("a2", money(50), covers=PlanCovers.ARREARS), plan("a9", money(9, "USD")))
    assert [taken_by(each, SHARES) for each in running] == [money(250), money(200), money(9, "USD")]
    assert spoken_for(SHARES, running, "TWD") == money(450)


MINOR = st.integers(0, 10**8)
DEBTS = st.lists(st.integers(1, 10**9), min_size=1, max_size=8)
PLANS = st.dictionaries(st.integers(0, 9), st.tuples(MINOR, st.sampled_from(PlanCovers), st.sampled_from(Rhythm)))


@given(MINOR, DEBTS, st.lists(st.integers(1, 10**9), max_size=3), PLANS)
def test_what_can_be_paid_on_all_and_the_plans_together_is_what_the_report_leaves(left, here, elsewhere, plans) -> None:
    parts = share_out(left, [*here, *elsewhere])[: len(here)]
    shares = [
        Share(account_id=str(no), balance=Money.of_minor(debt, "TWD"), monthly=Money.of_minor(part, "TWD"))
        for no, (debt, part) in enumerate(zip(here, parts, strict=True))
    ]
    running = [
        plan(str(no), Money.of_minor(minor, "TWD"), covers=covers, rhythm=rhythm)
        for no, (minor, covers, rhythm) in plans.items()
    ]
    free = [share for share in shares if int(share.account_id) not in plans]
    beside = [affordable_on(share.account_id, shares, running).minor for share in free]
    remains = max(sum(parts) - spoken_for(shares, running, "TWD").minor, 0)
    assert sum(beside) == (0 if not free else min(remains, sum(share.balance.minor for share in free)))
    assert all(0 <= paid <= share.balance.minor for paid, share in zip(beside, free, strict=True))
