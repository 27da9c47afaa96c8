"""What the auditor looks at: one contact, what was on record before it, and what he finds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from domain.model.contact import ContactAsk, FactKind, Outcome, PastContact, PastFact, Place, Record
from domain.model.pack import Pack, Rule


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that the contact broke."""

    rule: str
    """``<pack>.<id>``."""
    source: str
    why: str
    """One sentence for people."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One contact and all that was known when it was made."""

    ask: ContactAsk
    contacts: tuple[PastContact, ...]
    facts: tuple[PastFact, ...]
    zones: tuple[ZoneInfo, ...]
    stack: tuple[Pack, ...]

    @property
    def binding(self) -> tuple[Pack, ...]:
        """The packs that bind who made the contact."""
        return tuple(pack for pack in self.stack if self.ask.actor in pack.applies_to.actors)

    def zones_of(self, pack: Pack) -> tuple[ZoneInfo, ...]:
        """The zones in which this pack asks its rules."""
        return self.zones[:1] if pack.clock.multi_zone == "first" else self.zones

    def facts_of(self, kind: FactKind, name: str | None = None) -> tuple[PastFact, ...]:
        """The facts of this kind, and of this name where one is given."""
        return tuple(fact for fact in self.facts if fact.kind is kind and name in (None, fact.name))

    def facts_after(self, fact: PastFact, kind: FactKind, name: str | None = None) -> tuple[PastFact, ...]:
        """Those that stand after this one on record: of one instant, the order of the record says which is later."""
        # Of facts that are alike the last is meant: what ends that one ends the others too.
        place = max(i for i, other in enumerate(self.facts) if other == fact)
        return replace(self, facts=self.facts[place + 1 :]).facts_of(kind, name)


def scene_of(ask: ContactAsk, record: Record, stack: tuple[Pack, ...]) -> Scene:
    """What was on record at the instant of the contact, oldest first; what is pending counts wherever it lies.

    Sorting keeps the order of the record among those of one instant.
    """
    contacts = sorted(record.contacts, key=lambda contact: contact.at)
    facts = sorted(record.facts, key=lambda fact: fact.at)
    return Scene(
        ask=ask,
        contacts=tuple(c for c in contacts if c.at <= ask.at or c.outcome is Outcome.PENDING),
        facts=tuple(fact for fact in facts if fact.at <= ask.at),
        zones=tuple(ZoneInfo(name) for name in record.zones),
        stack=stack,
    )


def finding(pack: Pack, rule: Rule, why: str) -> Finding:
    """A finding about a rule of a pack."""
    return Finding(f"{pack.id}.{rule.id}", str(pack.sources[rule.source]), why)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """The calendar date on the wall at this instant."""
    return at.astimezone(zone).date()


def lasts(
    since: datetime,
    days: int | None,
    at: datetime,
    zone: ZoneInfo,
    first_day: Literal["event_day", "next_day"] = "event_day",
) -> bool:
    """Whether the instant lies within so many calendar dates; None: they have no end."""
    if days is None:
        return True
    day_1_is = 0 if first_day == "event_day" else 1
    return (day_of(at, zone) - day_of(since, zone)).days - day_1_is < days


def least(*limits: int | None) -> int | None:
    """The least of the limits that there are."""
    return min((limit for limit in limits if limit is not None), default=None)


def same_person(one: ContactAsk | PastFact, other: PastContact | PastFact) -> bool:
    """Whether both speak of one person; who is not told apart counts as the same."""
    return one.party is other.party and (one.party_id == other.party_id or None in (one.party_id, other.party_id))


def agreed_for(fact: PastFact, about: ContactAsk | PastContact) -> bool:
    """Whether what was agreed opens a door here: only to the person, and at the address, that it names.

    Unlike what closes a door it does not count where the person or the address is not known.
    """
    same_address = fact.address in (None, about.address)
    return fact.party is about.party and fact.party_id in (None, about.party_id) and same_address


def share_a_debt(some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether both are about one debt; who names none is about all."""
    return not some or not others or any(debt in others for debt in some)


def fits_place(place: Place | None, ask: ContactAsk) -> bool:
    """Whether a rule for this place is asked; None: anywhere."""
    return place in (None, ask.place)
