"""Closed: what shut every contact at once when this one was made, an emergency stop or a feed that was too old."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.audit.scene import Finding
from domain.audit.told import FeedTold, KeptStop
from domain.model.contact import CLOCKS_APART, Actor, ContactAsk, Purpose
from domain.model.pack import Pack
from domain.model.stops import StopKind


@dataclass(frozen=True, slots=True)
class Closing:
    """All stops and all words about the feed that there ever were, and by what the strategy of the case goes."""

    stops: tuple[KeptStop, ...] = ()
    feed: tuple[FeedTold, ...] = ()
    strategy: str = ""
    fresh_within: timedelta = timedelta()


def stopped(ask: ContactAsk, packs: Sequence[Pack], closing: Closing, leeway: timedelta) -> Iterator[Finding]:
    """The stops that held at the instant of the question.

    One that was released within the ``leeway`` may have been over by the clock of who asked.
    """
    holding = [stop for stop in closing.stops if _holds(stop, ask.at, leeway)]
    closing_it = [stop for stop in holding if _closes(stop, ask, packs, closing.strategy)]
    if closing_it:
        told = ", ".join(f"{stop.stop_id} ({stop.kind} {stop.value}".rstrip() + ")" for stop in closing_it)
        yield Finding("gate.stopped", "design", f"an emergency stop was in force: {told}")


def stale(ask: ContactAsk, closing: Closing) -> Iterator[Finding]:
    """Whether the feed was older than the strategy allows at the instant of the question, by what was known of it.

    Where nothing was ever told of a feed it never is. What another clock says was told a little later was known.
    """
    known = [told.until for told in closing.feed if told.at <= ask.at + CLOCKS_APART]
    if ask.purpose is Purpose.COLLECT and known and ask.at - max(known) > closing.fresh_within:
        hours = closing.fresh_within // timedelta(hours=1)
        why = f"the bank's feed was complete until {max(known).isoformat()}, more than {hours} hours before"
        yield Finding("gate.stale", "design", why)


def _holds(stop: KeptStop, at: datetime, leeway: timedelta) -> bool:
    return stop.set_at <= at and (stop.released_at is None or at + leeway < stop.released_at)


def _closes(stop: KeptStop, ask: ContactAsk, packs: Sequence[Pack], strategy: str) -> bool:
    return {
        StopKind.ALL: True,
        StopKind.BANK: ask.actor is Actor.CREDITOR,
        StopKind.RULES: any(pack.id == stop.value for pack in packs),
        StopKind.CHANNEL: stop.value == ask.channel,
        StopKind.AGENCY: ask.actor is not Actor.CREDITOR and stop.value == ask.collector,
        StopKind.STRATEGY: stop.value == strategy,
    }[stop.kind]
