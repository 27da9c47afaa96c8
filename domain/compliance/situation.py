"""The situation that a question meets: what counts of the record, and wall clocks of one instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from operator import attrgetter
from typing import Literal

from domain.calendar import days_after, local_day, local_instant, zone_of
from domain.model.contact import ContactAsk, FactKind, Outcome, PastContact, PastFact, Record

_AT = attrgetter("at")
_MIDNIGHT = time()


@dataclass(slots=True)
class Situation:
    """The question and what may bear on it. What became known after the question is left out, open permits are not."""

    ask: ContactAsk
    at: datetime
    """The instant of the question, in UTC."""
    zones: tuple[str, ...]
    contacts: list[PastContact]
    """Newest first; of one instant, the last on record first."""
    facts: dict[FactKind, list[PastFact]]
    """Oldest first; of one instant, the first on record first."""
    told: list[PastFact]
    """The same of all kinds together."""

    def of(self, kind: FactKind) -> Sequence[PastFact]:
        return self.facts.get(kind, ())

    def was_told_after(self, fact: PastFact, other: PastFact) -> bool:
        """Later; of one instant, further on in the record."""
        if fact.at != other.at:
            return fact.at > other.at
        return _place(self.told, fact) > _place(self.told, other)

    def was_made_after(self, contact: PastContact, other: PastContact) -> bool:
        """Later; of one instant, further on in the record."""
        if contact.at != other.at:
            return contact.at > other.at
        return _place(self.contacts, contact) < _place(self.contacts, other)


class Moment:
    """One instant and what the walls of the zones show then."""

    __slots__ = ("at", "walls")

    def __init__(self, at: datetime, zones: Sequence[str]) -> None:
        self.at = at
        self.walls = {zone: at.astimezone(zone_of(zone)) for zone in zones}


def situation_of(ask: ContactAsk, record: Record) -> Situation:
    """What counts for this question: the past of its instant, and every contact that is still open."""
    at = ask.at.astimezone(UTC)
    contacts = [c for c in record.contacts if c.at <= at or c.outcome is Outcome.PENDING]
    contacts.sort(key=_AT)
    contacts.reverse()  # a sort in reverse would leave those of one instant in the order of the record
    told = sorted((fact for fact in record.facts if fact.at <= at), key=_AT)
    facts: dict[FactKind, list[PastFact]] = {}
    for fact in told:
        facts.setdefault(fact.kind, []).append(fact)
    return Situation(ask, at, record.zones, contacts, facts, told)


def _place(entries: Sequence[object], entry: object) -> int:
    """By identity: the record may hold two that are equal."""
    return next(i for i, found in enumerate(entries) if found is entry)


def midnight(day: date, zone: str) -> datetime:
    """The instant at which this day begins in the zone."""
    return local_instant(day, _MIDNIGHT, zone)


@lru_cache(maxsize=4096)
def end_of_days(
    at: datetime, days: int, zone: str, first_day: Literal["event_day", "next_day"] = "event_day"
) -> datetime:
    """The local midnight after so many calendar days, the first being that of ``at`` or the one after."""
    return midnight(days_after(local_day(at, zone), days + (first_day == "next_day")), zone)


def same_person(of: PastContact | PastFact, other: ContactAsk | PastFact) -> bool:
    """The same kind of party, and of several the same one, as far as both sides tell."""
    return of.party is other.party and (of.party_id == other.party_id or of.party_id is None or other.party_id is None)


def share_debt(some: Sequence[str], others: Sequence[str]) -> bool:
    """One debt is in both, or a side names none and so means all."""
    return not some or not others or any(debt in others for debt in some)


def covers(fact: PastFact, debts: Sequence[str]) -> bool:
    """The fact speaks of every one of these debts: what opens a door for one debt leaves the others closed."""
    return not fact.debts or set(debts) <= set(fact.debts)
