"""A ledger that is away: the case waits cheaply, loses nothing, and goes on as soon as it is back."""

from __future__ import annotations

import asyncio

import worker
from activities.health import Polling
from domain.model.events import Hold
from starter.demo.costs import count_actions, count_events
from tests.plugins.switched import Switched
from workflows.case import CaseWorkflow
from workflows.names import DOORBELL

# An hour is six tries of ten minutes; here a try lasts a second, and as many go by.
_TRY = Polling(first=0.05, longest=0.2, in_all=1.0)
_TRIES = 6


async def _history(handle):
    return [event async for event in handle.fetch_history_events()]


async def test_an_hour_without_the_ledger_costs_little_and_loses_nothing(make_bank) -> None:
    bank = make_bank()
    ledger = Switched.of(bank.ledger)
    bank.add_account("outage", (40, 500))
    ways_out = worker.channels(bank.settings, ledger)
    async with worker.running_workers(bank.client, bank.settings, ledger, ways_out, polling=_TRY):
        await bank.start("outage")
        handle = bank.handle("outage")
        await handle.execute_update(CaseWorkflow.hold, Hold(id="before"))
        before = await _history(handle)

        ledger.away.set()
        asked = asyncio.create_task(handle.execute_update(CaseWorkflow.hold, Hold(id="meanwhile")))
        for _ in range(3):
            await handle.signal(DOORBELL)
        tries = await _tries_went_by(handle)
        ledger.away.clear()
        answer = await asked

        after = await _history(handle)
        state = await bank.state("outage")
        await handle.terminate()
    assert answer.accepted
    assert {held.id for held in state.holds} == {"before", "meanwhile"}
    bells = 3
    plain = 2 + bells  # what the update and the doorbells cost anyway: their own events and actions
    assert count_events(after) - count_events(before) <= 15 + 2 * plain
    assert count_actions(after) - count_actions(before) <= 12 + plain
    # no further round of waiting: the try that saw the ledger come back, or the one that began meanwhile
    started = [event.activity_task_started_event_attributes.attempt for event in after]
    assert _TRIES < max(started) <= tries + 1


async def _tries_went_by(handle) -> int:
    while True:
        described = await handle.describe()
        pending = described.raw_description.pending_activities
        if pending and pending[0].attempt > _TRIES:
            return pending[0].attempt
        await asyncio.sleep(0.1)


async def test_a_cancel_during_an_outage_still_ends_with_a_typed_outcome(make_bank) -> None:
    bank = make_bank()
    ledger = Switched.of(bank.ledger)
    bank.add_account("cancelled-away", (40, 500))
    ways_out = worker.channels(bank.settings, ledger)
    async with worker.running_workers(bank.client, bank.settings, ledger, ways_out, polling=_TRY):
        await bank.start("cancelled-away")
        handle = bank.handle("cancelled-away")
        await bank.state("cancelled-away")
        ledger.away.set()
        await handle.signal(DOORBELL)
        while not (await handle.describe()).raw_description.pending_activities:
            await asyncio.sleep(0.05)
        await handle.cancel()
        await handle.signal(DOORBELL)
        ledger.away.clear()
        closure = await handle.result()
    assert (closure.outcome, closure.reason) == ("withdrawn", "cancelled")
