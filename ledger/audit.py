"""The audit: what was decided and done in a case, each row chained to the one before by its hash."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import JsonValue
from sqlalchemy import Connection, insert, select

from domain.model.errors import InputError
from ledger.canonical import canonical, sha256
from ledger.tables import audit, cases

FIRST = ""
"""What stands for the hash before the first row."""


@dataclass(frozen=True)
class AuditRow:
    """One link of a case's chain; ``body`` is canonical JSON."""

    case_id: str
    case_seq: int
    kind: str
    at: datetime
    body: str
    previous_hash: str
    hash: str

    @property
    def content(self) -> Mapping[str, JsonValue]:
        """The body, read."""
        content: Mapping[str, JsonValue] = json.loads(self.body)
        return content


def append(conn: Connection, case_id: str, kind: str, at: datetime, body: Mapping[str, JsonValue]) -> AuditRow:
    """Add a link to the case's chain; raises InputError when the ledger has no such case."""
    _one_writer(conn, case_id)
    last = _last(conn, case_id)
    case_seq, previous_hash = (last.case_seq + 1, last.hash) if last else (1, FIRST)
    text = canonical(dict(body))
    digest = _hash(case_id, case_seq, kind, at, text, previous_hash)
    row = AuditRow(case_id, case_seq, kind, at, text, previous_hash, digest)
    conn.execute(insert(audit).values(vars(row)))
    return row


def rows(conn: Connection, case_id: str) -> tuple[AuditRow, ...]:
    """The case's chain, oldest first."""
    statement = select(*_COLUMNS).where(audit.c.case_id == case_id).order_by(audit.c.case_seq)
    return tuple(AuditRow(**row) for row in conn.execute(statement).mappings())


def verify(conn: Connection, case_id: str) -> int | None:
    """Number in the case of the first row that is not as it was written or not where it was; None: the chain holds.

    A chain cut at its end looks whole: only an anchor kept elsewhere tells.
    """
    previous_hash = FIRST
    for expected, row in enumerate(rows(conn, case_id), start=1):
        digest = _hash(row.case_id, row.case_seq, row.kind, row.at, row.body, row.previous_hash)
        if (row.case_seq, row.previous_hash, row.hash) != (expected, previous_hash, digest):
            return row.case_seq
        previous_hash = row.hash
    return None


_COLUMNS = [audit.c[name] for name in AuditRow.__dataclass_fields__]


def _one_writer(conn: Connection, case_id: str) -> None:
    locked = conn.scalar(select(cases.c.case_id).where(cases.c.case_id == case_id).with_for_update())
    if locked is None:
        raise InputError(f"no case {case_id} in the ledger")


def _last(conn: Connection, case_id: str) -> AuditRow | None:
    statement = select(*_COLUMNS).where(audit.c.case_id == case_id).order_by(audit.c.case_seq.desc()).limit(1)
    row = conn.execute(statement).mappings().one_or_none()
    return AuditRow(**row) if row else None


def _hash(case_id: str, case_seq: int, kind: str, at: datetime, body: str, previous_hash: str) -> str:
    instant = at.astimezone(UTC).isoformat(timespec="microseconds")
    return sha256(canonical([case_id, case_seq, kind, instant, body, previous_hash]))
