"""Intakes: files that were taken into the ledger, and how far. Written with the rows of each batch, or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select, update

from domain.model.errors import SurroundingsError
from ledger.canonical import canonical
from ledger.inserts import upsert
from ledger.intake_tables import intakes


@dataclass(frozen=True)
class Intake:
    """A file and how far it was taken."""

    digest: str
    """SHA-256 of its content."""
    name: str
    """Its name without the folder."""
    line: int
    """Up to this line all is done; 0: nothing is."""
    counts: Mapping[str, int]
    rejects: str
    """Path of the file that its bad rows are named in."""
    reject_bytes: int
    """Size of that file, as far as its rows belong to what is done."""
    begun_at: datetime
    finished_at: datetime | None = None


def find(conn: Connection, digest: str) -> Intake | None:
    """The intake of this content."""
    row = conn.execute(select(intakes).where(intakes.c.digest == digest)).mappings().one_or_none()
    return _read(row) if row else None


def last_named(conn: Connection, name: str) -> Intake | None:
    """The newest intake of a file of this name."""
    statement = select(intakes).where(intakes.c.name == name).order_by(intakes.c.begun_at.desc()).limit(1)
    row = conn.execute(statement).mappings().one_or_none()
    return _read(row) if row else None


def put(conn: Connection, intake: Intake) -> None:
    """Store it, in the place of what was stored of the same content before."""
    upsert(conn, intakes, _row(intake))


def refuse_moved(conn: Connection, of: Intake, seen: Intake | None) -> None:
    """Raises SurroundingsError, so that nothing of a batch is kept, when another one took the file since then."""
    if find(conn, of.digest) != seen:
        raise SurroundingsError(f"another intake of {of.name} is under way: let it end, then begin again")


def move(conn: Connection, after: Intake) -> None:
    """It came further."""
    conn.execute(update(intakes).where(intakes.c.digest == after.digest).values(_row(after)))


def _read(row: RowMapping) -> Intake:
    return Intake(**{**row, "counts": json.loads(row["counts"])})


def _row(intake: Intake) -> dict[str, object]:
    return {**vars(intake), "counts": canonical(dict(intake.counts))}
