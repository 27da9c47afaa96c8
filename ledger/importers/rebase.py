"""Moving a history in time."""

from __future__ import annotations

from datetime import date


def whole_weeks(last_day: date, on: date) -> int:
    """Days, a multiple of seven, that bring ``last_day`` to ``on`` or to at most six days before it."""
    return (on - last_day).days // 7 * 7
