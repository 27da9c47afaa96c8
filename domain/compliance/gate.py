"""The gate: the one call before every contact; it returns every rule that refuses, never only the first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.compliance.judge import Judge, Lift, worst
from domain.compliance.next import settled
from domain.compliance.situation import Moment, Situation, situation_of
from domain.compliance.stack import stack_of
from domain.model.contact import ContactAsk, NextKind, Record, Refusal, Verdict
from domain.model.pack import Pack


def check(ask: ContactAsk, record: Record, packs: Sequence[Pack]) -> Verdict:
    """May this contact be made? All refusing rules, and the earliest instant that suits them all.

    Pure: the same question, record and packs have the same answer wherever and whenever it is asked.
    """
    situation = situation_of(ask, record)
    applying = stack_of(packs).applying(ask)
    moment, judges = Moment(situation.at, situation.zones), applying.to_ask(situation.facts)
    refusing = [judge for judge in judges if not judge.allows(situation, moment)]
    if not refusing:
        return Verdict(allowed=True, conditions=applying.conditions.of(situation, moment))
    lifts = [settled((judge,), situation, situation.at) for judge in refusing]
    kind, at = _told(_together(lifts, judges, situation))
    refusals = tuple(_refusal(judge, lift) for judge, lift in zip(refusing, lifts, strict=True))
    return Verdict(allowed=False, refusals=refusals, next=kind, next_at=at)


def _together(lifts: Sequence[Lift], judges: Sequence[Judge], situation: Situation) -> Lift:
    """What lifts all refusals: no instant before the last of their own can."""
    lift = worst(lifts)
    return settled(judges, situation, lift) if isinstance(lift, datetime) else lift


def _refusal(judge: Judge, lift: Lift) -> Refusal:
    kind, at = _told(lift)
    return Refusal(judge.id, judge.source, judge.why, kind, at)


def _told(lift: Lift) -> tuple[NextKind, datetime | None]:
    return (NextKind.INSTANT, lift) if isinstance(lift, datetime) else (lift, None)
