"""What closes every contact at once: an operator's emergency stop, and a feed that is too old to rely on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from domain.model.events import Blocker
from domain.model.rules import Rules
from domain.model.strategy import Channel, Strategy
from ledger import stops, watermarks
from ledger.stops import Stop, StopKind
from ledger.watermarks import LEDGER_FEED


@dataclass(frozen=True)
class Stopped:
    """Why nothing leaves, and by which stops."""

    blocker: Blocker
    ids: tuple[str, ...] = ()


def against(conn: Connection, strategy: Strategy, rules: Rules, channel: Channel, at: datetime) -> Stopped | None:
    """What stops the bank's own contact on this channel at this instant; None: nothing does."""
    closing = [stop for stop in stops.in_force(conn, at) if _closes(stop, strategy, rules, channel)]
    if closing:
        return Stopped(Blocker.STOPPED, tuple(f"stop.{stop.stop_id}" for stop in closing))
    fresh_until = watermarks.get(conn, LEDGER_FEED)
    if fresh_until is not None and at - fresh_until > timedelta(hours=strategy.fresh_within_hours):
        return Stopped(Blocker.STALE)
    return None


def _closes(stop: Stop, strategy: Strategy, rules: Rules, channel: Channel) -> bool:
    names = {
        StopKind.RULES: {pack.id for pack in rules.packs},
        StopKind.CHANNEL: {channel.value},
        StopKind.STRATEGY: {strategy.name},
    }
    return stop.kind in (StopKind.ALL, StopKind.BANK) or stop.value in names.get(stop.kind, set())
