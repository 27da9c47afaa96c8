"""Persons: how each wants to be written to. Personal data, which never leaves the ledger but to write to the person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, select, update

from domain.model.errors import InputError
from domain.model.message import LocaleName
from domain.model.strategy import Channel
from ledger.tables import contact_points, persons

_LOCALE: TypeAdapter[str] = TypeAdapter(LocaleName)


@dataclass(frozen=True)
class Person:
    """A person who owes, and what is known of their wishes; None: not known."""

    person_id: str
    name: str | None = field(default=None, repr=False)
    """As a letter greets them."""
    locale: str | None = None
    """Language and country, such as ``zh-CN``."""
    preferred_channel: Channel | None = None


def get(conn: Connection, person_id: str) -> Person:
    """The person; raises InputError when the ledger has none of this id."""
    found = persons_of(conn, [person_id])
    if not found:
        raise unknown(person_id)
    return found[0]


def persons_of(conn: Connection, person_ids: Collection[str]) -> list[Person]:
    """Those of the persons that the ledger has."""
    rows = conn.execute(select(persons).where(persons.c.person_id.in_(person_ids)))
    return [
        Person(row.person_id, row.name, row.locale, Channel(row.preferred_channel) if row.preferred_channel else None)
        for row in rows
    ]


def save(conn: Connection, person: Person) -> None:
    """Replace what is known of the person's wishes; raises InputError when the ledger has no such person."""
    if person.locale is not None:
        _check_locale(person.locale, person.person_id)
    known = {"name": person.name, "locale": person.locale, "preferred_channel": person.preferred_channel}
    statement = update(persons).where(persons.c.person_id == person.person_id).values(known)
    if conn.execute(statement).rowcount != 1:
        raise unknown(person.person_id)


def check_reached(conn: Connection, person_id: str, address_id: str | None) -> None:
    """Raises InputError when the ledger has no such person, or the address is no id of one of their contact points.

    So that a number or an address itself cannot get where only its id may stand.
    """
    c = contact_points.c
    if address_id is None:
        found = select(persons.c.person_id).where(persons.c.person_id == person_id)
    else:
        found = select(c.person_id).where(c.contact_point_id == address_id, c.person_id == person_id)
    if conn.scalar(found) is None:
        raise unknown(person_id) if address_id is None else InputError(f"person {person_id} has no such contact point")


def _check_locale(locale: str, person_id: str) -> None:
    try:
        _LOCALE.validate_python(locale)
    except ValidationError:
        raise InputError(f"person {person_id}: {locale[:40]!r} is no locale: write one like zh-CN") from None


def unknown(person_id: str) -> InputError:
    """That the ledger has no such person."""
    return InputError(f"no person {person_id} in the ledger")
