"""What every card system offers: take an instruction once under its key, and say what became of it, now or later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.model.adjustments import Adjustment


@dataclass(frozen=True)
class Instruction:
    """An adjustment of one account."""

    account_id: str
    adjustment: Adjustment
    at: datetime
    """When it is given."""


@dataclass(frozen=True)
class Confirmed:
    """It is done."""

    reference: str
    """By which the card system knows it."""


@dataclass(frozen=True)
class Refused:
    """It will not be done."""

    reason: str
    """A code."""


@dataclass(frozen=True)
class Taken:
    """The card system has it, and answers later."""


Answer = Confirmed | Refused | Taken


class CardSystem(Protocol):
    """A way to the card system."""

    def apply(self, instruction: Instruction) -> Answer:
        """Take the instruction; the same key again has no second effect.

        Raises SurroundingsError when the card system cannot be reached: it is tried again.
        """
        ...
