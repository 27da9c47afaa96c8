"""Planning: while a plan runs the ladder is silent; what is due is reminded of, and what is missed is told."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from domain.calendar import days_after
from domain.case import debiting, timing
from domain.case import plan_words as words
from domain.case.draft import Draft
from domain.case.ladder import view_of
from domain.case.plan_messages import PlanMessage, is_settled, send
from domain.case.plan_status import judge_of
from domain.case.reminding import Reminding, wakes
from domain.model.adjustments import Adjust, AdjustmentState
from domain.model.case import Next
from domain.model.debits import DEBITS_KEY
from domain.model.entries import AddTask, AskAdjustment
from domain.model.events import NoticeNotSent
from domain.model.facts import Arrears, MessageState
from domain.model.repayment import PLAN_REMINDER, PLAN_REPAIR, Plan, PlanNotice, PlanStatus
from domain.plans.judging import Judged, is_repair, repair_key
from domain.plans.standing import Line

_MOST_REPAIRS = 3
"""So many attempts at telling of one miss; then a person does."""
_REPAIR_TASK, _SILENT_TASK = "repair_notice", "adjustment_silent"


def keep_plan(draft: Draft, plan: Plan, arrears: Arrears | None) -> Reminding:
    """Ask for what the plan needs now, and say what it waits for."""
    view = view_of(draft.facts.strategy, draft.facts.notices)
    judged = draft.judged_plan
    if plan.status is PlanStatus.AGREED or judged is None:
        return Reminding(_await_cards(draft, plan), view)
    what, message_at, on = _follow(draft, plan, judged, arrears)
    return Reminding(wakes(draft, what, message_at, on, draft.holds.next_end()), view)


def perform_adjustments(draft: Draft) -> None:
    """Ask the card system for what the ledger has as asked for, until it answers: the same key has one effect."""
    new = {entry.adjustment.key: entry.adjustment for entry in draft.entries if isinstance(entry, AskAdjustment)}
    of_plan = () if draft.facts.plan is None else draft.facts.plan.adjustments
    of_re_age = () if draft.facts.re_age is None or not _was_approved(draft) else draft.facts.re_age.adjustments
    known = [*of_plan, *of_re_age, *(each for granted in draft.facts.concessions for each in granted.adjustments)]
    wanted = {each.adjustment.key: each.adjustment for each in known if each.state is AdjustmentState.WANTED}
    asked = {**wanted, **new}
    if asked:
        draft.commands.append(
            Adjust(
                key=min(asked),
                case_id=draft.case.case_id,
                account_id=draft.case.account.account_id,
                as_of=draft.at,
                adjustments=tuple(asked.values()),
            )
        )


def _was_approved(draft: Draft) -> bool:
    """Whether the case's re-age was: of an approval that the case never adopted nothing is asked for."""
    return draft.re_age is not None and draft.re_age.approved_at is not None


def plan_message_not_sent(draft: Draft, event: NoticeNotSent) -> None:
    """What only waits may be asked for again under the same key; what else kept it back is in the ledger."""
    plan = draft.running_plan
    if plan is None or not event.key.startswith(f"{plan.key(draft.case.case_id)}/"):
        return
    again_at = event.retry_at if event.blocker.may_lift else None
    again_at = again_at or timing.slot(draft.today + timedelta(days=1), draft.facts)
    draft.plan = plan.model_copy(update={"not_before": again_at})


def _await_cards(draft: Draft, plan: Plan) -> Next:
    """Until the card system has answered; a person looks when it takes longer than the strategy allows.

    While it is being asked no clock is needed: that it was asked is told in any case.
    """
    if _is_asking(draft):
        return words.waits_for_cards(plan)
    section = draft.facts.strategy.plans
    last = days_after(plan.since, 0 if section is None else section.confirm_within_days)
    if draft.today <= last:
        return wakes(draft, words.waits_for_cards(plan), None, days_after(last, 1), draft.holds.next_end())
    key = plan.key(draft.case.case_id)
    task_id = f"{_SILENT_TASK}/{key}/{plan.version}"
    draft.entries.append(AddTask(task_id=task_id, task=_SILENT_TASK, detail={"plan": key}))
    return wakes(draft, words.waits_for_cards(plan), None, draft.holds.next_end())


def _is_asking(draft: Draft) -> bool:
    """Whether this step asks the card system for something, or asks again."""
    known = () if draft.facts.plan is None else draft.facts.plan.adjustments
    asks = any(isinstance(entry, AskAdjustment) for entry in draft.entries)
    return asks or any(each.state is AdjustmentState.WANTED for each in known)


