"""Messages that are on their way and that no run sends: whoever has the channels asks what became of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.model.facts import MessageState
from domain.model.reconcile import Found, Repair
from ledger.suspects import OnItsWay
from starter.reconcile import evidence
from starter.reconcile.each import Looked, each
from starter.reconcile.server import Server
from starter.reconcile.times import Clock
from workflows.names import case_workflow_id

PAGE = 10
"""Messages of one page."""
_AT_ONCE = 3
"""Channels asked at once: the threads in which a slow one keeps us waiting are also those of the feed."""
LEAVES_AFTER = timedelta(minutes=15)
"""An attempt that has just begun is over by then, whatever became of its run."""
_ITS_CASE_ASKS = timedelta(hours=48)
"""An open case asks for it again on the day after: one that has not is not going to."""

Settle = Callable[[OnItsWay, datetime, Callable[[Connection, MessageState], None]], bool]
"""Let the channel of the message say what became of it, store that, and tell of it in the same transaction.

False: nothing was to be settled. Raises SurroundingsError.
"""


@dataclass(frozen=True)
class OnTheirWay:
    """Settles what is stuck."""

    server: Server
    settle: Settle | None
    """None: there is no channel at hand, and what is stuck is only told."""
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE), init=False)

    async def of_page(self, page: Sequence[OnItsWay], clock: Clock) -> Looked[Found]:
        """Settle those that nobody sends any more."""
        late = [message for message in page if _is_late(message, clock.now())]
        return await each([self._one(message, clock) for message in late])

    async def _one(self, message: OnItsWay, clock: Clock) -> Found | None:
        run = await self.server.look(case_workflow_id(message.account_id))
        if run is not None and run.is_sending:
            return None
        found = Found(repair=Repair.STUCK_MESSAGE, account_id=message.account_id, of=message.key)
        if self.settle is None or clock.ask.dry_run:
            return found

        def tell(conn: Connection, state: MessageState) -> None:
            evidence.of_case(conn, found, message.case_id, clock.now(), state=state.value)
            if not message.is_closed:
                evidence.ring(conn, message.account_id, clock.now())

        async with self._slots:
            settled = await asyncio.to_thread(self.settle, message, clock.now(), tell)
        return found if settled else None


def _is_late(message: OnItsWay, now: datetime) -> bool:
    """An open case may ask for what surely did not leave at any time: that one needs nobody."""
    if message.is_closed:
        return True
    return not message.not_taken and message.intent_at < now - _ITS_CASE_ASKS
