"""When a case acts: instants made of days, the strategy's time of day and the hours of contact."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from domain.calendar import local_day, local_instant
from domain.compliance.clocks import check_by_every_clock
from domain.model.contact import ContactAsk, Verdict
from domain.model.facts import Facts

_LEDGER_DAY_BEGINS = time(0, 5)
# Facts of a historical ledger become visible at local midnight of their value date. Five minutes later all of them
# are there, and no notice of that day has left yet: a payment of the day stops it.
LOOK_AGAIN_DAYS = 7
"""Days after which an open case of a live ledger looks by itself when nothing else wakes it: a doorbell that was lost
then delays a cure by a week at most, and the look costs one step."""


def slot(day: date, facts: Facts) -> datetime:
    """The instant of the day at which notices leave by the strategy."""
    return local_instant(day, facts.strategy.send_at, facts.account.zone)


@dataclass(frozen=True)
class Slot:
    """An instant at which a notice may leave."""

    at: datetime
    deferred_by: tuple[str, ...] = ()
    """The rules that keep it from leaving at the strategy's time of its day."""


def leaves_at(key: str, day: date, earliest: datetime, ask: ContactAsk, facts: Facts) -> Slot | Verdict:
    """The slot of this day when the gate lets a notice leave then; else the first instant of the day, or after it,
    at which it does: at the slot of that later day when that suits, or at the opening. Never before ``earliest``;
    ``ask`` is the question but for its instant.

    Whatever waits for another instant than its slot, or was kept back before, leaves spread after that instant: what
    kept it back kept many. The verdict instead, when no clock lifts what refuses it.
    """
    zone = facts.account.zone
    day = max(day, local_day(earliest, zone))
    at = max(slot(day, facts), earliest)
    wanted = asked(ask, at, facts)
    if wanted.allowed:
        return Slot(at if earliest <= facts.as_of else spread_after(key, at, ask, facts))
    from_midnight = max(local_instant(day, time(0), zone), earliest)
    verdict = asked(ask, from_midnight, facts)
    if verdict.allowed:
        return Slot(spread_after(key, from_midnight, ask, facts), wanted.refused_by)
    if verdict.next_at is None:
        return wanted
    later = slot(local_day(verdict.next_at, zone), facts)
    suits = later > verdict.next_at and asked(ask, later, facts).allowed
    return Slot(spread_after(key, later if suits else verdict.next_at, ask, facts), wanted.refused_by)


def spread(key: str, opens_at: datetime, minutes: int, allowed: Callable[[datetime], bool]) -> datetime:
    """The message's own instant within so many minutes after an opening, so that a million do not leave together.

    The same however often it is asked. Where the hours are too short for the minutes: within half of them, or half of
    these, down to the opening itself.
    """
    while minutes and not allowed(opens_at + timedelta(minutes=minutes)):
        minutes //= 2
    at = opens_at + timedelta(seconds=int(sha256(key.encode()).hexdigest()[:8], 16) % (minutes * 60 + 1))
    return at if allowed(at) else opens_at


def spread_after(key: str, opens_at: datetime, ask: ContactAsk, facts: Facts) -> datetime:
    """The same, within the strategy's minutes, where the gate allows it; what may leave now is not put off."""
    if opens_at <= facts.as_of:
        return opens_at
    return spread(key, opens_at, facts.strategy.spread_minutes, lambda at: asked(ask, at, facts).allowed)


def asked(ask: ContactAsk, at: datetime, facts: Facts) -> Verdict:
    """The gate's answer to the question at this instant."""
    return check_by_every_clock(replace(ask, at=at), facts.record, facts.rules.packs)[1]


def wake(
    facts: Facts, today: date, notice_at: datetime | None, days: Iterable[date | None], before: datetime | None
) -> datetime | None:
    """The earliest of the notice's instant, the slots of these days, the ledger's next change and what it knows soon.

    With none of them the instant at which the case was to wake ``before`` this step, while it lies ahead, so that its
    timer goes on; else ``LOOK_AGAIN_DAYS`` from today. None: nothing happens any more, or only after the last day that
    a historical ledger tells of.
    """
    instants = [at for at in (notice_at, facts.world.next_known_at) if at is not None]
    instants += [slot(max(day, today + timedelta(days=1)), facts) for day in days if day is not None]
    if facts.world.next_change_on is not None:
        day = max(facts.world.next_change_on, today + timedelta(days=1))
        instants.append(local_instant(day, _LEDGER_DAY_BEGINS, facts.account.zone))
    first = min(instants, default=None)
    if facts.world.ends_on is None:
        look_at = slot(today + timedelta(days=LOOK_AGAIN_DAYS), facts)
        return first or (before if before is not None and facts.as_of < before < look_at else look_at)
    return first if first is not None and local_day(first, facts.account.zone) <= facts.world.ends_on else None
