"""The audit of a ledger: every contact judged again by code that is not the gate's, and every chain checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from domain.audit import chain
from domain.audit.replay import Breach, Made, audit
from domain.audit.zones import zones_seen
from domain.model.contact import Actor, Direction, Outcome, PastContact, Record
from domain.model.pack import Pack
from ledger import accounts, audited, cases, contacts, person_facts, policies, stops, system_audit
from ledger import audit as audit_rows
from ledger.chains import Link
from ledger.contacts import Contact
from ledger.engine import Ledger
from ledger.zone_evidence import zone_evidence


@dataclass(frozen=True)
class Audited:
    """What an audit went through, and what it found."""

    contacts: int
    breaches: tuple[Breach, ...]
    chains: int
    tampered: tuple[chain.ChainFinding, ...]

    @property
    def is_clean(self) -> bool:
        return not self.breaches and not self.tampered

    @property
    def headline(self) -> str:
        """One sentence for people."""
        told = f"{self.contacts:,} contacts, {len(self.breaches):,} breaches"
        return f"{told}; {self.chains:,} audit chains, {len(self.tampered):,} rows not as they were written"


def audit_ledger(
    ledger: Ledger, since: datetime | None = None, went_through: Callable[[int, int], None] | None = None
) -> Audited:
    """Audit all contacts from the instant on, and all chains; ``went_through`` hears of persons done and in all."""
    with ledger.read() as conn:
        people = audited.persons(conn, since)
        breaches = [_unasked(key, at) for key, at in audited.unasked(conn, since)]
        count = 0
        for done, person_id in enumerate(people, start=1):
            made = _made_of(conn, person_id, since)
            count += len(made)
            breaches += [breach for contact in made for breach in _breaches(conn, person_id, contact)]
            if went_through is not None:
                went_through(done, len(people))
        ids = audited.case_ids(conn)
        tampered = [found for case_id in ids for found in _checked(case_id, audit_rows.rows(conn, case_id))]
        tampered += _checked(stops.CHAIN, system_audit.rows(conn, stops.CHAIN))
    return Audited(count, tuple(breaches), len(ids) + 1, tuple(tampered))


def _made_of(conn: Connection, person_id: str, since: datetime | None) -> list[Contact]:
    """The person's contacts that we made: neither cancelled nor still open."""
    return [
        contact
        for contact in contacts.of_person(conn, person_id)
        if contact.cancelled_at is None
        and contact.made.outcome is not Outcome.PENDING
        and contact.made.direction is Direction.OUT
        and (since is None or contact.made.at >= since)
    ]


def _breaches(conn: Connection, person_id: str, contact: Contact) -> Iterator[Breach]:
    """What this contact broke, by the rules of its case, as things were known at that instant."""
    packs = _packs(conn, contact)
    if not packs:
        yield _found(contact, "gate.no_rules", "no rules are known under which it was made")
        return
    at = contact.made.at
    record = Record(
        zones=_zones(conn, person_id, _account(conn, person_id, contact), packs, at),
        contacts=tuple(_all_contacts(conn, person_id)),
        facts=tuple(known.fact for known in person_facts.of_person(conn, person_id, at)),
    )
    made = Made(
        contact=contact.made,
        purpose=contact.purpose,
        notice=contact.notice,
        permit=contact.permit_id,
        reference=contact.contact_id,
        needs_permit=contact.case_id is None or contact.made.actor is not Actor.CREDITOR,
    )
    yield from audit((made,), record, packs)
    if contact.breach is not None:
        yield _found(contact, f"gate.{contact.breach}", "it was reported otherwise than permitted")


def _all_contacts(conn: Connection, person_id: str) -> Iterator[PastContact]:
    return (c.made for c in contacts.of_person(conn, person_id) if c.cancelled_at is None)


def _packs(conn: Connection, contact: Contact) -> tuple[Pack, ...]:
    row = None if contact.case_id is None else cases.get(conn, contact.case_id)
    if row is None:
        episodes = [found for debt in contact.made.debts for found in cases.episodes(conn, debt)]
        row = next((found for found in reversed(episodes) if found.opened_at <= contact.made.at), None)
    return () if row is None else policies.rules(conn, row.rules).packs


def _account(conn: Connection, person_id: str, contact: Contact) -> str:
    return next(iter(contact.made.debts), None) or accounts.first_of_person(conn, person_id)


def _zones(conn: Connection, person_id: str, account_id: str, packs: Iterable[Pack], at: datetime) -> tuple[str, ...]:
    found = zone_evidence(conn, person_id, account_id, at)
    evidence = {
        "declared": found.declared,
        "address": found.addresses,
        "phone_area_code": [zone for phone in found.phones for zone in _zones_of_phone(phone)],
        "account": (found.account,),
    }
    return zones_seen(tuple(packs), evidence)


def _zones_of_phone(phone: str) -> tuple[str, ...]:
    import phonenumbers  # costs seconds that only those who read numbers pay
    from phonenumbers import timezone

    try:
        zones = timezone.time_zones_for_number(phonenumbers.parse(phone, None))
    except phonenumbers.NumberParseException:
        return ()
    return tuple(zone for zone in zones if zone != "Etc/Unknown")


def _unasked(key: str, at: datetime) -> Breach:
    return Breach(key, at, "gate.unasked", "design", "the message left and no contact on record speaks of it")


def _found(contact: Contact, rule: str, why: str) -> Breach:
    return Breach(contact.contact_id, contact.made.at, rule, "design", why)


def _checked(name: str, rows: Iterable[Link]) -> tuple[chain.ChainFinding, ...]:
    links = [chain.Link(r.chain, r.number, r.kind, r.at, r.body, r.previous_hash, r.hash) for r in rows]
    return chain.check(name, links)
