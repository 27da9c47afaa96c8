"""Watermarks: until which business time each feed is known to be complete."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select, update

from ledger.contact_tables import watermarks
from ledger.inserts import insert_new

LEDGER_FEED = "ledger"
"""Name of the feed that brings the bank's entries; a ledger that never had one is its own truth."""
RELAY = "relay"
"""Name of what lets cases know of changes in the ledger: until then all of them are told."""


def get(conn: Connection, feed: str) -> datetime | None:
    """The instant until which everything of this feed is in the ledger; None: nothing ever came."""
    return conn.scalar(select(watermarks.c.fresh_until).where(watermarks.c.feed == feed))


def fresh_until(conn: Connection) -> datetime | None:
    """Until when cases may rely on the ledger: the bank's feed is complete, and every change of it was relayed.

    None: neither ever was told of, and the ledger is its own truth.
    """
    ours = watermarks.c.feed.in_((LEDGER_FEED, RELAY))
    found: datetime | None = conn.scalar(select(func.min(watermarks.c.fresh_until)).where(ours))
    return found


def advance(conn: Connection, feed: str, fresh_until: datetime, at: datetime) -> bool:
    """Move the watermark forward; False when it is there or further already."""
    moved = {"fresh_until": fresh_until, "updated_at": at}
    if insert_new(conn, watermarks, {"feed": feed, **moved}):
        return True
    c = watermarks.c
    behind = update(watermarks).where(c.feed == feed, c.fresh_until < fresh_until)
    return conn.execute(behind.values(moved)).rowcount == 1
