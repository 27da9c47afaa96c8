"""The geometry of the charts holds for every amount and every window."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.model.money import Money
from starter.demo.charts import cure_columns, notice_bars, outcome_bars, past_due_curve, short_number
from starter.demo.hooks import figures_of
from starter.demo.report import PastDue, Report

CURRENCIES = st.sampled_from(["TWD", "JPY", "KWD"])
NAME_OF_A_MONTH = 11
"""Per cent of the plot: 33 of the 302 pixels that a page of 400 pixels leaves it."""
AMOUNTS = st.lists(st.integers(0, 10**18), min_size=1, max_size=40)


def days(first: date, minors: list[int], currency: str = "TWD") -> tuple[PastDue, ...]:
    return tuple(
        PastDue(on=first + timedelta(days=i), amount=Money.of_minor(minor, currency), accounts=1)
        for i, minor in enumerate(minors)
    )


@settings(deadline=None)
@given(AMOUNTS, CURRENCIES)
def test_the_curve_stays_within_its_levels(minors: list[int], currency: str) -> None:
    curve = past_due_curve(days(date(2024, 1, 15), minors, currency))

    assert curve is not None
    assert all(0 <= point.x <= 100 and 0 <= point.y <= 100 for point in curve.points)
    assert curve.levels[0].at == 100
    assert curve.levels[-1].at == 0
    assert 2 <= len(curve.levels) <= 5
    assert len({level.text for level in curve.levels}) == len(curve.levels)


@settings(deadline=None)
@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(1, 800))
def test_month_labels_never_crowd_and_ticks_are_first_days(first: date, length: int) -> None:
    curve = past_due_curve(days(first, [1] * length))

    assert curve is not None
    places = [label.at for label in curve.month_labels]
    assert len(places) <= 7
    assert all(b - a >= NAME_OF_A_MONTH for a, b in pairwise(places))
    firsts = sum((first + timedelta(days=i)).day == 1 for i in range(1, length))
    assert len(curve.month_starts) == firsts


def test_first_highest_and_last_day_are_marked_once() -> None:
    curve = past_due_curve(days(date(2024, 1, 1), [5, 9, 9, 1]))

    assert curve is not None
    assert [point.day.on.day for point in curve.marked] == [1, 2, 4]


def test_a_single_day_is_drawn_as_a_level_line() -> None:
    curve = past_due_curve(days(date(2024, 1, 1), [100]))

    assert curve is not None
    assert curve.line == "M0 0H100"
    assert past_due_curve(()) is None


@pytest.mark.parametrize(
    ("number", "text"),
    [("0", "0"), ("0.25", "0.25"), ("500", "500"), ("2500", "2.5 k"), ("20000000", "20 M"), ("1E+15", "1,000 tn")],
)
def test_levels_are_written_in_few_signs(number: str, text: str) -> None:
    assert short_number(Decimal(number)) == text


def test_bars_of_outcomes_are_shares_of_all_cases_in_the_order_of_the_report(normal: Report) -> None:
    bars = outcome_bars(normal, figures_of(normal))

    assert [bar.kind for bar in bars] == [
        "cured",
        "paid_in_full",
        "cleared_by_status",
        "plan_completed",
        "settled_for_less",
        "re_aged",
        "withdrawn",
        "open_at_the_end_of_the_data",
    ]
    assert bars[0].length == pytest.approx(100 * 771 / 1_300, abs=0.001)


def test_bars_of_notices_are_parts_of_the_longest(normal: Report, extreme: Report) -> None:
    assert [bar.length for bar in notice_bars(normal, figures_of(normal))][:2] == [100, 79.595]
    (long,) = notice_bars(extreme, figures_of(extreme))
    assert len(long.label) <= 30
    assert long.name == "A very long step of some forty charactersx (file)"


def test_columns_are_parts_of_the_highest_and_empty_without_a_cure(normal: Report, extreme: Report) -> None:
    assert max(column.height for column in cure_columns(normal, figures_of(normal))) == 100
    assert [column.height for column in cure_columns(extreme, figures_of(extreme))] == [0, 0]
