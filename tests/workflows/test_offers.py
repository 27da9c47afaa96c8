"""Negotiating on virtual time: proposed by update, decided by another, given up once earned, undone on a return."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError

from domain.affordability import assess_ability
from domain.model.ability import Essential, EssentialItem, Every, HouseholdStatement, Income, IncomeItem
from domain.model.adjustments import AdjustmentKind, AdjustmentState
from domain.model.case import Case, Outcome
from domain.model.component import Component
from domain.model.money import Money
from domain.model.negotiation import Approve, OfferState, ProposeTerms
from domain.model.offers import Proposal, Verdict
from ledger import ability_reports, adjustments, audit, entries, tasks
from ledger.ability_reports import Assessed
from ledger.entries import Entry, EntryKind
from starter.auditing import audit_ledger
from starter.posting import reverse_payment
from starter.requests import ask
from tests.plugins.virtual_bank import Bank, serving
from workflows.names import DOORBELL

_LADDER = [
    {
        "id": f"notice-{days}",
        "notice": "friendly-reminder",
        "channels": ["file"],
        "due": {"rule": "days_past_due", "days": days},
    }
    for days in (6, 20)
]
_BOOK = {
    "expires_days": 14,
    "entries": [
        {"id": "pay-now", "kind": "pay_now", "within_days": 10, "gives": [{"component": "fee", "percent": 100}]},
        {"id": "settlement", "kind": "settlement", "level": "supervisor", "least_percent": 70, "within_days": 30},
    ],
}


def begin(bank: Bank, account_id: str) -> None:
    """An account that owes 1,050 of which 500 are past due, and 50 are fees; 600 can be paid in a month."""
    promises = {"horizon_days": 31, "most": 2, "grace_days": 2}
    bank.plan(ladder=_LADDER, days_between=0, offers=_BOOK, promises=promises)
    bank.add_account(account_id, (4, 500))
    earns = IncomeItem(kind=Income.WAGES, amount=Money.of_minor(160_000, "TWD"), every=Every.MONTH)
    lives = EssentialItem(kind=Essential.HOUSING, amount=Money.of_minor(100_000, "TWD"), every=Every.MONTH)
    statement = HouseholdStatement(currency="TWD", income=(earns,), essentials=(lives,))
    ability = assess_ability(statement, {account_id: Money.of_minor(105_000, "TWD")})
    person, now = f"person-{account_id}", bank.now()
    with bank.ledger.write() as conn:
        on = bank.today - timedelta(days=5)
        fee = Entry(account_id, f"{account_id}/fee", EntryKind.FEE, on, now, fee_minor=5_000)
        entries.append(conn, fee)
        ability_reports.add(conn, Assessed(f"r-{account_id}", person, bank.today, statement, ability, now, "op-1"))


async def propose(bank: Bank, account_id: str, name: str = "o-1", **said: int):
    money = {key: Money.of_minor(minor, "TWD") for key, minor in said.items()}
    return await ask(bank.client, account_id, ProposeTerms(id=name, proposal=Proposal(**money), by="agent-1"))


def balance(bank: Bank, account_id: str) -> dict[Component, int]:
    with bank.ledger.read() as conn:
        owed = entries.component_balances(conn, account_id, date.max, datetime.max.replace(tzinfo=UTC))
    return {name: part.minor for name, part in owed.items()}


def given(bank: Bank) -> list[tuple[AdjustmentKind, AdjustmentState, str | None, str | None]]:
    with bank.ledger.read() as conn:
        rows = adjustments.listing(conn, 9, only_open=False)
    found = ((row.adjustment, row.state) for row in reversed(rows))
    return [(each.kind, state, each.made_by, each.checked_by) for each, state in found]


def offer_is(state: OfferState):
    def so(case: Case) -> bool:
        made = None if case.negotiation is None else case.negotiation.offer
        return made is not None and made.state is state

    return so


async def test_a_settlement_is_approved_by_another_paid_and_closes_the_case(bank: Bank) -> None:
    begin(bank, "settles")
    await bank.start("settles")
    answer = await propose(bank, "settles", final=80_000)
    assert (answer.offered.verdict, answer.accepted) == (Verdict.NEEDS_APPROVAL, False)
    with bank.ledger.read() as conn:
        (task,) = tasks.open_tasks(conn, 9)
    assert (task.kind, task.detail["total"]) == ("approval", "800.00")
    own = await ask(bank.client, "settles", Approve(id="a-1", offer="o-1", by="agent-1"))
    assert own.text == "agent-1 cannot approve what agent-1 proposed: somebody else must"
    approved = await ask(bank.client, "settles", Approve(id="a-2", offer="o-1", by="lead-1"))
    assert approved.accepted, approved.text
    state = await bank.until("settles", offer_is(OfferState.TAKEN))
    assert (state.promise.id, str(state.promise.amount)) == ("a-2", "800.00 TWD")
    bank.pay("settles", "800")
    await bank.handle("settles").signal(DOORBELL)
    closure = await asyncio.wait_for(bank.handle("settles").result(), 60)
    assert closure.outcome is Outcome.SETTLED_FOR_LESS
    assert given(bank) == [(AdjustmentKind.WAIVE, AdjustmentState.CONFIRMED, "agent-1", "lead-1")]
    assert sum(balance(bank, "settles").values()) == 0
    with bank.ledger.read() as conn:
        assert audit.verify(conn, "settles/1") is None
        assert tasks.open_tasks(conn, 9) == ()
    assert audit_ledger(bank.ledger).is_clean


async def test_fees_are_waived_for_paying_at_once_and_owed_again_when_the_payment_is_returned(bank: Bank) -> None:
    begin(bank, "pays")
    await bank.start("pays")
    answer = await propose(bank, "pays", once=45_000)
    assert (answer.text.split(" by ")[0], answer.accepted) == ("450.00 TWD", True)
    reference = bank.pay("pays", "450")
    await bank.handle("pays").signal(DOORBELL)
    closure = await asyncio.wait_for(bank.handle("pays").result(), 60)
    assert closure.outcome is Outcome.CURED
    assert sum(balance(bank, "pays").values()) == 55_000
    reverse_payment(bank.ledger, reference, bank.now())
    await bank.start("pays")
    await bank.until("pays", lambda case: case.step_no > closure.notices and len(given(bank)) == 2)
    for _ in range(200):
        if sum(balance(bank, "pays").values()) == 105_000:
            break
        await asyncio.sleep(0.05)
    assert sum(balance(bank, "pays").values()) == 105_000
    assert [kind for kind, *_ in given(bank)] == [AdjustmentKind.WAIVE, AdjustmentKind.REINSTATE]


async def test_what_nobody_decides_expires_and_the_ladder_goes_on(bank: Bank, skipper) -> None:
    begin(bank, "waits")
    await bank.start("waits")
    await propose(bank, "waits", final=80_000)
    await skipper.fast_forward(bank.handle("waits"), timedelta(days=14))
    state = await bank.state("waits")
    assert (state.ladder.total_given, state.negotiation.offer.state) == (0, OfferState.AWAITING)
    await skipper.fast_forward(bank.handle("waits"), timedelta(days=5))
    state = await bank.until("waits", lambda case: case.ladder.total_given > 0)
    made = state.negotiation.offer
    assert (made.state, state.ladder.given[0].on > made.offer.expires_on) == (OfferState.EXPIRED, True)
    with bank.ledger.read() as conn:
        assert [task.kind for task in tasks.open_tasks(conn, 9)] == []


@pytest.mark.parametrize("name", ["propose_terms", "approve", "decline"])
async def test_what_is_malformed_is_refused_at_the_door(bank: Bank, name: str) -> None:
    begin(bank, "door")
    await bank.start("door")
    with pytest.raises(WorkflowUpdateFailedError):
        await bank.handle("door").execute_update(name, {"id": "x"})
    await bank.handle("door").terminate()


async def test_an_approval_outlives_runs_and_workers_and_is_given_once(make_bank) -> None:
    bank = make_bank()
    begin(bank, "outlives")
    async with serving(bank):
        first = await bank.start("outlives", history_bound=20)
        await propose(bank, "outlives", final=80_000)
    await bank.handle("outlives").signal(DOORBELL)  # nobody hears it now
    async with serving(bank):
        for _ in range(100):
            await bank.handle("outlives").signal(DOORBELL)
            if (await bank.handle("outlives").describe()).run_id != first.run_id:
                break
            await asyncio.sleep(0.05)
        assert (await bank.handle("outlives").describe()).run_id != first.run_id, "the history was long"
        await bank.until("outlives", offer_is(OfferState.AWAITING))
        own = Approve(id="a-1", offer="o-1", by="agent-1")
        approve = Approve(id="a-2", offer="o-1", by="lead-1")
        refused, *given_twice = [await ask(bank.client, "outlives", each) for each in (own, approve, approve)]
        assert (refused.accepted, given_twice[0].accepted) == (False, True)
        assert given_twice[0] == given_twice[1]
        late = await ask(bank.client, "outlives", Approve(id="a-3", offer="o-1", by="lead-2"))
        assert not late.accepted
    async with serving(bank):
        bank.pay("outlives", "800")
        await bank.handle("outlives").signal(DOORBELL)
        closure = await asyncio.wait_for(bank.handle("outlives").result(), 60)
    assert closure.outcome is Outcome.SETTLED_FOR_LESS
    assert given(bank) == [(AdjustmentKind.WAIVE, AdjustmentState.CONFIRMED, "agent-1", "lead-1")]
    assert audit_ledger(bank.ledger).is_clean
