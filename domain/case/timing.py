"""When a case acts: instants made of days, the strategy's time of day and the hours of contact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from domain.calendar import local_day, local_instant
from domain.compliance import gate
from domain.model.contact import ContactAsk, Verdict
from domain.model.facts import Facts
from domain.model.strategy import Channel

_LEDGER_DAY_BEGINS = time(0, 5)
# Facts of a historical ledger become visible at local midnight of their value date. Five minutes later all of them
# are there, and no notice of that day has left yet: a payment of the day stops it.
LOOK_AGAIN_DAYS = 7
"""Days after which an open case of a live ledger looks by itself when nothing else wakes it: a doorbell that was lost
then delays a cure by a week at most, and the look costs one step."""


def slot(day: date, facts: Facts) -> datetime:
    """The instant of the day at which notices leave by the strategy."""
    return local_instant(day, facts.strategy.send_at, facts.account.zone)


def leaves_at(day: date, earliest: datetime, channel: Channel, facts: Facts) -> datetime | Verdict:
    """The slot of this day when the gate lets a notice leave then; else the first instant of the day, or after it,
    at which it does, at the slot of that later day when that suits. Never before ``earliest``.

    The verdict instead, when no clock lifts what refuses it.
    """
    at = max(slot(day, facts), earliest)
    if _asked(at, channel, facts).allowed:
        return at
    from_midnight = max(local_instant(day, time(0), facts.account.zone), earliest)
    verdict = _asked(from_midnight, channel, facts)
    first = from_midnight if verdict.allowed else verdict.next_at
    if first is None:
        return verdict
    later = slot(local_day(first, facts.account.zone), facts)
    return later if later > first and _asked(later, channel, facts).allowed else first


def _asked(at: datetime, channel: Channel, facts: Facts) -> Verdict:
    ask = ContactAsk(channel=channel, at=at, debts=(facts.account.account_id,))
    return gate.check(ask, facts.record, facts.rules.packs)


def wake(facts: Facts, today: date, notice_at: datetime | None, days: Iterable[date | None]) -> datetime | None:
    """The earliest of the notice's instant, the slots of these days, the ledger's next change and what it knows soon.

    With none of them, ``LOOK_AGAIN_DAYS`` from today. None: nothing happens any more, or only after the last day that a
    historical ledger tells of.
    """
    instants = [at for at in (notice_at, facts.world.next_known_at) if at is not None]
    instants += [slot(max(day, today + timedelta(days=1)), facts) for day in days if day is not None]
    if facts.world.next_change_on is not None:
        day = max(facts.world.next_change_on, today + timedelta(days=1))
        instants.append(local_instant(day, _LEDGER_DAY_BEGINS, facts.account.zone))
    first = min(instants, default=None)
    if facts.world.ends_on is None:
        return first or slot(today + timedelta(days=LOOK_AGAIN_DAYS), facts)
    return first if first is not None and local_day(first, facts.account.zone) <= facts.world.ends_on else None
