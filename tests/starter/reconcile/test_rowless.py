"""Runs of which the ledger has no case: taken in, ended, or left alone when nobody here may judge them."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import RawValue

from domain.model.case import Case
from domain.model.facts import Account
from domain.model.reconcile import CHAIN, ReconcileAsk, Repair
from ledger import audit, cases, system_audit
from starter.connection import data_converter
from starter.reconcile import rowless
from starter.reconcile.rowless import Rowless
from starter.reconcile.server import Run, Server
from starter.reconcile.times import Clock
from starter.server import Embedded
from starter.settings import Settings
from tests.faults.bank import until
from tests.plugins.virtual_bank import Bank, new_bank, serving
from tests.starter.reconcile.damage import forget_row, opened, reconcile
from tests.starter.reconcile.test_reconciler import server as server
from workflows.case import CaseWorkflow
from workflows.names import CASES_QUEUE

NOBODYS_QUEUE = "nobody-polls-it"
KEY, OTHER_KEY = "first:" + "1f" * 32, "second:" + "2e" * 32


async def forgotten(bank: Bank, account_id: str) -> None:
    """A case that runs and that the ledger does not know any more; its feed looked at all that it has."""
    await opened(bank, account_id)
    with bank.ledger.write() as conn:
        forget_row(conn, account_id)
        for table in ("changes", "rings"):
            conn.execute(text(f"DELETE FROM {table}"))


async def run_of(bank: Bank, account_id: str, case: object) -> str:
    """A run that somebody began by hand under the id of an account's case."""
    run = await bank.client.start_workflow("Case", case, id=f"case/{account_id}", task_queue=NOBODYS_QUEUE)
    return run.result_run_id or ""


async def is_running(bank: Bank, account_id: str, run_id: str | None = None) -> bool:
    found = await bank.client.get_workflow_handle(f"case/{account_id}", run_id=run_id).describe()
    return found.status is WorkflowExecutionStatus.RUNNING


async def test_a_run_whose_row_is_lost_is_taken_in_and_goes_on(bank: Bank) -> None:
    await forgotten(bank, "late")
    state = await bank.state("late")
    looked = await reconcile(bank, dry_run=True)
    assert looked.repairs == {Repair.MISSING_ROW: 1, Repair.MISSING_CASE: 1}, "the account looks as if it had none"
    with bank.ledger.read() as conn:
        assert cases.episodes(conn, "late") == ()

    done = await reconcile(bank)
    assert (done.repairs, done.failed, done.strangers) == ({Repair.MISSING_ROW: 1}, 0, 0)
    with bank.ledger.read() as conn:
        row = cases.open_row(conn, "late")
        assert row is not None
        assert (row.case_id, row.strategy, row.rules) == ("late/1", state.strategy, state.rules)
        assert [each.kind for each in audit.rows(conn, "late/1")] == ["repaired"]
    await bank.handle("late").signal("ledger_changed")

    async def has_stepped() -> bool:
        with bank.ledger.read() as conn:
            row = cases.open_row(conn, "late")
        return row is not None and row.step_no > state.step_no

    await until(has_stepped, "the case went on in the ledger")
    assert (await reconcile(bank)).repairs == {}


async def test_a_run_in_the_place_of_the_open_case_is_ended_and_the_case_runs_again(bank: Bank) -> None:
    await opened(bank, "late")
    await bank.handle("late").terminate("by mistake")
    run_id = await run_of(bank, "late", {"not": "a case"})
    done = await reconcile(bank)
    assert (done.repairs, done.failed) == ({Repair.STRAY_RUN: 1, Repair.LOST_RUN: 1}, 0)
    assert not await is_running(bank, "late", run_id)
    assert (await bank.state("late")).case_id == "late/1"
    assert (await reconcile(bank)).repairs == {}
    with bank.ledger.read() as conn:
        (row,) = system_audit.rows(conn, CHAIN)
    assert row.content == {"repair": "stray_run", "account": "late", "of": run_id}


async def test_a_case_that_was_begun_by_hand_as_it_should_be_is_its_own_run(bank: Bank) -> None:
    await opened(bank, "late")
    case = await bank.state("late")
    await bank.handle("late").terminate("by mistake")
    await bank.client.start_workflow(CaseWorkflow.run, case, id="case/late", task_queue=CASES_QUEUE)
    assert (await reconcile(bank)).repairs == {}
    assert await is_running(bank, "late")


async def test_a_run_is_judged_by_what_it_began_with_under_a_key_too(server: Embedded, tmp_path: Path) -> None:
    bank = new_bank(client_with(server, KEY), Settings(data_dir=tmp_path, payload_key=KEY))
    async with serving(bank):
        await forgotten(bank, "late")
        assert (await reconcile(bank)).repairs == {Repair.MISSING_ROW: 1}
        case = await bank.state("late")
        for keys, done in ((KEY, (0, {})), (OTHER_KEY, (1, {}))):
            await bank.handle("late").terminate("by mistake")
            client = client_with(server, keys)
            await client.start_workflow(CaseWorkflow.run, case, id="case/late", task_queue=NOBODYS_QUEUE)
            found = await reconcile(bank)
            assert (found.strangers, found.repairs) == done
            assert await is_running(bank, "late")
        await bank.handle("late").terminate("over")


def client_with(server: Embedded, keys: str) -> Client:
    converter = data_converter(Settings(payload_key=keys))
    return Client(server.client.service_client, namespace="default", data_converter=converter)


