"""`duecourse schedules` and `duecourse reconcile` against a real server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest
import pytest_asyncio
from sqlalchemy import text
from typer.testing import CliRunner, Result

from domain.model.reconcile import ReconcileAsk, Reconciled, Repair
from starter import schedules
from starter.cli import app
from starter.connection import register_search_attributes
from starter.server import Embedded, embedded_server
from starter.settings import Settings
from tests.plugins.virtual_bank import Bank
from tests.starter.reconcile.damage import forget_receipt, opened
from workflows.names import FEED_SCHEDULE, OPERATIONS_QUEUE, RECONCILE_SCHEDULE


@pytest_asyncio.fixture(loop_scope="session")
async def server() -> AsyncIterator[Embedded]:
    """One of its own: schedules and reconciler are about everything that is there."""
    async with embedded_server(Settings(), skip_time=True) as embedded:
        await register_search_attributes(embedded.client)
        yield embedded


@pytest.fixture
def run(bank: Bank, server: Embedded, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DUECOURSE_DATA_DIR", str(bank.settings.data_dir))
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)

    async def invoked(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, words)

    return invoked


async def test_schedules_are_applied_and_listed(bank: Bank, run) -> None:
    missing = await run("schedules", "list")
    assert "missing: run `duecourse schedules apply`" in missing.output.replace("\n", " ")
    assert [one["exists"] for one in json.loads((await run("schedules", "list", "--json")).output)] == [False, False]
    applied = await run("schedules", "apply")
    assert applied.output.splitlines() == [f"{FEED_SCHEDULE}: created", f"{RECONCILE_SCHEDULE}: created"]
    again = json.loads((await run("schedules", "apply", "--json")).output)
    assert {one["how"] for one in again} == {"unchanged"}
    await bank.client.get_schedule_handle(FEED_SCHEDULE).pause(note="audit in the building")
    feed, reconciler = json.loads((await run("schedules", "list", "--json")).output)
    assert (feed["paused"], feed["note"], feed["every_seconds"]) == (True, "audit in the building", 30)
    assert (reconciler["paused"], reconciler["every_seconds"]) == (False, 300)
    for one in schedules.planned(bank.settings):
        await bank.client.get_schedule_handle(one.schedule_id).delete()


async def test_a_lost_case_is_told_by_a_dry_run_and_mended_by_a_pass(bank: Bank, run) -> None:
    bank.add_account("lost", (10, 500))
    await bank.start("lost")
    await bank.relay()
    assert "nothing is apart" in (await run("reconcile", "--dry-run")).output
    await bank.handle("lost").terminate("by mistake")
    with bank.ledger.write() as conn:  # long ago, so that nobody is in the middle of it
        conn.exec_driver_sql("UPDATE cases SET opened_at = opened_at - 3600000000, as_of = as_of - 3600000000")
    looked = await run("reconcile", "--dry-run")
    assert "lost run: 1 would be mended" in looked.output
    assert "lost_run: lost lost/1" in looked.output
    assert json.loads((await run("reconcile", "--json")).output)["repairs"] == {"lost_run": 1}
    assert (await bank.state("lost")).case_id == "lost/1"
    await bank.handle("lost").terminate()


async def test_a_stuck_message_is_settled_by_the_worker_that_has_its_channel(bank: Bank, run, monkeypatch) -> None:
    await opened(bank, "late")
    with bank.ledger.write() as conn:
        forget_receipt(conn, "late")
        key = conn.scalar(text("SELECT key FROM messages"))
    assert f"stuck_message: late {key}" in (await run("reconcile", "--dry-run")).output
    monkeypatch.setattr("starter.cli.reconcile.OPERATIONS_QUEUE", "nobody-polls-it")
    monkeypatch.setattr("starter.cli.reconcile._WORKER_ANSWERS_WITHIN", timedelta(seconds=1))
    told = (await run("reconcile")).output
    assert "messages on their way that nobody sends: 1 overdue; start a worker: it asks their channels" in told
    monkeypatch.setattr("starter.cli.reconcile.OPERATIONS_QUEUE", OPERATIONS_QUEUE)
    monkeypatch.setattr("starter.cli.reconcile._WORKER_ANSWERS_WITHIN", timedelta(minutes=1))
    done = Reconciled.model_validate_json((await run("reconcile", "--json")).output)
    assert (done.repairs, done.overdue.messages) == ({Repair.STUCK_MESSAGE: 1}, 0)
    assert "nothing is apart" in (await run("reconcile")).output


async def test_runs_that_nobody_here_may_judge_are_told(bank: Bank, run, monkeypatch) -> None:
    monkeypatch.setattr("starter.cli.reconcile.ReconcileAsk", partial(ReconcileAsk, grace_s=0))
    await bank.client.start_workflow("Case", "x", id="case/elsewhere", task_queue="nobody-polls-it")
    async with asyncio.timeout(30):
        while "runs left alone: 1; " not in (told := await run("reconcile")).output:
            await asyncio.sleep(0.5)
    assert "is it the right ledger and key?" in told.output
    assert told.exit_code == 0
    await bank.handle("elsewhere").terminate()
