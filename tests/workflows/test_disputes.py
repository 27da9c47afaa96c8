"""Disputes and hardships on virtual time: each journey from the talk to its end."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

from domain.model.case import Outcome
from domain.model.causes import Cause
from domain.model.disputes import DisputeOutcome, ResolveDispute
from domain.model.hardship import AssessHardship, FollowUp, FollowUpOutcome, HardshipOutcome
from ledger import entries, meetings
from ledger.entries import Entry, EntryKind
from ledger.meetings import Allocated
from ledger.tables import messages
from tests.plugins.virtual_bank import Bank
from tests.workflows.test_understanding import STEPS, asked, begin, sent, tell, work
from workflows.names import DOORBELL

_DAY = timedelta(days=1)


def credit(bank: Bank, account_id: str, minor: int, due_on: date) -> None:
    """The bank's own card system corrects what fell due on that day."""
    now, reference = bank.now(), f"{account_id}/correction"
    with bank.ledger.write() as conn:
        entries.append(conn, Entry(account_id, reference, EntryKind.CREDIT, bank.today, now, principal_minor=-minor))
        parts = (Allocated(due_on, minor),)
        meetings.allocate(conn, account_id, parts, value_on=bank.today, recorded_at=now, entry_reference=reference)


def asked_for(bank: Bank, case_id: str) -> list[int]:
    """The amounts of the notices, in minor units."""
    with bank.ledger.read() as conn:
        found = conn.execute(messages.select().where(messages.c.case_id == case_id).order_by(messages.c.intent_at))
        return [row.past_due_minor for row in found]


def said(bank: Bank) -> str:
    """Every text that left."""
    return "\n".join(file.read_text("utf-8") for file in bank.settings.data_dir.rglob("*.txt"))


async def resolved(bank: Bank, account_id: str, outcome: DisputeOutcome) -> str:
    request = ResolveDispute(id="o-1", dispute="c-1", outcome=outcome, by="lead-2", reference="ANS-1")
    return (await asked(bank, account_id, request)).text


async def test_what_was_upheld_is_not_asked_for_before_the_bank_corrects_it(bank, skipper) -> None:
    begin(bank)  # the first notice is due tomorrow, whatever the hour
    due = [{"rule": "days_past_due", "days": days} for days in (41, 60)]
    bank.plan(ladder=[{**step, "due": when} for step, when in zip(STEPS, due, strict=True)])
    bank.add_account("wronged", (40, 500), (4, 300))
    await bank.start("wronged")
    handle, due_on = bank.handle("wronged"), bank.today - timedelta(days=40)
    await tell(bank, "wronged", Cause.DISPUTE, disputed_due_on=(due_on,))
    await skipper.fast_forward(handle, 39 * _DAY)
    await bank.until("wronged", lambda case: case.ladder.total_given == 1)
    assert asked_for(bank, "wronged/1") == [30_000]
    assert "Part of the balance is under review" in said(bank)
    text = await resolved(bank, "wronged", DisputeOutcome.UPHELD)
    assert f"what fell due on {due_on} is not asked for until the bank's correction of 500.00 TWD" in text
    assert "dispute_correction" in work(bank)
    await skipper.fast_forward(handle, 20 * _DAY)
    await bank.until("wronged", lambda case: case.ladder.total_given == 2)
    assert asked_for(bank, "wronged/1") == [30_000, 30_000]
    credit(bank, "wronged", 50_000, due_on)
    await handle.signal(DOORBELL)
    state = await bank.until("wronged", lambda case: not case.disputes)
    assert (state.holds, state.closure) == ((), None)
    assert {"dispute_review", "dispute_correction"}.isdisjoint(work(bank))
    assert state.arrears is not None
    assert str(state.arrears.past_due) == "300.00 TWD"
    await handle.terminate()


async def test_a_case_ends_when_all_that_it_was_about_was_wrong(bank, skipper) -> None:
    begin(bank, "innocent")
    await bank.start("innocent")
    handle, due_on = bank.handle("innocent"), bank.today - timedelta(days=4)
    await tell(bank, "innocent", Cause.DISPUTE)
    await resolved(bank, "innocent", DisputeOutcome.UPHELD)
    await skipper.fast_forward(handle, 10 * _DAY)
    assert sent(bank, "innocent/1") == []
    credit(bank, "innocent", 50_000, due_on)
    await handle.signal(DOORBELL)
    closure = await asyncio.wait_for(handle.result(), 60)
    assert (closure.outcome, closure.notices) == (Outcome.CURED, 0)


async def test_what_was_not_upheld_is_asked_for_again_and_the_next_notice_says_why(bank, skipper) -> None:
    begin(bank, "mistaken")
    await bank.start("mistaken")
    handle = bank.handle("mistaken")
    await tell(bank, "mistaken", Cause.DISPUTE)
    await skipper.fast_forward(handle, 28 * _DAY)
    await bank.until("mistaken", lambda case: case.disputes[0].escalated)
    assert (sent(bank, "mistaken/1"), "dispute_escalation" in work(bank)) == ([], True)
    await resolved(bank, "mistaken", DisputeOutcome.NOT_UPHELD)
    state = await bank.state("mistaken")
    assert state.resumes_on is not None
    await skipper.fast_forward(handle, 20 * _DAY)  # the longest row of holidays is shorter
    await bank.until("mistaken", lambda case: case.ladder.total_given == 2)
    assert sent(bank, "mistaken/1")[0] == state.resumes_on
    assert asked_for(bank, "mistaken/1") == [50_000, 50_000]
    assert said(bank).count("found that the amount is owed as billed") == 1, "the next notice says it, and no other"
    assert {"dispute_review", "dispute_escalation"}.isdisjoint(work(bank))
    await handle.terminate()


async def test_a_hardship_is_paused_referred_looked_at_again_and_comes_back(bank, skipper) -> None:
    begin(bank, "struck")
    await bank.start("struck")
    handle = bank.handle("struck")
    await tell(bank, "struck", Cause.ILLNESS)
    await skipper.fast_forward(handle, 5 * _DAY)
    granted = AssessHardship(id="a-1", outcome=HardshipOutcome.GRANTED, programme="illness-relief", by="care-1")
    answer = await asked(bank, "struck", granted)
    assert answer.text.startswith("illness-relief is granted: contact pauses until ")
    assert "hardship_assessment" not in work(bank)
    await skipper.fast_forward(handle, 50 * _DAY)
    assert (sent(bank, "struck/1"), work(bank)) == ([], ["referral"])
    await asked(bank, "struck", FollowUp(id="f-1", outcome=FollowUpOutcome.HELPED, by="care-2"))
    await skipper.fast_forward(handle, 11 * _DAY)
    await bank.until("struck", lambda case: case.hardship is not None and case.hardship.review_asked)
    assert work(bank) == ["hardship_review"]
    await skipper.fast_forward(handle, 3 * _DAY)
    await bank.until("struck", lambda case: case.ladder.total_given == 1)
    over = AssessHardship(id="a-2", outcome=HardshipOutcome.NO_HARDSHIP, by="care-1")
    await asked(bank, "struck", over)
    state = await bank.state("struck")
    assert (state.hardship, work(bank)) == (None, [])
    assert state.arrears is not None
    assert state.arrears.days_past_due - state.arrears.treatment_days == 65, "paused days do not count for treatment"
    await handle.terminate()
