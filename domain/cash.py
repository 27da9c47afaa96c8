"""What can be paid in cash."""

from __future__ import annotations

from decimal import Decimal

from babel.core import get_global

from domain.model.money import Money


def cash_unit(currency: str) -> Money:
    """The smallest amount of a currency that can be paid in cash, by CLDR's cash digits and cash rounding."""
    digits = get_global("currency_fractions")
    _, _, places, rounding = digits.get(currency) or digits["DEFAULT"]
    return Money(amount=Decimal(max(rounding, 1)).scaleb(-places), currency=currency)
