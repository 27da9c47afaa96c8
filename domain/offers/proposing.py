"""Proposing: every offer of the book that is lawful and affordable for this customer, the best first.

The best offer gives up least (principal before everything else, then the rest); of those that give up as much it is
the one that is over soonest, then the cheapest. An offer that takes more in a month than the customer can pay is never
made, whoever would approve it: a plan that cannot be kept helps nobody. When nothing else fits, and something happened
to the customer, the hardship entries are looked at: the one that recovers most within what is affordable.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from domain.calendar import months_after
from domain.instalments import schedule_of
from domain.model.errors import InputError
from domain.model.money import Money, decimal_places
from domain.model.offers import Hardship, Instalments, NoOffer, Offer, OfferBook, PayNow, Settlement
from domain.model.plan import PlanTerms
from domain.model.rules import Component
from domain.offers.customer import Customer
from domain.plans.limits import refusals, unjudged

_Plain = PayNow | Instalments | Settlement


def propose(customer: Customer, book: OfferBook) -> tuple[Offer, ...] | NoOffer:
    """The offers for this customer, the best first; or why there is none."""
    if customer.affordable is None:
        return NoOffer.ABILITY_UNKNOWN
    plain = [
        offer
        for entry in book.entries
        if not isinstance(entry, Hardship)
        for offer in _made(entry, customer, book, customer.affordable)
    ]
    if plain:
        return tuple(sorted(plain, key=rank))
    most = customer.affordable
    eased = [_eased(entry, customer, book, most) for entry in book.entries if isinstance(entry, Hardship)]
    found = [offer for offer in eased if offer is not None] if customer.in_hardship else []
    return tuple(sorted(found, key=lambda offer: -offer.monthly.minor)) or NoOffer.NOTHING_FITS


def rank(offer: Offer) -> tuple[int, int, int, int]:
    """What makes an offer better: less principal given up, less of the rest, sooner over, cheaper."""
    principal = offer.forgiven.get(Component.PRINCIPAL)
    rest = (money.minor for name, money in offer.forgiven.items() if name is not Component.PRINCIPAL)
    return 0 if principal is None else principal.minor, sum(rest), offer.count, offer.total.minor


def settled_at(entry: Settlement, amount: Money, customer: Customer, book: OfferBook) -> Offer | None:
    """The settlement of everything for this amount, at most all that is owed; None: it lies below the floor."""
    if not is_for(entry, customer) or amount < _at_once(entry, customer):
        return None
    return _once(entry, min(amount, customer.balance), customer, book)


def is_for(entry: _Plain | Hardship, customer: Customer) -> bool:
    """Whether the entry is for an account of this class and balance."""
    fits = not entry.buckets or customer.bucket in entry.buckets
    return fits and customer.balance.amount >= entry.balance_from


def _made(entry: _Plain, customer: Customer, book: OfferBook, most: Money) -> Iterator[Offer]:
    if not is_for(entry, customer):
        return
    offers = _of_entry(entry, customer, book, most)
    yield from (offer for offer in offers if offer.monthly <= most)


def _of_entry(entry: _Plain, customer: Customer, book: OfferBook, most: Money) -> Iterator[Offer]:
    if isinstance(entry, Instalments):
        yield from (offer for count in entry.counts if (offer := _plan(entry, count, customer, book, most)) is not None)
        return
    amount = _at_once(entry, customer)
    if amount.amount > 0:
        yield _once(entry, amount, customer, book)


def _once(entry: PayNow | Settlement, amount: Money, customer: Customer, book: OfferBook) -> Offer:
    """One payment within the days of the entry, and what is given up for it."""
    due_on = customer.today + timedelta(days=entry.within_days)
    given = _forgiven(entry, customer) if isinstance(entry, PayNow) else _settled(customer, amount)
    once = {"count": 1, "first_on": due_on, "monthly": amount, "total": amount, "forgiven": given}
    return Offer(**_named(entry, customer, book), **once)


def _at_once(entry: PayNow | Settlement, customer: Customer) -> Money:
    """What is paid at once: what is past due, less what is waived of it; or the floor of a settlement."""
    if isinstance(entry, Settlement):
        return _up_to_unit(Fraction(customer.balance.minor) * Fraction(entry.least_percent) / 100, customer)
    waived = Money.total(_forgiven(entry, customer).values(), customer.past_due.currency)
    return max(customer.past_due - waived, Money.zero(waived.currency))


def _plan(entry: Instalments, count: int, customer: Customer, book: OfferBook, most: Money) -> Offer | None:
    """An instalment plan of the book; None where there is no such plan, or a pack forbids it."""
    forgiven = _forgiven(entry, customer)
    repaid = customer.balance - Money.total(forgiven.values(), customer.balance.currency)
    if repaid.minor > most.minor * count:
        return None  # the largest instalment is no less than the mean: most are seen to be too much without a schedule
    terms = PlanTerms(
        balance=repaid,
        count=count,
        nominal_percent=entry.percent,
        contract_percent=customer.contract_percent,
        fees=Money.zero(repaid.currency),
        unit=customer.unit,
        signed_on=customer.today,
        first_on=customer.today + timedelta(days=book.first_within_days),
    )
    try:
        schedule = schedule_of(terms)
    except InputError:
        return None
    if refusals(terms, customer.packs) or _cannot_be_judged(terms, customer):
        return None
    return Offer(
        **_named(entry, customer, book),
        count=count,
        first_on=terms.first_on,
        monthly=max(each.amount for each in schedule.instalments),
        total=schedule.total,
        percent=entry.percent,
        forgiven=forgiven,
    )


def _cannot_be_judged(terms: PlanTerms, customer: Customer) -> bool:
    """Where the rate must not rise and nobody knows the contract's, a plan with a rate is not offered."""
    return any("interest" in said.partition(":")[0] for said in unjudged(terms, customer.packs))


