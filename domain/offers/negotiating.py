"""Negotiating: accepted, countered with the nearest acceptable terms, or for somebody with more authority.

What is acceptable follows from the facts and the book, never from the round: only new facts move it. So a counter that
is sent back is accepted, and who insists gets what the first one got. The rounds are bounded; the last counter stands.

The floor of a settlement is for the bank's eyes only: it is never offered back, and who proposes more pays what they
proposed.
"""

from __future__ import annotations

from domain.model.money import Money
from domain.model.offers import Considered, Level, NoOffer, Offer, OfferBook, Proposal, Settlement, Verdict
from domain.offers.customer import Customer
from domain.offers.proposing import propose, settled_at

_NOTHING_FITS = "no terms fit what can be paid in a month: somebody of the bank will look at it"
_WHY_NOT = {
    NoOffer.ABILITY_UNKNOWN: "it is not known yet what can be paid in a month: income and expenses are asked for first",
    NoOffer.NOTHING_FITS: _NOTHING_FITS,
}
_RANK = {Level.AGENT: 0, Level.SUPERVISOR: 1}


def consider(
    proposal: Proposal, customer: Customer, book: OfferBook, listens: Level = Level.AGENT, rounds: int = 0
) -> Considered:
    """The answer to a proposal.

    Args:
        listens: the authority of who answers for the bank.
        rounds: proposals of this negotiation that were answered before.
    """
    settlement = None if proposal.final is None else _settlement(proposal.final, customer, book)
    if settlement is not None:
        return _inside(settlement, listens)
    offers = propose(customer, book)
    if isinstance(offers, NoOffer):
        return Considered(verdict=Verdict.NOTHING, why=_WHY_NOT[offers])
    meant = next((offer for offer in offers if _gives(proposal, offer)), None)
    if meant is not None:
        return _inside(meant, listens)
    within = [offer for offer in offers if offer.kind != "settlement" and _RANK[offer.level] <= _RANK[listens]]
    if not within:
        return Considered(verdict=Verdict.NOTHING, why=_NOTHING_FITS)
    nearest = min(within, key=lambda offer: (_distance(proposal, offer), offers.index(offer)))
    if rounds >= book.most_rounds:
        return Considered(verdict=Verdict.ENDED, offer=nearest, why=f"this offer stands until {nearest.expires_on}")
    return Considered(verdict=Verdict.COUNTERED, offer=nearest, why=in_words(nearest))


def as_proposal(offer: Offer) -> Proposal:
    """What a customer says who takes an offer as it is."""
    if offer.kind == "instalments":
        return Proposal(count=offer.count)
    if offer.kind == "hardship":
        return Proposal(monthly=offer.monthly)
    return Proposal(final=offer.monthly) if offer.kind == "settlement" else Proposal(once=offer.monthly)


def in_words(offer: Offer) -> str:
    """The terms of an offer, as they can be read to the customer."""
    if offer.kind == "instalments":
        each = f"{offer.count} instalments of at most {offer.monthly}"
        return f"{each}, {offer.total} in all, from {offer.first_on} on"
    if offer.kind == "hardship":
        what = f"{offer.monthly} a month" if offer.count else "no payment"
        return f"{what} until {offer.review_on}, when it is looked at again"
    settles = " settles everything that is owed" if offer.kind == "settlement" else ""
    return f"{offer.monthly} by {offer.first_on}{settles}"


def _inside(offer: Offer, listens: Level) -> Considered:
    if _RANK[offer.level] > _RANK[listens]:
        why = f"the bank will answer by {offer.expires_on}: a {offer.level} decides"
        return Considered(verdict=Verdict.NEEDS_APPROVAL, offer=offer, why=why)
    return Considered(verdict=Verdict.ACCEPTED, offer=offer, why=in_words(offer))


def _settlement(amount: Money, customer: Customer, book: OfferBook) -> Offer | None:
    """The settlement that is proposed; None: the book has none for this customer, or its floor lies higher.

    A sum once paid may come from elsewhere than a month's income, so what can be paid in a month does not bound it.
    """
    if amount.currency != customer.balance.currency:
        return None
    entries = (entry for entry in book.entries if isinstance(entry, Settlement))
    found = (settled_at(entry, amount, customer, book) for entry in entries)
    return next((offer for offer in found if offer is not None), None)


def _gives(proposal: Proposal, offer: Offer) -> bool:
    """Whether what is proposed is this offer, or pays for it; the best one is then what is meant."""
    if proposal.count is not None:
        return offer.kind == "instalments" and offer.count == proposal.count
    if proposal.monthly is not None:
        return offer.kind in ("instalments", "hardship") and offer.monthly <= proposal.monthly
    return proposal.once is not None and offer.kind == "pay_now" and offer.monthly <= proposal.once


def _distance(proposal: Proposal, offer: Offer) -> tuple[int, int]:
    """How far an offer is from what was proposed; of another kind it is farther than any of the same."""
    if proposal.count is not None:
        return int(offer.kind != "instalments"), abs(offer.count - proposal.count)
    asked = next(said for said in (proposal.monthly, proposal.once, proposal.final) if said is not None)
    same = ("instalments", "hardship") if proposal.monthly is not None else ("pay_now",)
    return int(offer.kind not in same), abs(offer.monthly.minor - asked.minor)
