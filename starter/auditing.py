"""The audit of a ledger: every contact judged again by code that is not the gate's, and every chain checked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from domain.audit import chain
from domain.audit.replay import Breach, Made, judge_made
from domain.audit.zones import ANYWHERE, zones_seen
from domain.model.contact import Direction, Outcome, Record
from domain.model.pack import Pack
from ledger import audit as audit_rows
from ledger import audited, cases, contacts, people, person_facts, policies, system_audit
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
    ledger: Ledger, since: datetime | None = None, went_through: Callable[[int], None] = lambda _persons: None
) -> Audited:
    """Audit all contacts from the instant on, and all chains; ``went_through`` hears of each person that is done."""
    with ledger.read() as conn:
        reached = audited.persons(conn, since)
        breaches = [_unasked(key, at) for key, at in audited.unasked(conn, since)]
        count = 0
        for person_id in reached:
            line = [contact for contact in contacts.of_person(conn, person_id) if contact.cancelled_at is None]
            made = [place for place, contact in enumerate(line) if _is_made_by_us(contact, since)]
            count += len(made)
            ours = audited.own_messages(conn, [line[place].contact_id for place in made])
            breaches += [breach for place in made for breach in _breaches(conn, line[place], line[:place], ours)]
            went_through(1)
        checked = [chain.check(name, links) for name, links in _chains(conn)]
    return Audited(count, tuple(breaches), len(checked), tuple(found for findings in checked for found in findings))


def _is_made_by_us(contact: Contact, since: datetime | None) -> bool:
    made = contact.made
    is_made = made.outcome is not Outcome.PENDING and made.direction is Direction.OUT
    return is_made and (since is None or made.at >= since)


def _breaches(conn: Connection, contact: Contact, before: Sequence[Contact], ours: Collection[str]) -> Iterator[Breach]:
    """What this contact broke, by the rules of its case, as things were known at that instant."""
    accounts = contact.made.debts or people.accounts_of(conn, contact.person_id)
    packs = _packs(conn, contact, accounts)
    if not packs:
        yield _found(contact, "gate.no_rules", "no rules are known under which it was made")
        return
    at = contact.made.at
    record = Record(
        zones=_zones(conn, contact.person_id, accounts[0], packs, at),
        contacts=tuple(earlier.made for earlier in before),
        facts=tuple(known.fact for known in person_facts.of_person(conn, contact.person_id, at)),
    )
    found = {breach.rule: breach for breach in judge_made(_made(contact, contact.contact_id in ours), record, packs)}
    if contact.breach is not None:
        reported = _found(contact, f"gate.{contact.breach}", "it was reported otherwise than permitted")
        found.setdefault(reported.rule, reported)
    yield from found.values()


def _made(contact: Contact, is_ours: bool) -> Made:
    """What is no message of this system was made by a person or an agency, who must have asked."""
    return Made(
        contact=contact.made,
        purpose=contact.purpose,
        notice=contact.notice,
        permit=contact.permit_id,
        reference=contact.contact_id,
        needs_permit=not is_ours,
    )


def _packs(conn: Connection, contact: Contact, account_ids: Iterable[str]) -> tuple[Pack, ...]:
    """Those of its own case; else of the case that was opened last before it, of the accounts that it is about."""
    row = None if contact.case_id is None else cases.get(conn, contact.case_id)
    if row is None:
        episodes = [found for account_id in account_ids for found in cases.episodes(conn, account_id)]
        opened = [found for found in episodes if found.opened_at <= contact.made.at]
        row = max(opened, key=lambda found: found.opened_at, default=None)
    return () if row is None else policies.rules(conn, row.rules).packs


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
        return (ANYWHERE,)
    return tuple(zone for zone in zones if zone != "Etc/Unknown")


def _unasked(key: str, at: datetime) -> Breach:
    return Breach(key, at, "gate.unasked", "design", "the message left and no contact on record speaks of it")


def _found(contact: Contact, rule: str, why: str) -> Breach:
    return Breach(contact.contact_id, contact.made.at, rule, "design", why)


def _chains(conn: Connection) -> Iterator[tuple[str, list[chain.Link]]]:
    """Name and rows of every chain of audit rows, of the cases and of the system."""
    for case_id in audited.case_ids(conn):
        yield case_id, _links(audit_rows.rows(conn, case_id))
    for name in audited.system_chains(conn):
        yield name, _links(system_audit.rows(conn, name))


def _links(rows: Iterable[Link]) -> list[chain.Link]:
    return [chain.Link(r.chain, r.number, r.kind, r.at, r.body, r.previous_hash, r.hash) for r in rows]
