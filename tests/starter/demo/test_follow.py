"""The follower: how far a demo came, when it is done, and when it hangs."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.model.errors import SurroundingsError
from ledger import report as reports
from ledger.engine import Ledger, open_ledger
from ledger.report import Standing
from starter.demo.follow import STUCK_AFTER_S, Follower, Progress
from starter.demo.window import Window

WINDOW = Window(date(2026, 3, 1), date(2026, 3, 30))
MIDNIGHT_IN_TAIPEI = datetime(2026, 2, 28, 16, tzinfo=UTC)


def standing(at_rest: int = 0, *wakes: datetime, steps: int = 0) -> Standing:
    return Standing(by_stage={"reminding": 2}, messages=5, at_rest=at_rest, wakes=wakes, steps=steps)


class World:
    """A follower of two cases, and a clock that a test moves."""

    def __init__(self, ledger: Ledger) -> None:
        self.now = 0.0
        self.shown: list[Progress] = []
        self.follower = Follower(ledger, WINDOW, "Asia/Taipei", 2, self.shown.append, lambda: self.now)


@pytest.fixture
def world(new_sqlite: str) -> Iterator[World]:
    ledger = open_ledger(new_sqlite)
    yield World(ledger)
    ledger.close()


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Callable[[Standing], None]:
    def say(now: Standing) -> None:
        monkeypatch.setattr(reports, "standing", lambda connection: now)

    return say


def test_an_empty_ledger_is_the_first_day_and_not_done(world: World) -> None:
    assert world.follower.look() is False
    assert world.shown == [Progress(started=0, cases=2, by_stage={}, messages=0, day=1, days=30, at_rest=0)]


@pytest.mark.parametrize(("started", "at_rest", "done"), [(2, 2, True), (2, 1, False), (1, 2, False), (1, 1, False)])
def test_all_is_done_when_every_case_was_started_and_rests(
    started: int, at_rest: int, done: bool, world: World, says: Callable[[Standing], None]
) -> None:
    says(standing(at_rest))
    world.follower.started = started

    assert world.follower.look() is done


@pytest.mark.parametrize(
    ("wakes", "at_rest", "day"),
    [
        ([MIDNIGHT_IN_TAIPEI - timedelta(seconds=1)], 1, 1),
        ([MIDNIGHT_IN_TAIPEI], 1, 1),
        ([MIDNIGHT_IN_TAIPEI + timedelta(days=9), MIDNIGHT_IN_TAIPEI + timedelta(days=4)], 0, 5),
        ([MIDNIGHT_IN_TAIPEI + timedelta(days=29, hours=23)], 1, 30),
        ([MIDNIGHT_IN_TAIPEI + timedelta(days=40)], 1, 30),
        ([], 1, 1),
        ([], 2, 30),
    ],
)
def test_the_day_is_that_of_the_slowest_case_in_the_zone_of_the_portfolio(
    wakes: list[datetime], at_rest: int, day: int, world: World, says: Callable[[Standing], None]
) -> None:
    says(standing(at_rest, *wakes))

    world.follower.look()

    assert world.shown[-1].day == day
    assert (world.shown[-1].by_stage, world.shown[-1].messages) == ({"reminding": 2}, 5)


def test_a_demo_in_which_nothing_moves_for_long_is_given_up(world: World, says: Callable[[Standing], None]) -> None:
    says(standing(steps=1))
    world.follower.look()
    world.now = STUCK_AFTER_S
    world.follower.look()
    world.now += 1

    with pytest.raises(SurroundingsError, match="no case moved for 120 s: see"):
        world.follower.look()


@pytest.mark.parametrize("what", ["a step", "a start"])
def test_whatever_moves_starts_the_patience_anew(what: str, world: World, says: Callable[[Standing], None]) -> None:
    says(standing(steps=1))
    world.follower.look()
    world.now = STUCK_AFTER_S + 1
    if what == "a step":
        says(standing(steps=2))
    else:
        world.follower.started += 1
    world.follower.look()
    world.now += STUCK_AFTER_S

    assert world.follower.look() is False
