"""The embedded ledger gives up what it is asked to, once, and takes it back exactly."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from activities.cards.base import Instruction
from activities.cards.embedded import EmbeddedCards
from domain.model.adjustments import Adjustment, AdjustmentKind
from domain.model.component import Component
from domain.model.errors import InputError
from domain.model.money import Money
from ledger import entries, obligations
from ledger.entries import Entry, EntryKind
from tests.activities.sending import WorldOf
from tests.activities.world import DECIDED_AT, FIRST_DUE, World

TODAY = DECIDED_AT.date()
KEY = "A-1/1/concession/o-1/waive/1"


def money(minor: int) -> Money:
    return Money.of_minor(minor, "TWD")


def waive(**parts: int) -> Adjustment:
    stated = {Component(name): money(minor) for name, minor in parts.items()}
    return Adjustment(key=KEY, kind=AdjustmentKind.WAIVE, parts=stated, amount=money(sum(parts.values())))


def undo(undoes: str | None = KEY) -> Adjustment:
    return Adjustment(key="A-1/1/concession/o-1/reinstate/1", kind=AdjustmentKind.REINSTATE, undoes=undoes)


@pytest.fixture
def world(place: WorldOf) -> World:
    """A-1 owes its principal, 50.00 of interest and 30.00 of fees."""
    made = place()
    with made.ledger.write() as conn:
        charged = {"value_on": TODAY, "recorded_at": DECIDED_AT}
        entries.append(conn, Entry("A-1", "int", EntryKind.INTEREST, **charged, interest_minor=5_000))
        entries.append(conn, Entry("A-1", "fee", EntryKind.FEE, **charged, fee_minor=3_000))
    return made


def apply(world: World, adjustment: Adjustment, days: int = 1) -> None:
    EmbeddedCards(world.ledger).apply(Instruction("A-1", adjustment, DECIDED_AT + timedelta(days=days)))


def owed(world: World) -> dict[Component, int]:
    at = DECIDED_AT + timedelta(days=9)
    with world.ledger.read() as conn:
        return {name: part.minor for name, part in entries.component_balances(conn, "A-1", date.max, at).items()}


def unmet(world: World) -> dict[date, int]:
    at = DECIDED_AT + timedelta(days=9)
    with world.ledger.read() as conn:
        return {each.due_on: each.unmet.minor for each in obligations.unmet(conn, "A-1", at.date(), at)}


def test_what_is_given_up_lowers_its_component_and_meets_what_is_oldest(world: World) -> None:
    before, late = owed(world), unmet(world)
    for _ in range(2):
        apply(world, waive(fee=3_000, interest=2_000))
    assert {name: before[name] - now for name, now in owed(world).items()} == {
        Component.PRINCIPAL: 0,
        Component.INTEREST: 2_000,
        Component.FEE: 3_000,
    }
    assert unmet(world) == {**late, FIRST_DUE: late[FIRST_DUE] - 5_000}
    with world.ledger.read() as conn:
        posted = entries.visible(conn, "A-1", date.max, DECIDED_AT + timedelta(days=9))[-1]
    assert (posted.kind, posted.total_minor) == (EntryKind.WAIVER, -5_000)


def test_what_of_a_component_was_paid_meanwhile_is_a_credit_on_the_principal(world: World) -> None:
    before = owed(world)
    apply(world, waive(fee=4_000))
    assert {name: before[name] - now for name, now in owed(world).items()} == {
        Component.PRINCIPAL: 1_000,
        Component.INTEREST: 0,
        Component.FEE: 3_000,
    }


def test_it_is_taken_back_exactly(world: World) -> None:
    before, late = owed(world), unmet(world)
    apply(world, waive(fee=3_000))
    for _ in range(2):
        apply(world, undo(), days=2)
    assert (owed(world), unmet(world)) == (before, late)


def test_what_takes_nothing_back_is_refused(world: World) -> None:
    with pytest.raises(InputError, match="does not say what it takes back"):
        apply(world, undo(None))
    with pytest.raises(InputError, match="no entry"):
        apply(world, undo())
