"""A debit is asked for at most once under its key, through crashes, and what became of it is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError

from activities.answers import Taken
from activities.debits.base import CannotTell, Collected, Declined, Instruction
from activities.debits.listed import ListedDebits
from domain.model.debits import Debit, DebitResult, DebitState
from domain.model.errors import SurroundingsError
from ledger import debits, keeping_debits
from tests.activities.debits.planned import (
    AMOUNT,
    HOLDS,
    KEY,
    TODAY,
    ScriptedProvider,
    agree,
    ask,
    command,
    give_mandate,
    row,
)
from tests.activities.sending import WorldOf
from tests.activities.world import DECIDED_AT, ScriptedLedger, World, raising, rules_with

AWAY = SurroundingsError("the provider does not answer")
NOTHING, COLLECTED = DebitResult(), Collected("P-9")
ASKED_AT = DECIDED_AT + timedelta(minutes=1)


@pytest.fixture
def world(place: WorldOf) -> World:
    made = place(rules=rules_with(holds=HOLDS))
    agree(made)
    give_mandate(made)
    return made


def test_what_is_collected_is_kept_and_never_asked_for_again(world: World) -> None:
    provider = ScriptedProvider(COLLECTED)
    assert [ask(world, provider) for _ in range(2)] == [NOTHING, NOTHING]
    assert provider.asked == [Instruction(KEY, "A-1", "tok-7", AMOUNT, TODAY, TODAY, 1, ASKED_AT)]
    found = row(world)
    assert found is not None
    assert (found.state, found.reference, found.settled_at) == (DebitState.COLLECTED, "P-9", ASKED_AT)
    assert [kind for kind in world.audit_kinds() if kind.startswith("debit")] == ["debit_wanted", "debit_answered"]
    assert "tok-7" not in str(world.audit())


@pytest.mark.parametrize("hard", [True, False])
def test_a_decline_is_an_event_for_the_case(world: World, hard: bool) -> None:
    provider = ScriptedProvider(Declined("no_funds", hard))
    assert [ask(world, provider) for _ in range(2)] == [DebitResult(state=DebitState.DECLINED)] * 2
    found = row(world)
    assert found is not None
    assert (found.code, found.hard, len(provider.asked)) == ("no_funds", hard, 1)


def test_what_is_answered_later_is_asked_once_and_told_by_the_list(world: World) -> None:
    assert ask(world, ListedDebits()) == NOTHING
    provider = ScriptedProvider(COLLECTED)
    assert (ask(world, provider), provider.asked) == (NOTHING, [])
    found = row(world)
    assert found is not None
    assert (found.state, found.asked_at) == (DebitState.ASKED, ASKED_AT)


def test_an_intent_without_an_end_stands_in_the_list_of_a_program_that_answers_later(world: World) -> None:
    with world.ledger.write() as conn:
        keeping_debits.intend(conn, command(), DECIDED_AT)
    assert ask(world, ListedDebits()) == NOTHING
    found = row(world)
    assert found is not None
    assert found.state is DebitState.ASKED


def crash(world: World, provider: ScriptedProvider) -> None:
    """The worker dies between the provider's answer and the receipt."""
    ledger = ScriptedLedger(world.ledger, lambda: None, raising(SurroundingsError("the worker died")))
    with pytest.raises(ApplicationError, match="the worker died"):
        ask(World(ledger, world.outbox, world.strategy, world.rules), provider)


@pytest.mark.parametrize(
    ("fate", "result", "state"),
    [
        (COLLECTED, NOTHING, DebitState.COLLECTED),
        (Declined("no_funds"), DebitResult(state=DebitState.DECLINED), DebitState.DECLINED),
        (Taken(), NOTHING, DebitState.ASKED),
        (CannotTell(), DebitResult(state=DebitState.UNKNOWN), DebitState.UNKNOWN),
    ],
    ids=["collected", "declined", "taken", "cannot tell"],
)
def test_after_a_crash_the_provider_is_asked_by_the_key_and_nothing_is_taken_twice(world, fate, result, state) -> None:
    provider = ScriptedProvider(COLLECTED, fate)
    crash(world, provider)
    wanted = row(world)
    assert wanted is not None
    assert wanted.state is DebitState.WANTED
    assert ask(world, provider) == result
    assert (len(provider.asked), provider.looked_up) == (1, [KEY])
    found = row(world)
    assert found is not None
    assert found.state is state


