from datetime import date, datetime, timedelta

import pytest
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.testing import ActivityEnvironment

from activities.advance import CaseActivities
from domain.model.case import KEEP_ANSWERS, Advance, Case, Outcome, Stage, Step
from domain.model.events import Event, Hold, Opened, Release, Woken
from ledger import requests
from tests.activities.world import DECIDED_AT, FIRST_DUE, MINIMUM, SECOND_DUE, ScriptedLedger, World, away, raising

LATER = DECIDED_AT + timedelta(minutes=3)


def advance(world: World, case: Case, *events: Event, as_of: datetime = DECIDED_AT) -> Step:
    return CaseActivities(world.ledger).advance(Advance(case=case, events=events, as_of=as_of))


def test_a_step_is_returned_and_stored_with_what_was_read_and_decided(world: World) -> None:
    step = advance(world, world.case, Opened())
    row = world.row()
    assert [command.key for command in step.commands] == ["A-1/1/first/1"]
    assert (row.step_no, row.stage, row.wake_at) == (1, Stage.REMINDING, step.case.wake_at)
    assert (row.oldest_due_on, row.past_due_minor) == (FIRST_DUE, 2 * MINIMUM)
    ((kind, body),) = world.audit()
    assert kind == "step"
    assert body["step_no"] == 1
    assert body["events"] == ["opened"]
    assert body["facts"] == {
        "as_of": "2026-03-20T02:00:00+00:00",
        "balance": "50,000.00 TWD",
        "oldest_due_on": "2026-02-02",
        "unmet": 2,
        "notices": {},
        "strategy": "test v1",
        "rules": "xx.test v1",
    }
    decision = body["decision"]
    assert isinstance(decision, dict)
    assert decision["stage"] == "reminding"
    assert decision["commands"] == ["A-1/1/first/1"]
    assert decision["outcome"] is None
    wake_at = step.case.next.wake_at
    assert wake_at is not None
    assert decision["next"] == {**step.case.next.model_dump(exclude={"deferred_by"}), "wake_at": wake_at.isoformat()}


def test_a_case_that_is_paid_is_closed_in_the_ledger_too(world: World) -> None:
    world.pay(MINIMUM, to=FIRST_DUE)
    world.pay(MINIMUM, to=SECOND_DUE)
    case = advance(world, world.case.model_copy(update={"stage": Stage.REMINDING}), Woken()).case
    row = world.row()
    assert case.closure is not None
    assert (row.outcome, row.closed_at) == (Outcome.CURED, DECIDED_AT)
    decision = world.audit()[-1][1]["decision"]
    assert isinstance(decision, dict)
    assert decision["outcome"] == "cured"


def test_a_step_that_runs_again_replaces_the_run_that_was_never_adopted(world: World) -> None:
    world.pay(MINIMUM, to=FIRST_DUE)
    world.pay(MINIMUM, to=SECOND_DUE, at=LATER)
    case = world.case.model_copy(update={"stage": Stage.REMINDING})
    assert advance(world, case, Woken()).case.closure is None
    adopted = advance(world, case, Woken(), as_of=LATER)
    assert adopted.case.closure is not None
    assert world.row().closed_at == LATER
    assert [(kind, body["step_no"]) for kind, body in world.audit()] == [("step", 1), ("step", 1)]


def test_a_closing_that_was_never_adopted_is_open_again_after_the_adopted_run(world: World) -> None:
    world.close()
    assert world.row().closed_at is not None
    assert advance(world, world.case, Woken()).case.closure is None
    assert world.row().closed_at is None


def test_a_request_is_answered_and_its_hold_is_in_the_ledger(world: World) -> None:
    step = advance(world, world.case, Hold(id="m-1"))
    assert [(answer.id, answer.accepted) for answer in step.answers] == [("m-1", True)]
    assert not step.commands
    assert world.holds_on(date(2026, 3, 20)) == ["m-1"]
    assert world.audit()[-1][1]["answers"] == {"m-1": True}


def test_the_hold_of_a_step_that_runs_again_still_lies_on_the_adopted_case(world: World) -> None:
    advance(world, world.case, Hold(id="m-1"))
    adopted = advance(world, world.case, Hold(id="m-1"), as_of=LATER)
    assert [held.id for held in adopted.case.holds] == ["m-1"]
    assert not adopted.commands
    assert world.holds_on(date(2026, 3, 20)) == ["m-1"]


