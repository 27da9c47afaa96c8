"""How the plan of a case stands in this step, and what a change of that means for the person and the card system."""

from __future__ import annotations

from datetime import date, timedelta

from domain.calendar import local_day
from domain.case import person_holds, plan_view
from domain.case import plan_words as words
from domain.case.draft import Draft
from domain.case.plan_limits import rule_of
from domain.compliance.holidays import next_business_day
from domain.model.entries import AskAdjustment, KeepPlanStep
from domain.model.facts import Arrears, MessageState
from domain.model.names import Code
from domain.model.plan_requests import TellMiss
from domain.model.repayment import (
    PLAN_BROKEN,
    PLAN_CANCELLED,
    PLAN_COMPLETED,
    PLAN_SIGNED,
    RUNNING,
    EarlyEnd,
    Plan,
    PlanFacts,
    PlanNotice,
    PlanStatus,
)
from domain.plans.adjustments import restoring
from domain.plans.judging import Judge, repair_key
from domain.plans.standing import ended_early_on

_ENDS = {
    PlanStatus.BROKEN: PLAN_BROKEN,
    PlanStatus.COMPLETED: PLAN_COMPLETED,
    PlanStatus.VOID: PLAN_CANCELLED,
    PlanStatus.CANCELLED: PLAN_CANCELLED,
}
_FINAL = (PlanStatus.VOID, PlanStatus.CANCELLED)


def judge(draft: Draft) -> None:
    """Judge the plan by what is known now; the feed is fresh.

    A broken one is judged again by money that was posted late, a completed one by money that was taken back.
    """
    plan, known = draft.plan, draft.facts.plan
    if plan is None or known is None or draft.has_new_plan or plan.status in _FINAL:
        return
    judged = judge_of(draft, known).judge(draft.today)
    status = _settled(draft, plan, known) or judged.status
    if plan.status is PlanStatus.BROKEN and known.returned > plan.returned:
        status = PlanStatus.BROKEN  # what a return reveals heals nothing
    draft.judged_plan = judged
    draft.plan = plan_view.seen(plan, known, judged)
    if status is not plan.status:
        now = {"returned": known.returned, "told_on": plan.told_on if known.returned == plan.returned else None}
        change_status(draft, draft.plan.model_copy(update=now), status)


def judge_of(draft: Draft, known: PlanFacts) -> Judge:
    """What the plan is judged by in this step."""
    packs = draft.facts.rules.packs
    return Judge(_told(draft, known), rule_of(packs).broken_by, packs, complete_until(draft))


def _told(draft: Draft, known: PlanFacts) -> PlanFacts:
    """With what a person told the customer, which is no message of ours."""
    plan = draft.plan
    if plan is None or plan.told_on is None or plan.returned != known.returned:
        return known
    key = repair_key(plan.key(draft.case.case_id), plan.told_on, known.returned, 0)
    by_hand = PlanNotice(key=key, state=MessageState.SENT, on=plan.told_on)
    return known.model_copy(update={"notices": (*known.notices, by_hand)})


def complete_until(draft: Draft) -> date:
    """The last local day whose money the ledger has all: yesterday, or where the bank's feed ends."""
    yesterday = draft.today - timedelta(days=1)
    fresh_until = draft.facts.fresh_until
    if fresh_until is None:
        return yesterday
    return min(yesterday, local_day(fresh_until, draft.facts.account.zone) - timedelta(days=1))


def change_status(draft: Draft, plan: Plan, status: PlanStatus, by: Code | None = None) -> Plan:
    """Another status, with what it stops or lets go on; the plan as it stands then."""
    ends = status not in RUNNING
    changed = plan.model_copy(
        update={
            "status": status,
            "since": draft.today,
            "changes": plan.changes + 1,
            "resumes_on": next_business_day(draft.today, draft.facts.rules.packs) if ends else None,
            "not_before": None,
        }
    )
    starts = plan.changes == 0 or plan.status not in RUNNING
    draft.plan = changed
    draft.entries.append(KeepPlanStep.of(changed, by))
    if ends:
        _let_go(draft, changed)
    elif starts:
        person_holds.lay(draft, PLAN_SIGNED, _of(changed))  # from signing on, whatever the card system says
    draft.note(words.changed(changed))
    return changed


def change_early_end(draft: Draft, plan: Plan, end: EarlyEnd, by: Code | None) -> None:
    """What ends the plan early; the one agreed last counts."""
    draft.plan = plan.model_copy(update={"early_end": end, "changes": plan.changes + 1})
    draft.entries.append(KeepPlanStep.of(draft.plan, by))
    draft.note(words.ends_early(plan, end))


def tell(draft: Draft, plan: Plan, request: TellMiss, on: date, returned: int) -> None:
    """A person told the customer of what is missed."""
    told = {"told_on": on, "returned": returned, "changes": plan.changes + 1}
    draft.plan = plan.model_copy(update=told)
    draft.entries.append(KeepPlanStep.of(draft.plan, request.by, request.reference))
    draft.note(words.told(plan, on))


def _let_go(draft: Draft, plan: Plan) -> None:
    """The hold ends; and unless all was paid, what the plan moved falls due again."""
    person_holds.tell(draft, _ENDS[plan.status], _of(plan))
    if plan.status is not PlanStatus.COMPLETED:
        draft.entries.append(AskAdjustment(adjustment=restoring(plan, draft.case.case_id)))


def _of(plan: Plan) -> str:
    """Tells apart the changes of the plans of a case."""
    return f"{plan.no}.{plan.changes}"


def _settled(draft: Draft, plan: Plan, known: PlanFacts) -> PlanStatus | None:
    """Completed by the amount agreed for its early end, or because nothing is owed any more."""
    if plan.status is PlanStatus.AGREED:
        return None
    if draft.facts.balance.amount <= 0:
        return PlanStatus.COMPLETED
    return PlanStatus.COMPLETED if ended_early_on(plan.early_end, known.payments) is not None else None


def observed(draft: Draft, arrears: Arrears | None) -> Arrears | None:
    """The arrears with the class that the account keeps from the signing of its plan on, where that is worse.

    (China: the rules of 2023 on classes of financial assets watch restructured ones for at least a year.)
    """
    plan = draft.plan
    if arrears is None or plan is None or plan.floor is None or plan.observed_until is None:
        return arrears
    if draft.today >= plan.observed_until:
        return arrears
    names = [band.name for band in draft.facts.rules.classification.bands]
    worse = max((name for name in (arrears.bucket, plan.floor) if name in names), key=names.index, default=None)
    return arrears.model_copy(update={"bucket": worse})
