"""Journeys that pass through several agreements, on virtual time, each from the first talk to its end."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.model.adjustments import AdjustmentKind
from domain.model.case import Case, Outcome
from domain.model.causes import Cause
from domain.model.contact import Direction
from domain.model.contact import Outcome as Told
from domain.model.money import Money
from domain.model.permits import RequestContact
from domain.model.plan_requests import AcceptedHow, AgreePlan
from domain.model.promise import MakePromise, PromiseState
from domain.model.repayment import PlanStatus
from domain.model.strategy import Channel
from ledger import adjustments, audit, entries
from ledger.entries import Entry, EntryKind
from starter.auditing import audit_ledger
from starter.posting import Payment, post_payment
from starter.requests import ask
from tests.activities.world import rules_with
from tests.plugins.virtual_bank import Bank
from tests.workflows.test_plans import stands
from tests.workflows.test_understanding import begin as begin_understood
from tests.workflows.test_understanding import sent, tell, work
from workflows.names import DOORBELL

_DAY = timedelta(days=1)
_LADDER = [
    {
        "id": f"notice-{days}",
        "notice": "friendly-reminder",
        "channels": ["file"],
        "due": {"rule": "days_past_due", "days": days},
    }
    for days in (6, 40)
]
_PLANS = {"most": 2, "first_within_days": 45, "after_break": "less", "channels": ["file"]}
_PROMISES = {"horizon_days": 10, "most": 2, "grace_days": 1, "channels": ["file"]}
_REBATE = {"id": "on-time", "kind": "streak", "instalments": 3, "component": "interest", "percent": 50}


@pytest.fixture
def house(bank: Bank) -> Bank:
    """Rules that leave plans to the bank; 1,040 are owed, of which 500 are past due and 40 are interest."""
    bank.policies = replace(bank.policies, rules=rules_with())
    bank.plan(ladder=_LADDER, days_between=0, plans=_PLANS, promises=_PROMISES, incentives=[_REBATE])
    return bank


async def opened(bank: Bank, account_id: str) -> None:
    bank.add_account(account_id, (4, 500))
    interest = Entry(
        account_id, f"{account_id}/interest", EntryKind.INTEREST, bank.today - _DAY, bank.now(), interest_minor=4_000
    )
    with bank.ledger.write() as conn:
        entries.append(conn, interest)
    await bank.start(account_id)


async def agree(bank: Bank, account_id: str, name: str, instalments: int, first_in: int, rate: int = 0) -> None:
    said = {"rate": rate, "accepted": AcceptedHow.WRITTEN, "reference": "AGR-7", "by": "op-1"}
    first_on = bank.today + timedelta(days=first_in)
    answer = await ask(bank.client, account_id, AgreePlan(id=name, instalments=instalments, first_on=first_on, **said))
    assert answer.accepted, answer.text


def keep(bank: Bank, account_id: str, case: Case) -> None:
    """Every instalment is paid on its day; what the bank knows of it, it knows since the plan was agreed."""
    at = case.as_of + timedelta(seconds=1)
    for row in case.plan.rows:
        money = Money(amount=row.amount, currency="TWD")
        paid = Payment(account_id, money, f"{account_id}/{case.plan.id}/{row.no}", row.due_on)
        post_payment(bank.ledger, bank.policies.rules, paid, at)


async def test_who_breaks_a_promise_and_keeps_a_plan_is_given_a_rebate(house: Bank, skipper) -> None:
    await opened(house, "rebate")
    handle, money = house.handle("rebate"), Money.of_minor(30_000, "TWD")
    promised = MakePromise(id="p-1", amount=money, due_on=house.today + _DAY)
    assert (await ask(house.client, "rebate", promised)).accepted
    await skipper.fast_forward(handle, 3 * _DAY)
    state = await house.until("rebate", lambda case: case.promise_judged is not None)
    assert state.promise_judged.state is PromiseState.BROKEN
    await agree(house, "rebate", "plan-1", 3, 10, rate=12)
    state = await house.until("rebate", stands(PlanStatus.PERFORMING))
    keep(house, "rebate", state)
    await skipper.fast_forward(handle, 80 * _DAY)
    closure = await asyncio.wait_for(handle.result(), 60)
    assert closure.outcome is Outcome.PLAN_COMPLETED
    with house.ledger.read() as conn:
        rows = adjustments.listing(conn, 9, only_open=False)
        assert audit.verify(conn, "rebate/1") is None
    (waived,) = [row.adjustment for row in rows if row.adjustment.kind is AdjustmentKind.WAIVE]
    assert (waived.key, str(waived.amount)) == ("rebate/1/concession/on-time-plan-1.1-3/waive/1", "10.44 TWD")
    assert audit_ledger(house.ledger).is_clean


async def test_a_plan_that_is_broken_is_followed_by_one_that_asks_for_less(house: Bank, skipper) -> None:
    await opened(house, "renewed")
    handle = house.handle("renewed")
    await agree(house, "renewed", "plan-1", 2, 5)
    await house.until("renewed", stands(PlanStatus.PERFORMING))
    await skipper.fast_forward(handle, 20 * _DAY)
    await house.until("renewed", stands(PlanStatus.BROKEN))
    first_on = house.today + timedelta(days=30)
    said = {"first_on": first_on, "accepted": AcceptedHow.WRITTEN, "reference": "AGR-8", "by": "op-1"}
    as_hard = await ask(house.client, "renewed", AgreePlan(id="plan-2", instalments=2, **said))
    assert as_hard.text.startswith("the plan plan-1 asked for 520.00 TWD a month and was broken: another one must")
    await agree(house, "renewed", "plan-3", 4, 30)
    state = await house.until(
        "renewed", lambda case: case.plan.id == "plan-3" and case.plan.status is PlanStatus.PERFORMING
    )
    keep(house, "renewed", state)
    await skipper.fast_forward(handle, 125 * _DAY)
    closure = await asyncio.wait_for(handle.result(), 60)
    assert closure.outcome is Outcome.PLAN_COMPLETED
    assert (state.plan.no, state.plans_agreed) == (2, 2)


async def test_who_cannot_be_reached_is_searched_for_and_the_ladder_goes_on(bank: Bank, skipper) -> None:
    begin_understood(bank, "lost")
    await bank.start("lost")
    handle = bank.handle("lost")
    tomorrow = datetime.combine(bank.today + _DAY, time(11), ZoneInfo("Asia/Taipei"))
    await skipper.fast_forward(handle, tomorrow - bank.now())
    assert sent(bank, "lost/1") == [bank.today + _DAY]
    permit = (await ask(bank.client, "lost", RequestContact(id="q-1", channel=Channel.CALL))).permit
    made_at = (await bank.state("lost")).as_of
    said = {"direction": Direction.OUT, "outcome": Told.NO_ANSWER, "verified": False, "made_at": made_at}
    await tell(bank, "lost", Cause.UNREACHABLE, permit_id=permit.permit_id, channel=Channel.CALL, **said)
    assert work(bank) == ["contact_search"]
    await skipper.fast_forward(handle, 16 * _DAY)
    assert sent(bank, "lost/1") == [bank.today + _DAY, bank.today + 16 * _DAY]
    bank.pay("lost", "500.00")
    await handle.signal(DOORBELL)
    closure = await asyncio.wait_for(handle.result(), 60)
    assert (closure.outcome, closure.notices) == (Outcome.CURED, 2)
