"""Runs a portfolio in virtual time on the real server: starts every case, follows them to the end of the data."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path

from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from domain.calendar import local_instant
from domain.model.feed import FeedAsk, FeedPass
from ledger import info, person_facts
from ledger import report as reports
from ledger.engine import Ledger, init_ledger, open_ledger
from ledger.importers.writer import store_histories
from ledger.person_facts import PersonFact
from policies import Policies
from starter.connection import register_search_attributes
from starter.demo.costs import Cost, count_costs
from starter.demo.customers import Cast, write_cast
from starter.demo.desk import Call, day_of_calls
from starter.demo.follow import Follower, Progress
from starter.demo.together import for_each
from starter.demo.window import Chosen, Window
from starter.feed.delivery import Door
from starter.feed.relay import Relay
from starter.processes import refuse_dead, worker_process
from starter.server import Embedded, embedded_server
from starter.settings import Settings
from workflows.names import case_workflow_id

_STARTS_AT_ONCE = 8
_PAGE = 25
"""Cases that are started before the progress is shown again."""
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
    cast: Cast = field(default_factory=dict)
    """Whose owner answers the messages, and how."""
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
    cast: Cast = field(default_factory=dict)


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
async def demo_stage(settings: Settings, ledger: Ledger, plan: Plan) -> AsyncIterator[Stage]:
    """Server and worker of a demo, while the context is open."""
    cast = write_cast(settings.data_dir / "customers.json", plan.cast)
    settings = settings.model_copy(update={"demo_cast": cast})
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
    return Run(plan.window, chosen, stage.ledger, costs, calls, plan.cast)


async def _start_all(stage: Stage, plan: Plan, follower: Follower) -> None:
    """The feed takes what the ledger tells: who is past due gets a case, who will be one that sleeps until then."""
    config = TimeSkippingConfig(max_session_skip_count=_MOST_SKIPS)
    skipping = TimeSkipper(stage.server.client, config=config).client
    opens = {one.history.account_id: local_instant(one.opens_on, _OPENS_AT, one.history.zone) for one in plan.chosen}

    def tell(done: FeedPass) -> None:
        follower.started = done.opened

    door = Door(skipping, stage.ledger, plan.policies, stage.history_bound, at_once=_STARTS_AT_ONCE)
    await Relay(stage.ledger, plan.policies, door, ahead=opens.get, told=tell, page=_PAGE).run(FeedAsk(as_of=plan.at))


async def _to_the_end(stage: Stage, follower: Follower, starting: asyncio.Task[None]) -> None:
    try:
        while not (await asyncio.to_thread(follower.look) and await _is_quiet(stage)):
            stage.server.refuse_dead()
            refuse_dead(stage.worker, stage.worker_log)
            if starting.done():
                starting.result()
            await asyncio.sleep(_LOOK_EVERY_S)
    finally:
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)


async def _is_quiet(stage: Stage) -> bool:
    """Whether nothing is under way any more: a case that is over may still thank, and who got a message may answer."""
    with stage.ledger.read() as connection:
        episodes = reports.episodes(connection)
    is_open = {episode.account_id: episode.closed_at is None for episode in episodes}
    client = stage.server.client

    async def at_rest(account_id: str) -> bool:
        run = await client.get_workflow_handle(case_workflow_id(account_id)).describe()
        runs = run.status is WorkflowExecutionStatus.RUNNING
        seen = run.raw_description
        is_idle = not seen.pending_activities and not seen.HasField("pending_workflow_task")
        return runs is is_open[account_id] and is_idle

    return all(await for_each(list(is_open), at_rest, _STARTS_AT_ONCE))
