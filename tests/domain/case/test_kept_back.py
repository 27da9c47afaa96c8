"""Which rules keep the next notice from its own time: named in the case's next action, for the page and the audit."""

from datetime import date

import pytest

from domain.model.contact import FactKind, PastFact
from domain.model.facts import World

TOLD, OPENS = date(2024, 5, 21), date(2024, 5, 24)


@pytest.mark.parametrize("ends_on", [None, date(2024, 5, 26)], ids=["a live ledger", "the data ends soon"])
def test_a_barred_notice_names_what_bars_it_at_its_own_time_and_not_the_hours_of_the_night_before(world, ends_on):
    world.history = World(ends_on=ends_on)
    world.said = (PastFact(at=world.instant(TOLD), kind=FactKind.HOLD, name="cease"),)
    step = world.open(OPENS)
    assert step.case.next.deferred_by == ("cn.cease",)
    world.end_of(date(2024, 5, 25))
    assert world.case.next.deferred_by == ("cn.cease",)
    assert (world.case.wake_at is None) is (ends_on is not None)


def test_a_notice_moved_within_its_day_names_the_rule_about_the_hours(world):
    world.said = (PastFact(at=world.instant(TOLD), kind=FactKind.PREFERRED_WINDOW, opens=14 * 60, closes=18 * 60),)
    step = world.open(OPENS)
    assert (step.case.next.deferred_by, step.case.ladder.next_on) == (("cn.day",), date(2024, 5, 25))


def test_a_notice_that_leaves_at_its_own_time_names_no_rule(world):
    assert world.open(OPENS).case.next.deferred_by == ()
