"""Intake: a bank's file becomes accounts, people and entries, and the cases that these need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.model.errors import SurroundingsError
from domain.model.feed import FeedAsk, FeedPass
from ledger.engine import Ledger
from policies import Policies
from starter.connection import connect
from starter.feed.delivery import Door
from starter.feed.relay import Relay
from starter.settings import Settings

_LONGEST_S = 24 * 3600
"""Somebody waits for this pass and sees how far it is: it ends when all is done."""


@dataclass(frozen=True)
class CasesTold:
    """What the cases heard of what is in the ledger now."""

    done: FeedPass
    later: str | None = None
    """Why the rest is left to the feed; None: nothing is left."""


async def tell_cases(
    settings: Settings, ledger: Ledger, policies: Policies, told: Callable[[FeedPass], None]
) -> CasesTold:
    """Relay what waits in the ledger: cases are opened or rung. A server that does not answer is no error."""
    try:
        client = await connect(settings)
    except SurroundingsError as away:
        return CasesTold(FeedPass(), str(away))
    relay = Relay(ledger, policies, Door(client, ledger, policies, settings.history_bound), told=told)
    try:
        await relay.run(FeedAsk(as_of=datetime.now(UTC), seconds=_LONGEST_S))
    except SurroundingsError as away:
        return CasesTold(relay.done, str(away))
    return CasesTold(relay.done)
