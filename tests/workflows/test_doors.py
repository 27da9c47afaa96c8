"""What comes through a case's doors: every signal is kept or told of, every request is answered once."""

from __future__ import annotations

import asyncio

import pytest
from temporalio.api.common.v1 import Payload, Payloads, WorkflowExecution
from temporalio.api.workflowservice.v1 import SignalWorkflowExecutionRequest
from temporalio.client import WorkflowUpdateFailedError

from domain.model.events import Hold, HoldReason, Release, Withdraw
from workflows.case import CaseWorkflow


async def test_signals_of_any_name_and_content_leave_the_case_alive_and_the_unreadable_ones_visible(bank) -> None:
    bank.add_account("signals", (40, 500))
    await bank.start("signals")
    handle = bank.handle("signals")
    for name in ("ledger_changed", "hold", "case", "no_such_name", "__other__"):
        for arguments in ([], [1], [{"a": 1}, "two"]):
            await handle.signal(name, args=arguments)
    broken = Payload(metadata={"encoding": b"binary/nobody-knows"}, data=b"\xff\x00")
    for name in ("ledger_changed", "no_such_name"):
        await bank.client.workflow_service.signal_workflow_execution(
            SignalWorkflowExecutionRequest(
                namespace=bank.client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=handle.id),
                signal_name=name,
                input=Payloads(payloads=[broken]),
            )
        )
    answer = await handle.execute_update(CaseWorkflow.hold, Hold(id="after-the-noise"))
    assert answer.accepted
    state = await bank.state("signals")
    # all but the two bare doorbells that carry nothing: 15 - 1 and the two broken ones
    assert state.quarantined == 16
    assert any("no_such_name" in remark.text for remark in state.timeline)


async def test_the_same_request_id_has_one_effect_and_one_answer(bank) -> None:
    bank.add_account("twice", (40, 500))
    await bank.start("twice")
    handle = bank.handle("twice")
    hold = Hold(id="h-1", reason=HoldReason.OPERATOR)
    answers = await asyncio.gather(*(handle.execute_update(CaseWorkflow.hold, hold) for _ in range(5)))
    assert len({answer.text for answer in answers}) == 1
    assert [held.id for held in (await bank.state("twice")).holds] == ["h-1"]
    released = await handle.execute_update(CaseWorkflow.release, Release(id="r-1", hold_id="h-1"))
    assert released.accepted
    assert (await bank.state("twice")).holds == ()


async def test_a_withdrawn_case_ends_with_a_typed_outcome_and_answers_no_more(bank) -> None:
    bank.add_account("withdrawn", (40, 500))
    await bank.start("withdrawn")
    handle = bank.handle("withdrawn")
    assert (await handle.execute_update(CaseWorkflow.withdraw, Withdraw(id="w-1"))).accepted
    closure = await handle.result()
    assert closure.outcome == "withdrawn"


async def test_a_cancel_from_the_web_ui_ends_the_case_with_a_typed_outcome(bank) -> None:
    bank.add_account("cancelled", (40, 500))
    await bank.start("cancelled")
    handle = bank.handle("cancelled")
    await bank.state("cancelled")
    await handle.cancel()
    closure = await handle.result()
    assert (closure.outcome, closure.reason) == ("withdrawn", "cancelled")


async def test_a_request_with_the_wrong_content_is_refused_and_harms_nothing(bank) -> None:
    bank.add_account("wrong", (40, 500))
    await bank.start("wrong")
    handle = bank.handle("wrong")
    for arguments in ([], [1], [{"id": "x", "nonsense": True}], [{"id": "x"}, 2]):
        with pytest.raises(WorkflowUpdateFailedError):
            await handle.execute_update("hold", args=arguments)
    assert (await bank.state("wrong")).holds == ()
