"""Predicates: from which instant the debtor counts as out of contact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from domain.calendar import days_after, local_day
from domain.compliance.holds import open_holds
from domain.compliance.situation import Moment, Situation, midnight
from domain.model.contact import Direction, FactKind, Outcome, Party, PastContact, PastFact
from domain.model.pack import DaysUnreachable, FailedInARow, Pack, PackHold, Predicate, Signs
from domain.model.strategy import Channel

_FAILURES = frozenset(
    {
        Outcome.NO_ANSWER,
        Outcome.BUSY,
        Outcome.NOT_IN_SERVICE,
        Outcome.VOICEMAIL,
        Outcome.FAILED,
        Outcome.UNREPORTED,
    }
)
_BY_NUMBER = frozenset({Channel.CALL, Channel.SMS})
_ONE_DAY = timedelta(days=1)


def holds_of(pack: Pack, predicate: Predicate) -> tuple[PackHold, ...]:
    """The rules of the holds that are signs."""
    return tuple(hold for hold in pack.holds if hold.id in predicate.any.holds)


def true_from(
    predicate: Predicate, holds: Sequence[PackHold], situation: Situation, moment: Moment, zones: Sequence[str]
) -> datetime | None:
    """The instant from which it is true in every zone if nothing else happens; None: not by the clock alone."""
    tried, since = _tried(situation, moment.at)
    if any(since is None or fact.at > since for fact in situation.of(FactKind.LOST_CONTACT)):
        return moment.at
    ends = [
        # A door opens by a hold only where it still lies: its last day may be over in one zone before it is in another.
        moment.at
        if _lies(holds, situation, moment.at, zone, since)
        else min(_signs(predicate.any, tried, moment.at, zone), default=None)
        for zone in zones
    ]
    seen = [end for end in ends if end is not None]
    return max(seen) if seen and len(seen) == len(ends) else None


def _lies(holds: Sequence[PackHold], situation: Situation, at: datetime, zone: str, since: datetime | None) -> bool:
    return any(_is_sign(found.fact, since) for hold in holds for found in open_holds(hold, situation, at, (zone,)))


def _is_sign(hold: PastFact, since: datetime | None) -> bool:
    """It lies on the debtor, of whom it says more than a conversation before it did."""
    return hold.party is Party.DEBTOR and (since is None or hold.at > since)


def _tried(situation: Situation, at: datetime) -> tuple[list[PastContact], datetime | None]:
    """The attempts to reach the debtor since the last conversation, oldest first, and the instant of that one."""
    tried: list[PastContact] = []
    since = None
    for contact in situation.contacts:
        if contact.party is Party.DEBTOR:
            if contact.outcome is Outcome.CONVERSATION:
                since = contact.at
                break
            if contact.direction is Direction.OUT and contact.at <= at:
                tried.append(contact)
    return tried[::-1], since


def _signs(signs: Signs, tried: Sequence[PastContact], at: datetime, zone: str) -> Iterator[datetime]:
    if signs.number_invalid and _all_out_of_service(tried):
        yield at
    if signs.failed_attempts_in_a_row is not None:
        yield from _after_a_row(signs.failed_attempts_in_a_row, tried, zone)
    if signs.days_unreachable is not None:
        yield from _after_days(signs.days_unreachable, tried, zone)


def _all_out_of_service(tried: Sequence[PastContact]) -> bool:
    last = {c.address: c.outcome for c in tried if c.channel in _BY_NUMBER}
    return bool(last) and set(last.values()) == {Outcome.NOT_IN_SERVICE}


def _after_a_row(sign: FailedInARow, tried: Sequence[PastContact], zone: str) -> Iterator[datetime]:
    """Whatever is no failure breaks the row: it reached somebody, or may still."""
    row = 0
    for contact in tried:
        row = row + 1 if contact.outcome in _FAILURES else 0
        if row == sign.n:
            at_once = sign.then == "at_once"
            yield contact.at if at_once else midnight(days_after(local_day(contact.at, zone), 1), zone)
            return


def _after_days(sign: DaysUnreachable, tried: Sequence[PastContact], zone: str) -> Iterator[datetime]:
    """A day counts on which every attempt failed."""
    days: dict[date, bool] = {}
    for contact in tried:
        day = local_day(contact.at, zone)
        days[day] = days.get(day, True) and contact.outcome in _FAILURES
    row, before = 0, None
    for day, failed in days.items():
        row = (row if before is not None and day - before == _ONE_DAY else 0) + 1 if failed else 0
        before = day
        if row == sign.n:
            yield midnight(days_after(day, 1), zone)
            return
