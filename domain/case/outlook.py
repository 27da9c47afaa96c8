"""Outlook: what the ladder looks ahead to, and what stands in its way. Nothing is asked for here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain import stopping
from domain.case.channels import WayOut, asked, usable_channels, way_out
from domain.case.draft import Draft
from domain.case.ladder import Halt, NextNotice, next_notice
from domain.model.case import HeldBy
from domain.model.contact import Verdict
from domain.model.facts import Arrears, Notice
from domain.stopping import Stopped


@dataclass(frozen=True)
class Ahead:
    """The next notice, and the way on which it may leave."""

    plan: NextNotice
    way: WayOut


@dataclass(frozen=True)
class Barred:
    """The next notice, and the rules that forbid it on every channel until something happens."""

    plan: NextNotice
    verdict: Verdict


Outlook = Ahead | Barred | HeldBy | Halt | Stopped
"""What the ladder looks ahead to: a notice, or the hold, the rules, the stop or the end that stand in its way."""


def look_ahead(
    draft: Draft, treated: Arrears, notices: Sequence[Notice], *, receipts_expected: bool = False
) -> Outlook:
    """The next notice and its instant; or the hold or rule that stands in its way; or why there is none."""
    facts, pauses = draft.facts, draft.holds.pauses()
    grace = facts.rules.lateness.treatment_grace_days
    plan = next_notice(
        treated,
        notices,
        facts.strategy,
        pauses,
        grace,
        usable=usable_channels(facts),
        receipts_expected=receipts_expected,
    )
    if isinstance(plan, Halt):
        return plan
    day = draft.holds.first_free_day(max(plan.leaves_on, draft.today, draft.quiet_until))
    if isinstance(day, HeldBy):
        return day
    earliest = draft.at if draft.retry_at is None else draft.retry_at
    way = way_out(key_of(draft, plan), plan.step, notices, facts, day, earliest)
    if isinstance(way, Verdict):
        return Barred(plan, way)
    return _stopped(draft, plan, way) or Ahead(plan, way)


def _stopped(draft: Draft, plan: NextNotice, way: WayOut) -> Stopped | None:
    """What stops a notice that would leave now."""
    if way.leaves_at > draft.at:
        return None
    facts = draft.facts
    ask = asked(way.channel, plan.step.legal_notice, facts, draft.at)
    return stopping.against(ask, facts.stops, facts.fresh_until, facts.strategy, facts.rules)


def after_receipts(draft: Draft, treated: Arrears, notices: Sequence[Notice]) -> Outlook:
    """What comes when every notice on its way arrives; the next one never leaves before that is in the ledger."""
    ahead = look_ahead(draft, treated, notices, receipts_expected=True)
    return Halt.FATE_OPEN if isinstance(ahead, Ahead) and ahead.way.leaves_at <= draft.at else ahead


def key_of(draft: Draft, plan: NextNotice) -> str:
    """The key of the notice: unique for episode, step and attempt."""
    return f"{draft.case.case_id}/{plan.step.id}/{plan.attempt}"
