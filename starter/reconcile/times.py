"""Times of a pass: its clock, what is too new to be touched, and places that are ordered by time."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.model.reconcile import ReconcileAsk
from ledger.suspects import At


@dataclass(frozen=True)
class Clock:
    """The server's clock, going on from the instant of the ask."""

    ask: ReconcileAsk
    _began: float = field(default_factory=time.monotonic, init=False)

    def now(self) -> datetime:
        """Business time."""
        return self.ask.as_of + timedelta(seconds=time.monotonic() - self._began)

    @property
    def is_over(self) -> bool:
        """Whether the next call must take the rest."""
        return time.monotonic() - self._began > self.ask.seconds

    @property
    def settled(self) -> datetime:
        """What happened before this instant is not in the making any more."""
        return self.now() - timedelta(seconds=self.ask.grace_s)

    def is_new(self, *instants: datetime | None) -> bool:
        """Whether one of the instants is about now; one far ahead is of a run in virtual time, not of a moment ago."""
        now, grace = self.now(), timedelta(seconds=self.ask.grace_s)
        return any(at is not None and abs(now - at) < grace for at in instants)


def place_of(at: datetime, of: str) -> str:
    """A place that is ordered by time, as a text."""
    return f"{at.isoformat()} {of}"


def at_place(text: str) -> At | None:
    """The place that the text names; None: the beginning."""
    if not text:
        return None
    instant, _, of = text.partition(" ")
    return datetime.fromisoformat(instant), of
