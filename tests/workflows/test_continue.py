"""Continue-as-new under fire: every signal kept, every update answered, and the state the same after it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio.client import WorkflowHandle

from domain.model.events import Hold, HoldReason, Release
from starter.requests import ask
from workflows.names import DOORBELL


async def _runs(client, workflow_id: str) -> int:
    return len([run async for run in client.list_workflows(f"WorkflowId = '{workflow_id}'")])


async def test_signals_and_updates_survive_continue_as_new_every_60_events(bank) -> None:
    bank.add_account("busy", (40, 500))
    await bank.start("busy", history_bound=60)
    handle = bank.handle("busy")

    async def bells() -> None:
        for _ in range(60):
            await handle.signal(DOORBELL)
            await handle.signal("unknown-name", "content")

    async def requests(worker_no: int) -> list[bool]:
        answers = []
        for i in range(15):
            hold = Hold(id=f"h-{worker_no}-{i}")
            answers.append((await ask(bank.client, "busy", hold)).accepted)
            released = await ask(bank.client, "busy", Release(id=f"r-{worker_no}-{i}", hold_id=hold.id))
            answers.append(released.accepted)
        return answers

    results = await asyncio.gather(bells(), requests(1), requests(2))
    await ask(bank.client, "busy", Hold(id="last"))  # answered after everything that came before it
    state = await bank.state("busy")
    assert all(results[1])
    assert all(results[2])
    assert state.quarantined == 60
    assert [held.id for held in state.holds] == ["last"]
    assert await _runs(bank.client, handle.id) > 3
    await handle.terminate()


async def test_after_continue_as_new_the_case_is_what_it_was(bank, skipper) -> None:
    bank.add_account("same", (4, 500))  # the day before the first notice: none is on its way, whatever the hour
    await bank.start("same", history_bound=30)
    handle = bank.handle("same")
    first = await ask(bank.client, "same", Hold(id="keep", reason=HoldReason.OPERATOR))
    before = await bank.state("same")
    await _ring_until_a_new_run(bank.client, handle)
    after = await bank.state("same")
    assert await ask(bank.client, "same", Hold(id="keep")) == first
    for field in ("case_id", "strategy", "rules", "ladder", "holds", "answers", "stage", "arrears", "episode_no"):
        assert getattr(after, field) == getattr(before, field), field
    await handle.terminate()


async def test_the_default_bound_is_taken_by_many_doorbells(bank) -> None:
    bank.add_account("doorbells", (40, 500))
    await bank.start("doorbells")
    handle = bank.handle("doorbells")
    for _ in range(55):
        await asyncio.gather(*(handle.signal(DOORBELL) for _ in range(20)))
    while await _runs(bank.client, handle.id) < 2:  # the list of runs follows a little later
        await asyncio.sleep(0.1)
    assert (await bank.state("doorbells")).closure is None
    await handle.terminate()


async def test_two_years_of_statements_paid_late_keep_the_history_bounded(bank, skipper) -> None:
    bank.add_account("two-years", *[(40 - 30 * month, 500) for month in range(25)])
    await bank.start("two-years", history_bound=60)
    handle = bank.handle("two-years")
    for month in range(24):
        await skipper.fast_forward(handle, timedelta(days=30))
        bank.pay("two-years", "500.00", days_on=30 * month + 25)
        await handle.signal(DOORBELL)
    state = await bank.state("two-years")
    described = await handle.describe()
    assert state.closure is None
    assert described.raw_description.workflow_execution_info.history_length < 120
    assert await _runs(bank.client, handle.id) > 3
    assert len(state.model_dump_json()) < 6_000
    await handle.terminate()


async def _ring_until_a_new_run(client, handle: WorkflowHandle) -> None:
    runs = await _runs(client, handle.id)
    while await _runs(client, handle.id) == runs:
        await handle.signal(DOORBELL)
        await asyncio.sleep(0.02)
