"""What an offer rests on: the facts about one customer and one account, and nothing of what was said before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.cash import cash_unit
from domain.model.facts import Arrears
from domain.model.money import Money
from domain.model.pack import Pack
from domain.model.rules import Component, Rules


@dataclass(frozen=True)
class Customer:
    """The facts that an offer follows from."""

    today: date
    owed: Mapping[Component, Money]
    """By component; together all that is owed."""
    past_due: Money
    bucket: str | None
    affordable: Money | None
    """What can be paid on this account in a month, by the newest ability report; None: not known."""
    packs: Sequence[Pack]
    unit: Money
    """What payments are multiples of."""
    contract_percent: Decimal | None = None
    in_hardship: bool = False
    """Whether a cause was told that a hardship programme is for."""

    @classmethod
    def of(
        cls,
        today: date,
        owed: Mapping[Component, Money],
        arrears: Arrears | None,
        affordable: Money | None,
        rules: Rules,
        *,
        in_hardship: bool,
    ) -> Customer:
        """As the ledger has the account: its debt by component, what of it is late, and what the person can pay."""
        currency = owed[Component.PRINCIPAL].currency
        return cls(
            today=today,
            owed=owed,
            past_due=Money.zero(currency) if arrears is None else arrears.past_due,
            bucket=None if arrears is None else arrears.bucket,
            affordable=affordable,
            packs=rules.packs,
            unit=cash_unit(currency),
            in_hardship=in_hardship,
        )

    @property
    def balance(self) -> Money:
        """All that is owed."""
        return Money.total(self.owed.values(), self.past_due.currency)
