"""Accounts, the persons who owe, and where they can be reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, literal, or_, select

from domain.model.errors import InputError
from domain.model.facts import Account
from domain.model.strategy import Channel
from ledger.inserts import insert_new
from ledger.tables import accounts, contact_points, persons


@dataclass(frozen=True)
class ContactPoint:
    """An address at which a person can be reached on one channel."""

    contact_point_id: str
    person_id: str
    channel: Channel
    address: str
    usable_from: date | None = None


def add_account(conn: Connection, account: Account, person_id: str, *, credit_limit_minor: int | None = None) -> bool:
    """Add an account, and its person when new; False when both are there; raises InputError when they differ."""
    _check_zone(account)
    insert_new(conn, persons, {"person_id": person_id})
    row = {**account.model_dump(), "person_id": person_id, "credit_limit_minor": credit_limit_minor}
    if insert_new(conn, accounts, row):
        return True
    if get_account(conn, account.account_id) != account or person_of(conn, account.account_id) != person_id:
        raise InputError(f"account {account.account_id} is in the ledger with another person, currency or zone")
    return False


def add_contact_point(conn: Connection, point: ContactPoint) -> bool:
    """Add a contact point; False when its id is there."""
    return insert_new(conn, contact_points, vars(point))


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
    """Where the person can be reached on this channel on this day: the point that became usable last."""
    c = contact_points.c
    newest_first = func.coalesce(c.usable_from, literal(date.min)).desc()
    statement = (
        select(contact_points)
        .where(c.person_id == person_id, c.channel == channel, or_(c.usable_from.is_(None), c.usable_from <= on))
        .order_by(newest_first, c.contact_point_id)
        .limit(1)
    )
    row = conn.execute(statement).one_or_none()
    return ContactPoint(row.contact_point_id, row.person_id, channel, row.address, row.usable_from) if row else None


def _unknown(account_id: str) -> InputError:
    return InputError(f"no account {account_id} in the ledger")


def _check_zone(account: Account) -> None:
    try:
        ZoneInfo(account.zone)
    except (KeyError, ValueError):
        raise InputError(f"account {account.account_id}: {account.zone!r} is not the name of a time zone") from None