def test_what_nobody_knows_is_a_task_and_is_asked_for_no_more(world: World) -> None:
    provider = ScriptedProvider(COLLECTED, CannotTell())
    crash(world, provider)
    assert [ask(world, provider).state for _ in range(2)] == [DebitState.UNKNOWN] * 2
    assert ([task.kind for task in world.tasks()], len(provider.asked)) == (["debit_unknown"], 1)


def test_a_provider_that_surely_does_not_have_it_is_asked_again_on_the_same_day(world: World) -> None:
    provider = ScriptedProvider(AWAY, None, COLLECTED)
    with pytest.raises(ApplicationError, match="does not answer"):
        ask(world, provider)
    assert ask(world, provider) == NOTHING
    assert (len(provider.asked), len(provider.looked_up)) == (2, 1)


def test_on_another_day_it_is_not_asked_again_and_the_case_decides_anew(world: World) -> None:
    provider = ScriptedProvider(AWAY, None)
    with pytest.raises(ApplicationError, match="does not answer"):
        ask(world, provider)
    late = ask(world, provider, at=DECIDED_AT + timedelta(days=1))
    found = row(world)
    assert found is not None
    assert (late.state, found.state, found.code) == (DebitState.FAILED, DebitState.FAILED, "not_the_day")
    assert len(provider.asked) == 1


def test_while_the_provider_cannot_be_asked_for_a_fate_nothing_is_tried(world: World) -> None:
    provider = ScriptedProvider(AWAY, AWAY)
    for _ in range(2):
        with pytest.raises(ApplicationError, match="does not answer"):
            ask(world, provider)
    assert len(provider.asked) == 1


def test_another_attempt_that_has_just_begun_gives_way(world: World) -> None:
    def begin() -> None:
        with world.ledger.write() as conn:
            keeping_debits.intend(conn, command(), DECIDED_AT)

    provider = ScriptedProvider()
    ledger = ScriptedLedger(world.ledger, begin)
    with pytest.raises(ApplicationError, match="another attempt at debit"):
        ask(World(ledger, world.outbox, world.strategy, world.rules), provider)
    assert provider.asked == []


def test_an_answer_that_came_meanwhile_stays(world: World) -> None:
    def answer() -> None:
        with world.ledger.write() as conn:
            debits.settle(conn, KEY, DebitState.DECLINED, DECIDED_AT, why="no_funds")

    ledger = ScriptedLedger(world.ledger, lambda: None, answer)
    told = ask(World(ledger, world.outbox, world.strategy, world.rules), ScriptedProvider(COLLECTED))
    assert told == DebitResult(state=DebitState.DECLINED)


def test_one_that_was_settled_while_its_fate_was_asked_is_left_alone(world: World) -> None:
    def answer() -> None:
        with world.ledger.write() as conn:
            keeping_debits.intend(conn, command(), DECIDED_AT)
            debits.settle(conn, KEY, DebitState.DECLINED, DECIDED_AT, why="no_funds")

    provider = ScriptedProvider()
    told = ask(World(ScriptedLedger(world.ledger, answer), world.outbox, world.strategy, world.rules), provider)
    assert (told.state, provider.asked) == (DebitState.DECLINED, [])


def test_another_debit_of_the_day_keeps_it_off(world: World) -> None:
    other: Debit = command(key=f"A-1/1/plan/1/debit/1/{TODAY}/9")
    with world.ledger.write() as conn:
        keeping_debits.intend(conn, other, DECIDED_AT)
    provider = ScriptedProvider()
    found, told = ask(world, provider), row(world)
    assert told is not None
    assert (found.state, told.code, provider.asked) == (DebitState.FAILED, "another_debit", [])
