"""The shape of the policy files: what people write, checked before it becomes a model of the domain."""

from __future__ import annotations

import re
from datetime import time
from decimal import Decimal
from typing import Annotated, TypeGuard

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

import domain.model.causes as causes_module
import domain.model.duties as duties_module
import domain.model.pack as pack_module
from domain.model.base import Model
from domain.model.causes import Cause
from domain.model.money import CurrencyCode, Money
from domain.model.strategy import DaysPastDue, LadderStep, Strategy
from policies.source import Unquoted


def _quoted(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, Unquoted):
        return value
    raise PydanticCustomError("unquoted", 'write it in quotes: "{value}"', {"value": str(value)})


def _clock(value: object) -> object:
    if re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", str(_quoted(value))):
        return value
    raise PydanticCustomError(
        "clock", '"{value}" is no time of day: write hours and minutes, as "09:30"', {"value": str(value)}
    )


def _amount(value: object) -> object:
    if re.fullmatch(r"\d{1,15}(\.\d{1,4})?", str(_quoted(value))):
        return value
    raise PydanticCustomError("amount", '"{value}" is no amount: write digits only, as "50.00"', {"value": str(value)})


QuotedTime = Annotated[time, BeforeValidator(_clock)]
"""A time of day in quotes: bare, other readers of YAML take 22:30 for a number."""
QuotedAmount = Annotated[Decimal, BeforeValidator(_amount)]
"""An amount in quotes: bare, 1.10 becomes 1.1."""


class StrategyFile(Strategy):
    """A strategy as it is written: times and amounts in quotes."""

    send_at: QuotedTime
    least_amount: dict[CurrencyCode, QuotedAmount] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _amounts_fit_their_currency(self) -> StrategyFile:
        for currency, amount in self.least_amount.items():
            Money(amount=amount, currency=currency)
        return self

    def strategy(self) -> Strategy:
        return Strategy.model_validate(self.model_dump())


def _is_shape(thing: object) -> TypeGuard[type[Model]]:
    return isinstance(thing, type) and issubclass(thing, Model)


def _words(*shapes: type[Model]) -> frozenset[str]:
    return frozenset(name for shape in shapes for name in shape.model_fields)


_OF_CAUSES = [shape for shape in vars(causes_module).values() if _is_shape(shape)]
STRATEGY_WORDS = _words(StrategyFile, LadderStep, DaysPastDue, *_OF_CAUSES) | frozenset(Cause)
"""Every key that a strategy file may have."""
PACK_WORDS = _words(
    *(shape for module in (pack_module, duties_module) for shape in vars(module).values() if _is_shape(shape))
)
"""Every key that a rule pack may have."""
