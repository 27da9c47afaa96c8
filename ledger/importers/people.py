"""What a file tells of customers, applied to what the ledger knows of them; what is new comes out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Connection, bindparam, update

from domain.model.errors import InputError
from domain.model.strategy import Channel
from ledger import tables
from ledger.accounts import ContactPoint
from ledger.importers.addresses import Addresses
from ledger.importers.csv_persons import ContactRecord, PersonalRecord, PersonRecord
from ledger.importers.rows import RowError
from ledger.inserts import bulk_insert
from ledger.persons import Person


@dataclass
class People:
    """Persons and contact points: those that the ledger has, and what the file makes of them."""

    addresses: Addresses
    persons: dict[str, Person] = field(default_factory=dict)
    """By id; also those that are new."""
    points: dict[str, ContactPoint] = field(default_factory=dict)
    """By id; also those that are new."""
    _of_person: defaultdict[str, dict[str, ContactPoint]] = field(default_factory=lambda: defaultdict(dict))

    def know(self, persons: Mapping[str, Person], points: Iterable[ContactPoint]) -> None:
        """What the ledger has; what the file told before is newer."""
        for person_id, person in persons.items():
            self.persons.setdefault(person_id, person)
        for point in points:
            self._keep(self.points.get(point.contact_point_id, point))

    def apply(self, person_id: str, record: PersonalRecord, usable_from: date | None, changes: Changes) -> None:
        """Take one record; one that is known already changes nothing, one that does not fit raises ``RowError``.

        ``usable_from``: of a contact point whose row does not say it.
        """
        if isinstance(record, PersonRecord):
            self._person(person_id, record, changes)
        else:
            self._contact(person_id, record, usable_from, changes)

    def _person(self, person_id: str, record: PersonRecord, changes: Changes) -> None:
        there = self.persons.get(person_id, Person(person_id))
        told = Person(
            person_id,
            record.name or there.name,
            record.locale or there.locale,
            record.preferred_channel or there.preferred_channel,
        )
        if told != there:
            self.persons[person_id] = changes.persons[person_id] = told

    def _contact(self, person_id: str, record: ContactRecord, usable_from: date | None, changes: Changes) -> None:
        point = self._point(person_id, record, usable_from)
        there = self.points.get(point.contact_point_id)
        if there is not None:
            if there != (point if record.usable_from else replace(point, usable_from=there.usable_from)):
                why = f"{record.reference} is known with other content: give the new one its own reference"
                raise RowError("reference", why)
            return
        for other in self._of_person[person_id].values():
            reached = (other.channel, other.party, other.party_id) == (point.channel, point.party, point.party_id)
            if reached and self.addresses.same(point.channel, other.address, point.address):
                # an opt-out names the id: the same number under another one would be open again
                raise RowError("address", f"the person has this address already, as {other.contact_point_id}")
        self._keep(point)
        changes.points.append(point)

    def _point(self, person_id: str, record: ContactRecord, usable_from: date | None) -> ContactPoint:
        address = self._normalised(record.channel, record.address)
        if self.addresses.tells_of(record.reference, address):
            raise RowError("reference", "the address itself cannot be the reference: choose a name like C-501-mobile")
        return ContactPoint(
            contact_point_id=record.reference,
            person_id=person_id,
            channel=record.channel,
            address=address,
            usable_from=record.usable_from or usable_from,
            party=record.party,
            party_id=record.party_id,
            place=record.place,
            verified=record.verified,
            shared=record.shared,
            zone=record.zone,
        )

    def _normalised(self, channel: Channel, text: str) -> str:
        if not text:
            raise RowError("address", "empty")
        try:
            return self.addresses.normalised(channel, text)
        except InputError as error:
            raise RowError("address", str(error)) from None

    def _keep(self, point: ContactPoint) -> None:
        self.points[point.contact_point_id] = point
        self._of_person[point.person_id][point.contact_point_id] = point


@dataclass
class Changes:
    """What is new or changed of persons, to be written."""

    persons: dict[str, Person] = field(default_factory=dict)
    points: list[ContactPoint] = field(default_factory=list)

    def add_persons(self, conn: Connection) -> None:
        """Insert those that the ledger does not have; they are complete then, before their accounts come."""
        bulk_insert(conn, tables.persons, [vars(person) for person in self.persons.values()], skip_existing=True)

    def store(self, conn: Connection, known: Iterable[str]) -> None:
        """Update those of ``known`` and insert the contact points."""
        p = tables.persons.c
        there = [self.persons[person_id] for person_id in known if person_id in self.persons]
        if there:
            values: dict[str, object] = {
                name: bindparam(f"new_{name}") for name in ("name", "locale", "preferred_channel")
            }
            rows = [{f"new_{name}": value for name, value in vars(person).items()} for person in there]
            conn.execute(update(tables.persons).where(p.person_id == bindparam("new_person_id")).values(values), rows)
        bulk_insert(conn, tables.contact_points, [vars(point) for point in self.points])
