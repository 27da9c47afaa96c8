"""Which accounts a demo follows, and from which day on each of them is past due."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from domain.delinquency import assess
from domain.model.errors import InputError
from domain.model.facts import Obligation
from domain.model.money import Money
from domain.model.rules import Rules
from ledger.importers.history import AccountHistory


@dataclass(frozen=True)
class Window:
    """The days that a demo runs through, both ends inclusive."""

    first: date
    last: date

    @classmethod
    def of(cls, first: date, days: int) -> Window:
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


def choose(
    histories: Iterable[AccountHistory], window: Window, rules: Rules, cases: int | None, seed: int
) -> list[Chosen]:
    """The first ``cases`` of a seeded shuffle of all accounts that are past due in the window (None: all of them)."""
    late = [
        Chosen(history, opens_on)
        for history in histories
        if (opens_on := first_past_due_day(history, window, rules)) is not None
    ]
    random.Random(seed).shuffle(late)  # noqa: S311 a repeatable choice, not a secret
    return late if cases is None else late[:cases]


def first_past_due_day(history: AccountHistory, window: Window, rules: Rules) -> date | None:
    """First day of the window on which the account is past due beyond the days of grace."""
    met_on = {met.due_on: met.value_on for met in history.met}
    late = timedelta(days=rules.lateness.grace_days + 1)
    kept_open = [due for due in history.dues if met_on.get(due.due_on, date.max) >= due.due_on + late]
    changes = {due.due_on + late for due in kept_open} | {entry.value_on for entry in history.entries}
    days = [window.first, *sorted(day for day in changes if window.first < day <= window.last)] if kept_open else []
    return next((day for day in days if _is_past_due(history, met_on, day, rules)), None)


def _is_past_due(history: AccountHistory, met_on: dict[date, date], day: date, rules: Rules) -> bool:
    unmet = [
        Obligation(due_on=due.due_on, minimum=minimum, unmet=minimum)
        for due in history.dues
        if due.due_on < day and due.minimum_minor and met_on.get(due.due_on, date.max) > day
        for minimum in (Money.of_minor(due.minimum_minor, history.currency),)
    ]
    owed = sum(entry.amount_minor for entry in history.entries if entry.value_on <= day)
    return bool(unmet) and assess(unmet, Money.of_minor(owed, history.currency), day, rules) is not None
