"""Causes: why customers are late, as contacts brought it to light; each an entry of its own, codes only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from domain.model.causes import Cause, ToldCause
from ledger.canonical import canonical
from ledger.contact_tables import causes
from ledger.inserts import insert_new


@dataclass(frozen=True)
class CauseRow:
    """A cause as the ledger has it."""

    contact_id: str
    """The contact that brought it to light."""
    cause: Cause
    person_id: str
    case_id: str
    account_id: str
    told_on: date
    """Local day of the contact."""
    recorded_at: datetime
    verified: bool = False
    """Whether it was proved who spoke."""
    disputed_due_on: Sequence[date] = ()
    recording: str | None = None
    """Reference of the recording, in the bank's own system."""


def add(conn: Connection, row: CauseRow) -> bool:
    """Store a cause once for its contact; False when it was stored before, which stays as it is."""
    disputed = canonical([due_on.isoformat() for due_on in row.disputed_due_on])
    return insert_new(conn, causes, {**vars(row), "cause": row.cause.value, "disputed_due_on": disputed})


def of_case(conn: Connection, case_id: str) -> tuple[CauseRow, ...]:
    """The causes of an episode, the oldest first."""
    statement = select(causes).where(causes.c.case_id == case_id).order_by(causes.c.told_on, causes.c.recorded_at)
    return tuple(
        CauseRow(
            **{
                **row,
                "cause": Cause(row["cause"]),
                "disputed_due_on": tuple(map(date.fromisoformat, json.loads(row["disputed_due_on"]))),
            }
        )
        for row in conn.execute(statement).mappings()
    )


def last_of(conn: Connection, case_id: str) -> ToldCause | None:
    """The cause that the case goes by: the one told last."""
    rows = of_case(conn, case_id)
    return ToldCause(cause=rows[-1].cause, on=rows[-1].told_on, contact_id=rows[-1].contact_id) if rows else None
