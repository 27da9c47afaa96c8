"""Runs a portfolio in virtual time on the real server: starts every case, follows them to the end of the data."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from temporalio.client import Client
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from domain.calendar import local_instant
from ledger import info, person_facts
from ledger.engine import Ledger, init_ledger, open_ledger
from ledger.importers.writer import store_histories
from ledger.person_facts import PersonFact
from policies import Policies
from starter.cases import start_case
from starter.connection import register_search_attributes
from starter.demo.costs import Cost, count_costs
from starter.demo.desk import Call, day_of_calls
from starter.demo.follow import Follower, Progress
from starter.demo.together import for_each
from starter.demo.window import Chosen, Window
from starter.processes import refuse_dead, worker_process
from starter.server import Embedded, embedded_server
from starter.settings import Settings
from workflows.names import case_workflow_id

_STARTS_AT_ONCE = 8
_LOOK_EVERY_S = 0.5
_OPENS_AT = time(0, 5)
_MOST_SKIPS = 5_000


@dataclass(frozen=True)
class Plan:
    """What a demo runs. ``at``: the instant of its beginning, the business time at which its cases are started."""

    at: datetime
    window: Window
    zone: str
    chosen: Sequence[Chosen]
    policies: Policies
    wishes: Sequence[PersonFact] = ()
    """What the customers tell in the run; a case knows it from its instant on."""
    seed: int = 1
    """Of what people do in the run."""


@dataclass(frozen=True)
class Stage:
    """Server, worker and ledger of a demo, all up."""

    server: Embedded
    worker: asyncio.subprocess.Process
    worker_log: Path
    ledger: Ledger
    history_bound: int


@dataclass(frozen=True)
class Run:
    """A demo that ran to its end: what the report is made from."""

    window: Window
    chosen: Sequence[Chosen]
    ledger: Ledger
    costs: Sequence[Cost]
    calls: Sequence[Call] = ()


def fill_ledger(url: str, plan: Plan) -> Ledger:
    """A fresh ledger with the histories of the accounts that the demo runs, and what their owners tell."""
    init_ledger(url)
    ledger = open_ledger(url)
    store_histories(ledger, (chosen.history for chosen in plan.chosen), ends_on=plan.window.last)
    with ledger.write() as connection:
        info.put(connection, info.REPLAYED_UNTIL, plan.window.last.isoformat())
        for told in plan.wishes:
            person_facts.add(connection, told)
    return ledger


@contextlib.asynccontextmanager
async def demo_stage(settings: Settings, ledger: Ledger) -> AsyncIterator[Stage]:
    """Server and worker of a demo, while the context is open."""
    server_log, worker_log = settings.data_dir / "server.log", settings.data_dir / "worker.log"
    async with (
        embedded_server(settings, log=server_log, skip_time=True) as server,
        worker_process(settings, server.address, worker_log) as worker,
    ):
        await register_search_attributes(server.client)
        yield Stage(server, worker, worker_log, ledger, settings.history_bound)


async def run_demo(stage: Stage, plan: Plan, show: Callable[[Progress], None]) -> Run:
    """Run the plan to the end of its window, call about what is still open, and count what it all cost."""
    follower = Follower(stage.ledger, plan.window, plan.zone, len(plan.chosen), show)
    starting = asyncio.create_task(_start_all(stage, plan, follower))
    await _to_the_end(stage, follower, starting)
    client, chosen = stage.server.client, plan.chosen
    calls = await day_of_calls(client, stage.ledger, chosen, plan.seed)
    costs = await count_costs(client, [case_workflow_id(one.history.account_id) for one in chosen])
    return Run(plan.window, chosen, stage.ledger, costs, calls)


async def _start_all(stage: Stage, plan: Plan, follower: Follower) -> None:
    config = TimeSkippingConfig(max_session_skip_count=_MOST_SKIPS)
    skipping = TimeSkipper(stage.server.client, config=config).client

    async def start(chosen: Chosen) -> None:
        await _start(skipping, stage, plan, chosen)
        follower.started += 1

    await for_each(plan.chosen, start, _STARTS_AT_ONCE)


async def _start(skipping: Client, stage: Stage, plan: Plan, chosen: Chosen) -> None:
    """Start one case; one that opens later is started now, and sleeps until then."""
    opens_at = local_instant(chosen.opens_on, _OPENS_AT, chosen.history.zone)
    await start_case(
        skipping,
        stage.ledger,
        plan.policies,
        chosen.history.account_id,
        now=plan.at,
        opens_at=opens_at if opens_at > plan.at else None,
        history_bound=stage.history_bound,
    )


async def _to_the_end(stage: Stage, follower: Follower, starting: asyncio.Task[None]) -> None:
    try:
        while not await asyncio.to_thread(follower.look):
            stage.server.refuse_dead()
            refuse_dead(stage.worker, stage.worker_log)
            if starting.done():
                starting.result()
            await asyncio.sleep(_LOOK_EVERY_S)
    finally:
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
