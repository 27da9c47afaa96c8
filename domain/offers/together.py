"""Together: what a person is offered on all their overdue accounts, so that all of it can be paid at once.

What is offered on one account is what its own case would offer: the same book, and the same share beside the plans
that run. The first offers of all accounts and those plans together never take more in a month than the ability report
leaves for this bank; where the plans alone take more, nothing that costs anything is offered beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from domain.model.ability import Share
from domain.model.money import Money
from domain.model.offers import NoOffer, Offer, OfferBook
from domain.model.repayment import RunningPlan
from domain.offers.customer import Customer
from domain.offers.proposing import propose
from domain.offers.shares import affordable_on, in_a_month, spoken_for, taken_by


@dataclass(frozen=True)
class Overdue:
    """An account of the person that has an open case, or is past due."""

    account_id: str
    customer: Customer
    """Its facts; what can be paid on it is found here, whatever they say."""
    book: OfferBook | None
    """None: its strategy offers nothing."""
    kept_back: str | None = None
    """Why nothing is offered on it, whatever can be paid; one sentence."""


@dataclass(frozen=True)
class OnAccount:
    """What is offered on one account, the best first; or why nothing is."""

    account_id: str
    customer: Customer
    share: Money | None
    """Its part of what is affordable in a month: what its plan takes, else what can be paid beside the plans that run;
    None: it has none in the ability report."""
    offers: tuple[Offer, ...] = ()
    why_not: str | None = None

    @property
    def monthly(self) -> Money:
        """What the best offer takes in a month at most."""
        return self.offers[0].monthly if self.offers else Money.zero(self.customer.past_due.currency)


@dataclass(frozen=True)
class Together:
    """What is offered on all accounts, and what it takes in a month."""

    affordable: Money
    """What the ability report leaves for this bank."""
    spoken_for: Money
    """By the plans that run."""
    accounts: tuple[OnAccount, ...]

    @property
    def monthly(self) -> Money:
        """What the best offers of all accounts take in a month; with what is spoken for it is affordable."""
        offered = (each.monthly for each in self.accounts if each.offers)
        return Money.total(offered, self.affordable.currency)


def together(
    overdue: Sequence[Overdue], currency: str, shares: Sequence[Share], running: Sequence[RunningPlan]
) -> Together:
    """The offers for all these accounts.

    Args:
        currency: that of the ability report; an account in another one shares nothing of it.
        shares: of the newest ability report.
        running: the plans that run on the person's accounts.
    """
    affordable = Money.total((share.monthly for share in shares), currency)
    found = tuple(_on(each, currency, shares, running) for each in overdue)
    return Together(affordable, spoken_for(shares, running, currency), found)


def _on(each: Overdue, currency: str, shares: Sequence[Share], running: Sequence[RunningPlan]) -> OnAccount:
    plan = next((plan for plan in running if plan.account_id == each.account_id), None)
    if plan is not None:
        return _planned(each, plan, currency, shares)
    share = affordable_on(each.account_id, shares, running)
    customer = replace(each.customer, affordable=share)
    why_not = next(_why_not(each, currency), None)
    if why_not is not None or each.book is None:
        return OnAccount(each.account_id, customer, share, why_not=why_not)
    offers = propose(customer, each.book)
    if isinstance(offers, NoOffer):
        return OnAccount(each.account_id, customer, share, why_not=_nothing(offers, customer, shares, running))
    return OnAccount(each.account_id, customer, share, offers)


def _planned(each: Overdue, plan: RunningPlan, currency: str, shares: Sequence[Share]) -> OnAccount:
    takes = in_a_month(plan.largest, plan.rhythm)
    share = taken_by(plan, shares) if takes.currency == currency else None
    why_not = f"the plan {plan.plan_id} runs and takes {takes} a month"
    return OnAccount(each.account_id, each.customer, share, why_not=why_not)


def _why_not(each: Overdue, currency: str) -> Iterator[str]:
    own = each.customer.past_due.currency
    if own != currency:
        yield f"it is in {own} and the ability report in {currency}: a person must look"
    if each.kept_back is not None:
        yield each.kept_back
    if each.book is None:
        yield "its strategy has no offer book: give it the section offers"


def _nothing(none: NoOffer, customer: Customer, shares: Sequence[Share], running: Sequence[RunningPlan]) -> str:
    if none is NoOffer.ABILITY_UNKNOWN:
        return "the ability report does not know this account: take the customer's statement anew"
    taken = spoken_for(shares, running, customer.past_due.currency)
    if taken and customer.affordable == Money.zero(taken.currency):
        return "the plans that run take all that can be paid in a month: a person must look"
    return "nothing in the book is lawful and affordable: a person must look"
