"""What a case says of offers: sentences for its page, its timeline and its answers. No personal data."""

from __future__ import annotations

from datetime import date

from domain.model.negotiation import MadeOffer, Proposer
from domain.model.offers import Proposal
from domain.offers.negotiating import in_words

_WHO = {
    Proposer.CUSTOMER: "The customer",
    Proposer.REPRESENTATIVE: "Who speaks for the customer",
    Proposer.AGENT: "An agent",
    Proposer.AGENCY: "The agency",
}


def said(proposal: Proposal) -> str:
    """What is proposed."""
    if proposal.count is not None:
        return "all at once" if proposal.count == 1 else f"all in {proposal.count} instalments"
    if proposal.monthly is not None:
        return f"{proposal.monthly} a month"
    return f"{proposal.once} at once" if proposal.once is not None else f"{proposal.final} as final"


def proposed(proposer: Proposer, what: str, answer: str) -> str:
    return f"{_WHO[proposer]} proposed {what}: {answer}."


def to_be_signed(made: MadeOffer) -> str:
    return f"{in_words(made.offer)}; the plan is to be signed by {made.offer.expires_on}: give offer {made.id} with it"


def agreed(made: MadeOffer) -> str:
    return f"The offer {made.id} is agreed: {in_words(made.offer)}."


def taken(made: MadeOffer) -> str:
    return f"{in_words(made.offer)}: agreed"


def declined(made: MadeOffer, reason: str) -> str:
    return f"The bank declined what {made.id} proposed ({reason})."


def expired(made: MadeOffer) -> str:
    return f"The offer {made.id} expired on {made.offer.expires_on}."


def stands_no_more(asked: str, last: MadeOffer | None, today: date) -> str:
    """Why an answer to an offer comes too late."""
    if last is not None and last.id == asked and last.is_open and last.offer.expires_on < today:
        return f"the offer {asked} stood until {last.offer.expires_on}: propose the terms again"
    now = "none stands" if last is None or not last.is_open else f"{last.id} stands now"
    return f"the offer {asked} does not stand any more: {now}"
