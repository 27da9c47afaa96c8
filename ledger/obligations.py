"""Obligations: what was billed as a minimum payment, and what of it is unmet on a day, as known at an instant."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, literal, or_, select

from domain.model.facts import MeetingOrigin, Obligation
from domain.model.money import Money
from ledger.inserts import insert_new
from ledger.tables import accounts, meetings, obligations


def add(
    conn: Connection, account_id: str, due_on: date, minimum: Money, *, statement_on: date | None, recorded_at: datetime
) -> bool:
    """Store what a statement asks for; False when an obligation of this due date is there."""
    row = {"account_id": account_id, "due_on": due_on, "minimum_minor": minimum.minor}
    return insert_new(conn, obligations, {**row, "statement_on": statement_on, "recorded_at": recorded_at})


def unmet(conn: Connection, account_id: str, day: date, instant: datetime) -> tuple[Obligation, ...]:
    """The unmet ones that fell due before the day, oldest first."""
    return _obligations(conn, _unmet(account_id, day, instant).where(obligations.c.due_on < day))


def billed_unmet(conn: Connection, account_id: str, day: date, instant: datetime) -> tuple[Obligation, ...]:
    """The unmet ones that a payment of this day can meet: also those billed by then and due later."""
    c = obligations.c
    billed = or_(c.due_on < day, c.statement_on.is_(None), c.statement_on <= day)
    return _obligations(conn, _unmet(account_id, day, instant).where(billed))


def last_met_by_payment(conn: Connection, account_id: str, day: date, instant: datetime) -> bool:
    """False when the obligation met last was cleared by the bank's status in a month without a payment."""
    c = meetings.c
    statement = (
        select(c.origin, c.entry_reference)
        .where(*_visible(account_id, day, instant))
        .order_by(c.value_on.desc(), c.meeting_id.desc())
        .limit(1)
    )
    last = conn.execute(statement).one_or_none()
    return last is None or last.origin != MeetingOrigin.BANK_STATUS or last.entry_reference is not None


def _visible(account_id: str, day: date, instant: datetime) -> tuple[ColumnElement[bool], ...]:
    c = meetings.c
    return c.account_id == account_id, c.value_on <= day, c.recorded_at <= instant


def _unmet(account_id: str, day: date, instant: datetime) -> Select[date, int, int, str]:
    o, m = obligations.c, meetings.c
    met = func.coalesce(func.sum(m.amount_minor), 0)
    by_status = func.sum(case((m.origin == MeetingOrigin.BANK_STATUS, 1), else_=0))
    return (
        select(o.due_on, o.minimum_minor, (o.minimum_minor - met).label("unmet_minor"), accounts.c.currency)
        .join(accounts, accounts.c.account_id == o.account_id)
        .outerjoin(meetings, and_(m.due_on == o.due_on, *_visible(account_id, day, instant)))
        .where(o.account_id == account_id, o.minimum_minor > 0, o.recorded_at <= instant)
        .group_by(o.due_on, o.minimum_minor, accounts.c.currency)
        .having(by_status == literal(0), o.minimum_minor > met)
        .order_by(o.due_on)
    )


def _obligations(conn: Connection, statement: Select[date, int, int, str]) -> tuple[Obligation, ...]:
    return tuple(_obligation(row) for row in conn.execute(statement))


def _obligation(row: Row[date, int, int, str]) -> Obligation:
    due_on, minimum_minor, unmet_minor, currency = row
    return Obligation(
        due_on=due_on,
        minimum=Money.of_minor(minimum_minor, currency),
        unmet=Money.of_minor(int(unmet_minor), currency),
    )
