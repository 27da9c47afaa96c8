"""The record of a person: what the gate may know besides the question, as of one instant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select

from domain.model.contact import Outcome, Party, Record, ZoneEvidence
from ledger import person_facts
from ledger.contact_tables import contacts
from ledger.contacts import made
from ledger.zone_evidence import zone_evidence

LOOK_BACK_DAYS = 400
"""How far back calls and messages are read that nobody answered: longer than the period of any usual cap."""

_ALWAYS_READ = (Outcome.PENDING, Outcome.CONVERSATION)


def record_of(
    conn: Connection,
    person_id: str,
    account_id: str,
    as_of: datetime,
    zones: Callable[[ZoneEvidence], Sequence[str]],
    *,
    besides: str = "",
) -> Record:
    """What is on record about the person at the instant, with the ``zones`` that the evidence on file points to.

    ``besides``: id of a contact that is tried again and must not count against itself.
    """
    seen = zones(zone_evidence(conn, person_id, account_id, as_of))
    return read_record(conn, person_id, as_of, seen, besides=besides)


def read_record(
    conn: Connection,
    person_id: str,
    as_of: datetime,
    zones: Sequence[str],
    *,
    look_back_days: int = LOOK_BACK_DAYS,
    besides: str = "",
) -> Record:
    """What is on record about the person at the instant, oldest first, in two statements by index.

    All facts; the contacts of the last ``look_back_days``, and before them those that may count for ever:
    conversations, which end consents, and contacts with other parties, whose number is limited in all. What is
    pending is read wherever it lies, except the contact ``besides``. Give more days where a pack has a longer period.
    """
    c = contacts.c
    long_ago = or_(c.at > as_of - timedelta(days=look_back_days), c.outcome.in_(_ALWAYS_READ), c.party != Party.DEBTOR)
    known = or_(c.at <= as_of, c.outcome == Outcome.PENDING)
    statement = (
        select(contacts)
        .where(c.person_id == person_id, c.contact_id != besides, c.cancelled_at.is_(None), known, long_ago)
        .order_by(c.at, c.contact_id)
    )
    return Record(
        zones=tuple(zones),
        contacts=tuple(made(row) for row in conn.execute(statement).mappings()),
        facts=tuple(fact.fact for fact in person_facts.of_person(conn, person_id, as_of)),
    )
