"""What is due under a plan (ACC-28): its instalments in the place of what it moved, and back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from domain.delinquency import assess
from domain.instalments import schedule_of
from domain.model.facts import Obligation
from domain.model.money import Money
from domain.model.plan import PlanTerms
from domain.model.repayment import PlanCovers, PlanPayment
from domain.plans.rescheduling import due_under
from domain.plans.standing import course_of

SIGNED = date(2024, 2, 20)


def money(amount: str | int) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def schedule(balance: str, unit: str = "0.01"):
    terms = PlanTerms(
        balance=money(balance), count=6, fees=money(0), unit=money(unit), signed_on=SIGNED, first_on=date(2024, 3, 1)
    )
    return schedule_of(terms).instalments


def obligations(**unmet: str) -> tuple[Obligation, ...]:
    days = {"jan16": date(2024, 1, 16), "jan31": date(2024, 1, 31), "feb15": date(2024, 2, 15)}
    return tuple(Obligation(due_on=days[name], minimum=money(250), unmet=money(left)) for name, left in unmet.items())


OLD = obligations(jan16="250", jan31="250", feb15="250")


def due(old, standing, covers=PlanCovers.BALANCE):
    return [(each.due_on, each.unmet) for each in due_under(old, standing, covers, SIGNED)]


def test_old_lines_are_nothing_and_six_new_ones_stand_in_their_place() -> None:
    lines = due(OLD, course_of(schedule("750"), ()).on(SIGNED))
    assert lines == [(date(2024, month, 1), money(125)) for month in range(3, 9)]


def test_its_undo_brings_the_old_lines_back(new_rules) -> None:
    rules = new_rules(buckets=(("range_30", 1),))
    assert due(OLD, None) == [(each.due_on, money(250)) for each in OLD]
    after = assess(due_under(OLD, None, PlanCovers.BALANCE, SIGNED), money(750), SIGNED, rules)
    assert (after.oldest_due_on, after.bucket) == (date(2024, 1, 16), "range_30")


def test_a_plan_in_force_has_nothing_past_due_and_the_debt_is_as_old_as_it_was(new_rules) -> None:
    rules = new_rules()
    standing = course_of(schedule("750"), ()).on(SIGNED)
    assert assess(due_under(OLD, standing, PlanCovers.BALANCE, SIGNED), money(750), SIGNED, rules) is None
    contractual = assess(OLD, money(750), SIGNED, rules)
    assert (contractual.days_past_due, contractual.oldest_due_on) == (35, date(2024, 1, 16))


def test_instalments_are_rounded_to_the_unit_and_the_last_takes_the_rest() -> None:
    """325 over 6: 54, 54, 54, 54, 54, 55; the undo restores 75, 125, 125."""
    left = obligations(jan16="75", jan31="125", feb15="125")
    lines = due(left, course_of(schedule("325", unit="1"), ()).on(SIGNED))
    assert [int(amount.amount) for _, amount in lines] == [54, 54, 54, 54, 54, 55]
    assert [int(amount.amount) for _, amount in due(left, None)] == [75, 125, 125]


def test_what_was_paid_on_an_instalment_is_not_due() -> None:
    payments = [
        PlanPayment(value_on=date(2024, 3, 1), amount=money(125)),
        PlanPayment(value_on=date(2024, 3, 20), amount=money(25)),
    ]
    lines = due(OLD, course_of(schedule("750"), payments).on(date(2024, 3, 20)))
    assert lines[0] == (date(2024, 4, 1), money(100))
    assert len(lines) == 5


@pytest.mark.parametrize(("covers", "stays"), [(PlanCovers.ARREARS, True), (PlanCovers.BALANCE, False)])
def test_a_plan_for_the_arrears_leaves_current_minimum_payments_where_they_are(covers, stays) -> None:
    current = Obligation(due_on=date(2024, 3, 15), minimum=money(50), unmet=money(50))
    lines = due((*OLD, current), course_of(schedule("750"), ()).on(SIGNED), covers)
    assert ((date(2024, 3, 15), money(50)) in lines) is stays
    assert date(2024, 1, 16) not in [on for on, _ in lines]
