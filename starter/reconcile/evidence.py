"""Evidence of repairs: one row for each, in the chain of the case, or in the reconciler's own where there is none."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import JsonValue
from sqlalchemy import Connection

from domain.model.reconcile import CHAIN, REPAIRED, Found
from ledger import audit, changes, rings, suspects, system_audit

_AGAIN_AFTER = timedelta(hours=1)
"""A case that did nothing after it was rung is not rung at every pass: each ring is an event of its history."""


def of_case(conn: Connection, found: Found, case_id: str, at: datetime, **more: JsonValue) -> None:
    """A repair about a case that the ledger has."""
    audit.append(conn, case_id, REPAIRED, at, {**_body(found), **more})


def of_system(conn: Connection, found: Found, at: datetime, **more: JsonValue) -> None:
    """A repair where there is no case."""
    system_audit.append(conn, CHAIN, REPAIRED, at, {**_body(found), **more})


def may_ring(conn: Connection, case_id: str, at: datetime) -> bool:
    """Whether the case did something since the last repair, or that is long ago."""
    return suspects.has_moved(conn, case_id, REPAIRED, at - _AGAIN_AFTER)


def ring(conn: Connection, account_id: str, at: datetime) -> None:
    """Let the feed ring this account."""
    rings.ask(conn, {account_id}, changes.newest(conn), at)


def _body(found: Found) -> dict[str, JsonValue]:
    return {"repair": found.repair.value, "account": found.account_id, "of": found.of}
