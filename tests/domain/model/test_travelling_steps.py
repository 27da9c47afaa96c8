"""A step travels as what changed, and the case that asked for it is then what was decided."""

from __future__ import annotations

import json
from datetime import date

import pytest
from pydantic_core import to_json

from domain.model.case import Case, Step
from tests.domain.case.bargain import TODAY, approve, bargaining, propose
from tests.domain.case.planned import agree


@pytest.fixture
def steps(new_world) -> list[tuple[Case, Step]]:
    """Each step of a negotiation that ends in a plan, with the case that asked for it."""
    world = bargaining(new_world)
    propose(world, final=450)
    approve(world)
    propose(world, "o-2", count=6, on=date(2026, 6, 3))
    world.ring(TODAY.replace(day=4), agree(instalments=6, offer="o-2"))
    return [(before.case, step) for before, step in zip(world.steps, world.steps[1:], strict=False)]


def travelled(step: Step, before: Case) -> Step:
    return Step.model_validate_json(to_json(step.since(before)))


def test_the_case_is_what_was_decided_whatever_changed(steps) -> None:
    assert len(steps) >= 4
    for before, step in steps:
        assert before.after(travelled(step, before)) == step.case
        told = travelled(step, before)
        assert (told.commands, told.answers, told.attributes) == (step.commands, step.answers, step.attributes)


def test_what_did_not_change_and_what_the_ledger_keeps_does_not_travel(steps) -> None:
    before, step = steps[-1]
    assert step.entries
    said = json.loads(to_json(step.since(before)))
    assert said["entries"] == []
    assert {"plan", "as_of", "step_no", "account"} <= said["case"].keys()
    assert {"ladder", "promises_made", "history_bound", "closure"}.isdisjoint(said["case"])
    whole = json.loads(to_json(step))
    assert whole["entries"]
    assert len(said["case"]) < len(whole["case"])


def test_who_has_the_step_at_hand_has_all_of_the_case(steps) -> None:
    before, step = steps[-1]
    assert step.since(before).case == step.case


def test_a_step_of_before_that_says_all_of_the_case_is_read_as_it_was(steps) -> None:
    before, step = steps[-1]
    whole = {**json.loads(to_json(step)), "case": json.loads(to_json(step.case))}
    assert before.after(Step.model_validate(whole)) == step.case


def test_what_became_nothing_again_is_said(steps) -> None:
    """A field that falls back to its default has changed."""
    before, step = steps[0]
    quiet = step.model_copy(update={"case": before.model_copy(update={"retry_at": None, "blocked": None})})
    blocked = before.model_copy(update={"retry_at": before.as_of, "blocked": "key"})
    assert blocked.after(travelled(quiet, blocked)) == quiet.case
