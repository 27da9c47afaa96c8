"""Predicates: from which instant the debtor counts as out of contact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from domain.calendar import days_after, local_day
from domain.compliance.holds import open_holds
from domain.compliance.situation import Moment, Situation, midnight
from domain.model.contact import Direction, FactKind, Outcome, Party, PastContact
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
    since = _last_conversation(situation)
    if any(since is None or fact.at > since for fact in situation.of(FactKind.LOST_CONTACT)):
        return moment.at
    if any(
        since is None or fact.at > since for hold in holds for fact, _ in open_holds(hold, situation, moment.at, zones)
    ):
        return moment.at
    tried = _tried(situation, moment.at, since)
    ends = [min(_signs(predicate.any, tried, moment.at, zone), default=None) for zone in zones]
    seen = [end for end in ends if end is not None]
    return max(seen) if seen and len(seen) == len(ends) else None


def _last_conversation(situation: Situation) -> datetime | None:
    spoke = (c.at for c in situation.contacts if c.party is Party.DEBTOR and c.outcome is Outcome.CONVERSATION)
    return next(spoke, None)


def _tried(situation: Situation, at: datetime, since: datetime | None) -> list[PastContact]:
    """The attempts to reach the debtor since the last conversation, oldest first."""
    return [
        c
        for c in reversed(situation.contacts)
        if c.party is Party.DEBTOR and c.direction is Direction.OUT and c.at <= at and (since is None or c.at > since)
    ]


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
