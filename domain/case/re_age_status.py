"""How the re-age of a case stands: by what the card system says, what the ledger shows, and what was returned."""

from __future__ import annotations

from domain.calendar import days_after
from domain.case import re_age_words as words
from domain.case.disputes import midnight_after
from domain.case.draft import Draft
from domain.case.reminding import wakes
from domain.model.adjustments import Adjustment, AdjustmentKind, AdjustmentState
from domain.model.case import Next
from domain.model.entries import AddTask, AskAdjustment, CloseTask, KeepReAge
from domain.model.facts import Arrears
from domain.model.negotiation import Approve, Decline
from domain.model.re_age import GRANTED_RE_AGES, RE_AGE_SILENT, ReAge, ReAgeFacts, ReAgeState
from domain.model.repayment import PlanCovers

_UNANSWERED = (AdjustmentState.WANTED, AdjustmentState.ASKED)


def becomes(draft: Draft, made: ReAge, state: ReAgeState, request: Approve | Decline | None = None) -> ReAge:
    """It came so far, by this request or by itself: kept as evidence, and told in the timeline."""
    by, request_id = (None, None) if request is None else (request.by, request.id)
    reason = request.reason if isinstance(request, Decline) else None
    now = made.model_copy(update={"state": state, "since": draft.today, "changes": made.changes + 1})
    draft.re_age = now
    draft.entries.append(KeepReAge(re_age=now, request_id=request_id, by=by, reason=reason))
    if made.state is ReAgeState.APPROVED:
        task_id = _silent_task(draft, made)
        draft.entries.append(CloseTask(task_id=task_id, by="duecourse", outcome=state.value))
    draft.note(words.changed(now, reason))
    return now


def judge(draft: Draft, arrears: Arrears | None) -> None:
    """What became of one that was approved, by what the card system says and the ledger shows; the feed is fresh."""
    made = draft.re_age
    if made is None or made.state not in GRANTED_RE_AGES:
        return
    known = _known(draft, made)
    answer = None if known is None else known.answer
    if answer is AdjustmentState.REFUSED:
        becomes(draft, made, ReAgeState.REFUSED)
    elif known is not None and known.still_paid is not None and known.still_paid < made.needed:
        _take_back(draft, made)
    elif made.state is ReAgeState.APPROVED and answer is AdjustmentState.CONFIRMED and arrears is None:
        becomes(draft, made, ReAgeState.CONFIRMED)
    elif made.state is ReAgeState.APPROVED and answer not in (None, AdjustmentState.WANTED):
        _await_cards(draft, made)


def is_in_force(draft: Draft) -> bool:
    """Whether the account was brought current by it, and nothing else repays it."""
    plan = draft.running_plan
    beside = plan is not None and plan.covers is PlanCovers.BALANCE
    return draft.re_age is not None and draft.re_age.state is ReAgeState.CONFIRMED and not beside


def is_pending(draft: Draft) -> bool:
    """Whether the card system has not said what became of one, or of its undoing: until then the ledger shows nothing
    by which a case could end."""
    made = draft.re_age
    if made is None or made.state not in (ReAgeState.APPROVED, ReAgeState.TAKEN_BACK):
        return False
    return made.state is ReAgeState.APPROVED or is_unanswered(draft, made)


def is_unanswered(draft: Draft, made: ReAge) -> bool:
    """Whether the card system has not answered all that it was asked for this one, in this step too."""
    key = f"{made.key(draft.case.case_id)}/"
    asked = {each.adjustment.key for each in draft.entries if isinstance(each, AskAdjustment)}
    known = _known(draft, made)
    waiting = () if known is None else (each for each in known.adjustments if each.state in _UNANSWERED)
    return any(name.startswith(key) for name in (*asked, *(each.adjustment.key for each in waiting)))


def waits(draft: Draft, arrears: Arrears | None) -> Next | None:
    """What the case waits for while one is approved and not in force, or is being undone and nothing is past due: no
    notice leaves for what the card system may have made current."""
    made = draft.re_age
    if made is None or not is_pending(draft):
        return None
    if made.state is ReAgeState.TAKEN_BACK and arrears is not None:
        return None
    known = _known(draft, made)
    answer = None if known is None else known.answer
    return wakes(draft, words.waits_for_cards(made, answer), None, draft.holds.next_end())


def _take_back(draft: Draft, made: ReAge) -> None:
    """Of what it rested on so much was returned that it is not enough: what came later does not mend that."""
    key = made.key(draft.case.case_id)
    undone = Adjustment(
        key=f"{key}/{AdjustmentKind.REINSTATE}/1",
        kind=AdjustmentKind.REINSTATE,
        amount=made.past_due,
        undoes=f"{key}/{AdjustmentKind.RE_AGE}/1",
        made_by=made.asked_by,
        checked_by=made.approved_by,
    )
    draft.entries.append(AskAdjustment(adjustment=undone))
    becomes(draft, made, ReAgeState.TAKEN_BACK)


def _await_cards(draft: Draft, made: ReAge) -> None:
    """A person looks when it takes longer than the strategy allows until the ledger shows it."""
    terms = draft.facts.strategy.re_age
    last = days_after(made.since, 0 if terms is None else terms.confirm_within_days)
    if draft.today <= last:
        draft.wake_no_later(midnight_after(draft, last))
        return
    key = made.key(draft.case.case_id)
    draft.entries.append(AddTask(task_id=_silent_task(draft, made), task=RE_AGE_SILENT, detail={"re_age": key}))


def _silent_task(draft: Draft, made: ReAge) -> str:
    return f"{RE_AGE_SILENT}/{made.key(draft.case.case_id)}"


def _known(draft: Draft, made: ReAge) -> ReAgeFacts | None:
    """What the ledger has of this one; None: what was read is about an earlier one, or nothing was asked for yet."""
    known, begins = draft.facts.re_age, f"{made.key(draft.case.case_id)}/"
    mine = known is not None and any(each.adjustment.key.startswith(begins) for each in known.adjustments)
    return known if mine else None
