"""Rules: what law, supervision and convention fix, as data read from a pack."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field, model_validator

from domain.model.base import Model
from domain.model.component import Component as Component
from domain.model.money import CurrencyCode
from domain.model.names import PackId
from domain.model.pack import Pack


class Lateness(Model):
    """Within which limits nobody is late; beyond them days count from the due date.

    ``grace_days`` are calendar days after the due date; ``tolerance`` is a shortfall, by currency, that is no arrears.
    ``treatment_grace_days`` are the days past due that treatment days leave out (0 unless a contract says otherwise).
    """

    grace_days: int = Field(default=0, ge=0)
    tolerance: dict[CurrencyCode, Decimal] = Field(default_factory=dict)
    treatment_grace_days: int = Field(default=0, ge=0)


class Bucket(Model):
    """A band of days past due, both ends inclusive; day 1 is the day after the due date; ``dpd_max`` None: no end."""

    name: str
    dpd_min: int = Field(ge=1)
    dpd_max: int | None = None


class Buckets(Model):
    """The bands of a pack: in order, without gap or overlap, the last one open."""

    bands: tuple[Bucket, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _cover_every_day_once(self) -> Buckets:
        if len({band.name for band in self.bands}) != len(self.bands):
            raise ValueError("two buckets have the same name")
        expected = self.bands[0].dpd_min
        for i, band in enumerate(self.bands):
            if band.dpd_min != expected:
                raise ValueError(f"bucket {band.name} starts at day {band.dpd_min}, not {expected}: gap or overlap")
            if band.dpd_max is None:
                if i != len(self.bands) - 1:
                    raise ValueError(f"bucket {band.name} has no end but is not the last")
                return self
            if band.dpd_max < band.dpd_min:
                raise ValueError(f"bucket {band.name} ends before it starts")
            expected = band.dpd_max + 1
        raise ValueError("the last bucket must have no end")

    def of(self, days: int) -> str | None:
        """Name of the bucket of so many days past due; None below the first."""
        return next((b.name for b in reversed(self.bands) if days >= b.dpd_min), None)


class AllocationBand(Model):
    """The order in which a payment covers the components, by contractual days past due at its value date."""

    dpd_min: int = Field(ge=0)
    dpd_max: int | None = None
    order: tuple[Component, ...]

    @model_validator(mode="after")
    def _every_component_once(self) -> AllocationBand:
        if sorted(self.order) != sorted(Component):
            raise ValueError("an allocation order names every component once")
        return self


class AllocationOrder(Model):
    """Allocation bands that cover every day past due from 0 on, without gap or overlap."""

    bands: tuple[AllocationBand, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _cover_every_day_once(self) -> AllocationOrder:
        expected: int | None = 0
        for band in self.bands:
            if expected is None or band.dpd_min != expected:
                raise ValueError(f"allocation band from day {band.dpd_min}: gap or overlap")
            expected = None if band.dpd_max is None else band.dpd_max + 1
        if expected is not None:
            raise ValueError("the last allocation band must have no end")
        return self

    def at(self, days_past_due: int) -> tuple[Component, ...]:
        return next(b.order for b in reversed(self.bands) if days_past_due >= b.dpd_min)


class Rules(Model):
    """A rule pack with all that it stands on: a pinned version of it holds for the life of a case."""

    name: PackId
    version: int = Field(ge=1)
    title: str
    lateness: Lateness
    classification: Buckets
    allocation: AllocationOrder
    packs: tuple[Pack, ...] = Field(min_length=1)
    """The stack that every contact must satisfy: what the pack extends first, the pack itself last."""
