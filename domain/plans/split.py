"""How money splits while a plan performs: by the instalments that it meets, of each fees first, then interest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.allocation import allocate_to_components
from domain.model.money import Money
from domain.model.plan import Instalment
from domain.model.rules import Component
from domain.plans.standing import Standing

_ORDER = (Component.FEE, Component.INTEREST, Component.PRINCIPAL)


def split(
    amount: Money,
    owed: Mapping[Component, Money],
    instalments: Sequence[Instalment],
    before: Standing,
    after: Standing,
) -> dict[Component, Money]:
    """What a payment covers of each component; ``before`` and ``after`` are the plan without and with it.

    Never more of a component than is owed of it: what the plan would give beyond goes to the others, and what exceeds
    everything is a credit of principal. The plan's own split holds while it performs; from its break on the pack's
    order does.
    """
    meant = {
        component: _covered(instalments, after)[component] - _covered(instalments, before)[component]
        for component in _ORDER
    }
    nothing = Money.zero(amount.currency)
    first = {component: max(nothing, min(meant[component], owed[component])) for component in _ORDER}
    left = amount - Money.total(first.values(), amount.currency)
    rest = allocate_to_components(left, {name: owed[name] - first[name] for name in _ORDER}, _ORDER)
    return {component: first[component] + rest[component] for component in _ORDER}


def _covered(instalments: Sequence[Instalment], standing: Standing) -> dict[Component, Money]:
    """What the money met of the fees, interest and principal of all instalments."""
    currency = standing.credit.currency
    fees = interest = principal = 0
    for each, line in zip(instalments, standing.instalments, strict=True):
        of_fees = min(line.met.minor, each.fees.minor)
        of_interest = min(line.met.minor - of_fees, each.interest.minor)
        fees, interest = fees + of_fees, interest + of_interest
        principal += line.met.minor - of_fees - of_interest
    return {
        Component.FEE: Money.of_minor(fees, currency),
        Component.INTEREST: Money.of_minor(interest, currency),
        Component.PRINCIPAL: Money.of_minor(principal, currency),
    }
