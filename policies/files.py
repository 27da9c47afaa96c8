"""The shape of the policy files: what people write, checked before it becomes a model of the domain."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from domain.model.base import Model
from domain.model.money import CurrencyCode, Money
from domain.model.rules import Component, Rules
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


class PackHeader(Model):
    """Which pack it is, for whom, and who stands behind it."""

    id: str = Field(pattern=r"^[a-z]{2}(\.[a-z0-9_]+)*$")
    version: int = Field(ge=1)
    title: str
    country: str = Field(pattern=r"^[A-Z]{2}$")
    currency: CurrencyCode
    valid_from: date
    valid_to: date | None = None
    reviewed_on: date | None = None
    reviewed_by: str | None = None
    production: bool = False

    @model_validator(mode="after")
    def _production_is_reviewed(self) -> PackHeader:
        if self.production and self.reviewed_by is None:
            raise ValueError("a pack that nobody reviewed is not for production: give reviewed_by")
        return self


class RuleSource(Model):
    """Where a rule comes from, and how far it was checked."""

    instrument: str
    citation: str
    url: str | None = None
    seen_on: date | None = None
    status: Literal["P", "S", "S?", "M"]
    force: Literal["law", "reg", "official_interpretation", "std", "self", "guide", "draft", "bank_policy"]


class LatenessFile(Model):
    """Grace and tolerance; the tolerance is in the currency of the pack."""

    grace_days: int = Field(default=0, ge=0)
    tolerance: QuotedAmount = Decimal(0)
    treatment_grace_days: int = Field(default=0, ge=0)
    source: str | None = None


class ClassFile(Model):
    """A band of days past due and its source."""

    name: str
    dpd_min: int = Field(ge=1)
    dpd_max: int | None = None
    source: str | None = None


_GROUPS = {"interest_and_fees": (Component.FEE, Component.INTEREST), "principal": (Component.PRINCIPAL,)}


class AllocationBandFile(Model):
    """The order of the groups for a range of days past due."""

    dpd_min: int = Field(ge=0)
    dpd_max: int | None = None
    order: tuple[Literal["interest_and_fees", "principal"], ...]

    def components(self) -> dict[str, object]:
        """The band with its groups written out."""
        order = [component for group in self.order for component in _GROUPS[group]]
        return {"dpd_min": self.dpd_min, "dpd_max": self.dpd_max, "order": order}


class AllocationFile(Model):
    """The bands, and who orders interest and fees between them: the contract; where it is silent, fees first."""

    bands: tuple[AllocationBandFile, ...]
    inside_group: Literal["contract"]
    source: str


class WindowFile(Model):
    """Hours in which contact is allowed, on every channel."""

    id: str
    open: QuotedTime
    close: QuotedTime
    source: str


class PackFile(Model):
    """A rule pack as it is written."""

    schema_version: Literal[1]
    pack: PackHeader
    sources: dict[str, RuleSource]
    lateness: LatenessFile
    classification: tuple[ClassFile, ...]
    allocation: AllocationFile
    windows: tuple[WindowFile, ...] = Field(min_length=1)

    def rules(self) -> Rules:
        """The pack as the domain knows it; several windows are intersected. Raises ValidationError."""
        lateness, pack = self.lateness, self.pack
        return Rules.model_validate(
            {
                "name": pack.id,
                "version": pack.version,
                "title": pack.title,
                "lateness": {
                    "grace_days": lateness.grace_days,
                    "tolerance": {pack.currency: lateness.tolerance} if lateness.tolerance else {},
                    "treatment_grace_days": lateness.treatment_grace_days,
                },
                "classification": {"bands": [band.model_dump(exclude={"source"}) for band in self.classification]},
                "allocation": {"bands": [band.components() for band in self.allocation.bands]},
                "window": {"open": max(w.open for w in self.windows), "close": min(w.close for w in self.windows)},
            }
        )

    def unknown_sources(self) -> list[tuple[tuple[str | int, ...], str]]:
        """Path and name of every source that is referred to and not given."""
        named: list[tuple[tuple[str | int, ...], str | None]] = [
            (("lateness", "source"), self.lateness.source),
            (("allocation", "source"), self.allocation.source),
        ]
        named += [(("classification", i, "source"), c.source) for i, c in enumerate(self.classification)]
        named += [(("windows", i, "source"), w.source) for i, w in enumerate(self.windows)]
        return [(path, name) for path, name in named if name is not None and name not in self.sources]


def _words(*shapes: type[Model]) -> frozenset[str]:
    return frozenset(name for shape in shapes for name in shape.model_fields)


STRATEGY_WORDS = _words(StrategyFile, LadderStep, DaysPastDue)
"""Every key that a strategy file may have."""
PACK_WORDS = _words(
    PackFile, PackHeader, RuleSource, LatenessFile, ClassFile, AllocationFile, AllocationBandFile, WindowFile
)
"""Every key that a rule pack may have."""
