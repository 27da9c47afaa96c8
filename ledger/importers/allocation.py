"""What an importer asks of the rules: how a payment splits. The rules themselves are not the ledger's to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from domain.model.facts import Obligation
from domain.model.money import Money
from domain.model.rules import Component


class Allocation(Protocol):
    """How a payment is allocated to components and to obligations."""

    def legs(
        self, amount: Money, owed: Mapping[Component, Money], unmet: Sequence[Obligation], value_on: date
    ) -> Mapping[Component, Money]:
        """What the payment covers of each component, given what is owed and unmet at its value date."""

    def met(self, amount: Money, unmet: Sequence[Obligation]) -> Sequence[tuple[date, Money]]:
        """What the payment meets of each obligation, by due date."""
