"""Runs a portfolio in virtual time on the real server: starts every case, follows them to the end of the data."""

from __future__ import annotations

import asyncio
import time as clock
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

from temporalio.client import Client
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from domain.calendar import local_day, local_instant
from domain.model.errors import InputError
from ledger import info
from ledger.engine import Ledger, init_ledger, open_ledger
from ledger.importers.writer import store_histories
from starter.cases import Policies, start_case
from starter.connection import register_search_attributes
from starter.demo.costs import Cost, count_costs
from starter.demo.follow import Follower, Progress
from starter.demo.portfolio import Portfolio
from starter.demo.window import Chosen, Window, choose
from starter.processes import refuse_dead, worker_process
from starter.server import Embedded, embedded_server
from starter.settings import Settings
from workflows.names import case_workflow_id

_STARTS_AT_ONCE = 8
_LOOK_EVERY_S = 0.5
_OPENS_AT = time(0, 5)
_MOST_SKIPS = 5_000


@dataclass(frozen=True)
class Order:
    """What a demo is asked to do. ``cases`` None: every account that is past due within the days."""

    days: int
    cases: int | None
    seed: int
    ui_port: int | None = None


@dataclass(frozen=True)
class Run:
    """A demo that ran to its end: what the report is made from."""

    window: Window
    chosen: Sequence[Chosen]
    ledger: Ledger
    costs: Sequence[Cost]
    wall_seconds: float


async def run_demo(
    settings: Settings,
    portfolio: Portfolio,
    policies: Policies,
    order: Order,
    show: Callable[[Progress], None],
    after: Callable[[Run, Embedded], None],
    stay: asyncio.Event | None = None,
) -> None:
    """Run the demo; ``after`` is called while the server still runs, which then stays up until ``stay`` is set."""
    began = clock.monotonic()
    window = Window.of(local_day(datetime.now(UTC), portfolio.zone), order.days)
    chosen = choose(portfolio.histories(window), window, policies.rules, order.cases, order.seed)
    if not chosen:
        raise InputError("no account of this portfolio is past due within these days: nothing to run")
    ledger = _fill_ledger(settings.ledger, chosen, window)
    server_log, worker_log = settings.data_dir / "server.log", settings.data_dir / "worker.log"
    async with (
        embedded_server(settings, ui_port=order.ui_port, log=server_log, skip_time=True) as server,
        worker_process(settings, server.address, worker_log) as worker,
    ):
        await register_search_attributes(server.client)
        follower = Follower(ledger, window, len(chosen), show)
        starting = asyncio.create_task(_start_all(server.client, policies, chosen, portfolio.zone, follower, settings))
        await _to_the_end(follower, starting, worker, worker_log)
        costs = await count_costs(server.client, [case_workflow_id(c.history.account_id) for c in chosen])
        after(Run(window, chosen, ledger, costs, clock.monotonic() - began), server)
        if stay is not None:
            await stay.wait()


def _fill_ledger(url: str, chosen: Sequence[Chosen], window: Window) -> Ledger:
    init_ledger(url)
    ledger = open_ledger(url)
    store_histories(ledger, (c.history for c in chosen), ends_on=window.last)
    with ledger.write() as connection:
        info.put(connection, info.REPLAYED_UNTIL, window.last.isoformat())
    return ledger


async def _start_all(
    client: Client,
    policies: Policies,
    chosen: Sequence[Chosen],
    zone: str,
    follower: Follower,
    settings: Settings,
) -> None:
    skipping = TimeSkipper(client, config=TimeSkippingConfig(max_session_skip_count=_MOST_SKIPS)).client
    gate = asyncio.Semaphore(_STARTS_AT_ONCE)

    async def start(account: Chosen) -> None:
        ahead = account.opens_on > follower.window.first
        async with gate:
            await start_case(
                skipping,
                follower.ledger,
                policies,
                account.history.account_id,
                opens_at=local_instant(account.opens_on, _OPENS_AT, zone) if ahead else None,
                history_bound=settings.history_bound,
            )
        follower.started += 1

    async with asyncio.TaskGroup() as starts:
        for account in chosen:
            starts.create_task(start(account))


async def _to_the_end(
    follower: Follower, starting: asyncio.Task[None], worker: asyncio.subprocess.Process, worker_log: Path
) -> None:
    try:
        while not await asyncio.to_thread(follower.look):
            refuse_dead(worker, worker_log)
            if starting.done():
                starting.result()
            await asyncio.sleep(_LOOK_EVERY_S)
    finally:
        starting.cancel()
