"""Whatever mixture of damages is planted, two passes make it whole, and a third finds nothing."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text

from domain.model.reconcile import Reconciled
from ledger import audit, cases, permits, watches
from ledger.permits import PermitState
from tests.faults.bank import until
from tests.plugins.virtual_bank import Bank
from tests.starter.reconcile.damage import (
    forget_case,
    forget_receipt,
    forget_row,
    forget_watch,
    leave_permit,
    opened,
    reconcile,
)
from tests.starter.reconcile.test_reconciler import server as server

LATE, SOON = [f"late-{number}" for number in range(8)], [f"soon-{number}" for number in range(5)]
Damage = Callable[[Connection, str], None]


@pytest.mark.parametrize("seed", range(5))
async def test_a_mixture_of_damages_is_mended_in_two_passes(bank: Bank, seed: int) -> None:
    chance = random.Random(seed)
    for name in SOON:
        bank.add_account(name, (-9, 500))
    await opened(bank, *LATE)
    assert (await mend(bank)).repairs == {}, "from a clean state it does nothing"

    terminated = chance.sample(LATE, chance.randint(1, 4))
    displaced = chance.sample(terminated, chance.randint(0, 1))
    known = [name for name in LATE if name not in displaced]
    rowless, *known = chance.sample(known, len(known))
    planted: list[tuple[Damage, str]] = [(forget_watch, name) for name in chance.sample(SOON, chance.randint(0, 3))]
    for damage in (leave_permit, forget_receipt, forget_case):
        planted += [(damage, name) for name in chance.sample(known, chance.randint(0, 3))]
    chance.shuffle(planted)
    print(
        f"seed {seed}: terminated {terminated}, displaced {displaced}, rowless {rowless}, "
        f"{[(damage.__name__, name) for damage, name in planted]}"
    )
    for name in terminated:
        await bank.handle(name).terminate("by mistake")
    for name in displaced:
        await bank.client.start_workflow("Case", "x", id=f"case/{name}", task_queue="nobody-polls-it")
    with bank.ledger.write() as conn:
        for damage, name in planted:
            damage(conn, name)
        forget_row(conn, rowless)
        for table in ("changes", "rings"):
            conn.execute(text(f"DELETE FROM {table}"))

    first = await mend(bank)
    assert first.repairs
    await asyncio.sleep(0.5)
    await mend(bank)
    await until(lambda: _is_whole(bank), "every account has its case, and no permit and no message is left")
    last = await mend(bank)
    assert (last.repairs, last.failed) == ({}, 0)
    with bank.ledger.read() as conn:
        for row in conn.execute(text("SELECT case_id FROM cases")):
            assert audit.verify(conn, row.case_id) is None
    for name in LATE:
        await bank.handle(name).terminate()


async def mend(bank: Bank) -> Reconciled:
    done = await reconcile(bank)
    await bank.relay()
    return done


async def _is_whole(bank: Bank) -> bool:
    with bank.ledger.read() as conn:
        rows = [cases.open_row(conn, name) for name in LATE]
        left = [permits.get(conn, f"{name}/1/permit/left") for name in LATE]
        on_its_way = conn.scalar(text("SELECT count(*) FROM messages WHERE state = 'sending'"))
        watched = [watches.of(conn, name) for name in SOON]
    runs = {run.id async for run in bank.client.list_workflows("ExecutionStatus = 'Running'")}
    return (
        all(rows)
        and all(watched)
        and on_its_way == 0
        and runs == {f"case/{name}" for name in LATE}
        and not any(permit is not None and permit.state is PermitState.OPEN for permit in left)
    )
