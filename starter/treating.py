"""Treatments of vulnerable customers: laid on the person for all accounts, reviewed on a day, their reason sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection

from domain.calendar import local_day, local_instant
from domain.model.contact import FactKind, PastFact
from domain.model.errors import InputError
from domain.model.treatment import Treatment
from ledger import accounts, person_facts, system_audit, tasks, treatments
from ledger.person_facts import PersonFact
from ledger.tasks import Task
from ledger.treatments import TreatmentRow
from starter.encryption import Keys
from starter.people import record
from starter.sealing import seal, unseal

REVIEW = "treatment_review"
"""Kind of the task to look at a treatment again."""
CHAIN = "treatments"
"""Chain of the system's audit that tells who opened a reason."""
_MOST_DAYS = 366


@dataclass(frozen=True)
class Asked:
    """What is to be laid on a person."""

    treatment_id: str
    treatment: Treatment
    review_on: date
    by: str
    at: datetime
    consent: str | None = None
    reason: str = ""
    """Free text; it leaves this process encrypted only. Empty: none is kept."""


def lay(conn: Connection, account_id: str, asked: Asked, keys: Keys | None) -> bool:
    """Lay the treatment on the person of the account; False when it was laid before.

    Raises InputError for a review that is not within a year, and for a reason without consent or without a key.
    """
    person_id, zone = accounts.person_of(conn, account_id), accounts.get_account(conn, account_id).zone
    accounts.lock_person(conn, person_id)
    today = local_day(asked.at, zone)
    if not today < asked.review_on <= today + timedelta(days=_MOST_DAYS):
        raise InputError(f"--review-on: {asked.review_on} is not within a year from tomorrow on")
    there = treatments.get(conn, asked.treatment_id)
    new = treatments.add(conn, _row(asked, person_id, keys))
    fact = PastFact(asked.at if there is None else there.set_at, FactKind.HOLD, name=asked.treatment.hold)
    record(conn, PersonFact(asked.treatment_id, person_id, fact, asked.at, asked.consent))
    if new:
        due_at = local_instant(asked.review_on + timedelta(days=1), time(), zone)
        detail = {"treatment": asked.treatment.value, "fact": asked.treatment_id}
        task_id = f"{REVIEW}/{asked.treatment_id}"
        tasks.add(conn, Task(task_id, person_id, REVIEW, asked.at, account_id=account_id, due_at=due_at, detail=detail))
    return new


def reason_of(conn: Connection, treatment_id: str, keys: Keys, by: str, at: datetime) -> str:
    """The reason, in clear, for whom the audit names; raises InputError when there is none, or it was withdrawn."""
    row = treatments.get(conn, treatment_id)
    if row is None:
        raise InputError(f"no treatment {treatment_id} in the ledger")
    if row.sealed_reason is None:
        raise InputError(f"no reason is kept with the treatment {treatment_id}")
    if person_facts.is_withdrawn(conn, treatment_id):
        raise InputError(f"the treatment {treatment_id} was withdrawn: its reason is not opened any more")
    reason = unseal(row.sealed_reason, keys, treatment_id)
    system_audit.append(conn, CHAIN, "reason_opened", at, {"treatment": treatment_id, "by": by})
    return reason


def _row(asked: Asked, person_id: str, keys: Keys | None) -> TreatmentRow:
    sealed = None
    if asked.reason:
        if asked.consent is None:
            raise InputError("--consent: a reason is kept with the customer's consent only: give its reference")
        if keys is None:
            raise InputError("a reason is kept encrypted only: name a file with a key in DUECOURSE_LEDGER_KEY_FILE")
        sealed = seal(asked.reason, keys, asked.treatment_id)
    return TreatmentRow(
        treatment_id=asked.treatment_id,
        person_id=person_id,
        treatment=asked.treatment,
        review_on=asked.review_on,
        set_by=asked.by,
        set_at=asked.at,
        consent=asked.consent,
        sealed_reason=sealed,
    )
