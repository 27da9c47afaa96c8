"""Commission: what an agency is paid of what is recovered, by how late and how large the account was when placed."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations
from typing import Annotated

from pydantic import Field, model_validator

from domain.model.base import Model
from domain.model.money import CurrencyCode, Money

Percent = Annotated[Decimal, Field(ge=0, le=100, allow_inf_nan=False)]
Factor = Annotated[Decimal, Field(ge=0, le=10, allow_inf_nan=False)]


class RateBand(Model):
    """The rate for a range of days past due, both ends inclusive, and of amounts from ``least`` on and under ``below``.

    Days are the contractual ones; the amount is what is placed. No bound: open to that side.
    """

    dpd_min: int = Field(default=1, ge=1)
    dpd_max: int | None = None
    currency: CurrencyCode
    least: Money | None = None
    below: Money | None = None
    percent: Percent
    """Of what the customer pays."""

    @model_validator(mode="after")
    def _is_a_range(self) -> RateBand:
        if self.dpd_max is not None and self.dpd_max < self.dpd_min:
            raise ValueError(f"dpd_max {self.dpd_max} lies below dpd_min {self.dpd_min}")
        in_currency(self.currency, self.least, self.below)
        if self.below is not None and self.below <= (self.least or Money.zero(self.currency)):
            raise ValueError(f"no amount lies under {self.below}: give a `below` above `least` and above zero")
        return self

    def covers(self, days_past_due: int, amount: Money) -> bool:
        """Whether the rate is that of an account so late and so large; in another currency it never is."""
        return (
            amount.currency == self.currency
            and self.dpd_min <= days_past_due
            and (self.dpd_max is None or days_past_due <= self.dpd_max)
            and (self.least is None or self.least <= amount)
            and (self.below is None or amount < self.below)
        )

    def meets(self, other: RateBand) -> bool:
        """Whether an account could have both rates."""
        return (
            self.currency == other.currency
            and (self.dpd_max is None or other.dpd_min <= self.dpd_max)
            and (other.dpd_max is None or self.dpd_min <= other.dpd_max)
            and (self.below is None or other.least is None or other.least < self.below)
            and (other.below is None or self.least is None or self.least < other.below)
        )


class ConductFactor(Model):
    """By what the commission is multiplied, for how the agency treats customers: complaints, breaches, recordings."""

    least: Factor
    most: Factor

    @model_validator(mode="after")
    def _is_a_range(self) -> ConductFactor:
        if self.most < self.least:
            raise ValueError(f"most {self.most} lies below least {self.least}")
        return self


class CommissionSchedule(Model):
    """Every rate that is agreed; where none is, the account is not placed."""

    bands: tuple[RateBand, ...] = Field(min_length=1, max_length=200)
    conduct: ConductFactor | None = None
    """None: whatever the agency does, recoveries alone decide what it is paid."""

    @model_validator(mode="after")
    def _one_rate_for_an_account(self) -> CommissionSchedule:
        for (i, one), (j, other) in combinations(enumerate(self.bands, start=1), 2):
            if one.meets(other):
                raise ValueError(f"an account could have the rate {i} and the rate {j}: let their days or amounts part")
        return self


def in_currency(currency: str, *amounts: Money | None) -> None:
    """Raises ValueError for an amount in another currency, or below zero."""
    for amount in amounts:
        if amount is not None and amount.currency != currency:
            raise ValueError(f"{amount} is not in {currency}: write every amount in the currency beside it")
        if amount is not None and amount.amount < 0:
            raise ValueError(f"{amount} is below zero")