def _eased(entry: Hardship, customer: Customer, book: OfferBook, most: Money) -> Offer | None:
    """The interest stops, and the token is paid until the review; None: even the token is too much."""
    token = _up_to_unit(Fraction(entry.token) * 10 ** decimal_places(customer.unit.currency), customer)
    if not is_for(entry, customer) or token > most:
        return None
    review_on = months_after(customer.today, entry.review_months, customer.today.day)
    count = entry.review_months if token else 0
    return Offer(
        **_named(entry, customer, book),
        count=count,
        first_on=customer.today + timedelta(days=book.first_within_days),
        monthly=token,
        total=Money.of_minor(token.minor * count, token.currency),
        forgiven=_forgiven(entry, customer),
        review_on=review_on,
        evidence=entry.evidence,
    )


def _named(entry: _Plain | Hardship, customer: Customer, book: OfferBook) -> dict[str, object]:
    expires_on = customer.today + timedelta(days=book.expires_days)
    return {"entry": entry.id, "kind": entry.kind, "level": entry.level, "expires_on": expires_on}


def _forgiven(entry: _Plain | Hardship, customer: Customer) -> dict[Component, Money]:
    """Rounded down to the minor unit; what is not owed is not given up."""
    parts = {}
    for each in entry.gives:
        owed = max(customer.owed[each.component].minor, 0)
        minor = int(Fraction(owed) * Fraction(each.percent) / 100)
        if minor:
            parts[each.component] = Money.of_minor(minor, customer.balance.currency)
    return parts


def _settled(customer: Customer, amount: Money) -> dict[Component, Money]:
    """What a settlement leaves unpaid: fees first, then interest, and principal last."""
    left, parts = (customer.balance - amount).minor, {}
    for component in (Component.FEE, Component.INTEREST, Component.PRINCIPAL):
        part = min(left, max(customer.owed[component].minor, 0))
        if part > 0:
            parts[component] = Money.of_minor(part, amount.currency)
            left -= part
    return parts


def _up_to_unit(minor: Fraction, customer: Customer) -> Money:
    unit = customer.unit.minor
    return Money.of_minor(int(-(-minor // unit)) * unit, customer.unit.currency)
