"""A plan on virtual time whose instalments are debited by mandate: what goes through, what does not, what it costs."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest_asyncio
from temporalio.testing import TimeSkipper

from activities.debits.embedded import reference_of
from domain.calendar import months_after
from domain.compliance.holidays import next_business_day
from domain.model.case import Case, Outcome
from domain.model.debits import DebitState
from domain.model.repayment import PLAN_REMINDER, PLAN_REPAIR, PlanStatus
from ledger import audit, debits, mandates
from ledger.debits import DebitRow
from ledger.mandates import Mandate
from starter.auditing import audit_ledger
from starter.demo.costs import count_actions, count_events
from starter.posting import reverse_payment
from tests.activities.debits.planned import HOLD
from tests.activities.world import rules_with
from tests.plugins.virtual_bank import Bank, serving
from tests.workflows.test_plans import agree, asked, begin, ended, sent, stands
from workflows.names import DOORBELL

DAY = timedelta(days=1)
FIRST_IN = 10
DEBIT = {"at": "10:00", "retry_days": [1, 2]}


def due_on(bank: Bank, no: int) -> date:
    """Of the instalment with this number, from 1."""
    first = bank.today + FIRST_IN * DAY
    return months_after(first, no - 1, first.day)


def debit_on(bank: Bank, no: int) -> date:
    return next_business_day(due_on(bank, no) - DAY, ())


@pytest_asyncio.fixture(loop_scope="session")
async def house(make_bank: Callable[[], Bank], tmp_path: Path) -> AsyncIterator[Bank]:
    """A bank whose provider declines the second instalment once, of a token that says so."""
    made, table = make_bank(), tmp_path / "declines.json"
    table.write_text(json.dumps({"tok-declines": {f"{due_on(made, 2)}/1": "no_funds"}}), encoding="utf-8")
    made.settings = made.settings.model_copy(update={"debit_declines": table})
    made.policies = replace(made.policies, rules=rules_with(holds=[HOLD | {"closed_by": ["plan_completed"]}]))
    async with serving(made):
        yield made


async def signed(bank: Bank, account_id: str, token: str, **terms: object) -> None:
    """A case with a plan of six instalments in force, and a mandate."""
    begin(bank, account_id, debit=DEBIT | terms)
    given = Mandate("m-" + account_id, account_id, token, bank.today, bank.today, "DOC-7", "op-1", bank.now())
    with bank.ledger.write() as conn:
        mandates.add(conn, given)
    await bank.start(account_id)
    assert (await asked(bank, account_id, agree(bank, first_in=FIRST_IN))).accepted
    await bank.until(account_id, stands(PlanStatus.PERFORMING))


def debited(bank: Bank) -> list[DebitRow]:
    with bank.ledger.read() as conn:
        return list(reversed(debits.listing(conn, 99, only_open=False)))


class Clock:
    """Moves one case from day to day."""

    def __init__(self, bank: Bank, skipper: TimeSkipper, account_id: str) -> None:
        self.bank, self.skipper, self.account_id, self.moved = bank, skipper, account_id, 0

    async def past(self, day: date) -> None:
        """To the same hour of the day after."""
        days = (day - self.bank.today).days + 1
        await self.skipper.fast_forward(self.bank.handle(self.account_id), (days - self.moved) * DAY)
        self.moved = days


def met(no: int) -> Callable[[Case], bool]:
    return lambda case: case.plan is not None and case.plan.met == no


async def test_a_plan_that_is_debited_costs_no_more_than_one_that_is_reminded_of(house: Bank, skipper) -> None:
    await signed(house, "debited", "tok-7")
    clock = Clock(house, skipper, "debited")
    for no in range(1, 7):
        await clock.past(debit_on(house, no))
        assert [row.state for row in debited(house)] == [DebitState.COLLECTED] * no
        await house.handle("debited").signal(DOORBELL)
        if no < 6:
            await house.until("debited", met(no))
    kept = await ended(house, "debited", Outcome.PLAN_COMPLETED)
    assert [(row.due_on, row.on) for row in debited(house)] == [
        (due_on(house, no), debit_on(house, no)) for no in range(1, 7)
    ]
    assert sent(house, "debited/1") == []
    begin(house, "cured", debit=DEBIT)
    await house.start("cured")
    await house.until("cured", lambda case: case.step_no == 1)
    house.pay("cured", "500.00")
    await house.handle("cured").signal(DOORBELL)
    cured = await ended(house, "cured", Outcome.CURED)
    cost = count_actions(kept) - count_actions(cured), count_events(kept) - count_events(cured)
    print(f"a plan of six debits: {cost[0]} actions, {cost[1]} events")
    assert cost[0] <= 40
    assert cost[1] <= 130


async def test_a_journey_with_a_decline_that_passes_and_a_payment_that_is_returned(house: Bank, skipper) -> None:
    await signed(house, "journey", "tok-declines")
    clock = Clock(house, skipper, "journey")
    await clock.past(debit_on(house, 1))
    await house.handle("journey").signal(DOORBELL)
    await house.until("journey", met(1))
    await clock.past(next_business_day(debit_on(house, 2), ()))
    await house.handle("journey").signal(DOORBELL)
    await house.until("journey", met(2))
    await clock.past(debit_on(house, 3))
    await house.handle("journey").signal(DOORBELL)
    await house.until("journey", met(3))
    reverse_payment(house.ledger, reference_of(debited(house)[-1].key), house.now())
    await house.handle("journey").signal(DOORBELL)
    await house.until("journey", lambda case: case.plan.met == 2 and case.plan.status is PlanStatus.PERFORMING)
    await clock.past(debit_on(house, 3) + 4 * DAY)
    state = await house.until("journey", stands(PlanStatus.MISSED))
    assert [step for step, _ in sent(house, "journey/1")] == [PLAN_REPAIR]
    house.pay("journey", str(state.plan.rows[2].amount), clock.moved)
    await house.handle("journey").signal(DOORBELL)
    await house.until("journey", lambda case: case.plan.met == 3 and case.plan.status is PlanStatus.PERFORMING)
    for no in range(4, 7):
        await clock.past(debit_on(house, no))
        await house.handle("journey").signal(DOORBELL)
        if no < 6:
            await house.until("journey", met(no))
    history = await ended(house, "journey", Outcome.PLAN_COMPLETED)
    found = debited(house)
    assert [(row.due_on, row.attempt, row.state) for row in found] == [
        (due_on(house, 1), 1, DebitState.COLLECTED),
        (due_on(house, 2), 1, DebitState.DECLINED),
        *((due_on(house, no), 2 if no == 2 else 1, DebitState.COLLECTED) for no in range(2, 7)),
    ]
    assert len({row.on for row in found}) == len(found)
    audited = audit_ledger(house.ledger)
    assert audited.is_clean, f"{audited.headline}: {audited.breaches} {audited.tampered}"
    with house.ledger.read() as conn:
        assert audit.verify(conn, "journey/1") is None
    print(f"six debits, a decline, a return: {count_actions(history)} actions, {count_events(history)} events in all")
    assert count_actions(history) <= 66
    assert count_events(history) <= 220


async def test_who_revokes_the_mandate_is_reminded_of_what_would_have_been_debited(house: Bank, skipper) -> None:
    await signed(house, "told", "tok-7", notify_days_before=2)
    assert (await house.state("told")).next.what.startswith("debits ")
    with house.ledger.write() as conn:
        mandates.end(conn, "m-told", house.now(), "op-2", "revoked")
    await house.relay()
    state = await house.until("told", lambda case: case.next.what.startswith("waits for the "))
    assert state.plan.status is PlanStatus.PERFORMING
    await Clock(house, skipper, "told").past(due_on(house, 1))
    assert ([step for step, _ in sent(house, "told/1")], debited(house)) == ([PLAN_REMINDER], [])
