"""Moving a history in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from ledger.importers.history import AccountHistory


def whole_weeks(last_day: date, on: date) -> int:
    """Days, a multiple of seven, that bring ``last_day`` to ``on`` or to at most six days before it."""
    return (on - last_day).days // 7 * 7


def moved(history: AccountHistory, days: int) -> AccountHistory:
    """The same history with every date so many days later (negative: earlier)."""
    by = timedelta(days=days)
    return replace(
        history,
        statements=tuple(s._replace(closed_on=s.closed_on + by) for s in history.statements),
        dues=tuple(
            due._replace(due_on=due.due_on + by, statement_on=due.statement_on and due.statement_on + by)
            for due in history.dues
        ),
        met=tuple(met._replace(due_on=met.due_on + by, value_on=met.value_on + by) for met in history.met),
        entries=tuple(entry._replace(value_on=entry.value_on + by) for entry in history.entries),
        stated=tuple(stated._replace(known_on=stated.known_on + by) for stated in history.stated),
    )
