"""Deliveries: what a provider reports of a message after it took it, in whatever order and however often."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from domain.model.delivery import DeliveryReport, DeliveryState
from domain.model.errors import InputError
from ledger import messages
from ledger.canonical import content_digest
from ledger.contact_tables import deliveries
from ledger.inserts import insert_new
from ledger.messages import MessageRow

_RANK = {state: rank for rank, state in enumerate(DeliveryState)}


def message_of(conn: Connection, report: DeliveryReport) -> MessageRow:
    """The message of which a report speaks; raises InputError, which does not repeat the key, when there is none."""
    row = messages.get(conn, report.key)
    if row is None:
        raise InputError("the ledger has no message of which this delivery report speaks: nothing was kept")
    return row


def add(conn: Connection, report: DeliveryReport, received_at: datetime) -> bool:
    """Store a report once; False when it came before; raises InputError when the ledger has no such message."""
    message_of(conn, report)
    said = {"message_key": report.key, **report.model_dump(exclude={"key"})}
    return insert_new(conn, deliveries, {**said, "received_at": received_at, "digest": content_digest(said)})


def current(conn: Connection, key: str) -> DeliveryReport | None:
    """The report that counts: the one that says most, the latest of these; None: nothing was reported."""
    c = deliveries.c
    statement = select(c.message_key.label("key"), c.provider_ref, c.state, c.at).where(c.message_key == key)
    told = (DeliveryReport.model_validate(dict(row)) for row in conn.execute(statement).mappings())
    return max(told, key=_weight, default=None)


def _weight(report: DeliveryReport) -> tuple[int, datetime, str]:
    return (_RANK[report.state], report.at, report.provider_ref or "")
