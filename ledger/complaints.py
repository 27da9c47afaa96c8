"""Complaints: each step of one is an entry of its own: received, put off, answered. Codes and dates only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, select

from domain.model.complaints import ComplaintOutcome, OpenComplaint
from ledger.contact_tables import complaints
from ledger.inserts import insert_new

_RECEIVED, _ANSWERED = "received", "answered"


@dataclass(frozen=True)
class ComplaintStep:
    """One step of a complaint."""

    case_id: str
    complaint_id: str
    step: str
    """``received``, ``extended/1`` and so on, or ``answered``."""
    person_id: str
    account_id: str
    received_on: date
    answer_by: date
    recorded_at: datetime
    about: str | None = None
    """Code of whom it is about."""
    by: str | None = None
    """Code of who answered it, or approved that it takes longer."""
    reason: str | None = None
    outcome: ComplaintOutcome | None = None
    reference: str | None = None
    """Of the complaint or of its answer, in the bank's own system."""


def add(conn: Connection, step: ComplaintStep) -> bool:
    """Store a step once; False when it was stored before, which stays as it is."""
    outcome = None if step.outcome is None else step.outcome.value
    return insert_new(conn, complaints, {**vars(step), "outcome": outcome})


def of_case(conn: Connection, case_id: str) -> tuple[ComplaintStep, ...]:
    """Every step of the case's complaints, in the order in which they were recorded."""
    c = complaints.c
    statement = select(complaints).where(c.case_id == case_id).order_by(c.recorded_at, c.complaint_id, c.answer_by)
    return tuple(_read(row) for row in conn.execute(statement).mappings())


def open_of(conn: Connection, case_id: str) -> tuple[OpenComplaint, ...]:
    """The case's complaints that are not answered, the oldest first."""
    found: dict[str, OpenComplaint] = {}
    for step in of_case(conn, case_id):
        if step.step == _ANSWERED:
            found.pop(step.complaint_id, None)
            continue
        found[step.complaint_id] = OpenComplaint(
            id=step.complaint_id,
            received_on=step.received_on,
            answer_by=step.answer_by,
            about=step.about,
            extensions=0 if step.step == _RECEIVED else int(step.step.rpartition("/")[2]),
        )
    return tuple(found.values())


def _read(row: RowMapping) -> ComplaintStep:
    return ComplaintStep(**{**row, "outcome": ComplaintOutcome(row["outcome"]) if row["outcome"] else None})
