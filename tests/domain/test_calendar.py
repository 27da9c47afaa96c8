"""Local days and instants, through daylight saving."""

from datetime import UTC, date, datetime, time

import pytest

from domain.calendar import days_after, local_day, local_instant, local_time, month_end, zone_of
from domain.model.errors import InputError


@pytest.mark.parametrize(
    ("day", "clock", "zone", "expected"),
    [
        (date(2024, 5, 1), time(9, 30), "Asia/Taipei", datetime(2024, 5, 1, 1, 30, tzinfo=UTC)),
        (date(2024, 3, 31), time(2, 30), "Europe/Berlin", datetime(2024, 3, 31, 1, 0, tzinfo=UTC)),
        (date(2024, 3, 31), time(3, 0), "Europe/Berlin", datetime(2024, 3, 31, 1, 0, tzinfo=UTC)),
        (date(2024, 10, 27), time(2, 30), "Europe/Berlin", datetime(2024, 10, 27, 0, 30, tzinfo=UTC)),
        (date(2011, 12, 30), time(9, 30), "Pacific/Apia", datetime(2011, 12, 30, 10, 0, tzinfo=UTC)),
    ],
    ids=["plain", "gap", "end of the gap", "repeated hour", "a day that never was"],
)
def test_a_wall_clock_time_is_the_first_instant_at_or_after_it(day, clock, zone, expected):
    assert local_instant(day, clock, zone) == expected


def test_the_day_is_that_of_the_zone():
    at = datetime(2024, 5, 1, 20, 0, tzinfo=UTC)
    assert (local_day(at, "Asia/Taipei"), local_time(at, "Asia/Taipei")) == (date(2024, 5, 2), time(4))


def test_the_end_of_the_month_knows_leap_years():
    assert month_end(date(2024, 2, 14)) == date(2024, 2, 29)
    assert month_end(date(2023, 12, 31)) == date(2023, 12, 31)


@pytest.mark.parametrize("name", ["No/Where", "../etc", "", "Asia"])
def test_an_unknown_zone_is_refused_with_advice(name):
    with pytest.raises(InputError, match="give an IANA name"):
        zone_of(name)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Taipei", "America/Los_Angeles"])
def test_days_that_no_calendar_agrees_on_have_an_instant_too(zone):
    assert local_day(local_instant(date.max, time(23, 59), zone), zone) == date(9000, 1, 1)
    assert local_day(local_instant(date.min, time(0), zone), zone) == date(1000, 1, 1)


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        (date(2024, 2, 28), 2, date(2024, 3, 1)),
        (date.min, 1, date(1, 1, 2)),
        (date(8999, 12, 31), 10**9, date(9000, 1, 1)),
        (date.max, 5, date.max),
    ],
)
def test_days_are_counted_up_to_the_last_one(day, days, expected):
    assert days_after(day, days) == expected
