"""A database serves one test after the other as if it were new, and no more once its schema is another."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from ledger.engine import open_ledger
from ledger.tables import metadata
from tests.plugins.databases import Databases

pytestmark = pytest.mark.needs("postgresql")
A_PERSON = "INSERT INTO persons (person_id) VALUES ('p1')"
AN_ACCOUNT = "INSERT INTO accounts (account_id, person_id, currency, zone) VALUES ('a1', 'p1', 'TWD', 'Asia/Taipei')"


def run(url: str, *statements: str) -> list[object]:
    """What each statement answers with, in a transaction that commits."""
    ledger = open_ledger(url)
    try:
        with ledger.write() as conn:
            results = [conn.execute(text(statement)) for statement in statements]
            return [result.scalar() if result.returns_rows else None for result in results]
    finally:
        ledger.close()


def test_a_database_serves_again_without_a_row_and_counts_from_the_start(databases: Databases) -> None:
    numbers = "SELECT min(change_id) FROM changes"
    with databases.ledger() as url:
        first = run(url, A_PERSON, AN_ACCOUNT, numbers)
        assert first == [None, None, 1]
    with databases.ledger() as again:
        assert again == url
        counts = [f"SELECT count(*) FROM {table}" for table in metadata.tables]
        assert len(counts) > 20
        assert set(run(again, *counts)) == {0}
        assert run(again, A_PERSON, AN_ACCOUNT, numbers) == first


def test_what_a_test_left_open_is_cut_off_and_undone(databases: Databases) -> None:
    with databases.ledger() as url:
        left = open_ledger(url)
        conn = left.engine.connect()
        conn.execute(text(A_PERSON))
    with databases.ledger() as again:
        assert again == url
        assert run(again, "SELECT count(*) FROM persons") == [0]
    conn.invalidate()
    left.close()


@pytest.mark.parametrize(
    "change",
    [
        "DROP TRIGGER audit_append_only ON audit",
        "ALTER TABLE audit DISABLE TRIGGER audit_append_only",
        "ALTER TABLE accounts ADD COLUMN more integer",
        "ALTER TABLE accounts ALTER COLUMN zone SET DEFAULT 'UTC'",
        "CREATE INDEX more ON accounts (zone)",
        "CREATE TABLE more (id integer)",
        "TRUNCATE info",
        "DROP FUNCTION tell_changes CASCADE",
        "GRANT SELECT ON accounts TO public",
        "UPDATE alembic_version SET version_num = '9999'",
        "DROP SCHEMA public CASCADE",
    ],
)
def test_a_database_whose_schema_is_another_serves_no_more(databases: Databases, change: str) -> None:
    with databases.ledger() as url:
        run(url, change)
    with databases.ledger() as other:
        assert other != url
        assert run(other, "SELECT count(*) FROM accounts") == [0]
