"""The replay: takes a person's contacts one after the other and judges each as the record stood then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.audit import closed, permits
from domain.audit.closed import Closing
from domain.audit.judge import findings
from domain.audit.permits import Permit
from domain.audit.scene import Finding
from domain.model.contact import CLOCKS_APART, ContactAsk, Direction, PastContact, Purpose, Record
from domain.model.pack import Pack


@dataclass(frozen=True, slots=True)
class Made:
    """A contact on record, and what it was asked and permitted as."""

    contact: PastContact
    purpose: Purpose
    notice: str | None
    """Id of the notice that it was, where a pack has a rule about it."""
    permit: Permit | None
    reference: str
    """By which the ledger knows it."""
    needs_permit: bool = False
    """Whether a person or an agency made it, who must ask first."""
    asked_at: datetime | None = None
    """When this system asked for its own message; None: at the instant of the contact."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule that one contact broke."""

    reference: str
    at: datetime
    rule: str
    source: str
    why: str


NOTHING_CLOSED = Closing()


def audit(contacts: Sequence[Made], record: Record, packs: Sequence[Pack]) -> tuple[Breach, ...]:
    """Breaches of the contacts that we made, oldest first; raises ValueError for one that is not on record."""
    line = sorted(record.contacts, key=lambda contact: contact.at)
    taken: set[int] = set()
    found: list[Breach] = []
    for made in sorted(contacts, key=lambda made: made.contact.at):
        place = _place(line, made, taken)
        taken.add(place)
        if made.contact.direction is Direction.OUT:
            found += judge_made(made, replace(record, contacts=tuple(line[:place])), packs)
    return tuple(found)


def _place(line: Sequence[PastContact], made: Made, taken: set[int]) -> int:
    """Where the contact stands in the line; of two that are alike the second is another one."""
    for i, contact in enumerate(line):
        if contact == made.contact and i not in taken:
            return i
    raise ValueError(f"the contact {made.reference} is not on the record that it is judged by")


def judge_made(
    made: Made, before: Record, packs: Sequence[Pack], closing: Closing = NOTHING_CLOSED
) -> tuple[Breach, ...]:
    """Breaches of one contact by what was on record before it, itself not included."""
    ask = _ask(made)
    found = [*_permitted(made), *_open(made, ask, packs, closing), *findings(ask, before, packs)]
    return tuple(Breach(made.reference, made.contact.at, f.rule, f.source, f.why) for f in found)


def _permitted(made: Made) -> Iterator[Finding]:
    wrong = permits.breach(made.contact, made.reference, made.permit) if made.needs_permit else None
    if wrong is not None:
        yield wrong


def _open(made: Made, ask: ContactAsk, packs: Sequence[Pack], closing: Closing) -> Iterator[Finding]:
    """A stop binds who makes the contact; the feed was asked about when leave was given, and takes no permit back."""
    asked = replace(ask, at=made.asked_at or ask.at)
    yield from closed.stopped(asked, packs, closing, timedelta() if made.needs_permit else CLOCKS_APART)
    yield from closed.stale(asked if made.permit is None else replace(ask, at=made.permit.issued_at), closing)


def _ask(made: Made) -> ContactAsk:
    contact = made.contact
    return ContactAsk(
        channel=contact.channel,
        at=contact.at,
        debts=contact.debts,
        actor=contact.actor,
        collector=contact.collector,
        party=contact.party,
        party_id=contact.party_id,
        address=contact.address,
        place=contact.place,
        purpose=made.purpose,
        notice=made.notice,
    )
