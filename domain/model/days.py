"""The days that can be asked about: far enough from both ends of the calendar to count from."""

from __future__ import annotations

from datetime import date

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)


def out_of_range(day: date) -> str | None:
    """Why this day cannot be used; None: it can."""
    if FIRST_DAY <= day <= LAST_DAY:
        return None
    return f"{day} is out of range: write a day from {FIRST_DAY} to {LAST_DAY}"
