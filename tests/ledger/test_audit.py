"""The audit: each row chained to the one before, so that a change is found."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, insert, text, update

from domain.model.errors import InputError
from ledger import audit
from ledger.tables import audit as table

AT = datetime(2005, 6, 21, 1, tzinfo=UTC)


@pytest.fixture
def chain(book) -> str:
    """A case with five rows of audit, and evidence that this test may forge."""
    row, _ = book.open_case(AT)
    for number in range(5):
        audit.append(book.conn, row.case_id, "step", AT.replace(minute=number), {"b": number, "a": "ü"})
    for trigger in book.conn.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        book.conn.execute(text(f"DROP TRIGGER {trigger}"))
    return row.case_id


def test_rows_come_back_in_order_with_what_they_said(book) -> None:
    row, _ = book.open_case(AT)
    first = audit.append(book.conn, row.case_id, "opened", AT, {"z": None, "a": [1, "ü"]})
    second = audit.append(book.conn, row.case_id, "step", AT, {})
    assert audit.rows(book.conn, row.case_id) == (first, second)
    assert first.body == '{"a":[1,"ü"],"z":null}'
    assert first.content == {"a": [1, "ü"], "z": None}
    assert (second.case_seq, second.previous_hash) == (2, first.hash)
    assert audit.verify(book.conn, row.case_id) is None


def test_a_case_without_rows_has_a_whole_chain(book) -> None:
    assert audit.verify(book.conn, "a1/1") is None


def test_rows_of_a_case_that_is_not_there_are_refused(book) -> None:
    with pytest.raises(InputError, match="no case a1/7 in the ledger"):
        audit.append(book.conn, "a1/7", "step", AT, {})


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "forged",
    [{"kind": "other"}, {"at": AT.replace(hour=2)}, {"body": "{}"}, {"previous_hash": "0"}, {"hash": "0"}],
    ids=lambda forged: next(iter(forged)),
)
def test_a_changed_row_is_named(book, chain: str, forged: dict[str, object]) -> None:
    book.conn.execute(update(table).where(table.c.case_seq == 3).values(forged))
    assert audit.verify(book.conn, chain) == 3


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
def test_a_missing_row_is_found_by_the_one_after_it(book, chain: str) -> None:
    book.conn.execute(delete(table).where(table.c.case_seq == 2))
    assert audit.verify(book.conn, chain) == 3


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
def test_rows_that_changed_places_are_found(book, chain: str) -> None:
    for old, new in ((2, 99), (4, 2), (99, 4)):
        book.conn.execute(update(table).where(table.c.case_seq == old).values(case_seq=new))
    assert audit.verify(book.conn, chain) == 2


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
def test_a_row_put_at_the_end_by_hand_is_found(book, chain: str) -> None:
    last = audit.rows(book.conn, chain)[-1]
    forged = {"case_id": last.case_id, "case_seq": 6, "previous_hash": last.hash}
    same = {name: getattr(last, name) for name in ("kind", "at", "body", "hash")}
    book.conn.execute(insert(table).values({**same, **forged}))
    assert audit.verify(book.conn, chain) == 6