@pytest.mark.parametrize("begun_with", [[], [RawValue(Payload(metadata={"encoding": b"binary/plain"}, data=b"x"))]])
async def test_a_run_that_began_with_nothing_or_with_bytes_is_a_stray_and_stops_no_pass(
    bank: Bank, begun_with: list[RawValue]
) -> None:
    await opened(bank, "late")
    await bank.handle("late").terminate("by mistake")
    await bank.client.start_workflow("Case", args=begun_with, id="case/late", task_queue=NOBODYS_QUEUE)
    done = await reconcile(bank)
    assert (done.repairs, done.failed) == ({Repair.STRAY_RUN: 1, Repair.LOST_RUN: 1}, 0)


@pytest.mark.parametrize("memo", [b"{nope", b'"\\ud800"', b'"late\\u0000/1"'])
async def test_a_memo_that_nobody_can_read_stops_no_pass(bank: Bank, memo: bytes) -> None:
    await opened(bank, "late")
    written = RawValue(Payload(metadata={"encoding": b"json/plain"}, data=memo))
    run = await bank.client.start_workflow(
        "Case", "x", id="case/paid", task_queue=NOBODYS_QUEUE, memo={"case": written}
    )
    done = await reconcile(bank)
    assert (done.repairs, done.failed, done.strangers) == ({}, 0, 1)
    await run.terminate()


def test_an_id_that_no_database_takes_is_no_account() -> None:
    at = datetime.now(UTC)
    assert Run("case/la\0te", "run", None, at).account_id is None
    assert Run("case/late", "run", None, at).account_id == "late"


async def test_a_case_that_began_after_the_one_that_an_older_ledger_has_open_is_left_alone(bank: Bank) -> None:
    await opened(bank, "late")
    case = await bank.state("late")
    await bank.handle("late").terminate("by mistake")
    later = case.model_copy(update={"case_id": "late/2", "episode_no": 2})
    await run_of(bank, "late", later)
    done = await reconcile(bank)
    assert (done.repairs, done.strangers) == ({}, 1)
    assert await is_running(bank, "late")
    await bank.handle("late").terminate()


async def test_a_run_is_not_ended_before_the_ledger_tells_of_it(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    await opened(bank, "late")
    await bank.handle("late").terminate("by mistake")
    await run_of(bank, "late", "x")

    async def killed(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Server, "end", killed)
    with pytest.raises(ZeroDivisionError):
        await reconcile(bank)
    with bank.ledger.read() as conn:
        assert [row.content["repair"] for row in system_audit.rows(conn, CHAIN)] == ["stray_run"]
    await bank.handle("late").terminate()


async def test_a_ledger_that_others_hold_does_not_hold_up_what_else_the_worker_does(bank: Bank) -> None:
    await opened(bank, "late")
    await bank.handle("late").terminate("by mistake")
    run_id = await run_of(bank, "late", "x")
    server, held = Server(bank.client), threading.Event()
    run = await server.look("case/late", run_id)
    assert run is not None

    def hold() -> None:
        with bank.ledger.write():
            held.set()
            time.sleep(1)

    holding = asyncio.create_task(asyncio.to_thread(hold))
    await asyncio.to_thread(held.wait)
    judging = Rowless(server, bank.ledger, bank.policies).settle([run], Clock(ReconcileAsk(as_of=datetime.now(UTC))))
    settling, longest = asyncio.create_task(judging), 0.0
    while not settling.done():
        before = time.monotonic()
        await asyncio.sleep(0.01)
        longest = max(longest, time.monotonic() - before)
    await holding
    assert [one.repair for one in (await settling).found] == [Repair.STRAY_RUN]
    assert longest < 0.5


@pytest.mark.parametrize("begun_with", ["nonsense", "another account", "another number", "other policies"])
async def test_what_nobody_here_may_judge_is_left_alone_and_told(bank: Bank, begun_with: str) -> None:
    bank.add_account("paid", (-20, 500))
    await opened(bank, "late")
    case = await bank.state("late")
    own = Account(account_id="paid", currency="TWD", zone="Asia/Taipei")
    changed = {
        "nonsense": {},
        "another account": {},
        "another number": {"account": own, "case_id": "paid/2"},
        "other policies": {
            "account": own,
            "case_id": "paid/1",
            "strategy": case.strategy.model_copy(update={"digest": "0" * 16}),
        },
    }
    begun: Case | str = "x" if begun_with == "nonsense" else case.model_copy(update=changed[begun_with])
    await run_of(bank, "paid", begun)
    await run_of(bank, "not-in-this-ledger", begun)
    done = await reconcile(bank)
    assert done.repairs == {}
    assert done.strangers + done.failed == 2
    assert await is_running(bank, "paid")
    assert await is_running(bank, "not-in-this-ledger")
    for name in ("paid", "not-in-this-ledger", "late"):
        await bank.handle(name).terminate()


async def test_a_crowd_of_strays_is_no_accident_and_ends_nothing(bank: Bank, monkeypatch) -> None:
    monkeypatch.setattr(rowless, "_A_CROWD", 1)
    names = ("late-1", "late-2")
    await opened(bank, *names)
    for name in names:
        await bank.handle(name).terminate("by mistake")
        await run_of(bank, name, "x")
    done = await reconcile(bank)
    assert (done.repairs, done.strangers) == ({}, 2)
    for name in names:
        assert await is_running(bank, name)
        await bank.handle(name).terminate()
