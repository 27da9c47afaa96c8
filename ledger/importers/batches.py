"""Some accounts of a file, checked against the ledger, then stored: the check writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, update

from ledger import tables
from ledger.importers import insertion
from ledger.importers.addresses import Addresses
from ledger.importers.allocation import Allocation
from ledger.importers.applying import apply_records
from ledger.importers.csv_groups import Group
from ledger.importers.csv_persons import ContactRecord
from ledger.importers.csv_records import AccountRecord
from ledger.importers.history import AccountHistory
from ledger.importers.known import known_facts, known_persons, known_points, owners_of, stored_accounts
from ledger.importers.people import Changes, People
from ledger.importers.replay import Replay
from ledger.importers.rows import BadRow, RowError


@dataclass(frozen=True)
class Asks:
    """What is asked of others: how payments split, how addresses are written, and what time it is."""

    allocation: Allocation
    addresses: Addresses
    now: Callable[[], datetime]


@dataclass
class Counts:
    """What a file came to: how much of it is new in the ledger."""

    rows: int = 0
    """Rows that are in the ledger now, whether they were before or not."""
    accounts: int = 0
    new_accounts: int = 0
    credit_limits: int = 0
    """Known accounts whose credit limit changed."""
    persons: int = 0
    """Persons of whom a name, a locale or a channel is new."""
    contact_points: int = 0
    statements: int = 0
    obligations: int = 0
    entries: int = 0
    bad_rows: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)})

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


@dataclass
class Before:
    """What earlier rows told: owners of references, and people. Empty, where those rows are in the ledger."""

    people: People
    owners: dict[str, str] = field(default_factory=dict)


@dataclass
class Checked:
    """What is to be stored, and what cannot be. Facts added to known accounts are recorded at ``at``."""

    at: datetime
    new: list[AccountHistory] = field(default_factory=list)
    added: list[AccountHistory] = field(default_factory=list)
    """What is new of accounts that the ledger has."""
    limits: dict[str, int] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
    persons_there: set[str] = field(default_factory=set)
    bad: list[BadRow] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)


def check(conn: Connection, batch: Sequence[Group], asks: Asks, before: Before) -> Checked:
    """Apply the rows to what is known; a row that does not fit is bad, and left out."""
    at = asks.now()
    stored = stored_accounts(conn, [group.account.account_id for group in batch])
    known = known_facts(conn, stored.keys())
    before.owners.update(owners_of(conn, set().union(*(group.references for group in batch))))
    people = _people(conn, batch, before, checked := Checked(at))
    for group in batch:
        there = stored.get(group.account.account_id)
        if there is not None and (differs := _difference(there, group.account)):
            why = f"account {group.account.account_id} is known with another {differs}"
            checked.bad.append(BadRow(group.account.line, differs, why))
            continue
        replay = Replay(group.account, known[group.account.account_id], asks.allocation)
        applied = 1 + apply_records(replay, group, before.owners, checked.bad.append)
        usable_from = None if there is None else at.astimezone(ZoneInfo(group.account.zone)).date()
        applied += _apply_personal(people, group, usable_from, checked)
        _keep(checked, group, there, replay.new, applied)
    changes = checked.changes
    checked.counts += Counts(persons=len(changes.persons), contact_points=len(changes.points))
    return checked


def store(conn: Connection, checked: Checked) -> None:
    """Write what was checked in the same transaction."""
    checked.changes.add_persons(conn)
    insertion.insert(conn, checked.new)
    insertion.insert_facts(conn, checked.added, checked.at)
    checked.changes.store(conn, checked.persons_there)
    if checked.limits:
        a = tables.accounts.c
        mine = update(tables.accounts).where(a.account_id == bindparam("of")).values(credit_limit_minor=bindparam("to"))
        conn.execute(mine, [{"of": account_id, "to": limit} for account_id, limit in checked.limits.items()])


def _people(conn: Connection, batch: Sequence[Group], before: Before, checked: Checked) -> People:
    told = [group for group in batch if group.personal]
    person_ids = {group.account.person_id for group in told}
    point_ids = {record.reference for group in told for record in group.personal if isinstance(record, ContactRecord)}
    persons = known_persons(conn, person_ids)
    checked.persons_there.update(persons)
    before.people.know(persons, known_points(conn, person_ids, point_ids))
    return before.people


def _apply_personal(people: People, group: Group, usable_from: date | None, checked: Checked) -> int:
    applied = 0
    for record in group.personal:
        try:
            people.apply(group.account.person_id, record, usable_from, checked.changes)
        except RowError as error:
            checked.bad.append(BadRow(record.line, error.column, error.reason))
        else:
            applied += 1
    return applied


def _difference(stored: AccountRecord, account: AccountRecord) -> str | None:
    """Name of the column in which a known account differs; a credit limit may change."""
    names = {"person_id": "customer", "currency": "currency", "zone": "zone"}
    return next((names[name] for name in names if getattr(stored, name) != getattr(account, name)), None)


def _keep(checked: Checked, group: Group, there: AccountRecord | None, new: AccountHistory, applied: int) -> None:
    (checked.new if there is None else checked.added).append(replace(new, by_file=not group.has_contacts))
    limit = group.account.credit_limit_minor
    changed = there is not None and limit is not None and limit != there.credit_limit_minor
    if changed and limit is not None:
        checked.limits[group.account.account_id] = limit
    checked.counts += Counts(
        rows=applied,
        accounts=1,
        new_accounts=there is None,
        credit_limits=changed,
        statements=len(new.statements),
        obligations=len(new.dues),
        entries=len(new.entries),
    )
