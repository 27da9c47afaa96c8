"""Requests: hold, release, withdraw; each is answered, and the same id gets the same answer and no second effect."""

from __future__ import annotations

from typing import assert_never

from domain.case.draft import Draft
from domain.model.case import MOST_HOLDS, HeldBy
from domain.model.events import Answer, Hold, HoldReason, Release, Request, Withdraw


def answer(draft: Draft, request: Request) -> Answer:
    """The answer to a request, and its effect on the draft when it is accepted for the first time."""
    if (known := _answered(draft, request.id)) is not None:
        return known
    refusal = _refusal(draft, request)
    if refusal is not None:
        return Answer(id=request.id, accepted=False, text=refusal)
    return Answer(id=request.id, accepted=True, text=_effect(draft, request))


def _answered(draft: Draft, message_id: str) -> Answer | None:
    known = next((a for a in draft.answers if a.id == message_id), None) or draft.case.answers.get(message_id)
    if known is None and message_id in draft.facts.answered:
        return Answer.model_validate_json(draft.facts.answered[message_id])
    return known


def _refusal(draft: Draft, request: Request) -> str | None:
    if draft.is_closed:
        closure = draft.case.closure
        outcome = "withdrawn" if closure is None else closure.outcome.replace("_", " ")
        return f"this case is closed: {outcome}"
    match request:
        case Hold():
            return _refusal_of_hold(draft, request)
        case Release():
            known = draft.holds.find(request.hold_id)
            return f"no hold {request.hold_id} lies on this case" if known is None else None
        case Withdraw():
            return None
        case _:
            assert_never(request)


def _refusal_of_hold(draft: Draft, hold: Hold) -> str | None:
    starts_on, leaves_out = hold.starts_on or draft.today, hold.reason is HoldReason.LEFT_OUT
    if leaves_out and not hold.obligations_due_on:
        return "a hold that leaves obligations out names their due dates: give obligations_due_on"
    if not leaves_out and hold.obligations_due_on:
        return f"only a hold with the reason left_out names obligations, this one says {hold.reason}"
    if hold.ends_on is not None and hold.ends_on <= starts_on:
        return f"the hold would end on {hold.ends_on}, not after its first day {starts_on}"
    if hold.ends_on is not None and hold.ends_on < draft.today:
        return f"the hold would have ended on {hold.ends_on}, before today ({draft.today})"
    if len(draft.holds.lying) >= MOST_HOLDS:
        return f"{MOST_HOLDS} holds lie on this case already: release one first"
    return None


def _effect(draft: Draft, request: Request) -> str:
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
        case HoldReason.LEFT_OUT:
            days = ", ".join(str(day) for day in hold.obligations_due_on)
            return f"the obligations due on {days} are left out of what the notices ask for"
        case _:
            assert_never(hold.reason)


def _release(draft: Draft, request: Release) -> str:
    hold = draft.holds.find(request.hold_id)
    assert hold is not None, "a release of an unknown hold was refused before"
    draft.holds = draft.holds.ended(hold, draft.today)
    draft.note(f"Hold {hold.id} released.")
    return f"the hold {hold.id} is released from {draft.today} on"
