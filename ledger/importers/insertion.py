"""Inserting whole histories, a table at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from ledger import tables
from ledger.importers.history import AccountHistory, Due, Entry, Met
from ledger.inserts import Row, bulk_insert


def insert(conn: Connection, histories: Sequence[AccountHistory], recorded_at: datetime | None = None) -> None:
    """Store accounts with all that belongs to them; a fact is recorded at its value date unless an instant is given."""
    persons = [{"person_id": person_id} for person_id in sorted({h.person_id for h in histories})]
    bulk_insert(conn, tables.persons, persons, skip_existing=True)
    bulk_insert(conn, tables.accounts, [_account(h) for h in histories])
    points = [_contact_point(h) for h in histories if h.by_file]
    bulk_insert(conn, tables.contact_points, points, skip_existing=True)  # somebody may have named one like it
    insert_facts(conn, histories, recorded_at)


def insert_facts(conn: Connection, histories: Sequence[AccountHistory], recorded_at: datetime | None = None) -> None:
    """Store statements, obligations, entries, meetings and stated lateness of accounts that exist."""
    bulk_insert(conn, tables.statements, [_of(h, s._asdict()) for h in histories for s in h.statements])
    bulk_insert(conn, tables.stated_lateness, [_of(h, s._asdict()) for h in histories for s in h.stated])
    bulk_insert(conn, tables.obligations, [_due(h, due, recorded_at) for h in histories for due in h.dues])
    bulk_insert(conn, tables.entries, [_entry(h, entry, recorded_at) for h in histories for entry in h.entries])
    bulk_insert(conn, tables.meetings, [_met(h, met, recorded_at) for h in histories for met in h.met])


@lru_cache(maxsize=4096)
def local_midnight(day: date, zone: str) -> datetime:
    """The first instant of a local day: an imported fact is recorded at its value date."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _of(history: AccountHistory, values: Row) -> Row:
    return {"account_id": history.account_id, **values}


def _account(history: AccountHistory) -> Row:
    return {
        "account_id": history.account_id,
        "person_id": history.person_id,
        "currency": history.currency,
        "zone": history.zone,
        "credit_limit_minor": history.credit_limit_minor,
    }


def _contact_point(history: AccountHistory) -> Row:
    return {
        "contact_point_id": f"file-{history.account_id}",
        "person_id": history.person_id,
        "channel": "file",
        "address": history.account_id,
        "usable_from": None,
    }


def _due(history: AccountHistory, due: Due, recorded_at: datetime | None) -> Row:
    known_on = due.statement_on or due.due_on
    return {
        "account_id": history.account_id,
        "due_on": due.due_on,
        "minimum_minor": due.minimum_minor,
        "statement_on": due.statement_on,
        "recorded_at": recorded_at or local_midnight(known_on, history.zone),
    }


def _entry(history: AccountHistory, entry: Entry, recorded_at: datetime | None) -> Row:
    return {
        "account_id": history.account_id,
        "reference": entry.reference,
        "kind": entry.kind,
        "value_on": entry.value_on,
        "recorded_at": recorded_at or local_midnight(entry.value_on, history.zone),
        "principal_minor": entry.principal_minor,
        "interest_minor": entry.interest_minor,
        "fee_minor": entry.fee_minor,
        "reverses": entry.reverses,
    }


def _met(history: AccountHistory, met: Met, recorded_at: datetime | None) -> Row:
    return {
        "account_id": history.account_id,
        "due_on": met.due_on,
        "origin": met.origin.value,
        "amount_minor": met.amount_minor,
        "value_on": met.value_on,
        "recorded_at": recorded_at or local_midnight(met.value_on, history.zone),
        "entry_reference": met.entry_reference,
    }
