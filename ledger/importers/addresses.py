"""What an importer asks about addresses. How a number or a mail address is written is not the ledger's to know."""

from __future__ import annotations

from typing import Protocol

from domain.model.strategy import Channel


class Addresses(Protocol):
    """Checks addresses as they are checked wherever they come in."""

    def normalised(self, channel: Channel, text: str) -> str:
        """The address as the channel needs it; raises InputError, which does not repeat it."""

    def same(self, channel: Channel, one: str, other: str) -> bool:
        """Whether two addresses reach the same place, however each was written."""

    def tells_of(self, name: str, address: str) -> bool:
        """Whether a name gives the address away."""
