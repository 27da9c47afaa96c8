"""Watches a running demo until every case is closed, or waits for days that the data does not tell of."""

from __future__ import annotations

import time as clock
from collections.abc import Callable
from dataclasses import dataclass

from domain.calendar import local_day
from domain.model.errors import SurroundingsError
from ledger import report as reports
from ledger.engine import Ledger
from starter.demo.window import Window

STUCK_AFTER_S = 120


@dataclass(frozen=True)
class Progress:
    """How far a demo came."""

    started: int
    cases: int
    by_stage: dict[str, int]
    messages: int
    day: int
    """Virtual day that the slowest moving case has reached; each case has its own clock."""
    days: int
    at_rest: int


class Follower:
    """Looks at the ledger now and then."""

    def __init__(
        self,
        ledger: Ledger,
        window: Window,
        zone: str,
        cases: int,
        show: Callable[[Progress], None],
        seconds: Callable[[], float] = clock.monotonic,
    ) -> None:
        self.ledger, self.window, self.zone, self.cases, self.show = ledger, window, zone, cases, show
        self.started = 0
        self._seconds = seconds
        self._seen: tuple[reports.Standing, int] | None = None
        self._moved_at = seconds()

    def look(self) -> bool:
        """Show the progress; True when all is done. Raises SurroundingsError when nothing moves for long."""
        with self.ledger.read() as connection:
            standing = reports.standing(connection)
        seen, now = (standing, self.started), self._seconds()
        if seen != self._seen:
            self._seen, self._moved_at = seen, now
        elif now - self._moved_at > STUCK_AFTER_S:
            raise SurroundingsError(f"no case moved for {STUCK_AFTER_S} s: see server.log and worker.log")
        self.show(self._progress(standing))
        return self.started == self.cases == standing.at_rest

    def _progress(self, seen: reports.Standing) -> Progress:
        next_day = min((local_day(at, self.zone) for at in seen.wakes), default=self.window.first)
        day = self.window.days if seen.at_rest == self.cases else (next_day - self.window.first).days + 1
        return Progress(
            started=self.started,
            cases=self.cases,
            by_stage=seen.by_stage,
            messages=seen.messages,
            day=min(max(day, 1), self.window.days),
            days=self.window.days,
            at_rest=seen.at_rest,
        )
