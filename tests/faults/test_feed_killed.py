"""kill -9 of the feed, its worker or the server while a bank's ledger changes: nothing is missed, nothing doubled."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from domain.model.contact import FactKind, PastFact
from ledger import changes, person_facts, rings
from ledger.changes import FEED
from ledger.person_facts import PersonFact
from ledger.tables import cases, entries
from starter import schedules
from starter.connection import register_search_attributes
from starter.server import Embedded, embedded_server, free_port
from starter.settings import Settings
from tests.faults.bank import Bank, until
from worker import READY

SEEDS = range(20)
KINDS = ("worker", "feed", "server")
LATE, SOON, BURSTS = 18, 4, 6
"""Accounts past due, those that are not, and in how many bursts their bank tells of them."""


@dataclass
class Day:
    """What a seed chooses, and what came of it."""

    seed: int
    kind: str
    chance: random.Random
    late: list[str]
    soon: list[str]
    paid: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    kills: int = 0


@dataclass(frozen=True)
class Seen:
    """What was there when all was quiet again."""

    day: Day
    cases: dict[str, list[tuple[bool, bool]]]
    """Account → its cases: whether each is closed, and whether its last step saw the newest entry and fact."""
    runs: dict[str, int]
    """Workflow id → how many runs there ever were."""
    messages: int
    files: int


def day_of(seed: int) -> Day:
    names = [f"seed-{seed}-{number}" for number in range(LATE + SOON)]
    return Day(seed, KINDS[seed % len(KINDS)], random.Random(seed), names[:LATE], names[LATE:])


@dataclass
class Place:
    """A server on its file, killed and started again under the same address."""

    folder: Path
    port: int = field(default_factory=free_port)
    running: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)
    server: Embedded | None = None

    async def start(self) -> Embedded:
        file, log = self.folder / "temporal.db", self.folder / "server.log"
        self.server = await self.running.enter_async_context(
            embedded_server(Settings(), port=self.port, file=file, log=log)
        )
        await register_search_attributes(self.server.client)
        return self.server

    async def kill(self) -> Embedded:
        os.kill(self.server.pid, signal.SIGKILL)
        await self.running.aclose()
        return await self.start()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def outcomes(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[dict[int, Seen | BaseException]]:
    """Every seed once, two side by side, each on a server of its own."""
    seeds, seen = iter(SEEDS), {}

    async def lane(folder: Path) -> None:
        place = Place(folder)
        await place.start()
        try:
            for seed in seeds:
                try:
                    seen[seed] = await live_through(day_of(seed), place, sqlite_template)
                except Exception as error:  # told by the test of this seed
                    seen[seed] = error
        finally:
            await place.running.aclose()

    await asyncio.gather(*(lane(tmp_path_factory.mktemp("feed")) for _ in range(2)))
    yield seen


async def live_through(day: Day, place: Place, template: Path) -> Seen:
    folder = place.folder / f"seed-{day.seed}"
    bank = Bank.founded(folder, template, place.server.client, place.server.address, feed_every=1)
    await schedules.apply(bank.client, bank.settings)
    try:
        async with contextlib.AsyncExitStack() as working:
            killer = asyncio.create_task(_kill(day, bank, place, working))
            try:
                await _tell(day, bank)
                await killer
                await until(lambda: _quiet(day, bank), f"seed {day.seed} ({day.kind}): all is relayed")
            finally:
                killer.cancel()
        return await _seen(day, bank)
    finally:
        for one in schedules.planned(bank.settings):
            await bank.client.get_schedule_handle(one.schedule_id).delete()
        for name in day.late + day.soon:
            with contextlib.suppress(Exception):
                await bank.handle(name).terminate()
        bank.ledger.close()


async def _tell(day: Day, bank: Bank) -> None:
    """The bank's day: accounts come, some pay, facts about some persons are told."""
    for burst in range(BURSTS):
        late, soon = day.late[burst::BURSTS], day.soon[burst::BURSTS]
        await asyncio.to_thread(bank.add_accounts, late, 4)  # past due, and a day before the first notice
        await asyncio.to_thread(bank.add_accounts, soon, -9)
        known = [name for told in range(burst + 1) for name in day.late[told::BURSTS] if name not in day.paid]
        for name in day.chance.sample(known, min(2, len(known))):
            await asyncio.to_thread(_pay_or_hold, day, bank, name)
        await asyncio.sleep(day.chance.uniform(0.1, 0.6))


