"""Requests: each is answered, and the same one gets the same answer and no second effect."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from domain.case import (
    complaints,
    corrections,
    due_dates,
    hardship,
    negotiating,
    permits,
    plan,
    promise,
    re_aging,
    reports,
    resolving,
    spoken,
)
from domain.case.answering import accepted, digest_of, refused
from domain.case.draft import Draft
from domain.model.case import MOST_HOLDS, HeldBy
from domain.model.complaints import AnswerComplaint, Complain, ExtendComplaint
from domain.model.disputes import ResolveDispute
from domain.model.events import Answer, Hold, HoldReason, Release, Request, Withdraw
from domain.model.hardship import AssessHardship, FollowUp
from domain.model.negotiation import Approve, Decline, ProposeTerms
from domain.model.permits import ReportContact, RequestContact, ReturnPermit
from domain.model.plan_requests import AgreePlan, EndPlan, MovePlan, SettlePlan, TellMiss
from domain.model.promise import MakePromise
from domain.model.re_age import AskReAge

_Steering = Hold | Release | Withdraw
_MOST_DAYS_AWAY = 3653
"""Ten years: a date farther from today is a slip of the pen, not an agreement."""


def answer(draft: Draft, request: Request) -> Answer:
    """The answer to a request, and its effect on the draft when it is accepted for the first time."""
    first = _answered(draft, request.id) or _first_answer(draft, request)
    draft.kept[request.id] = first
    if isinstance(request, RequestContact | ReportContact | ReturnPermit | ProposeTerms):
        draft.in_ledger_only.add(request.id)
    if first.asked in ("", digest_of(request)):
        return first
    return refused(request, f"the id {request.id} was used for another request: choose a new id")


def _first_answer(draft: Draft, request: Request) -> Answer:
    match request:
        case ReportContact():  # of a closed case too: the contact may have been made before
            return reports.report(draft, request)
        case ReturnPermit():
            return permits.give_back(draft, request)
        case _ if draft.is_closed:
            return refused(request, _closed(draft))
        case RequestContact():
            return permits.request(draft, request)
        case Complain() | ExtendComplaint() | AnswerComplaint():
            return complaints.ask(draft, request)
        case ResolveDispute():
            return resolving.resolve(draft, request)
        case AssessHardship() | FollowUp():
            return hardship.ask(draft, request)
        case MakePromise() | AgreePlan() | ProposeTerms() if (fault := spoken.fault_of(draft, request)) is not None:
            return refused(request, fault)
        case MakePromise():
            return spoken.noted(draft, request, promise.make(draft, request))
        case ProposeTerms():
            return spoken.noted(draft, request, negotiating.ask(draft, request))
        case AskReAge():
            return re_aging.ask(draft, request)
        case Approve() | Decline() if re_aging.is_about(draft, request):
            return re_aging.decide(draft, request)
        case Approve() | Decline():
            return negotiating.ask(draft, request)
        case AgreePlan():
            return spoken.noted(draft, request, plan.ask(draft, request))
        case MovePlan() | SettlePlan() | TellMiss() | EndPlan():
            return plan.ask(draft, request)
        case Hold() | Release() | Withdraw():
            refusal = _refusal(draft, request)
            return accepted(request, _effect(draft, request)) if refusal is None else refused(request, refusal)
        case _:
            assert_never(request)


def _answered(draft: Draft, message_id: str) -> Answer | None:
    known = draft.kept.get(message_id) or draft.case.answers.get(message_id)
    if known is None and message_id in draft.facts.answered:
        return Answer.model_validate_json(draft.facts.answered[message_id])
    return known


def _closed(draft: Draft) -> str:
    closure = draft.case.closure
    return f"this case is closed: {'withdrawn' if closure is None else closure.outcome.replace('_', ' ')}"


def _refusal(draft: Draft, request: _Steering) -> str | None:
    match request:
        case Hold():
            return _refusal_of_hold(draft, request)
        case Release():
            return _refusal_of_release(draft, request)
        case Withdraw():
            return None
        case _:
            assert_never(request)


def _refusal_of_release(draft: Draft, release: Release) -> str | None:
    held = draft.holds.find(release.hold_id)
    if held is None:
        return f"no hold {release.hold_id} lies on this case"
    if (disputed := corrections.refusal_of_release(draft, held.id)) is not None:
        return disputed
    if (held.reason is HoldReason.TRACE) is (release.found is not None):
        return None
    if release.found is None:
        return f"a payment is looked for by the hold {held.id}: say whether it was found"
    return f"the hold {held.id} looks for no payment: leave found out"


def _refusal_of_hold(draft: Draft, hold: Hold) -> str | None:
    starts_on, leaves_out = hold.starts_on or draft.today, hold.reason is HoldReason.LEFT_OUT
    if leaves_out and not hold.obligations_due_on:
        return "a hold that leaves obligations out names their due dates: give obligations_due_on"
    if not leaves_out and hold.obligations_due_on:
        return f"only a hold with the reason left_out names obligations, this one says {hold.reason}"
    if (far := _too_far(draft.today, hold)) is not None:
        return f"{far} is more than ten years from today ({draft.today}): give a date within them"
    if hold.ends_on is not None and hold.ends_on <= starts_on:
        return f"the hold would end on {hold.ends_on}, not after its first day {starts_on}"
    if hold.ends_on is not None and hold.ends_on < draft.today:
        return f"the hold would have ended on {hold.ends_on}, before today ({draft.today})"
    if len(draft.holds.lying) >= MOST_HOLDS:
        return f"{MOST_HOLDS} holds lie on this case already: release one first"
    return due_dates.fault_of(hold.obligations_due_on, draft.facts.obligations)


def _too_far(today: date, hold: Hold) -> date | None:
    """The first day or the end of the hold when it lies more than ten years before or after today."""
    dates = (day for day in (hold.starts_on, hold.ends_on) if day is not None)
    return next((day for day in dates if abs((day - today).days) > _MOST_DAYS_AWAY), None)


def _effect(draft: Draft, request: _Steering) -> str:
    match request:
        case Hold():
            return _hold(draft, request)
        case Release():
            return _release(draft, request)
        case Withdraw():
            draft.withdrawn = request.reason
            return "the case is withdrawn"
        case _:
            assert_never(request)


def _hold(draft: Draft, request: Hold) -> str:
    hold = HeldBy(
        id=request.id,
        reason=request.reason,
        starts_on=request.starts_on or draft.today,
        ends_on=request.ends_on,
        obligations_due_on=request.obligations_due_on,
    )
    draft.holds = draft.holds.added(hold)
    until = "it is released" if hold.ends_on is None else str(hold.ends_on)
    text = f"from {hold.starts_on} until {until} {_meaning(hold)}"
    draft.note(f"Hold {hold.id} set: {text}.")
    return text


def _meaning(hold: HeldBy) -> str:
    match hold.reason:
        case HoldReason.OPERATOR:
            return "no notice leaves; days go on counting"
        case HoldReason.PAUSE:
            return "no notice leaves, and treatment days stand still"
        case HoldReason.TRACE:
            return "no notice leaves while the payment is looked for; days go on counting"
        case HoldReason.LEFT_OUT:
            days = ", ".join(str(day) for day in hold.obligations_due_on)
            return f"the obligations due on {days} are left out of what the notices ask for"
        case _:
            assert_never(hold.reason)


def _release(draft: Draft, request: Release) -> str:
    hold = draft.holds.find(request.hold_id)
    assert hold is not None, "a release of an unknown hold was refused before"
    draft.holds = draft.holds.ended(hold, draft.today)
    corrections.released(draft, hold.id)
    found = "" if request.found is None else f": the payment was {'' if request.found else 'not '}found"
    draft.note(f"Hold {hold.id} released{found}.")
    return f"the hold {hold.id} is released from {draft.today} on{found}"
