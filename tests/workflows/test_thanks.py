"""Thanks on virtual time: a customer who pays is thanked once, in the hours of contact, and the case closes."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from domain.model.case import Outcome
from domain.model.facts import MessageState
from ledger.tables import messages
from starter.auditing import audit_ledger
from starter.demo.costs import count_actions, count_events
from tests.plugins.virtual_bank import ZONE, Bank
from tests.workflows.test_understanding import STEPS
from workflows.names import DOORBELL

_THANKS = {"after": ["cured", "plan_completed", "paid_in_full"], "channels": ["file"], "within_days": 3}


def thanked(bank: Bank) -> list[messages]:
    with bank.ledger.read() as conn:
        return list(conn.execute(select(messages).where(messages.c.step == "thank-you")))


async def test_a_customer_who_pays_is_thanked_once_and_the_case_closes(bank: Bank, skipper) -> None:
    bank.plan(ladder=STEPS, days_between=0, thanks=_THANKS)
    bank.add_account("thanked", (4, 500))
    await bank.start("thanked")
    handle = bank.handle("thanked")
    bank.pay("thanked", "500.00")
    await handle.signal(DOORBELL)
    await skipper.fast_forward(handle, timedelta(days=2))  # at whatever hour it is paid, a morning comes
    closure = await asyncio.wait_for(handle.result(), 60)
    assert (closure.outcome, closure.days_past_due) == (Outcome.CURED, 4)
    (row,) = thanked(bank)
    assert (row.key, row.state, row.purpose) == ("thanked/1/thanks", MessageState.SENT, "service_notice")
    assert 8 <= row.intent_at.astimezone(ZoneInfo(ZONE)).hour < 22
    (text,) = [path.read_text("utf-8") for path in bank.settings.outbox.rglob("*.txt") if "thank" in path.name]
    assert "is up to date again" in text
    audited = audit_ledger(bank.ledger)
    assert audited.is_clean, f"{audited.headline}: {audited.breaches} {audited.tampered}"
    history = [event async for event in handle.fetch_history_events()]
    assert count_actions(history) <= 17
    assert count_events(history) <= 55
