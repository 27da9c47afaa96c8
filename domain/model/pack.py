"""A rule pack: what one body of law, supervision or convention says of collection, as data.

The parts about contact are judged by the gate and by the auditor; the duties about plans, agencies and complaints are
read by the modules they are about. Every rule names its source; packs stack, and the strictest wins.

One file although it is long: it is one schema, read from top to bottom beside docs/rule-packs.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, model_validator

from domain.model.base import Model
from domain.model.contact import Actor, Direction, Outcome, Party, Place, Purpose
from domain.model.duties import Duties
from domain.model.money import CurrencyCode
from domain.model.names import PackId, RuleId
from domain.model.strategy import Channel

MINUTES_OF_DAY = 24 * 60


def _minutes(value: object) -> object:
    """``"08:30"`` is 510; ``"24:00"`` is the end of the day."""
    if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d|24:00", value):
        return int(value[:2]) * 60 + int(value[3:])
    raise ValueError(f'"{value}" is no time of day: write hours and minutes in quotes, as "09:30"')


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


ClockMinutes = Annotated[int, BeforeValidator(_minutes), PlainSerializer(_clock, return_type=str)]
"""Minutes after local midnight, written as a time of day on the wall clock; 1440 is the end of the day."""


class SourceStatus(StrEnum):
    """How far a source was checked."""

    P = "P"
    """The primary text was seen."""
    S = "S"
    """A secondary source was seen that quotes, translates or reports it."""
    UNSURE = "S?"
    """A secondary source that is garbled, a draft, or in conflict with another."""
    M = "M"
    """From memory, not verified."""
    DESIGN = "design"
    """No source: a choice of this project or of the bank."""


class Force(StrEnum):
    """What binds by a source."""

    LAW = "law"
    REG = "reg"
    OFFICIAL_INTERPRETATION = "official_interpretation"
    STD = "std"
    SELF = "self"
    GUIDE = "guide"
    DRAFT = "draft"
    BANK_POLICY = "bank_policy"


class RuleSource(Model):
    """Where a rule comes from, and how far that was checked."""

    instrument: str
    citation: str
    """Article or section; ``not seen`` when only a report of it was read."""
    url: str | None = None
    seen_on: date | None = None
    status: SourceStatus
    force: Force

    def __str__(self) -> str:
        return f"{self.instrument}, {self.citation}"


class Effect(StrEnum):
    """What a rule does when it is not kept."""

    DENY = "deny"
    """The contact is refused."""
    PRESUMPTION = "presumption"
    """The law presumes a violation: refused as well."""
    WARN = "warn"
    """The contact is allowed, and the rule is among its conditions."""


class Header(Model):
    """Which pack it is, for whom, and who stands behind it."""

    id: PackId
    version: int = Field(ge=1)
    title: str
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    """ISO 3166-1; None: everywhere."""
    region: str | None = Field(default=None, pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$")
    currency: CurrencyCode | None = None
    extends: tuple[PackId, ...] = ()
    merge: Literal["strictest"] = "strictest"
    valid_from: date
    valid_to: date | None = None
    """Last day on which it holds; afterwards nothing is allowed under it."""
    reviewed_on: date | None = None
    reviewed_by: str | None = None
    production: bool = False

    @model_validator(mode="after")
    def _is_sound(self) -> Header:
        if self.production and not (self.reviewed_by or "").strip():
            raise ValueError("a pack that nobody reviewed is not for production: give reviewed_by")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"valid_to {self.valid_to} lies before valid_from {self.valid_from}")
        return self


class AppliesTo(Model):
    """Who must obey."""

    actors: tuple[Actor, ...] = tuple(Actor)
    products: tuple[Literal["credit_card"], ...] = ("credit_card",)
    debtor_kinds: tuple[Literal["natural_person"], ...] = ("natural_person",)


class Clock(Model):
    """How the customer's wall clock is found."""

    zone_evidence: tuple[Literal["declared", "address", "phone_area_code", "account"], ...] = (
        "declared",
        "address",
        "phone_area_code",
    )
    """In the order of trust. What the customer declared stands alone; else all that the rest points to.

    ``account``: the zone in which the bank keeps the account counts, where a country has one zone."""
    multi_zone: Literal["intersect", "first"] = "intersect"
    day: Literal["local_midnight"] = "local_midnight"
    stop_dialling_before_close: int = Field(default=0, ge=0, le=120)
    """Minutes of the bank's own margin before every window closes."""


