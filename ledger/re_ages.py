"""Re-ages of a case: how far each came, as rows of its own, with their rows in the case's audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import Connection, RowMapping, select

from domain.model.entries import KeepReAge
from domain.model.re_age import ReAge
from domain.model.sealed import RE_AGE_STEPS
from ledger import audit, requests
from ledger.canonical import canonical
from ledger.inserts import insert_new
from ledger.kept import Kept
from ledger.re_age_tables import re_ages


@dataclass(frozen=True)
class ReAgeStep:
    """One step of a re-age."""

    recorded_at: datetime
    by: str | None
    reason: str | None
    re_age: ReAge
    """As the step left it."""


def keep(conn: Connection, entry: KeepReAge, kept: Kept) -> bool:
    """Store a step once, with its row in the audit; False when it was stored before."""
    now = entry.re_age
    row = {
        "case_id": kept.case_id,
        "re_age_id": now.id,
        "change_no": now.changes,
        "recorded_at": kept.at,
        "person_id": kept.person_id,
        "account_id": kept.account_id,
        "state": now.state.value,
        "request_id": entry.request_id,
        "by": entry.by,
        "reason": entry.reason,
        "re_age": canonical(now.model_dump(mode="json")),
    }
    if not insert_new(conn, re_ages, row):
        return False
    said: dict[str, JsonValue] = {"re_age": now.id, "past_due": str(now.past_due), "needed": str(now.needed)}
    days: dict[str, JsonValue] = {"paid_since": now.paid_since.isoformat(), "decide_by": now.decide_by.isoformat()}
    shown: dict[str, JsonValue] = {"evidence": now.evidence, "ability_report": now.ability_report}
    who: dict[str, JsonValue] = {"by": entry.by, "asked_by": now.asked_by, "approved_by": now.approved_by}
    body = {**said, **days, **shown, **who, "reason": entry.reason}
    audit.append(conn, kept.case_id, RE_AGE_STEPS[now.state.value], kept.at, body)
    return True


def of_case(conn: Connection, case_id: str, until_step: int) -> tuple[ReAgeStep, ...]:
    """Every step of the case's re-ages, in order; of a step that was decided again, what its last run left.

    What a run of a step brought about that the case never adopted has no accepted answer, and counts for nothing: an
    approval must not be one because it was about to be.
    """
    c = re_ages.c
    statement = select(re_ages).where(c.case_id == case_id).order_by(c.recorded_at, c.change_no)
    rows = conn.execute(statement).mappings().all()
    asked = {str(row["request_id"]) for row in rows if row["request_id"] is not None}
    answers = requests.find(conn, case_id, asked, until_step)
    taken = {name for name, answer in answers.items() if answer.accepted}
    adopted = (row for row in rows if row["request_id"] is None or row["request_id"] in taken)
    last = {(row["re_age_id"], row["change_no"]): row for row in adopted}
    return tuple(_read(row) for row in last.values())


def standing(conn: Connection, case_id: str, until_step: int) -> ReAge | None:
    """The one asked for last, as it stood after the last step that the case adopted; None: there was none."""
    steps = of_case(conn, case_id, until_step)
    return steps[-1].re_age if steps else None


def _read(row: RowMapping) -> ReAgeStep:
    said = {name: row[name] for name in ("recorded_at", "by", "reason")}
    return ReAgeStep(**said, re_age=ReAge.model_validate_json(row["re_age"]))
