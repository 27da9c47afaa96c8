"""Two workers whose clocks differ by minutes keep the rules as one would."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.model.blocker import Blocker
from domain.model.contact import FactKind, PastFact
from domain.model.stops import StopKind
from ledger import stops
from ledger.stops import Stop
from tests.activities.sending import SENT, WorldOf, blocker_of, call, fact, once_in_seven_days, send
from tests.activities.world import DECIDED_AT, NIGHT, World, rules_with

AHEAD = timedelta(minutes=2)


def test_a_message_of_a_clock_ahead_fills_the_cap_of_a_clock_behind(place: WorldOf) -> None:
    world = place(rules=rules_with(caps=[once_in_seven_days()]))
    world.add_account("A-2")
    fast, slow = replace(world, now=DECIDED_AT + AHEAD), replace(world, now=DECIDED_AT)
    assert send(fast) == SENT
    assert blocker_of(send(slow, account_id="A-2")) is Blocker.CONTACT_WINDOW


@pytest.mark.parametrize(
    "told",
    [fact(FactKind.OPT_OUT, DECIDED_AT + AHEAD, address="C-1"), fact(FactKind.HOLD, DECIDED_AT + AHEAD, name="cease")],
)
def test_what_the_customer_told_a_clock_ahead_counts_at_once(world: World, told: PastFact) -> None:
    world.tell(told)
    assert blocker_of(send(world)) is Blocker.BARRED


@pytest.mark.parametrize(
    ("ahead", "blocker"),
    [(timedelta(minutes=5), Blocker.BARRED), (timedelta(minutes=5, seconds=1), None)],
    ids=["within", "beyond"],
)
def test_clocks_may_differ_by_five_minutes(world: World, ahead: timedelta, blocker: Blocker | None) -> None:
    world.tell(fact(FactKind.HOLD, DECIDED_AT + ahead, name="cease"))
    assert blocker_of(send(world)) is blocker


def test_an_emergency_stop_set_by_a_clock_ahead_stops_at_once(world: World) -> None:
    with world.ledger.write() as conn:
        stops.set_stop(conn, Stop("halt", StopKind.ALL, "", DECIDED_AT + AHEAD, "ann", "incident"))
    assert blocker_of(send(world)) is Blocker.STOPPED


def test_a_message_counts_from_the_instant_for_which_it_was_allowed(world: World) -> None:
    world.reach(call(DECIDED_AT + AHEAD))
    assert send(world) == SENT
    contact = world.contact()
    assert contact is not None
    assert contact.made.at == DECIDED_AT + AHEAD


def test_a_clock_ahead_opens_no_window_early(world: World) -> None:
    before_eight = NIGHT + timedelta(hours=8, minutes=59)
    world.reach(call(before_eight + AHEAD))
    world.now = before_eight
    assert blocker_of(send(world)) is Blocker.CONTACT_WINDOW


def test_where_it_is_closed_already_by_a_clock_ahead_nothing_leaves(world: World) -> None:
    before_ten = NIGHT - timedelta(hours=1, minutes=1)
    world.reach(call(before_ten + AHEAD))
    world.now = before_ten
    assert blocker_of(send(world)) is Blocker.CONTACT_WINDOW
