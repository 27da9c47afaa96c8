"""Changes: what was written since the feed last looked, in an order in which nothing can be overtaken and missed.

On PostgreSQL a number is given before its transaction ends, and a later number can be seen first. So changes are read
in the order of their transactions, and only those of transactions before which none is still under way.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, literal_column, select, tuple_

from ledger.feed_tables import changes, cursors, rings
from ledger.inserts import upsert

FEED = "feed"
"""Name of the reader that lets cases know."""

Place = tuple[int, int]
"""Where a change stands: its transaction, and its number."""
_START: Place = (-1, -1)


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of an account, of a person, or, with neither, of everybody."""

    place: Place
    account_id: str | None
    person_id: str | None
    at: datetime


@dataclass(frozen=True)
class Waiting:
    """How much is not relayed yet, and since when the oldest of it waits."""

    changes: int
    since: datetime | None


def cursor(conn: Connection, reader: str) -> Place:
    """Up to where the reader has come."""
    row = conn.execute(select(cursors.c.tx, cursors.c.change_id).where(cursors.c.reader == reader)).one_or_none()
    return (row.tx, row.change_id) if row else _START


def after(conn: Connection, place: Place, limit: int) -> tuple[Change, ...]:
    """The next changes, oldest first, as far as they are settled."""
    c = changes.c
    statement = (
        select(c.tx, c.change_id, c.account_id, c.person_id, c.at)
        .where(tuple_(c.tx, c.change_id) > place, *_settled(conn))
        .order_by(c.tx, c.change_id)
        .limit(limit)
    )
    return tuple(Change((tx, number), *rest) for tx, number, *rest in conn.execute(statement))


def move(conn: Connection, reader: str, place: Place, at: datetime) -> None:
    """The reader has taken all changes up to this one: they are not needed any more."""
    upsert(conn, cursors, {"reader": reader, "tx": place[0], "change_id": place[1], "moved_at": at})
    conn.execute(delete(changes).where(tuple_(changes.c.tx, changes.c.change_id) <= place))


def note(conn: Connection, account_ids: Collection[str], at: datetime) -> None:
    """The cases of these accounts must look anew, for a reason that no table of theirs tells."""
    tx = _this_transaction(conn)
    for account_id in sorted(account_ids):
        conn.execute(insert(changes).values(tx=tx, account_id=account_id, at=at))


def note_for_all(conn: Connection, at: datetime) -> None:
    """Every open case must look anew: what changed concerns all of them."""
    conn.execute(insert(changes).values(tx=_this_transaction(conn), at=at))


def waiting(conn: Connection, reader: str) -> Waiting:
    """What the reader has not taken yet, changes under way included."""
    here = tuple_(changes.c.tx, changes.c.change_id) > cursor(conn, reader)
    found = conn.execute(select(func.count(), func.min(changes.c.at)).select_from(changes).where(here)).one()
    return Waiting(int(found[0]), found[1])


def accounts_waiting(conn: Connection) -> int:
    """How many accounts a reader will look at, at most: those that changed, and those that are to be rung."""
    changed = select(func.count(func.distinct(changes.c.account_id)))
    return int(conn.scalar(changed) or 0) + int(conn.scalar(select(func.count()).select_from(rings)) or 0)


def newest(conn: Connection) -> int:
    """The number of the newest change that waits; 0: none."""
    return int(conn.scalar(select(func.max(changes.c.change_id))) or 0)


def _settled(conn: Connection) -> Sequence[ColumnElement[bool]]:
    if conn.dialect.name == "sqlite":  # one writer at a time: numbers are given in the order of the transactions
        return ()
    oldest_under_way: ColumnElement[int] = literal_column("pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    return (changes.c.tx < oldest_under_way,)


def _this_transaction(conn: Connection) -> object:
    return 0 if conn.dialect.name == "sqlite" else literal_column("pg_current_xact_id()::text::bigint")
