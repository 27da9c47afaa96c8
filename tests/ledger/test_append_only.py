"""What is evidence cannot be changed, not even by hand."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from ledger import audit

EVIDENCE = ["statements", "stated_lateness", "obligations", "meetings", "entries", "audit", "policies"]


@pytest.fixture
def filled(book) -> Connection:
    """One row and more in each table of evidence."""
    at = datetime(2005, 6, 26, tzinfo=UTC)
    book.oblige(date(2005, 6, 20))
    book.pay("p-1", date(2005, 6, 26), {date(2005, 6, 20): 400})
    row, _ = book.open_case(at)
    audit.append(book.conn, row.case_id, "opened", at, {})
    book.conn.execute(text("INSERT INTO statements VALUES ('a1', '2005-05-31', 100000)"))
    book.conn.execute(text("INSERT INTO stated_lateness VALUES ('a1', '2005-05-31', 1)"))
    return book.conn


@pytest.mark.parametrize("table", EVIDENCE)
@pytest.mark.parametrize("change", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_rows_of_evidence_can_be_neither_changed_nor_deleted(filled: Connection, table: str, change: str) -> None:
    column = {"policies": "name", "audit": "kind"}.get(table, "account_id")
    with pytest.raises(DBAPIError, match="append-only"), filled.begin_nested():
        filled.execute(text(change.format(table, column)))


@pytest.mark.needs("postgresql")
@pytest.mark.parametrize("ledger_url", ["postgres"], indirect=True)
@pytest.mark.parametrize("table", EVIDENCE)
def test_a_table_of_evidence_cannot_be_emptied(filled: Connection, table: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), filled.begin_nested():
        filled.execute(text(f"TRUNCATE {table} CASCADE"))
