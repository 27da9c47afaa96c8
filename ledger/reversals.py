"""Taking an entry back: the balance and the obligations that it met, exactly."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, select

from domain.model.errors import InputError
from ledger import entries, meetings
from ledger.entries import Entry, EntryKind
from ledger.meetings import Allocated
from ledger.tables import entries as rows


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


def of_payments(conn: Connection, account_id: str, after: datetime, until: datetime) -> bool:
    """Whether a payment that was known at the first instant was taken back since, up to the second."""
    e, paid = rows.c, rows.alias("paid")
    known = (paid.c.reference == e.reverses) & (paid.c.kind == EntryKind.PAYMENT) & (paid.c.recorded_at <= after)
    back = select(e.entry_id).select_from(rows.join(paid, known)).where(e.account_id == account_id)
    return conn.scalar(select(back.where(e.recorded_at > after, e.recorded_at <= until).exists())) or False


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
