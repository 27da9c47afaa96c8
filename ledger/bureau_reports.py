"""Reports to a credit bureau: each once under its key, given after a last look, and what the bureau answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, select

from domain.model.bureau import BUREAU_NOTICE, BureauReport, KnownReport, ReportKind, ReportState, ReportStatus
from domain.model.facts import BureauFacts, Notice
from domain.model.money import Money
from ledger import messages
from ledger.bureau_tables import bureau_reports
from ledger.instructions import Instructions

_ALL = Instructions(bureau_reports, "report", ReportState.WANTED, ReportState.SENT)


@dataclass(frozen=True)
class ReportRow:
    """A report as the ledger has it."""

    report: BureauReport
    case_id: str
    account_id: str
    wanted_at: datetime
    state: ReportState
    tried_at: datetime | None = None
    """When it was given for the first time: from then on the bureau may have it."""
    sent_at: datetime | None = None
    settled_at: datetime | None = None
    reference: str | None = None
    """Of the bureau."""
    reason: str | None = None
    """Code of why it was refused or dropped."""


def want(conn: Connection, report: BureauReport, case_id: str, account_id: str, at: datetime) -> bool:
    """Keep a report that is to be given; False when the bureau may have one of this key already."""
    said = {
        "status": report.status,
        "past_due_minor": report.past_due.minor,
        "currency": report.past_due.currency,
        "oldest_due_on": report.oldest_due_on,
        "days_past_due": report.days_past_due,
        "dispute": report.dispute,
        "wanted_at": at,
    }
    about = {"key": report.key, "case_id": case_id, "account_id": account_id, "kind": report.kind}
    return _ALL.want(conn, about, said, bureau_reports.c.tried_at.is_(None))


def get(conn: Connection, key: str) -> ReportRow | None:
    """The report of this key."""
    row = _ALL.get(conn, key)
    return None if row is None else _row(row)


def mark_tried(conn: Connection, key: str, at: datetime) -> bool:
    """It is about to be given; False when that was so before, or more is known already."""
    return _ALL.mark(conn, key, {"tried_at": at}, bureau_reports.c.tried_at.is_(None))


def mark_sent(conn: Connection, key: str, at: datetime) -> bool:
    """The bureau has it and has not answered; False when more is known already."""
    return _ALL.mark(conn, key, {"state": ReportState.SENT, "sent_at": at})


def settle(
    conn: Connection,
    key: str,
    state: ReportState,
    at: datetime,
    reference: str | None = None,
    reason: str | None = None,
) -> bool:
    """Keep what became of it; False when that was known before.

    Raises InputError for an unknown key, for another end than the one before, and for a state that is no end.
    """
    return _ALL.settle(conn, key, state, at, reference, reason)


def of_case(conn: Connection, case_id: str) -> tuple[ReportRow, ...]:
    """The reports of the case, in the order in which they were wanted."""
    c = bureau_reports.c
    found = select(bureau_reports).where(c.case_id == case_id).order_by(c.wanted_at, c.key)
    return tuple(_row(row) for row in conn.execute(found).mappings())


def known(conn: Connection, case_id: str, zone: str) -> BureauFacts:
    """What a decision may know of the case's reports, and of the notices before them: three statements.

    A notice is of the local day on which its receipt came, not of its intent: the days before a report count from it.
    """
    tried = messages.beside_the_ladder(conn, case_id, BUREAU_NOTICE)
    return BureauFacts(
        notices=tuple(_settled_on(notice, at, zone) for notice, at in tried),
        reports=tuple(
            KnownReport(report=row.report, state=row.state, wanted_on=row.wanted_at.date())
            for row in of_case(conn, case_id)
        ),
    )


def listing(conn: Connection, limit: int, *, only_open: bool) -> list[ReportRow]:
    """The reports wanted last; those that wait for an answer, or all."""
    return [_row(row) for row in _ALL.listing(conn, limit, only_open=only_open)]


def _settled_on(notice: Notice, at: datetime | None, zone: str) -> Notice:
    return notice if at is None else notice.model_copy(update={"on": at.astimezone(ZoneInfo(zone)).date()})


def _row(row: RowMapping) -> ReportRow:
    return ReportRow(
        report=BureauReport(
            key=row["key"],
            kind=ReportKind(row["kind"]),
            status=ReportStatus(row["status"]),
            past_due=Money.of_minor(row["past_due_minor"], row["currency"]),
            oldest_due_on=row["oldest_due_on"],
            days_past_due=row["days_past_due"],
            dispute=row["dispute"],
        ),
        case_id=row["case_id"],
        account_id=row["account_id"],
        wanted_at=row["wanted_at"],
        state=ReportState(row["state"]),
        tried_at=row["tried_at"],
        sent_at=row["sent_at"],
        settled_at=row["settled_at"],
        reference=row["reference"],
        reason=row["reason"],
    )
