"""Holds: doors that a fact closes until an event, a release or a date opens them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.compliance.judge import Judge, Lift, worst_of
from domain.compliance.situation import Moment, Situation, end_of_days, share_debt
from domain.model.contact import ContactAsk, FactKind, NextKind, PastFact, Purpose
from domain.model.pack import Blocked, PackHold

_BLOCKED_BY = {Purpose.COLLECT: Blocked.COLLECT_CONTACT, Purpose.SERVICE_NOTICE: Blocked.SERVICE_NOTICE}


@dataclass(frozen=True, slots=True, eq=False)
class HoldJudge(Judge):
    """One hold of a pack, which several facts may have opened."""

    hold: PackHold

    def judge(self, situation: Situation, moment: Moment) -> Lift | None:
        facts = situation.of(FactKind.HOLD)
        if not facts or not _closes(self.hold, situation.ask.purpose):
            return None
        return worst_of(
            end or NextKind.EVENT
            for fact, end in open_holds(self.hold, situation, moment.at, self.zones(situation))
            if self._is_about(fact, situation.ask)
        )

    def _is_about(self, fact: PastFact, ask: ContactAsk) -> bool:
        return self.hold.scope == "person" or share_debt(fact.debts, ask.debts)


@dataclass(frozen=True, slots=True, eq=False)
class UnknownHoldJudge(Judge):
    """A hold that no pack knows closes everything: what it means is not known."""

    known: frozenset[str]

    def judge(self, situation: Situation, moment: Moment) -> Lift | None:
        unknown = [fact for fact in situation.of(FactKind.HOLD) if fact.name not in self.known]
        lasting = [fact for fact in unknown if not _freed(fact, (), situation)]
        ends = (_until(fact, None, "event_day", situation.zones) for fact in lasting)
        return NextKind.EVENT if any(end is None or moment.at < end for end in ends) else None


def open_holds(
    hold: PackHold, situation: Situation, at: datetime, zones: Sequence[str]
) -> list[tuple[PastFact, datetime | None]]:
    """The facts that keep this hold closed at this instant, each with the instant of its end by date."""
    found = []
    for fact in situation.of(FactKind.HOLD):
        if fact.name == hold.id and not _freed(fact, hold.closed_by, situation):
            end = _until(fact, hold.max_days, hold.first_day, zones)
            if end is None or at < end:
                found.append((fact, end))
    return found


def _closes(hold: PackHold, purpose: Purpose) -> bool:
    """Notices that the law requires and confirmations pass only a hold that names them."""
    if purpose in hold.allows:
        return False
    if purpose in _BLOCKED_BY:
        return _BLOCKED_BY[purpose] in hold.blocks
    return not set(hold.blocks).isdisjoint(_BLOCKED_BY.values())


def _freed(fact: PastFact, closed_by: Sequence[str], situation: Situation) -> bool:
    """Later, by a person or by an event of the rule, about one of the same debts."""
    opening = [f for f in situation.of(FactKind.RELEASE) if f.name == fact.name]
    opening += [f for f in situation.of(FactKind.EVENT) if f.name in closed_by]
    return any(f.at > fact.at and share_debt(f.debts, fact.debts) for f in opening)


def _until(
    fact: PastFact, max_days: int | None, first_day: Literal["event_day", "next_day"], zones: Sequence[str]
) -> datetime | None:
    """The first end of the hold by date, where it is over in every zone; None: no date ends it."""
    limits = [days for days in (fact.days, max_days) if days is not None]
    ends = [fact.until] if fact.until is not None else []
    if limits and zones:
        ends.append(max(end_of_days(fact.at, min(limits), zone, first_day) for zone in zones))
    return min(ends, default=None)
