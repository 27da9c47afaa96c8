"""The audit of what is not a case's, such as an emergency stop: chains of hashes under names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import Connection, func, select

from ledger.chains import Chains, Link
from ledger.contact_tables import system_audit

_CHAINS = Chains(system_audit, system_audit.c.chain, system_audit.c.chain_seq, Link)


def append(conn: Connection, chain: str, kind: str, at: datetime, body: Mapping[str, JsonValue]) -> Link:
    """Add a link to the chain of this name."""
    if conn.dialect.name == "postgresql":  # an embedded ledger has one writer anyway
        conn.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(chain, 0))))
    return _CHAINS.append(conn, chain, kind, at, body)


def rows(conn: Connection, chain: str) -> tuple[Link, ...]:
    """The chain, oldest first."""
    return _CHAINS.rows(conn, chain)


def verify(conn: Connection, chain: str) -> int | None:
    """Number of the first row that is not as it was written or not where it was; None: the chain holds."""
    return _CHAINS.verify(conn, chain)
