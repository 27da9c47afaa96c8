"""Storing a stream of account histories: one transaction a batch, harmless when repeated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from domain.model.errors import InputError
from ledger import info
from ledger.engine import Ledger
from ledger.importers import insertion
from ledger.importers.batching import in_batches
from ledger.importers.history import AccountHistory
from ledger.importers.locking import only_import
from ledger.tables import accounts, statements

BATCH = 500
"""Accounts in one transaction."""


@dataclass
class Stored:
    """What a stream of histories came to; how much of it there is, whether it was stored now or before."""

    read: int = 0
    """Accounts of the source; those that were stored before have the same history."""
    new: int = 0
    """Accounts stored now."""
    statements: int = 0
    obligations: int = 0
    entries: int = 0
    cut_months: int = 0
    """Account-months whose stated lateness was cut."""
    cleared_by_status: int = 0
    """Obligations cleared late by the bank's status, with no payment in the month."""


def store_histories(
    ledger: Ledger,
    histories: Iterable[AccountHistory],
    ends_on: date,
    progress: Callable[[int], None] = lambda _: None,
) -> Stored:
    """Store every account that is not there yet; ``ends_on`` is the last day that the history tells of.

    Raises InputError when the ledger is live, holds a history with another end, or another history of an account.
    """
    stored = Stored()
    for batch in in_batches(histories, BATCH):
        with ledger.write() as conn:
            only_import(conn)
            _mark_historical(conn, ends_on)
            known = _known(conn, batch)
            fresh = [history for history in batch if history.account_id not in known]
            insertion.insert(conn, fresh)
        _count(stored, batch, len(fresh))
        progress(len(batch))
    return stored


def _mark_historical(conn: Connection, ends_on: date) -> None:
    known = info.history_ends_on(conn)
    if known == ends_on:
        return
    if known is not None:
        raise InputError(
            f"this ledger holds a history that ends on {known}, not on {ends_on}: use another ledger (--ledger)"
        )
    if conn.execute(select(accounts.c.account_id).limit(1)).first():
        raise InputError(
            "this ledger is live: a history that has an end cannot be added, use another ledger (--ledger)"
        )
    info.put(conn, info.HISTORY_ENDS_ON, ends_on.isoformat())


def _known(conn: Connection, batch: Sequence[AccountHistory]) -> set[str]:
    """Accounts of the batch that are stored; one whose stored statements differ is refused."""
    ids = [history.account_id for history in batch]
    found = set(conn.scalars(select(accounts.c.account_id).where(accounts.c.account_id.in_(ids))))
    if not found:
        return found
    closed: dict[str, set[tuple[date, int]]] = defaultdict(set)
    columns = (statements.c.account_id, statements.c.closed_on, statements.c.balance_minor)
    for account_id, closed_on, balance in conn.execute(select(*columns).where(statements.c.account_id.in_(found))):
        closed[account_id].add((closed_on, balance))
    for history in batch:
        if history.account_id in found and closed[history.account_id] != set(history.statements):
            raise InputError(
                f"account {history.account_id} is in this ledger with another history: use another ledger (--ledger)"
            )
    return found


def _count(stored: Stored, batch: Sequence[AccountHistory], new: int) -> None:
    stored.read += len(batch)
    stored.new += new
    for history in batch:
        stored.statements += len(history.statements)
        stored.obligations += len(history.dues)
        stored.entries += len(history.entries)
        stored.cut_months += history.cut_months
        stored.cleared_by_status += history.cleared_by_status
