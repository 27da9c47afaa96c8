"""Applying the rows of one account to what is known of it, in the order of time."""

from __future__ import annotations

from datetime import date

from ledger.importers.csv_groups import Group, ReportBad
from ledger.importers.csv_records import Record, StatementRecord
from ledger.importers.replay import Replay
from ledger.importers.rows import BadRow, RowError


def apply_records(replay: Replay, group: Group, owners: dict[str, str], bad_row: ReportBad) -> int:
    """How many were applied. ``owners``: reference → account; one of another account is bad, a new one is added."""
    applied = 0
    for record in sorted(group.records, key=_order):
        try:
            if not isinstance(record, StatementRecord):
                _refuse_others(record.reference, group.account.account_id, owners)
            replay.apply(record)
        except RowError as error:
            bad_row(BadRow(record.line, error.column, error.reason))
        else:
            applied += 1
            if not isinstance(record, StatementRecord):
                owners[record.reference] = group.account.account_id
    return applied


def _refuse_others(reference: str, account_id: str, owners: dict[str, str]) -> None:
    if (owner := owners.get(reference, account_id)) != account_id:
        raise RowError("reference", f"{reference} is an entry of account {owner}")


def _order(record: Record) -> tuple[date, bool, int]:
    """By date; a statement closes its day."""
    return record.on, isinstance(record, StatementRecord), record.line
