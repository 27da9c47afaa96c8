"""Negotiating: accepted, countered with the nearest acceptable terms, or for somebody with more authority.

What is acceptable follows from the facts and the book, never from the round: only new facts move it. So a counter that
is sent back is accepted, and who insists gets what the first one got. The rounds are bounded; the last counter stands.
"""

from __future__ import annotations

from domain.model.offers import Considered, Level, NoOffer, Offer, OfferBook, Proposal, Verdict
from domain.offers.customer import Customer
from domain.offers.proposing import propose

_WHY_NOT = {
    NoOffer.ABILITY_UNKNOWN: "it is not known yet what can be paid in a month: income and expenses are asked for first",
    NoOffer.NOTHING_FITS: "no terms fit what can be paid in a month: somebody of the bank will look at it",
}
_ONE_THING = "a proposal says one thing"
_RANK = {Level.AGENT: 0, Level.SUPERVISOR: 1}


def consider(
    proposal: Proposal, customer: Customer, book: OfferBook, listens: Level = Level.AGENT, rounds: int = 0
) -> Considered:
    """The answer to a proposal.

    Args:
        listens: the authority of who answers for the bank.
        rounds: proposals of this negotiation that were answered before.
    """
    offers = propose(customer, book)
    if isinstance(offers, NoOffer):
        return Considered(verdict=Verdict.NOTHING, why=_WHY_NOT[offers])
    meant = next((offer for offer in offers if _gives(proposal, offer)), None)
    if meant is not None:
        return _inside(meant, listens)
    within = [offer for offer in offers if _RANK[offer.level] <= _RANK[listens]]
    if not within:
        return Considered(verdict=Verdict.NOTHING, why=_WHY_NOT[NoOffer.NOTHING_FITS])
    nearest = min(within, key=lambda offer: (_distance(proposal, offer), offers.index(offer)))
    if rounds >= book.most_rounds:
        return Considered(verdict=Verdict.ENDED, offer=nearest, why=f"this offer stands until {nearest.expires_on}")
    return Considered(verdict=Verdict.COUNTERED, offer=nearest, why=_in_words(nearest))


def as_proposal(offer: Offer) -> Proposal:
    """What a customer says who takes an offer as it is."""
    if offer.kind == "instalments":
        return Proposal(count=offer.count)
    return Proposal(monthly=offer.monthly) if offer.kind == "hardship" else Proposal(once=offer.monthly)


def _inside(offer: Offer, listens: Level) -> Considered:
    if _RANK[offer.level] > _RANK[listens]:
        why = f"the bank will answer by {offer.expires_on}: a {offer.level} decides"
        return Considered(verdict=Verdict.NEEDS_APPROVAL, offer=offer, why=why)
    return Considered(verdict=Verdict.ACCEPTED, offer=offer, why=_in_words(offer))


def _gives(proposal: Proposal, offer: Offer) -> bool:
    """Whether what is proposed is this offer, or pays for it; the best one is then what is meant."""
    if proposal.count is not None:
        return offer.kind == "instalments" and offer.count == proposal.count
    if proposal.monthly is not None:
        return offer.kind in ("instalments", "hardship") and offer.monthly <= proposal.monthly
    assert proposal.once is not None, _ONE_THING
    return offer.kind in ("pay_now", "settlement") and offer.monthly <= proposal.once


def _distance(proposal: Proposal, offer: Offer) -> tuple[int, int]:
    """How far an offer is from what was proposed; of another kind it is farther than any of the same."""
    if proposal.count is not None:
        return int(offer.kind != "instalments"), abs(offer.count - proposal.count)
    asked = proposal.once if proposal.monthly is None else proposal.monthly
    assert asked is not None, _ONE_THING
    same = ("instalments", "hardship") if proposal.monthly is not None else ("pay_now", "settlement")
    return int(offer.kind not in same), abs(offer.monthly.minor - asked.minor)


def _in_words(offer: Offer) -> str:
    if offer.kind == "instalments":
        return f"{offer.count} instalments of at most {offer.monthly}, {offer.total} in all, from {offer.first_on} on"
    if offer.kind == "hardship":
        what = f"{offer.monthly} a month" if offer.count else "no payment"
        return f"{what} until {offer.review_on}, when it is looked at again"
    return f"{offer.monthly} by {offer.first_on}"
