"""The portfolios that a demo can run: the real one, a file in the documented format, or a generated one."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from domain.calendar import zone_of
from domain.model.errors import InputError
from domain.model.rules import Rules
from ledger.importers import generate, portfolio_csv, uci
from ledger.importers.csv_groups import ReportBad, groups
from ledger.importers.history import AccountHistory
from ledger.importers.rows import opened
from starter.allocation import PackAllocation
from starter.demo.window import Window

DEFAULT_DAYS = 180
_ACCOUNTS_FOR_A_CASE = 8
"""On the last day alone 17 of 100 accounts are past due: twice as many accounts as are needed."""
_LEAST_ACCOUNTS = 3_000


@dataclass(frozen=True)
class Portfolio:
    """A history that can be moved so that its last day is the last day of a demo."""

    name: str
    zone: str
    currency: str
    last_day: date
    most_days: int
    read: Callable[[int], Iterable[AccountHistory]]
    """Histories, moved by so many days."""

    def histories(self, window: Window) -> Iterable[AccountHistory]:
        """Every account, moved so that the last day of the data is that of the window."""
        return self.read((window.last - self.last_day).days)

    def refuse_beyond(self, days: int) -> Portfolio:
        """Itself; raises InputError when a demo would begin before the data does."""
        if days > self.most_days:
            covered = f"{self.most_days} {'day' if self.most_days == 1 else 'days'} only"
            raise InputError(f"--days {days}: the data of {self.name} covers {covered}")
        return self


def generated(seed: int, days: int, cases: int) -> Portfolio:
    """A seeded portfolio with the payment behaviour of the real one, large enough for so many cases."""
    accounts = max(_ACCOUNTS_FOR_A_CASE * cases, _LEAST_ACCOUNTS)
    return Portfolio(
        name=f"{accounts:,} generated accounts (seed {seed})",
        zone=uci.ZONE,
        currency=uci.CURRENCY,
        last_day=uci.LAST_DAY,
        most_days=_days_told(),
        read=lambda shift: generate.generate_portfolio(accounts, seed, _moved(shift)),
    ).refuse_beyond(days)


def portfolio_file(path: Path, days: int, rules: Rules, bad_row: ReportBad) -> Portfolio:
    """The portfolio in a file, its format known by its header; bad rows are told to ``bad_row`` and left out.

    Raises InputError when the file cannot be read, has another header, or tells of fewer days.
    """
    columns = _columns(path)
    if "record" in columns:
        return _documented(path, rules, bad_row).refuse_beyond(days)
    if "LIMIT_BAL" in columns:
        return _real(path, bad_row).refuse_beyond(days)
    raise InputError(
        f"{path}, line 1: neither the columns of the real portfolio (ID, LIMIT_BAL, PAY_0, …) "
        "nor those of the portfolio format (record, account, date, …; docs/portfolio-format.md)"
    )


def _columns(path: Path) -> list[str]:
    with opened(path) as file:
        return [name.strip() for name in next(csv.reader(file), [])]


def _real(path: Path, bad_row: ReportBad) -> Portfolio:
    next(uci.histories(path, lambda _: None), None)  # a header with columns missing is refused at once
    return Portfolio(
        name=path.name,
        zone=uci.ZONE,
        currency=uci.CURRENCY,
        last_day=uci.LAST_DAY,
        most_days=_days_told(),
        read=lambda shift: uci.histories(path, bad_row, shift),
    )


def _documented(path: Path, rules: Rules, bad_row: ReportBad) -> Portfolio:
    """A file in our own format: what the demo must know of it before it reads the accounts."""
    currencies, zones, days = set[str](), set[str](), set[date]()
    for group in groups(path, lambda _: None):  # told when the accounts are read
        currencies.add(group.account.currency)
        zones.add(group.account.zone)
        days.update(record.on for record in group.records)
    if not days:
        for _ in groups(path, bad_row):
            pass
        raise InputError(f"{path}: no row can be loaded")
    if len(currencies) > 1:
        raise InputError(
            f"{path} has accounts in {', '.join(sorted(currencies))}: a demo adds amounts up in one currency; "
            "split the file by currency and run each part"
        )
    return Portfolio(
        name=path.name,
        zone=max(sorted(zones), key=_ahead_of_utc),
        currency=currencies.pop(),
        last_day=max(days),
        most_days=(max(days) - min(days)).days,
        read=lambda shift: portfolio_csv.histories(path, PackAllocation(rules), bad_row, shift),
    )


def _ahead_of_utc(zone: str) -> timedelta:
    """Of several zones the one whose day begins first: on day 1 of the demo no account is in day 2."""
    return datetime.now(UTC).astimezone(zone_of(zone)).utcoffset() or timedelta()


def _moved(shift: int) -> date:
    return date.fromordinal(uci.LAST_DAY.toordinal() + shift)


def _days_told() -> int:
    """From the day after the first statement closed, from which on balances are known, to the last day."""
    return (uci.LAST_DAY - uci.calendar().end(0)).days
