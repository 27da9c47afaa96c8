"""The audit of the cases: what was decided and done. Each has a chain of its own: one for all would queue writers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import Connection, select

from domain.model.errors import InputError
from ledger.chains import Chains, Link
from ledger.tables import audit, cases


class AuditRow(Link):
    """One link of a case's chain."""

    @property
    def case_id(self) -> str:
        return self.chain

    @property
    def case_seq(self) -> int:
        return self.number


_CHAINS = Chains(audit, audit.c.case_id, audit.c.case_seq, AuditRow)


def append(conn: Connection, case_id: str, kind: str, at: datetime, body: Mapping[str, JsonValue]) -> AuditRow:
    """Add a link to the case's chain; raises InputError when the ledger has no such case."""
    _one_writer(conn, case_id)
    return _CHAINS.append(conn, case_id, kind, at, body)


def rows(conn: Connection, case_id: str) -> tuple[AuditRow, ...]:
    """The case's chain, oldest first."""
    return _CHAINS.rows(conn, case_id)


def last(conn: Connection, case_id: str) -> AuditRow | None:
    """The newest row of the case's chain."""
    return _CHAINS.last(conn, case_id)


def verify(conn: Connection, case_id: str) -> int | None:
    """Number in the case of the first row that is not as it was written or not where it was; None: the chain holds."""
    return _CHAINS.verify(conn, case_id)


def _one_writer(conn: Connection, case_id: str) -> None:
    locked = conn.scalar(select(cases.c.case_id).where(cases.c.case_id == case_id).with_for_update())
    if locked is None:
        raise InputError(f"no case {case_id} in the ledger")
