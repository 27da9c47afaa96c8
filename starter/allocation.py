"""How the rules of a pack split a payment, for postings and for importers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.allocation import allocate_to_components, allocate_to_obligations
from domain.delinquency import assess
from domain.model.facts import Obligation
from domain.model.money import Money
from domain.model.rules import Component, Rules


@dataclass(frozen=True)
class PackAllocation:
    """The allocation order of a rule pack."""

    rules: Rules

    def legs(
        self, amount: Money, owed: Mapping[Component, Money], unmet: Sequence[Obligation], value_on: date
    ) -> Mapping[Component, Money]:
        """What the payment covers of each component: by the days past due at its value date."""
        balance = Money.total(owed.values(), amount.currency)
        arrears = assess(unmet, balance, value_on, self.rules)
        order = self.rules.allocation.at(arrears.days_past_due if arrears else 0)
        return allocate_to_components(amount, owed, order)

    def met(
        self, amount: Money, unmet: Sequence[Obligation], disputed: Collection[date] = ()
    ) -> Sequence[tuple[date, Money]]:
        """What the payment meets of each obligation: the oldest first, the rest stays a credit.

        What is ``disputed`` comes last, unless the pack nearest to the top says otherwise (``never_to_disputed``).
        """
        parts = (pack.allocation for pack in reversed(self.rules.packs) if pack.allocation is not None)
        stated = next(parts, None)
        return allocate_to_obligations(amount, unmet, disputed if stated is None or stated.never_to_disputed else ())
