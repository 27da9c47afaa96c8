"""What every card system offers: take an instruction once under its key, and say what became of it, now or later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from activities.answers import Answer
from domain.model.adjustments import Adjustment


@dataclass(frozen=True)
class Instruction:
    """An adjustment of one account."""

    account_id: str
    adjustment: Adjustment
    at: datetime
    """When it is given."""


class CardSystem(Protocol):
    """A way to the card system."""

    def apply(self, instruction: Instruction) -> Answer:
        """Take the instruction; the same key again has no second effect.

        Raises SurroundingsError when the card system cannot be reached: it is tried again.
        """
        ...
