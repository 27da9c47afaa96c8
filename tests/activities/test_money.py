"""Adjustments are asked of the card system once under their key, and its answer is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError

from activities.answers import Answer, Confirmed, Refused
from activities.cards.base import Instruction
from activities.cards.embedded import EmbeddedCards
from activities.cards.listed import ListedCards
from activities.money import Cards
from domain.model.adjustments import Adjust, Adjustment, AdjustmentKind, AdjustmentState
from domain.model.entries import AskAdjustment
from domain.model.errors import SurroundingsError
from ledger import adjustments, keeping
from ledger.adjustments import AdjustmentRow
from ledger.keeping import Kept
from tests.activities.sending import WorldOf
from tests.activities.world import DECIDED_AT, World

BLOCK = Adjustment(key="A-1/1/plan/1/block/1", kind=AdjustmentKind.BLOCK)


class ScriptedCards:
    """A card system with answers of its own, which counts what it is asked."""

    def __init__(self, answer: Answer | Exception) -> None:
        self.answer, self.asked = answer, list[Instruction]()

    def apply(self, instruction: Instruction) -> Answer:
        self.asked.append(instruction)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def world(place: WorldOf) -> World:
    made = place()
    with made.ledger.write() as conn:
        keeping.keep(conn, [AskAdjustment(adjustment=BLOCK)], Kept("A-1/1", "A-1", "P-1", DECIDED_AT))
    return made


def ask(world: World, cards, adjustment: Adjustment = BLOCK) -> AdjustmentState:
    command = Adjust(key=adjustment.key, case_id="A-1/1", account_id="A-1", as_of=DECIDED_AT, adjustments=(adjustment,))
    return Cards(world.ledger, cards, now=lambda: DECIDED_AT + timedelta(minutes=1)).adjust(command).states[0]


def row(world: World) -> AdjustmentRow:
    with world.ledger.read() as conn:
        found = adjustments.get(conn, BLOCK.key)
    assert found is not None
    return found


def test_a_confirmation_is_kept_and_never_asked_for_again(world: World) -> None:
    cards = ScriptedCards(Confirmed("C-9"))
    assert [ask(world, cards) for _ in range(2)] == [AdjustmentState.CONFIRMED] * 2
    assert cards.asked == [Instruction("A-1", BLOCK, DECIDED_AT + timedelta(minutes=1))]
    assert (row(world).reference, row(world).settled_at) == ("C-9", DECIDED_AT + timedelta(minutes=1))
    assert world.audit_kinds().count("adjustment_answered") == 1


def test_the_embedded_ledger_confirms_at_once_with_the_same_reference(world: World) -> None:
    assert ask(world, EmbeddedCards(world.ledger)) is AdjustmentState.CONFIRMED
    again = EmbeddedCards(world.ledger).apply(Instruction("A-1", BLOCK, DECIDED_AT))
    assert again == Confirmed(row(world).reference or "")


def test_a_refusal_is_kept_and_is_a_task(world: World) -> None:
    assert ask(world, ScriptedCards(Refused("closed-account"))) is AdjustmentState.REFUSED
    assert (row(world).reason, [task.kind for task in world.tasks()]) == ("closed-account", ["adjustment_refused"])


def test_what_answers_later_has_it_and_is_not_asked_again(world: World) -> None:
    assert ask(world, ListedCards()) is AdjustmentState.ASKED
    cards = ScriptedCards(Confirmed("C-9"))
    assert (ask(world, cards), cards.asked) == (AdjustmentState.ASKED, [])


def test_a_card_system_that_is_away_is_asked_again(world: World) -> None:
    with pytest.raises(ApplicationError, match="does not answer") as failed:
        ask(world, ScriptedCards(SurroundingsError("the card system does not answer")))
    assert (failed.value.type, row(world).state) == ("Surroundings", AdjustmentState.WANTED)
    assert ask(world, ScriptedCards(Confirmed("C-9"))) is AdjustmentState.CONFIRMED


def test_what_the_ledger_does_not_have_is_asked_of_nobody(world: World) -> None:
    cards = ScriptedCards(Confirmed("C-9"))
    with pytest.raises(ApplicationError, match="no adjustment A-1/1/plan/9/block/1 in the ledger"):
        ask(world, cards, BLOCK.model_copy(update={"key": "A-1/1/plan/9/block/1"}))
    assert cards.asked == []
