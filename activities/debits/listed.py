"""A provider that takes its debits from the ledger's list and answers there."""

from __future__ import annotations

from activities.answers import Taken
from activities.debits.base import Answer, Instruction


class ListedDebits:
    """The bank's own program reads ``duecourse debit list`` and confirms or declines each."""

    def collect(self, instruction: Instruction) -> Answer:  # noqa: ARG002  # it stands in the list already
        """It stands in the list: the answer comes from there."""
        return Taken()

    def fate(self, key: str) -> Answer | None:  # noqa: ARG002
        """What is stored stands in the list."""
        return Taken()
