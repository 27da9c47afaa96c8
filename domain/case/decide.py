"""The decision of one case: facts and events in, the recorded step out. Pure: no clock, no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from domain import stopping
from domain.case import (
    complaints,
    conceding,
    corrections,
    hardship,
    negotiating,
    permits,
    plan_status,
    promise,
    re_age_status,
    re_aging,
    rewarding,
    wording,
)
from domain.case.attributes import attributes_of
from domain.case.closing import closure_of, ended_elsewhere, first_past_due_day, outcome_of
from domain.case.confirming import confirmations
from domain.case.draft import Draft
from domain.case.hearing import hear
from domain.case.ladder import given_of, view_of
from domain.case.planning import keep_plan, perform_adjustments
from domain.case.promising import keep_promise
from domain.case.reminding import remind, wakes
from domain.case.reporting import correct_reports, perform_reports, report_negative, update_reports
from domain.case.thanking import thank
from domain.delinquency import assess
from domain.model.case import Case, Outcome, Stage, Step
from domain.model.events import Event
from domain.model.facts import Arrears, Facts
from domain.model.repayment import Plan, PlanStatus
from domain.model.thanks import Parting


def decide(case: Case, events: Sequence[Event], facts: Facts, as_of: datetime) -> Step:
    """The next step of a case: answers what was asked, then closes it, or reminds, or waits.

    ``facts`` are the ledger's as of ``as_of``; raises ValueError when they are of another instant.
    """
    if facts.ended is not None and case.closure is None:
        case = ended_elsewhere(case, facts.ended)
    draft = Draft.of(case, facts, as_of)
    hear(draft, events)
    permits.review(draft)
    complaints.review(draft)
    corrections.review(draft)
    hardship.review(draft)
    negotiating.review(draft)
    re_aging.review(draft)
    if case.closure is not None:
        return _step(draft, draft.becomes())
    correct_reports(draft)
    _confirm(draft)
    if case.opens_at is not None and as_of < case.opens_at and draft.withdrawn is None:
        return _step(draft, draft.becomes(next=wording.opens_later(case.opens_at, facts), balance=facts.balance))
    if draft.withdrawn is None and stopping.is_stale(facts.fresh_until, facts.strategy, as_of):
        return _keep_silent(draft)
    if draft.withdrawn is None:
        promise.judge(draft)
        plan_status.judge(draft)
        conceding.review(draft)
        rewarding.review(draft)
    arrears = assess(facts.obligations, facts.balance, draft.today, facts.rules, draft.holds.pauses())
    arrears = plan_status.observed(draft, arrears)
    if draft.withdrawn is None:
        re_age_status.judge(draft, arrears)
    outcome = outcome_of(draft, arrears)
    if outcome is not None:
        parting = thank(draft, outcome, arrears)
        return _close(draft, arrears, outcome) if parting is None else _part(draft, parting)
    if draft.running_plan is not None:
        return _plan(draft, draft.running_plan, arrears)
    if (ahead := conceding.waits(draft) or re_age_status.waits(draft, arrears)) is not None:
        return _step(draft, draft.becomes(balance=draft.facts.balance, arrears=arrears, next=ahead))
    return _wait(draft) if arrears is None else _remind(draft, arrears)


def _confirm(draft: Draft) -> None:
    """What a customer wants no more of is confirmed whatever becomes of the debt, also in the step that closes."""
    leaving, again_at = confirmations(draft)
    draft.commands += leaving
    if again_at is not None:
        draft.wake_no_later(again_at)


def _close(draft: Draft, arrears: Arrears | None, outcome: Outcome) -> Step:
    permits.review(draft, closing=True)
    complaints.review(draft, closing=True)
    corrections.review(draft, closing=True)
    negotiating.review(draft, closing=True)
    re_aging.review(draft, closing=True)
    if draft.withdrawn is None:
        promise.settle_early(draft)
        rewarding.review(draft)
    else:
        re_aging.withdraw(draft)
    if outcome in (Outcome.WITHDRAWN, Outcome.RE_AGED) and draft.running_plan is not None:
        plan_status.change_status(draft, draft.running_plan, PlanStatus.CANCELLED)
    update_reports(draft, outcome)
    closure = closure_of(draft, outcome, arrears)
    draft.blocked = draft.retry_at = None
    draft.note(wording.closed(closure))
    return _step(
        draft,
        draft.becomes(
            stage=Stage.CLOSED,
            closure=closure,
            balance=draft.facts.balance,
            arrears=arrears,
            ladder=given_of(draft.facts.strategy, draft.facts.notices),
            next=wording.over(closure),
        ),
    )


def _part(draft: Draft, parting: Parting) -> Step:
    """Over but for the thanks: nobody is contacted about the debt any more, and nothing is judged but what comes in."""
    permits.review(draft, closing=True)
    promise.settle_early(draft)
    if draft.case.parting is None:
        draft.note(wording.parting(parting))
    update_reports(draft, Outcome(parting.reached))
    draft.parting, draft.blocked, draft.retry_at = parting, None, None
    facts = draft.facts
    what = wakes(draft, wording.parts(parting, facts), parting.thanks_at, draft.holds.next_end())
    view = given_of(facts.strategy, facts.notices)
    return _step(draft, draft.becomes(balance=facts.balance, arrears=None, ladder=view, next=what))


def _wait(draft: Draft) -> Step:
    """Never late so far, and within grace."""
    facts, late_from = draft.facts, first_past_due_day(draft)
    assert late_from is not None, "a case with nothing unmet is closed, not waiting"
    ahead = wakes(draft, wording.within_grace(late_from, facts), None, late_from, draft.holds.next_end())
    return _step(draft, draft.becomes(balance=facts.balance, ladder=view_of(facts.strategy, facts.notices), next=ahead))


def _plan(draft: Draft, plan: Plan, arrears: Arrears | None) -> Step:
    """A plan runs, whatever is past due by the contract."""
    planning = keep_plan(draft, plan, arrears)
    in_force = Stage.REMINDING if plan.status is PlanStatus.AGREED else Stage.PLANNING
    case = {"stage": in_force, "balance": draft.facts.balance, "arrears": arrears}
    return _step(draft, draft.becomes(**case, ladder=planning.ladder, next=planning.next))


def _keep_silent(draft: Draft) -> Step:
    """The bank's feed is too old to judge by: nothing is concluded from what it may have left out."""
    tomorrow = draft.today + timedelta(days=1)
    ahead = wakes(draft, wording.silent(draft.facts), None, tomorrow)
    return _step(draft, draft.becomes(parting=draft.case.parting, next=ahead))


