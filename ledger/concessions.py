"""Concessions: what is given up once it is earned, what counts for it, and what was asked of the card system."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import JsonValue
from sqlalchemy import Connection, RowMapping, exists, select

from domain.model.adjustments import AdjustmentKind, KnownAdjustment
from domain.model.concessions import Concession, KnownConcession
from domain.model.entries import KeepConcession
from domain.model.events import Answer
from domain.model.money import Money
from domain.model.sealed import CONCESSION_GRANTED
from ledger import adjustments, audit
from ledger.adjustments import PARTS, AdjustmentRow
from ledger.entries import EntryKind
from ledger.inserts import insert_new
from ledger.kept import Kept
from ledger.negotiation_tables import concessions
from ledger.tables import cases, entries, requests


def keep(conn: Connection, entry: KeepConcession, kept: Kept) -> bool:
    """Store what is given up, once for each run of the step, with its row in the audit; False when it was before."""
    granted = entry.concession
    row = {
        **granted.model_dump(
            include={"since", "since_on", "until", "not_before", "plan", "settles", "made_by", "checked_by"}
        ),
        "concession_id": granted.id,
        "case_id": kept.case_id,
        "account_id": kept.account_id,
        "request_id": entry.request_id,
        "needed_minor": granted.needed.minor,
        "currency": granted.needed.currency,
        **{column: _minor(granted.parts.get(part)) for part, column in PARTS.items()},
    }
    if not insert_new(conn, concessions, row):
        return False
    parts: dict[str, JsonValue] = {name.value: str(money) for name, money in granted.parts.items()}
    said: dict[str, JsonValue] = {"concession": granted.id, "parts": parts, "needed": str(granted.needed)}
    days: dict[str, JsonValue] = {"until": _iso(granted.until), "not_before": _iso(granted.not_before)}
    who: dict[str, JsonValue] = {"plan": granted.plan, "made_by": granted.made_by, "checked_by": granted.checked_by}
    audit.append(conn, kept.case_id, CONCESSION_GRANTED, kept.at, {**said, **days, **who})
    return True


def known(conn: Connection, account_id: str, day: date, instant: datetime) -> tuple[KnownConcession, ...]:
    """Those of the account, the oldest first, as known at the instant: one statement, three when there are any.

    What a run of a step stored which the case never adopted has no accepted answer, and is none; what was earned
    without a request is the same whichever run stored it.
    """
    rows = _adopted(conn, account_id)
    if not rows:
        return ()
    asked = adjustments.of_keys(conn, account_id, [str(row["concession_id"]) for row in rows])
    money = _payments(conn, account_id, min(row["since_on"] for row in rows), day, instant)
    return tuple(_known(row, asked[str(row["concession_id"])], money) for row in rows)


def are_there(conn: Connection, case_id: str) -> bool:
    """Whether the account of this case has any."""
    mine = select(cases.c.account_id).where(cases.c.case_id == case_id).scalar_subquery()
    return bool(conn.scalar(select(exists().where(concessions.c.account_id == mine))))


def _adopted(conn: Connection, account_id: str) -> list[RowMapping]:
    c, r = concessions.c, requests.c
    by_request = (r.case_id == c.case_id) & (r.message_id == c.request_id) & (r.step_no <= cases.c.step_no)
    statement = (
        select(concessions, r.answer)
        .join(cases, cases.c.case_id == c.case_id)
        .outerjoin(requests, by_request)
        .where(c.account_id == account_id)
        .order_by(c.since, c.concession_id)
    )
    rows = {str(row["concession_id"]): row for row in conn.execute(statement).mappings()}
    return [row for row in rows.values() if row["request_id"] is None or _is_accepted(row["answer"])]


def _is_accepted(answer: str | None) -> bool:
    return answer is not None and Answer.model_validate_json(answer).accepted


def _payments(
    conn: Connection, account_id: str, since_on: date, day: date, instant: datetime
) -> list[tuple[date, datetime, int, datetime | None]]:
    """Payments: value date, when each was posted, how much, and when it was taken back."""
    e, back = entries.c, entries.alias("back")
    taken_back = (back.c.reverses == e.reference) & (back.c.recorded_at <= instant)
    total = -(e.principal_minor + e.interest_minor + e.fee_minor)
    statement = (
        select(e.value_on, e.recorded_at, total, back.c.recorded_at)
        .select_from(entries.outerjoin(back, taken_back))
        .where(
            e.account_id == account_id,
            e.kind == EntryKind.PAYMENT,
            e.value_on >= since_on,
            e.value_on <= day,
            e.recorded_at <= instant,
        )
    )
    return [(on, at, int(minor), back_at) for on, at, minor, back_at in conn.execute(statement)]


def _known(
    row: RowMapping, asked: Sequence[AdjustmentRow], money: Sequence[tuple[date, datetime, int, datetime | None]]
) -> KnownConcession:
    concession = _concession(row)
    counted = [
        (minor, back_at)
        for on, at, minor, back_at in money
        if at > concession.since and concession.since_on <= on <= (concession.until or date.max)
    ]
    given_at = max((each.wanted_at for each in asked if each.adjustment.kind is AdjustmentKind.WAIVE), default=None)
    paid = sum(minor for minor, back_at in counted if back_at is None)
    returned = sum(minor for minor, back_at in counted if back_at and given_at and back_at > given_at)
    return KnownConcession(
        concession=concession,
        paid=Money.of_minor(paid, row["currency"]),
        returned=Money.of_minor(returned, row["currency"]),
        adjustments=tuple(KnownAdjustment(adjustment=each.adjustment, state=each.state) for each in asked),
    )


def _concession(row: RowMapping) -> Concession:
    same = ("since", "since_on", "until", "not_before", "plan", "settles", "made_by", "checked_by")
    parts = {part: Money.of_minor(row[column], row["currency"]) for part, column in PARTS.items() if row[column]}
    return Concession(
        **{name: row[name] for name in same},
        id=row["concession_id"],
        parts=parts,
        needed=Money.of_minor(row["needed_minor"], row["currency"]),
    )


def _minor(money: Money | None) -> int:
    return 0 if money is None else money.minor


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
