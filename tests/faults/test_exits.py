"""Every kind of way in ends with its own code, 40 times in a row: the SDK's threads may abort a process at its exit."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

import worker
from starter.server import Embedded, free_port
from tests.faults.bank import Bank

TIMES = 40
AT_ONCE = 4


@pytest.fixture
def bank(live_server: Embedded, sqlite_template: Path, tmp_path: Path) -> Iterator[Bank]:
    founded = Bank.founded(tmp_path, sqlite_template, live_server.client, live_server.address)
    yield founded
    founded.ledger.close()


async def exit_codes(once: Callable[[Path], Awaitable[int]], logs: Path) -> Counter[int]:
    """The codes of so many processes, a few at a time."""
    numbers, codes = iter(range(TIMES)), Counter[int]()

    async def lane() -> None:
        for number in numbers:
            codes[await once(logs / f"{number}.log")] += 1

    await asyncio.gather(*(lane() for _ in range(AT_ONCE)))
    return codes


@pytest.mark.parametrize(("way", "code"), [("client", 0), ("client", 1), ("client", 2), ("server", 0)])
async def test_a_process_ends_with_its_own_code(bank: Bank, tmp_path: Path, way: str, code: int) -> None:
    """``client``: it only called a server. ``server``: it ran one of its own and stopped it."""

    async def once(log: Path) -> int:
        async with bank.process("tests.faults.entry", log, arguments=[way, str(code)]) as process:
            return await process.wait()

    assert await exit_codes(once, tmp_path) == {code: TIMES}


async def test_a_worker_that_is_asked_to_stop_ends_with_code_0(bank: Bank, tmp_path: Path) -> None:
    async def once(log: Path) -> int:
        async with bank.process("worker", log) as process:
            while worker.READY not in log.read_text(encoding="utf-8") and process.returncode is None:
                await asyncio.sleep(0.05)
            process.terminate()
            return await process.wait()

    assert await exit_codes(once, tmp_path) == {0: TIMES}


async def test_a_worker_without_a_server_ends_with_code_1_and_one_line(bank: Bank, tmp_path: Path) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    async with bank.process("worker", tmp_path / "log", TEMPORAL_ADDRESS=nowhere) as process:
        assert await process.wait() == 1
    assert (tmp_path / "log").read_text(encoding="utf-8").count("\n") == 1


async def test_a_worker_with_a_wrong_setting_ends_with_code_2_and_one_line(bank: Bank, tmp_path: Path) -> None:
    async with bank.process("worker", tmp_path / "log", DUECOURSE_ACTIVITIES="many") as process:
        assert await process.wait() == 2
    assert (tmp_path / "log").read_text(encoding="utf-8").count("\n") == 1
