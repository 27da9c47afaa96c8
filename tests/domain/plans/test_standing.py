"""Where the money of a plan goes, whatever the order in which it is told."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import months_after
from domain.model.money import Money
from domain.model.plan import Instalment
from domain.model.repayment import MinimumDue, PlanPayment
from domain.plans.standing import course_of

DUE = [months_after(date(2026, 1, 10), months, 10) for months in range(6)]
NOTHING = Money.zero("TWD")


def money(amount: int) -> Money:
    return Money(amount=Decimal(amount), currency="TWD")


def instalments(*amounts: int) -> tuple[Instalment, ...]:
    return tuple(
        Instalment(due_on=DUE[place], amount=money(amount), principal=money(amount), interest=NOTHING, fees=NOTHING)
        for place, amount in enumerate(amounts)
    )


SIX = instalments(54, 54, 54, 54, 54, 55)


def paid(*parts: tuple[date, int]) -> list[PlanPayment]:
    return [PlanPayment(value_on=on, amount=money(amount)) for on, amount in parts]


def met(payments, until=date.max, lines=SIX, minimums=()) -> list[int]:
    return [int(line.met.amount) for line in course_of(lines, payments, minimums).on(until).lines]


@pytest.mark.parametrize(
    ("payments", "expected"),
    [
        ([(date(2026, 1, 10), 54)], [54, 0, 0, 0, 0, 0]),
        ([(date(2026, 1, 2), 54)], [54, 0, 0, 0, 0, 0]),  # early: it meets the next one
        ([(date(2026, 1, 2), 54), (date(2026, 1, 3), 54)], [54, 54, 0, 0, 0, 0]),
        ([(date(2026, 1, 2), 100)], [54, 0, 0, 0, 0, 46]),  # what exceeds the next one comes off the end
        ([(date(2026, 1, 2), 120)], [54, 0, 0, 0, 11, 55]),
        ([(date(2026, 2, 1), 54)], [54, 0, 0, 0, 0, 0]),  # late: what is due comes first
        ([(date(2026, 2, 10), 100)], [54, 46, 0, 0, 0, 0]),
        ([(date(2026, 2, 11), 120)], [54, 54, 12, 0, 0, 0]),
        ([(date(2026, 1, 2), 400)], [54, 54, 54, 54, 54, 55]),
    ],
)
def test_money_meets_what_is_due_then_the_next_one_then_the_end(payments, expected) -> None:
    assert met(paid(*payments)) == expected


def test_what_exceeds_the_plan_is_the_customers_credit() -> None:
    standing = course_of(SIX, paid((date(2026, 1, 2), 400))).on(date.max)
    assert (standing.credit, standing.paid, standing.is_complete, standing.next_open()) == (
        money(75),
        money(325),
        True,
        None,
    )


def test_a_later_payment_is_not_seen_before_its_day() -> None:
    course = course_of(SIX, paid((date(2026, 1, 10), 54), (date(2026, 2, 10), 54)))
    assert [int(line.met.amount) for line in course.on(date(2026, 2, 9)).lines][:2] == [54, 0]
    assert (course.is_met(1, date(2026, 2, 9)), course.is_met(1, date(2026, 2, 10))) == (False, True)
    next_open = course.on(date(2026, 2, 9)).next_open()
    assert next_open is not None
    assert (next_open.due_on, next_open.no, next_open.unpaid) == (DUE[1], 2, money(54))


def test_current_minimum_payments_stand_beside_a_plan_for_the_arrears() -> None:
    """One of a day comes before the instalment of that day; neither is paid from the end of the other."""
    minimums = [MinimumDue(due_on=date(2026, 1, 5), amount=money(20)), MinimumDue(due_on=DUE[1], amount=money(30))]
    lines = instalments(50, 50)
    assert met(paid((date(2026, 1, 4), 60)), lines=lines, minimums=minimums) == [20, 0, 0, 40]
    assert met(paid((date(2026, 1, 10), 70), (DUE[1], 60)), lines=lines, minimums=minimums) == [20, 50, 30, 30]
    standing = course_of(lines, paid((DUE[1], 500)), minimums).on(date.max)
    assert (standing.paid, standing.credit) == (money(100), money(350))


DAYS = st.integers(-30, 200).map(lambda days: DUE[0] + timedelta(days=days))
PAYMENTS = st.lists(st.tuples(DAYS, st.integers(1, 150)), max_size=10)


@given(PAYMENTS, st.randoms(use_true_random=False))
def test_the_order_in_which_payments_are_told_changes_nothing(payments, chance) -> None:
    shuffled = list(payments)
    chance.shuffle(shuffled)
    assert course_of(SIX, paid(*payments)) == course_of(SIX, paid(*shuffled))


@given(PAYMENTS, DAYS)
def test_no_money_is_lost_and_no_instalment_is_met_twice(payments, until) -> None:
    standing = course_of(SIX, paid(*payments)).on(until)
    given_until = sum(amount for on, amount in payments if on <= until)
    assert int(standing.paid.amount + standing.credit.amount) == given_until
    assert all(line.met <= line.amount for line in standing.lines)
    assert not standing.credit or standing.is_complete


@given(PAYMENTS, DAYS)
def test_nothing_to_come_is_met_while_something_is_overdue(payments, until) -> None:
    last = max((on for on, _ in payments if on <= until), default=None)
    lines = course_of(SIX, paid(*payments)).on(until).lines
    if last is not None and any(line.due_on <= last and not line.is_met for line in lines):
        ahead = course_of(SIX, paid(*((on, amount) for on, amount in payments if on < last))).on(until).lines
        assert [line.met for line in lines if line.due_on > last] == [line.met for line in ahead if line.due_on > last]
