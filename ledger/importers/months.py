"""The calendar of a monthly history: month ends, due days and value dates, moved by a number of days."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

DUE_DAY = 20
IN_TIME_DAY, LATE_DAY = 15, 26
"""Days of the month on which a payment takes value: before the due day, or after it when the account is late."""


@dataclass(frozen=True)
class Calendar:
    """Months counted from the first statement's month (0); every date is moved by ``shift_days``.

    The month after the last statement (``months``) is the last that the history tells of.
    """

    first_year: int
    first_month: int
    months: int
    shift_days: int = 0
    _days: dict[tuple[int, int], date] = field(default_factory=dict, init=False, repr=False, compare=False)

    def label(self, month: int) -> str:
        """The source's name of a month, not moved."""
        year, index = self._of(month)
        return f"{year:04}-{index:02}"

    def day(self, month: int, day: int) -> date:
        moved = self._days.get((month, day))
        if moved is None:
            moved = self._days[month, day] = date(*self._of(month), day) + timedelta(days=self.shift_days)
        return moved

    def end(self, month: int) -> date:
        return self.day(month + 1, 1) - timedelta(days=1)

    def due_on(self, month: int) -> date:
        """Due day of the statement that closed at the end of ``month``."""
        return self.day(month + 1, DUE_DAY)

    @cached_property
    def last_day(self) -> date:
        return self.end(self.months)

    def _of(self, month: int) -> tuple[int, int]:
        year, index = divmod(self.first_year * 12 + self.first_month - 1 + month, 12)
        return year, index + 1
