"""What closes every contact at once: an operator's emergency stop, and a feed that is too old to rely on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import assert_never

from domain.model.blocker import Blocker
from domain.model.contact import Actor, ContactAsk, Purpose
from domain.model.rules import Rules
from domain.model.stops import StopInForce, StopKind
from domain.model.strategy import Channel, Strategy


@dataclass(frozen=True)
class Stopped:
    """Why nothing leaves, and by which stops."""

    blocker: Blocker
    ids: tuple[str, ...] = ()


def against(
    ask: ContactAsk, stops: Sequence[StopInForce], fresh_until: datetime | None, strategy: Strategy, rules: Rules
) -> Stopped | None:
    """What stops this contact, whoever makes it; None: nothing does. An old feed stops what collects, nothing else."""
    closing = tuple(f"stop.{stop.stop_id}" for stop in stops if _closes(stop, ask, strategy, rules))
    if closing:
        return Stopped(Blocker.STOPPED, closing)
    if ask.purpose is Purpose.COLLECT and is_stale(fresh_until, strategy, ask.at):
        return Stopped(Blocker.STALE)
    return None


def of_debits(stops: Sequence[StopInForce], strategy: Strategy, rules: Rules) -> tuple[str, ...]:
    """The stops that keep the bank from taking money: those of everything, the bank, the strategy and the rules.

    One of a channel or an agency closes a way of contact, and no debit.
    """
    ask = ContactAsk(channel=Channel.FILE, at=datetime.min.replace(tzinfo=UTC))
    ways = (StopKind.CHANNEL, StopKind.AGENCY)
    return tuple(
        f"stop.{stop.stop_id}" for stop in stops if stop.kind not in ways and _closes(stop, ask, strategy, rules)
    )


def is_stale(fresh_until: datetime | None, strategy: Strategy, at: datetime) -> bool:
    """Whether the bank's feed is older than the strategy allows; where there is no feed it never is."""
    return fresh_until is not None and at - fresh_until > timedelta(hours=strategy.fresh_within_hours)


def _closes(stop: StopInForce, ask: ContactAsk, strategy: Strategy, rules: Rules) -> bool:
    match stop.kind:
        case StopKind.ALL:
            return True
        case StopKind.BANK:
            return ask.actor is Actor.CREDITOR
        case StopKind.RULES:
            return stop.value in {pack.id for pack in rules.packs}
        case StopKind.CHANNEL:
            return stop.value == ask.channel
        case StopKind.AGENCY:
            return ask.actor is not Actor.CREDITOR and stop.value == ask.collector
        case StopKind.STRATEGY:
            return stop.value == strategy.name
        case _:
            assert_never(stop.kind)
