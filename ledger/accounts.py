"""Accounts, the persons who owe, and where they can be reached."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, literal, or_, select

from domain.model.contact import Party, Place
from domain.model.errors import InputError
from domain.model.facts import Account, Reach
from domain.model.strategy import Channel
from ledger.inserts import insert_new
from ledger.tables import accounts, persons
from ledger.tables import contact_points as points
from ledger.zones import check_zone


@dataclass(frozen=True)
class ContactPoint:
    """An address on one channel at which a person, or another party of theirs, can be reached."""

    contact_point_id: str
    person_id: str
    """Whose debts the contact is about, whoever is reached."""
    channel: Channel
    address: str = field(repr=False)
    usable_from: date | None = None
    party: Party = Party.DEBTOR
    party_id: str | None = None
    """Which person of that kind, where there may be several."""
    place: Place = Place.HOME
    verified: bool = True
    """The party is known to be reached there: so is what the bank holds."""
    shared: bool = False
    """Others read or hear what comes there."""
    zone: str | None = None
    """IANA name of the zone in which the address lies, where that is known."""


def add_account(conn: Connection, account: Account, person_id: str, *, credit_limit_minor: int | None = None) -> bool:
    """Add an account, and its person when new; False when both are there; raises InputError when they differ."""
    check_zone(account.zone, f"account {account.account_id}")
    insert_new(conn, persons, {"person_id": person_id})
    row = {**account.model_dump(), "person_id": person_id, "credit_limit_minor": credit_limit_minor}
    if insert_new(conn, accounts, row):
        return True
    if get_account(conn, account.account_id) != account or person_of(conn, account.account_id) != person_id:
        raise InputError(f"account {account.account_id} is in the ledger with another person, currency or zone")
    return False


def add_contact_point(conn: Connection, point: ContactPoint) -> bool:
    """Add a contact point; False when its id is there; raises InputError when its zone is none."""
    if point.zone is not None:
        check_zone(point.zone, f"contact point {point.contact_point_id}")
    return insert_new(conn, points, vars(point))


def exists(conn: Connection, account_id: str) -> bool:
    """Whether the ledger has an account of this id."""
    return conn.scalar(select(accounts.c.account_id).where(accounts.c.account_id == account_id)) is not None


def get_account(conn: Connection, account_id: str) -> Account:
    """The account; raises InputError when the ledger has none of this id."""
    c = accounts.c
    row = conn.execute(select(c.account_id, c.currency, c.zone).where(c.account_id == account_id)).one_or_none()
    if row is None:
        raise _unknown(account_id)
    return Account(account_id=row.account_id, currency=row.currency, zone=row.zone)


def person_of(conn: Connection, account_id: str) -> str:
    """Id of the person who owes; raises InputError when the ledger has no such account."""
    person_id: str | None = conn.scalar(select(accounts.c.person_id).where(accounts.c.account_id == account_id))
    if person_id is None:
        raise _unknown(account_id)
    return person_id


def lock_person(conn: Connection, person_id: str) -> None:
    """Keep every other writer away from this person until the transaction ends (SQLite: the transaction does it)."""
    statement = select(persons.c.person_id).where(persons.c.person_id == person_id).with_for_update()
    if conn.scalar(statement) is None:
        raise InputError(f"no person {person_id} in the ledger")


def contact_point(conn: Connection, person_id: str, channel: Channel, on: date) -> ContactPoint | None:
    """Where the debtor can be reached on this channel on this day: the point that became usable last."""
    c = points.c
    statement = _usable(person_id, on).where(c.channel == channel, c.party == Party.DEBTOR).limit(1)
    row = conn.execute(statement).mappings().one_or_none()
    return _contact_point(row) if row else None


def contact_points(conn: Connection, person_id: str, on: date) -> tuple[ContactPoint, ...]:
    """Where the person and their other parties can be reached on this day, on every channel: the newest first."""
    return tuple(_contact_point(row) for row in conn.execute(_usable(person_id, on)).mappings())


def points_of_persons(conn: Connection, person_ids: Collection[str]) -> list[ContactPoint]:
    """The contact points of these persons, whatever day they are usable from."""
    return _points(conn, points.c.person_id.in_(person_ids))


def points_named(conn: Connection, point_ids: Collection[str]) -> list[ContactPoint]:
    """The contact points of these ids, whosesoever they are."""
    return _points(conn, points.c.contact_point_id.in_(point_ids))


def _points(conn: Connection, asked: ColumnElement[bool]) -> list[ContactPoint]:
    rows = conn.execute(select(points).where(asked).order_by(points.c.contact_point_id)).mappings()
    return [_contact_point(row) for row in rows]


def reach(conn: Connection, person_id: str, on: date) -> tuple[Reach, ...]:
    """The same, as decisions know them: without the addresses."""
    return tuple(
        Reach(address=p.contact_point_id, channel=p.channel, party=p.party, party_id=p.party_id, place=p.place)
        for p in contact_points(conn, person_id, on)
    )


def _usable(person_id: str, on: date) -> Select[Any]:
    c = points.c
    newest_first = func.coalesce(c.usable_from, literal(date.min)).desc()
    usable = or_(c.usable_from.is_(None), c.usable_from <= on)
    return select(points).where(c.person_id == person_id, usable).order_by(newest_first, c.contact_point_id)


def _contact_point(row: RowMapping) -> ContactPoint:
    words = {"channel": Channel(row["channel"]), "party": Party(row["party"]), "place": Place(row["place"])}
    return ContactPoint(**{**row, **words})


def _unknown(account_id: str) -> InputError:
    return InputError(f"no account {account_id} in the ledger")
