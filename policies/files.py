"""The shape of the policy files: what people write, checked before it becomes a model of the domain."""

from __future__ import annotations

import re
from datetime import time
from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

import domain.model.causes as causes_module
import domain.model.duties as duties_module
import domain.model.pack as pack_module
from domain.model.causes import Cause
from domain.model.money import CurrencyCode, Money
from domain.model.strategy import DaysPastDue, LadderStep, Strategy
from policies.faults import words_of
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


_SHAPES = (StrategyFile, LadderStep, DaysPastDue)
STRATEGY_WORDS = words_of(causes_module).union(Cause, *(shape.model_fields for shape in _SHAPES))
"""Every key that a strategy file may have."""
PACK_WORDS = words_of(pack_module, duties_module)
"""Every key that a rule pack may have."""
