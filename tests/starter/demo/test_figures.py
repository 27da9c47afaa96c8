"""How the figures of a report are taken: ranks, and days past due at the ends of the window."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from ledger.engine import Ledger, open_ledger
from ledger.importers import insertion
from ledger.importers.history import AccountHistory, Due, Entry, Met, Statement
from ledger.tables import cases
from policies import Policies, load_rules, load_strategy
from starter.demo.costs import Cost
from starter.demo.figures import make_report, nearest_rank
from starter.demo.portfolio import Portfolio
from starter.demo.report import Report
from starter.demo.run import Run
from starter.demo.window import Chosen, Window

FIRST = date(2026, 3, 1)
ZONE = "Asia/Taipei"
HISTORY = AccountHistory(
    account_id="A-1",
    person_id="P-1",
    currency="TWD",
    zone=ZONE,
    credit_limit_minor=None,
    statements=(Statement(FIRST - timedelta(days=40), 900_00),),
    dues=(Due(FIRST - timedelta(days=10), 100_00, None), Due(FIRST + timedelta(days=8), 70_00, None)),
    met=(Met(FIRST - timedelta(days=10), FIRST + timedelta(days=5), "A-1/p"),),
    entries=(
        Entry("A-1/opening", "opening", FIRST - timedelta(days=40), 900_00),
        Entry("A-1/p", "payment", FIRST + timedelta(days=5), -100_00),
    ),
)


@pytest.mark.parametrize(
    ("ordered", "percent", "rank"),
    [
        ([7], 50, 7),
        ([7], 95, 7),
        ([1, 2], 50, 1),
        ([1, 2], 51, 2),
        ([1, 2, 3], 50, 2),
        ([1, 2, 3, 4], 25, 1),
        ([1, 2, 3, 4], 75, 3),
        ([1, 2, 3, 4], 76, 4),
        (list(range(1, 21)), 95, 19),
        (list(range(1, 101)), 95, 95),
        ([5, 6], 0, 5),
        ([5, 6], 100, 6),
    ],
)
def test_the_nearest_rank_is_a_value_that_was_seen(ordered: list[int], percent: int, rank: int) -> None:
    assert nearest_rank(ordered, percent) == rank


@settings(deadline=None)
@given(st.lists(st.integers(), min_size=1).map(sorted), st.integers(1, 100))
def test_so_many_percent_of_the_values_do_not_exceed_the_rank(ordered: list[int], percent: int) -> None:
    rank = nearest_rank(ordered, percent)

    assert sum(value <= rank for value in ordered) * 100 >= percent * len(ordered)
    assert sum(value < rank for value in ordered) * 100 < percent * len(ordered)


@pytest.fixture
def report_of(new_sqlite: str, tmp_path: Path) -> Callable[[datetime | None, str | None, int], Report]:
    """The report of one case that ended so, over so many days."""

    def make(closed_at: datetime | None, outcome: str | None, days: int) -> Report:
        ledger = open_ledger(new_sqlite)
        _store(ledger, closed_at, outcome)
        window = Window.of(FIRST, days)
        run = Run(window, [Chosen(HISTORY, FIRST)], ledger, [Cost("case/A-1", 5, 20, 3_000)])
        portfolio = Portfolio("one account", ZONE, "TWD", window.last, days, lambda _: [])
        strategy = load_strategy("card-standard")
        report = make_report(run, portfolio, Policies(strategy, load_rules(strategy.rules)), 1, 12.34)
        ledger.close()
        return report

    return make


def _store(ledger: Ledger, closed_at: datetime | None, outcome: str | None) -> None:
    policy = {f"{kind}_{part}": 1 if part == "version" else "x" for kind in ("strategy", "rules") for part in _PARTS}
    opened_at = datetime.combine(FIRST, time(12), ZoneInfo(ZONE))
    stage = "closed" if closed_at else "reminding"
    row = {"case_id": "A-1/1", "account_id": "A-1", "episode_no": 1, "step_no": 3, "notices": 0, "stage": stage}
    ends = {"opened_at": opened_at, "closed_at": closed_at, "outcome": outcome}
    with ledger.write() as connection:
        insertion.insert(connection, [replace(HISTORY)])
        connection.execute(insert(cases).values(row | policy | ends))


_PARTS = ("name", "version", "digest")


def test_each_day_of_the_window_says_what_is_past_due_at_its_end(
    report_of: Callable[[datetime | None, str | None, int], Report],
) -> None:
    series = report_of(None, None, 11).past_due

    assert [day.on for day in series] == [FIRST + timedelta(days=n) for n in range(11)]
    # paid on day 6, and the next obligation, due on day 9, is past due the day after
    assert [int(day.amount.amount) for day in series] == [100] * 5 + [0] * 4 + [70] * 2
    assert [day.accounts for day in series] == [1] * 5 + [0] * 4 + [1] * 2


@pytest.mark.parametrize(
    ("clock", "days_to_cure"),
    [(time(0, 5), 5), (time(7, 59), 5), (time(23, 59), 5)],
    ids=["five past midnight, still the day before in UTC", "the last minute of that", "the last minute of the day"],
)
def test_days_to_cure_are_days_of_the_accounts_zone(
    clock: time, days_to_cure: int, report_of: Callable[[datetime | None, str | None, int], Report]
) -> None:
    closed_at = datetime.combine(FIRST + timedelta(days=5), clock, ZoneInfo(ZONE))

    found = report_of(closed_at, "cured", 11).days_to_cure

    assert (found.cases, found.p25, found.median, found.p75) == (1, days_to_cure, days_to_cure, days_to_cure)
    assert found.bands[0] == (0, 7, 1)


@pytest.mark.parametrize(("days", "band"), [(0, 0), (7, 0), (8, 1), (14, 1), (15, 2), (30, 2), (90, 4), (91, 5)])
def test_a_band_has_both_its_ends(
    days: int, band: int, report_of: Callable[[datetime | None, str | None, int], Report]
) -> None:
    closed_at = datetime.combine(FIRST + timedelta(days=days), time(12), ZoneInfo(ZONE))

    bands = report_of(closed_at, "paid_in_full", 100).days_to_cure.bands

    assert [cases for *_, cases in bands] == [int(n == band) for n in range(6)]


@pytest.mark.parametrize("outcome", ["cleared_by_status", "withdrawn", None])
def test_only_payment_cures(
    outcome: str | None, report_of: Callable[[datetime | None, str | None, int], Report]
) -> None:
    closed_at = datetime.combine(FIRST, time(12), ZoneInfo(ZONE)) if outcome else None

    found = report_of(closed_at, outcome, 3)

    assert (found.days_to_cure.cases, found.days_to_cure.median) == (0, None)
    assert [row.outcome for row in found.outcomes] == [outcome or "open_at_the_end_of_the_data"]
    assert found.wall_seconds == 12.3
