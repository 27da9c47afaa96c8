"""The played customers on virtual time, each journey from the first message to the end of the case."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from domain.model.adjustments import AdjustmentKind
from domain.model.case import Closure, Outcome
from domain.model.errors import InputError
from domain.model.events import Answer, Request
from domain.model.hardship import AssessHardship
from domain.model.plan_requests import SettlePlan
from domain.model.promise import MakePromise, PromiseState
from ledger import adjustments, info, messages, tasks
from starter.auditing import audit_ledger
from starter.demo.acting import Visit
from starter.demo.customers import Journey
from starter.demo.listening import listeners
from tests.plugins.virtual_bank import Bank, serving

_DAY = timedelta(days=1)


@pytest_asyncio.fixture(loop_scope="session")
async def town(make_bank, tmp_path: Path) -> AsyncIterator[Bank]:
    """One account a journey, each owner answering as it says; 5,000 are past due since 4 days."""
    made = make_bank()
    file = tmp_path / "customers.json"
    file.write_text(json.dumps({str(journey): str(journey) for journey in Journey}), encoding="utf-8")
    bank = replace(made, settings=made.settings.model_copy(update={"demo_cast": file}))
    with bank.ledger.write() as conn:
        info.put(conn, info.REPLAYED_UNTIL, (bank.today + 400 * _DAY).isoformat())
    async with serving(bank):
        yield bank


async def played(bank: Bank, skipper, journey: Journey, days: int) -> Closure:
    bank.add_account(journey, (4, 5_000))
    await bank.start(journey)
    await skipper.fast_forward(bank.handle(journey), timedelta(days=days))
    closure = await asyncio.wait_for(bank.handle(journey).result(), 60)
    audited = audit_ledger(bank.ledger)
    assert audited.is_clean, f"{audited.headline}: {audited.breaches} {audited.tampered}"
    return closure


def steps(bank: Bank, case_id: str) -> list[str]:
    with bank.ledger.read() as conn:
        return [notice.step for notice in messages.notices(conn, case_id)]


async def test_who_promises_is_reminded_and_pays(town: Bank, skipper) -> None:
    closure = await played(town, skipper, Journey.KEEPS_PROMISE, 30)
    assert (closure.outcome, steps(town, "keeps-promise/1")) == (Outcome.CURED, ["reminder"])
    state = await town.state(Journey.KEEPS_PROMISE)
    assert state.promise_judged.state is PromiseState.KEPT


async def test_who_breaks_a_promise_keeps_a_plan_with_a_rebate_and_ends_it_early(town: Bank, skipper) -> None:
    closure = await played(town, skipper, Journey.MENDS_BY_PLAN, 200)
    assert closure.outcome is Outcome.PLAN_COMPLETED
    state = await town.state(Journey.MENDS_BY_PLAN)
    assert (state.promise_judged.state, state.plan.count) == (PromiseState.BROKEN, 24)
    with town.ledger.read() as conn:
        rows = adjustments.listing(conn, 20, only_open=False)
    waived = [row.adjustment.key for row in rows if row.adjustment.kind is AdjustmentKind.WAIVE]
    assert waived == ["mends-by-plan/1/concession/on-time-plan-1.1-3/waive/1"]


async def test_who_is_ill_is_given_time_and_pays_after_it(town: Bank, skipper) -> None:
    closure = await played(town, skipper, Journey.FALLS_ILL, 90)
    assert (closure.outcome, steps(town, "falls-ill/1")) == (Outcome.CURED, ["reminder", "second-reminder"])
    with town.ledger.read() as conn:
        first, second = (notice.on for notice in messages.notices(conn, "falls-ill/1"))
        kinds = {task.kind for task in tasks.open_tasks(conn, 20)}
    assert (second - first).days >= 45
    assert not kinds & {"hardship_assessment", "referral"}, "both are done"


async def test_who_has_paid_hears_nothing_more_and_the_payment_is_found(town: Bank, skipper) -> None:
    closure = await played(town, skipper, Journey.HAS_PAID, 30)
    assert (closure.outcome, steps(town, "has-paid/1")) == (Outcome.CURED, ["reminder"])
    state = await town.state(Journey.HAS_PAID)
    assert state.arrears is None


@pytest.mark.parametrize(
    ("journey", "days", "breaks"),
    [
        (Journey.KEEPS_PROMISE, 30, MakePromise),
        (Journey.FALLS_ILL, 90, AssessHardship),
        (Journey.HAS_PAID, 30, None),
        (Journey.MENDS_BY_PLAN, 200, SettlePlan),
    ],
)
async def test_who_is_cut_off_does_the_rest_when_the_message_is_tried_again(
    town: Bank, skipper, monkeypatch: pytest.MonkeyPatch, journey: Journey, days: int, breaks: type | None
) -> None:
    """Cut off before the payment, or right after this was asked."""
    cut_off: list[str] = []
    asks, pays = Visit.asks, Visit.pays

    async def cut_asks(self: Visit, request: Request) -> Answer:
        answer = await asks(self, request)
        if breaks is not None and isinstance(request, breaks) and not cut_off:
            cut_off.append(request.kind)
            raise RuntimeError("the worker is gone")
        return answer

    async def cut_pays(self: Visit, *what: object) -> None:
        if breaks is None and not cut_off:
            cut_off.append("pays")
            raise RuntimeError("the worker is gone")
        await pays(self, *what)

    monkeypatch.setattr(Visit, "asks", cut_asks)
    monkeypatch.setattr(Visit, "pays", cut_pays)
    closure = await played(town, skipper, journey, days)
    assert cut_off
    assert closure.outcome in (Outcome.CURED, Outcome.PLAN_COMPLETED)
    state = await town.state(journey)
    assert (state.promises_made, state.plans_agreed) == {
        Journey.KEEPS_PROMISE: (1, 0),
        Journey.MENDS_BY_PLAN: (1, 1),
    }.get(journey, (0, 0))


def test_on_the_ledger_of_a_bank_nobody_is_played(make_bank, tmp_path: Path) -> None:
    bank = make_bank()
    file = tmp_path / "customers.json"
    file.write_text("{}", encoding="utf-8")
    assert listeners(bank.client, bank.ledger, bank.policies, None) == []
    with pytest.raises(InputError, match="this ledger is a bank's own, and its customers are not played"):
        listeners(bank.client, bank.ledger, bank.policies, file)
