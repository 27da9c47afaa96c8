"""From which day on an account is past due within a window, and which accounts a demo takes."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from domain.calendar import local_day, zone_of
from domain.model.errors import InputError
from domain.model.facts import MeetingOrigin
from domain.model.rules import Rules
from ledger.importers.history import AccountHistory, Due, Entry, Met, Statement
from policies import load_rules
from starter.demo.window import Window, beginning, choose, first_past_due_day

DAY = date(2026, 3, 1)
WINDOW = Window(DAY, DAY + timedelta(days=59))


def on(day: int) -> date:
    """Day 1 is the first of the window."""
    return DAY + timedelta(days=day - 1)


def rules(grace_days: int = 3, tolerance: str = "10.00") -> Rules:
    pack = load_rules("cn")
    return pack.model_copy(
        update={
            "lateness": pack.lateness.model_copy(
                update={"grace_days": grace_days, "tolerance": {"CNY": Decimal(tolerance)}}
            )
        }
    )


def account(
    dues: list[tuple[int, int]],
    met: list[tuple[int, int, int | None]] | None = None,
    entries: list[tuple[int, int]] | None = None,
    account_id: str = "A-1",
) -> AccountHistory:
    """``dues``: due day and minimum; ``met``: due day, value day, part (None: wholly); ``entries``: day and amount."""
    moved = entries if entries is not None else [(-60, 100_000)]
    return AccountHistory(
        account_id=account_id,
        person_id="P-1",
        currency="CNY",
        zone="Asia/Shanghai",
        credit_limit_minor=None,
        statements=(Statement(on(-60), 100_000),),
        dues=tuple(Due(on(due), minimum * 100, on(due - 20)) for due, minimum in dues),
        met=tuple(
            Met(on(due), on(day), None)
            if part is None
            else Met(on(due), on(day), f"p-{day}", MeetingOrigin.ALLOCATION, part * 100)
            for due, day, part in met or []
        ),
        entries=tuple(
            Entry(f"e-{n}", "net_charges" if n else "opening", on(day), minor) for n, (day, minor) in enumerate(moved)
        ),
    )


@pytest.mark.parametrize(
    ("dues", "met", "opens"),
    [
        pytest.param([(-20, 50)], [], 1, id="past due before the window: its first day"),
        pytest.param([(-3, 50)], [], 1, id="the fourth day after the due date is the first past due"),
        pytest.param([(-2, 50)], [], 2, id="the third day after the due date is still grace"),
        pytest.param([(10, 50)], [], 14, id="falls due within the window"),
        pytest.param([(56, 50)], [], 60, id="past due on the last day"),
        pytest.param([(57, 50)], [], None, id="past due on the day after the last"),
        pytest.param([(10, 50)], [(10, 5, None)], None, id="met in time"),
        pytest.param([(10, 50)], [(10, 13, None)], None, id="met within grace"),
        pytest.param([(10, 50)], [(10, 14, None)], None, id="met on the day that it would have been late"),
        pytest.param([(10, 50)], [(10, 15, None)], 14, id="met a day later"),
        pytest.param([(-20, 50)], [(-20, 1, None)], None, id="met on the first day"),
        pytest.param([(-20, 50)], [(-20, 2, None)], 1, id="met on the second day"),
        pytest.param([(-20, 50), (10, 50)], [(-20, 1, None)], 14, id="the next obligation is late"),
        pytest.param([(10, 0)], [], None, id="a minimum of nothing is never late"),
        pytest.param([(10, 10)], [], None, id="a shortfall of the tolerance is no arrears"),
        pytest.param([(10, 11)], [], 14, id="a shortfall above the tolerance is"),
        pytest.param([(-20, 6), (10, 6)], [], 14, id="small shortfalls add up: late from the one that exceeds it"),
        pytest.param([(10, 50)], [(10, 8, 40)], None, id="paid but for the tolerance"),
        pytest.param([(10, 50)], [(10, 8, 39)], 14, id="paid but for more than the tolerance"),
        pytest.param([(10, 50)], [(10, 8, 20), (10, 12, 30)], None, id="paid in two parts within grace"),
        pytest.param([(10, 50)], [(10, 8, 50), (10, 20, -50)], 20, id="a returned payment opens it again"),
        pytest.param([(10, 50)], [(10, 8, 50), (10, 11, -50)], 14, id="a payment returned within grace"),
        pytest.param([(10, 50)], [(10, 8, 50), (10, 61, -50)], None, id="a payment returned after the window"),
    ],
)
def test_first_past_due_day(dues: list[tuple[int, int]], met: list[tuple[int, int, int | None]], opens: int) -> None:
    found = first_past_due_day(account(dues, met), WINDOW, rules())

    assert found == (None if opens is None else on(opens))


@pytest.mark.parametrize(
    ("entries", "opens"),
    [
        ([(-60, -5_000)], None),
        ([(-60, 0)], None),
        ([(-60, 1_000)], None),
        ([(-60, 1_001)], 14),
        ([(-60, -5_000), (30, 20_000)], 30),
        ([(-60, 20_000), (14, -20_000)], None),
        ([(-60, 20_000), (15, -20_000)], 14),
    ],
    ids=[
        "a credit balance",
        "nothing owed",
        "owed no more than the tolerance",
        "owed more",
        "owed from a later day on",
        "paid on the day",
        "paid a day later",
    ],
)
def test_who_owes_nothing_is_not_past_due(entries: list[tuple[int, int]], opens: int | None) -> None:
    found = first_past_due_day(account([(10, 50)], entries=entries), WINDOW, rules())

    assert found == (None if opens is None else on(opens))


def test_without_grace_the_day_after_the_due_date_is_the_first() -> None:
    assert first_past_due_day(account([(10, 50)]), WINDOW, rules(grace_days=0)) == on(11)


def test_a_window_has_both_its_ends_and_at_least_a_day() -> None:
    assert Window.of(DAY, 1) == Window(DAY, DAY)
    assert Window.of(DAY, 60) == WINDOW
    assert WINDOW.days == 60
    with pytest.raises(InputError, match="--days must be at least 1"):
        Window.of(DAY, 0)


@pytest.mark.parametrize("zone", ["Asia/Taipei", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu", "UTC"])
@pytest.mark.parametrize("hour", range(24))
def test_at_whatever_hour_a_demo_is_run_it_begins_at_the_next_nine_of_the_clock(hour: int, zone: str) -> None:
    now = datetime(2026, 3, 7, hour, 30, 0, 1, UTC)  # New York's clocks go forward in the night that follows

    at = beginning(now, zone)

    wall = at.astimezone(zone_of(zone))
    assert (wall.hour, wall.minute, wall.second, wall.microsecond) == (9, 0, 0, 0)
    assert now <= at < now + timedelta(days=1)


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("2026-03-01T00:00+08:00", DAY),
        ("2026-03-01T08:59:59+08:00", DAY),
        ("2026-03-01T09:00+08:00", DAY),
        ("2026-03-01T09:00:01+08:00", on(2)),
        ("2026-03-01T23:30+08:00", on(2)),
        ("2026-02-28T16:00+00:00", DAY),
    ],
    ids=["midnight", "before nine", "nine", "after nine", "late in the evening", "yesterday elsewhere"],
)
def test_the_first_day_is_that_on_which_the_demo_begins(now: str, first: date) -> None:
    assert local_day(beginning(datetime.fromisoformat(now), "Asia/Taipei"), "Asia/Taipei") == first


def test_a_seed_chooses_the_same_accounts_and_a_larger_demo_begins_with_the_smaller() -> None:
    def some(cases: int | None, seed: int) -> list[str]:
        accounts = (account([(10, 50 if n % 2 else 0)], account_id=f"A-{n}") for n in range(100))
        choice = choose(accounts, WINDOW, rules(), cases, seed)
        assert (choice.read, choice.past_due) == (100, 50)
        return [chosen.history.account_id for chosen in choice.chosen]

    assert some(10, 1) == some(10, 1) == some(30, 1)[:10]
    assert some(10, 1) != some(10, 2)
    assert len(some(None, 1)) == len(some(80, 1)) == 50


def test_a_chosen_account_tells_its_first_day() -> None:
    (chosen,) = choose([account([(10, 50)])], WINDOW, rules(), 1, 1).chosen

    assert chosen.opens_on == on(14)
