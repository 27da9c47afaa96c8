"""Money: a decimal amount and its currency, exact, never a float."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import total_ordering
from typing import Annotated, Any

from pydantic import Field, StringConstraints, model_validator

from domain.model.base import Model
from domain.model.errors import InputError

CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]

# ISO 4217: decimal places of the currencies that do not have two.
_PLACES = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"), 0),
    **dict.fromkeys(("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}


def decimal_places(currency: str) -> int:
    """Decimal places of the currency's minor unit, by ISO 4217."""
    return _PLACES.get(currency, 2)


@total_ordering
class Money(Model):
    """An exact amount of one currency, in whole minor units; amounts of two currencies never mix."""

    amount: Annotated[Decimal, Field(allow_inf_nan=False)]
    currency: CurrencyCode

    @model_validator(mode="after")
    def _whole_minor_units(self) -> Money:
        if self.amount != self.amount.quantize(self._unit()):
            raise ValueError(f"{self.amount} {self.currency} has more decimal places than the currency")
        return self

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls.of_minor(0, currency)

    @classmethod
    def of_minor(cls, minor: int, currency: str) -> Money:
        """The amount of so many minor units (cents)."""
        return cls(amount=Decimal(minor).scaleb(-decimal_places(currency)), currency=currency)

    @classmethod
    def total(cls, amounts: Iterable[Money], currency: str) -> Money:
        return sum(amounts, start=cls.zero(currency))

    @property
    def digits(self) -> str:
        """The amount alone with all its decimal places, as a code: a task holds no blanks."""
        return str(Money.of_minor(self.minor, self.currency).amount)

    @property
    def minor(self) -> int:
        """The amount in whole minor units, as the database stores it."""
        return int(self.amount.scaleb(decimal_places(self.currency)))

    def _unit(self) -> Decimal:
        return Decimal(1).scaleb(-decimal_places(self.currency))

    def _same(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise InputError(f"{self.currency} and {other.currency} cannot be added or compared")
        return other

    def __add__(self, other: Money) -> Money:
        return Money(amount=self.amount + self._same(other).amount, currency=self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(amount=self.amount - self._same(other).amount, currency=self.currency)

    def __neg__(self) -> Money:
        return Money(amount=-self.amount, currency=self.currency)

    def __lt__(self, other: Any) -> bool:
        return self.amount < self._same(other).amount

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        return f"{self.amount:,.{decimal_places(self.currency)}f} {self.currency}"
