"""Contact: the question that every message and call asks before it leaves, what is on record, and the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.model.strategy import Channel

COLLECTOR_OF_THE_BANK = "bank"
"""The collector id of the bank's own staff and systems; each agency has an id of its own."""
CLOCKS_APART = timedelta(minutes=5)
"""By how much the clocks of two that keep the record may differ."""


class Actor(StrEnum):
    """Who wants to make the contact: rules bind some of them and not others."""

    CREDITOR = "creditor"
    """The bank, in its own name."""
    AGENCY = "agency"
    """A third party that collects for the bank."""
    PURCHASER = "purchaser"
    """Who bought the debt, or services it for who did."""
    LAW_FIRM = "law_firm"
    """A law firm that collects for the bank."""


class Party(StrEnum):
    """Whom the contact is for, in the words of the law."""

    DEBTOR = "debtor"
    """The person who owes (elsewhere in this code: obligor, customer)."""
    GUARANTOR = "guarantor"
    """Who guaranteed the debt and owes with the debtor."""
    SPOUSE = "spouse"
    """The husband or wife of the debtor."""
    RESERVED_CONTACT = "reserved_contact"
    """A contact person whom the debtor named to the bank."""
    RELATIVE = "relative"
    """Another member of the debtor's family."""
    EMPLOYER = "employer"
    """Who employs the debtor."""
    COLLEAGUE = "colleague"
    """Who works with the debtor."""
    REFEREE = "referee"
    """Who spoke for the debtor when the account was opened."""
    ATTORNEY = "attorney"
    """The lawyer or adviser who represents the debtor."""
    AGENCY_OF_DEBTOR = "agency_of_debtor"
    """A debt adviser or agency that acts for the debtor."""
    GUARDIAN = "guardian"
    """Whom a court or the law put in the debtor's place."""
    AUTHORISED_PERSON = "authorised_person"
    """A relative or friend whom the debtor gave authority to act."""
    SUPPLEMENTARY_CARDHOLDER = "supplementary_cardholder"
    """Who holds a second card of the account: may spend, and does not owe."""


class Direction(StrEnum):
    """Who made the contact."""

    OUT = "out"
    """The bank or its collector."""
    IN = "in"
    """The customer or another party."""


class Place(StrEnum):
    """Where the party is reached."""

    HOME = "home"
    """At home, or on the person's own number or address."""
    WORKPLACE = "workplace"
    """At work."""


class Purpose(StrEnum):
    """What the contact is for."""

    COLLECT = "collect"
    """To collect: remind, ask, negotiate. Everything that is nothing else."""
    SERVICE_NOTICE = "service_notice"
    """A notice that serves the account and asks for nothing; a hold may leave it free."""
    LEGAL_NOTICE = "legal_notice"
    """A notice that the law requires; free of a hold only when the hold's rule names it."""
    CONFIRM_OPT_OUT = "confirm_opt_out"
    """The single confirmation that an opt-out was heard."""


class Outcome(StrEnum):
    """What became of a call or message."""

    NO_ANSWER = "no_answer"
    """It rang and nobody answered."""
    VOICEMAIL = "voicemail"
    """A voice message was left, or a recording answered."""
    BUSY = "busy"
    """The line was busy: not connected."""
    NOT_IN_SERVICE = "not_in_service"
    """The number is invalid or out of service: not connected."""
    DROPPED = "dropped"
    """Answered, then cut off."""
    CONVERSATION = "conversation"
    """Two people spoke."""
    DELIVERED = "delivered"
    """A message reached the address; what counts until the opposite is known."""
    FAILED = "failed"
    """A message did not reach the address."""
    PENDING = "pending"
    """Permitted or on its way, and not reported yet: it holds its place in every cap."""
    UNREPORTED = "unreported"
    """Permitted, never reported, expired: counts as an attempt that connected."""


@dataclass(frozen=True, slots=True)
class ContactAsk:
    """May this actor reach this party in this way at this instant, about these debts?"""

    channel: Channel
    at: datetime
    """Aware."""
    debts: tuple[str, ...] = ()
    """Ids of the debts that the contact is about; none: all of them."""
    actor: Actor = Actor.CREDITOR
    collector: str = COLLECTOR_OF_THE_BANK
    """Which bank or agency: some caps count each by itself."""
    party: Party = Party.DEBTOR
    party_id: str | None = None
    """Which person of that kind, where there may be several; None: not told apart."""
    address: str | None = None
    """Id of the number or address (never the address itself); None: not known, and counted as every one."""
    place: Place = Place.HOME
    purpose: Purpose = Purpose.COLLECT
    notice: str | None = None
    """Id of the notice that this contact is, where a pack has a rule about it."""


