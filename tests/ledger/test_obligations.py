"""Obligations: what is unmet on a day, as known at an instant."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import meetings, obligations

APRIL, MAY, JUNE, JULY = (date(2005, month, 20) for month in (4, 5, 6, 7))
FIRST_LATE = date(2005, 6, 21)


def clear(book, due_on: date, value_on: date, entry_reference: str | None = None) -> bool:
    at = datetime(value_on.year, value_on.month, value_on.day, tzinfo=UTC) - timedelta(hours=8)
    return meetings.clear_by_status(
        book.conn, "a1", due_on, value_on=value_on, recorded_at=at, entry_reference=entry_reference
    )


def last_met_by_payment(book, day: date) -> bool:
    return obligations.last_met_by_payment(book.conn, "a1", day, datetime(2006, 1, 1, tzinfo=UTC))


def test_an_obligation_is_past_due_from_the_day_after_its_due_date(book) -> None:
    book.oblige(JUNE)
    assert book.unmet(JUNE) == {}
    assert book.unmet(FIRST_LATE) == {JUNE: Decimal(1000)}


def test_the_oldest_comes_first_and_a_minimum_of_nothing_never(book) -> None:
    for due_on, amount in ((JUNE, 300), (APRIL, 100), (MAY, 0)):
        book.oblige(due_on, amount)
    assert list(book.unmet(FIRST_LATE).items()) == [(APRIL, Decimal(100)), (JUNE, Decimal(300))]


def test_an_obligation_that_was_not_recorded_yet_is_not_seen(book) -> None:
    book.oblige(JUNE, statement_on=date(2005, 5, 31))
    assert book.unmet(FIRST_LATE, datetime(2005, 5, 30, tzinfo=UTC)) == {}


def test_the_banks_status_meets_the_whole_and_says_so_once(book) -> None:
    book.oblige(JUNE)
    assert clear(book, JUNE, date(2005, 6, 26))
    assert not clear(book, JUNE, date(2005, 6, 27))
    assert book.unmet(date(2005, 6, 25)) == {JUNE: Decimal(1000)}
    assert book.unmet(date(2005, 6, 26)) == {}


def test_an_allocation_leaves_the_remainder_past_due(book) -> None:
    book.oblige(MAY, 1000)
    book.oblige(JUNE, 500)
    book.pay("p-1", date(2005, 6, 26), {MAY: 1000, JUNE: 200})
    assert book.unmet(date(2005, 6, 27)) == {JUNE: Decimal(300)}


def test_the_same_allocation_again_changes_nothing(book) -> None:
    book.oblige(JUNE)
    for _ in range(2):
        book.pay("p-1", date(2005, 6, 26), {JUNE: 400})
    assert book.unmet(date(2005, 6, 27)) == {JUNE: Decimal(600)}


def test_a_payment_recorded_later_counts_from_its_value_date_for_those_who_know(book) -> None:
    book.oblige(JUNE)
    known_at = datetime(2005, 7, 1, 9, tzinfo=UTC)
    book.pay("p-1", JUNE, {JUNE: 1000}, recorded_at=known_at)
    assert book.unmet(FIRST_LATE, known_at - timedelta(microseconds=1)) == {JUNE: Decimal(1000)}
    assert book.unmet(FIRST_LATE, known_at) == {}


def test_a_payment_can_meet_what_is_billed_and_not_due_yet(book) -> None:
    book.oblige(MAY, 100, statement_on=date(2005, 4, 30))
    book.oblige(JUNE, 200, statement_on=date(2005, 5, 31))
    book.oblige(JULY, 300, statement_on=date(2005, 6, 30))
    day = date(2005, 6, 10)
    billed = obligations.billed_unmet(book.conn, "a1", day, datetime(2005, 7, 10, tzinfo=UTC))
    assert [obligation.due_on for obligation in billed] == [MAY, JUNE]
    assert list(book.unmet(day)) == [MAY]


def test_an_account_that_never_met_anything_was_not_cleared_by_status(book) -> None:
    assert last_met_by_payment(book, JULY)


@pytest.mark.parametrize(("entry_reference", "by_payment"), [(None, False), ("p-1", True)])
def test_the_obligation_met_last_tells_payment_from_status(book, entry_reference, by_payment) -> None:
    book.oblige(MAY)
    book.oblige(JUNE)
    book.pay("p-0", date(2005, 5, 26), {MAY: 1000})
    clear(book, JUNE, date(2005, 6, 26), entry_reference)
    assert last_met_by_payment(book, date(2005, 6, 25))
    assert last_met_by_payment(book, date(2005, 6, 26)) is by_payment


def test_of_two_met_on_one_day_the_one_stored_last_counts(book) -> None:
    book.oblige(MAY)
    book.oblige(JUNE)
    clear(book, MAY, date(2005, 6, 26))
    book.pay("p-1", date(2005, 6, 26), {JUNE: 1000})
    assert last_met_by_payment(book, date(2005, 6, 26))


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=st.lists(
        st.tuples(st.sampled_from([APRIL, MAY, JUNE]), st.integers(1, 30), st.integers(-900, 900)), max_size=9
    ),
    cleared=st.dictionaries(st.sampled_from([APRIL, MAY, JUNE]), st.integers(1, 30), max_size=3),
    day=st.integers(1, 30),
)
def test_unmet_is_the_minimum_less_what_met_it_unless_the_bank_says_met(book, parts, cleared, day) -> None:
    nested = book.conn.begin_nested()
    for due_on in (APRIL, MAY, JUNE):
        book.oblige(due_on, 1000)
    for number, (due_on, value, amount) in enumerate(parts):
        book.pay(f"p-{number}", date(2005, 7, value), {due_on: amount})
    for due_on, value in cleared.items():
        clear(book, due_on, date(2005, 7, value))
    met = {due: sum(a for d, v, a in parts if d == due and v <= day) for due in (APRIL, MAY, JUNE)}
    owed = {due: 1000 - amount for due, amount in met.items() if cleared.get(due, 99) > day}
    seen = book.unmet(date(2005, 7, day), datetime(2005, 8, 1, tzinfo=UTC))
    assert seen == {due: Decimal(amount) for due, amount in owed.items() if amount > 0}
    nested.rollback()
