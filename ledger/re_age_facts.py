"""What the ledger has of an account that may be re-aged: its age, its minimum payments, what was paid, earlier ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, case, func, select

from domain.model.adjustments import AdjustmentKind, AdjustmentState, KnownAdjustment
from domain.model.facts import Account, MeetingOrigin
from domain.model.money import Money
from domain.model.re_age import BilledMinimum, MetOn, PaidOn, ReAge, ReAgeFacts
from ledger import adjustments
from ledger.entries import EntryKind
from ledger.plan_tables import adjustments as adjustment_rows
from ledger.tables import entries, meetings, obligations, statements

_Posted = tuple[date, int, datetime, datetime | None]
"""A payment: value date, minor units, when it was posted, when it was taken back."""


def known(
    conn: Connection, account: Account, case_id: str, made: ReAge | None, day: date, instant: datetime
) -> ReAgeFacts:
    """As known at the instant: five statements, six where the case has a re-age (``made``)."""
    paid = _payments(conn, account.account_id, day, instant)
    asked = _asked(conn, account.account_id)
    mine = () if made is None else adjustments.of_plan(conn, case_id, made.key(case_id))
    return ReAgeFacts(
        opened_on=_opened_on(conn, account.account_id, day, instant),
        billed=_billed(conn, account, day, instant),
        payments=tuple(
            PaidOn(on=on, amount=Money.of_minor(minor, account.currency)) for on, minor, _, back in paid if back is None
        ),
        re_aged_on=tuple(
            at.astimezone(ZoneInfo(account.zone)).date()
            for _, state, at in asked
            if state == AdjustmentState.CONFIRMED and at is not None
        ),
        unanswered=tuple(key for key, state, _ in asked if state == AdjustmentState.ASKED and not _is_among(key, mine)),
        adjustments=mine,
        still_paid=None if made is None else _still_paid(made, paid, account),
    )


def _opened_on(conn: Connection, account_id: str, day: date, instant: datetime) -> date | None:
    """The first day of which the ledger has anything of the account."""
    e, o, s = entries.c, obligations.c, statements.c
    first = (
        select(func.min(e.value_on)).where(e.account_id == account_id, e.recorded_at <= instant),
        select(func.min(o.due_on)).where(o.account_id == account_id, o.recorded_at <= instant),
        select(func.min(o.statement_on)).where(o.account_id == account_id, o.recorded_at <= instant),
        select(func.min(s.closed_on)).where(s.account_id == account_id),
    )
    found = conn.execute(select(*(each.scalar_subquery() for each in first))).one()
    return min((on for on in found if on is not None and on <= day), default=None)


def _billed(conn: Connection, account: Account, day: date, instant: datetime) -> tuple[BilledMinimum, ...]:
    o, m, currency = obligations.c, meetings.c, account.currency
    mine = (o.account_id == account.account_id, o.minimum_minor > 0, o.due_on < day, o.recorded_at <= instant)
    due = conn.execute(select(o.due_on, o.minimum_minor).where(*mine).order_by(o.due_on)).all()
    wholly = case((m.origin == MeetingOrigin.BANK_STATUS, o.minimum_minor), else_=m.amount_minor)
    met: dict[date, list[MetOn]] = defaultdict(list)
    for due_on, on, minor in conn.execute(
        select(m.due_on, m.value_on, wholly)
        .join(obligations, (o.account_id == m.account_id) & (o.due_on == m.due_on))
        .where(*mine, m.value_on <= day, m.recorded_at <= instant)
        .order_by(m.value_on, m.meeting_id)
    ):
        met[due_on].append(MetOn(on=on, amount=Money.of_minor(int(minor), currency)))
    return tuple(
        BilledMinimum(due_on=on, minimum=Money.of_minor(minor, currency), met=tuple(met[on])) for on, minor in due
    )


def _payments(conn: Connection, account_id: str, day: date, instant: datetime) -> list[_Posted]:
    e, back = entries.c, entries.alias("back")
    taken_back = (back.c.reverses == e.reference) & (back.c.recorded_at <= instant)
    total = -(e.principal_minor + e.interest_minor + e.fee_minor)
    statement = (
        select(e.value_on, total, e.recorded_at, back.c.recorded_at)
        .select_from(entries.outerjoin(back, taken_back))
        .where(e.account_id == account_id, e.kind == EntryKind.PAYMENT, e.value_on <= day, e.recorded_at <= instant)
        .order_by(e.value_on, e.entry_id)
    )
    return [(on, int(minor), at, back_at) for on, minor, at, back_at in conn.execute(statement)]


def _asked(conn: Connection, account_id: str) -> list[tuple[str, str, datetime | None]]:
    """The re-ages that the card system was asked for, whichever case did."""
    c = adjustment_rows.c
    statement = select(c.key, c.state, c.settled_at).where(c.account_id == account_id, c.kind == AdjustmentKind.RE_AGE)
    return [(key, state, at) for key, state, at in conn.execute(statement.order_by(c.wanted_at, c.key))]


def _is_among(key: str, mine: Sequence[KnownAdjustment]) -> bool:
    return any(each.adjustment.key == key for each in mine)


def _still_paid(made: ReAge, paid: Sequence[_Posted], account: Account) -> Money | None:
    """Of the payments that counted when it was approved, what nobody has taken back."""
    if made.approved_at is None:
        return None
    until = made.approved_at.astimezone(ZoneInfo(account.zone)).date()
    counted = [each for each in paid if made.paid_since <= each[0] <= until and each[2] <= made.approved_at]
    return Money.of_minor(sum(minor for _, minor, _, back_at in counted if back_at is None), account.currency)
