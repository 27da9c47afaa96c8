"""Permits: leave to make one contact within some time. Each holds its place as a pending contact under the same id."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnClause, Connection, RowMapping, Select, and_, literal_column, or_, select, update

from domain.model.contact import ContactAsk, Outcome
from domain.model.errors import InputError
from domain.model.permits import KnownPermit, PermitGiven, PermitState
from ledger import contacts
from ledger.canonical import canonical, content_digest
from ledger.contact_tables import contacts as contact_rows
from ledger.contact_tables import permits
from ledger.contacts import Contact
from ledger.inserts import insert_new
from ledger.tables import cases

# Written into the statement: of a value that is bound the database cannot know that an index of what is open fits.
_OPEN: ColumnClause[str] = literal_column("'open'")


@dataclass(frozen=True)
class Permit:
    """A permit, with the contact that it is for."""

    contact: Contact
    issued_at: datetime
    valid_from: datetime
    """Inclusive."""
    expires_at: datetime
    """Exclusive."""
    conditions: tuple[str, ...]
    """Ids of the rules that the contact must keep to."""
    state: PermitState

    @property
    def permit_id(self) -> str:
        return self.contact.contact_id


def issue(
    conn: Connection,
    permit_id: str,
    person_id: str,
    ask: ContactAsk,
    *,
    issued_at: datetime,
    valid_from: datetime,
    expires_at: datetime,
    conditions: Sequence[str] = (),
    case_id: str | None = None,
) -> bool:
    """Give a permit and let its contact wait for the report; False when it was given before.

    Asking again with the same id finds the permit as it was given, whatever the time is now; raises InputError when the
    id was used for another question.
    """
    if valid_from >= expires_at:
        raise InputError(f"permit {permit_id} would expire before it is valid")
    asked = {f.name: getattr(ask, f.name) for f in fields(ask) if f.name != "at"}
    digest = content_digest({**asked, "person_id": person_id, "case_id": case_id})
    if (there := _asked_digest(conn, permit_id)) is None:
        contacts.add(conn, Contact.pending(permit_id, person_id, ask, case_id=case_id, permit_id=permit_id))
        given = {"issued_at": issued_at, "valid_from": valid_from, "expires_at": expires_at}
        row = {"permit_id": permit_id, "asked_digest": digest, "state": PermitState.OPEN, **given}
        return insert_new(conn, permits, {**row, "conditions": canonical(list(conditions))})
    if there != digest:
        raise InputError(f"permit {permit_id} was given for another question: use a new id")
    return False


def get(conn: Connection, permit_id: str) -> Permit | None:
    """The permit of this id."""
    row = conn.execute(_joined().where(permits.c.permit_id == permit_id)).mappings().one_or_none()
    return _read(row) if row else None


def known(conn: Connection, person_id: str, case_id: str, named: Collection[str] = ()) -> tuple[KnownPermit, ...]:
    """The person's permits that a decision about the case must know: those open in it, and those named by their ids."""
    c = contact_rows.c
    still_open = and_(c.outcome == Outcome.PENDING, c.cancelled_at.is_(None), c.case_id == case_id)
    wanted = or_(still_open, c.contact_id.in_(named)) if named else still_open
    found = conn.execute(_joined().where(c.person_id == person_id, wanted)).mappings()
    return tuple(sorted((_known(_read(row)) for row in found), key=lambda permit: permit.given.permit_id))


def open_of(conn: Connection, person_id: str, at: datetime | None = None) -> tuple[Permit, ...]:
    """The person's open permits, on all accounts, the one that ends first before the others.

    ``at``: without those whose time is over by then, though no step of their case has closed them; None: with them.
    """
    still_open = _joined().where(contact_rows.c.person_id == person_id, permits.c.state == PermitState.OPEN)
    if at is not None:
        still_open = still_open.where(permits.c.expires_at > at)
    ordered = still_open.order_by(permits.c.expires_at, permits.c.permit_id)
    return tuple(_read(row) for row in conn.execute(ordered).mappings())


def with_open_permits(conn: Connection) -> list[str]:
    """Every account for which a permit is open."""
    c = permits.c
    of_case = select(cases.c.account_id).distinct().join(contact_rows, contact_rows.c.case_id == cases.c.case_id)
    open_ones = of_case.join(permits, c.permit_id == contact_rows.c.contact_id).where(c.state == _OPEN)
    return list(conn.scalars(open_ones.order_by(cases.c.account_id)))


