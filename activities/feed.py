"""The feed's pass as an activity: a sign of life every few seconds; where it was is in the ledger."""

import logging
from collections.abc import Awaitable, Callable

from temporalio import activity

from activities.errors import told
from activities.pulse import alive
from domain.model.feed import FeedAsk, FeedPass
from workflows.ports.feed import FeedPort

_log = logging.getLogger(__name__)
_BEAT_S = 5.0

Relay = Callable[[FeedAsk, Callable[[FeedPass], None]], Awaitable[FeedPass]]
"""One pass, and who hears how far it has come."""


class FeedActivities(FeedPort):
    """Passes by way of the relay that it was given."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    @activity.defn(name="relay_changes")
    async def relay(self, ask: FeedAsk) -> FeedPass:
        """Let every case that a change concerns know of it; go on from where the last pass ended, however it ended."""
        latest = FeedPass()

        def so_far(done: FeedPass) -> None:
            nonlocal latest
            latest = done

        async with alive(lambda: activity.heartbeat(latest), _BEAT_S):
            with told():
                done = await self._relay(ask, so_far)
        if any(done.model_dump(exclude={"fresh_until"}).values()):
            _log.info("feed: %s", done.model_dump_json(exclude_defaults=True))
        return done
