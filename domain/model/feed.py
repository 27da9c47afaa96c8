"""The feed: what one pass over the changes of the ledger is asked, and what it came to."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from domain.model.base import Model


class FeedAsk(Model):
    """Relay what changed. ``as_of``: the server's clock, so that a worker whose clock is wrong does the same."""

    as_of: AwareDatetime
    seconds: int = Field(default=240, ge=1)
    """How long the pass may go on while there is more to do; the next one takes the rest."""


class FeedPass(Model):
    """What a pass did, in numbers."""

    changes: int = 0
    """Changes of the ledger that were taken."""
    posted: int = 0
    """Postings of the bank that became entries."""
    postings_refused: int = 0
    rung: int = 0
    """Open cases that look at the ledger now."""
    opened: int = 0
    """Cases that were opened, or whose run was started anew."""
    watched: int = 0
    """Accounts without a case that were looked at: nothing of theirs is past due today."""
    unheard: int = 0
    """Rings that their case did not take; they are tried again."""
    fresh_until: AwareDatetime | None = None
    """Everything that was in the ledger then is relayed; None: there was more than this pass could take."""

    def __add__(self, other: FeedPass) -> FeedPass:
        counts = {name: getattr(self, name) + getattr(other, name) for name in _COUNTS}
        return FeedPass(**counts, fresh_until=other.fresh_until or self.fresh_until)


_COUNTS = tuple(name for name in FeedPass.model_fields if name != "fresh_until")
