"""Closing: whether the episode is over, and how it ended."""

from __future__ import annotations

from datetime import date

from domain.case import conceding, re_age_status, wording
from domain.case.draft import Draft
from domain.delinquency import past_due_from
from domain.model.case import Case, Closure, Outcome, Stage
from domain.model.facts import Arrears, EpisodeEnd, Facts, MessageState
from domain.model.repayment import PlanCovers, PlanStatus


def outcome_of(draft: Draft, arrears: Arrears | None) -> Outcome | None:
    """How the episode ended; None while it goes on. All obligations count, also those that a hold leaves out."""
    if draft.withdrawn is not None:
        return Outcome.WITHDRAWN
    if conceding.is_settled(draft):
        return Outcome.SETTLED_FOR_LESS
    if re_age_status.is_in_force(draft) and arrears is None:
        return Outcome.RE_AGED if draft.facts.balance.amount > 0 else Outcome.PAID_IN_FULL
    if draft.running_plan is not None or conceding.waits(draft) is not None or re_age_status.is_pending(draft):
        return None
    if _plan_completed(draft, arrears):
        return Outcome.PLAN_COMPLETED
    if arrears is not None or _waits_out_grace(draft):
        return None
    return _without_arrears(draft.facts)


def first_past_due_day(draft: Draft) -> date | None:
    """The day after the grace of what is unmet; None when nothing is."""
    facts = draft.facts
    return past_due_from(facts.obligations, facts.balance, draft.today, facts.rules)


def _plan_completed(draft: Draft, arrears: Arrears | None) -> bool:
    """Whether the plan ended the episode; one for the arrears does not while something else is past due."""
    plan = draft.plan
    if plan is None or plan.status is not PlanStatus.COMPLETED:
        return False
    return arrears is None or plan.covers is PlanCovers.BALANCE


def _waits_out_grace(draft: Draft) -> bool:
    return draft.case.stage is Stage.WAITING and first_past_due_day(draft) is not None


def _without_arrears(facts: Facts) -> Outcome:
    if facts.balance.amount <= 0:
        return Outcome.PAID_IN_FULL
    return Outcome.CURED if facts.last_met_by_payment else Outcome.CLEARED_BY_STATUS


def ended_elsewhere(case: Case, end: EpisodeEnd) -> Case:
    """The case as another run of the episode ended it: this one was started beside it, and has nothing to add."""
    closure = Closure(
        case_id=case.case_id,
        outcome=Outcome(end.outcome),
        closed_at=end.closed_at,
        days_past_due=end.days_past_due,
        notices=end.notices,
    )
    over = {"closure": closure, "stage": Stage.CLOSED, "step_no": end.step_no, "next": wording.over(closure)}
    return case.model_copy(update=over)


def closure_of(draft: Draft, outcome: Outcome, arrears: Arrears | None) -> Closure:
    """The typed end of the episode, with the days past due when it was last seen late."""
    last_seen, parting = arrears or draft.case.arrears, draft.case.parting
    before = 0 if parting is None else parting.days_past_due
    return Closure(
        case_id=draft.case.case_id,
        outcome=outcome,
        closed_at=draft.at,
        days_past_due=before if last_seen is None else last_seen.days_past_due,
        notices=sum(notice.state is MessageState.SENT for notice in draft.facts.notices),
        reason=draft.withdrawn,
    )
