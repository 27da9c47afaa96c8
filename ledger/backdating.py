"""What came to the ledger later than its value date says: what such a payment must leave alone, and whether any is."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, exists, func, or_, select

from domain.model.facts import MeetingOrigin
from ledger.tables import entries, meetings, obligations


def allocated_after(conn: Connection, account_id: str, day: date, instant: datetime) -> dict[date, int]:
    """Due date → minor units allocated with value dates after the day, as known at the instant."""
    c = meetings.c
    statement = (
        select(c.due_on, func.sum(c.amount_minor))
        .where(
            c.account_id == account_id,
            c.origin == MeetingOrigin.ALLOCATION.value,
            c.value_on > day,
            c.recorded_at <= instant,
        )
        .group_by(c.due_on)
    )
    return {due_on: int(minor) for due_on, minor in conn.execute(statement)}


def recorded_since(conn: Connection, account_id: str, instant: datetime) -> bool:
    """Whether anything of the account was recorded at the instant or later."""
    facts = (entries, obligations, meetings)
    return bool(
        conn.scalar(
            select(or_(*(exists().where(t.c.account_id == account_id, t.c.recorded_at >= instant) for t in facts)))
        )
    )
