"""Messages that are on their way and that no run sends: whoever has the channels asks what became of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.model.facts import MessageState
from domain.model.reconcile import Found, Repair
from ledger import messages
from ledger.engine import Ledger
from ledger.suspects import OnItsWay
from starter.reconcile import evidence
from starter.reconcile.each import Looked, each
from starter.reconcile.server import Server
from starter.reconcile.times import Clock
from workflows.names import case_workflow_id

PAGE = 10
"""Messages whose channels are asked at once."""
LEAVES_AFTER = timedelta(minutes=15)
"""An attempt that has just begun is over by then, whatever became of its run."""
_ITS_CASE_ASKS = timedelta(hours=48)
"""An open case asks for it again on the day after: one that has not is not going to."""

Settle = Callable[[str, datetime], None]
"""Let the channel of the message of this key say what became of it, and store that. Raises SurroundingsError."""


@dataclass(frozen=True)
class OnTheirWay:
    """Settles what is stuck."""

    server: Server
    ledger: Ledger
    settle: Settle | None
    """None: there is no channel at hand, and what is stuck is only told."""

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
        await asyncio.to_thread(self.settle, message.key, clock.now())
        return found if await asyncio.to_thread(self._tell, message, found, clock) else None

    def _tell(self, message: OnItsWay, found: Found, clock: Clock) -> bool:
        with self.ledger.write() as conn:
            now = messages.get(conn, message.key)
            if now is None or (now.state is MessageState.SENDING and now.not_taken == message.not_taken):
                return False
            evidence.of_case(conn, found, message.case_id, clock.now(), state=now.state.value)
            if not message.is_closed:
                evidence.ring(conn, message.account_id, clock.now())
        return True


def _is_late(message: OnItsWay, now: datetime) -> bool:
    """An open case may ask for what surely did not leave at any time: that one needs nobody."""
    if message.is_closed:
        return True
    return not message.not_taken and message.intent_at < now - _ITS_CASE_ASKS
