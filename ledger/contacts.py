"""Contacts: every call, message and visit made or permitted, by anyone. None is deleted, outcomes go forward."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select, update

from domain.model.contact import Actor, ContactAsk, Direction, Outcome, Party, PastContact, Place, Purpose
from domain.model.errors import InputError
from domain.model.strategy import Channel
from ledger.canonical import canonical, content_digest
from ledger.contact_tables import contacts
from ledger.inserts import insert_new
from ledger.persons import check_reached

_STILL_OPEN = (Outcome.PENDING, Outcome.UNREPORTED)
# A bounce comes after the delivery that was taken for granted; what failed was never delivered.
_ALSO_FROM: Mapping[Outcome, tuple[Outcome, ...]] = {Outcome.FAILED: (Outcome.DELIVERED,)}


@dataclass(frozen=True)
class Contact:
    """A contact as the ledger has it: what counts for the gate, and where it comes from."""

    contact_id: str
    """The message's key, the permit's id, or the id of who reports it."""
    person_id: str
    made: PastContact
    purpose: Purpose = Purpose.COLLECT
    notice: str | None = None
    case_id: str | None = None
    permit_id: str | None = None
    reported_at: datetime | None = None
    """When its last outcome became known; None: nobody told it apart from the contact."""
    breach: str | None = None
    """Code of what was wrong with it, such as ``no_permit``."""
    cancelled_at: datetime | None = None
    """When it became known that nothing was made: it counts for nothing."""

    @classmethod
    def pending(
        cls,
        contact_id: str,
        person_id: str,
        ask: ContactAsk,
        *,
        case_id: str | None = None,
        permit_id: str | None = None,
    ) -> Contact:
        """What was asked for, on its way."""
        return cls(contact_id, person_id, PastContact.pending(ask), ask.purpose, ask.notice, case_id, permit_id)


def add(conn: Connection, contact: Contact) -> bool:
    """Store a contact once; False when it was stored before; raises InputError when its id says something else."""
    check_reached(conn, contact.person_id, contact.made.address)
    row = _row(contact)
    if insert_new(conn, contacts, row):
        return True
    digest = conn.scalar(select(contacts.c.digest).where(contacts.c.contact_id == contact.contact_id))
    if digest != row["digest"]:
        raise InputError(f"contact {contact.contact_id} is in the ledger with other content")
    return False


def settle(
    conn: Connection,
    contact_id: str,
    outcome: Outcome,
    at: datetime,
    *,
    made_at: datetime | None = None,
    address: str | None = None,
    party_id: str | None = None,
    consented: str | None = None,
    breach: str | None = None,
) -> bool:
    """Store what became of a contact, known since ``at``; False when it was settled before, and nothing changes.

    A pending contact takes any outcome, an unreported one any that somebody reports; after that only a message that
    counted as delivered may still fail. What was cancelled and yet made counts again. ``made_at``, ``address``,
    ``party_id`` and ``consented`` are what the report tells besides; an address and a person that were asked for stay.
    Raises InputError when the ledger has no such contact, or has it at another address.
    """
    there = _locked(conn, contact_id)
    is_open = there.made.outcome in _STILL_OPEN
    if not _goes_forward(there, outcome):
        return False
    changed: dict[str, object] = {"outcome": outcome, "reported_at": at, "breach": there.breach or breach}
    if is_open:
        changed |= {
            "at": made_at or there.made.at,
            "address_id": _address(conn, there, address),
            "consented": consented or there.made.consented,
            "cancelled_at": None,
        }
        changed |= {"party_id": party_id} if there.made.party_id is None and party_id is not None else {}
    conn.execute(update(contacts).where(contacts.c.contact_id == contact_id).values(changed))
    return True


def cancel(conn: Connection, contact_id: str, at: datetime) -> bool:
    """Nothing was made of a contact that is not settled: it no longer counts; False when it is, or is cancelled."""
    there = _locked(conn, contact_id)
    if there.made.outcome not in _STILL_OPEN or there.cancelled_at:
        return False
    conn.execute(update(contacts).where(contacts.c.contact_id == contact_id).values(cancelled_at=at))
    return True


def try_again(conn: Connection, contact_id: str, at: datetime) -> bool:
    """A pending contact is made at ``at`` and not when it was first tried; False when it is settled or cancelled."""
    there = _locked(conn, contact_id)
    if there.made.outcome is not Outcome.PENDING or there.cancelled_at:
        return False
    conn.execute(update(contacts).where(contacts.c.contact_id == contact_id).values(at=at))
    return True


def get(conn: Connection, contact_id: str) -> Contact | None:
    """The contact of this id."""
    row = conn.execute(select(contacts).where(contacts.c.contact_id == contact_id)).mappings().one_or_none()
    return read(row) if row else None


def there(conn: Connection, contact_ids: Collection[str]) -> tuple[str, ...]:
    """Those of the ids under which the ledger has a contact."""
    if not contact_ids:
        return ()
    c = contacts.c
    return tuple(conn.scalars(select(c.contact_id).where(c.contact_id.in_(contact_ids)).order_by(c.contact_id)))


def of_person(conn: Connection, person_id: str) -> tuple[Contact, ...]:
    """Every contact of the person, oldest first, cancelled ones too."""
    c = contacts.c
    statement = select(contacts).where(c.person_id == person_id).order_by(c.at, c.contact_id)
    return tuple(read(row) for row in conn.execute(statement).mappings())


def read(row: RowMapping) -> Contact:
    """The contact of a row that has all columns of the table."""
    names = ("contact_id", "person_id", "notice", "case_id", "permit_id", "reported_at", "breach", "cancelled_at")
    return Contact(made=made(row), purpose=Purpose(row["purpose"]), **{name: row[name] for name in names})


def made(row: RowMapping) -> PastContact:
    """What of a row counts for the gate."""
    return PastContact(
        at=row["at"],
        channel=Channel(row["channel"]),
        outcome=Outcome(row["outcome"]),
        direction=Direction(row["direction"]),
        actor=Actor(row["actor"]),
        collector=row["collector"],
        party=Party(row["party"]),
        party_id=row["party_id"],
        address=row["address_id"],
        debts=tuple(json.loads(row["debts"])),
        place=Place(row["place"]),
        consented=row["consented"],
    )


def _locked(conn: Connection, contact_id: str) -> Contact:
    statement = select(contacts).where(contacts.c.contact_id == contact_id).with_for_update()
    row = conn.execute(statement).mappings().one_or_none()
    if row is None:
        raise InputError(f"no contact {contact_id} in the ledger")
    return read(row)


def _goes_forward(there: Contact, outcome: Outcome) -> bool:
    if outcome is Outcome.PENDING:
        return False
    if outcome is Outcome.UNREPORTED:
        return there.made.outcome is Outcome.PENDING and there.cancelled_at is None
    return there.made.outcome in (*_STILL_OPEN, *_ALSO_FROM.get(outcome, ()))


def _address(conn: Connection, there: Contact, address: str | None) -> str | None:
    if address in (None, there.made.address):
        return there.made.address
    if there.made.address is not None:
        raise InputError(
            f"contact {there.contact_id} is about another address: report this one as a contact of its own"
        )
    check_reached(conn, there.person_id, address)
    return address


def _row(contact: Contact) -> dict[str, object]:
    past = contact.made
    row: dict[str, object] = {
        "contact_id": contact.contact_id,
        "person_id": contact.person_id,
        "at": past.at,
        "channel": past.channel,
        "direction": past.direction,
        "actor": past.actor,
        "collector": past.collector,
        "party": past.party,
        "party_id": past.party_id,
        "address_id": past.address,
        "place": past.place,
        "purpose": contact.purpose,
        "notice": contact.notice,
        "outcome": past.outcome,
        "debts": canonical(list(past.debts)),
        "consented": past.consented,
        "case_id": contact.case_id,
        "permit_id": contact.permit_id,
    }
    told = {"digest": content_digest(row), "reported_at": contact.reported_at, "breach": contact.breach}
    return {**row, **told, "cancelled_at": contact.cancelled_at}
