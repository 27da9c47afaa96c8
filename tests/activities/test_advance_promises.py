"""A promise to pay is stored with the step that takes it, once, however often that step runs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from activities.advance import CaseActivities
from domain.model.case import Advance, Step
from domain.model.money import Money
from domain.model.promise import MakePromise
from domain.model.strategy import Promises
from ledger import promises
from ledger.promises import Standing
from starter.posting import Payment, post_payment
from tests.activities.sending import WorldOf
from tests.activities.world import DECIDED_AT, MINIMUM, RULES, STRATEGY, World

SECOND = timedelta(seconds=1)
ASKED = MakePromise(
    id="p-1", amount=Money.of_minor(MINIMUM, "TWD"), due_on=DECIDED_AT.date() + timedelta(days=3), by="op-1"
)


@pytest.fixture
def world(place: WorldOf) -> World:
    return place(strategy=STRATEGY.model_copy(update={"promises": Promises(horizon_days=10, most=1)}))


def advance(world: World, as_of=DECIDED_AT) -> Step:
    return CaseActivities(world.ledger).advance(Advance(case=world.case, events=(ASKED,), as_of=as_of))


def standing(world: World) -> Standing:
    with world.ledger.read() as conn:
        return promises.standing(conn, "A-1/1", world.row().step_no)


def test_a_step_that_runs_again_keeps_one_promise_and_tells_of_it_once(world: World) -> None:
    first, again = advance(world), advance(world, DECIDED_AT + SECOND)
    assert [step.answers[0].accepted for step in (first, again)] == [True, True]
    found = standing(world)
    assert (found.made, found.active) == (1, first.case.promise)
    assert world.audit_kinds().count("promise_made") == 1


def test_a_promise_that_the_step_refuses_when_it_runs_again_is_none(world: World) -> None:
    assert advance(world).answers[0].accepted
    post_payment(world.ledger, RULES, Payment("A-1", Money.of_minor(2 * MINIMUM, "TWD"), "cure", None), DECIDED_AT)
    again = advance(world, DECIDED_AT + SECOND)
    assert again.answers[0].text == "nothing is past due on this account: there is nothing to promise"
    assert standing(world) == Standing()


def test_the_evidence_of_a_step_says_what_was_paid_on_the_promise(world: World) -> None:
    step = advance(world)
    at = DECIDED_AT + SECOND
    CaseActivities(world.ledger).advance(Advance(case=step.case, events=(), as_of=at))
    bodies = [body for kind, body in world.audit() if kind == "step"]
    assert "promises_paid" not in bodies[0]["facts"]
    assert bodies[1]["facts"]["promises_paid"] == {"p-1": "0.00 TWD"}
