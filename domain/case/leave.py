"""Leave: whether, from when and until when a contact may be made by hand, as things stand in this step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from domain import stopping
from domain.calendar import days_after, local_day, local_instant
from domain.case.draft import Draft
from domain.case.standing import record_of
from domain.compliance import gate
from domain.compliance.clocks import check_by_every_clock
from domain.model.contact import ContactAsk, Record
from domain.model.permits import PermitGiven

_MINUTE = timedelta(minutes=1)
STALE = "feed.stale"
"""Stands among what refuses for a feed that is older than the strategy allows."""


@dataclass(frozen=True)
class Refusal:
    """Everything that refuses a contact, and the first instant at which the clock alone has lifted it."""

    by: tuple[str, ...]
    allowed_at: datetime | None = None


@dataclass(frozen=True)
class Allowed:
    """From when and until when a contact may be made; what it must keep to."""

    valid_from: datetime
    expires_at: datetime
    conditions: tuple[str, ...]

    def as_permit(self, permit_id: str) -> PermitGiven:
        return PermitGiven(
            permit_id=permit_id,
            valid_from=self.valid_from,
            expires_at=self.expires_at,
            conditions=self.conditions,
        )


def leave_now(draft: Draft, ask: ContactAsk, minutes: int) -> Allowed | Refusal:
    """Leave from this instant on, for so many minutes at most."""
    return _leave(draft, ask, ask.at + timedelta(minutes=minutes))


def leave_on(draft: Draft, ask: ContactAsk, day: date) -> Allowed | Refusal:
    """Leave from the first allowed instant of this local day on, to the end of the hours that begin there."""
    zone = draft.facts.account.zone
    first = replace(ask, at=max(draft.at, local_instant(day, time(), zone)))
    opens = _opening(draft, first)
    if opens is not None and local_day(opens, zone) == day:
        first = replace(ask, at=opens)
    return _leave(draft, first, _end_of(day, zone))


def refusing(draft: Draft, ask: ContactAsk, besides: str = "", *, also_stale: bool = False) -> tuple[str, ...]:
    """What refuses the contact at its instant: stops, the case's own holds, rules; ``besides``: its own permit."""
    _, verdict = check_by_every_clock(ask, record_of(draft, besides), draft.facts.rules.packs)
    return (*_stopped(draft, ask, also_stale=also_stale), *_held(draft, ask.at), *verdict.refused_by)


def _leave(draft: Draft, ask: ContactAsk, until: datetime) -> Allowed | Refusal:
    by = (*refusing(draft, ask, also_stale=True), *promised(draft, ask.at))
    if not by:
        return _lasting(draft, ask, until)
    return Refusal(by, None if _stopped(draft, ask, also_stale=True) else _opening(draft, ask))


def _opening(draft: Draft, ask: ContactAsk) -> datetime | None:
    """The first instant at which neither a hold of the case nor a rule refuses; None: no clock brings it.

    Each turn goes to an instant before which one of them refuses throughout, and a hold comes up but once.
    """
    at, zone, record = ask.at, draft.facts.account.zone, record_of(draft)
    while True:
        free = draft.holds.first_free_day(max(local_day(at, zone), _promise_is_over_on(draft)))
        if not isinstance(free, date):
            return None
        at = max(at, local_instant(free, time(), zone))
        _, verdict = check_by_every_clock(replace(ask, at=at), record, draft.facts.rules.packs)
        if verdict.allowed or verdict.next_at is None:
            return at if verdict.allowed else None
        at = verdict.next_at


def _stopped(draft: Draft, ask: ContactAsk, *, also_stale: bool) -> tuple[str, ...]:
    """Stops hold now, whenever the contact is to be made; so is the feed as old as it is."""
    facts = draft.facts
    fresh_until = facts.fresh_until if also_stale else None
    stopped = stopping.against(replace(ask, at=draft.at), facts.stops, fresh_until, facts.strategy, facts.rules)
    return () if stopped is None else stopped.ids or (STALE,)


def _held(draft: Draft, at: datetime) -> tuple[str, ...]:
    hold = draft.holds.stopping(local_day(at, draft.facts.account.zone))
    return () if hold is None else (f"hold.{hold.id}",)


def promised(draft: Draft, at: datetime) -> tuple[str, ...]:
    """A promise that runs: until its grace is over nobody is asked for money but by its reminder."""
    if draft.promise is None or local_day(at, draft.facts.account.zone) >= _promise_is_over_on(draft):
        return ()
    return (f"promise.{draft.promise.id}",)


def _promise_is_over_on(draft: Draft) -> date:
    return date.min if draft.promise is None else days_after(draft.promise.grace_ends_on, 1)


def _lasting(draft: Draft, ask: ContactAsk, until: datetime) -> Allowed:
    """To the first minute at which a rule refuses, everything else on record staying as it is.

    Never over a midnight: a cap by days counts the contact on the day on which its permit begins.
    """
    record, packs = record_of(draft), draft.facts.rules.packs
    until = min(until, *(_end_of(local_day(ask.at, zone), zone) for zone in (*record.zones, draft.facts.account.zone)))
    # Minute by minute, because no rule tells when it begins to refuse: 35 microseconds each, 50 milliseconds a day.
    closed = (at for at in _ticks(ask.at, until, record) if not gate.check(replace(ask, at=at), record, packs).allowed)
    return Allowed(ask.at, next(closed, until), check_by_every_clock(ask, record, packs)[1].conditions)


def _ticks(after: datetime, until: datetime, record: Record) -> Iterator[datetime]:
    """The whole minutes between, and the ends of facts: rules change at no other instant."""
    ends = sorted(fact.until for fact in record.facts if fact.until is not None and after < fact.until < until)
    minute = after.replace(second=0, microsecond=0) + _MINUTE
    while minute < until:
        while ends and ends[0] <= minute:
            yield ends.pop(0)
        yield minute
        minute += _MINUTE
    yield from ends


def _end_of(day: date, zone: str) -> datetime:
    return local_instant(days_after(day, 1), time(), zone)
