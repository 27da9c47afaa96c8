"""Watches: when to look at accounts again though nothing of them changes.

An account without a case falls past due if nothing more is paid; what was recorded by a clock that is ahead begins to
count.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from ledger.feed_tables import watches
from ledger.inserts import bulk_insert

_AT_ONCE = 5_000


def put(conn: Connection, falls_due: Mapping[str, datetime | None]) -> None:
    """Watch these accounts until then; with None no more: nothing of theirs is unmet."""
    drop(conn, falls_due)
    rows = [{"account_id": one, "look_at": at} for one, at in sorted(falls_due.items()) if at is not None]
    bulk_insert(conn, watches, rows, skip_existing=True)


def drop(conn: Connection, account_ids: Collection[str]) -> None:
    """Watch these accounts no more: they have a case, which looks after them."""
    ids = sorted(account_ids)
    for start in range(0, len(ids), _AT_ONCE):
        conn.execute(delete(watches).where(watches.c.account_id.in_(ids[start : start + _AT_ONCE])))


def count(conn: Connection) -> int:
    """How many accounts are watched."""
    return int(conn.scalar(select(func.count()).select_from(watches)) or 0)


def of(conn: Connection, account_id: str) -> datetime | None:
    """When the account is looked at again; None: it is not watched."""
    return conn.scalar(select(watches.c.look_at).where(watches.c.account_id == account_id))
