"""Local days and instants: the one place that turns wall-clock times into instants and back."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.model.errors import InputError

_FIRST_DAY, _LAST_DAY = date(1000, 1, 1), date(9000, 1, 1)
# Room to spare on both sides: an instant in any zone, and the days counted from it, still have a date.


@cache
def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name; raises InputError for an unknown one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise InputError(f"no time zone {name!r}: give an IANA name such as Asia/Taipei") from unknown


def local_day(at: datetime, zone: str) -> date:
    """The date on the wall of the zone at this instant."""
    return at.astimezone(zone_of(zone)).date()


def local_time(at: datetime, zone: str) -> time:
    """The time of day on the wall of the zone at this instant."""
    return at.astimezone(zone_of(zone)).time()


def days_after(day: date, days: int) -> date:
    """The date so many days later, or the last day that is counted with (in the year 9000)."""
    return date.fromordinal(min(day.toordinal() + days, max(day.toordinal(), _LAST_DAY.toordinal())))


@lru_cache(maxsize=4096)
def local_instant(day: date, clock: time, zone: str) -> datetime:
    """The first instant, in UTC, at which the wall of the zone shows this time on this day, or has just passed it.

    In the hour that daylight saving skips, that is the end of the gap; in the one that it repeats, the earlier.
    A day before the year 1000 or after 9000 counts as the first or the last one between them.
    """
    local = zone_of(zone)
    wall = datetime.combine(min(max(day, _FIRST_DAY), _LAST_DAY), clock)
    at = wall.replace(tzinfo=local).astimezone(UTC)
    if at.astimezone(local).replace(tzinfo=None) == wall:
        return at
    before = wall.replace(tzinfo=local, fold=1).astimezone(UTC)
    return _first_after(wall, before, at, local)


def _first_after(wall: datetime, before: datetime, after: datetime, local: ZoneInfo) -> datetime:
    """The end of the gap, to the second: ``before`` still shows less than ``wall``, ``after`` more."""
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if middle.astimezone(local).replace(tzinfo=None) < wall:
            before = middle
        else:
            after = middle
    return after


def month_end(day: date) -> date:
    """The last day of the month of this day."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def months_after(day: date, months: int, day_of_month: int) -> date:
    """That day of the month which lies so many months after the one of ``day``, or its last day when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day_of_month, calendar.monthrange(year, month + 1)[1]))
