"""Reminding: the ladder on the case's calendar, with holds, hours of contact and what a person must settle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import assert_never

from domain.calendar import days_after, local_day
from domain.case import timing, wording
from domain.case.draft import Draft
from domain.case.ladder import Halt, NextNotice, next_notice, view_of
from domain.delinquency import assess, past_due_from
from domain.model.case import HeldBy, LadderView, Next
from domain.model.commands import SendNotice
from domain.model.contact import Verdict
from domain.model.facts import Arrears, MessageState, Notice
from domain.model.strategy import LadderStep


@dataclass(frozen=True)
class Ahead:
    """The next notice, and the instant at which it may leave."""

    plan: NextNotice
    leaves_at: datetime


Outlook = Ahead | HeldBy | Halt | Verdict
"""What the ladder looks ahead to: a notice, or the hold, the end of the ladder or the rules that stand in its way."""


@dataclass(frozen=True)
class Reminding:
    """What the ladder comes to in this step: what comes next, and the notice to send now."""

    next: Next
    ladder: LadderView
    send: SendNotice | None = None


def remind(draft: Draft, arrears: Arrears) -> Reminding:
    """Send the notice that is due, or say when and why the next one leaves."""
    if draft.blocked is not None:
        return _standing(draft, wording.blocked(draft.blocked, draft.facts), None)
    obligations = draft.holds.treated(draft.facts.obligations, draft.today)
    if obligations is draft.facts.obligations:
        return _ladder(draft, arrears)
    facts = draft.facts
    treated = assess(obligations, facts.balance, draft.today, facts.rules, draft.holds.pauses())
    if treated is not None:
        return _ladder(draft, treated)
    late_from = past_due_from(obligations, facts.balance, draft.today, facts.rules)
    return _standing(draft, wording.nothing_treated(late_from), late_from)


def _standing(draft: Draft, what: Next, again_on: date | None) -> Reminding:
    """No step of the ladder is treated: the case looks again on a day, when a hold ends, or when somebody rings."""
    view = view_of(draft.facts.strategy, draft.facts.notices)
    return Reminding(wakes(draft, what, None, draft.holds.next_end(), again_on), view)


def _ladder(draft: Draft, treated: Arrears) -> Reminding:
    """The notice that is due now, and what comes next as if it was given: its success then needs no step of its own."""
    notices, send = draft.facts.notices, None
    ahead = _look_ahead(draft, treated, notices)
    if ahead is Halt.FATE_OPEN:
        return _fate_open(draft, treated)
    if isinstance(ahead, Ahead) and ahead.leaves_at <= draft.at:
        draft.note(wording.asked(ahead.plan.step, ahead.plan.attempt, treated))
        draft.retry_at = None
        send = _command(draft, treated, ahead.plan.step, ahead.plan.attempt)
        notices = (*notices, _on_its_way(send, draft.today))
        ahead = _after_receipts(draft, treated, notices)
    return _shown(draft, treated, notices, ahead, send)


def _fate_open(draft: Draft, treated: Arrears) -> Reminding:
    """A notice is on its way: from the next day on it is asked for again under the same key: nothing leaves twice."""
    facts = draft.facts
    notice = next(n for n in facts.notices if n.state is MessageState.SENDING)
    asks_on = max(days_after(notice.on, 1), draft.today)
    allowed_at = timing.leaves_at(asks_on, draft.at, notice.channel, facts)
    # Where no clock lifts what refuses, the question whether it left is asked all the same: that contacts nobody.
    asks_at = max(timing.slot(asks_on, facts), draft.at) if isinstance(allowed_at, Verdict) else allowed_at
    if asks_at > draft.at:
        what = wording.halted(draft, Halt.FATE_OPEN, treated)
        view = view_of(facts.strategy, facts.notices)
        return Reminding(wakes(draft, what, asks_at, draft.holds.next_end()), view)
    draft.note(wording.asked_again(notice))
    step = next(step for step in facts.strategy.ladder if step.id == notice.step)
    send = _command(draft, treated, step, notice.attempt)
    return _shown(draft, treated, facts.notices, _after_receipts(draft, treated, facts.notices), send)


def _shown(
    draft: Draft, treated: Arrears, notices: Sequence[Notice], ahead: Outlook, send: SendNotice | None
) -> Reminding:
    """What comes next, in words, with the instant at which the case wakes for it."""
    match ahead:
        case Ahead(plan, leaves_at):
            view = view_of(draft.facts.strategy, notices, local_day(leaves_at, draft.facts.account.zone))
            what = wording.sends(draft, plan, leaves_at, treated)
            return Reminding(wakes(draft, what, leaves_at, draft.holds.next_end()), view, send)
        case HeldBy():
            what, again_on = wording.held(ahead), None
        case Verdict():
            what, again_on = wording.barred(ahead), None
        case Halt():
            what = wording.halted(draft, ahead, treated)
            again_on = draft.today + timedelta(days=1) if ahead is Halt.FATE_OPEN else None
        case _:
            assert_never(ahead)
    return replace(_standing(draft, what, again_on), ladder=view_of(draft.facts.strategy, notices), send=send)


def _look_ahead(
    draft: Draft, treated: Arrears, notices: Sequence[Notice], *, receipts_expected: bool = False
) -> Outlook:
    """The next notice and its instant; or the hold or rule that stands in its way; or why there is none."""
    facts, pauses = draft.facts, draft.holds.pauses()
    grace = facts.rules.lateness.treatment_grace_days
    plan = next_notice(treated, notices, facts.strategy, pauses, grace, receipts_expected=receipts_expected)
    if isinstance(plan, Halt):
        return plan
    day = draft.holds.first_free_day(max(plan.leaves_on, draft.today))
    if isinstance(day, HeldBy):
        return day
    earliest = draft.at if draft.retry_at is None else draft.retry_at
    at = timing.leaves_at(day, earliest, plan.step.channel, facts)
    return at if isinstance(at, Verdict) else Ahead(plan, at)


def _after_receipts(draft: Draft, treated: Arrears, notices: Sequence[Notice]) -> Outlook:
    """What comes when every notice on its way arrives; the next one never leaves before that is in the ledger."""
    ahead = _look_ahead(draft, treated, notices, receipts_expected=True)
    return Halt.FATE_OPEN if isinstance(ahead, Ahead) and ahead.leaves_at <= draft.at else ahead


def wakes(draft: Draft, what: Next, notice_at: datetime | None, *days: date | None) -> Next:
    """The next action with the instant at which the case wakes for it, or for something before it."""
    wake_at = timing.wake(draft.facts, draft.today, notice_at, days)
    if wake_at is None and draft.facts.world.ends_on is not None and draft.blocked is None:
        return wording.OPEN_AT_THE_END
    return what.model_copy(update={"wake_at": wake_at})


def _command(draft: Draft, treated: Arrears, step: LadderStep, attempt: int) -> SendNotice:
    case = draft.case
    return SendNotice(
        key=f"{case.case_id}/{step.id}/{attempt}",
        case_id=case.case_id,
        account_id=case.account.account_id,
        step=step.id,
        notice=step.notice,
        attempt=attempt,
        channel=step.channel,
        as_of=draft.at,
        oldest_due_on=treated.oldest_due_on,
        past_due=treated.past_due,
    )


def _on_its_way(send: SendNotice, today: date) -> Notice:
    return Notice(
        key=send.key,
        step=send.step,
        attempt=send.attempt,
        channel=send.channel,
        state=MessageState.SENDING,
        on=today,
    )
