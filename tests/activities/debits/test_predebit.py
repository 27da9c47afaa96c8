"""The last look before money is taken: whatever changed since the decision, nothing is taken against it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from activities.debits.base import Collected
from domain.model.contact import FactKind
from domain.model.debits import DebitState
from domain.model.disputes import OpenDispute
from domain.model.entries import KeepDispute
from domain.model.events import HoldReason
from domain.model.money import Money
from domain.model.repayment import PlanStatus
from domain.model.stops import StopKind
from ledger import keeping, mandates, stops, watermarks
from ledger.entries import EntryKind
from ledger.keeping import Kept
from ledger.stops import Stop
from tests.activities.debits.planned import (
    AMOUNT,
    HOLDS,
    TODAY,
    ScriptedProvider,
    agree,
    ask,
    command,
    give_mandate,
    pay,
    row,
)
from tests.activities.sending import WorldOf, fact
from tests.activities.world import DECIDED_AT, World, rules_with

DAY = timedelta(days=1)


@pytest.fixture
def bare(place: WorldOf) -> World:
    return place(rules=rules_with(holds=HOLDS))


@pytest.fixture
def world(bare: World) -> World:
    agree(bare)
    give_mandate(bare)
    return bare


def stop(kind: StopKind, value: str = "") -> Callable[[World], None]:
    def happen(world: World) -> None:
        with world.ledger.write() as conn:
            stops.set_stop(conn, Stop("s-1", kind, value, DECIDED_AT, "op-1", "fault"))

    return happen


def stale(world: World) -> None:
    with world.ledger.write() as conn:
        watermarks.advance(conn, watermarks.LEDGER_FEED, DECIDED_AT - 3 * DAY, DECIDED_AT)


def dispute(world: World) -> None:
    days = {"told_at": DECIDED_AT, "since": TODAY, "resolve_by": TODAY}
    opened = OpenDispute(id="d-1", contact_id="c-1", reports=("0",), **days)
    with world.ledger.write() as conn:
        keeping.keep(
            conn, [KeepDispute(step="opened", dispute=opened, awaits=True)], Kept("A-1/1", "A-1", "P-1", DECIDED_AT)
        )


def end_mandate(world: World) -> None:
    with world.ledger.write() as conn:
        mandates.end(conn, "m-1", DECIDED_AT, "op-1", "revoked")


CHANGES = {
    "paid": lambda world: pay(world, 20_000),
    "paid in part": lambda world: pay(world, 1),
    "less is owed in all": lambda world: pay(world, 4_990_000, EntryKind.CREDIT),
    "closed": lambda world: world.close(),
    "held by an operator": lambda world: world.hold(HoldReason.OPERATOR),
    "paused": lambda world: world.hold(HoldReason.PAUSE),
    "a hold of the rules": lambda world: world.tell(fact(FactKind.HOLD, name="deceased")),
    "an unknown hold": lambda world: world.tell(fact(FactKind.HOLD, name="novel")),
    "disputed": dispute,
    "all stopped": stop(StopKind.ALL),
    "the bank stopped": stop(StopKind.BANK),
    "the strategy stopped": stop(StopKind.STRATEGY, "test"),
    "the rules stopped": stop(StopKind.RULES, "xx.test"),
    "old data": stale,
    "mandate ended": end_mandate,
}
WHY = {
    **dict.fromkeys(("paid", "paid in part", "less is owed in all"), "paid"),
    "closed": "closed",
    **dict.fromkeys(("held by an operator", "paused"), "held"),
    **dict.fromkeys(("a hold of the rules", "an unknown hold"), "barred"),
    "disputed": "disputed",
    **dict.fromkeys(("all stopped", "the bank stopped", "the strategy stopped", "the rules stopped"), "stopped"),
    "old data": "stale",
    "mandate ended": "no_mandate",
}


def kept_off(world: World, asked=None, at=None) -> str | None:
    """Why nothing was asked of the provider; None: it was."""
    provider = ScriptedProvider(Collected("P-9"))
    result, told = ask(world, provider, asked, at), row(world)
    assert told is not None
    assert (result.state is DebitState.FAILED) is (provider.asked == []) is (told.state is DebitState.FAILED)
    return told.code


@pytest.mark.parametrize("change", CHANGES)
def test_what_happened_since_the_decision_keeps_the_debit_off(world: World, change: str) -> None:
    CHANGES[change](world)
    assert kept_off(world) == WHY[change]


@pytest.mark.parametrize("kind", [StopKind.CHANNEL, StopKind.AGENCY])
def test_a_stop_of_a_way_of_contact_is_none_of_debits(world: World, kind: StopKind) -> None:
    stop(kind, "file")(world)
    assert kept_off(world) is None


@pytest.mark.parametrize("minor", [19_999, 20_000])
def test_as_much_as_is_open_is_taken(world: World, minor: int) -> None:
    assert kept_off(world, command(amount=Money.of_minor(minor, "TWD"))) is None


def test_more_than_is_open_is_not_taken(world: World) -> None:
    assert kept_off(world, command(amount=AMOUNT + Money.of_minor(1, "TWD"))) == "paid"


@pytest.mark.parametrize(
    ("asked", "at"),
    [
        (command(on=TODAY - DAY), None),
        (command(due_on=TODAY + DAY), None),
        (command(), DECIDED_AT + DAY),
    ],
    ids=["of yesterday", "before it is due", "a day later"],
)
def test_it_is_taken_on_its_day_and_on_no_other(world: World, asked, at) -> None:
    assert kept_off(world, asked, at) == "not_the_day"


@pytest.mark.parametrize(
    "asked",
    [command(plan="A-1/1/plan/2"), command(version=2)],
    ids=["another plan", "another version"],
)
def test_of_another_plan_nothing_is_taken(world: World, asked) -> None:
    assert kept_off(world, asked) == "plan_over"


@pytest.mark.parametrize("status", [PlanStatus.AGREED, PlanStatus.MISSED, PlanStatus.BROKEN, PlanStatus.CANCELLED])
def test_while_the_plan_is_not_in_force_nothing_is_taken(bare: World, status: PlanStatus) -> None:
    agree(bare, status=status)
    give_mandate(bare)
    assert kept_off(bare) == "plan_over"


@pytest.mark.parametrize(
    "more",
    [{"valid_until": TODAY - DAY}, {"most": Money.of_minor(19_999, "TWD")}],
    ids=["over", "too little"],
)
def test_a_mandate_that_does_not_allow_it_keeps_it_off(bare: World, more) -> None:
    agree(bare)
    give_mandate(bare, **more)
    assert kept_off(bare) == "no_mandate"
