"""Taking an entry back: the balance and the obligations that it met, exactly."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from domain.model.errors import InputError
from ledger import entries, meetings
from ledger.entries import Entry, EntryKind
from ledger.meetings import Allocated


def reverse(conn: Connection, reference: str, *, by: str, value_on: date, recorded_at: datetime) -> bool:
    """Append the entry ``by`` that takes back ``reference`` and what was allocated of it; False when done before.

    Raises InputError when there is no such entry, when another reference took it back, or when the value date lies
    before the entry's own.
    """
    taken_back = entries.find(conn, reference)
    if taken_back is None:
        raise InputError(f"no entry {reference} in the ledger")
    if value_on < taken_back.value_on:
        raise InputError(f"entry {reference} has value date {taken_back.value_on}: it cannot be taken back before that")
    if not entries.append(conn, _negative(taken_back, by, value_on, recorded_at)):
        return False
    parts = meetings.allocated_by(conn, taken_back.account_id, reference)
    meetings.allocate(
        conn,
        taken_back.account_id,
        tuple(Allocated(part.due_on, -part.amount_minor) for part in parts),
        value_on=value_on,
        recorded_at=recorded_at,
        entry_reference=by,
    )
    return True


def _negative(entry: Entry, reference: str, value_on: date, recorded_at: datetime) -> Entry:
    return Entry(
        account_id=entry.account_id,
        reference=reference,
        kind=EntryKind.REVERSAL,
        value_on=value_on,
        recorded_at=recorded_at,
        principal_minor=-entry.principal_minor,
        interest_minor=-entry.interest_minor,
        fee_minor=-entry.fee_minor,
        reverses=entry.reference,
    )
