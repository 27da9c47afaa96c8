"""Reading our portfolio format: the rows of one account stand together, its `account` row first."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from domain.model.errors import InputError
from ledger.importers import csv_records
from ledger.importers.csv_records import AccountRecord, EntryRecord, Fields, Record, ReversalRecord
from ledger.importers.rows import BadRow, RowError, header_of, opened

ReportBad = Callable[[BadRow], None]


@dataclass
class Group:
    """An account of the file with its records."""

    account: AccountRecord
    rows: int = 1
    records: list[Record] = field(default_factory=list)

    @property
    def references(self) -> set[str]:
        """References that its records bring."""
        return {record.reference for record in self.records if isinstance(record, EntryRecord | ReversalRecord)}


def groups(path: Path, bad_row: ReportBad) -> Iterator[Group]:
    """One account after the other; a row that cannot be read is told to ``bad_row`` and left out."""
    group: Group | None = None
    seen: set[str] = set()
    for line, fields in _rows(path, bad_row):
        try:
            if fields["record"] == "account":
                finished, group = group, None  # rows after a bad account row belong to nobody
                if finished:
                    yield finished
                group = Group(_new_account(line, fields, seen))
            else:
                _add(group, line, fields)
        except RowError as error:
            bad_row(BadRow(line, error.column, error.reason))
    if group:
        yield group


def _new_account(line: int, fields: Fields, seen: set[str]) -> AccountRecord:
    account = csv_records.account_record(line, fields)
    if account.account_id in seen:
        raise RowError("account", f"account {account.account_id} came before: its rows must stand together")
    seen.add(account.account_id)
    return account


def _add(group: Group | None, line: int, fields: Fields) -> None:
    if fields["record"] not in csv_records.KINDS:
        raise RowError("record", f"{fields['record'][:40]!r} is none of {', '.join(csv_records.KINDS)}")
    if group is None or group.account.account_id != fields["account"]:
        raise RowError("account", f"no readable account row of {fields['account'][:40]!r} stands before this row")
    group.rows += 1
    group.records.append(csv_records.record_of(line, fields, group.account.currency))


def _rows(path: Path, bad_row: ReportBad) -> Iterator[tuple[int, Fields]]:
    allowed = (*csv_records.NEEDED, *csv_records.OPTIONAL)
    with opened(path) as file:
        reader = csv.reader(file)
        columns = header_of(reader, path, csv_records.NEEDED)
        if unknown := [name for name in columns if name not in allowed]:
            raise InputError(f"{path}, line 1: column {', '.join(unknown)} is not part of the portfolio format")
        for row in filter(None, reader):
            if len(row) != len(columns):
                bad_row(BadRow(reader.line_num, "record", f"{len(row)} values, expected {len(columns)}"))
                continue
            values = dict(zip(columns, (value.strip() for value in row), strict=True))
            yield reader.line_num, {name: values.get(name, "") for name in allowed}