def _pay_or_hold(day: Day, bank: Bank, name: str) -> None:
    if day.chance.random() < 0.5:
        bank.post(name)
        day.paid.append(name)
        return
    at = datetime.now(UTC)
    with bank.ledger.write() as conn:
        fact = PastFact(kind=FactKind.HOLD, at=at, name="cease")
        person_facts.add(conn, PersonFact(f"{name}/{len(day.held)}", f"person-{name}", fact, at))
    day.held.append(name)


async def _kill(day: Day, bank: Bank, place: Place, working: contextlib.AsyncExitStack) -> None:
    """Three kills at chosen instants, then whatever was killed is back for good."""
    log = bank.settings.data_dir / "worker.log"
    worker = contextlib.AsyncExitStack()
    process = await worker.enter_async_context(bank.process("worker", log))
    await until(lambda: _ready(log), "the worker polls")  # without a server it would end: somebody starts it again
    for _ in range(3):
        if day.kind == "feed":
            async with bank.process("tests.faults.feed_run", bank.settings.data_dir / "feed.log") as feed:
                await asyncio.sleep(day.chance.uniform(0.5, 1.5))
                with contextlib.suppress(ProcessLookupError):
                    feed.kill()
                    day.kills += 1
            continue
        await asyncio.sleep(day.chance.uniform(0.2, 1.5))
        if day.kind == "worker":
            process.kill()
            await process.wait()
            process = await worker.enter_async_context(bank.process("worker", log))
        else:
            bank.client = (await place.kill()).client
        day.kills += 1
    working.push_async_callback(worker.aclose)


async def _ready(log: Path) -> bool:
    return READY in log.read_text(encoding="utf-8")


async def _quiet(day: Day, bank: Bank) -> bool:
    """Nothing waits in the ledger, and every case that is due is there and has taken its last step."""
    with bank.ledger.read() as conn:
        waits = changes.waiting(conn, FEED).changes or rings.unheard(conn).rings
        steps = dict(conn.execute(select(cases.c.account_id, cases.c.step_no)).all())
        closed = set(conn.scalars(select(cases.c.account_id).where(cases.c.closed_at.is_not(None))))
    return (
        not waits
        and all(steps.get(name) for name in day.late if name not in day.paid)
        and set(day.paid) <= (closed | (set(day.late) - set(steps)))
    )


async def _seen(day: Day, bank: Bank) -> Seen:
    with bank.ledger.read() as conn:
        recorded = select(entries.c.account_id, func.max(entries.c.recorded_at)).group_by(entries.c.account_id)
        newest = dict(conn.execute(recorded).all())
        found: dict[str, list[tuple[bool, bool]]] = {}
        for row in conn.execute(select(cases)):
            of_person = person_facts.of_person(conn, f"person-{row.account_id}", datetime.now(UTC))
            last = max([newest[row.account_id], *(fact.recorded_at for fact in of_person)])
            found.setdefault(row.account_id, []).append((row.closed_at is not None, row.as_of >= last))
    runs: dict[str, int] = {}
    async for run in bank.client.list_workflows("WorkflowType = 'Case'"):
        if run.id.startswith(f"case/seed-{day.seed}-"):
            runs[run.id] = runs.get(run.id, 0) + 1
    return Seen(day, found, runs, len(bank.rows()), len(bank.files()))


@pytest.mark.parametrize("seed", SEEDS)
async def test_every_account_has_its_case_and_every_case_saw_what_was_told(outcomes, seed: int) -> None:
    seen = outcomes[seed]
    if isinstance(seen, BaseException):
        raise seen
    day = seen.day
    print(f"seed {seed}: {day.kind} killed {day.kills} times, {len(day.paid)} paid, {len(day.held)} held")
    assert day.kills == 3
    assert set(seen.cases) <= set(day.late)
    for name in day.late:
        here = seen.cases.get(name, [])
        if name in day.paid and not here:
            continue  # it paid before anybody looked
        assert here == [(name in day.paid, True)], name
    assert set(seen.runs) == {f"case/{name}" for name in seen.cases}, "a run for each case, and none for nobody"
    # a start that was cut off may begin again after the case has ended: that run ends at once, with the same end
    assert {name for name, runs in seen.runs.items() if runs > 1} <= {f"case/{name}" for name in day.paid}
    assert seen.messages == seen.files == 0