def report(
    conn: Connection,
    permit_id: str,
    outcome: Outcome,
    *,
    made_at: datetime,
    reported_at: datetime,
    address: str | None = None,
    party_id: str | None = None,
    consented: str | None = None,
    breach: str | None = None,
) -> bool:
    """Store what became of the permitted contact, also when it was a breach; False when it was reported so before.

    Raises InputError when there is no such permit, or when it was reported with another outcome.
    """
    if outcome in (Outcome.PENDING, Outcome.UNREPORTED):
        raise InputError(f"{outcome} is not the outcome of a contact that was made: report what became of it")
    permit = _locked(conn, permit_id)
    told = {"made_at": made_at, "address": address, "party_id": party_id, "consented": consented, "breach": breach}
    if contacts.settle(conn, permit_id, outcome, reported_at, **told):  # type: ignore[arg-type]  # by name
        if permit.state is not PermitState.REPORTED:
            _set_state(conn, permit_id, PermitState.REPORTED)
        return True
    if permit.contact.made.outcome is not outcome:
        raise InputError(f"permit {permit_id} was reported before, as {permit.contact.made.outcome}")
    return False


def cancel(conn: Connection, permit_id: str, at: datetime) -> bool:
    """Nothing is made of a permit that is open, or was taken back: its contact counts no longer; False when it is over.

    One that was taken back stays over from the instant on at which it was.
    """
    permit = _locked(conn, permit_id)
    taken_back_at = _taken_back_at(permit)
    if permit.state is not PermitState.OPEN and taken_back_at is None:
        return False
    contacts.cancel(conn, permit_id, taken_back_at or at)
    _set_state(conn, permit_id, PermitState.CANCELLED)
    return True


def expire(conn: Connection, permit_id: str, at: datetime) -> bool:
    """Its contact counts as made and unreported: its time is over, or it is taken back within it.

    False when the permit is open no more.
    """
    if _locked(conn, permit_id).state is not PermitState.OPEN:
        return False
    contacts.settle(conn, permit_id, Outcome.UNREPORTED, at)
    _set_state(conn, permit_id, PermitState.EXPIRED)
    return True


def _taken_back_at(permit: Permit) -> datetime | None:
    """When it was over before its end, though its contact counts."""
    over_at = permit.contact.reported_at if permit.state is PermitState.EXPIRED else None
    return over_at if over_at is not None and over_at < permit.expires_at else None


def _known(permit: Permit) -> KnownPermit:
    given = PermitGiven(
        permit_id=permit.permit_id,
        valid_from=permit.valid_from,
        expires_at=permit.expires_at,
        conditions=permit.conditions,
    )
    return KnownPermit(
        given=given,
        state=permit.state,
        contact=permit.contact.made,
        issued_at=permit.issued_at,
        cancelled_at=permit.contact.cancelled_at or _taken_back_at(permit),
        breach=permit.contact.breach,
    )


def _asked_digest(conn: Connection, permit_id: str) -> str | None:
    return conn.scalar(select(permits.c.asked_digest).where(permits.c.permit_id == permit_id))


def _locked(conn: Connection, permit_id: str) -> Permit:
    statement = _joined().where(permits.c.permit_id == permit_id).with_for_update()
    row = conn.execute(statement).mappings().one_or_none()
    if row is None:
        raise InputError(f"no permit {permit_id} in the ledger")
    return _read(row)


def _set_state(conn: Connection, permit_id: str, state: PermitState) -> None:
    conn.execute(update(permits).where(permits.c.permit_id == permit_id).values(state=state))


def _joined() -> Select[tuple[object, ...]]:
    c = permits.c
    own = (c.issued_at, c.valid_from, c.expires_at, c.conditions, c.state)
    return select(contact_rows, *own).join(permits, c.permit_id == contact_rows.c.contact_id)


def _read(row: RowMapping) -> Permit:
    return Permit(
        contact=contacts.read(row),
        issued_at=row["issued_at"],
        valid_from=row["valid_from"],
        expires_at=row["expires_at"],
        conditions=tuple(json.loads(row["conditions"])),
        state=PermitState(row["state"]),
    )
