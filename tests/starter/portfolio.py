"""Persons with cases under any rules, and what happens to them, written straight into the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import JsonValue
from sqlalchemy import Connection, create_engine, text, update

from activities import evidence
from domain.model.case import Stage
from domain.model.commands import SendNotice
from domain.model.contact import Actor, ContactAsk, Direction, FactKind, Outcome, PastContact, PastFact
from domain.model.facts import Account, MessageState
from domain.model.money import Money
from domain.model.rules import Rules
from domain.model.stops import StopKind
from domain.model.strategy import Channel
from ledger import accounts, audit, cases, contacts, messages, permits, person_facts, policies, stops
from ledger.accounts import ContactPoint
from ledger.contacts import Contact
from ledger.engine import Ledger
from ledger.person_facts import PersonFact
from ledger.stops import Stop
from ledger.tables import cases as case_rows
from policies.packs import load_rules
from starter.auditing import Audited, audit_ledger
from starter.feed.freshness import say_complete
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

        A call had its permit, unless told otherwise (``permitted``; ``permit``: see ``store_permitted``); what has none
        and tells of no case, breach or call of the customer is a message of ours. All is sealed as this system does it.
        """
        permit = more.pop("permit", {})
        made = {"channel": Channel.EMAIL, "outcome": Outcome.DELIVERED, "debts": (name,)} | more
        told = {key: made.pop(key) for key in OF_LEDGER if key in made}
        permitted = made.pop("permitted", made["channel"] is Channel.CALL and "direction" not in made)
        past = PastContact(at=self.at(name, when), **made)  # type: ignore[arg-type]  # by name
        is_ours = not (permitted or "permitted" in more or told.keys() & {"case_id", "breach"})
        contact_id = contact_id or f"{name} {when}"
        contact = Contact(contact_id, name, past, **({"case_id": f"{name}/1"} | told))  # type: ignore[arg-type]  # by name
        with self.ledger.write() as conn:
            if permitted:
                store_permitted(conn, contact, **permit)  # type: ignore[arg-type]  # by name
            elif is_ours and past.direction is Direction.OUT:
                store_message(conn, contact)
            else:
                store_report(conn, contact)
        return contact_id

    def tell(self, whom: str, kind: FactKind, when: str = "2026-03-01T10:00", known: str = "", **more: object) -> str:
        """A fact about the person, recorded when it was said unless told otherwise."""
        fact = PastFact(at=self.at(whom, when), kind=kind, **more)  # type: ignore[arg-type]  # by name
        with self.ledger.write() as conn:
            person_facts.add(conn, PersonFact(f"{whom}-{kind}", whom, fact, self.at(whom, known or when)))
        return f"{whom}-{kind}"

    def step(self, account_id: str) -> None:
        """The case takes its first step, at once."""
        with self.ledger.write() as conn:
            row = cases.open_row(conn, account_id)
            assert row is not None
            changed = {"step_no": 1, "as_of": BEFORE, "stage": Stage.REMINDING}
            conn.execute(update(case_rows).where(case_rows.c.case_id == row.case_id).values(changed))
            decision = {"stage": Stage.REMINDING.value, "outcome": None}
            audit.append(conn, row.case_id, evidence.STEP, BEFORE, {"step_no": 1, "decision": decision})

    def stop(self, kind: StopKind, value: str, at: datetime, released_at: datetime | None = None) -> None:
        """An emergency stop, and its release."""
        with self.ledger.write() as conn:
            stops.set_stop(conn, Stop("halt", kind, value, at, "op-1", "why"))
            if released_at is not None:
                stops.release(conn, "halt", released_at, "op-2")

    def complete(self, until: datetime, told_at: datetime) -> None:
        """The bank says that its feed is complete."""
        with self.ledger.write() as conn:
            say_complete(conn, until, told_at)

    def at(self, name: str, when: str) -> datetime:
        return datetime.fromisoformat(when).replace(tzinfo=ZoneInfo(self.zones[name])).astimezone(UTC)

    def audit(self, since: datetime | None = None) -> Audited:
        return audit_ledger(self.ledger, since)


def store_message(conn: Connection, contact: Contact) -> None:
    """The message of this system that a contact is, from its intent to what became of it."""
    made, command = contact.made, _message_of(contact)
    messages.intend(conn, command, contact.person_id, made.address, made.at.date(), made.at, party=made.party)
    pending = Contact.pending(command.key, contact.person_id, ask_of(contact), case_id=contact.case_id)
    contacts.add(conn, pending)
    sealed = evidence.of_notice(command, person_id=contact.person_id, **evidence.of_contact(ask_of(contact)))
    audit.append(conn, command.case_id, "notice_intended", made.at, sealed)
    state = MessageState.REFUSED if contact.cancelled_at else _STATES[made.outcome]
    if state is MessageState.SENDING:
        return
    messages.settle(conn, command.key, state, made.at)
    if contact.cancelled_at:
        contacts.cancel(conn, command.key, contact.cancelled_at)
    else:
        contacts.settle(conn, command.key, made.outcome, made.at)
    audit.append(conn, command.case_id, f"notice_{state}", made.at, evidence.of_notice(command))


