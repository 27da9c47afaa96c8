"""The journeys of the replay corpus: short lives that between them take every turn of the case workflow."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from temporalio.client import WorkflowHistory
from temporalio.testing import TimeSkipper, TimeSkippingConfig

import worker
from activities.health import Polling
from domain.model.contact import Direction, Outcome
from domain.model.events import Hold, HoldReason, Release, Request, Withdraw
from domain.model.permits import ReportContact, RequestContact, ReturnPermit
from ledger.tables import contact_points
from starter.cases import start_case
from starter.requests import ask, look
from tests.faults.bank import Bank, until
from tests.plugins.switched import Switched
from workflows.names import DOORBELL

Scenario = Callable[["Scene"], Awaitable[list[WorkflowHistory]]]

# Ten minutes of polling for the ledger are a second here, so that several tries go by.
_POLLING = Polling(first=0.05, longest=0.2, in_all=1.0)


@dataclass
class Scene:
    """One account of a bank in virtual time, and its case."""

    bank: Bank
    name: str
    away: threading.Event = field(default=Switched.away)

    async def start(
        self,
        days_late: int,
        opens_in: timedelta | None = None,
        history_bound: int = 1_000,
        reachable: bool = True,
    ) -> None:
        bank = self.bank
        bank.add_accounts([self.name], days_late)
        if not reachable:
            with bank.ledger.write() as connection:
                point = contact_points.c.contact_point_id == f"file-{self.name}"
                connection.execute(delete(contact_points).where(point))
        opens_at = None if opens_in is None else datetime.now(UTC) + opens_in
        await start_case(
            bank.client, bank.ledger, bank.policies, self.name, opens_at=opens_at, history_bound=history_bound
        )

    async def pass_by(self, days: int) -> None:
        skipper = TimeSkipper(self.bank.client, config=TimeSkippingConfig(max_session_skip_count=5_000))
        await skipper.fast_forward(self.bank.handle(self.name), timedelta(days=days))

    async def ring(self) -> None:
        await self.bank.handle(self.name).signal(DOORBELL)

    async def ask(self, request: Request) -> None:
        assert (await ask(self.bank.client, self.name, request)).accepted

    async def ended(self) -> list[WorkflowHistory]:
        handle = self.bank.handle(self.name)
        await handle.result()
        return [await handle.fetch_history()]

    async def still_open(self) -> list[WorkflowHistory]:
        """Every run so far, oldest first; the last one is open."""
        await look(self.bank.client, self.name)
        runs = [run async for run in self.bank.client.list_workflows(f"WorkflowId = 'case/{self.name}'")]
        runs.sort(key=lambda run: run.start_time)
        handles = [self.bank.client.get_workflow_handle(run.id, run_id=run.run_id) for run in runs]
        histories = [await handle.fetch_history() for handle in handles]
        await handles[-1].terminate()
        return histories


async def cured_after_notices(scene: Scene) -> list[WorkflowHistory]:
    await scene.start(days_late=4)
    await scene.pass_by(days=20)
    assert (await look(scene.bank.client, scene.name)).ladder.total_given == 2
    await scene.bank.pay(scene.name)
    return await scene.ended()


async def started_ahead(scene: Scene) -> list[WorkflowHistory]:
    """Its first step changes the stage and sends a notice at once: the order of the two is part of the corpus."""
    await scene.start(days_late=0, opens_in=timedelta(days=6))
    await scene.pass_by(days=7)
    assert (await look(scene.bank.client, scene.name)).ladder.total_given == 1
    return await scene.still_open()


async def held_and_quarantined(scene: Scene) -> list[WorkflowHistory]:
    await scene.start(days_late=10)
    await scene.ask(Hold(id="released"))
    await scene.ask(Release(id="release", hold_id="released"))
    await scene.ask(Hold(id="pause", reason=HoldReason.PAUSE, ends_on=scene.bank.today + timedelta(days=40)))
    for arguments in ([], [1], [{"a": 1}, "two"]):
        await scene.bank.handle(scene.name).signal("no_such_name", args=arguments)

    async def all_told_of() -> bool:
        return (await look(scene.bank.client, scene.name)).quarantined == 3

    await until(all_told_of, "the unreadable signals are told of")
    await scene.pass_by(days=10)
    return await scene.still_open()


async def withdrawn(scene: Scene) -> list[WorkflowHistory]:
    await scene.start(days_late=10)
    await scene.ask(Withdraw(id="withdraw"))
    return await scene.ended()


async def cancelled(scene: Scene) -> list[WorkflowHistory]:
    await scene.start(days_late=10)
    await look(scene.bank.client, scene.name)
    await scene.bank.handle(scene.name).cancel()
    return await scene.ended()


async def continued_as_new(scene: Scene) -> list[WorkflowHistory]:
    await scene.start(days_late=10, history_bound=30)
    await scene.ask(Hold(id="kept"))
    first = (await scene.bank.handle(scene.name).describe()).run_id

    async def another_run() -> bool:
        await scene.ring()
        return (await scene.bank.handle(scene.name).describe()).run_id != first

    await until(another_run, "the run continues as new")
    await scene.ask(Release(id="release", hold_id="kept"))
    return await scene.still_open()


async def without_the_ledger(scene: Scene) -> list[WorkflowHistory]:
    await scene.start(days_late=10)
    await scene.ask(Hold(id="before"))
    scene.away.set()
    asked = asyncio.create_task(scene.ask(Hold(id="meanwhile")))
    await scene.ring()

    async def tried_again() -> bool:
        described = await scene.bank.handle(scene.name).describe()
        return any(one.attempt >= 2 for one in described.raw_description.pending_activities)

    try:
        await until(tried_again, "the case waits for the ledger")
    finally:
        scene.away.clear()
    await asked
    return await scene.still_open()


async def without_an_address(scene: Scene) -> list[WorkflowHistory]:
    """The notice comes back as an event: it did not leave."""
    await scene.start(days_late=10, reachable=False)

    async def blocked() -> bool:
        return (await look(scene.bank.client, scene.name)).blocked is not None

    await until(blocked, "the case is told that there is no address")
    return await scene.still_open()


async def permitted(scene: Scene) -> list[WorkflowHistory]:
    """One permit is given back, one expires by the case's own clock, and a call of the customer is recorded."""
    await scene.start(days_late=10)
    tomorrow = scene.bank.today + timedelta(days=1)
    for number in (1, 2):
        await scene.ask(RequestContact(id=f"ask-{number}", day=tomorrow))
    await scene.ask(ReturnPermit(id="back", permit_id=f"{scene.name}/1/permit/ask-1"))
    told_at = datetime.now(UTC)
    called_in = ReportContact(id="in", outcome=Outcome.CONVERSATION, made_at=told_at, direction=Direction.IN)
    await scene.ask(called_in)
    await scene.pass_by(days=3)
    return await scene.still_open()


SCENARIOS: dict[str, Scenario] = {
    "cured-after-notices": cured_after_notices,
    "started-ahead": started_ahead,
    "held-and-quarantined": held_and_quarantined,
    "withdrawn": withdrawn,
    "cancelled": cancelled,
    "continued-as-new": continued_as_new,
    "without-the-ledger": without_the_ledger,
    "without-an-address": without_an_address,
    "permitted": permitted,
}


@contextlib.asynccontextmanager
async def serving(bank: Bank) -> AsyncIterator[None]:
    """The bank's worker, on a ledger that can be taken away."""
    ledger, ways_out = Switched(bank.ledger.engine, bank.ledger.url), worker.channels(bank.settings, bank.ledger)
    async with worker.running_workers(bank.client, bank.settings, ledger, ways_out, polling=_POLLING):
        yield
