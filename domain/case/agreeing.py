"""Agreeing: what an offer becomes that both sides want. A plan is still to be signed; the rest holds at once."""

from __future__ import annotations

from dataclasses import dataclass

from domain.case import conceding, hardship, promise
from domain.case import offer_words as words
from domain.case.draft import Draft
from domain.model.names import Code, MessageId
from domain.model.negotiation import MadeOffer, OfferState


@dataclass(frozen=True)
class Agreed:
    """It holds, or is to be signed."""

    state: OfferState
    told: str


@dataclass(frozen=True)
class Impossible:
    """The case has no room for it."""

    why: str


def take(draft: Draft, made: MadeOffer, message_id: MessageId, by: Code) -> Agreed | Impossible:
    """Let the offer become a promise or the terms of a hardship; one of instalments waits for its signature.

    Args:
        message_id: of the request by which both sides want it; a promise has it as its id.
    """
    offer = made.offer
    if offer.kind == "instalments":
        return Agreed(OfferState.AGREED, words.to_be_signed(made))
    refusal = (_ease if offer.kind == "hardship" else _promise)(draft, made, message_id, by)
    if refusal is not None:
        return Impossible(refusal)
    return Agreed(OfferState.TAKEN, words.taken(made))


def _promise(draft: Draft, made: MadeOffer, message_id: MessageId, by: Code) -> str | None:
    promised = promise.by_offer(draft, message_id, made.offer, by)
    if isinstance(promised, str):
        return promised
    conceding.grant(draft, made, message_id, needed=made.offer.total, until=promised.grace_ends_on)
    return None


def _ease(draft: Draft, made: MadeOffer, message_id: MessageId, by: Code) -> str | None:
    """What hardship terms give up is earned on the day of the review, when what was agreed until then was paid."""
    offer = made.offer
    refusal = hardship.by_offer(draft, message_id, offer, by)
    if refusal is None:
        conceding.grant(draft, made, message_id, needed=offer.total, until=offer.review_on, not_before=offer.review_on)
    return refusal