def store_permitted(
    conn: Connection,
    contact: Contact,
    *,
    issued: int = -30,
    opens: int = -30,
    ends: int = 90,
    taken_back: int | None = None,
    **asked: JsonValue,
) -> None:
    """The permit of a contact, by minutes from it, and its report; ``asked``: what the permit was given for instead."""
    made, name, case_id = contact.made, contact.contact_id, contact.case_id
    at = {minutes: made.at + timedelta(minutes=minutes) for minutes in (issued, opens, ends, taken_back or 0)}
    given = {"valid_from": at[opens], "expires_at": at[ends]}
    ask = replace(ask_of(contact), at=at[opens])
    permits.issue(conn, name, contact.person_id, ask, issued_at=at[issued], case_id=case_id, **given)
    sealed = {"permit": name, **who(contact), **what(contact), **as_text(given), **asked}
    seal(conn, case_id, "permit_given", at[issued], sealed)
    if taken_back is not None:
        permits.cancel(conn, name, at[taken_back])
        seal(conn, case_id, "permit_closed", at[taken_back], {"permit": name, "how": "cancelled"})
    if made.outcome is not Outcome.PENDING:
        permits.report(conn, name, made.outcome, made_at=made.at, reported_at=made.at, breach=contact.breach)
        seal_report(conn, contact)


def store_report(conn: Connection, contact: Contact) -> None:
    """A contact that was reported without a permit."""
    contacts.add(conn, replace(contact, reported_at=contact.made.at))
    seal_report(conn, contact)


def seal_report(conn: Connection, contact: Contact) -> None:
    made = contact.made
    told = {"direction": made.direction.value, "outcome": made.outcome.value, "made_at": made.at.isoformat()}
    known = {"consented": made.consented, "breach": contact.breach}
    body = {"contact": contact.contact_id, **who(contact), **what(contact), **told, **known}
    seal(conn, contact.case_id, "contact_reported", made.at, body)


def seal(conn: Connection, case_id: str | None, kind: str, at: datetime, body: Mapping[str, JsonValue]) -> None:
    """A row of evidence; of no case there is none."""
    if case_id is not None:
        audit.append(conn, case_id, kind, at, body)


def who(contact: Contact) -> dict[str, JsonValue]:
    """Who reached whom, as rows of evidence say it."""
    made = contact.made
    words = {name: str(getattr(made, name)) for name in ("channel", "party", "actor", "collector")}
    return {**words, "party_id": made.party_id, "address_id": made.address}


def what(contact: Contact) -> dict[str, JsonValue]:
    """Where it reached whom and what for, as rows of evidence say it."""
    return {"place": contact.made.place.value, "purpose": contact.purpose.value, "notice": contact.notice}


def ask_of(contact: Contact) -> ContactAsk:
    """The question that the contact was."""
    same = {field.name: getattr(contact.made, field.name) for field in fields(ContactAsk) if field.name in _OF_CONTACT}
    return ContactAsk(**same, purpose=contact.purpose, notice=contact.notice)


def as_text(instants: Mapping[str, datetime]) -> dict[str, JsonValue]:
    return {name: at.isoformat() for name, at in instants.items()}


def _message_of(contact: Contact) -> SendNotice:
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
        purpose=contact.purpose,
        legal_notice=contact.notice,
    )


OF_LEDGER = ("purpose", "notice", "case_id", "breach", "cancelled_at")
CALL = {"channel": Channel.CALL, "outcome": Outcome.NO_ANSWER}
AGENCY = {"actor": Actor.AGENCY, "collector": "agency-1", "permitted": True}
_OF_CONTACT = {field.name for field in fields(PastContact)}
_STATES = {
    Outcome.PENDING: MessageState.SENDING,
    Outcome.DELIVERED: MessageState.SENT,
    Outcome.FAILED: MessageState.FAILED,
}


def found(audited: Audited) -> list[tuple[str, str]]:
    return sorted((breach.reference, breach.rule) for breach in audited.breaches)


@contextmanager
def unguarded(ledger: Ledger) -> Iterator[Connection]:
    """A transaction of somebody who got rid of every trigger and key that keeps the ledger as it is."""
    engine = create_engine(ledger.engine.url)
    with engine.begin() as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for name in conn.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                conn.execute(text(f"DROP TRIGGER {name}"))
        yield conn
    engine.dispose()
