"""kill -9 of the worker in the middle of 40 sends: before, during and after the effect; another worker takes over."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import Client

from ledger.messages import MessageRow
from starter.server import Embedded
from tests.faults.bank import Bank, expected_file, next_line

SENDS = 40
SEEDS = range(20)
MOMENTS = ("before", "during", "after")
AT_ONCE = 16
"""Activities that the worker runs at once: so many are held when it is killed late."""


@dataclass(frozen=True)
class Plan:
    """What a seed chooses."""

    moment: str
    passes: int
    """Sends that go through before the first is held."""
    in_flight: int
    """Held sends at which the worker is killed."""


@dataclass(frozen=True)
class Seen:
    """What was there at the kill, and when all was quiet again."""

    plan: Plan
    held: Sequence[str]
    exit_code: int
    sent_before: int
    rows: Sequence[MessageRow]
    files: dict[str, str]
    audits: dict[str, tuple[int | None, list[str]]]


def plan_of(seed: int) -> Plan:
    chance = random.Random(seed)
    return Plan(MOMENTS[seed % 3], chance.randrange(SENDS - AT_ONCE), chance.randrange(5, AT_ONCE + 1))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def outcomes(
    live_server: Embedded, lanes: list[Client], sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[dict[int, Seen | BaseException]]:
    """Every seed once, several side by side: most of the time is spent waiting for the dead to be missed."""
    folder = tmp_path_factory.mktemp("killed")
    seeds, seen = iter(SEEDS), {}

    async def lane(client: Client) -> None:
        for seed in seeds:
            bank = Bank.founded(folder / f"seed-{seed}", sqlite_template, client, live_server.address)
            try:
                seen[seed] = await kill_and_recover(bank, seed)
            except Exception as error:  # told by the test of this seed
                seen[seed] = error
            finally:
                bank.ledger.close()

    await asyncio.gather(*(lane(client) for client in lanes))
    yield seen


async def kill_and_recover(bank: Bank, seed: int) -> Seen:
    plan, names = plan_of(seed), [f"seed-{seed}-account-{number}" for number in range(SENDS)]
    bank.add_accounts(names, days_late=10)
    held, exit_code = await _kill(bank, plan, names)
    sent_before = sum(row.state == "sent" for row in bank.rows())
    async with bank.plain_worker(bank.settings.data_dir / "worker.log"):
        await bank.until_all_sent(names)
    audits = {name: bank.audit_of(name) for name in names}
    await asyncio.gather(*(bank.handle(name).terminate() for name in names))
    return Seen(plan, held, exit_code, sent_before, bank.rows(), bank.files(), audits)


async def _kill(bank: Bank, plan: Plan, names: Sequence[str]) -> tuple[list[str], int]:
    reading, writing = os.pipe()
    chaos = {"CHAOS_MOMENT": plan.moment, "CHAOS_PASSES": str(plan.passes), "CHAOS_HELD": str(writing)}
    log = bank.settings.data_dir / "chaos.log"
    async with bank.process("tests.faults.chaos_worker", log, [writing], **chaos) as process:
        os.close(writing)
        with os.fdopen(reading) as lines:
            await bank.start_all(names)
            held = [await next_line(lines, log) for _ in range(plan.in_flight)]
            process.send_signal(signal.SIGKILL)
            exit_code = await process.wait()
            return held + [line.split()[0] for line in lines], exit_code


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_killed_worker_loses_no_message_and_sends_none_twice(outcomes, seed: int) -> None:
    seen = outcomes[seed]
    if isinstance(seen, BaseException):
        raise seen
    print(f"seed {seed}: {seen.plan}, {len(seen.held)} in flight, {seen.sent_before} sent at the kill")
    assert seen.exit_code == -signal.SIGKILL
    assert len(set(seen.held)) == len(seen.held) >= 5
    assert seen.sent_before <= SENDS - len(seen.held)
    assert {row.state.value for row in seen.rows} == {"sent"}
    assert len({row.key for row in seen.rows}) == len({row.case_id for row in seen.rows}) == len(seen.rows) == SENDS
    assert seen.files == dict(map(expected_file, seen.rows))
    for name, (broken_at, kinds) in seen.audits.items():
        assert broken_at is None, name
        assert kinds.count("notice_sent") == kinds.count("notice_intended") == 1, (name, kinds)


def test_the_seeds_kill_before_during_and_after_the_effect() -> None:
    assert {plan_of(seed).moment for seed in SEEDS} == set(MOMENTS)
    assert len(set(map(plan_of, SEEDS))) > len(SEEDS) / 2
