"""The offer book: what a bank is ready to agree on with whom, as versioned data; and what one customer is offered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from domain.model.base import Model
from domain.model.component import Component
from domain.model.money import Money
from domain.model.names import RuleId, Slug

Percent = Annotated[Decimal, Field(ge=0, le=100)]


class Level(StrEnum):
    """Who may agree to something for the bank."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"


class Conceded(Model):
    """What is given up of one component, and when: nothing is, before it is earned."""

    component: Component
    percent: Percent
    """Of what is owed of the component."""
    earned: Literal["when_paid", "on_completion"] = "when_paid"


class _Entry(Model):
    """What every entry of the book says: for whom it is, and who may agree to it."""

    id: Slug
    buckets: tuple[RuleId, ...] = ()
    """Classes of the account that it is for; none: all."""
    balance_from: Decimal = Field(default=Decimal(0), ge=0)
    """The least balance that it is for, in the account's currency."""
    level: Level = Level.AGENT
    gives: tuple[Conceded, ...] = ()

    @model_validator(mode="after")
    def _principal_needs_authority(self) -> _Entry:
        names = [each.component for each in self.gives]
        if len(set(names)) != len(names):
            raise ValueError(f"the entry {self.id} gives up a component twice")
        if Component.PRINCIPAL in names and self.level is Level.AGENT:
            raise ValueError(f"the entry {self.id} gives up principal: only a supervisor may agree to it")
        return self


class PayNow(_Entry):
    """What is past due is paid within some days; something is given up for it."""

    kind: Literal["pay_now"] = "pay_now"
    within_days: int = Field(ge=1, le=31)


class Instalments(_Entry):
    """All that is owed is repaid in equal monthly instalments."""

    kind: Literal["instalments"] = "instalments"
    counts: tuple[int, ...] = Field(min_length=1)
    """How many instalments, such as 3, 6, 12, 24, 36 and 60."""
    percent: Decimal = Field(default=Decimal(0), ge=0, le=1_000)
    """Nominal annual rate; 0: the interest stops."""

    @model_validator(mode="after")
    def _counts_rise(self) -> Instalments:
        if list(self.counts) != sorted(set(self.counts)) or self.counts[0] < 1:
            raise ValueError(f"the counts of {self.id} must rise from 1 on, each once")
        return self


class Settlement(_Entry):
    """Less than all is taken as final, when it is paid at once."""

    kind: Literal["settlement"] = "settlement"
    least_percent: Percent
    """Of the balance: the floor, for the bank's eyes only."""
    within_days: int = Field(ge=1, le=92)

    @model_validator(mode="after")
    def _is_final(self) -> Settlement:
        if self.level is Level.AGENT:
            raise ValueError(f"the entry {self.id} settles for less: only a supervisor may agree to it")
        return self


class Hardship(_Entry):
    """The interest stops, and a token is paid, or nothing, until the situation is looked at again."""

    kind: Literal["hardship"] = "hardship"
    token: Decimal = Field(ge=0)
    """Least monthly payment; 0: a pause."""
    review_months: int = Field(ge=1, le=12)
    evidence: bool = True
    """Whether the customer shows what happened."""


BookEntry = Annotated[PayNow | Instalments | Settlement | Hardship, Field(discriminator="kind")]


class OfferBook(Model):
    """What may be offered; in its order where two are as good."""

    expires_days: int = Field(default=14, ge=1, le=92)
    """An offer stands so many days."""
    first_within_days: int = Field(default=31, ge=1, le=92)
    """The first payment of an offer falls due so many days after it is made."""
    most_rounds: int = Field(default=5, ge=1, le=20)
    """So many proposals of a customer are answered; then the last counter stands until it expires."""
    entries: tuple[BookEntry, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_id_once(self) -> OfferBook:
        names = [entry.id for entry in self.entries]
        double = next((name for name in names if names.count(name) > 1), None)
        if double is not None:
            raise ValueError(f"the entry {double} stands in the book twice")
        return self


class Offer(Model):
    """What one customer is offered."""

    entry: Slug
    kind: Literal["pay_now", "instalments", "settlement", "hardship"]
    count: int
    """How many payments."""
    first_on: date
    monthly: Money
    """The most that it takes in a month."""
    total: Money
    """Of all payments, until a review where there is one."""
    percent: Decimal = Decimal(0)
    forgiven: dict[Component, Money] = Field(default_factory=dict)
    """What is given up of each component once it is earned."""
    level: Level = Level.AGENT
    review_on: date | None = None
    expires_on: date
    evidence: bool = False


class NoOffer(StrEnum):
    """Why nothing is offered."""

    ABILITY_UNKNOWN = "ability_unknown"
    """What the customer can pay is not known: ask first."""
    NOTHING_FITS = "nothing_fits"
    """Nothing in the book is lawful and affordable: a person looks."""


class Proposal(Model):
    """What a customer, or somebody for them, says that they would pay."""

    count: int | None = Field(default=None, ge=1, le=1_200)
    """All of it in so many monthly instalments."""
    monthly: Money | None = None
    """All of it, so much in a month."""
    once: Money | None = None
    """This at once, of what is past due."""
    final: Money | None = None
    """This at once, as final: everything is settled by it."""

    @model_validator(mode="after")
    def _one_of_them(self) -> Proposal:
        if sum(said is not None for said in (self.count, self.monthly, self.once, self.final)) != 1:
            raise ValueError("a proposal says one thing: count, monthly, once or final")
        return self


class Verdict(StrEnum):
    """What the bank answers to a proposal."""

    ACCEPTED = "accepted"
    NEEDS_APPROVAL = "needs_approval"
    """It is inside the book, and more than who listens may agree to."""
    COUNTERED = "countered"
    """These are the nearest terms that are acceptable: sent back they are accepted."""
    ENDED = "ended"
    """As many proposals as the book answers were made: the offer stands until it expires."""
    NOTHING = "nothing"
    """No terms are acceptable: what the customer can pay is not known, or a person looks."""


class Considered(Model):
    """The bank's answer to a proposal, and the offer that it is about."""

    verdict: Verdict
    offer: Offer | None = None
    why: str
    """For the customer: never what the book keeps to itself."""