class Holidays(Model):
    """Which days are public holidays: a calendar of the ``holidays`` library, and corrections to it."""

    calendar: str = Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")
    """Country, or country and subdivision."""
    kinds: tuple[Literal["national", "regional"], ...] = ("national",)
    extra: tuple[date, ...] = ()
    exclude: tuple[date, ...] = ()


class Rule(Model):
    """What every rule says: its id, unique in its pack, and its source."""

    id: RuleId
    source: RuleId
    note: str = ""
    """What people should know, such as how the source was read."""


class Window(Rule):
    """Local hours of contact. Windows with one id are pieces of one rule: any of them suffices."""

    channels: tuple[Channel, ...] = tuple(Channel)
    parties: tuple[Party, ...] = tuple(Party)
    place: Place | None = None
    """None: anywhere."""
    weekdays: tuple[Annotated[int, Field(ge=1, le=7)], ...] = (1, 2, 3, 4, 5, 6, 7)
    """ISO: Monday is 1."""
    open: ClockMinutes
    """Inclusive."""
    close: ClockMinutes
    """Exclusive."""
    on_holiday: Literal["same", "closed", "warn"] = "same"
    widen_by: Literal["none", "debtor_consent", "debtor_consent_given_directly"] = "none"
    """Whether agreed hours open it too: whoever asks (``debtor_consent``), or only the collector to whom they were
    agreed (``debtor_consent_given_directly``)."""
    narrow_by: Literal["none", "debtor_request"] = "debtor_request"
    effect: Effect = Effect.DENY

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Window:
        if self.open >= self.close:
            raise ValueError(f"the window {self.id} is empty: it opens before it closes")
        return self


class CapUnit(StrEnum):
    """What a cap counts. Each counts what is pending too."""

    ATTEMPT = "attempt"
    """Every contact made or tried."""
    CONNECTED = "connected"
    """Attempts that connected: not busy, not out of service, no message that failed."""
    CONVERSATION = "conversation"
    """Calls in which two people spoke."""
    CONTACT = "contact"
    """What reached somebody: a conversation, a dropped call, a voice message, a message that did not fail."""
    MESSAGE = "message"
    """Text messages, mail and letters that did not fail."""
    VISIT = "visit"
    """Visits."""


class Scope(StrEnum):
    """What must be the same for an event to count for a question. What either does not tell counts as the same."""

    PERSON = "person"
    """The person reached: the same party, and the same of several."""
    DEBT_PARTY = "debt_party"
    """The same kind of party."""
    NUMBER = "number"
    """The same number or address."""
    DEBT = "debt"
    """One of the same debts."""
    CHANNEL = "channel"
    """The same channel."""


class Period(Model):
    """A stretch of calendar dates in the customer's zone, the day of the event being the first."""

    kind: Literal["rolling_dates", "calendar_day", "calendar_week", "calendar_month"]
    n: int = Field(default=1, ge=1, le=3660)
    """Days for ``rolling_dates``; else so many calendar units, the current one included."""


class Cap(Rule):
    """At most so many contacts of a kind in a period; the next one is refused."""

    max: int = Field(ge=0)
    unit: CapUnit
    outcomes_excluded: tuple[Outcome, ...] = ()
    channels: tuple[Channel, ...] = tuple(Channel)
    """Which events count, and which questions are bound."""
    parties: tuple[Party, ...] = tuple(Party)
    """Which questions are bound."""
    place: Place | None = None
    """Which questions are bound, and which events count: those at this place. None: anywhere."""
    directions: tuple[Direction, ...] = (Direction.OUT,)
    scope: tuple[Scope, ...]
    actors_added: Literal["all", "each"]
    """Whose events add up: bank and agencies together, or each collector by itself."""
    debts_mode: Literal["per_debt", "any_debt"] = "per_debt"
    period: Period
    ignore_while: tuple[RuleId, ...] = ()
    """Consents of this pack: while one holds the cap is not asked, and contacts made under it do not count."""
    effect: Effect = Effect.DENY


class After(Model):
    """The event that begins a cool-down."""

    event: Outcome
    directions: tuple[Direction, ...] = (Direction.OUT, Direction.IN)
    channels: tuple[Channel, ...] = (Channel.CALL,)


class Blocks(Model):
    """Which contacts a cool-down closes."""

    channels: tuple[Channel, ...] = tuple(Channel)
    parties: tuple[Party, ...] = tuple(Party)


