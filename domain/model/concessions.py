"""Concessions: what the bank gives up once it is earned, by component; given back when the money behind it is."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime

from domain.model.adjustments import AdjustmentKind, AdjustmentState, KnownAdjustment
from domain.model.base import Model
from domain.model.component import Component
from domain.model.money import Money
from domain.model.names import Code


class Concession(Model):
    """Given up when everything agreed was paid, and not before."""

    id: str
    """``{case}/concession/{offer}``: with what the keys of its adjustments begin."""
    parts: dict[Component, Money]
    """What is given up of each component."""
    needed: Money
    """What must be paid for it."""
    since: AwareDatetime
    """Payments posted from here on count."""
    since_on: date
    """The first value date that counts."""
    until: date | None = None
    """The last one; None: a plan says when it is paid."""
    not_before: date | None = None
    """It is earned on this day at the earliest."""
    plan: str | None = None
    """Key of the plan that must be kept to its end; None: the money alone earns it."""
    settles: bool = False
    """Whether everything that is owed is settled by it."""
    made_by: Code | None = None
    checked_by: Code | None = None
    """Who approved it."""


class KnownConcession(Model):
    """A concession as the ledger has it."""

    concession: Concession
    paid: Money
    """What counts for it, and nobody took back."""
    returned: Money
    """What counted for it and was taken back since it was given."""
    adjustments: tuple[KnownAdjustment, ...] = ()
    """What was asked of the card system for it, in order."""

    @property
    def is_given(self) -> bool:
        """Whether it was asked for last that the card system gives it."""
        return bool(self.adjustments) and self.adjustments[-1].adjustment.kind is AdjustmentKind.WAIVE

    @property
    def can_be_undone(self) -> bool:
        """Whether the card system gave it, or may still."""
        return self.is_given and self.adjustments[-1].state is not AdjustmentState.REFUSED

    @property
    def is_confirmed(self) -> bool:
        """Whether the card system gave it, and it was not given back."""
        return self.is_given and self.adjustments[-1].state is AdjustmentState.CONFIRMED
