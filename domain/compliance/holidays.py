"""Public holidays, from the ``holidays`` library and a pack's corrections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from domain.model.errors import InputError
from domain.model.pack import Holidays, Pack

if TYPE_CHECKING:
    from holidays import HolidayBase


_SATURDAY = 5


@lru_cache(maxsize=8192)
def is_holiday(holidays: Holidays, day: date) -> bool:
    """Whether the day is a holiday of the calendar; raises InputError for a calendar that nobody knows."""
    if day in holidays.exclude:
        return False
    if day in holidays.extra:
        return True
    country, _, region = holidays.calendar.partition("-")
    national = day in _calendar(country, None)
    if national or not region:
        return national and "national" in holidays.kinds
    return "regional" in holidays.kinds and day in _calendar(country, region)


def next_business_day(after: date, packs: Sequence[Pack]) -> date:
    """The first day after this one that is neither on a weekend nor a holiday of any of the packs."""
    day = after + timedelta(days=1)
    while day.weekday() >= _SATURDAY or any(p.holidays is not None and is_holiday(p.holidays, day) for p in packs):
        day += timedelta(days=1)
    return day


@cache
def _calendar(country: str, region: str | None) -> HolidayBase:
    import holidays as library  # costs a second that only packs with holidays pay

    try:
        return library.country_holidays(country, subdiv=region)
    except NotImplementedError as unknown:  # how the library says that it has no such calendar
        named = country if region is None else f"{country}-{region}"
        raise InputError(f"no calendar of holidays {named!r}: give a country such as AU, or AU-NSW") from unknown
