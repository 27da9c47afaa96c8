"""A repayment plan on virtual time: agreed by update, in force, followed by service notices, kept or broken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowUpdateFailedError

from domain.model.adjustments import Adjustment, AdjustmentKind, AdjustmentState
from domain.model.case import Case, Outcome, Stage
from domain.model.errors import InputError
from domain.model.events import Answer
from domain.model.money import Money
from domain.model.plan_requests import AcceptedHow, AgreePlan, EndPlan, MovePlan
from domain.model.repayment import PLAN_REMINDER, PLAN_REPAIR, PlanStatus
from ledger import adjustments, audit, keeping_plans
from ledger.tables import messages
from starter.auditing import audit_ledger
from starter.demo.costs import count_actions, count_bytes, count_events
from starter.posting import reverse_payment
from starter.requests import ask
from tests.activities.world import rules_with
from tests.plugins.virtual_bank import Bank
from workflows.names import DOORBELL, PLAN_STATUS

_STEPS = [
    {
        "id": f"notice-{days}",
        "notice": "friendly-reminder",
        "channels": ["file"],
        "due": {"rule": "days_past_due", "days": days},
    }
    for days in (5, 20)
]
_TERMS = {"most": 2, "first_within_days": 45, "remind_days_before": 2, "channels": ["file"]}
ART_70 = ("balance_structure_currency", "schedule", "charges_during_plan", "no_new_cards_promise", "rights_and_breach")


def begin(bank: Bank, account_id: str, **terms: object) -> None:
    """An account that owes 1,000 of which 500 are past due, under a strategy that agrees on plans."""
    bank.plan(ladder=_STEPS, days_between=0, plans=_TERMS | terms, thanks=None)
    bank.add_account(account_id, (4, 500))


def agree(bank: Bank, message_id: str = "plan-1", first_in: int = 10, **more: object) -> AgreePlan:
    said = {
        "instalments": 6,
        "first_on": bank.today + timedelta(days=first_in),
        "accepted": AcceptedHow.WRITTEN,
        "reference": "AGR-7",
        "by": "op-1",
        "approved_by": "lead-1",
        "terms": (*ART_70, "other"),
        "willing": True,
        "ability_report": None,
        **more,
    }
    return AgreePlan(id=message_id, **said)


async def asked(bank: Bank, account_id: str, request) -> Answer:
    return await ask(bank.client, account_id, request)


def stands(status: PlanStatus) -> Callable[[Case], bool]:
    return lambda case: case.plan is not None and case.plan.status is status


def sent(bank: Bank, case_id: str) -> list[tuple[str, date]]:
    c = messages.c
    with bank.ledger.read() as conn:
        rows = conn.execute(
            select(c.step, c.on_date).where(c.case_id == case_id, c.state == "sent").order_by(c.intent_at)
        )
        return [(row.step, row.on_date) for row in rows]


async def attribute(bank: Bank, account_id: str) -> str | None:
    return (await bank.handle(account_id).describe()).typed_search_attributes.get(PLAN_STATUS)


@pytest.fixture
def house(bank: Bank) -> Bank:
    """Under rules that leave plans to the bank, with the hold of a plan in force."""
    hold = {
        "id": "plan_in_force",
        "opened_by": "plan_signed",
        "closed_by": ["plan_broken", "plan_completed", "plan_cancelled"],
        "scope": "debt",
        "blocks": ["collect_contact"],
        "allows": ["service_notice"],
        "source": "law",
    }
    bank.policies = replace(bank.policies, rules=rules_with(holds=[hold]))
    return bank


async def test_a_plan_that_is_kept_closes_the_case_and_nothing_collects_meanwhile(house: Bank, skipper) -> None:
    begin(house, "kept")
    await house.start("kept")
    answer = await asked(house, "kept", agree(house))
    assert answer.accepted, answer.text
    state = await house.until("kept", stands(PlanStatus.PERFORMING))
    assert (state.stage, await attribute(house, "kept")) == (Stage.PLANNING, "performing")
    for row in state.plan.rows:
        house.pay("kept", str(row.amount), (row.due_on - house.today).days, f"kept/{row.no}")
    await skipper.fast_forward(house.handle("kept"), timedelta(days=190))
    closure = await asyncio.wait_for(house.handle("kept").result(), 60)
    assert closure.outcome is Outcome.PLAN_COMPLETED
    assert {step for step, _ in sent(house, "kept/1")} <= {PLAN_REMINDER}
    with house.ledger.read() as conn:
        assert audit.verify(conn, "kept/1") is None
        assert [row.state for row in adjustments.listing(conn, 9, only_open=False)] == [AdjustmentState.CONFIRMED] * 3


async def test_a_plan_that_is_broken_lets_the_ladder_go_on(house: Bank, skipper) -> None:
    begin(house, "broken")
    await house.start("broken")
    assert (await asked(house, "broken", agree(house))).accepted
    await skipper.fast_forward(house.handle("broken"), timedelta(days=32))
    state = await house.until("broken", stands(PlanStatus.BROKEN))
    (reminded, _), (repaired, told_on), *_ = sent(house, "broken/1")
    assert (reminded, repaired) == (PLAN_REMINDER, PLAN_REPAIR)
    assert state.plan.since == told_on + timedelta(days=8)
    state = await house.until("broken", lambda case: case.ladder.given != ())
    assert (state.stage, await attribute(house, "broken")) == (Stage.REMINDING, "broken")
    first_notice, left_on = sent(house, "broken/1")[2]
    assert (first_notice, left_on) == ("notice-5", state.plan.resumes_on)
    audited = audit_ledger(house.ledger)
    assert audited.is_clean, f"{audited.headline}: {audited.breaches} {audited.tampered}"
    assert audited.contacts >= 3


async def test_a_returned_payment_reveals_an_old_miss(house: Bank, skipper) -> None:
    begin(house, "returned")
    await house.start("returned")
    assert (await asked(house, "returned", agree(house, first_in=1))).accepted
    state = await house.until("returned", stands(PlanStatus.PERFORMING))
    first = state.plan.rows[0]
    reference = house.pay("returned", str(first.amount), 1)
    await skipper.fast_forward(house.handle("returned"), timedelta(days=9))
    state = await house.until("returned", lambda case: case.plan.met == 1)
    assert state.plan.status is PlanStatus.PERFORMING
    reverse_payment(house.ledger, reference, house.now())
    await house.handle("returned").signal(DOORBELL)
    state = await house.until("returned", stands(PlanStatus.MISSED))
    assert (state.plan.met, state.plan.returned) == (0, 1)
    await skipper.fast_forward(house.handle("returned"), timedelta(days=2))
    ((repair, on),) = [each for each in sent(house, "returned/1") if each[0] == PLAN_REPAIR]
    state = await house.state("returned")
    assert (repair, state.plan.cure_ends_on) == (PLAN_REPAIR, on + timedelta(days=7))


async def test_a_plan_survives_continue_as_new_and_a_lost_run(house: Bank) -> None:
    begin(house, "lives")
    await house.start("lives", history_bound=20)
    assert (await asked(house, "lives", agree(house, first_in=40))).accepted
    before = (await house.until("lives", stands(PlanStatus.PERFORMING))).plan
    again = await asked(house, "lives", agree(house, first_in=40))
    assert again.accepted
    await house.handle("lives").terminate("by mistake")
    await house.start("lives")
    after = (await house.until("lives", lambda case: case.plan is not None and case.plan.rows != ())).plan
    assert after.model_copy(update={"since": before.since}) == before


async def test_a_card_system_that_answers_later_is_heard(house: Bank) -> None:
    begin(house, "later")
    await house.start("later")
    assert (await asked(house, "later", agree(house, first_in=40))).accepted
    await house.until("later", stands(PlanStatus.PERFORMING))
    with house.ledger.write() as conn:
        held = Adjustment(key="later/1/plan/1/block/2", kind=AdjustmentKind.BLOCK)
        adjustments.want(conn, held, "later/1", "later", house.now())
        keeping_plans.refuse_adjustment(conn, held.key, house.now(), "closed-account")
    await house.handle("later").signal(DOORBELL)
    state = await house.until("later", stands(PlanStatus.VOID))
    assert state.stage is Stage.REMINDING


async def test_a_plan_is_changed_and_ended_by_update(house: Bank) -> None:
    begin(house, "changed")
    await house.start("changed")
    assert (await asked(house, "changed", agree(house, first_in=40))).accepted
    await house.until("changed", stands(PlanStatus.PERFORMING))
    moved = await asked(house, "changed", MovePlan(id="move-1", plan_id="plan-1"))
    assert moved.accepted, moved.text
    state = await house.until("changed", stands(PlanStatus.PERFORMING))
    assert (state.plan.version, state.plan.moves) == (2, 1)
    ended = await asked(house, "changed", EndPlan(id="end-1", plan_id="plan-1", by="op-1"))
    assert ended.accepted
    assert (await house.state("changed")).plan.status is PlanStatus.CANCELLED


async def test_what_cannot_be_agreed_is_refused_with_the_reason(bank: Bank) -> None:
    """Under the rules of China, art. 70."""
    begin(bank, "refused")
    await bank.start("refused")
    for request, why in (
        (agree(bank, "p-1", terms=()), "the agreement must state balance_structure_currency"),
        (agree(bank, "p-2"), "it must be known what the customer can pay"),
        (agree(bank, "p-3", instalments=61), "at most 60 months from signing"),
        (agree(bank, "p-4", first_in=-1), "the first instalment would be due on"),
        (agree(bank, "p-5", fees=Money(amount=Decimal(5), currency="EUR")), "fees are in EUR, the account in TWD"),
        (MovePlan(id="m-1", plan_id="plan-1"), "no plan plan-1 runs on this case"),
    ):
        answer = await asked(bank, "refused", request)
        assert (answer.accepted, answer.text.startswith(why)) == (False, True), answer.text


@pytest.mark.parametrize(
    "wrong",
    [{"instalments": -3}, {"instalments": 0}, {"rate": "-1"}, {"reference": "two words"}, {"accepted": "somehow"}, {}],
    ids=["negative", "none", "rate", "text", "how", "nothing"],
)
async def test_nonsense_is_refused_early_and_harms_nothing(house: Bank, wrong) -> None:
    begin(house, "nonsense")
    await house.start("nonsense")
    said = agree(house).model_dump(mode="json") | wrong if wrong else {}
    with pytest.raises((WorkflowUpdateFailedError, InputError)):
        await house.handle("nonsense").execute_update("agree_plan", said)
    assert (await house.state("nonsense")).plan is None


async def test_a_plan_of_six_instalments_keeps_its_budget(house: Bank, skipper) -> None:
    """Each instalment reminded of and paid with a doorbell: what it costs beyond a case that one doorbell cures."""
    begin(house, "budget")
    await house.start("budget")
    assert (await asked(house, "budget", agree(house))).accepted
    state = await house.until("budget", stands(PlanStatus.PERFORMING))
    today = house.today
    for row in state.plan.rows:
        await skipper.fast_forward(house.handle("budget"), row.due_on - today)
        today = row.due_on
        house.pay("budget", str(row.amount), (row.due_on - house.today).days, f"budget/{row.no}")
        await house.handle("budget").signal(DOORBELL)
        if row.no < 6:
            await house.until("budget", lambda case, no=row.no: case.plan.met == no)
    kept = await ended(house, "budget", Outcome.PLAN_COMPLETED)
    assert [step for step, _ in sent(house, "budget/1")] == [PLAN_REMINDER] * 6
    begin(house, "cured")
    await house.start("cured")
    await house.until("cured", lambda case: case.step_no == 1)
    house.pay("cured", "500.00")
    await house.handle("cured").signal(DOORBELL)
    cured = await ended(house, "cured", Outcome.CURED)
    assert count_actions(kept) - count_actions(cured) <= 40
    assert count_events(kept) - count_events(cured) <= 130
    assert count_bytes(kept) <= 100_000


async def ended(bank: Bank, account_id: str, outcome: Outcome) -> Sequence[HistoryEvent]:
    """The history of a case once it is closed so."""
    closure = await asyncio.wait_for(bank.handle(account_id).result(), 60)
    assert closure.outcome is outcome
    return (await bank.handle(account_id).fetch_history()).events
