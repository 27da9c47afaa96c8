"""Hours that the customer agreed to or asked for."""

from __future__ import annotations

from datetime import datetime

from domain.compliance.situation import Situation, end_of_days
from domain.model.contact import ContactAsk, FactKind, PastFact
from domain.model.pack import MINUTES_OF_DAY


def agreed(situation: Situation) -> list[PastFact]:
    """Agreements on hours that open a door to this very person, and at the address that they name."""
    ask = situation.ask
    return [
        fact
        for fact in situation.of(FactKind.AGREED_WINDOW)
        if _is_for(fact, ask)
        and fact.party_id in (None, ask.party_id)
        and fact.address in (None, ask.address)
        and None not in (fact.opens, fact.closes)
    ]


def requests(situation: Situation, kind: FactKind) -> list[PastFact]:
    """Requests about hours that close a door; they bind whoever may be the person that asked."""
    ask = situation.ask
    return [
        fact
        for fact in situation.of(kind)
        if _is_for(fact, ask) and (fact.party_id == ask.party_id or None in (fact.party_id, ask.party_id))
    ]


def includes(fact: PastFact, at: datetime, zone: str, minute: int, margin: int = 0) -> bool:
    """Whether the fact is in force and speaks of this minute of the local day; ``margin`` minutes end it sooner."""
    opens, closes = borders(fact)
    closes += (MINUTES_OF_DAY if closes <= opens else 0) - margin
    return is_in_force(fact, at, zone) and (opens <= minute < closes or opens <= minute + MINUTES_OF_DAY < closes)


def is_in_force(fact: PastFact, at: datetime, zone: str) -> bool:
    """Through its last day in the zone, and before ``until``."""
    if fact.until is not None and at >= fact.until:
        return False
    return fact.days is None or at < end_of_days(fact.at, fact.days, zone)


def borders(fact: PastFact) -> tuple[int, int]:
    """From the first minute on, up to the last; hours that are left open are those of the whole day."""
    return fact.opens or 0, MINUTES_OF_DAY if fact.closes is None else fact.closes


def _is_for(fact: PastFact, ask: ContactAsk) -> bool:
    return fact.party is ask.party and fact.channel in (None, ask.channel)
