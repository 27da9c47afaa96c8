"""Persons with cases under any rules, and what happens to them, written straight into the ledger."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from domain.model.commands import SendNotice
from domain.model.contact import Actor, Direction, FactKind, Outcome, PastContact, PastFact
from domain.model.facts import Account, MessageState
from domain.model.money import Money
from domain.model.rules import Rules
from domain.model.strategy import Channel
from ledger import accounts, cases, contacts, messages, person_facts, policies
from ledger.accounts import ContactPoint
from ledger.contacts import Contact
from ledger.engine import Ledger
from ledger.person_facts import PersonFact
from policies.packs import load_rules
from starter.auditing import Audited, audit_ledger
from tests.activities.world import FIRST_DUE, MINIMUM, STRATEGY, rules_with

BEFORE = datetime(2026, 2, 1, tzinfo=UTC)
TAIPEI, SYDNEY, NEW_YORK, BERLIN = "Asia/Taipei", "Australia/Sydney", "America/New_York", "Europe/Berlin"
MORNING = "2026-03-03T10:00"
"""A Tuesday, and no holiday anywhere."""


def own_rules(name: str, **parts: object) -> Rules:
    """The rules of the small world under a name of their own."""
    return rules_with(**parts).model_copy(update={"name": name})


@dataclass
class Portfolio:
    """Persons, each with an account and a case of its own; what happens is written straight into the ledger."""

    ledger: Ledger
    zones: dict[str, str] = field(default_factory=dict)

    def person(self, name: str, rules: str | Rules = "cn", zone: str = TAIPEI, *, point_zone: str | None = None) -> str:
        """A person who owes on an account of the same name; where a point has a zone, it is evidence."""
        with self.ledger.write() as conn:
            accounts.add_account(conn, Account(account_id=name, currency="TWD", zone=zone), name)
            mail = ContactPoint(f"{name}-mail", name, Channel.EMAIL, f"Canary-{name}@bank.example", zone=point_zone)
            accounts.add_contact_point(conn, mail)
        self.zones[name] = zone
        self.case(name, rules)
        return name

    def case(self, account_id: str, rules: str | Rules = "cn", opened_at: datetime = BEFORE) -> None:
        """An open case of the account under these rules."""
        pinned = load_rules(rules) if isinstance(rules, str) else rules
        with self.ledger.write() as conn:
            published = policies.publish_strategy(conn, STRATEGY, BEFORE), policies.publish_rules(conn, pinned, BEFORE)
            cases.open_case(conn, account_id, *published, opened_at)

    def point(self, name: str, channel: Channel, address: str) -> None:
        """One more address of the person."""
        with self.ledger.write() as conn:
            accounts.add_contact_point(conn, ContactPoint(f"{name}-{channel}", name, channel, address))

    def reach(self, name: str, when: str = MORNING, contact_id: str | None = None, **more: object) -> str:
        """A message by e-mail that was delivered, in all that is not told; ``when`` is on the person's wall.

        A call had its permit, unless told otherwise.
        """
        made = {"channel": Channel.EMAIL, "outcome": Outcome.DELIVERED, "debts": (name,)} | more
        permitted = {"permit_id": "permit"} if made["channel"] is Channel.CALL else {}
        told = {key: made.pop(key) for key in OF_LEDGER if key in made}
        is_ours = not permitted and not told.keys() & {"case_id", "permit_id", "cancelled_at"}
        of_ledger = {"case_id": f"{name}/1", **permitted, **told}
        contact_id = contact_id or f"{name} {when}"
        contact = Contact(contact_id, name, PastContact(at=self.at(name, when), **made), **of_ledger)  # type: ignore[arg-type]
        with self.ledger.write() as conn:
            contacts.add(conn, contact)
            if is_ours and contact.made.direction is Direction.OUT:
                command = _message_of(contact)
                messages.intend(conn, command, name, None, command.as_of.date(), command.as_of, MessageState.SENT)
        return contact_id

    def tell(self, whom: str, kind: FactKind, when: str = "2026-03-01T10:00", known: str = "", **more: object) -> str:
        """A fact about the person, recorded when it was said unless told otherwise."""
        fact = PastFact(at=self.at(whom, when), kind=kind, **more)  # type: ignore[arg-type]  # by name
        with self.ledger.write() as conn:
            person_facts.add(conn, PersonFact(f"{whom}-{kind}", whom, fact, self.at(whom, known or when)))
        return f"{whom}-{kind}"

    def at(self, name: str, when: str) -> datetime:
        return datetime.fromisoformat(when).replace(tzinfo=ZoneInfo(self.zones[name])).astimezone(UTC)

    def audit(self, since: datetime | None = None) -> Audited:
        return audit_ledger(self.ledger, since)


def _message_of(contact: Contact) -> SendNotice:
    """The message of this system that a contact is."""
    assert contact.case_id is not None
    return SendNotice(
        key=contact.contact_id,
        case_id=contact.case_id,
        account_id=contact.case_id.removesuffix("/1"),
        step="first",
        notice="first-reminder",
        attempt=1,
        channel=contact.made.channel,
        as_of=contact.made.at,
        oldest_due_on=FIRST_DUE,
        past_due=Money.of_minor(MINIMUM, "TWD"),
    )


OF_LEDGER = ("purpose", "notice", "case_id", "permit_id", "reported_at", "breach", "cancelled_at")
CALL = {"channel": Channel.CALL, "outcome": Outcome.NO_ANSWER}
AGENCY = {"actor": Actor.AGENCY, "collector": "agency-1", "permit_id": "permit"}


def found(audited: Audited) -> list[tuple[str, str]]:
    return sorted((breach.reference, breach.rule) for breach in audited.breaches)


def unguarded(ledger: Ledger, table: str) -> AbstractContextManager[Connection]:
    """A transaction of somebody who got rid of the triggers that keep the table as it is."""
    with ledger.write() as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            of_table = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
            for name in conn.scalars(of_table, {"table": table}).all():
                conn.execute(text(f"DROP TRIGGER {name}"))
    return ledger.write()
