"""One import at a time, and no posting to the accounts that an import works on.

An embedded ledger has one writer anyway; on PostgreSQL the locks last until the batch is committed.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select, text

from ledger.tables import persons


def only_import(conn: Connection) -> None:
    """Wait until no other import writes accounts; reading, and posting to other accounts, goes on."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE"))


def lock_persons(conn: Connection, person_ids: Iterable[str]) -> None:
    """Keep postings away from these persons' accounts, locked in one order for all."""
    ids = sorted(set(person_ids))
    conn.execute(
        select(persons.c.person_id).where(persons.c.person_id.in_(ids)).order_by("person_id").with_for_update()
    )
