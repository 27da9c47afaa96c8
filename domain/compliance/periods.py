"""Periods: from which instant an event counts, and when it has left."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

from domain.compliance.situation import midnight
from domain.model.pack import Period

_MONTHS = 12


def first_at(period: Period, day: date, zone: str) -> datetime:
    """The instant from which on an event counts on this day."""
    return _first_at(period.kind, period.n, day, zone)


@lru_cache(maxsize=4096)
def _first_at(kind: str, n: int, day: date, zone: str) -> datetime:
    return midnight(_shifted("calendar_day" if kind == "rolling_dates" else kind, day, 1 - n), zone)


def left_at(period: Period, day: date, zone: str) -> datetime:
    """The instant from which an event of this day counts no more."""
    kind = "calendar_day" if period.kind == "rolling_dates" else period.kind
    return midnight(_shifted(kind, day, period.n), zone)


def _shifted(kind: str, day: date, n: int) -> date:
    """The first day of the calendar unit so many units after the one of this day."""
    if kind == "calendar_day":
        return day + timedelta(days=n)
    if kind == "calendar_week":
        return day + timedelta(days=7 * n - day.weekday())
    months = day.year * _MONTHS + day.month - 1 + n
    return date(months // _MONTHS, months % _MONTHS + 1, 1)
