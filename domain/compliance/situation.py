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
    """Newest first."""
    facts: dict[FactKind, list[PastFact]]
    """Oldest first."""

    def of(self, kind: FactKind) -> Sequence[PastFact]:
        return self.facts.get(kind, ())


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
    contacts.sort(key=_AT, reverse=True)
    facts: dict[FactKind, list[PastFact]] = {}
    for fact in sorted(record.facts, key=_AT):
        if fact.at <= at:
            facts.setdefault(fact.kind, []).append(fact)
    return Situation(ask, at, record.zones, contacts, facts)


def midnight(day: date, zone: str) -> datetime:
    """The instant at which this day begins in the zone."""
    return local_instant(day, _MIDNIGHT, zone)


@lru_cache(maxsize=4096)
def end_of_days(
    at: datetime, days: int, zone: str, first_day: Literal["event_day", "next_day"] = "event_day"
) -> datetime:
    """The local midnight after so many calendar days, the first being that of ``at`` or the one after."""
    return midnight(days_after(local_day(at, zone), days + (first_day == "next_day")), zone)


def same_person(of: PastContact | PastFact, ask: ContactAsk) -> bool:
    """The same kind of party, and of several the same one, as far as both sides tell."""
    return of.party is ask.party and (of.party_id == ask.party_id or of.party_id is None or ask.party_id is None)


def share_debt(some: Sequence[str], others: Sequence[str]) -> bool:
    """One debt is in both, or a side names none and so means all."""
    return not some or not others or any(debt in others for debt in some)


def covers(fact: PastFact, debts: Sequence[str]) -> bool:
    """The fact speaks of every one of these debts: what opens a door for one debt leaves the others closed."""
    return not fact.debts or set(debts) <= set(fact.debts)
