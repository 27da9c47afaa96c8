"""Holds: what keeps contact of a case waiting, read again at the moment of sending."""

from __future__ import annotations

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, or_, select, update

from domain.model.case import Case, HeldBy
from domain.model.events import HoldReason
from ledger.canonical import canonical
from ledger.inserts import upsert
from ledger.tables import holds


def save(conn: Connection, case: Case, at: datetime) -> None:
    """Make the case's holds those of the ledger: new ones set, changed ones changed, vanished ones released."""
    there = {row["hold_id"]: row for row in _rows(conn, case.case_id)}
    for held in case.holds:
        if held.id not in there or there[held.id]["released_at"] or _held_by(there[held.id]) != held:
            set_at = there[held.id]["set_at"] if held.id in there else at
            upsert(conn, holds, {**_row(case.case_id, held), "set_at": set_at, "released_at": None})
    over = {held.id: held for held in case.pauses_over}
    today = at.astimezone(ZoneInfo(case.account.zone)).date()
    in_force_now = {held.id for held in case.holds}
    for hold_id, row in there.items():
        if row["released_at"] is None and hold_id not in in_force_now:
            _release(conn, case.case_id, over.get(hold_id, _held_by(row)), today, at)


def in_force(conn: Connection, case_id: str, day: date) -> tuple[HeldBy, ...]:
    """The holds of the case that are in force on the day, in the order in which they were set."""
    c = holds.c
    statement = (
        select(holds)
        .where(
            c.case_id == case_id,
            c.released_at.is_(None),
            c.starts_on <= day,
            or_(c.ends_on.is_(None), c.ends_on > day),
        )
        .order_by(c.set_at, c.hold_id)
    )
    return tuple(_held_by(row) for row in conn.execute(statement).mappings())


def pauses_over(conn: Connection, case_id: str, day: date) -> tuple[HeldBy, ...]:
    """The hardship pauses of the case that ended by the day, oldest first: they go on shortening treatment days.

    One that was released before it began never was.
    """
    ended = (_held_by(row) for row in _rows(conn, case_id) if row["reason"] == HoldReason.PAUSE)
    over = (held for held in ended if held.ends_on is not None and held.starts_on < held.ends_on <= day)
    return tuple(sorted(over, key=lambda held: (held.starts_on, held.id)))


def _rows(conn: Connection, case_id: str) -> list[RowMapping]:
    return list(conn.execute(select(holds).where(holds.c.case_id == case_id)).mappings())


def _release(conn: Connection, case_id: str, held: HeldBy, today: date, at: datetime) -> None:
    c = holds.c
    released = {"ends_on": min(held.ends_on or today, today), "released_at": at}
    conn.execute(update(holds).where(c.case_id == case_id, c.hold_id == held.id).values(released))


def _row(case_id: str, held: HeldBy) -> dict[str, object]:
    return {
        "case_id": case_id,
        "hold_id": held.id,
        "reason": held.reason,
        "starts_on": held.starts_on,
        "ends_on": held.ends_on,
        "obligations_due_on": canonical([due_on.isoformat() for due_on in held.obligations_due_on]),
    }


def _held_by(row: RowMapping) -> HeldBy:
    return HeldBy(
        id=row["hold_id"],
        reason=HoldReason(row["reason"]),
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        obligations_due_on=tuple(date.fromisoformat(due_on) for due_on in json.loads(row["obligations_due_on"])),
    )
