"""kill -9 of the Temporal server on its file, in the middle of sends and of waiting cases; then it is back."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

from ledger import cases
from starter.connection import register_search_attributes
from starter.server import Embedded, embedded_server, free_port
from starter.settings import Settings
from tests.faults.bank import Bank, expected_file, next_line, until

SENDING = [f"sending-{number}" for number in range(30)]
WAITING = [f"waiting-{number}" for number in range(5)]
IN_FLIGHT = 20
AT_ONCE = 24
"""Activities that the worker runs at once."""


@contextlib.asynccontextmanager
async def server_on(folder: Path, port: int) -> AsyncIterator[Embedded]:
    async with embedded_server(Settings(), port=port, file=folder / "temporal.db", log=folder / "server.log") as server:
        await register_search_attributes(server.client)
        yield server


async def test_a_killed_server_loses_no_case_and_sends_no_message_twice(sqlite_template: Path, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "worker.log"
    (held_reads, held_writes), (let_go_reads, let_go_writes) = os.pipe(), os.pipe()
    chaos = {"CHAOS_MOMENT": "mixed", "CHAOS_PASSES": "3"}
    chaos |= {"CHAOS_HELD": str(held_writes), "CHAOS_LET_GO": str(let_go_reads)}
    async with contextlib.AsyncExitStack() as working:
        async with server_on(tmp_path, port) as first:
            bank = Bank.founded(tmp_path, sqlite_template, first.client, first.address, activities=AT_ONCE)
            bank.add_accounts(SENDING, days_late=10)
            bank.add_accounts(WAITING, days_late=4)  # past due, and a day before the first notice
            started = await bank.start_all(SENDING + WAITING)
            worker = bank.process("tests.faults.chaos_worker", log, [held_writes, let_go_reads], **chaos)
            await working.enter_async_context(worker)
            os.close(held_writes)
            with os.fdopen(held_reads) as lines:
                held = [await next_line(lines, log) for _ in range(IN_FLIGHT)]
            await until(lambda: _all_waiting(bank), "the waiting cases wait")
            os.kill(first.pid, signal.SIGKILL)
        assert len(set(held)) == IN_FLIGHT

        # What was held comes to its end while nobody takes its word; then the server is back, under the same worker.
        os.write(let_go_writes, b"!")
        os.close(let_go_writes)
        async with server_on(tmp_path, port) as second:
            bank.client = second.client
            await bank.until_all_sent(SENDING)
            runs = {name: (await bank.handle(name).describe()).run_id for name in SENDING + WAITING}
            assert runs == {one.workflow_id.removeprefix("case/"): one.run_id for one in started}
            for name in SENDING + WAITING:
                await bank.pay(name)
            closures = await asyncio.gather(*(bank.handle(name).result() for name in SENDING + WAITING))

    assert {closure.outcome.value for closure in closures} == {"cured"}
    assert sum(closure.notices for closure in closures) == len(SENDING)
    rows = bank.rows()
    assert {row.state.value for row in rows} == {"sent"}
    assert len({row.key for row in rows}) == len({row.case_id for row in rows}) == len(rows) == len(SENDING)
    assert bank.files() == dict(map(expected_file, rows))
    for name in SENDING + WAITING:
        broken_at, kinds = bank.audit_of(name)
        assert broken_at is None, name
        assert kinds.count("notice_sent") == (name in SENDING), (name, kinds)
    bank.ledger.close()


async def _all_waiting(bank: Bank) -> bool:
    """Each has taken its first step and sleeps until tomorrow."""
    with bank.ledger.read() as connection:
        rows = [cases.open_row(connection, name) for name in WAITING]
    return all(row is not None and row.wake_at is not None for row in rows) and await bank.quiet(WAITING)
