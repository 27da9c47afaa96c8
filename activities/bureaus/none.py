"""No bureau: a bank that reports to nobody."""

from __future__ import annotations

from activities.answers import Answer, Refused
from activities.bureaus.base import Telling


class NoBureau:
    """Refuses what was wanted before the bank left its bureau; nothing new is wanted, and no notice leaves."""

    def tell(self, telling: Telling) -> Answer:  # noqa: ARG002  # whatever it is
        """Not taken in."""
        return Refused("no-bureau")
