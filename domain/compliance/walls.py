"""Walls: the instants at which the wall clock of a zone shows certain minutes, daylight saving and all."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from domain.calendar import days_after, local_instant, zone_of
from domain.compliance.situation import midnight
from domain.model.pack import MINUTES_OF_DAY

_ONE_SECOND = timedelta(seconds=1)


@lru_cache(maxsize=8192)
def turns(day: date, zone: str, minutes: frozenset[int]) -> tuple[datetime, ...]:
    """Every instant of the day at which a window with such borders may open, oldest first."""
    clocks = [time(*divmod(minute, 60)) for minute in sorted(minutes) if minute < MINUTES_OF_DAY]
    found = {local_instant(day, clock, zone) for clock in clocks}
    begins, ends = midnight(day, zone), midnight(days_after(day, 1), zone)
    local = zone_of(zone)
    if begins.astimezone(local).utcoffset() != ends.astimezone(local).utcoffset():
        found.add(_change(begins, ends, zone))
        found |= {datetime.combine(day, clock, local).replace(fold=1).astimezone(UTC) for clock in clocks}
    return tuple(sorted(found))


def _change(begins: datetime, ends: datetime, zone: str) -> datetime:
    """The instant, to the second, at which the clock of the zone is moved."""
    local = zone_of(zone)
    offset = begins.astimezone(local).utcoffset()
    while ends - begins > _ONE_SECOND:
        middle = begins + timedelta(seconds=int((ends - begins).total_seconds()) // 2)
        if middle.astimezone(local).utcoffset() == offset:
            begins = middle
        else:
            ends = middle
    return ends
