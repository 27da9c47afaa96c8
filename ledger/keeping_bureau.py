"""Keeping of reports to a credit bureau: what is wanted and what became of it, each in the audit, and its tasks."""

from __future__ import annotations

from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import Connection

from domain.model.bureau import BureauReport, ReportState
from domain.model.entries import AskReport
from domain.model.sealed import REPORT_ENDED, REPORT_WANTED
from ledger import accounts, audit, bureau_reports, tasks
from ledger.bureau_reports import ReportRow
from ledger.tasks import Task

_REFUSED = "bureau_refused"
_BUREAU = "bureau"


def ask_report(conn: Connection, entry: AskReport, case_id: str, account_id: str, at: datetime) -> None:
    """What a bureau is to be told."""
    if bureau_reports.want(conn, entry.report, case_id, account_id, at):
        audit.append(conn, case_id, REPORT_WANTED, at, _of_report(entry.report))


def end_report(
    conn: Connection,
    key: str,
    state: ReportState,
    at: datetime,
    *,
    reference: str | None = None,
    reason: str | None = None,
    by: str | None = None,
) -> ReportRow | None:
    """What became of it, once, and its task is over: the row as it was before; None: that was known before.

    One that is refused is a task of its own. Raises InputError for an unknown key, and for another end than before.
    """
    before = bureau_reports.get(conn, key)
    if not bureau_reports.settle(conn, key, state, at, reference, reason) or before is None:
        return None
    said: dict[str, JsonValue] = {"state": state.value, "reference": reference, "reason": reason, "by": by}
    audit.append(conn, before.case_id, REPORT_ENDED, at, {**_of_report(before.report), **said})
    if tasks.get(conn, f"bureau_report/{key}") is not None:
        tasks.close(conn, f"bureau_report/{key}", at, by or _BUREAU, state.value)
    if state is ReportState.REFUSED:
        _tell_people(conn, before, at, reason)
    return before


def _tell_people(conn: Connection, row: ReportRow, at: datetime, reason: str | None) -> None:
    key = row.report.key
    detail: dict[str, JsonValue] = {"report": key, "reason": reason}
    about = {"case_id": row.case_id, "account_id": row.account_id, "due_at": None}
    person_id = accounts.person_of(conn, row.account_id)
    tasks.add(conn, Task(f"{_REFUSED}/{key}", person_id, _REFUSED, at, detail=detail, **about))  # type: ignore[arg-type]  # by name


def _of_report(report: BureauReport) -> dict[str, JsonValue]:
    return {
        "report": report.key,
        "kind": report.kind.value,
        "status": report.status.value,
        "past_due": str(report.past_due),
        "oldest_due_on": report.oldest_due_on.isoformat(),
        "days_past_due": report.days_past_due,
        "dispute": report.dispute,
    }
