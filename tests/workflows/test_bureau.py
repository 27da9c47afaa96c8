"""Reports to a credit bureau on virtual time: told before, reported, ended by a cure, corrected after a dispute."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import select

from domain.model.bureau import ReportKind, ReportState, ReportStatus
from domain.model.case import Outcome
from domain.model.causes import Cause
from domain.model.disputes import DisputeOutcome, ResolveDispute
from ledger import bureau_reports
from ledger.bureau_reports import ReportRow
from ledger.tables import messages
from starter.auditing import audit_ledger
from tests.plugins.virtual_bank import Bank
from tests.workflows.test_understanding import STEPS, asked, begin, tell, work
from workflows.names import DOORBELL

_DAY = timedelta(days=1)
_TERMS = {"report_from_dpd": 60, "notice_days": 14, "channels": ["file"]}
_LAST_STEP = [{**STEPS[0], "due": {"rule": "days_past_due", "days": 300}}]


def opened(bank: Bank, account_id: str, days_late: int = 40) -> None:
    """An account that is late, under a strategy that reports from the sixtieth day on."""
    begin(bank)
    bank.plan(ladder=_LAST_STEP, bureau=_TERMS)
    bank.add_account(account_id, (days_late, 500))


def reports(bank: Bank, case_id: str) -> tuple[ReportRow, ...]:
    with bank.ledger.read() as conn:
        return bureau_reports.of_case(conn, case_id)


def told(bank: Bank, case_id: str) -> list[tuple[ReportKind, ReportStatus, ReportState]]:
    return [(row.report.kind, row.report.status, row.state) for row in reports(bank, case_id)]


async def until_told(bank: Bank, case_id: str, count: int) -> None:
    """The effect works in the background: half a minute at most."""
    for _ in range(600):
        found = told(bank, case_id)
        if len(found) == count and all(state is ReportState.CONFIRMED for *_, state in found):
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"the bureau never heard so much: {told(bank, case_id)}")


def notices(bank: Bank) -> list[messages]:
    with bank.ledger.read() as conn:
        return list(conn.execute(select(messages).where(messages.c.step == "bureau-notice")))


NEGATIVE = (ReportKind.NEGATIVE, ReportStatus.PAST_DUE, ReportState.CONFIRMED)


async def test_a_customer_is_told_then_the_bureau_and_a_cure_is_told_too(bank: Bank, skipper) -> None:
    opened(bank, "late")
    await bank.start("late")
    handle = bank.handle("late")
    await skipper.fast_forward(handle, 8 * _DAY)
    (notice,) = notices(bank)
    assert (notice.state, notice.purpose, notice.legal_notice) == ("sent", "legal_notice", "negative_report_notice")
    (text,) = [path.read_text("utf-8") for path in bank.settings.outbox.rglob("*.txt")]
    assert "we report to the credit bureau that the account is late" in text
    assert told(bank, "late/1") == []
    await skipper.fast_forward(handle, 14 * _DAY)
    await until_told(bank, "late/1", 1)
    (row,) = reports(bank, "late/1")
    assert 60 <= row.report.days_past_due <= 62
    assert (row.report.key, row.report.past_due.minor) == ("late/1/bureau/negative/1", 50_000)
    bank.pay("late", "500.00")
    await handle.signal(DOORBELL)
    closure = await asyncio.wait_for(handle.result(), 60)
    assert (closure.outcome, closure.notices) == (Outcome.CURED, 0)
    assert told(bank, "late/1") == [NEGATIVE, (ReportKind.UPDATE, ReportStatus.CURED, ReportState.CONFIRMED)]
    assert work(bank) == []
    audited = audit_ledger(bank.ledger)
    assert audited.is_clean, f"{audited.headline}: {audited.breaches} {audited.tampered}"


async def test_what_was_reported_and_is_upheld_is_corrected(bank: Bank, skipper) -> None:
    opened(bank, "wronged")
    await bank.start("wronged")
    handle = bank.handle("wronged")
    await skipper.fast_forward(handle, 22 * _DAY)
    await until_told(bank, "wronged/1", 1)
    await tell(bank, "wronged", Cause.DISPUTE, disputed_due_on=(bank.today - 40 * _DAY,))
    outcome = ResolveDispute(id="o-1", dispute="c-1", outcome=DisputeOutcome.UPHELD, by="lead-2")
    await asked(bank, "wronged", outcome)
    await until_told(bank, "wronged/1", 2)
    correction = reports(bank, "wronged/1")[1]
    assert (correction.report.kind, correction.report.dispute) == (ReportKind.CORRECTION, "c-1")
    assert (correction.report.past_due.minor, correction.report.status) == (0, ReportStatus.NOT_PAST_DUE)
    await handle.terminate()


async def test_who_disputes_after_the_notice_is_not_reported(bank: Bank, skipper) -> None:
    opened(bank, "disputes")
    await bank.start("disputes")
    handle = bank.handle("disputes")
    await skipper.fast_forward(handle, 8 * _DAY)
    assert len(notices(bank)) == 1
    await tell(bank, "disputes", Cause.DISPUTE)
    await skipper.fast_forward(handle, 25 * _DAY)
    assert told(bank, "disputes/1") == []
    await handle.terminate()
