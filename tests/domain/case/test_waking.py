"""When a case wakes by itself: for what the ledger knows ahead, and never later than a week without a reason."""

from datetime import date, timedelta

import pytest

from domain.case.timing import LOOK_AGAIN_DAYS
from domain.model.case import Outcome
from domain.model.facts import World

DUE = date(2024, 5, 20)


def test_a_historical_ledger_wakes_the_case_on_its_next_change(world):
    world.history = World(next_change_on=date(2024, 5, 28), ends_on=date(2024, 10, 31))
    step = world.open(date(2024, 5, 25))
    assert step.case.wake_at == world.instant(date(2024, 5, 28), "00:05")
    assert step.case.next.what.startswith("sends the notice notice-second by file on 2024-06-04")


def test_after_the_last_day_of_the_data_a_case_stays_open(world):
    world.history = World(ends_on=date(2024, 5, 31))
    step = world.open(date(2024, 5, 25))
    assert step.case.next.what == "waits for what the bank tells next"
    assert step.case.next.why == "the data ends before the case does"
    assert step.case.wake_at is None


def test_a_doorbell_that_was_lost_delays_a_cure_by_a_week_at_most(world):
    world.open(date(2024, 5, 25))
    world.end_of(date(2024, 6, 4))
    world.pay(date(2024, 6, 5), d20240520="100")
    world.end_of(date(2024, 6, 4) + timedelta(days=LOOK_AGAIN_DAYS))
    assert (world.case.outcome.outcome, world.case.wake_at) == (Outcome.CURED, None)


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        ({"least": {"EUR": "200"}}, "below the least amount"),
        ({"most_attempts": 1}, "the most that the strategy allows"),
    ],
)
def test_a_case_without_a_next_notice_looks_again_within_a_week(new_world, limits, why):
    world = new_world({"first": 5, "second": 15}, **limits)
    world.owe(DUE, "100")
    step = world.open(date(2024, 5, 25))
    step = world.ring(date(2024, 5, 25))
    assert why in step.case.next.why
    assert step.case.wake_at == world.instant(date(2024, 6, 1))


def test_what_happens_meanwhile_moves_the_look_no_further_away_and_a_look_moves_it_a_week(new_world):
    world = new_world({"first": 5}, least={"EUR": "200"})
    world.owe(DUE, "100")
    look_at = world.open(date(2024, 5, 25)).case.wake_at
    assert world.ring(date(2024, 5, 28)).case.wake_at == look_at, "no timer is set anew"
    assert world.ring(date(2024, 6, 1), clock="09:30").case.wake_at == world.instant(date(2024, 6, 8))


def test_what_another_clock_recorded_ahead_is_looked_at_when_it_is_known(world):
    known_at = world.instant(date(2024, 5, 25), "12:00") + timedelta(microseconds=1)
    world.open(date(2024, 5, 25))
    world.history = World(next_known_at=known_at)
    step = world.ring(date(2024, 5, 25))
    assert (step.case.wake_at, step.case.next.what[:17]) == (known_at, "sends the notice ")
    world.history = World(next_known_at=world.instant(date(2024, 12, 1)))
    assert world.ring(date(2024, 5, 26)).case.wake_at == world.instant(date(2024, 6, 4)), "the notice comes before"
