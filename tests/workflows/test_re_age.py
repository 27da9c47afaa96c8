"""A re-age on virtual time: asked, approved by another, done, closed as such; refused where no rules allow it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError

from domain.model.adjustments import AdjustmentKind, AdjustmentState
from domain.model.case import Outcome
from domain.model.negotiation import Approve
from domain.model.re_age import AskReAge, ReAgeState
from ledger import adjustments, audit, entries, obligations, tasks
from ledger.entries import EntryKind
from policies import load_rules
from starter.auditing import audit_ledger
from starter.posting import reverse_payment
from starter.requests import ask
from tests.plugins.virtual_bank import Bank
from workflows.names import DOORBELL

_LADDER = [
    {"id": "first", "notice": "friendly-reminder", "channels": ["file"], "due": {"rule": "days_past_due", "days": 300}}
]


def begin(bank: Bank, account_id: str, rules: str = "us.first_party", **terms: object) -> None:
    """Open for 320 days, late since 159 days ago; five minimums of 200 fell due since, and three were paid later."""
    bank.plan(ladder=_LADDER, days_between=0, re_age=terms)
    bank.policies = replace(bank.policies, rules=load_rules(rules))
    bank.add_account(account_id, (300, 200), (160, 200), (130, 200), (100, 200), (70, 200), (40, 200))
    for days in (-301, -60, -30, -5):
        bank.pay(account_id, "200", days)


async def request(bank: Bank, account_id: str, name: str = "r-1"):
    return await ask(bank.client, account_id, AskReAge(id=name, evidence="DOC-7", by="agent-1"))


async def approve(bank: Bank, account_id: str, name: str = "a-1", by: str = "lead-2"):
    return await ask(bank.client, account_id, Approve(id=name, offer="r-1", by=by))


def asked(bank: Bank) -> list[tuple[AdjustmentKind, AdjustmentState, str | None, str | None]]:
    with bank.ledger.read() as conn:
        rows = adjustments.listing(conn, 9, only_open=False)
    return sorted((row.adjustment.kind, row.state, row.adjustment.made_by, row.adjustment.checked_by) for row in rows)


def owed(bank: Bank, account_id: str) -> tuple[int, dict[date, int]]:
    """The balance, and what is past due."""
    now = datetime.max.replace(tzinfo=UTC)
    with bank.ledger.read() as conn:
        unmet = obligations.unmet(conn, account_id, bank.today, now)
        return entries.balance(conn, account_id, date.max, now).minor, {each.due_on: each.unmet.minor for each in unmet}


async def test_asked_approved_by_another_confirmed_and_closed_as_what_it_is(bank: Bank) -> None:
    begin(bank, "starts-anew")
    await bank.start("starts-anew")
    before, late = owed(bank, "starts-anew")
    assert list(late) == [bank.today - timedelta(days=70), bank.today - timedelta(days=40)]
    answer = await request(bank, "starts-anew")
    assert answer.accepted, answer.text
    with bank.ledger.read() as conn:
        (task,) = tasks.open_tasks(conn, 9)
    assert (task.kind, task.detail["past_due"], task.detail["paid"]) == ("re_age_approval", "400.00", "600.00")
    own = await approve(bank, "starts-anew", by="agent-1")
    assert own.text == "agent-1 cannot approve what agent-1 asked for: somebody else must"
    approved = await approve(bank, "starts-anew", "a-2")
    assert approved.accepted, approved.text
    closure = await asyncio.wait_for(bank.handle("starts-anew").result(), 60)
    assert (closure.outcome, closure.days_past_due) == (Outcome.RE_AGED, 70)
    assert owed(bank, "starts-anew") == (before, {})
    assert asked(bank) == [(AdjustmentKind.RE_AGE, AdjustmentState.CONFIRMED, "agent-1", "lead-2")]
    with bank.ledger.read() as conn:
        assert audit.verify(conn, "starts-anew/1") is None
        assert tasks.open_tasks(conn, 9) == ()
        kinds = [row.kind for row in audit.rows(conn, "starts-anew/1")]
        posted = entries.visible(conn, "starts-anew", bank.today, datetime.max.replace(tzinfo=UTC))
    assert [kind for kind in kinds if kind.startswith("re_age")] == [
        "re_age_asked",
        "re_age_approved",
        "re_age_confirmed",
    ]
    assert [each.total_minor for each in posted if each.kind is EntryKind.RE_AGE] == [0]
    assert audit_ledger(bank.ledger).is_clean


async def test_under_the_rules_of_china_it_is_refused(bank: Bank) -> None:
    begin(bank, "stays", rules="cn")
    await bank.start("stays")
    answer = await request(bank, "stays")
    assert (answer.accepted, answer.text) == (
        False,
        f"the rules cn v{bank.policies.rules.version} let no account be re-aged: "
        "it becomes current when what is past due is paid",
    )
    state = await bank.state("stays")
    assert (state.re_age, state.closure, asked(bank)) == (None, None, [])


async def test_a_request_survives_continue_as_new_and_expires_in_its_time(bank: Bank, skipper) -> None:
    begin(bank, "waits", expires_days=30)
    await bank.start("waits", history_bound=20)
    await request(bank, "waits")
    first = (await bank.handle("waits").describe()).run_id
    for _ in range(6):
        await bank.handle("waits").signal(DOORBELL)
        await skipper.fast_forward(bank.handle("waits"), timedelta(days=4))
    assert (await bank.handle("waits").describe()).run_id != first
    state = await bank.state("waits")
    assert (state.re_age.state, state.re_age.id) == (ReAgeState.ASKED, "r-1")
    await skipper.fast_forward(bank.handle("waits"), timedelta(days=8))
    state = await bank.until("waits", lambda case: case.re_age.state is not ReAgeState.ASKED)
    assert state.re_age.state is ReAgeState.EXPIRED
    with bank.ledger.read() as conn:
        assert tasks.open_tasks(conn, 9) == ()


async def test_a_request_survives_the_loss_of_its_run(bank: Bank) -> None:
    begin(bank, "lost")
    await bank.start("lost")
    await request(bank, "lost")
    await bank.handle("lost").terminate()
    await bank.start("lost")
    state = await bank.state("lost")
    assert (state.re_age.state, state.re_age.asked_by) == (ReAgeState.ASKED, "agent-1")
    assert (await approve(bank, "lost")).accepted
    closure = await asyncio.wait_for(bank.handle("lost").result(), 60)
    assert closure.outcome is Outcome.RE_AGED


async def test_a_payment_behind_it_that_is_returned_later_takes_it_back(bank: Bank) -> None:
    begin(bank, "returns")
    await bank.start("returns")
    before = owed(bank, "returns")
    await request(bank, "returns")
    await approve(bank, "returns")
    await asyncio.wait_for(bank.handle("returns").result(), 60)
    reverse_payment(bank.ledger, "returns/payment/-30", bank.now())
    await bank.start("returns")
    state = await bank.until("returns", lambda case: case.re_age.state is ReAgeState.TAKEN_BACK)
    for _ in range(200):
        if (AdjustmentKind.REINSTATE, AdjustmentState.CONFIRMED, "agent-1", "lead-2") in asked(bank):
            break
        await asyncio.sleep(0.05)
    assert len(asked(bank)) == 2
    balance, late = owed(bank, "returns")
    assert (balance, sum(late.values())) == (before[0] + 20_000, sum(before[1].values()) + 20_000)
    assert state.closure is None


@pytest.mark.parametrize("said", [{"id": "x"}, {"id": "x", "by": "agent-1"}, {"id": "x", "evidence": "a b", "by": "y"}])
async def test_what_is_malformed_is_refused_at_the_door(bank: Bank, said) -> None:
    begin(bank, "door")
    await bank.start("door")
    with pytest.raises(WorkflowUpdateFailedError):
        await bank.handle("door").execute_update("re_age", said)
    await bank.handle("door").terminate()