@dataclass(frozen=True, slots=True)
class PastContact:
    """A call, message or visit that was made, or is permitted and still open."""

    at: datetime
    channel: Channel
    outcome: Outcome
    direction: Direction = Direction.OUT
    actor: Actor = Actor.CREDITOR
    collector: str = COLLECTOR_OF_THE_BANK
    party: Party = Party.DEBTOR
    party_id: str | None = None
    address: str | None = None
    debts: tuple[str, ...] = ()
    """None: it counts for every debt."""
    place: Place = Place.HOME
    consented: str | None = None
    """Id of the consent rule under which the collector made it, when it says so; else the record tells."""

    @classmethod
    def pending(cls, ask: ContactAsk) -> PastContact:
        """What was asked for, on its way."""
        return cls(
            at=ask.at,
            channel=ask.channel,
            outcome=Outcome.PENDING,
            actor=ask.actor,
            collector=ask.collector,
            party=ask.party,
            party_id=ask.party_id,
            address=ask.address,
            debts=ask.debts,
            place=ask.place,
        )


class FactKind(StrEnum):
    """A fact about the person that bears on contact."""

    HOLD = "hold"
    """``name``: the hold. It lasts until an event closes it, it is released, ``until``, or the pack's most days."""
    RELEASE = "release"
    """``name``: the hold that a person released."""
    EVENT = "event"
    """``name``: something that happened, such as ``plan_broken``: it may close a hold, or end a consent."""
    CONSENT = "consent"
    """``name``: the kind of consent that the customer gave, for ``days`` (day 1: the day of the fact) or ``until``."""
    REVOCATION = "revocation"
    """``name``: the kind of consent that was taken back."""
    AGREED_WINDOW = "agreed_window"
    """Hours from ``opens`` to ``closes`` in which the customer agreed to be reached."""
    PREFERRED_WINDOW = "preferred_window"
    """Hours from ``opens`` to ``closes`` outside of which the customer asked not to be reached."""
    INCONVENIENT_WINDOW = "inconvenient_window"
    """Hours from ``opens`` to ``closes`` in which the customer asked not to be reached."""
    LOST_CONTACT = "lost_contact"
    """The debtor was found to be out of contact; a later conversation ends it."""
    OPT_OUT = "opt_out"
    """No more messages: to ``address``, on ``channel`` when no address is named, or at all when neither is."""
    OPT_IN = "opt_in"
    """The customer took an opt-out back; same scope."""
    NOTICE_GIVEN = "notice_given"
    """``name``: the notice, such as ``transfer_communication``."""
    REFUSAL = "refusal"
    """``party`` (and ``party_id``) asked not to be contacted again."""
    ZONE = "zone"
    """``name``: the IANA zone in which the customer said to be."""


@dataclass(frozen=True, slots=True)
class PastFact:
    """One fact about the person, known from ``at`` on. Fields that the kind does not speak of are empty."""

    at: datetime
    kind: FactKind
    name: str = ""
    channel: Channel | None = None
    """Only for this channel; None: every one."""
    address: str | None = None
    debts: tuple[str, ...] = ()
    """Only for these debts; none: all of them."""
    party: Party = Party.DEBTOR
    party_id: str | None = None
    collector: str = COLLECTOR_OF_THE_BANK
    """To whom it was said."""
    opens: int | None = None
    """Minutes after local midnight, inclusive."""
    closes: int | None = None
    """Minutes after local midnight, exclusive; not above ``opens``: the hours cross midnight."""
    days: int | None = None
    """It holds for so many calendar days, the day of the fact being the first."""
    until: datetime | None = None
    """It holds before this instant."""


@dataclass(frozen=True, slots=True)
class Record:
    """What is on record about one person, oldest first: all that the gate may know besides the question."""

    zones: tuple[str, ...] = ()
    """IANA names of the zones in which the person may be: all must allow. None: no evidence, nothing is allowed."""
    contacts: tuple[PastContact, ...] = ()
    facts: tuple[PastFact, ...] = ()


@dataclass(frozen=True, slots=True)
class ZoneEvidence:
    """IANA names by where they come from; telephone numbers, which point to zones by their area code."""

    declared: tuple[str, ...]
    """What the person said last and what still holds."""
    addresses: tuple[str, ...]
    """The zones of the contact points that have one, the newest first."""
    phones: tuple[str, ...] = field(repr=False)
    """Numbers themselves, the newest first: they leave the ledger only into the process."""
    account: str
    """The zone in which the bank keeps the account."""


class NextKind(StrEnum):
    """What would lift a refusal."""

    INSTANT = "instant"
    """The clock alone."""
    EVENT = "event"
    """Something must happen first."""
    NEVER = "never"
    """Nothing does."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One rule that refuses, and what would lift it."""

    rule: str
    """``<pack>.<id>``, such as ``cn.day``."""
    source: str
    """Instrument and citation of the rule, for people."""
    why: str
    """One sentence for people."""
    next: NextKind
    next_at: datetime | None = None
    """With ``INSTANT``: the first instant at which this rule allows."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer: every rule that refuses, in the order of evaluation, and what would lift them all."""

    allowed: bool
    refusals: tuple[Refusal, ...] = ()
    next: NextKind | None = None
    """None when allowed."""
    next_at: datetime | None = None
    """The earliest instant at which the same contact is allowed if nothing else happens."""
    conditions: tuple[str, ...] = ()
    """Ids of the rules that the contact must keep to, and of those that warn."""

    @property
    def refused_by(self) -> tuple[str, ...]:
        return tuple(refusal.rule for refusal in self.refusals)
