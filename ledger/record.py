"""The record of a person: what the gate may know besides the question, as of one instant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, or_, select

from domain.model.contact import Outcome, Party, Record, ZoneEvidence
from domain.model.facts import Account
from ledger import accounts, person_facts
from ledger.accounts import ContactPoint
from ledger.contact_tables import contacts
from ledger.contacts import made
from ledger.zone_evidence import evidence_in

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
    account = accounts.get_account(conn, account_id)
    points = accounts.contact_points(conn, person_id, as_of.astimezone(ZoneInfo(account.zone)).date())
    return record_with(conn, person_id, account, points, as_of, zones, besides=besides)


def record_with(
    conn: Connection,
    person_id: str,
    account: Account,
    points: Sequence[ContactPoint],
    as_of: datetime,
    zones: Callable[[ZoneEvidence], Sequence[str]],
    *,
    besides: str = "",
) -> Record:
    """The same, for who has read the account and the person's contact points of that day already."""
    record = read_record(conn, person_id, as_of, (), besides=besides)
    return replace(record, zones=tuple(zones(evidence_in(account, points, record.facts, as_of))))


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
