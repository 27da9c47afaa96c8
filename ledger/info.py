"""What the ledger says about itself."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select

from ledger.inserts import upsert
from ledger.tables import info

HISTORY_ENDS_ON = "history_ends_on"
"""Key of the last day that a historical ledger tells of; a live ledger has none."""

REPLAYED_UNTIL = "replayed_until"
"""Key of the last day that a run in virtual time may tell of; absent where time is the real one."""


def get(conn: Connection, key: str) -> str | None:
    """The value under this key."""
    return conn.scalar(select(info.c.value).where(info.c.key == key))


def put(conn: Connection, key: str, value: str) -> None:
    """Set or replace the value under this key."""
    upsert(conn, info, {"key": key, "value": value})


def history_ends_on(conn: Connection) -> date | None:
    """The last day that a historical ledger tells of; None: a live ledger."""
    value = get(conn, HISTORY_ENDS_ON)
    return date.fromisoformat(value) if value else None
