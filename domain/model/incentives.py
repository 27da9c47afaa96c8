"""Incentives: what the bank gives who keeps to what was agreed, as versioned data of the strategy."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from domain.model.base import Model
from domain.model.component import Component
from domain.model.money import CurrencyCode
from domain.model.names import Slug


class _Reward(Model):
    """What is given: part of the fees or of the interest."""

    id: Slug
    component: Component
    percent: Annotated[Decimal, Field(gt=0, le=100)]
    """Of what is owed of the component when it is earned, rounded down to the minor unit."""
    at_most: dict[CurrencyCode, Decimal] = Field(default_factory=dict)
    """The most at once, by currency; one that is not named has no bound."""

    @model_validator(mode="after")
    def _principal_is_not_given(self) -> _Reward:
        if self.component is Component.PRINCIPAL:
            raise ValueError(f"the incentive {self.id} gives up principal: only a supervisor may, by an offer")
        return self


class Streak(_Reward):
    """For every so many instalments of a plan that are paid in time, one after the other.

    Of interest it is a rebate: part of what these instalments bore.
    """

    kind: Literal["streak"] = "streak"
    instalments: int = Field(ge=1, le=60)


class KeptPromise(_Reward):
    """For a promise that is kept."""

    kind: Literal["kept_promise"] = "kept_promise"


Incentive = Annotated[Streak | KeptPromise, Field(discriminator="kind")]
