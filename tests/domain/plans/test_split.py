"""Money under a plan covers fees, interest and principal as the instalments say that it meets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.instalments import schedule_of
from domain.model.money import Money
from domain.model.plan import PlanTerms
from domain.model.repayment import PlanPayment
from domain.model.rules import Component
from domain.plans.split import split
from domain.plans.standing import course_of

FIRST = date(2026, 6, 15)


def money(amount: str | int) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


INSTALMENTS = schedule_of(
    PlanTerms(
        balance=money(600),
        count=6,
        nominal_percent=Decimal(12),
        fees=money(12),
        unit=money(1),
        signed_on=date(2026, 6, 2),
        first_on=FIRST,
    )
).instalments
"""Of 103 and 2 of fees, the first bears 6 of interest."""
ALL = {Component.FEE: money(100), Component.INTEREST: money(100), Component.PRINCIPAL: money(600)}


def paid(*amounts: str):
    return [PlanPayment(value_on=FIRST, amount=money(amount)) for amount in amounts]


def parts(amount: str, *before: str, owed=ALL) -> tuple[Decimal, Decimal, Decimal]:
    without, with_it = (course_of(INSTALMENTS, paid(*those)).on(date.max) for those in (before, (*before, amount)))
    found = split(money(amount), owed, INSTALMENTS, without, with_it)
    return tuple(found[name].amount for name in (Component.FEE, Component.INTEREST, Component.PRINCIPAL))


@pytest.mark.parametrize(
    ("amount", "before", "expected"),
    [
        ("105", (), (2, 6, 97)),
        ("1", (), (1, 0, 0)),
        ("5", (), (2, 3, 0)),
        ("100", ("5",), (0, 3, 97)),
    ],
)
def test_each_instalment_covers_its_fees_then_its_interest_then_principal(amount, before, expected) -> None:
    assert parts(amount, *before) == expected


def test_no_component_is_covered_beyond_what_is_owed_of_it() -> None:
    owed = {**ALL, Component.FEE: money(0), Component.INTEREST: money(4)}
    assert parts("105", owed=owed) == (0, 4, 101)


def test_what_exceeds_everything_is_a_credit_of_principal() -> None:
    assert parts("900", owed=ALL) == (100, 100, 700)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=6))
def test_the_parts_add_up_to_the_payment(amounts) -> None:
    *before, last = [str(amount) for amount in amounts]
    assert sum(parts(last, *before)) == Decimal(last)
