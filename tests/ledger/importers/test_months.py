from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.importers.months import Calendar

REAL = Calendar(first_year=2005, first_month=4, months=6)


def test_a_month_ends_on_its_last_day_and_its_minimum_falls_due_on_the_20th_of_the_next() -> None:
    assert [REAL.end(m) for m in range(3)] == [date(2005, 4, 30), date(2005, 5, 31), date(2005, 6, 30)]
    assert [REAL.due_on(m) for m in (-2, 0, 5)] == [date(2005, 3, 20), date(2005, 5, 20), date(2005, 10, 20)]
    assert REAL.last_day == date(2005, 10, 31)


def test_months_pass_over_the_end_of_a_year() -> None:
    calendar = Calendar(first_year=2004, first_month=11, months=3)
    assert [calendar.end(m) for m in range(4)] == [
        date(2004, 11, 30),
        date(2004, 12, 31),
        date(2005, 1, 31),
        date(2005, 2, 28),
    ]


@given(shift=st.integers(-5_000, 20_000), month=st.integers(-8, 8), day=st.integers(1, 28))
@settings(deadline=None)
def test_a_shift_moves_every_day_alike_and_no_label(shift: int, month: int, day: int) -> None:
    moved = Calendar(first_year=2005, first_month=4, months=6, shift_days=shift)
    assert (moved.day(month, day) - REAL.day(month, day)).days == shift
    assert (moved.end(month) - REAL.end(month)).days == shift
    assert moved.label(month) == REAL.label(month)
