"""Reading our portfolio format: the rows of one account stand together, its `account` row first."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from domain.model.errors import InputError
from ledger.importers import csv_persons, csv_records
from ledger.importers.csv_persons import PersonalRecord
from ledger.importers.csv_records import AccountRecord, EntryRecord, Record, ReversalRecord
from ledger.importers.csv_values import Fields
from ledger.importers.rows import BadRow, RowError, header_of, opened

ReportBad = Callable[[BadRow], None]


@dataclass
class Group:
    """An account of the file with its records."""

    account: AccountRecord
    rows: int = 1
    records: list[Record] = field(default_factory=list)
    personal: list[PersonalRecord] = field(default_factory=list)
    """How its customer is written to and reached."""
    has_contacts: bool = False
    """Whether the file tells where the customer is reached, be it in a row that cannot be loaded."""
    ends_at: int = 0
    """Line up to which the file was read when the group was complete; the bad rows after it are among them."""

    @property
    def references(self) -> set[str]:
        """References that its records bring."""
        return {record.reference for record in self.records if isinstance(record, EntryRecord | ReversalRecord)}


def groups(path: Path, bad_row: ReportBad, after: int = 0) -> Iterator[Group]:
    """One account after the other; a row that cannot be read is told to ``bad_row`` and left out.

    ``after``: the line up to which a group ended (``ends_at``) whose rows and those before it are not wanted again.
    """
    group: Group | None = None
    seen: set[str] = set()
    read_to = after
    for line, fields in _rows(path, after):
        try:
            if isinstance(fields, RowError):
                raise fields
            if fields["record"] == "account":
                finished, group = group, None  # rows after a bad account row belong to nobody
                if finished:
                    finished.ends_at = read_to
                    yield finished
                if line > after:
                    group = _begun(line, fields, seen)
                else:
                    _passed(line, fields, seen)
            elif line > after:
                _add(group, line, fields)
        except RowError as error:
            bad_row(BadRow(line, error.column, error.reason))
        read_to = max(line, after)
    if group:
        group.ends_at = read_to
        yield group


def _begun(line: int, fields: Fields, seen: set[str]) -> Group:
    account = csv_records.account_record(line, fields)
    if account.account_id in seen:
        raise RowError("account", f"account {account.account_id} came before: its rows must stand together")
    seen.add(account.account_id)
    return Group(account)


def _passed(line: int, fields: Fields, seen: set[str]) -> None:
    """An account of the part that was read before; what is bad about its row was told then."""
    try:
        seen.add(csv_records.account_record(line, fields).account_id)
    except RowError:
        return


def _add(group: Group | None, line: int, fields: Fields) -> None:
    kind = fields["record"]
    if kind not in csv_records.KINDS:
        raise RowError("record", f"not one of {', '.join(csv_records.KINDS)}")
    if group is None or group.account.account_id != fields["account"]:
        raise RowError("account", "no readable account row of this account stands before this row")
    group.rows += 1
    if kind not in csv_persons.KINDS:
        group.records.append(csv_records.record_of(line, fields, group.account.currency))
        return
    group.has_contacts |= kind == "contact"
    group.personal.append(csv_persons.personal_record(line, fields))


def _rows(path: Path, after: int) -> Iterator[tuple[int, Fields | RowError]]:
    """Line and values of each row, or why it has none; of those up to ``after`` only the account rows."""
    allowed = (*csv_records.NEEDED, *csv_records.OPTIONAL)
    with opened(path) as file:
        reader = csv.reader(file)
        columns = header_of(reader, path, csv_records.NEEDED)
        if unknown := [name for name in columns if name not in allowed]:
            raise InputError(f"{path}, line 1: column {', '.join(unknown)} is not part of the portfolio format")
        absent, record = dict.fromkeys(allowed, ""), columns["record"]
        for row in filter(None, reader):
            line = reader.line_num
            whole = len(row) == len(columns)
            if line <= after and not (whole and row[record].strip() == "account"):
                continue
            if whole:
                yield line, absent | dict(zip(columns, map(str.strip, row), strict=True))
            else:
                yield line, RowError("record", f"{len(row)} values, expected {len(columns)}")
