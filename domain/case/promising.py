"""Promising: while a promise runs the ladder is silent, and one message reminds of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain import stopping
from domain.calendar import days_after, local_day
from domain.case import promise_words as words
from domain.case import timing
from domain.case.channels import WayOut, asked, way_out
from domain.case.corrections import standing_words
from domain.case.draft import Draft
from domain.case.ladder import view_of
from domain.case.promise import measured
from domain.case.reminding import Reminding, wakes
from domain.model.case import HeldBy
from domain.model.commands import SendNotice
from domain.model.contact import Verdict
from domain.model.events import NoticeNotSent
from domain.model.facts import Arrears
from domain.model.promise import PROMISE_REMINDER, Promise, Promised, PromiseState
from domain.model.strategy import DaysPastDue, LadderStep


def keep_promise(draft: Draft, promise: Promise, arrears: Arrears) -> Reminding:
    """Remind when it is time, and wake again when the promise is to be judged."""
    remind_at = _remind(draft, promise, arrears)
    judge_on = days_after(promise.grace_ends_on, 1)
    what = words.waits_for_data(promise) if draft.today >= judge_on else words.waits(promise)
    view = view_of(draft.facts.strategy, draft.facts.notices)
    return Reminding(wakes(draft, what, remind_at, judge_on, draft.holds.next_end()), view)


def reminder_not_sent(draft: Draft, event: NoticeNotSent) -> None:
    """What only waits may be asked for again under the same key; whatever else kept it back, it is not tried anew."""
    promise = draft.promise
    if promise is None or event.key != promise.reminder_key(draft.case.case_id):
        return
    if event.blocker.may_lift:
        again_at = event.retry_at or timing.slot(draft.today + timedelta(days=1), draft.facts)
        draft.promise = promise.model_copy(update={"reminded": False, "remind_not_before": again_at})


def _remind(draft: Draft, promise: Promise, arrears: Arrears) -> datetime | None:
    """The instant of the reminder that is still to leave; one whose time has come is asked for."""
    way = _way(draft, promise)
    if way is None or way.leaves_at > draft.at:
        return None if way is None else way.leaves_at
    facts = draft.facts
    ask = asked(way.channel, None, facts, draft.at)
    if stopping.against(ask, facts.stops, facts.fresh_until, facts.strategy, facts.rules) is not None:
        return timing.slot(draft.today + timedelta(days=1), facts)
    draft.note(words.reminded(promise, way.channel))
    draft.commands.append(_command(draft, promise, arrears, way))
    draft.promise = promise.model_copy(update={"reminded": True, "remind_not_before": None})
    return None


def _way(draft: Draft, promise: Promise) -> WayOut | None:
    """Where and when the reminder leaves; None: it has left, or is not wanted, or no day for it is left."""
    terms, facts = draft.facts.strategy.promises, draft.facts
    if terms is None or terms.remind_days_before is None or promise.reminded:
        return None
    day = days_after(promise.due_on, -terms.remind_days_before)
    if day <= promise.made_on or measured(draft, promise, draft.paid_on(promise)) is PromiseState.KEPT:
        return None
    free = draft.holds.first_free_day(max(day, draft.today))
    if isinstance(free, HeldBy) or free > promise.due_on:
        return None
    step = LadderStep(id=PROMISE_REMINDER, notice=PROMISE_REMINDER, channels=terms.channels, due=DaysPastDue(days=1))
    earliest = max(draft.at, promise.remind_not_before or draft.at)
    way = way_out(promise.reminder_key(draft.case.case_id), step, (), facts, free, earliest)
    if isinstance(way, Verdict) or local_day(way.leaves_at, facts.account.zone) > promise.due_on:
        return None
    return way


def _command(draft: Draft, promise: Promise, arrears: Arrears, way: WayOut) -> SendNotice:
    """It asks for money, so it collects: every rule of contact and every stop holds for it."""
    case = draft.case
    return SendNotice(
        key=promise.reminder_key(case.case_id),
        case_id=case.case_id,
        account_id=case.account.account_id,
        step=PROMISE_REMINDER,
        notice=PROMISE_REMINDER,
        attempt=1,
        channel=way.channel,
        as_of=draft.at,
        oldest_due_on=arrears.oldest_due_on,
        past_due=arrears.past_due,
        promised=Promised(id=promise.id, amount=promise.amount, due_on=promise.due_on),
        disputed=standing_words(draft),
    )
