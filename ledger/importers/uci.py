"""The real portfolio: credit card accounts of a bank in Taiwan, April to September 2005 (doi:10.24432/C55S3H).

Personal columns (sex, education, marriage, age) and the outcome column are never read.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Iterator, Set
from datetime import date
from pathlib import Path

from ledger.importers.history import AccountHistory
from ledger.importers.monthly import MonthlyAccount, history_of
from ledger.importers.months import Calendar
from ledger.importers.rebase import whole_weeks
from ledger.importers.rows import BadRow, RowError, header_of, opened

LAST_DAY = date(2005, 10, 31)
"""The last day that the data tells of, before any shift."""
CURRENCY, ZONE = "TWD", "Asia/Taipei"
_STATUSES = ("PAY_6", "PAY_5", "PAY_4", "PAY_3", "PAY_2", "PAY_0")
_BALANCES = tuple(f"BILL_AMT{n}" for n in range(6, 0, -1))
_PAID = tuple(f"PAY_AMT{n}" for n in range(6, 0, -1))
_COLUMNS = ("ID", "LIMIT_BAL", *_STATUSES, *_BALANCES, *_PAID)
_WHOLE_NUMBER = re.compile(r"\s*-?[0-9]{1,12}\s*")


def calendar(shift_days: int = 0) -> Calendar:
    """April to September 2005, moved by whole days."""
    return Calendar(first_year=2005, first_month=4, months=6, shift_days=shift_days)


def shift_to(on: date) -> int:
    """Days by which ``--rebase`` moves the data: whole weeks, the last day on ``on`` or at most six days before it."""
    return whole_weeks(LAST_DAY, on)


def account_ids(path: Path) -> list[str]:
    """Ids of all readable rows, in the order of the file."""
    return [account.account_id for account in _accounts(path, None, lambda _: None)]


def histories(
    path: Path,
    bad_row: Callable[[BadRow], None],
    shift_days: int = 0,
    accounts: Collection[str] | None = None,
) -> Iterator[AccountHistory]:
    """One history a row, read one by one; a row that cannot be read is told to ``bad_row`` and left out.

    ``accounts``: only these.
    """
    months = calendar(shift_days)
    for account in _accounts(path, None if accounts is None else set(accounts), bad_row):
        yield history_of(account, months)


def _accounts(path: Path, wanted: Set[str] | None, bad_row: Callable[[BadRow], None]) -> Iterator[MonthlyAccount]:
    with opened(path) as file:
        reader = csv.reader(file)
        columns = header_of(reader, path, _COLUMNS)
        at, seen = columns["ID"], set[int]()
        for row in filter(None, reader):
            if wanted is not None and not wanted & {value.strip() for value in row[at : at + 1]}:
                continue
            try:
                yield _account(row, columns, seen)
            except RowError as error:
                bad_row(BadRow(reader.line_num, error.column, error.reason))


def _account(row: list[str], columns: dict[str, int], seen: set[int]) -> MonthlyAccount:
    if len(row) != len(columns):
        raise RowError("ID", f"{len(row)} values, expected {len(columns)}")
    numbers = {name: _number(name, row[columns[name]]) for name in _COLUMNS}
    _check(numbers, seen)
    seen.add(numbers["ID"])
    return MonthlyAccount(
        account_id=str(numbers["ID"]),
        source="uci",
        currency=CURRENCY,
        zone=ZONE,
        credit_limit=numbers["LIMIT_BAL"],
        balances=[numbers[name] for name in _BALANCES],
        paid=[numbers[name] for name in _PAID],
        statuses=[numbers[name] for name in _STATUSES],
    )


def _number(column: str, text: str) -> int:
    if not _WHOLE_NUMBER.fullmatch(text):
        raise RowError(column, f"{text.strip()[:40]!r} is not a whole number")
    return int(text)


def _check(numbers: dict[str, int], seen: set[int]) -> None:
    if numbers["ID"] <= 0:
        raise RowError("ID", f"{numbers['ID']} is not an account number")
    if numbers["ID"] in seen:
        raise RowError("ID", f"account {numbers['ID']} appears twice")
    for name in ("LIMIT_BAL", *_PAID):
        if numbers[name] < 0:
            raise RowError(name, f"{numbers[name]} is negative")
    for name in _STATUSES:
        if not -2 <= numbers[name] <= 24:
            raise RowError(name, f"{numbers[name]} is no repayment status (-2 to 24)")
