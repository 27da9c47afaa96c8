"""Agencies: third parties that collect for the bank, as the bank's own file tells of each."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator

from domain.model.base import Growing, Model
from domain.model.commission import CommissionSchedule, in_currency
from domain.model.contact import COLLECTOR_OF_THE_BANK
from domain.model.days import out_of_range
from domain.model.money import CurrencyCode, Money
from domain.model.names import Code, RuleId, Slug

Line = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\r\n\t]{1,200}$")]
"""One line that customers read, such as the name of a company."""


def _usable(day: date) -> date:
    if why := out_of_range(day):
        raise ValueError(why)
    return day


Day = Annotated[date, AfterValidator(_usable)]
"""A day that can be counted from."""


class Validity(Model):
    """From when until when something holds, both days included."""

    valid_from: Day
    valid_until: Day | None = None
    """The last day; None: no end is stated."""

    @model_validator(mode="after")
    def _has_a_day(self) -> Validity:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValueError(f"valid_until {self.valid_until} lies before valid_from {self.valid_from}")
        return self

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class AgencyLicence(Validity):
    """Leave of an authority to collect for others."""

    number: Code
    authority: Line


class Contract(Validity):
    """What bank and agency agreed, as references and codes; what is left out, the contract does not state."""

    reference: Code
    purpose: Code | None = None
    method: tuple[Code, ...] = ()
    """By which means the agency may collect."""
    data_types: tuple[Code, ...] = ()
    """Which data of customers it is given."""
    safeguards: tuple[Code, ...] = ()
    """How it keeps them safe."""
    rights_duties: tuple[Code, ...] = ()
    also_states: tuple[RuleId, ...] = ()
    """What else it states that a rule pack of the bank's own may ask for."""
    subcontracting: Literal["forbidden", "with_written_consent", "free"]
    may_take_money: bool
    """Whether customers may pay the agency."""
    tail_months: int = Field(default=0, ge=0, le=120)
    """For so many months after an account is back, what it pays still earns commission."""

    def states(self, item: str) -> bool:
        """Whether the contract says this, by the names that rule packs have for it; ``term``: when it ends."""
        if item == "term":
            return self.valid_until is not None
        own = {"purpose", "method", "data_types", "safeguards", "rights_duties"}
        return bool(getattr(self, item)) if item in own else item in self.also_states


class Segment(Model):
    """Which accounts the agency may be given: lateness, currency, and what is owed in all, both ends inclusive."""

    currency: CurrencyCode
    buckets: tuple[str, ...] = Field(min_length=1)
    """Bands of days past due, as the rules name them."""
    least: Money | None = None
    most: Money | None = None

    @model_validator(mode="after")
    def _is_a_range(self) -> Segment:
        in_currency(self.currency, self.least, self.most)
        if self.least is not None and self.most is not None and self.most < self.least:
            raise ValueError(f"most {self.most} lies below least {self.least}")
        return self


class ImpactAssessment(Model):
    """What sharing customers' data with the agency does to them, assessed."""

    reference: Code
    on: Day


class HeadOfficeApproval(Model):
    """Who at the head office approved the agency."""

    by: Code
    on: Day
    reference: Code


class Agency(Growing):
    """An agency: what the bank knows of it and agreed with it. Only its company's name and contact are words."""

    LATER: ClassVar[frozenset[str]] = frozenset()
    id: Slug
    """Also the collector in permits and stops."""
    name: Line
    contact: Line
    """How a customer reaches it: the notice of an assignment names both."""
    zone: str
    """IANA name of the zone in which its days are counted."""
    licence: AgencyLicence | None = None
    contracts: tuple[Contract, ...] = Field(default=(), max_length=50)
    """One after the other, the oldest first: a renewal stands behind what it renews."""
    zones: tuple[str, ...] = Field(min_length=1)
    """Regions: zones of accounts that it may be given."""
    segments: tuple[Segment, ...] = Field(min_length=1)
    capacity: int = Field(ge=0, le=10_000_000)
    """The most accounts that it has at once."""
    commission: CommissionSchedule
    impact_assessment: ImpactAssessment | None = None
    head_office_approval: HeadOfficeApproval | None = None
    dossier_public_key: Annotated[str, StringConstraints(max_length=8_000)] | None = None
    """With which what it is sent will be encrypted; only stored."""

    @field_validator("id")
    @classmethod
    def _is_not_the_bank(cls, name: str) -> str:
        if name == COLLECTOR_OF_THE_BANK:
            raise ValueError(f"{name} is the bank itself: give the agency an id of its own")
        return name

    @field_validator("contracts")
    @classmethod
    def _follow_each_other(cls, contracts: tuple[Contract, ...]) -> tuple[Contract, ...]:
        for one, then in pairwise(contracts):
            if one.valid_until is None or then.valid_from <= one.valid_until:
                raise ValueError(
                    f"the contract {then.reference} begins before {one.reference} is over: let them follow"
                )
        if len({contract.reference for contract in contracts}) != len(contracts):
            raise ValueError("two contracts have the same reference")
        return contracts

    @field_validator("dossier_public_key")
    @classmethod
    def _is_public(cls, key: str | None) -> str | None:
        if key is not None and "PRIVATE" in key:
            raise ValueError("this is a private key: keep it secret, and give the public one")
        return key

    def contract_on(self, day: date) -> Contract | None:
        """The contract that holds on the day."""
        return next((contract for contract in self.contracts if contract.holds_on(day)), None)
