"""A card system that takes its instructions from the ledger's list and answers there."""

from __future__ import annotations

from activities.answers import Answer, Taken
from activities.cards.base import Instruction


class ListedCards:
    """The bank's own program, or a person, reads ``duecourse adjustment list`` and confirms or refuses each."""

    def apply(self, instruction: Instruction) -> Answer:  # noqa: ARG002  # it stands in the list already
        """It stands in the list: the answer comes from there."""
        return Taken()
