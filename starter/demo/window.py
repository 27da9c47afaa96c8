"""Which accounts a demo follows, and from which day on each of them is past due."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.calendar import days_after, local_day, local_instant
from domain.delinquency import assess
from domain.model.errors import InputError
from domain.model.facts import Obligation
from domain.model.money import Money
from domain.model.rules import Rules
from ledger.importers.history import AccountHistory, Due

BEGINS_AT = time(9)
"""Local time of day at which a demo begins, whenever it is run: before the standard strategy's notices of the day,
so that none of its figures depends on the hour."""


def beginning(now: datetime, zone: str) -> datetime:
    """The next instant, from now on, at which the clocks of the zone show the hour at which a demo begins."""
    today = local_day(now, zone)
    return next(at for ahead in (0, 1) if (at := local_instant(days_after(today, ahead), BEGINS_AT, zone)) >= now)


@dataclass(frozen=True)
class Window:
    """The days that a demo runs through, both ends inclusive."""

    first: date
    last: date

    @classmethod
    def of(cls, first: date, days: int) -> Window:
        """So many days from the first on; raises InputError for less than one."""
        if days < 1:
            raise InputError("--days must be at least 1")
        return cls(first, first + timedelta(days=days - 1))

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Chosen:
    """An account of the demo and the first day of the window on which it is past due."""

    history: AccountHistory
    opens_on: date


@dataclass(frozen=True)
class Choice:
    """The accounts of a demo, and from how many they were chosen."""

    chosen: Sequence[Chosen]
    past_due: int
    """Accounts of the portfolio that are past due within the window."""
    read: int
    """Accounts of the portfolio."""


def choose(histories: Iterable[AccountHistory], window: Window, rules: Rules, cases: int | None, seed: int) -> Choice:
    """The first ``cases`` of a seeded shuffle of all accounts that are past due in the window (None: all of them)."""
    late, read = [], 0
    for history in histories:
        read += 1
        if (opens_on := first_past_due_day(history, window, rules)) is not None:
            late.append(Chosen(history, opens_on))
    random.Random(seed).shuffle(late)  # noqa: S311 a repeatable choice, not a secret
    return Choice(late[:cases], len(late), read)


def first_past_due_day(history: AccountHistory, window: Window, rules: Rules) -> date | None:
    """First day of the window on which the account is past due beyond the days of grace."""
    met_on = {met.due_on: met.value_on for met in history.met if met.amount_minor is None}
    late = timedelta(days=rules.lateness.grace_days + 1)
    kept_open = [due for due in history.dues if met_on.get(due.due_on, date.max) >= due.due_on + late]
    if not kept_open:
        return None
    changes = {due.due_on + late for due in kept_open} | {entry.value_on for entry in history.entries}
    changes |= {met.value_on for met in history.met if met.amount_minor is not None}  # a reversal opens again
    days = [window.first, *sorted(day for day in changes if window.first < day <= window.last)]
    return next((day for day in days if _is_past_due(history, kept_open, day, rules)), None)


def _is_past_due(history: AccountHistory, dues: Sequence[Due], day: date, rules: Rules) -> bool:
    unmet = [
        Obligation(
            due_on=due.due_on,
            minimum=Money.of_minor(due.minimum_minor, history.currency),
            unmet=Money.of_minor(left, history.currency),
        )
        for due in dues
        if due.due_on < day and (left := _left(history, due, day)) > 0
    ]
    owed = sum(entry.amount_minor for entry in history.entries if entry.value_on <= day)
    return bool(unmet) and assess(unmet, Money.of_minor(owed, history.currency), day, rules) is not None


def _left(history: AccountHistory, due: Due, day: date) -> int:
    """What is unmet of an obligation on a day, in minor units."""
    met = [met for met in history.met if met.due_on == due.due_on and met.value_on <= day]
    if any(one.amount_minor is None for one in met):
        return 0
    return due.minimum_minor - sum(one.amount_minor or 0 for one in met)