class Cooldown(Rule):
    """No contact for some calendar days after an event."""

    after: After
    days: int = Field(ge=1, le=3660)
    """The first counts as 1: 7 from a Monday ends with the Sunday."""
    first_day: Literal["event_day", "next_day"] = "event_day"
    blocks: Blocks
    scope: tuple[Scope, ...]
    actors_added: Literal["all", "each"]
    ignore_while: tuple[RuleId, ...] = ()
    effect: Effect = Effect.DENY


class Consent(Rule):
    """A consent that a person may give, and what it opens: contact with that person, and with nobody else."""

    grants: Literal["extra_calls", "window", "third_party", "channel"]
    """``channel``: the ``channels`` are closed without it. The others lift the rules that name it; with
    ``third_party`` the fact names the party that it opens."""
    channels: tuple[Channel, ...] = ()
    max_days: int | None = Field(default=None, ge=1)
    first_day: Literal["event_day", "next_day"] = "event_day"
    ends_on: tuple[Literal["conversation", "revocation"], ...] = ("revocation",)
    """``conversation``: one with the same person about one of the same debts."""
    must_be_given_to: Literal["this_actor", "any"] = "any"
    """``this_actor``: it counts for the collector to which it was given, and that one's conversations end it."""
    evidence: tuple[Literal["recording", "text", "document"], ...] = ()


class HonourWithin(Model):
    """How soon an opt-out must take effect. The engine honours it at once, whatever this says."""

    n: int = Field(ge=0)
    unit: Literal["minutes", "business_days"]


class OptOut(Rule):
    """That a customer may stop contact by some channels, by which words, and how wide the stop is."""

    channels: tuple[Channel, ...]
    keywords: dict[Annotated[str, Field(pattern=r"^[a-z]{2}$")], tuple[str, ...]] = Field(default_factory=dict)
    """By language; none: what is said there goes to a person, who records what was meant."""
    opt_in_keywords: dict[Annotated[str, Field(pattern=r"^[a-z]{2}$")], tuple[str, ...]] = Field(default_factory=dict)
    """By which words a customer takes an opt-out back, by language."""
    scope: Literal["address", "channel", "all"]
    confirmations_allowed: int = Field(default=1, ge=0, le=1)
    honour_within: HonourWithin = HonourWithin(n=0, unit="minutes")


class Blocked(StrEnum):
    """What a hold closes."""

    COLLECT_CONTACT = "collect_contact"
    SERVICE_NOTICE = "service_notice"
    INTEREST = "interest"
    FEES = "fees"
    LEGAL = "legal"
    ASSIGN_AGENCY = "assign_agency"
    FURNISH_NEGATIVE = "furnish_negative"
    SELL = "sell"


class PackHold(Rule):
    """A door that an event closes, until another event or a date opens it."""

    opened_by: RuleId
    closed_by: tuple[RuleId, ...] = ()
    max_days: int | None = Field(default=None, ge=1)
    first_day: Literal["event_day", "next_day"] = "event_day"
    scope: Literal["person", "debt"] = "person"
    """``debt``: only contacts about a debt on which it still lies; ``person``: whatever the contact is about."""
    blocks: tuple[Blocked, ...] = Field(min_length=1)
    parties: tuple[Party, ...] = tuple(Party)
    """To whom a hold on the debtor closes contact; one on somebody else closes it to that person, and nobody else."""
    place: Place | None = None
    """Only at this place; None: anywhere."""
    channels: tuple[Channel, ...] = tuple(Channel)
    """Only on these channels: the others stay open."""
    allows: tuple[Purpose, ...] = ()
    """The closed list of what leaves in spite of it."""
    turns_to: tuple[Party, ...] = ()
    """What it closes to the debtor goes to these instead, where one of them has a checked authority for the debt."""
    pass_on_to_agency: bool = True

    @model_validator(mode="after")
    def _ends(self) -> PackHold:
        if not self.closed_by and self.max_days is None:
            raise ValueError(f"the hold {self.id} has no end: give closed_by or max_days")
        return self


