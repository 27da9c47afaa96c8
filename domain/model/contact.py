"""Contact: the question that every message asks before it leaves, and the answer."""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime, Field

from domain.model.base import Model
from domain.model.strategy import Channel


class Actor(StrEnum):
    """Who wants to make the contact."""

    CREDITOR = "creditor"
    """The bank, in its own name."""


class Party(StrEnum):
    """Whom the contact is for."""

    OBLIGOR = "obligor"
    """The person who owes."""


class ContactAsk(Model):
    """May this actor reach this party on this channel at this instant, about these accounts?"""

    actor: Actor = Actor.CREDITOR
    party: Party = Party.OBLIGOR
    channel: Channel
    at: AwareDatetime
    zone: str
    """IANA name of the zone whose wall clock counts."""
    debts: tuple[str, ...] = Field(min_length=1)
    """Ids of the accounts that the contact is about."""


class Verdict(Model):
    """The answer: every rule that refuses, and the earliest instant at which none of them does."""

    allowed: bool
    refused_by: tuple[str, ...] = ()
    next_at: AwareDatetime | None = None
    """None with a refusal: no instant is known."""
    conditions: tuple[str, ...] = ()
    """What the message must keep to, as codes of the rules."""
