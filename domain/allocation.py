"""Allocation: which obligations and which components a payment covers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from domain.model.errors import InputError
from domain.model.facts import Obligation
from domain.model.money import Money
from domain.model.rules import Component


def allocate_to_obligations(
    amount: Money, obligations: Sequence[Obligation], disputed: Collection[date] = ()
) -> tuple[tuple[date, Money], ...]:
    """What the payment meets of each obligation, oldest due date first; what is left over meets none.

    What is ``disputed`` (due dates) comes after all that is not: else a payment of what is not disputed would be taken
    for it, and the customer be asked for the same sum elsewhere.

    Raises InputError for a negative amount or another currency.
    """
    left = _payment(amount)
    met: list[tuple[date, Money]] = []
    for obligation in sorted(obligations, key=lambda o: (o.due_on in disputed, o.due_on)):
        part = min(left, obligation.unmet)
        if part:
            met.append((obligation.due_on, part))
            left -= part
    return tuple(met)


def allocate_to_components(
    amount: Money, owed: Mapping[Component, Money], order: Sequence[Component]
) -> dict[Component, Money]:
    """What the payment covers of each component, in the order of the rules for the days past due at its value date.

    China: up to 90 days fees and interest first, from day 91 principal first (Measures art. 57).
    What is overpaid goes to principal as a credit. Raises InputError for a negative amount or another currency.
    """
    left = _payment(amount)
    nothing = Money.zero(amount.currency)
    parts: dict[Component, Money] = {}
    for component in order:
        parts[component] = max(nothing, min(left, owed.get(component, nothing)))
        left -= parts[component]
    parts[Component.PRINCIPAL] = parts.get(Component.PRINCIPAL, nothing) + left
    return parts


def _payment(amount: Money) -> Money:
    if amount.amount < 0:
        raise InputError(f"a payment of {amount} cannot be allocated: give an amount that is not negative")
    return amount