class PartyRule(Rule):
    """Whether a party may be reached, when, and what it may be told."""

    id: Party
    reach: Literal["free", "conditional", "never"]
    condition: RuleId | None = None
    """Predicate of the pack, or a consent with ``grants: third_party``."""
    content: Literal["full", "relay_only", "location_only", "none"] = "full"
    max_contacts: int | None = Field(default=None, ge=0)
    stop_on_refusal: bool = True

    @model_validator(mode="after")
    def _condition_fits(self) -> PartyRule:
        if (self.condition is not None) != (self.reach == "conditional"):
            raise ValueError(f"the party {self.id} needs a condition exactly when its reach is conditional")
        return self


class FailedInARow(Model):
    """So many attempts to reach the debtor failed, none between them succeeded."""

    n: int = Field(ge=1)
    then: Literal["at_once", "next_day"] = "next_day"


class DaysUnreachable(Model):
    """So many consecutive calendar days with attempts, none of which succeeded; from the day after."""

    n: int = Field(ge=1)


class Signs(Model):
    """One sign is enough."""

    number_invalid: bool = False
    """The last attempt at every number tried since the last conversation found it out of service."""
    failed_attempts_in_a_row: FailedInARow | None = None
    days_unreachable: DaysUnreachable | None = None
    holds: tuple[RuleId, ...] = ()
    """One of these holds lies on the debtor (death, incapacity)."""


class Predicate(Rule):
    """A condition with a name: true when a fact of kind ``lost_contact`` says so, or when one of the signs is seen.

    A conversation with the debtor ends it.
    """

    any: Signs


class Disclosure(Rule):
    """What a contact must say."""

    when: Literal["first_contact", "first_written", "every_contact", "every_electronic", "letter"]
    channels: tuple[Channel, ...] = tuple(Channel)
    parties: tuple[Party, ...] = (Party.DEBTOR, Party.GUARANTOR)
    tokens: tuple[RuleId, ...] = Field(min_length=1)


class Span(Model):
    """A number of days, and what they follow."""

    n: int = Field(ge=0)
    unit: Literal["calendar_days", "business_days", "months"]
    after: RuleId | None = None


class OpensPeriod(Span):
    """A period with a name that a notice opens."""

    id: RuleId


class PackNotice(Rule):
    """A document that must exist before an action, or by a date, or that starts a clock."""

    required_before: (
        Literal["collect_contact", "agency_contact", "assign_agency", "legal", "furnish_negative", "sell"] | None
    ) = None
    """``agency_contact``: before anybody but the bank itself collects."""
    due: Span | None = None
    items: tuple[RuleId, ...] = ()
    delivery: tuple[Channel, ...] = ()
    """By which channels it may go; none: by any."""
    assumed_receipt: Span | None = None
    opens_period: OpensPeriod | None = None


class Lint(Model):
    """Words that must not stand in a text, by language."""

    any_words: dict[Annotated[str, Field(pattern=r"^[a-z]{2}$")], tuple[str, ...]]


class ContentBan(Rule):
    """What must never be said."""

    parties: Literal["all", "third_party"] = "all"
    lint: Lint


class Pack(Duties):
    """One rule pack, as it is written and as it is judged."""

    schema_version: Literal[1] = 1
    pack: Header
    sources: dict[RuleId, RuleSource]
    applies_to: AppliesTo = AppliesTo()
    clock: Clock = Clock()
    holidays: Holidays | None = None
    windows: tuple[Window, ...] = ()
    caps: tuple[Cap, ...] = ()
    cooldowns: tuple[Cooldown, ...] = ()
    consents: tuple[Consent, ...] = ()
    opt_outs: tuple[OptOut, ...] = ()
    holds: tuple[PackHold, ...] = ()
    parties: tuple[PartyRule, ...] = ()
    """A party that no pack of a stack names is not reached."""
    predicates: tuple[Predicate, ...] = ()
    disclosures: tuple[Disclosure, ...] = ()
    notices: tuple[PackNotice, ...] = ()
    content_bans: tuple[ContentBan, ...] = ()
    examples: tuple[str, ...] = ()
    """Ids of worked examples that must hold."""

    @property
    def id(self) -> str:
        return self.pack.id

    def rules(self) -> Iterator[tuple[str, int, Rule]]:
        """Every rule about contact, with its section and its place there."""
        for section in CONTACT_SECTIONS:
            for i, rule in enumerate(getattr(self, section)):
                yield section, i, rule


CONTACT_SECTIONS = (
    "holds",
    "parties",
    "predicates",
    "notices",
    "opt_outs",
    "consents",
    "windows",
    "cooldowns",
    "caps",
    "content_bans",
    "disclosures",
)
"""In the order of evaluation."""
