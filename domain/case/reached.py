"""Whom a contact reaches: what a request says of it, compared with the contact points on file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from domain.model.contact import COLLECTOR_OF_THE_BANK, Actor, ContactAsk, PastContact
from domain.model.facts import Reach
from domain.model.permits import Reached

ReachedT = TypeVar("ReachedT", bound=Reached)


def in_words(reached: Reached | PastContact) -> str:
    """The contact in codes, for people."""
    return f"{reached.channel}, {reached.party}"


def fault_of(reached: Reached, reach: Sequence[Reach]) -> str | None:
    """What is wrong with how it is said who is reached, in one sentence."""
    if reached.actor is not Actor.CREDITOR and reached.collector == COLLECTOR_OF_THE_BANK:
        return f"{reached.collector} is the bank itself: say which {reached.actor} makes the contact, as collector"
    if reached.actor is Actor.CREDITOR and reached.collector != COLLECTOR_OF_THE_BANK:
        # Taken for the bank, it would pass by the rules, the caps and the stops of who really makes the contact.
        return f"the creditor is the bank itself, not {reached.collector}: say what {reached.collector} is, as actor"
    if reached.address is None:
        return None
    point = _point(reached, reach)
    if point is None:
        return f"the person has no contact point {reached.address} today: give the id of one that is listed"
    if (point.channel, point.party) != (reached.channel, reached.party):
        return f"the contact point {point.address} is not for this: it is for {point.channel}, {point.party}"
    if None not in (point.party_id, reached.party_id) and point.party_id != reached.party_id:
        return f"the contact point {point.address} is that of another {point.party}"
    return None


def located(reached: ReachedT, reach: Sequence[Reach]) -> ReachedT:
    """The same with what the contact point tells: whose it is, and where. For what has no fault."""
    point = _point(reached, reach)
    if point is None:
        return reached
    return reached.model_copy(update={"party_id": point.party_id or reached.party_id, "place": point.place})


def asked_again(contact: PastContact, at: datetime) -> ContactAsk:
    """The question that a permitted contact was, at another instant."""
    return ContactAsk(
        channel=contact.channel,
        at=at,
        debts=contact.debts,
        actor=contact.actor,
        collector=contact.collector,
        party=contact.party,
        party_id=contact.party_id,
        address=contact.address,
        place=contact.place,
    )


def _point(reached: Reached, reach: Sequence[Reach]) -> Reach | None:
    return next((point for point in reach if point.address == reached.address), None)
