"""The reconciler on a real server of its own: what was torn apart comes together, and what is whole stays."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest_asyncio
from sqlalchemy import delete, select

from domain.model.adjustments import Adjustment, AdjustmentKind
from domain.model.contact import FactKind, PastFact
from domain.model.reconcile import CHAIN, Reconciled, Repair
from domain.model.strategy import Channel
from ledger import adjustments, audit, cases, confirmations, person_facts, system_audit, tasks
from ledger.feed_tables import rings
from ledger.person_facts import PersonFact
from ledger.tables import messages
from ledger.tasks import Task
from starter.connection import register_search_attributes
from starter.server import Embedded, embedded_server
from starter.settings import Settings
from tests.starter.reconcile.damage import HOUR, opened, reconcile
from workflows.names import OPERATIONS_QUEUE, RECONCILER


@pytest_asyncio.fixture(loop_scope="session")
async def server() -> AsyncIterator[Embedded]:
    """A server of its own: the reconciler looks at every case that runs there."""
    async with embedded_server(Settings(), skip_time=True) as embedded:
        await register_search_attributes(embedded.client)
        yield embedded


def _sent(bank) -> list[str]:
    with bank.ledger.read() as conn:
        return sorted(conn.scalars(select(messages.c.key)))


async def test_a_case_terminated_from_outside_goes_on_and_sends_nothing_twice(bank) -> None:
    await opened(bank, "lost")
    sent = _sent(bank)
    assert (await reconcile(bank)).repairs == {}, "nothing is apart"
    await bank.handle("lost").terminate("by mistake")

    looked = await reconcile(bank, dry_run=True)
    assert looked.repairs == {Repair.LOST_RUN: 1}
    assert (await reconcile(bank)).repairs == {Repair.LOST_RUN: 1}
    async with asyncio.timeout(60):
        while (await bank.state("lost")).step_no < 2:
            await asyncio.sleep(0.1)
    assert _sent(bank) == sent != []
    assert len(list(bank.settings.outbox.rglob("*.txt"))) == 1
    with bank.ledger.read() as conn:
        row = cases.open_row(conn, "lost")
        kinds = [each.kind for each in audit.rows(conn, row.case_id)]
    assert (row.episode_no, kinds.count("repaired")) == (1, 1)
    assert (await reconcile(bank)).repairs == {}


async def test_an_account_that_nobody_looks_after_is_rung_and_opened_and_one_that_falls_due_is_watched(bank) -> None:
    bank.add_account("soon", (-5, 500))
    await opened(bank, "late")
    await bank.handle("late").terminate("gone")
    with bank.ledger.write() as conn:  # as after a feed that lost its rings and watches
        conn.exec_driver_sql("UPDATE cases SET closed_at = opened_at, outcome = 'withdrawn', stage = 'closed'")
        for table in ("changes", "rings", "watches"):
            conn.exec_driver_sql(f"DELETE FROM {table}")
    assert (await reconcile(bank)).repairs == {Repair.MISSING_CASE: 1, Repair.MISSING_WATCH: 1}
    assert (await reconcile(bank)).repairs == {}, "the feed has it"
    assert (await bank.relay()).opened == 1
    with bank.ledger.read() as conn:
        assert len(system_audit.rows(conn, CHAIN)) == 2
        assert system_audit.verify(conn, CHAIN) is None


async def test_a_run_whose_case_is_closed_in_the_ledger_is_rung_and_both_agree(bank) -> None:
    await opened(bank, "late")
    with bank.ledger.write() as conn:
        conn.exec_driver_sql("UPDATE cases SET closed_at = opened_at, outcome = 'withdrawn', stage = 'closed'")
        conn.execute(delete(rings))
        conn.exec_driver_sql("DELETE FROM changes")
    done = await reconcile(bank)
    assert done.repairs[Repair.LATE_RUN] == 1
    async with asyncio.timeout(60):
        while True:
            with bank.ledger.read() as conn:
                if cases.open_row(conn, "late"):
                    break
            await asyncio.sleep(0.1)


async def test_an_opt_out_that_no_case_has_looked_at_rings_the_case_once_an_hour(bank) -> None:
    await opened(bank, "late")
    at, task_id = datetime.now(UTC) - HOUR / 2, confirmations.task_id("said-1")
    with bank.ledger.write() as conn:
        fact = PastFact(at, FactKind.OPT_OUT, channel=Channel.SMS)
        person_facts.add(conn, PersonFact("said-1", "person-late", fact, at))
        detail = {"channel": "sms"}
        tasks.add(conn, Task(task_id, "person-late", confirmations.KIND, at, detail=detail))
        conn.exec_driver_sql("UPDATE cases SET as_of = as_of - 7200000000")
        for table in ("changes", "rings"):
            conn.exec_driver_sql(f"DELETE FROM {table}")
    assert (await reconcile(bank, dry_run=True)).repairs == {Repair.UNHEARD_OPT_OUT: 1}
    done = await reconcile(bank)
    assert [(one.repair, one.account_id, one.of) for one in done.found] == [
        (Repair.UNHEARD_OPT_OUT, "late", task_id),
    ]
    with bank.ledger.read() as conn:
        assert conn.scalars(select(rings.c.account_id)).all() == ["late"]
        assert audit.last(conn, "late/1").kind == "repaired"
    assert (await reconcile(bank)).repairs == {}, "it was rung just now"
    assert (await bank.relay()).rung == 1


async def test_what_no_case_asked_the_card_system_for_is_asked_by_the_case(bank) -> None:
    await opened(bank, "late")
    wanted = Adjustment(key="late/1/plan/1/block/1", kind=AdjustmentKind.BLOCK)
    with bank.ledger.write() as conn:
        adjustments.want(conn, wanted, "late/1", "late", datetime.now(UTC) - 80 * HOUR)
        conn.exec_driver_sql("UPDATE cases SET as_of = as_of - 360000000000")
        for table in ("changes", "rings"):
            conn.exec_driver_sql(f"DELETE FROM {table}")
    assert (await reconcile(bank, dry_run=True)).repairs == {Repair.UNASKED_ADJUSTMENT: 1}
    done = await reconcile(bank)
    assert [(one.repair, one.account_id, one.of) for one in done.found] == [
        (Repair.UNASKED_ADJUSTMENT, "late", wanted.key),
    ]
    assert done.overdue.adjustments == 1
    assert (await reconcile(bank)).repairs == {}, "it was rung just now"


async def test_the_workflow_mends_by_the_clock_of_the_server_and_tells_what_it_did(bank) -> None:
    await opened(bank, "lost")
    await bank.handle("lost").terminate("by mistake")
    with bank.ledger.write() as conn:  # long ago, so that nobody is in the middle of it
        conn.exec_driver_sql("UPDATE cases SET opened_at = opened_at - 3600000000, as_of = as_of - 3600000000")
    for repairs in ({Repair.LOST_RUN: 1}, {}):
        done = await bank.client.execute_workflow(
            RECONCILER, id="by-hand", task_queue=OPERATIONS_QUEUE, result_type=Reconciled
        )
        assert (done.repairs, done.failed, done.place) == (repairs, 0, None)
    assert done.cases == done.runs == 1
