"""Entries: append-only, unique by reference, read by value date and recorded time."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from domain.model.errors import InputError
from domain.model.rules import Component
from ledger import entries
from ledger.entries import Entry, EntryKind
from ledger.tables import entries as table

MAY, JUNE, JULY = date(2005, 5, 31), date(2005, 6, 15), date(2005, 7, 15)
LATE = datetime(2005, 7, 20, 3, tzinfo=UTC)


def test_a_payment_posted_twice_counts_once(book) -> None:
    assert book.post("opening", MAY, 5000, EntryKind.OPENING)
    assert book.post("p-1", JUNE, -1200)
    assert not book.post("p-1", JUNE, -1200, recorded_at=LATE)
    assert entries.balance(book.conn, "a1", JULY, LATE) == book.money(3800)


def test_a_reference_used_for_something_else_is_refused(book) -> None:
    book.post("p-1", JUNE, -1200)
    with pytest.raises(InputError, match="reference p-1 was used for another entry of account a1"):
        book.post("p-1", JUNE, -1300)


def test_a_balance_is_read_on_two_axes_of_time(book) -> None:
    book.post("opening", MAY, 5000, EntryKind.OPENING)
    book.post("p-1", JUNE, -1200, recorded_at=LATE)
    before_it_was_known = datetime(2005, 7, 20, 2, tzinfo=UTC)
    assert entries.balance(book.conn, "a1", JULY, before_it_was_known) == book.money(5000)
    assert entries.balance(book.conn, "a1", JULY, LATE) == book.money(3800)
    assert entries.balance(book.conn, "a1", date(2005, 6, 14), LATE) == book.money(5000)
    assert entries.balance(book.conn, "a1", date(2005, 5, 30), LATE) == book.money(0)
    assert [e.reference for e in entries.visible(book.conn, "a1", JULY, before_it_was_known)] == ["opening"]


def test_what_is_owed_is_known_by_component(book) -> None:
    at = datetime(2005, 6, 15, tzinfo=UTC)
    charged = Entry("a1", "f-1", EntryKind.FEE, JUNE, at, principal_minor=100, interest_minor=20, fee_minor=3)
    entries.append(book.conn, charged)
    owed = entries.component_balances(book.conn, "a1", JUNE, at)
    assert {component: money.minor for component, money in owed.items()} == {
        Component.PRINCIPAL: 100,
        Component.INTEREST: 20,
        Component.FEE: 3,
    }
    assert entries.balance(book.conn, "a1", JUNE, at).minor == charged.total_minor
    assert entries.find(book.conn, "f-1") == charged
    assert entries.find(book.conn, "f-2") is None


def test_an_account_that_is_not_there_has_no_balance(book) -> None:
    with pytest.raises(InputError, match="no account nobody"):
        entries.balance(book.conn, "nobody", JUNE, LATE)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    legs=st.lists(st.tuples(st.integers(0, 27), st.integers(0, 27), st.integers(-(10**12), 10**12)), max_size=8),
    day=st.integers(0, 27),
    known=st.integers(0, 27),
)
def test_a_balance_is_the_sum_of_what_is_visible(book, legs, day, known) -> None:
    def at(number: int) -> datetime:
        return datetime(2005, 6, 1 + number, tzinfo=UTC)

    nested = book.conn.begin_nested()
    for number, (value, recorded, minor) in enumerate(legs):
        entry = Entry("a1", f"e{number}", EntryKind.CREDIT, at(value).date(), at(recorded), fee_minor=minor)
        assert entries.append(book.conn, replace(entry, interest_minor=7))
    visible = [minor + 7 for value, recorded, minor in legs if value <= day and recorded <= known]
    assert entries.balance(book.conn, "a1", at(day).date(), at(known)).minor == sum(visible)
    nested.rollback()


def test_kinds_are_stored_by_their_stable_values(book) -> None:
    book.post("opening", MAY, 5000, EntryKind.OPENING)
    assert book.conn.scalar(select(table.c.kind)) == "opening"
