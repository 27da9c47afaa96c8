"""Denials: when a credit bureau is told nothing negative, whatever is past due. Deny by default."""

from __future__ import annotations

from domain import stopping
from domain.case.draft import Draft
from domain.compliance.furnishing import denied_by
from domain.model.contact import ContactAsk, Purpose
from domain.model.facts import Arrears
from domain.model.re_age import OPEN_RE_AGES
from domain.model.stops import StopKind
from domain.model.strategy import Channel


def is_denied(draft: Draft, arrears: Arrears) -> bool:
    """Whether something stands against a negative report, and against the notice before it.

    A dispute that is open or waits for its correction, a promise or plan that runs, a re-age that is asked for or
    approved, a hold or pause on the case, a hold of the packs that forbids it, an emergency stop, too little past due.
    """
    facts = draft.facts
    least = facts.strategy.least_amount.get(arrears.past_due.currency)
    if draft.disputes or draft.promise is not None or draft.running_plan is not None:
        return True
    if draft.re_age is not None and draft.re_age.state in OPEN_RE_AGES:
        return True
    if draft.holds.stopping(draft.today) is not None or (least is not None and arrears.past_due.amount < least):
        return True
    if denied_by(facts.rules.packs, facts.record, facts.account.account_id, draft.at):
        return True
    return _is_stopped(draft)


def _is_stopped(draft: Draft) -> bool:
    """By a stop of everything, of the bank, its rules or its strategy; one of a channel closes that way out only."""
    facts = draft.facts
    ask = ContactAsk(channel=Channel.FILE, at=draft.at, purpose=Purpose.LEGAL_NOTICE)
    stops = [stop for stop in facts.stops if stop.kind is not StopKind.CHANNEL]
    return stopping.against(ask, stops, facts.fresh_until, facts.strategy, facts.rules) is not None
