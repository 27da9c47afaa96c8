"""That obligations are met: each meeting a fact of its own, which only a further fact takes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from domain.model.facts import MeetingOrigin
from ledger.inserts import bulk_insert, insert_new
from ledger.tables import meetings


@dataclass(frozen=True)
class Allocated:
    """What of a payment went to one obligation."""

    due_on: date
    amount_minor: int


def clear_by_status(
    conn: Connection,
    account_id: str,
    due_on: date,
    *,
    value_on: date,
    recorded_at: datetime,
    entry_reference: str | None = None,
) -> bool:
    """The bank's status says that this obligation is wholly met; False when it was said before."""
    return insert_new(
        conn,
        meetings,
        {
            "account_id": account_id,
            "due_on": due_on,
            "origin": MeetingOrigin.BANK_STATUS,
            "value_on": value_on,
            "recorded_at": recorded_at,
            "entry_reference": entry_reference,
        },
    )


def allocate(
    conn: Connection,
    account_id: str,
    parts: tuple[Allocated, ...],
    *,
    value_on: date,
    recorded_at: datetime,
    entry_reference: str,
) -> int:
    """Store what of one entry went to which obligation, once; returns how many parts are new."""
    rows = [
        {
            "account_id": account_id,
            "due_on": part.due_on,
            "origin": MeetingOrigin.ALLOCATION,
            "amount_minor": part.amount_minor,
            "value_on": value_on,
            "recorded_at": recorded_at,
            "entry_reference": entry_reference,
        }
        for part in parts
    ]
    return bulk_insert(conn, meetings, rows, skip_existing=True)


def allocated_by(conn: Connection, account_id: str, entry_reference: str) -> tuple[Allocated, ...]:
    """What of this entry went to which obligation, oldest first."""
    c = meetings.c
    statement = (
        select(c.due_on, func.sum(c.amount_minor))
        .where(
            c.account_id == account_id,
            c.entry_reference == entry_reference,
            c.origin == MeetingOrigin.ALLOCATION,
        )
        .group_by(c.due_on)
        .order_by(c.due_on)
    )
    return tuple(Allocated(due_on, int(minor)) for due_on, minor in conn.execute(statement))
