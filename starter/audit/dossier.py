"""The dossier: all that the ledger has of one person, read once, in the auditor's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection

from domain.audit import seals
from domain.audit.seals import Seal
from domain.audit.told import KeptContact, KeptMessage, KeptPermit, KeptPoint
from domain.model.facts import Account
from ledger import accounts, audited, cases, contacts, people
from ledger.accounts import ContactPoint
from ledger.audited import AuditedFact
from ledger.cases import CaseRow
from starter.audit.chains import Chain
from starter.audit.words import contact_of, message_of, point_of


@dataclass(frozen=True)
class Dossier:
    """A person; or what speaks of cases that the ledger does not have, and so of nobody."""

    person_id: str
    accounts: Mapping[str, Account]
    cases: Mapping[str, CaseRow]
    chains: Mapping[str, Chain]
    line: tuple[KeptContact, ...]
    """The person's contacts, oldest first, what counts as not made too."""
    contacts: Mapping[str, KeptContact]
    """The same, and whatever else messages and evidence speak of, by id."""
    messages: Mapping[str, KeptMessage]
    permits: Mapping[str, KeptPermit]
    points: Sequence[ContactPoint]
    facts: Sequence[AuditedFact]

    @cached_property
    def seals(self) -> tuple[Seal, ...]:
        """What all chains of the person tell."""
        return tuple(seal for chain in self.chains.values() for seal in chain.seals)

    @cached_property
    def told_of(self) -> Mapping[str, Sequence[Seal]]:
        """The rows that tell of a permit or a report, by the contact's id."""
        found: dict[str, list[Seal]] = {}
        for name in ("permit", "contact"):
            for subject, told in seals.by(name, self.seals).items():
                found.setdefault(subject, []).extend(told)
        return found

    def told_of_message(self, key: str) -> Sequence[Seal]:
        """The rows of its case that tell of a message of this person."""
        return self.chains[self.messages[key].case_id].of_messages.get(key, ())

    @cached_property
    def kept_points(self) -> Mapping[str, KeptPoint] | None:
        """By id; None: it is nobody's dossier."""
        return None if not self.person_id else {p.contact_point_id: point_of(p) for p in self.points}


def read(conn: Connection, person_id: str) -> Dossier:
    """The person's dossier."""
    owed = {account_id: accounts.get_account(conn, account_id) for account_id in people.accounts_of(conn, person_id)}
    rows = {row.case_id: row for account_id in owed for row in cases.episodes(conn, account_id)}
    line = tuple(contact_of(contact) for contact in contacts.of_person(conn, person_id))
    points, facts = audited.points_of(conn, person_id), audited.facts_of(conn, person_id)
    return _read(conn, person_id, owed, rows, tuple(rows), line, points, facts)


def read_without_case(conn: Connection, case_ids: Sequence[str]) -> Dossier:
    """What speaks of cases that the ledger does not have."""
    return _read(conn, "", {}, {}, case_ids, (), (), ())


def _read(
    conn: Connection,
    person_id: str,
    owed: Mapping[str, Account],
    rows: Mapping[str, CaseRow],
    case_ids: Sequence[str],
    line: tuple[KeptContact, ...],
    points: Sequence[ContactPoint],
    facts: Sequence[AuditedFact],
) -> Dossier:
    chains = {name: Chain.of(name, links) for name, links in audited.rows(conn, case_ids).items()}
    messages = {message.key: message_of(message) for message in audited.messages_of(conn, case_ids)}
    told = [seal for chain in chains.values() for seal in chain.seals]
    subjects = {*messages, *seals.by("permit", told), *seals.by("contact", told)}
    by_id = {contact.contact_id: contact for contact in line}
    by_id |= {c.contact_id: contact_of(c) for c in audited.contacts_of(conn, subjects - by_id.keys())}
    named = {contact.permit_id for contact in line if contact.permit_id is not None}
    permits = {p.permit_id: KeptPermit(**vars(p)) for p in audited.permits_of(conn, named | subjects - messages.keys())}
    return Dossier(person_id, owed, rows, chains, line, by_id, messages, permits, points, facts)
