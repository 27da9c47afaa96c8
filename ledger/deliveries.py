"""Deliveries: what a provider reports of a message after it took it, in whatever order and however often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from domain.model.errors import InputError
from ledger import messages
from ledger.canonical import content_digest
from ledger.contact_tables import deliveries
from ledger.inserts import insert_new


class DeliveryState(StrEnum):
    """How far a message came, by its provider; each outranks the one before it."""

    ACCEPTED = "accepted"
    """On its way."""
    DELIVERED = "delivered"
    """It reached the address."""
    FAILED = "failed"
    """It did not reach the address: a bounce is the last word."""


_RANK = {state: rank for rank, state in enumerate(DeliveryState)}


@dataclass(frozen=True)
class Delivery:
    """One report of a provider."""

    message_key: str
    provider_ref: str | None
    """The provider's own number for the message."""
    state: DeliveryState
    at: datetime
    """When it happened, by the provider's clock."""


def add(conn: Connection, delivery: Delivery, received_at: datetime) -> bool:
    """Store a report once; False when it came before; raises InputError when the ledger has no such message."""
    if messages.get(conn, delivery.message_key) is None:
        raise InputError(f"no message {delivery.message_key} in the ledger")
    said = vars(delivery)
    return insert_new(conn, deliveries, {**said, "received_at": received_at, "digest": content_digest(said)})


def current(conn: Connection, key: str) -> Delivery | None:
    """The report that counts: the one that says most, the latest of these; None: nothing was reported."""
    c = deliveries.c
    rows = conn.execute(select(c.message_key, c.provider_ref, c.state, c.at).where(c.message_key == key))
    told = (Delivery(row.message_key, row.provider_ref, DeliveryState(row.state), row.at) for row in rows)
    return max(told, key=lambda one: (_RANK[one.state], one.at), default=None)
