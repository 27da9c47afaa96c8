"""Adjustments: what the engine grants and only the bank's card system can do; asked for, then confirmed."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field

from domain.model.base import Model
from domain.model.component import Component
from domain.model.money import Money
from domain.model.names import Code

ADJUST = "adjust"
"""Name of the activity that asks for one: it stands in histories."""


class AdjustmentKind(StrEnum):
    """What the card system is asked to do."""

    RESCHEDULE = "reschedule"
    """What a plan covers falls due by its instalments, no longer by statements."""
    BLOCK = "block"
    """The card is not used any more: no new minimum payment falls due."""
    RATE = "rate"
    """From a plan's signing on its balance bears this rate, and no other."""
    WAIVE = "waive"
    """What was earned is given up: no longer owed."""
    REINSTATE = "reinstate"
    """What was given up is owed again, or a re-age is undone: the money behind it was taken back."""
    RE_AGE = "re_age"
    """What is past due is met without being paid: the account is current, and owes what it owed."""
    RESTORE = "restore"
    """A plan is over: what it moved falls due as the contract says."""


class AdjustmentState(StrEnum):
    """How far an adjustment came."""

    WANTED = "wanted"
    """The instruction is stored, and the card system may not have it yet."""
    ASKED = "asked"
    """The card system has it, and has not said what became of it."""
    CONFIRMED = "confirmed"
    """The card system did it."""
    REFUSED = "refused"
    """The card system will not do it: a person must look."""


class Adjustment(Model):
    """An instruction to the card system, under a business key that makes it happen once."""

    key: str
    kind: AdjustmentKind
    percent: Decimal | None = None
    """With a rate: nominal, in percent a year."""
    amount: Money | None = None
    """What it is about, where that is money."""
    parts: dict[Component, Money] = Field(default_factory=dict)
    """By component, where it says so."""
    undoes: str | None = None
    """Key of the adjustment that it takes back."""
    made_by: Code | None = None
    checked_by: Code | None = None
    """Who approved it, where the strategy wants a second person."""

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        rate = "" if self.percent is None else f" to {self.percent} %"
        stated = ", ".join(f"{money} {name}" for name, money in self.parts.items())
        amount = "" if self.amount is None else f" of {stated or self.amount}"
        return f"{self.kind.replace('_', ' ')}{rate}{amount}"


class KnownAdjustment(Model):
    """An adjustment as the ledger has it."""

    adjustment: Adjustment
    state: AdjustmentState


class Adjust(Model):
    """Ask the card system for adjustments of one account: all of a step in one effect."""

    kind: Literal["adjust"] = "adjust"
    key: str
    case_id: str
    account_id: str
    as_of: AwareDatetime
    adjustments: tuple[Adjustment, ...] = Field(min_length=1)

    @property
    def summary(self) -> str:
        """One line for the Web UI."""
        return f"Ask the card system: {', '.join(each.wanted for each in self.adjustments)}"


class AdjustResult(Model):
    """What the card system answered to each: confirmed, refused, or still to come."""

    states: tuple[AdjustmentState, ...]