def _remind(draft: Draft, arrears: Arrears) -> Step:
    if (moved := wording.changed(draft.case.arrears, arrears)) is not None:
        draft.note(moved)
    reminding = remind(draft, arrears) if draft.promise is None else keep_promise(draft, draft.promise, arrears)
    report_negative(draft, arrears)
    case = draft.becomes(
        stage=Stage.REMINDING,
        balance=draft.facts.balance,
        arrears=arrears,
        ladder=reminding.ladder,
        next=reminding.next,
    )
    return _step(draft, case)


def _step(draft: Draft, case: Case) -> Step:
    perform_adjustments(draft)
    perform_reports(draft)
    return Step(
        case=_woken_in_time(draft, case),
        commands=tuple(draft.commands),
        answers=tuple(draft.answers),
        entries=tuple(draft.entries),
        attributes=attributes_of(case) if _is_searched_otherwise(draft.case, case) else None,
    )


def _is_searched_otherwise(before: Case, now: Case) -> bool:
    return now.stage is not before.stage or _due(now) != _due(before) or _status(now) is not _status(before)


def _status(case: Case) -> PlanStatus | None:
    """One that is agreed and not in force yet is not searched for: it soon is one or the other."""
    agreed = case.plan is not None and case.plan.status is PlanStatus.AGREED
    return None if case.plan is None or agreed else case.plan.status


def _due(case: Case) -> date | None:
    return None if case.promise is None else case.promise.due_on


def _woken_in_time(draft: Draft, case: Case) -> Case:
    """The case wakes for what the step left to be looked after, also when its next notice is farther away."""
    first, planned = draft.wake_by, case.next.wake_at
    if first is None or case.closure is not None or (planned is not None and planned <= first):
        return case
    return case.model_copy(update={"next": case.next.model_copy(update={"wake_at": first})})
