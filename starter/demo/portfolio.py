"""The portfolios that a demo can run: the real one, a file in the documented format, or a generated one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from domain.model.errors import InputError
from ledger.importers import generate, uci
from ledger.importers.history import AccountHistory
from ledger.importers.rows import BadRow
from starter.demo.window import Window

DEFAULT_DAYS = 180
_ACCOUNTS_FOR_A_CASE = 12
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
        return self.read((window.last - self.last_day).days)

    def refuse_beyond(self, days: int) -> Portfolio:
        """Itself; raises InputError when a demo would begin before the data does."""
        if days > self.most_days:
            raise InputError(f"--days {days}: {self.name} tells of {self.most_days} days only")
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


def portfolio_file(path: Path, days: int) -> Portfolio:
    """The portfolio in a file: the real one by its columns."""

    def refuse(row: BadRow) -> None:
        raise InputError(f"{path}: {row}")

    return Portfolio(
        name=path.name,
        zone=uci.ZONE,
        currency=uci.CURRENCY,
        last_day=uci.LAST_DAY,
        most_days=_days_told(),
        read=lambda shift: uci.histories(path, refuse, shift),
    ).refuse_beyond(days)


def _moved(shift: int) -> date:
    return date.fromordinal(uci.LAST_DAY.toordinal() + shift)


def _days_told() -> int:
    """From the day after the first statement closed, from which on balances are known, to the last day."""
    return (uci.LAST_DAY - uci.calendar().end(0)).days
