"""Taking an entry back: exactly, once, and never before its value date."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from domain.model.errors import InputError
from ledger import entries, meetings
from ledger.entries import EntryKind
from ledger.reversals import reverse

MAY, JUNE, JULY = (date(2005, month, 20) for month in (5, 6, 7))
PAID_ON, RETURNED_ON = date(2005, 6, 26), date(2005, 6, 29)
RETURNED_AT = datetime(2005, 6, 29, 4, tzinfo=UTC)


@pytest.fixture
def paid(book):
    """Two obligations, one paid wholly and one in part."""
    book.oblige(MAY, 1000)
    book.oblige(JUNE, 500)
    book.pay("p-1", PAID_ON, {MAY: 1000, JUNE: 200})
    return book


def take_back(book, by: str = "r-1", value_on: date = RETURNED_ON) -> bool:
    return reverse(book.conn, "p-1", by=by, value_on=value_on, recorded_at=RETURNED_AT)


def test_a_returned_payment_reopens_the_arrears_exactly(paid) -> None:
    assert take_back(paid)
    assert paid.unmet(date(2005, 6, 28)) == {JUNE: Decimal(300)}
    assert paid.unmet(JULY) == {MAY: Decimal(1000), JUNE: Decimal(500)}
    assert entries.balance(paid.conn, "a1", RETURNED_ON, RETURNED_AT) == paid.money(1500)


def test_what_was_known_before_the_return_can_still_be_read(paid) -> None:
    take_back(paid, value_on=PAID_ON)
    before = datetime(2005, 6, 28, tzinfo=UTC)
    assert paid.unmet(date(2005, 6, 28), before) == {JUNE: Decimal(300)}
    assert paid.unmet(date(2005, 6, 28), RETURNED_AT) == {MAY: Decimal(1000), JUNE: Decimal(500)}


def test_the_reversal_is_a_row_that_names_what_it_takes_back(paid) -> None:
    take_back(paid)
    row = entries.find(paid.conn, "r-1")
    assert row is not None
    assert (row.kind, row.reverses, row.total_minor) == (EntryKind.REVERSAL, "p-1", 120_000)
    assert [part.amount_minor for part in meetings.allocated_by(paid.conn, "a1", "r-1")] == [-100_000, -20_000]


def test_taking_back_twice_under_one_reference_has_one_effect(paid) -> None:
    assert take_back(paid)
    assert not take_back(paid)
    assert paid.unmet(JULY) == {MAY: Decimal(1000), JUNE: Decimal(500)}


def test_an_entry_is_taken_back_once_whatever_the_reference(paid) -> None:
    take_back(paid)
    with pytest.raises(InputError, match="entry p-1 was taken back before, by another reference than r-2"):
        take_back(paid, by="r-2")


def test_what_was_never_posted_cannot_be_taken_back(paid) -> None:
    with pytest.raises(InputError, match="no entry p-9 in the ledger"):
        reverse(paid.conn, "p-9", by="r-1", value_on=RETURNED_ON, recorded_at=RETURNED_AT)


def test_an_entry_cannot_be_taken_back_before_its_value_date(paid) -> None:
    with pytest.raises(InputError, match="entry p-1 has value date 2005-06-26"):
        take_back(paid, value_on=date(2005, 6, 25))


def test_taking_back_an_imported_payment_leaves_the_banks_status_as_it_is(book) -> None:
    book.oblige(JUNE)
    book.post("p-1", PAID_ON, -1000)
    at = datetime(2005, 6, 26, tzinfo=UTC)
    meetings.clear_by_status(book.conn, "a1", JUNE, value_on=PAID_ON, recorded_at=at, entry_reference="p-1")
    take_back(book)
    assert book.unmet(JULY) == {}
    assert entries.balance(book.conn, "a1", JULY, RETURNED_AT) == book.money(1000)
