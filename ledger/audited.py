"""What an audit of contact goes through: who was contacted, and messages that left without a contact on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, exists, select

from domain.model.contact import Outcome
from domain.model.facts import MessageState
from domain.model.strategy import Channel
from ledger.contact_tables import contacts, system_audit
from ledger.tables import cases, messages

_AT_ONCE = 500


def persons(conn: Connection, since: datetime | None = None) -> tuple[str, ...]:
    """Ids of the persons with a contact that was made, from the instant on."""
    c = contacts.c
    statement = select(c.person_id).distinct().where(c.cancelled_at.is_(None), c.outcome != Outcome.PENDING)
    if since is not None:
        statement = statement.where(c.at >= since)
    return tuple(conn.scalars(statement.order_by(c.person_id)))


def unasked(conn: Connection, since: datetime | None = None) -> tuple[tuple[str, datetime], ...]:
    """Key and instant of every message that a provider has, and that no contact on record speaks of.

    A call is left out: its message is a task on the agents' list, which reaches nobody. The agent's own call asks for
    a permit, and is a contact on record.
    """
    m, c = messages.c, contacts.c
    asked = exists().where(c.contact_id == m.key, c.cancelled_at.is_(None))
    statement = select(m.key, m.intent_at).where(m.state == MessageState.SENT, m.channel != Channel.CALL, ~asked)
    if since is not None:
        statement = statement.where(m.intent_at >= since)
    return tuple((row.key, row.intent_at) for row in conn.execute(statement.order_by(m.intent_at, m.key)))


def own_messages(conn: Connection, contact_ids: Sequence[str]) -> set[str]:
    """Those of the contacts that are messages of this system, which asked the gate itself."""
    found = set[str]()
    for start in range(0, len(contact_ids), _AT_ONCE):
        some = contact_ids[start : start + _AT_ONCE]
        found |= set(conn.scalars(select(messages.c.key).where(messages.c.key.in_(some))))
    return found


def case_ids(conn: Connection) -> tuple[str, ...]:
    """Ids of all cases: each has a chain of audit rows."""
    return tuple(conn.scalars(select(cases.c.case_id).order_by(cases.c.case_id)))


def system_chains(conn: Connection) -> tuple[str, ...]:
    """Names of the chains that tell of what is not a case's."""
    return tuple(conn.scalars(select(system_audit.c.chain).distinct().order_by(system_audit.c.chain)))
