"""The alarm of an entity: when it wakes by itself, and the one timer that goes on while that instant stays the same."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import workflow


@dataclass(frozen=True)
class Alarm:
    """When the entity wakes by itself, and why."""

    at: datetime | None
    """None: it does not."""
    why: str
    kept: bool
    """Whether a timer that runs for this instant goes on; else each wait has its own, as runs of before had."""

    @property
    def left(self) -> timedelta | None:
        """How long until then; None: for ever."""
        return None if self.at is None else max(self.at - workflow.now(), timedelta())


class Timer:
    """One timer for many waits: it is an action of its own, and most of what arrives does not move the alarm."""

    def __init__(self) -> None:
        self._rings: asyncio.Future[None] | None = None
        self._at: datetime | None = None

    @property
    def rang(self) -> bool:
        return self._rings is not None and self._rings.done()

    def wind(self, alarm: Alarm) -> None:
        """Let it ring at this instant; what is past rings at once."""
        if self._rings is not None and self._at == alarm.at:
            return
        self.stop()
        left = alarm.left
        if left is None:
            return
        self._at = alarm.at
        if left:
            self._rings = asyncio.create_task(workflow.sleep(left, summary=alarm.why))
        else:
            self._rings = asyncio.get_running_loop().create_future()
            self._rings.set_result(None)

    def stop(self) -> None:
        if self._rings is not None:
            self._rings.cancel()
        self._rings = self._at = None
