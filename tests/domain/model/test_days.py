"""Days: which can be asked about."""

from datetime import date

import pytest

from domain.model.days import out_of_range


@pytest.mark.parametrize("day", [date(1970, 1, 1), date(2199, 12, 31)])
def test_days_that_can_be_counted_from_can_be_asked_about(day):
    assert out_of_range(day) is None


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1969, 12, 31), date(2200, 1, 1), date(9999, 12, 31)])
def test_days_at_the_ends_of_the_calendar_cannot(day):
    assert out_of_range(day) == f"{day} is out of range: write a day from 1970-01-01 to 2199-12-31"