def test_a_request_that_only_a_lost_run_heard_has_its_effect_when_it_comes_again(world: World) -> None:
    advance(world, world.case, Woken(), Hold(id="m-1"))
    adopted = advance(world, world.case, Woken(), as_of=LATER)
    assert world.holds_on(date(2026, 3, 20)) == []
    step = advance(world, adopted.case, Hold(id="m-1"), as_of=LATER)
    assert [held.id for held in step.case.holds] == ["m-1"]
    assert step.answers[0].accepted


def test_an_id_that_the_state_forgot_gets_its_first_answer_and_no_second_effect(world: World) -> None:
    first = advance(world, world.case, Hold(id="m-1"))
    released = advance(world, first.case, Release(id="m-2", hold_id="m-1"), as_of=LATER)
    forgetful = released.case.model_copy(update={"answers": {}})
    again = advance(world, forgetful, Hold(id="m-1"), as_of=LATER)
    assert again.answers == first.answers
    assert again.case.holds == ()
    assert world.requests_stored() == 2


def test_more_ids_than_the_state_keeps_are_all_remembered(world: World) -> None:
    refused = [Release(id=f"m-{number}", hold_id="none") for number in range(KEEP_ANSWERS + 5)]
    first = advance(world, world.case, *refused)
    assert "m-0" not in first.case.answers
    assert world.requests_stored() == KEEP_ANSWERS + 5
    assert advance(world, first.case, refused[0], as_of=LATER).answers == (first.answers[0],)


def test_a_ledger_that_is_away_is_told_without_statement_or_value(world: World) -> None:
    with pytest.raises(ApplicationError) as caught:
        CaseActivities(ScriptedLedger(world.ledger, away)).advance(
            Advance(case=world.case, events=(Opened(),), as_of=DECIDED_AT)
        )
    assert caught.value.type == "LedgerUnavailable"
    assert not caught.value.non_retryable
    assert "\n" not in caught.value.message
    assert "SELECT" not in caught.value.message


def test_a_step_that_fails_half_way_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "store", lambda *_: raising(KeyError("Ms-Canary"))())
    with pytest.raises(ApplicationError, match=r"^Unexpected: KeyError in ") as caught:
        advance(world, world.case, Hold(id="m-1"))
    assert "Canary" not in str(caught.value)
    assert world.row().step_no == 0
    assert world.holds_on(date(2026, 3, 20)) == []
    assert world.audit() == []


def test_an_attempt_that_nobody_waits_for_any_more_stores_nothing(world: World) -> None:
    environment = ActivityEnvironment()
    activities = CaseActivities(ScriptedLedger(world.ledger, environment.cancel))
    with pytest.raises(CancelledError):
        environment.run(activities.advance, Advance(case=world.case, events=(Opened(),), as_of=DECIDED_AT))
    assert world.row().step_no == 0
    assert world.audit() == []


def test_a_late_copy_of_a_step_that_was_outrun_is_refused_and_leaves_nothing(world: World) -> None:
    first = advance(world, world.case, Opened())
    second = advance(world, first.case, Woken(), as_of=LATER)
    last = advance(world, second.case, Hold(id="m-1"), as_of=LATER + timedelta(minutes=3))
    row, told = world.row(), world.audit()
    for late in (LATER, LATER + timedelta(minutes=3)):
        with pytest.raises(
            ApplicationError, match=r"^Surroundings: step 2 of case A-1/1 came after a newer one"
        ) as caught:
            advance(world, first.case, Woken(), Hold(id="m-2"), as_of=late)
        assert "\n" not in str(caught.value)
    assert last.answers[0].accepted
    assert (world.row(), world.audit()) == (row, told)
    assert world.holds_on(date(2026, 3, 20)) == ["m-1"]
    assert world.requests_stored() == 1


def test_a_case_whose_run_was_reset_goes_on_from_an_earlier_step(world: World) -> None:
    first = advance(world, world.case, Opened())
    advance(world, first.case, Hold(id="m-1"), as_of=LATER)
    advance(world, world.case, Opened(), as_of=LATER + timedelta(minutes=3))
    assert world.row().step_no == 1
    assert world.holds_on(date(2026, 3, 20)) == []