def _follow(
    draft: Draft, plan: Plan, judged: Judged, arrears: Arrears | None
) -> tuple[Next, datetime | None, date | None]:
    """What comes next, the instant of the message that is still to leave, and the day of the next judgement."""
    if judged.status is PlanStatus.MISSED:
        return _cure(draft, plan, judged, arrears)
    lines = judged.standing.lines
    line = next((each for each in lines if not each.is_met and each not in judged.missed), None)
    if line is None:  # what is missed breaks nothing alone
        return words.waits(plan, judged.missed[0]), None, None
    known = draft.facts.plan
    assert known is not None, "a plan is judged by what is known of it"
    ends_on = judge_of(draft, known).grace_ends_on(line.due_on)
    again_on = days_after(ends_on, 1)
    debit = debiting.follow(draft, plan, line, ends_on)
    if debit is None:
        return words.waits(plan, line), _remind(draft, plan, line, arrears), again_on
    told_at = None if debit.on is None else _announce(draft, plan, line, debit.on, arrears)
    return debit.what, min((at for at in (debit.at, told_at) if at is not None), default=None), again_on


def _announce(draft: Draft, plan: Plan, line: Line, debit_on: date, arrears: Arrears | None) -> datetime | None:
    """The instant at which the customer is still to be told of the debit; where the strategy wants it, before its day.

    It has a key of its own: should the debit come to nothing, the customer can still be reminded.
    """
    section = draft.facts.strategy.plans
    if section is None or section.debit is None or section.debit.notify_days_before is None:
        return None
    day = days_after(line.due_on, -section.debit.notify_days_before)
    key = f"{plan.key(draft.case.case_id)}/{PLAN_REMINDER}/{plan.version}/{line.due_on}/{DEBITS_KEY}"
    if day <= plan.terms.signed_on or is_settled(draft, key):
        return None
    message = PlanMessage(key, PLAN_REMINDER, day, days_after(debit_on, -1), line, debit_on=debit_on)
    return send(draft, plan, section, message, arrears)


def _remind(draft: Draft, plan: Plan, line: Line, arrears: Arrears | None) -> datetime | None:
    """The instant of the reminder that is still to leave; one whose time has come is asked for."""
    section = draft.facts.strategy.plans
    if section is None or section.remind_days_before is None:
        return None
    day = days_after(line.due_on, -section.remind_days_before)
    key = f"{plan.key(draft.case.case_id)}/{PLAN_REMINDER}/{plan.version}/{line.due_on}"
    if day <= plan.terms.signed_on or is_settled(draft, key):
        return None
    message = PlanMessage(key, PLAN_REMINDER, day, line.due_on, line)
    return send(draft, plan, section, message, arrears)


def _cure(
    draft: Draft, plan: Plan, judged: Judged, arrears: Arrears | None
) -> tuple[Next, datetime | None, date | None]:
    """Tell of the miss, on one channel after the other; then wait until it can no more be made good."""
    ends_on = judged.cure_ends_on
    if ends_on is not None:
        return words.cures(plan, judged.missed, ends_on), None, days_after(ends_on, 1)
    tomorrow = days_after(draft.today, 1)
    waits = next((what for line in judged.missed if (what := debiting.awaits(draft, plan, line)) is not None), None)
    if waits is not None:
        return waits, None, tomorrow
    tried, section = _tried(draft), draft.facts.strategy.plans
    if section is None or len(tried) >= _MOST_REPAIRS or any(each.state == MessageState.UNKNOWN for each in tried):
        return _ask_person(draft, plan, judged), None, tomorrow
    line = judged.missed[0]
    under_way = [each for each in tried if each.state == MessageState.SENDING]
    attempt = len(tried) + (0 if under_way else 1)
    key = repair_key(plan.key(draft.case.case_id), line.due_on, _returned(draft), attempt)
    message = PlanMessage(key, PLAN_REPAIR, draft.today, None, line, attempt)
    return words.cures(plan, judged.missed, None), send(draft, plan, section, message, arrears), tomorrow


def _tried(draft: Draft) -> list[PlanNotice]:
    """Attempts at telling of what is missed that have not left, as far as anybody knows."""
    known = draft.facts.plan
    found = () if known is None else known.notices
    told = (each for each in found if is_repair(each.key, _returned(draft)))
    return [each for each in told if each.state != MessageState.SENT]


def _returned(draft: Draft) -> int:
    return 0 if draft.facts.plan is None else draft.facts.plan.returned


def _ask_person(draft: Draft, plan: Plan, judged: Judged) -> Next:
    key, due_on = plan.key(draft.case.case_id), str(judged.missed[0].due_on)
    task_id = f"{_REPAIR_TASK}/{key}/{due_on}/{_returned(draft)}"
    draft.entries.append(AddTask(task_id=task_id, task=_REPAIR_TASK, detail={"plan": key, "due_on": due_on}))
    return words.waits_for_person(plan)
