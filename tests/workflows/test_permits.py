"""Permits through a case's doors: given, refused, reported, given back, and expired by the case itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper

from domain.model.contact import Outcome
from domain.model.events import Withdraw
from domain.model.permits import PermitState, ReportContact, RequestContact, ReturnPermit
from ledger import contacts, permits
from tests.activities.sending import once_in_seven_days
from tests.activities.world import rules_with
from tests.plugins.virtual_bank import Bank
from workflows.case import CaseWorkflow

_FAILED_TASK = "workflow_task_failed_event_attributes"
ALL_DAY = {"id": "window", "open": "00:00", "close": "24:00", "source": "law"}


@pytest.fixture
def own_bank(bank: Bank) -> Bank:
    """A customer may be called at any hour, three times in seven days."""
    cap = once_in_seven_days(unit="attempt", channels=["call"], max=3)
    bank.policies = replace(bank.policies, rules=rules_with(windows=[ALL_DAY], caps=[cap]))
    return bank


def state(bank: Bank, permit_id: str) -> PermitState:
    with bank.ledger.read() as conn:
        found = permits.get(conn, permit_id)
    assert found is not None
    return found.state


async def test_permits_are_given_up_to_the_cap_and_each_ends_in_its_own_way(
    own_bank: Bank, skipper: TimeSkipper
) -> None:
    own_bank.add_account("permits", (40, 500))
    await own_bank.start("permits")
    handle = own_bank.handle("permits")

    async def ask(number: int):
        asked = RequestContact(id=f"r-{number}", minutes=1440)
        return await handle.execute_update(CaseWorkflow.request_contact, asked)

    given = [answer.permit for answer in await asyncio.gather(*(ask(number) for number in (1, 2, 3))) if answer.permit]
    assert [permit.permit_id for permit in given] == [f"permits/1/permit/r-{number}" for number in (1, 2, 3)]
    refused = await ask(4)
    assert (refused.accepted, refused.refused_by, refused.allowed_at is not None) == (False, ("xx.test.week",), True)

    told = ReportContact(id="c-1", permit_id=given[0].permit_id, outcome=Outcome.BUSY, made_at=given[0].valid_from)
    assert (await handle.execute_update(CaseWorkflow.report_contact, told)).text == "recorded: call, debtor, out, busy"
    back = ReturnPermit(id="b-1", permit_id=given[1].permit_id)
    assert (await handle.execute_update(CaseWorkflow.return_permit, back)).accepted

    await skipper.fast_forward(handle, timedelta(days=2))
    await own_bank.state("permits")
    ends = [state(own_bank, permit.permit_id) for permit in given]
    assert ends == [PermitState.REPORTED, PermitState.CANCELLED, PermitState.EXPIRED]
    with own_bank.ledger.read() as conn:
        late = contacts.get(conn, given[2].permit_id)
    assert late is not None
    assert late.made.outcome is Outcome.UNREPORTED
    await handle.terminate()


async def test_the_same_request_has_one_permit_and_a_closed_case_gives_none(own_bank: Bank) -> None:
    own_bank.add_account("closing", (40, 500))
    await own_bank.start("closing")
    handle = own_bank.handle("closing")
    asked = RequestContact(id="r-1")
    answers = await asyncio.gather(*(handle.execute_update(CaseWorkflow.request_contact, asked) for _ in range(3)))
    assert len({answer.permit for answer in answers}) == 1
    closing = asyncio.gather(
        handle.execute_update(CaseWorkflow.withdraw, Withdraw(id="w-1")),
        handle.execute_update(CaseWorkflow.request_contact, RequestContact(id="r-2")),
        return_exceptions=True,
    )
    withdrawn, late = await closing
    assert withdrawn.accepted
    await handle.result()
    assert state(own_bank, "closing/1/permit/r-1") is PermitState.EXPIRED  # taken back within its time
    # The two race: a request that came first had its permit, and lost it in the step that closed the case.
    before = None if isinstance(late, Exception) else late.permit
    assert before is None or state(own_bank, before.permit_id) is PermitState.EXPIRED
    with pytest.raises(RPCError, match="already completed"):
        await handle.execute_update(CaseWorkflow.request_contact, RequestContact(id="r-3"))


async def test_two_requests_under_one_id_at_the_same_time_have_an_answer_each(own_bank: Bank) -> None:
    own_bank.add_account("one-id", (40, 500))
    await own_bank.start("one-id")
    handle = own_bank.handle("one-id")

    async def ask(asked: RequestContact):
        return asked, await handle.execute_update(CaseWorkflow.request_contact, asked)

    for number in range(5):
        sms, visit = (RequestContact(id=f"x-{number}", channel=channel) for channel in ("sms", "visit"))
        told = await asyncio.gather(ask(sms), ask(visit), ask(sms), ask(visit))
        given = {asked: answer.permit for asked, answer in told if answer.accepted}
        refused = {asked: answer.text for asked, answer in told if not answer.accepted}
        assert set(refused.values()) == {f"the id x-{number} was used for another request: choose a new id"}
        ((asked, permit),) = given.items()
        assert asked not in refused
        with own_bank.ledger.read() as conn:
            found = permits.get(conn, permit.permit_id)
        assert found is not None
        assert found.contact.made.channel is asked.channel
    await handle.terminate()


async def test_a_number_of_arguments_that_no_update_takes_is_refused_at_once(own_bank: Bank) -> None:
    own_bank.add_account("arguments", (40, 500))
    await own_bank.start("arguments")
    handle = own_bank.handle("arguments")
    await own_bank.state("arguments")
    for name in ("request_contact", "report_contact", "return_permit"):
        for arguments in ([], [{"id": "x"}, 2], ["words"]):
            with pytest.raises(WorkflowUpdateFailedError):
                await handle.execute_update(name, args=arguments, rpc_timeout=timedelta(seconds=5))
    failed = [event async for event in handle.fetch_history_events() if event.HasField(_FAILED_TASK)]
    assert failed == []
    await handle.terminate()


async def test_a_request_with_the_wrong_content_is_refused_and_harms_nothing(own_bank: Bank) -> None:
    own_bank.add_account("malformed", (40, 500))
    await own_bank.start("malformed")
    handle = own_bank.handle("malformed")
    for name, content in (
        ("request_contact", {"id": "r-1", "minutes": 0}),
        ("request_contact", {"id": "r-1", "address": "+886 912 000 111"}),
        ("report_contact", {"id": "c-1", "outcome": "busy", "made_at": "2026-03-03T10:00"}),
        ("report_contact", {"id": "c-1", "outcome": "busy", "made_at": "2026-03-03T10:00Z", "permit_id": "words"}),
        ("return_permit", {"id": "b-1"}),
    ):
        with pytest.raises(WorkflowUpdateFailedError):
            await handle.execute_update(name, content)
    told = {"id": "c-1", "outcome": "conversation", "made_at": own_bank.now().isoformat(), "direction": "in"}
    answer = await handle.execute_update("report_contact", told)
    assert answer["accepted"] is True
    await handle.terminate()
