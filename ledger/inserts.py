"""Inserts that both databases understand: skip what is there, replace what is there, many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Table, insert
from sqlalchemy.dialects import postgresql, sqlite

Row = Mapping[str, object]
"""Column name → value."""

_COUNTED = {"preserve_rowcount": True}  # SQLAlchemy forgets the count of an INSERT otherwise


def bulk_insert(conn: Connection, table: Table, rows: Sequence[Row], *, skip_existing: bool = False) -> int:
    """Insert many rows, all with the columns of the first, in one call; returns how many are new.

    With ``skip_existing`` a row that a unique key refuses is left out, so that a file can be imported twice.
    """
    if not rows:
        return 0
    statement = _insert(conn, table).on_conflict_do_nothing() if skip_existing else insert(table)
    return conn.execute(statement, rows, execution_options=_COUNTED).rowcount


def insert_new(conn: Connection, table: Table, row: Row) -> bool:
    """Insert one row; False when a unique key has it already."""
    statement = _insert(conn, table).on_conflict_do_nothing().values(row)
    return conn.execute(statement, execution_options=_COUNTED).rowcount == 1


def upsert(conn: Connection, table: Table, row: Row) -> None:
    """Insert one row, or replace what lies under its primary key."""
    keys = [column.name for column in table.primary_key]
    changed = {name: value for name, value in row.items() if name not in keys}
    conn.execute(_insert(conn, table).values(row).on_conflict_do_update(index_elements=keys, set_=changed))


def _insert(conn: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if conn.dialect.name == "sqlite" else postgresql.insert(table)
