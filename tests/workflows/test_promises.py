"""A promise to pay on virtual time: taken by update, silent meanwhile, judged by value date, and judged again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError

from domain.compliance.holidays import next_business_day
from domain.model.case import Attributes, Case
from domain.model.errors import InputError
from domain.model.events import Answer, Withdraw
from domain.model.money import Money
from domain.model.promise import MakePromise
from ledger import audit, messages
from starter.cases import start_case
from starter.posting import reverse_payment
from starter.requests import ask
from tests.plugins.virtual_bank import Bank
from workflows.names import DOORBELL, PROMISE_DUE_ON, search_attribute_updates

_STEPS = [
    {
        "id": f"notice-{days}",
        "notice": "friendly-reminder",
        "channels": ["file"],
        "due": {"rule": "days_past_due", "days": days},
    }
    for days in (5, 20)
]
_TERMS = {"horizon_days": 10, "most": 2, "grace_days": 1, "remind_days_before": 0, "channels": ["file"]}


def begin(bank: Bank, account_id: str) -> None:
    """An account the day before its first notice, under a strategy that takes promises."""
    bank.plan(ladder=_STEPS, days_between=0, promises=_TERMS)
    bank.add_account(account_id, (4, 500))


async def promise(bank: Bank, account_id: str, message_id: str = "p-1", amount: int = 300) -> Answer:
    """300 by tomorrow: its grace ends the day after."""
    money = Money.of_minor(amount * 100, "TWD")
    return await ask(
        bank.client, account_id, MakePromise(id=message_id, amount=money, due_on=bank.today + timedelta(days=1))
    )


def is_judged(state: str) -> Callable[[Case], bool]:
    return lambda case: case.promise_judged is not None and case.promise_judged.state == state


def sent(bank: Bank, case_id: str) -> list[tuple[date, str]]:
    with bank.ledger.read() as connection:
        return [(notice.on, notice.step) for notice in messages.notices(connection, case_id)]


def files(bank: Bank) -> list[str]:
    return [path.read_text() for path in sorted(bank.settings.outbox.rglob("*.txt"))]


def told(bank: Bank, case_id: str) -> list[str]:
    with bank.ledger.read() as connection:
        assert audit.verify(connection, case_id) is None
        rows = audit.rows(connection, case_id)
    return [str(row.content["state"]) for row in rows if row.kind == "promise_judged"]


async def due_on(bank: Bank, account_id: str) -> date | None:
    attributes = (await bank.handle(account_id).describe()).typed_search_attributes
    found = attributes.get(PROMISE_DUE_ON)
    return None if found is None else found.date()


async def test_a_kept_promise_waits_in_silence_and_a_returned_payment_unkeeps_it(bank, skipper) -> None:
    begin(bank, "kept")
    await bank.start("kept")
    handle = bank.handle("kept")
    assert (await promise(bank, "kept")).accepted
    assert await due_on(bank, "kept") == bank.today + timedelta(days=1)
    reference = bank.pay("kept", "300.00", days_on=1)
    await handle.signal(DOORBELL)
    await skipper.fast_forward(handle, timedelta(days=2))
    assert sent(bank, "kept/1") == []
    await skipper.fast_forward(handle, timedelta(days=1, hours=20))
    state = await bank.until("kept", is_judged("kept"))
    assert (state.promise, state.promises_made, state.promises_broken) == (None, 1, 0)
    assert len(files(bank)) == len(sent(bank, "kept/1"))  # what is paid is not reminded of
    assert await due_on(bank, "kept") is None
    reverse_payment(bank.ledger, reference, bank.now())
    await handle.signal(DOORBELL)
    state = await bank.until("kept", is_judged("broken"))
    assert state.promises_broken == 1
    assert told(bank, "kept/1") == ["kept", "broken"]
    await handle.terminate()


async def test_a_broken_promise_resumes_the_ladder_on_the_next_business_day(bank, skipper) -> None:
    begin(bank, "broken")
    await bank.start("broken")
    handle = bank.handle("broken")
    await promise(bank, "broken")
    grace_ends_on = bank.today + timedelta(days=2)
    resumes_on = next_business_day(grace_ends_on, bank.policies.rules.packs)
    await skipper.fast_forward(handle, timedelta(days=2))
    assert sent(bank, "broken/1") == []
    (reminder,) = files(bank)
    assert "300.00" in reminder
    await skipper.fast_forward(handle, timedelta(days=(resumes_on - bank.today).days - 1, hours=20))
    state = await bank.until("broken", is_judged("broken"))
    assert (state.promise_judged.resumes_on, state.promises_broken) == (resumes_on, 1)
    assert sent(bank, "broken/1") == [(resumes_on, "notice-5")]
    assert told(bank, "broken/1") == ["broken"]
    await handle.terminate()


async def test_money_posted_late_mends_a_promise_that_lived_through_continue_as_new(bank, skipper) -> None:
    begin(bank, "mended")
    await bank.start("mended", history_bound=30)
    handle = bank.handle("mended")
    first = await promise(bank, "mended")
    made = (await bank.state("mended")).promise
    await _ring_until_a_new_run(bank, "mended")
    assert (await bank.state("mended")).promise == made
    assert await promise(bank, "mended") == first
    handle = bank.handle("mended")
    await skipper.fast_forward(handle, timedelta(days=3, hours=20))
    await bank.until("mended", is_judged("broken"))
    await _ring_until_a_new_run(bank, "mended")
    bank.pay("mended", "300.00", days_on=1)
    handle = bank.handle("mended")
    await handle.signal(DOORBELL)
    state = await bank.until("mended", is_judged("mended"))
    assert (state.promises_made, state.promises_broken) == (1, 0)
    assert told(bank, "mended/1") == ["broken", "mended"]
    await handle.terminate()


async def _ring_until_a_new_run(bank: Bank, account_id: str) -> None:
    async def run_id() -> str:
        return str((await bank.handle(account_id).describe()).run_id)

    before = await run_id()
    for _ in range(200):
        await bank.handle(account_id).signal(DOORBELL)
        if await run_id() != before:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the case never continued as new")


async def test_a_case_whose_run_was_lost_has_its_promise_back(bank) -> None:
    begin(bank, "lost")
    await bank.start("lost")
    await promise(bank, "lost")
    before = await bank.state("lost")
    await bank.handle("lost").terminate()
    await start_case(bank.client, bank.ledger, bank.policies, "lost")
    after = await bank.until("lost", lambda case: case.step_no > before.step_no)
    assert (after.promise, after.promises_made) == (before.promise, 1)
    refused = await promise(bank, "lost", "p-2")
    assert refused.text.startswith("the promise p-1 of 300.00 TWD by ")
    await bank.handle("lost").terminate()


async def test_an_episode_that_goes_on_after_a_cure_was_undone_judges_its_promise_again(bank) -> None:
    begin(bank, "undone")
    await bank.start("undone")
    await promise(bank, "undone", amount=500)
    reference = bank.pay("undone", "500.00")
    await bank.handle("undone").signal(DOORBELL)
    assert (await bank.handle("undone").result()).outcome == "cured"
    assert told(bank, "undone/1") == ["kept"]
    reverse_payment(bank.ledger, reference, bank.now())
    started = await start_case(bank.client, bank.ledger, bank.policies, "undone")
    assert (started.case_id, started.opened) == ("undone/1", True)
    state = await bank.until("undone", is_judged("broken"))
    assert (state.promises_made, state.promises_broken) == (1, 1)
    assert told(bank, "undone/1") == ["kept", "broken"]
    await bank.handle("undone").terminate()


async def test_a_closed_case_takes_no_promise(bank) -> None:
    begin(bank, "closed")
    await bank.start("closed")
    await ask(bank.client, "closed", Withdraw(id="w-1"))
    await bank.handle("closed").result()
    with pytest.raises(InputError, match="account closed has no open case"):
        await promise(bank, "closed")


def test_a_step_recorded_before_there_were_promises_sets_the_attributes_that_it_set_then() -> None:
    told = {"stage": "reminding", "oldest_due_on": None, "past_due": None, "currency": "TWD", "strategy": "s v1"}
    old = Attributes.model_validate({**told, "outcome": None})
    new = Attributes.model_validate({**told, "outcome": None, "promise_due_on": None})
    assert PROMISE_DUE_ON not in [update.key for update in search_attribute_updates(old)]
    assert [update.key for update in search_attribute_updates(new)][-1] == PROMISE_DUE_ON


async def test_the_same_promise_has_one_effect_and_one_answer(bank) -> None:
    begin(bank, "twice")
    await bank.start("twice")
    answers = await asyncio.gather(*(promise(bank, "twice") for _ in range(5)))
    assert len({answer.text for answer in answers}) == 1
    assert (await bank.state("twice")).promises_made == 1
    other = await promise(bank, "twice", amount=200)
    assert (other.accepted, other.text) == (False, "the id p-1 was used for another request: choose a new id")
    await bank.handle("twice").terminate()


@pytest.mark.parametrize("arguments", [[], [1], [{"id": "x"}], [{"id": "x", "amount": "5", "due_on": "soon"}]])
async def test_a_promise_that_cannot_be_read_is_refused_and_harms_nothing(bank, arguments) -> None:
    begin(bank, "wrong")
    await bank.start("wrong")
    with pytest.raises(WorkflowUpdateFailedError):
        await bank.handle("wrong").execute_update("promise", args=arguments)
    assert (await bank.state("wrong")).promise is None
    await bank.handle("wrong").terminate()
