"""What a payment with a value date in the past must leave alone: obligations that later payments have met."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, func, select

from domain.model.facts import MeetingOrigin
from ledger.tables import meetings


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
