"""The same account started twice at the same time: one case, one run, and both callers are told of the same one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio

from ledger import cases
from starter.cases import Started
from starter.server import Embedded
from tests.faults.bank import WITHIN_S, Bank, until

ROUNDS = 50
STORM = 1_000
_RACERS = ("first", "second")


@pytest_asyncio.fixture(loop_scope="session")
async def bank(live_server: Embedded, ledger_url: str, tmp_path: Path) -> AsyncIterator[Bank]:
    """On each database; nobody serves its cases: they are opened, and that is all."""
    bank = Bank.on(ledger_url, tmp_path, live_server.client, live_server.address)
    yield bank
    bank.ledger.close()


@pytest.fixture
def names(bank: Bank, tmp_path: Path) -> list[str]:
    """An account for each round, under names that no other test on this server uses."""
    names = [f"{tmp_path.name}-{number}" for number in range(ROUNDS)]
    bank.add_accounts(names, days_late=10)
    return names


async def test_two_starts_in_one_process_open_one_case(bank: Bank, names: list[str]) -> None:
    rounds = [await bank.start_all([name, name]) for name in names]
    await _one_case_and_one_run_each(bank, names, rounds)


async def test_a_thousand_starts_of_one_account_open_one_case(bank: Bank, names: list[str]) -> None:
    name = names[0]
    rounds = await bank.start_all([name] * STORM)
    await _one_case_and_one_run_each(bank, [name], [rounds])


async def test_two_processes_released_at_the_same_instant_open_one_case(
    bank: Bank, names: list[str], tmp_path: Path
) -> None:
    reads, writes = os.pipe()
    async with contextlib.AsyncExitStack() as stack:
        racers = [
            await stack.enter_async_context(
                bank.process("tests.faults.racer", tmp_path / f"{lane}.log", [reads], talks=True, RACE_START=str(reads))
            )
            for lane in _RACERS
        ]
        rounds = []
        logs = [tmp_path / f"{lane}.log" for lane in _RACERS]
        for name in names:
            for racer in racers:
                racer.stdin.write(f"{name}\n".encode())
            assert [await _answer(*racer) for racer in zip(racers, logs, strict=True)] == ["ready"] * 2
            os.write(writes, b"go")  # one byte for each
            answers = [await _answer(*racer) for racer in zip(racers, logs, strict=True)]
            rounds.append([Started(**json.loads(answer)) for answer in answers])
        for racer in racers:
            racer.stdin.close()
            assert await racer.wait() == 0
    os.close(reads)
    os.close(writes)
    print(f"the first of the two processes won {sum(first.opened for first, _ in rounds)} of {ROUNDS} rounds")
    await _one_case_and_one_run_each(bank, names, rounds)


async def _answer(racer: asyncio.subprocess.Process, log: Path) -> str:
    answer = await asyncio.wait_for(racer.stdout.readline(), WITHIN_S)
    assert answer, log.read_text(encoding="utf-8")[-2000:]
    return answer.decode().strip()


async def _one_case_and_one_run_each(bank: Bank, names: Sequence[str], rounds: Sequence[Sequence[Started]]) -> None:
    for name, answers in zip(names, rounds, strict=True):
        (told,) = {(one.case_id, one.workflow_id, one.run_id) for one in answers}
        assert told == (f"{name}/1", f"case/{name}", answers[0].run_id)
        assert sum(one.opened for one in answers) == 1, name
        with bank.ledger.read() as connection:
            assert [row.case_id for row in cases.episodes(connection, name)] == [f"{name}/1"]
        assert (await bank.handle(name).describe()).run_id == answers[0].run_id != ""

    async def listed() -> bool:
        return len(await _runs(bank, names)) >= len(names)

    await until(listed, "every run is listed")
    assert sorted(await _runs(bank, names)) == sorted(answers[0].run_id for answers in rounds)
    for name in names:
        await bank.handle(name).terminate()


async def _runs(bank: Bank, names: Sequence[str]) -> list[str]:
    """Ids of every run, open or closed, of these accounts."""
    query = f"WorkflowId STARTS_WITH 'case/{names[0].removesuffix('0')}'"
    return [run.run_id async for run in bank.client.list_workflows(query)]
