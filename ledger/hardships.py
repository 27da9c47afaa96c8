"""Hardships: each step of one is an entry of its own: told, assessed, followed up. Codes and dates only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, select

from domain.model.entries import KeepHardship
from domain.model.hardship import Hardship
from domain.model.sealed import HARDSHIP_STEPS
from ledger import audit
from ledger.canonical import canonical
from ledger.dispute_tables import hardships
from ledger.inserts import insert_new
from ledger.kept import Kept


@dataclass(frozen=True)
class HardshipStep:
    """One step of a hardship."""

    case_id: str
    message_id: str
    """Of the report or request that brought it so far."""
    step: str
    """``told``, ``assessed`` or ``followed_up``."""
    recorded_at: datetime
    goes_on: bool
    """Whether something is left to do after it."""
    hardship: Hardship
    """As the step left it."""
    outcome: str | None
    paused_until: date | None
    by: str | None
    evidence: str | None


def keep(conn: Connection, entry: KeepHardship, kept: Kept) -> bool:
    """Store a step once, with its row in the audit; False when it was stored before, which stays as it is."""
    hardship, outcome = entry.hardship, None if entry.outcome is None else entry.outcome.value
    row = {
        **vars(kept),
        "message_id": entry.id,
        "step": entry.step,
        "recorded_at": kept.at,
        "goes_on": not entry.is_over,
        "cause": hardship.cause.value,
        "outcome": outcome,
        "programme": hardship.programme,
        "paused_until": entry.paused_until,
        "review_on": hardship.review_on,
        "by": entry.by,
        "evidence": entry.evidence,
        "hardship": canonical(hardship.model_dump(mode="json")),
    }
    del row["at"]
    if not insert_new(conn, hardships, row):
        return False
    said = {"cause": hardship.cause.value, "outcome": outcome, "programme": hardship.programme, "by": entry.by}
    days = {"paused_until": _iso(entry.paused_until), "review_on": _iso(hardship.review_on)}
    body = {"message": entry.id, **said, **days, "evidence": entry.evidence}
    audit.append(conn, kept.case_id, HARDSHIP_STEPS[entry.step], kept.at, body)
    return True


def of_case(conn: Connection, case_id: str) -> tuple[HardshipStep, ...]:
    """Every step of the case's hardships, in the order in which they were recorded."""
    c = hardships.c
    statement = select(hardships).where(c.case_id == case_id).order_by(c.recorded_at, c.step.desc(), c.message_id)
    return tuple(_read(row) for row in conn.execute(statement).mappings())


def standing(conn: Connection, case_id: str) -> Hardship | None:
    """The hardship that the case goes by; None when nothing of one is left to do."""
    steps = of_case(conn, case_id)
    return steps[-1].hardship if steps and steps[-1].goes_on else None


def _read(row: RowMapping) -> HardshipStep:
    names = ("case_id", "message_id", "step", "recorded_at", "goes_on", "outcome", "paused_until", "by", "evidence")
    said = {name: row[name] for name in names}
    return HardshipStep(**said, hardship=Hardship.model_validate_json(row["hardship"]))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
