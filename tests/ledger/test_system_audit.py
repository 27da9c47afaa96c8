"""The audit of what is not a case's: the same chains, under names."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import text, update

from ledger import system_audit
from ledger.contact_tables import system_audit as table
from ledger.engine import Ledger

AT = datetime(2005, 6, 21, 1, tzinfo=UTC)


def test_each_name_has_a_chain_of_its_own(book) -> None:
    first = system_audit.append(book.conn, "stops", "set", AT, {"b": 1, "a": "ü"})
    other = system_audit.append(book.conn, "packs", "set", AT, {})
    second = system_audit.append(book.conn, "stops", "set", AT, {})
    assert system_audit.rows(book.conn, "stops") == (first, second)
    assert system_audit.rows(book.conn, "packs") == (other,)
    assert (first.number, second.number, second.previous_hash) == (1, 2, first.hash)
    assert first.content == {"a": "ü", "b": 1}
    assert system_audit.verify(book.conn, "stops") is None
    assert system_audit.verify(book.conn, "none") is None


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("forged", [{"kind": "other"}, {"body": "{}"}, {"hash": "0"}])
def test_a_changed_row_is_named(book, forged: dict[str, object]) -> None:
    for _ in range(3):
        system_audit.append(book.conn, "stops", "set", AT, {"a": 1})
    book.conn.execute(text("DROP TRIGGER system_audit_no_update"))
    book.conn.execute(update(table).where(table.c.chain_seq == 2).values(forged))
    assert system_audit.verify(book.conn, "stops") == 2


def test_writers_at_once_make_one_chain(ledger: Ledger) -> None:
    def write(writer: int) -> None:
        for number in range(5):
            with ledger.write() as conn:
                system_audit.append(conn, "stops", "set", AT, {"writer": writer, "number": number})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    with ledger.read() as conn:
        assert [row.number for row in system_audit.rows(conn, "stops")] == list(range(1, 21))
        assert system_audit.verify(conn, "stops") is None
