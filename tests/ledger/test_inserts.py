"""Inserts that both databases understand."""

from sqlalchemy import func, select

from ledger.engine import Ledger
from ledger.inserts import bulk_insert, insert_new
from ledger.tables import persons

PEOPLE = [{"person_id": f"p{number}"} for number in range(2500)]


def test_many_rows_are_inserted_and_a_second_time_none(ledger: Ledger) -> None:
    with ledger.write() as conn:
        assert bulk_insert(conn, persons, PEOPLE[:1000]) == 1000
        assert bulk_insert(conn, persons, PEOPLE, skip_existing=True) == 1500
        assert bulk_insert(conn, persons, PEOPLE, skip_existing=True) == 0
        assert conn.scalar(select(func.count()).select_from(persons)) == 2500


def test_no_rows_are_no_insert(ledger: Ledger) -> None:
    with ledger.read() as conn:
        assert bulk_insert(conn, persons, []) == 0


def test_one_row_is_new_once(ledger: Ledger) -> None:
    with ledger.write() as conn:
        assert insert_new(conn, persons, {"person_id": "p"})
        assert not insert_new(conn, persons, {"person_id": "p"})
