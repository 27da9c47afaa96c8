"""Treatments of vulnerable customers: what they ask for, until when that is looked at again, and the sealed reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, select

from domain.model.errors import InputError
from domain.model.treatment import Treatment
from ledger.codes import code
from ledger.contact_tables import treatments
from ledger.inserts import insert_new


@dataclass(frozen=True)
class TreatmentRow:
    """A treatment as the ledger has it; whether it still lies, the person's facts tell."""

    treatment_id: str
    """Also the id of the fact that lays it on the person."""
    person_id: str
    treatment: Treatment
    review_on: date
    set_by: str
    """Code of who set it."""
    set_at: datetime
    consent: str | None = None
    """Reference of the customer's consent to keep the reason."""
    sealed_reason: str | None = field(default=None, repr=False)
    """Why, encrypted: it is opened for a named person only."""


def add(conn: Connection, row: TreatmentRow) -> bool:
    """Store a treatment once; False when it was stored before; raises InputError when its id says something else."""
    values = {**vars(row), "treatment": row.treatment.value, "set_by": code("set by", row.set_by)}
    if insert_new(conn, treatments, values):
        return True
    there = get(conn, row.treatment_id)
    if there is None or _what(there) != _what(row):
        raise InputError(f"treatment {row.treatment_id} is in the ledger with other content")
    return False


def get(conn: Connection, treatment_id: str) -> TreatmentRow | None:
    """The treatment of this id."""
    found = conn.execute(select(treatments).where(treatments.c.treatment_id == treatment_id)).mappings().one_or_none()
    return _read(found) if found else None


def _what(row: TreatmentRow) -> tuple[object, ...]:
    """What two under one id have in common; a reason is sealed anew each time."""
    return (row.person_id, row.treatment, row.review_on, row.consent, row.sealed_reason is None)


def _read(row: RowMapping) -> TreatmentRow:
    return TreatmentRow(**{**row, "treatment": Treatment(row["treatment"])})
