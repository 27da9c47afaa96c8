"""What a plan asks of the card system."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from domain.model.money import Money
from domain.model.plan import PlanTerms
from domain.model.repayment import Plan, PlanCovers
from domain.plans.adjustments import adjustments_of, restoring

NOTHING = Money.zero("EUR")


def plan(covers: PlanCovers, version: int) -> Plan:
    terms = PlanTerms(
        balance=Money(amount=Decimal(600), currency="EUR"),
        count=6,
        nominal_percent=Decimal("4.5"),
        fees=NOTHING,
        unit=Money(amount=Decimal(1), currency="EUR"),
        signed_on=date(2026, 6, 1),
        first_on=date(2026, 6, 5),
    )
    at = datetime(2026, 6, 1, tzinfo=UTC)
    first = {"id": "plan-1", "no": 2, "terms": terms, "agreed_at": at, "first_signed_on": date(2026, 6, 1)}
    sums = {"total": terms.balance, "paid": NOTHING, "count": 6, "since": date(2026, 6, 1), "changes": 3}
    return Plan(**first, **sums, covers=covers, version=version)


@pytest.mark.parametrize(
    ("covers", "version", "kinds"),
    [
        (PlanCovers.BALANCE, 1, ["reschedule", "block", "rate"]),
        (PlanCovers.BALANCE, 2, ["reschedule", "rate"]),
        (PlanCovers.ARREARS, 1, ["reschedule"]),
    ],
)
def test_the_card_is_blocked_for_the_whole_balance_and_only_once(covers, version, kinds) -> None:
    asked = adjustments_of(plan(covers, version), "a1/1", "op-1")
    assert [each.kind for each in asked] == kinds
    assert [each.key for each in asked] == [f"a1/1/plan/2/{kind}/{version}" for kind in kinds]
    assert {each.made_by for each in asked} == {"op-1"}


def test_rate_and_total_are_told_with_what_they_are_about() -> None:
    reschedule, block, rate = adjustments_of(plan(PlanCovers.BALANCE, 1), "a1/1", None)
    assert (reschedule.amount, reschedule.percent) == (Money(amount=Decimal(600), currency="EUR"), None)
    assert (block.amount, block.percent, rate.amount, rate.percent) == (None, None, None, Decimal("4.5"))


def test_each_end_of_a_plan_puts_things_back_under_a_key_of_its_own() -> None:
    assert restoring(plan(PlanCovers.BALANCE, 1), "a1/1").key == "a1/1/plan/2/restore/3"
