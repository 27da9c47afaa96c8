"""Reminding: the ladder on the case's calendar, with holds, hours of contact and what a person must settle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import assert_never

from domain.calendar import days_after, local_day
from domain.case import timing, wording
from domain.case.channels import asked
from domain.case.corrections import words_of_notice
from domain.case.draft import Draft
from domain.case.ladder import Halt, NextNotice, view_of
from domain.case.outlook import Ahead, Barred, Outlook, after_receipts, key_of, look_ahead
from domain.delinquency import assess, past_due_from
from domain.model.case import HeldBy, LadderView, Next
from domain.model.commands import SendNotice
from domain.model.contact import Purpose, Verdict
from domain.model.entries import AddTask
from domain.model.facts import Arrears, MessageState, Notice
from domain.model.strategy import Channel, LadderStep
from domain.stopping import Stopped


@dataclass(frozen=True)
class Reminding:
    """What the ladder comes to in this step."""

    next: Next
    ladder: LadderView


def remind(draft: Draft, arrears: Arrears) -> Reminding:
    """Ask for the notice that is due, and say when and why the next one leaves."""
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
    notices = draft.facts.notices
    ahead = look_ahead(draft, treated, notices)
    if ahead is Halt.FATE_OPEN:
        return _fate_open(draft, treated)
    if isinstance(ahead, Ahead) and ahead.way.leaves_at <= draft.at:
        draft.note(wording.asked(ahead.plan.step, ahead.way.channel, ahead.plan.attempt, treated))
        draft.retry_at = None
        send = _command(draft, treated, ahead.plan.step, ahead.plan.attempt, ahead.way.channel)
        draft.commands.append(send)
        notices = (*notices, _on_its_way(send, draft.today))
        ahead = after_receipts(draft, treated, notices)
    return _shown(draft, treated, notices, ahead)


def _fate_open(draft: Draft, treated: Arrears) -> Reminding:
    """A notice is on its way: from the next day on it is asked for again under the same key: nothing leaves twice."""
    facts = draft.facts
    notice = next(n for n in facts.notices if n.state is MessageState.SENDING)
    asks_on = max(days_after(notice.on, 1), draft.today)
    step = next(step for step in facts.strategy.ladder if step.id == notice.step)
    ask = asked(notice.channel, step.legal_notice, facts, draft.at)
    allowed = timing.leaves_at(notice.key, asks_on, draft.at, ask, facts)
    # Where no clock lifts what refuses, the question whether it left is asked all the same: that contacts nobody.
    asks_at = max(timing.slot(asks_on, facts), draft.at) if isinstance(allowed, Verdict) else allowed.at
    if asks_at > draft.at:
        what = wording.halted(draft, Halt.FATE_OPEN, treated)
        view = view_of(facts.strategy, facts.notices)
        return Reminding(wakes(draft, what, asks_at, draft.holds.next_end()), view)
    draft.note(wording.asked_again(notice))
    draft.commands.append(_command(draft, treated, step, notice.attempt, notice.channel))
    return _shown(draft, treated, facts.notices, after_receipts(draft, treated, facts.notices))


def _shown(draft: Draft, treated: Arrears, notices: Sequence[Notice], ahead: Outlook) -> Reminding:
    """What comes next, in words, with the instant at which the case wakes for it."""
    tomorrow = draft.today + timedelta(days=1)
    match ahead:
        case Ahead(plan, way):
            view = view_of(draft.facts.strategy, notices, local_day(way.leaves_at, draft.facts.account.zone))
            what = wording.sends(draft, plan, way, treated)
            return Reminding(wakes(draft, what, way.leaves_at, draft.holds.next_end()), view)
        case HeldBy():
            what, again_on = wording.held(ahead), None
        case Barred(plan, verdict):
            what, again_on = wording.barred(verdict), plan.leaves_on if plan.leaves_on > draft.today else None
            _tell_people(draft, plan)
        case Stopped():
            what, again_on = wording.stopped(ahead), tomorrow
        case Halt():
            what, again_on = wording.halted(draft, ahead, treated), tomorrow if ahead is Halt.FATE_OPEN else None
        case _:
            assert_never(ahead)
    return replace(_standing(draft, what, again_on), ladder=view_of(draft.facts.strategy, notices))


def _tell_people(draft: Draft, plan: NextNotice) -> None:
    """A notice that is due and that no clock will allow is a task for a person, once."""
    if plan.leaves_on <= draft.today:
        key = key_of(draft, plan)
        draft.entries.append(AddTask(task_id=f"barred/{key}", task="barred", detail={"message": key}))


def wakes(draft: Draft, what: Next, notice_at: datetime | None, *days: date | None) -> Next:
    """The next action with the instant at which the case wakes for it, or for something before it."""
    wake_at = timing.wake(draft.facts, draft.today, notice_at, days, draft.case.wake_at)
    if wake_at is None and draft.facts.world.ends_on is not None and draft.blocked is None:
        return wording.OPEN_AT_THE_END.model_copy(update={"deferred_by": what.deferred_by})
    return what.model_copy(update={"wake_at": wake_at})


def _command(draft: Draft, treated: Arrears, step: LadderStep, attempt: int, channel: Channel) -> SendNotice:
    case, key = draft.case, f"{draft.case.case_id}/{step.id}/{attempt}"
    return SendNotice(
        key=key,
        case_id=case.case_id,
        account_id=case.account.account_id,
        step=step.id,
        notice=step.notice,
        attempt=attempt,
        channel=channel,
        as_of=draft.at,
        oldest_due_on=treated.oldest_due_on,
        past_due=treated.past_due,
        purpose=Purpose.COLLECT if step.legal_notice is None else Purpose.LEGAL_NOTICE,
        legal_notice=step.legal_notice,
        disputed=words_of_notice(draft, key),
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
