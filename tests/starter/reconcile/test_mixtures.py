"""Whatever mixture of damages is planted, two passes make it whole, and a third finds nothing."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from domain.model.contact import Actor, ContactAsk
from domain.model.reconcile import ReconcileAsk, Reconciled
from domain.model.strategy import Channel
from ledger import audit, cases, permits, watches
from ledger.permits import PermitState
from starter.reconcile.reconciler import Reconciler
from starter.reconcile.server import Server
from tests.faults.bank import until
from tests.plugins.virtual_bank import Bank
from tests.starter.reconcile.test_reconciler import server as server

LATE, SOON = [f"late-{number}" for number in range(6)], [f"soon-{number}" for number in range(3)]
HOUR_AGO = -3_600_000_000


def forget_case(conn: Connection, name: str) -> None:
    """As if the case had ended and the feed had lost what it noted of that."""
    closing = "UPDATE cases SET closed_at = opened_at, outcome = 'withdrawn', stage = 'closed' WHERE account_id = :name"
    conn.execute(text(closing), {"name": name})


def forget_watch(conn: Connection, name: str) -> None:
    watches.drop(conn, [name])


def leave_permit(conn: Connection, name: str) -> None:
    at = datetime.now(UTC) - timedelta(hours=2)
    ask = ContactAsk(channel=Channel.CALL, at=at, debts=(name,), actor=Actor.CREDITOR)
    ends = at + timedelta(hours=1)
    permits.issue(
        conn,
        f"{name}/1/permit/left",
        f"person-{name}",
        ask,
        issued_at=at,
        valid_from=at,
        expires_at=ends,
        case_id=f"{name}/1",
    )


Damage = Callable[[Connection, str], None]


async def reconciled(bank: Bank) -> Reconciled:
    ask = ReconcileAsk(as_of=datetime.now(UTC), grace_s=0)
    done = await Reconciler(bank.ledger, bank.policies, Server(bank.client)).run(ask)
    await bank.relay()
    return done


@pytest.mark.parametrize("seed", range(3))
async def test_a_mixture_of_damages_is_mended_in_two_passes(bank: Bank, seed: int) -> None:
    chance = random.Random(seed)
    for name in LATE:
        bank.add_account(name, (10, 500))
    for name in SOON:
        bank.add_account(name, (-9, 500))
    await bank.relay()
    await until(lambda: _all_stepped(bank, 1), "every case has looked")
    assert (await reconciled(bank)).repairs == {}, "from a clean state it does nothing"

    terminated = chance.sample(LATE, chance.randint(1, 4))
    planted: list[tuple[Damage, str]] = [(forget_watch, name) for name in chance.sample(SOON, chance.randint(0, 3))]
    planted += [(forget_case, name) for name in chance.sample(LATE, chance.randint(0, 3))]
    planted += [(leave_permit, name) for name in chance.sample(LATE, chance.randint(0, 3))]
    chance.shuffle(planted)
    print(f"seed {seed}: terminated {terminated}, {[(damage.__name__, name) for damage, name in planted]}")
    for name in terminated:
        await bank.handle(name).terminate("by mistake")
    with bank.ledger.write() as conn:
        for damage, name in planted:
            damage(conn, name)
        for table in ("changes", "rings"):
            conn.execute(text(f"DELETE FROM {table}"))

    first = await reconciled(bank)
    assert first.repairs
    await asyncio.sleep(0.5)
    await reconciled(bank)
    await until(lambda: _is_whole(bank), "every account has its case, and no permit is left")
    last = await reconciled(bank)
    assert (last.repairs, last.failed) == ({}, 0)
    with bank.ledger.read() as conn:
        for row in conn.execute(text("SELECT case_id FROM cases")):
            assert audit.verify(conn, row.case_id) is None
    for name in LATE:
        await bank.handle(name).terminate()


async def _all_stepped(bank: Bank, least: int) -> bool:
    with bank.ledger.read() as conn:
        rows = [cases.open_row(conn, name) for name in LATE]
    return all(row is not None and row.step_no >= least for row in rows)


async def _is_whole(bank: Bank) -> bool:
    with bank.ledger.read() as conn:
        rows = [cases.open_row(conn, name) for name in LATE]
        left = [permits.get(conn, f"{name}/1/permit/left") for name in LATE]
        watched = [watches.of(conn, name) for name in SOON]
    runs = {run.id async for run in bank.client.list_workflows("ExecutionStatus = 'Running'")}
    return (
        all(rows)
        and all(watched)
        and runs == {f"case/{name}" for name in LATE}
        and not any(permit is not None and permit.state is PermitState.OPEN for permit in left)
    )
