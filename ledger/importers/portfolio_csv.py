"""Import of our own portfolio format (docs/portfolio-format.md): batch by batch, harmless when repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from domain.model.errors import InputError
from ledger.engine import Ledger
from ledger.importers import insertion
from ledger.importers.allocation import Allocation
from ledger.importers.csv_groups import Group, ReportBad, groups
from ledger.importers.csv_records import AccountRecord, Record, StatementRecord
from ledger.importers.history import AccountHistory
from ledger.importers.known import known_facts, owners_of, stored_accounts
from ledger.importers.locking import lock_persons, only_import
from ledger.importers.rebase import moved
from ledger.importers.replay import Known, Replay
from ledger.importers.rows import BadRow, RowError

BATCH = 200
"""Accounts in one transaction."""


@dataclass
class Imported:
    """What a file came to: how much of it is new in the ledger."""

    rows: int = 0
    """Rows of accounts that were read, bad ones left out."""
    accounts: int = 0
    new_accounts: int = 0
    statements: int = 0
    obligations: int = 0
    entries: int = 0
    changed: list[str] = field(default_factory=list)
    """Known accounts to which the file added facts: only they can have a case that must hear of it."""


def import_portfolio(
    ledger: Ledger,
    path: Path,
    allocation: Allocation,
    recorded_at: datetime,
    bad_row: ReportBad,
    progress: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Store what the ledger does not have yet.

    Facts of a new account are recorded at their value dates: they are its history. What a later file adds to a known
    account is recorded at ``recorded_at``: before, nobody could act on it.
    """
    total = Imported()
    for batch in _batches(groups(path, bad_row)):
        with ledger.write() as conn:
            _store(conn, batch, allocation, recorded_at, bad_row, total)
        progress(sum(group.rows for group in batch))
    return total


def histories(path: Path, allocation: Allocation, bad_row: ReportBad, shift_days: int = 0) -> Iterator[AccountHistory]:
    """The file's accounts as histories, one by one, without a ledger; every date moved by whole days."""
    owners: dict[str, str] = {}
    for group in groups(path, bad_row):
        replay = Replay(group.account, Known(), allocation)
        _apply(replay, group, owners, bad_row)
        yield moved(replay.new, shift_days)


def import_strictly(
    ledger: Ledger,
    path: Path,
    allocation: Allocation,
    recorded_at: datetime,
    bad_row: ReportBad,
    progress: Callable[[int], None] = lambda _: None,
) -> Imported:
    """The same in one transaction; a single bad row raises InputError, and nothing is stored."""
    total, bad = Imported(), 0

    def count(row: BadRow) -> None:
        nonlocal bad
        bad += 1
        bad_row(row)

    with ledger.write() as conn:
        for batch in _batches(groups(path, count)):
            _store(conn, batch, allocation, recorded_at, count, total)
            progress(sum(group.rows for group in batch))
        if bad:
            raise InputError(refusal(path, bad))
    return total


def refusal(path: Path, bad: int) -> str:
    """Why a strict import stored nothing."""
    return f"{path}: bad rows: {bad:,}, nothing loaded; mend them or import without --strict"


def _batches(source: Iterator[Group]) -> Iterator[list[Group]]:
    while batch := list(islice(source, BATCH)):
        yield batch


def _store(
    conn: Connection,
    batch: Sequence[Group],
    allocation: Allocation,
    recorded_at: datetime,
    bad_row: ReportBad,
    total: Imported,
) -> None:
    only_import(conn)
    stored = stored_accounts(conn, [group.account.account_id for group in batch])
    lock_persons(conn, (account.person_id for account in stored.values()))
    known = known_facts(conn, stored.keys())
    owners = owners_of(conn, set().union(*(group.references for group in batch)))
    new: list[AccountHistory] = []
    added: list[AccountHistory] = []
    for group in batch:
        account = group.account
        there = stored.get(account.account_id)
        if there is not None and (differs := _difference(there, account)):
            bad_row(BadRow(account.line, differs, f"account {account.account_id} is known with another {differs}"))
            continue
        replay = Replay(account, known[account.account_id], allocation)
        total.rows += 1 + _apply(replay, group, owners, bad_row)
        (new if there is None else added).append(replay.new)
    insertion.insert(conn, new)
    insertion.insert_facts(conn, added, recorded_at)
    _count(total, new, added)


def _difference(stored: AccountRecord, account: AccountRecord) -> str | None:
    """Name of the column in which a known account differs; a credit limit may change."""
    names = {"person_id": "customer", "currency": "currency", "zone": "zone"}
    return next((names[name] for name in names if getattr(stored, name) != getattr(account, name)), None)


def _apply(replay: Replay, group: Group, owners: dict[str, str], bad_row: ReportBad) -> int:
    applied = 0
    for record in sorted(group.records, key=_order):
        try:
            if not isinstance(record, StatementRecord):
                _claim(record.reference, group.account.account_id, owners)
            replay.apply(record)
        except RowError as error:
            bad_row(BadRow(record.line, error.column, error.reason))
        else:
            applied += 1
    return applied


def _claim(reference: str, account_id: str, owners: dict[str, str]) -> None:
    if owners.setdefault(reference, account_id) != account_id:
        raise RowError("reference", f"{reference} is an entry of account {owners[reference]}")


def _order(record: Record) -> tuple[date, bool, int]:
    """By date; a statement closes its day."""
    return record.on, isinstance(record, StatementRecord), record.line


def _count(total: Imported, new: Iterable[AccountHistory], added: Iterable[AccountHistory]) -> None:
    for is_new, histories in ((True, new), (False, added)):
        for history in histories:
            total.accounts += 1
            total.new_accounts += is_new
            total.statements += len(history.statements)
            total.obligations += len(history.dues)
            total.entries += len(history.entries)
            if not is_new and (history.statements or history.dues or history.entries or history.met):
                total.changed.append(history.account_id)
