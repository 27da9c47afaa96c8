"""Postings: what the bank's own systems put down, row by row, for the feed to make entries of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Connection, func, select, update

from domain.model.errors import InputError
from ledger.feed_tables import postings
from ledger.inserts import insert_new
from ledger.tables import accounts


class PostingKind(StrEnum):
    """What is posted."""

    PAYMENT = "payment"
    """Money that came in; it needs an amount and its currency."""
    REVERSAL = "reversal"
    """A payment is taken back; it needs that one's reference."""


@dataclass(frozen=True)
class Posting:
    """One row of the bank's, as it was put down: nothing of it is checked before the feed takes it."""

    reference: str
    account_id: str
    kind: PostingKind
    amount: str | None = None
    """As people write it, above zero: 1234.50."""
    currency: str | None = None
    value_on: date | None = None
    """None: the local day on which the feed takes it; of a reversal, the value date of what it takes back."""
    reverses: str | None = None


@dataclass(frozen=True)
class Counts:
    """How many postings wait, and how many were refused."""

    waiting: int
    refused: int


_COLUMNS = [postings.c[name] for name in Posting.__dataclass_fields__]


def put(conn: Connection, posting: Posting) -> bool:
    """Put a posting down once; False when it was before; raises InputError when its reference says something else."""
    if conn.scalar(select(accounts.c.account_id).where(accounts.c.account_id == posting.account_id)) is None:
        raise InputError(f"no account {posting.account_id} in the ledger")
    if insert_new(conn, postings, vars(posting)):
        return True
    there = conn.execute(select(*_COLUMNS).where(postings.c.reference == posting.reference)).one()
    if tuple(there) != tuple(vars(posting).values()):
        raise InputError(f"reference {posting.reference} was used for another posting")
    return False


def waiting(conn: Connection, limit: int) -> tuple[tuple[int, Posting], ...]:
    """Postings that nobody took yet with their numbers, oldest first."""
    c = postings.c
    statement = select(c.posting_id, *_COLUMNS).where(c.settled_at.is_(None)).order_by(c.posting_id).limit(limit)
    found = conn.execute(statement.with_for_update(skip_locked=True))
    return tuple(
        (row.posting_id, Posting(**{name: getattr(row, name) for name in Posting.__dataclass_fields__}))
        for row in found
    )


def settle(conn: Connection, posting_id: int, at: datetime, refusal: str | None = None) -> None:
    """It became an entry, or was refused for this reason."""
    mine = update(postings).where(postings.c.posting_id == posting_id)
    conn.execute(mine.values(settled_at=at, refusal=refusal))


def counts(conn: Connection) -> Counts:
    """How many wait and how many were refused."""
    c = postings.c
    columns = (func.count().filter(c.settled_at.is_(None)), func.count().filter(c.refusal.is_not(None)))
    return Counts(*conn.execute(select(*columns).select_from(postings)).one())
