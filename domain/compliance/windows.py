"""Windows: the local hours of contact, in every zone in which the person may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from domain.calendar import days_after, local_day
from domain.compliance.holidays import is_holiday
from domain.compliance.hours import agreed, borders, includes, is_in_force, requests
from domain.compliance.judge import Judge, Lift
from domain.compliance.situation import Moment, Situation
from domain.compliance.walls import turns
from domain.model.contact import FactKind, NextKind
from domain.model.pack import MINUTES_OF_DAY, Holidays, Window
from domain.model.strategy import Channel

_FAR = timedelta(days=400)
_REQUESTS = (FactKind.AGREED_WINDOW, FactKind.PREFERRED_WINDOW, FactKind.INCONVENIENT_WINDOW)


@dataclass(frozen=True, slots=True, eq=False)
class WindowJudge(Judge):
    """The pieces of one rule that fit the question; any of them suffices."""

    pieces: tuple[Window, ...]
    holidays: Holidays | None
    margin: int
    """Minutes before each close in which no call is begun any more."""

    def judge(self, situation: Situation, moment: Moment) -> Lift | None:
        return None if self.allows(situation, moment) else opening((self,), situation, moment.at)

    def allows(self, situation: Situation, moment: Moment) -> bool:
        return all(self._is_open_in(zone, situation, moment) for zone in self.zones(situation))

    def _is_open_in(self, zone: str, situation: Situation, moment: Moment) -> bool:
        wall = moment.walls[zone]
        minute = wall.hour * 60 + wall.minute
        weekday = wall.isoweekday()
        margin = self.margin if situation.ask.channel is Channel.CALL else 0
        for piece in self.pieces:  # no any(): this is asked of every hour that may be the next
            if (
                (
                    (weekday in piece.weekdays and piece.open <= minute < piece.close - margin)
                    or (piece.widen_by != "none" and _is_agreed(piece, situation, moment.at, zone, minute, margin))
                )
                and not (piece.on_holiday == "closed" and self.has_holiday(moment, zone))
                and (piece.narrow_by == "none" or _suits(situation, moment.at, zone, minute))
            ):
                return True
        return False

    def has_holiday(self, moment: Moment, zone: str) -> bool:
        return self.holidays is not None and is_holiday(self.holidays, moment.walls[zone].date())


@dataclass(frozen=True, slots=True, eq=False)
class HolidayWarning(Judge):
    """Contact on a holiday is allowed by the rule, but said to be one."""

    window: WindowJudge

    def judge(self, situation: Situation, moment: Moment) -> Lift | None:
        warns = any(self.window.has_holiday(moment, zone) for zone in self.zones(situation))
        return NextKind.EVENT if warns else None


def opening(windows: Sequence[WindowJudge], situation: Situation, at: datetime) -> Lift:
    """The first instant from ``at`` on at which all windows are open in all zones; EVENT: not within 400 days."""
    minutes = _borders(windows, situation)
    untils = [f.until for kind in _REQUESTS for f in situation.of(kind) if f.until is not None]
    latest = at + _FAR
    while at <= latest:
        moment = Moment(at, situation.zones)
        if all(window.allows(situation, moment) for window in windows):
            return at
        coming = [_turn(at, zone, minutes) for zone in situation.zones]
        at = min([*coming, *(until for until in untils if until > at)])
    return NextKind.EVENT


def _borders(windows: Sequence[WindowJudge], situation: Situation) -> frozenset[int]:
    """The minutes of the day at which something may begin to be open."""
    always = _opens(tuple(windows))
    if not any(situation.of(kind) for kind in _REQUESTS):
        return always
    minutes = set(always)
    minutes.update(borders(fact)[0] for kind in _REQUESTS[:2] for fact in situation.of(kind))
    minutes.update(borders(fact)[1] % MINUTES_OF_DAY for fact in situation.of(FactKind.INCONVENIENT_WINDOW))
    return frozenset(minutes)


@lru_cache(maxsize=512)
def _opens(windows: tuple[WindowJudge, ...]) -> frozenset[int]:
    return frozenset({0}.union(piece.open for window in windows for piece in window.pieces))


def _turn(at: datetime, zone: str, minutes: frozenset[int]) -> datetime:
    """The next instant after ``at`` at which the wall of the zone shows one of the minutes."""
    day = local_day(at, zone)
    today = next((turn for turn in turns(day, zone, minutes) if turn > at), None)
    return today or turns(days_after(day, 1), zone, minutes)[0]


def _is_agreed(piece: Window, situation: Situation, at: datetime, zone: str, minute: int, margin: int) -> bool:
    if FactKind.AGREED_WINDOW not in situation.facts:
        return False
    collector = None if piece.widen_by == "debtor_consent" else situation.ask.collector
    return any(
        includes(fact, at, zone, minute, margin) for fact in agreed(situation) if collector in (None, fact.collector)
    )


def _suits(situation: Situation, at: datetime, zone: str, minute: int) -> bool:
    """Inside of all hours that the customer prefers, and outside of all that do not suit."""
    if not situation.facts:
        return True
    return all(
        includes(fact, at, zone, minute) or not is_in_force(fact, at, zone)
        for fact in requests(situation, FactKind.PREFERRED_WINDOW)
    ) and not any(includes(fact, at, zone, minute) for fact in requests(situation, FactKind.INCONVENIENT_WINDOW))
