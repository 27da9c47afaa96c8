"""What the ledger knows of a batch of accounts, read before a file's rows are applied to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import Connection, select

from domain.model.facts import MeetingOrigin
from ledger.accounts import ContactPoint, points_named, points_of_persons
from ledger.importers.csv_records import AccountRecord
from ledger.importers.history import Due, Entry, Met
from ledger.importers.replay import Known
from ledger.persons import Person, persons_of
from ledger.tables import accounts, entries, meetings, obligations, statements

_AT_ONCE = 5_000


def stored_accounts(conn: Connection, ids: Collection[str]) -> dict[str, AccountRecord]:
    """The accounts of these ids that the ledger has."""
    c = accounts.c
    columns = (c.account_id, c.person_id, c.currency, c.zone, c.credit_limit_minor)
    found = conn.execute(select(*columns).where(c.account_id.in_(ids)))
    return {row.account_id: AccountRecord(0, *row) for row in found}


def known_facts(conn: Connection, ids: Collection[str]) -> Mapping[str, Known]:
    """Statements, obligations, meetings and entries of these accounts."""
    known: defaultdict[str, Known] = defaultdict(Known)
    s, o, m, e = statements.c, obligations.c, meetings.c, entries.c
    for account_id, closed_on, balance in conn.execute(
        select(s.account_id, s.closed_on, s.balance_minor).where(s.account_id.in_(ids))
    ):
        known[account_id].statements[closed_on] = balance
    for account_id, *due in conn.execute(
        select(o.account_id, o.due_on, o.minimum_minor, o.statement_on).where(o.account_id.in_(ids))
    ):
        known[account_id].dues[due[0]] = Due(*due)
    for account_id, due_on, value_on, reference, origin, amount in conn.execute(
        select(m.account_id, m.due_on, m.value_on, m.entry_reference, m.origin, m.amount_minor)
        .where(m.account_id.in_(ids))
        .order_by(m.meeting_id)
    ):
        known[account_id].met.append(Met(due_on, value_on, reference, MeetingOrigin(origin), amount))
    legs = (e.principal_minor, e.interest_minor, e.fee_minor)
    for account_id, *entry in conn.execute(
        select(e.account_id, e.reference, e.kind, e.value_on, *legs, e.reverses)
        .where(e.account_id.in_(ids))
        .order_by(e.entry_id)
    ):
        known[account_id].entries[entry[0]] = Entry(*entry)
    return known


def owners_of(conn: Connection, references: Collection[str]) -> dict[str, str]:
    """Reference → account, of those references that the ledger has."""
    found: dict[str, str] = {}
    for some in _chunks(sorted(references)):
        rows = conn.execute(select(entries.c.reference, entries.c.account_id).where(entries.c.reference.in_(some)))
        found.update((reference, account_id) for reference, account_id in rows)
    return found


def known_persons(conn: Connection, ids: Collection[str]) -> dict[str, Person]:
    """Those of the persons that the ledger has."""
    return {person.person_id: person for some in _chunks(sorted(ids)) for person in persons_of(conn, some)}


def known_points(conn: Connection, person_ids: Collection[str], point_ids: Collection[str]) -> list[ContactPoint]:
    """The contact points of these persons, and those that have one of these ids, whosesoever they are."""
    theirs = [point for some in _chunks(sorted(person_ids)) for point in points_of_persons(conn, some)]
    named = [point for some in _chunks(sorted(point_ids)) for point in points_named(conn, some)]
    return [*theirs, *named]


def _chunks(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
