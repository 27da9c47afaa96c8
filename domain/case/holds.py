"""Holds: which lie on a case on a day, what they stop, and how they end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.model.case import KEEP_LAST, HeldBy
from domain.model.events import HoldReason
from domain.model.facts import Obligation, Pause

_STOP_NOTICES = (HoldReason.OPERATOR, HoldReason.PAUSE, HoldReason.TRACE)


@dataclass(frozen=True)
class Holds:
    """The holds of a case: those not over yet, and the pauses that are."""

    lying: tuple[HeldBy, ...]
    pauses_over: tuple[HeldBy, ...]

    def added(self, hold: HeldBy) -> Holds:
        return Holds((*self.lying, hold), self.pauses_over)

    def changed(self, hold: HeldBy) -> Holds:
        """With this hold in the place of the one of its id."""
        return Holds(tuple(hold if h.id == hold.id else h for h in self.lying), self.pauses_over)

    def ended(self, hold: HeldBy, on: date) -> Holds:
        """Without this hold; a pause that had begun goes on shortening treatment days, up to ``on``."""
        lying = tuple(h for h in self.lying if h.id != hold.id)
        if hold.reason is not HoldReason.PAUSE or hold.starts_on >= on:
            return Holds(lying, self.pauses_over)
        over = hold.model_copy(update={"ends_on": on})
        return Holds(lying, (*self.pauses_over, over)[-KEEP_LAST:])

    def expired(self, today: date) -> tuple[HeldBy, ...]:
        """Those whose last day has passed: ``ends_on`` is the day on which contact may go on."""
        return tuple(h for h in self.lying if h.ends_on is not None and h.ends_on <= today)

    def find(self, hold_id: str) -> HeldBy | None:
        return next((h for h in self.lying if h.id == hold_id), None)

    def pauses(self) -> tuple[Pause, ...]:
        """Every pause of the episode, past, present and agreed for later."""
        paused = (*self.pauses_over, *(h for h in self.lying if h.reason is HoldReason.PAUSE))
        return tuple(Pause(starts_on=h.starts_on, ends_on=h.ends_on) for h in paused)

    def treated(self, obligations: Sequence[Obligation], today: date) -> Sequence[Obligation]:
        """The obligations that no ``left_out`` hold leaves out today."""
        left_out = {
            due_on
            for hold in self.lying
            if hold.reason is HoldReason.LEFT_OUT and hold.starts_on <= today
            for due_on in hold.obligations_due_on
        }
        return tuple(o for o in obligations if o.due_on not in left_out) if left_out else obligations

    def stopping(self, day: date) -> HeldBy | None:
        """The hold that keeps notices from leaving on this day; of several, the one that lasts longest."""
        stopping = [h for h in self.lying if h.reason in _STOP_NOTICES and _lies_on(h, day)]
        return max(stopping, key=lambda h: h.ends_on or date.max, default=None)

    def first_free_day(self, day: date) -> date | HeldBy:
        """The first day from ``day`` on when notices may leave; or the hold without end that lies before it."""
        free = day
        while (hold := self.stopping(free)) is not None:
            if hold.ends_on is None:
                return hold
            free = hold.ends_on
        return free

    def next_end(self) -> date | None:
        """The day on which the next hold ends by itself."""
        return min((h.ends_on for h in self.lying if h.ends_on is not None), default=None)


def _lies_on(hold: HeldBy, day: date) -> bool:
    return hold.starts_on <= day and (hold.ends_on is None or day < hold.ends_on)
