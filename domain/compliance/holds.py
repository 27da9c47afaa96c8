"""Holds: doors that a fact closes until an event, a release or a date opens them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, NamedTuple

from domain.compliance.judge import Judge, Lift, worst_of
from domain.compliance.situation import Moment, Situation, end_of_days, same_person, share_debt
from domain.model.contact import ContactAsk, FactKind, NextKind, Party, PastFact, Purpose
from domain.model.pack import Blocked, PackHold

_BLOCKED_BY = {Purpose.COLLECT: Blocked.COLLECT_CONTACT, Purpose.SERVICE_NOTICE: Blocked.SERVICE_NOTICE}


class OpenHold(NamedTuple):
    """A fact that keeps a hold closed."""

    fact: PastFact
    debts: tuple[str, ...]
    """Those on which it still lies; none: all of them."""
    ends_at: datetime | None
    """Its end by date, if it has one."""


@dataclass(frozen=True, slots=True, eq=False)
class HoldJudge(Judge):
    """One hold of a pack, which several facts may have opened."""

    needs: ClassVar[FactKind | None] = FactKind.HOLD
    hold: PackHold
    of_debtor: bool
    """Whether the rule closes this party's door when it is the debtor on whom the hold lies."""

    def judge(self, situation: Situation, moment: Moment) -> Lift | None:
        if not closes(self.hold, situation.ask.purpose):
            return None
        return worst_of(
            found.ends_at or NextKind.EVENT
            for found in open_holds(self.hold, situation, moment.at, self.zones(situation))
            if self._is_about(found, situation.ask)
        )

    def _is_about(self, found: OpenHold, ask: ContactAsk) -> bool:
        is_theirs = self.of_debtor if _is_of_debtor(found.fact) else same_person(found.fact, ask)
        return is_theirs and (self.hold.scope == "person" or share_debt(found.debts, ask.debts))


@dataclass(frozen=True, slots=True, eq=False)
class UnknownHoldJudge(Judge):
    """A hold that no pack knows closes everything towards whom it is about: what it means is not known."""

    needs: ClassVar[FactKind | None] = FactKind.HOLD
    known: frozenset[str]

    def judge(self, situation: Situation, moment: Moment) -> Lift | None:
        unknown = (fact for fact in situation.of(FactKind.HOLD) if fact.name not in self.known)
        about = (fact for fact in unknown if _is_of_debtor(fact) or same_person(fact, situation.ask))
        lasting = (fact for fact in about if _debts_left(fact, (), situation) is not None)
        ends = (_until(fact, None, "event_day", situation.zones) for fact in lasting)
        return NextKind.EVENT if any(end is None or moment.at < end for end in ends) else None


def open_holds(hold: PackHold, situation: Situation, at: datetime, zones: Sequence[str]) -> list[OpenHold]:
    """The facts that keep this hold closed at this instant."""
    found = []
    for fact in situation.of(FactKind.HOLD):
        if fact.name == hold.id and (debts := _debts_left(fact, hold.closed_by, situation)) is not None:
            end = _until(fact, hold.max_days, hold.first_day, zones)
            if end is None or at < end:
                found.append(OpenHold(fact, debts, end))
    return found


def _is_of_debtor(fact: PastFact) -> bool:
    """It may close contact with anybody; one on somebody else is about that person only."""
    return fact.party is Party.DEBTOR


def closes(hold: PackHold, purpose: Purpose) -> bool:
    """Whether it closes contacts for this purpose.

    Notices that the law requires and confirmations pass only a hold that names them.
    """
    if purpose in hold.allows:
        return False
    if purpose in _BLOCKED_BY:
        return _BLOCKED_BY[purpose] in hold.blocks
    return not set(hold.blocks).isdisjoint(_BLOCKED_BY.values())


def _debts_left(fact: PastFact, closed_by: Sequence[str], situation: Situation) -> tuple[str, ...] | None:
    """The debts of the hold that no later release or event of its rule freed (none: all debts); None: it is over.

    Each frees the debts that it names. A hold on all debts falls only by one that names none: which debts there are
    besides, nobody says here.
    """
    opening = [f for f in situation.of(FactKind.RELEASE) if f.name == fact.name]
    opening += [f for f in situation.of(FactKind.EVENT) if f.name in closed_by]
    later = [f for f in opening if situation.was_told_after(f, fact)]
    if any(not f.debts for f in later):
        return None
    freed = {debt for f in later for debt in f.debts}
    left = tuple(debt for debt in fact.debts if debt not in freed)
    return left if left or not fact.debts else None


def _until(
    fact: PastFact, max_days: int | None, first_day: Literal["event_day", "next_day"], zones: Sequence[str]
) -> datetime | None:
    """The first end of the hold by date, where it is over in every zone; None: no date ends it."""
    limits = [days for days in (fact.days, max_days) if days is not None]
    ends = [fact.until] if fact.until is not None else []
    if limits and zones:
        ends.append(max(end_of_days(fact.at, min(limits), zone, first_day) for zone in zones))
    return min(ends, default=None)
