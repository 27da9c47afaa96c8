from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.importers import generate
from ledger.importers.rebase import moved, whole_weeks

LAST_DAY = date(2005, 10, 31)


@given(on=st.dates(date(1990, 1, 1), date(2100, 1, 1)))
@settings(deadline=None)
def test_a_rebase_moves_by_whole_weeks_onto_the_day_or_at_most_six_days_before(on: date) -> None:
    shift = whole_weeks(LAST_DAY, on)
    assert shift % 7 == 0
    assert 0 <= (on - (LAST_DAY + timedelta(days=shift))).days <= 6


def test_a_rebase_onto_the_last_day_itself_moves_nothing() -> None:
    assert whole_weeks(LAST_DAY, LAST_DAY) == 0


@given(days=st.integers(-3_000, 3_000), seed=st.integers(0, 20))
@settings(deadline=None)
def test_a_moved_history_is_the_one_made_for_the_later_day(days: int, seed: int) -> None:
    later = LAST_DAY + timedelta(days=days)
    histories = generate.generate_portfolio(20, seed, LAST_DAY)

    assert [moved(history, days) for history in histories] == list(generate.generate_portfolio(20, seed, later))
