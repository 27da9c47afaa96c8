"""A case keeps its timer while the instant of waking stays: most of what arrives costs none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from temporalio.api.enums.v1 import EventType

from domain.model.complaints import Complain
from domain.model.contact import Direction, Outcome
from domain.model.events import Hold, Release
from domain.model.permits import ReportContact
from starter.requests import ask
from tests.activities.world import rules_with
from tests.plugins.virtual_bank import Bank
from workflows.case import CaseWorkflow
from workflows.names import CASES_QUEUE, DOORBELL

_STEPS = [
    {
        "id": f"notice-{days}",
        "notice": "friendly-reminder",
        "channels": ["file"],
        "due": {"rule": "days_past_due", "days": days},
    }
    for days in (8, 15)
]


async def timers(bank: Bank, account_id: str) -> int:
    history = await bank.handle(account_id).fetch_history()
    return sum(event.event_type == EventType.EVENT_TYPE_TIMER_STARTED for event in history.events)


async def begun(bank: Bank, account_id: str) -> None:
    """A case whose first notice is due in four days."""
    bank.policies = replace(bank.policies, rules=rules_with())
    bank.plan(ladder=_STEPS, days_between=0)
    bank.add_account(account_id, (4, 500))
    await bank.start(account_id)
    await bank.until(account_id, lambda case: case.step_no == 1)


async def test_what_moves_nothing_starts_no_timer_and_the_notice_leaves_in_time(bank: Bank, skipper) -> None:
    await begun(bank, "calm")
    said = {"outcome": Outcome.CONVERSATION, "direction": Direction.IN, "verified": True, "made_at": bank.now()}
    assert (await ask(bank.client, "calm", ReportContact(id="c-1", **said))).accepted
    assert (await ask(bank.client, "calm", Complain(id="k-1"))).accepted
    for step_no in (4, 5):
        await bank.handle("calm").signal(DOORBELL)
        await bank.until("calm", lambda case, no=step_no: case.step_no == no)
    assert await timers(bank, "calm") == 1
    await skipper.fast_forward(bank.handle("calm"), timedelta(days=5))
    state = await bank.until("calm", lambda case: case.ladder.total_given == 1)
    assert state.ladder.given[0].on == bank.today + timedelta(days=4)
    await bank.handle("calm").terminate()


async def test_what_moves_the_alarm_moves_the_timer_both_ways(bank: Bank, skipper) -> None:
    await begun(bank, "moved")
    held_until = bank.today + timedelta(days=6)
    assert (await ask(bank.client, "moved", Hold(id="h-1", ends_on=held_until))).accepted
    await skipper.fast_forward(bank.handle("moved"), timedelta(days=5))
    assert (await bank.state("moved")).ladder.total_given == 0
    assert (await ask(bank.client, "moved", Release(id="r-1", hold_id="h-1"))).accepted
    await skipper.fast_forward(bank.handle("moved"), timedelta(days=1))
    state = await bank.until("moved", lambda case: case.ladder.total_given == 1)
    assert state.ladder.given[0].on < held_until + timedelta(days=1)
    await skipper.fast_forward(bank.handle("moved"), timedelta(days=7))
    await bank.until("moved", lambda case: case.ladder.total_given == 2)
    await bank.handle("moved").terminate()


async def test_a_case_that_began_before_goes_on_with_a_timer_for_each_wait(bank: Bank) -> None:
    """As its history says: the flag is in what a run began with."""
    await begun(bank, "older")
    state = await bank.state("older")
    assert state.one_timer
    await bank.handle("older").terminate()
    older = state.model_copy(update={"one_timer": False})
    handle = await bank.client.start_workflow(CaseWorkflow.run, older, id="case/older", task_queue=CASES_QUEUE)
    for step_no in (2, 3):
        await handle.signal(DOORBELL)
        await bank.until("older", lambda case, no=step_no: case.step_no == no)
    history = await handle.fetch_history()
    started = sum(event.event_type == EventType.EVENT_TYPE_TIMER_STARTED for event in history.events)
    assert (started, (await bank.state("older")).one_timer) == (3, False)
    await handle.terminate()
