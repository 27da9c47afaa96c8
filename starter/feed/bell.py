"""Lets the feed run as soon as the ledger changed, instead of at its next turn.

Nothing depends on it: what it misses is taken by the next scheduled pass.
"""

from __future__ import annotations

import asyncio
import logging

from temporalio.client import Client
from temporalio.service import RPCError

from domain.model.errors import SurroundingsError
from ledger.bell import Bell
from ledger.engine import Ledger
from starter.connection import raise_if_cancelled
from starter.schedules import run_now
from workflows.names import FEED_SCHEDULE

_LISTEN_S = 1.0
"""So long a wait may take: a worker that stops is not held up by it."""
_REST_S = 0.5
"""Least time between two runs, so that a stream of payments does not become as many runs."""
_AGAIN_AFTER_S = 5.0
"""Pause after the ledger or the server did not answer."""

_log = logging.getLogger(__name__)


async def ring_at_changes(client: Client, ledger: Ledger) -> None:
    """Run the feed whenever the ledger changed, until cancelled."""
    bell = Bell(ledger)
    try:
        while True:
            try:
                if await asyncio.to_thread(bell.wait, _LISTEN_S):
                    await run_now(client, FEED_SCHEDULE)
                    await asyncio.sleep(_REST_S)
            except (RPCError, SurroundingsError) as error:
                raise_if_cancelled(error)
                _log.info("the feed runs at its turn only: %s", type(error).__name__)
                bell.close()
                await asyncio.sleep(_AGAIN_AFTER_S)
    finally:
        bell.close()
