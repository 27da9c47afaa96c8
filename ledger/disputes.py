"""Disputes: each step of one is an entry of its own; and what the bank credited since one was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import JsonValue
from sqlalchemy import Connection, RowMapping, Select, and_, exists, or_, select

from domain.model.disputes import CorrectionSeen, DisputeAnswer, DisputeOutcome, OpenDispute
from domain.model.entries import KeepDispute
from domain.model.facts import Account
from domain.model.money import Money
from domain.model.sealed import DISPUTE_STEPS
from ledger import audit, cases
from ledger.canonical import canonical
from ledger.dispute_tables import disputes
from ledger.entries import EntryKind
from ledger.inserts import insert_new
from ledger.kept import Kept
from ledger.tables import entries


@dataclass(frozen=True)
class DisputeStep:
    """One step of a dispute."""

    case_id: str
    step: str
    """``opened``, ``resolved``, ``corrected`` or ``released``."""
    recorded_at: datetime
    goes_on: bool
    """Whether the dispute is open after it, or the bank's correction is awaited."""
    dispute: OpenDispute
    """As the step left it."""
    by: str | None
    reference: str | None
    resumes_on: date | None


@dataclass(frozen=True)
class Standing:
    """The disputes of a case as its steps left them."""

    going_on: tuple[OpenDispute, ...] = ()
    answer: DisputeAnswer | None = None
    resumes_on: date | None = None


def keep(conn: Connection, entry: KeepDispute, kept: Kept) -> bool:
    """Store a step once, with its row in the audit; False when it was stored before, which stays as it is."""
    dispute, correction = entry.dispute, entry.dispute.correction
    outcome = None if dispute.outcome is None else dispute.outcome.value
    row = {
        **vars(kept),
        "dispute_id": dispute.id,
        "step": entry.step,
        "recorded_at": kept.at,
        "resolve_by": dispute.resolve_by,
        "goes_on": entry.awaits,
        "outcome": outcome,
        "correction_minor": None if correction is None else correction.minor,
        "currency": None if correction is None else correction.currency,
        "resumes_on": entry.resumes_on,
        "by": entry.by,
        "reference": entry.reference,
        "dispute": canonical(dispute.model_dump(mode="json")),
    }
    del row["at"]
    if not insert_new(conn, disputes, row):
        return False
    due_on: list[JsonValue] = [str(day) for day in dispute.due_on]
    body = {"dispute": dispute.id, "contact": dispute.contact_id, "due_on": due_on, "about": dispute.about}
    said = {"outcome": outcome, "correction": None if correction is None else str(correction), "by": entry.by}
    when = {"resolve_by": str(dispute.resolve_by), "reference": entry.reference}
    audit.append(conn, kept.case_id, DISPUTE_STEPS[entry.step], kept.at, {**body, **said, **when})
    return True


def of_case(conn: Connection, case_id: str) -> tuple[DisputeStep, ...]:
    """Every step of the case's disputes, in the order in which they were recorded."""
    c = disputes.c
    statement = select(disputes).where(c.case_id == case_id).order_by(c.recorded_at, c.goes_on.desc(), c.dispute_id)
    return tuple(_read(row) for row in conn.execute(statement).mappings())


def standing(conn: Connection, case_id: str) -> Standing:
    """What of the case's disputes goes on, the oldest first, and the outcome of the one resolved last."""
    going_on: dict[str, OpenDispute] = {}
    answer, resumes_on = None, None
    for step in of_case(conn, case_id):
        going_on.pop(step.dispute.id, None)
        if step.goes_on:
            going_on[step.dispute.id] = step.dispute
        if step.step == "resolved" and step.dispute.outcome not in (None, DisputeOutcome.WITHDRAWN):
            on = step.recorded_at.date()
            answer = DisputeAnswer(dispute=step.dispute.id, outcome=step.dispute.outcome, on=on)
        resumes_on = step.resumes_on or resumes_on
    return Standing(tuple(going_on.values()), answer, resumes_on)


def disputed_due_on(conn: Connection, account_id: str) -> frozenset[date]:
    """Due dates of the account's obligations that are in dispute, or wait for the bank's correction."""
    case = cases.open_row(conn, account_id)
    going_on = () if case is None else standing(conn, case.case_id).going_on
    return frozenset(due_on for dispute in going_on for due_on in dispute.due_on)


def corrections(
    conn: Connection, account: Account, known: Sequence[OpenDispute], day: date, instant: datetime
) -> tuple[CorrectionSeen, ...]:
    """What the bank credited since each was told, by the day, as known at the instant; no statement for none."""
    if not known:
        return ()
    found = conn.execute(_credits(account.account_id, min(each.told_at for each in known), day, instant)).all()
    return tuple(
        CorrectionSeen(
            dispute=each.id,
            seen=Money.of_minor(sum(int(row[1]) for row in found if row[0] > each.told_at), account.currency),
        )
        for each in known
    )


def _credits(account_id: str, since: datetime, day: date, instant: datetime) -> Select[datetime, int]:
    """Credits that nobody took back, and charges that the bank took back: what lowers the debt and is no payment."""
    e, back = entries.c, entries.alias("back").c
    total = e.principal_minor + e.interest_minor + e.fee_minor
    taken_back = exists().where(back.reverses == e.reference, back.recorded_at <= instant)
    credit = and_(e.kind == EntryKind.CREDIT, ~taken_back)
    return select(e.recorded_at, -total).where(
        e.account_id == account_id,
        e.recorded_at > since,
        e.recorded_at <= instant,
        e.value_on <= day,
        or_(credit, and_(e.kind == EntryKind.REVERSAL, total < 0)),
    )


def _read(row: RowMapping) -> DisputeStep:
    return DisputeStep(
        case_id=row["case_id"],
        step=row["step"],
        recorded_at=row["recorded_at"],
        goes_on=row["goes_on"],
        dispute=OpenDispute.model_validate_json(row["dispute"]),
        by=row["by"],
        reference=row["reference"],
        resumes_on=row["resumes_on"],
    )
