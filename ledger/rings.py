"""Rings: accounts whose case must hear that the ledger changed. One row for each, however much changed meanwhile.

A ring is claimed for a while by who delivers it, so that two feeds do not ring twice; when that one dies, it is due
again. It is dropped when it was heard, unless more changed in between.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, delete, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ledger.feed_tables import rings, watches
from ledger.tables import accounts, cases

CLAIM = timedelta(seconds=30)
"""How long a ring is left to who claimed it."""
_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=5)
_MOST_DOUBLINGS = 8
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring to deliver; ``tries``: how often its case did not take it."""

    account_id: str
    change_id: int
    tries: int


@dataclass(frozen=True)
class Unheard:
    """Rings not delivered yet: all, those whose case refused them before, and since when the oldest waits."""

    rings: int
    refused: int
    since: datetime | None


def ask(conn: Connection, account_ids: Collection[str], change_id: int, at: datetime) -> None:
    """Ring these accounts."""
    ids = sorted(account_ids)
    for start in range(0, len(ids), _AT_ONCE):
        some = select(accounts.c.account_id).where(accounts.c.account_id.in_(ids[start : start + _AT_ONCE]))
        _ask(conn, some, change_id, at)


def ask_persons(conn: Connection, person_ids: Collection[str], change_id: int, at: datetime) -> None:
    """Ring every open case of these persons."""
    ids = sorted(person_ids)
    for start in range(0, len(ids), _AT_ONCE):
        theirs = accounts.c.person_id.in_(ids[start : start + _AT_ONCE])
        _ask(conn, _open().join(accounts, accounts.c.account_id == cases.c.account_id).where(theirs), change_id, at)


def ask_all(conn: Connection, change_id: int, at: datetime) -> None:
    """Ring every open case."""
    _ask(conn, _open(), change_id, at)


def ask_watched(conn: Connection, change_id: int, at: datetime, limit: int) -> int:
    """Ring accounts that fall past due by now, and watch them no more; how many there were."""
    due = select(watches.c.account_id).where(watches.c.look_at <= at).order_by(watches.c.look_at).limit(limit)
    ids = list(conn.scalars(due))
    if ids:
        ask(conn, ids, change_id, at)
        conn.execute(delete(watches).where(watches.c.account_id.in_(ids)))
    return len(ids)


def claim(conn: Connection, at: datetime, limit: int) -> tuple[Ring, ...]:
    """Rings that are due, in the order in which they became so; they are not due again before the claim ends."""
    c = rings.c
    due = (
        select(c.account_id, c.change_id, c.tries)
        .where(c.next_try_at <= at)
        .order_by(c.next_try_at, c.account_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = tuple(Ring(*row) for row in conn.execute(due))
    if found:
        mine = rings.c.account_id.in_([ring.account_id for ring in found])
        conn.execute(update(rings).where(mine).values(next_try_at=at + CLAIM))
    return found


def heard(conn: Connection, delivered: Collection[Ring], at: datetime) -> None:
    """Their cases look at the ledger now; those for which more changed meanwhile are due again."""
    by_change: dict[int, list[str]] = {}
    for ring in delivered:
        by_change.setdefault(ring.change_id, []).append(ring.account_id)
    c = rings.c
    for change_id, ids in by_change.items():
        conn.execute(delete(rings).where(c.account_id.in_(ids), c.change_id == change_id))
        more = update(rings).where(c.account_id.in_(ids), c.change_id != change_id)
        conn.execute(more.values(next_try_at=at, tries=0, why=None))


def refused(conn: Connection, ring: Ring, why: str, at: datetime) -> None:
    """Its case did not take it: it is tried again, later each time."""
    wait = min(_FIRST_WAIT * 2 ** min(ring.tries, _MOST_DOUBLINGS), _LONGEST_WAIT)
    mine = update(rings).where(rings.c.account_id == ring.account_id)
    conn.execute(mine.values(tries=ring.tries + 1, why=why, next_try_at=at + wait))


def give_back(conn: Connection, claimed: Collection[Ring], at: datetime) -> None:
    """Nothing became of these: they are due at once."""
    ids = [ring.account_id for ring in claimed]
    conn.execute(update(rings).where(rings.c.account_id.in_(ids)).values(next_try_at=at))


def unheard(conn: Connection) -> Unheard:
    """What is not delivered yet."""
    c = rings.c
    columns = (func.count(), func.count().filter(c.tries > 0), func.min(c.since))
    return Unheard(*conn.execute(select(*columns).select_from(rings)).one())


def _open() -> Select[str]:
    return select(cases.c.account_id).where(cases.c.closed_at.is_(None))


def _ask(conn: Connection, whom: Select[str], change_id: int, at: datetime) -> None:
    """One who refused before is not tried sooner because more changed: it would be hammered."""
    new = whom.add_columns(
        literal(change_id), literal(at, rings.c.since.type), literal(at, rings.c.since.type), literal(0)
    )
    kind = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    names = ["account_id", "change_id", "since", "next_try_at", "tries"]
    there = {"change_id": literal(change_id)}
    conn.execute(kind(rings).from_select(names, new).on_conflict_do_update(index_elements=["account_id"], set_=there))
