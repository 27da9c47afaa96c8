"""Corrections: the clock of disputes, and the wait for what the bank credits after one was upheld."""

from __future__ import annotations

from datetime import timedelta

from domain.case import dispute_words as words
from domain.case.disputes import end_hold, midnight_after, of_hold, task_id
from domain.case.draft import Draft
from domain.compliance.holidays import next_business_day
from domain.model.disputes import DISPUTE_ESCALATES_BEFORE, DisputeOutcome, DisputeWord, OpenDispute
from domain.model.entries import AddTask, CloseTask, KeepDispute
from domain.model.facts import MessageState
from domain.model.money import Money

_BY_THE_LEDGER, _BY_A_PERSON = "ledger", "operator"
_NOT_TOLD = (MessageState.REFUSED, MessageState.FAILED)


def review(draft: Draft, *, closing: bool = False) -> None:
    """See which corrections came, and bring what is due soon before a supervisor; all of it when the case closes."""
    if not draft.is_closed and not closing:
        for name in [each.id for each in draft.disputes]:
            # What one takes of the credits the next no longer has: it is looked up anew.
            dispute = next(each for each in draft.disputes if each.id == name)
            if dispute.correction is not None and _is_corrected(draft, dispute, dispute.correction):
                _corrected(draft, dispute, dispute.correction)
    for dispute in draft.disputes:
        escalates_on = max(dispute.since, dispute.resolve_by - timedelta(days=DISPUTE_ESCALATES_BEFORE))
        if dispute.escalated:
            continue
        if closing or escalates_on <= draft.today:
            _escalate(draft, dispute)
        else:
            draft.wake_no_later(midnight_after(draft, escalates_on - timedelta(days=1)))


def refusal_of_release(draft: Draft, hold_id: str) -> str | None:
    """What is disputed is asked for again only by its outcome; the wait for a correction a person may end."""
    dispute = of_hold(draft, hold_id)
    if dispute is None or dispute.outcome is not None:
        return None
    return f"the hold {hold_id} lies for the dispute {dispute.id}: resolve it with `duecourse dispute resolve`"


def released(draft: Draft, hold_id: str) -> None:
    """A person ended the hold: for the correction that it waited for nobody waits any more."""
    dispute = of_hold(draft, hold_id)
    if dispute is not None:
        _over(draft, dispute, "released", _BY_A_PERSON)


def standing_words(draft: Draft) -> tuple[DisputeWord, ...]:
    """What every message says while something is disputed, or its correction is awaited."""
    found: list[DisputeWord] = []
    for dispute in draft.disputes:
        if dispute.outcome is not None:
            found.append(DisputeWord.CORRECTING)
        else:
            found.append(DisputeWord.UNDER_REVIEW if dispute.due_on else DisputeWord.ALL_UNDER_REVIEW)
    return tuple(dict.fromkeys(found))


def words_of_notice(draft: Draft, key: str) -> tuple[DisputeWord, ...]:
    """What the notice of this key says: the outcome of the dispute resolved last, once, and what is still open."""
    standing, answer = standing_words(draft), draft.dispute_answer
    if answer is None or not _is_to_be_told(draft, answer.told_in, key):
        return standing
    draft.dispute_answer = answer.model_copy(update={"told_in": key})
    told = DisputeWord(answer.outcome.value)
    said_already = answer.outcome in (DisputeOutcome.UPHELD, DisputeOutcome.PARTLY_UPHELD)
    return (told, *(word for word in standing if word is not DisputeWord.CORRECTING or not said_already))


def _is_to_be_told(draft: Draft, told_in: str | None, key: str) -> bool:
    """Not again once a notice told it, unless that one never reached anybody."""
    if told_in in (None, key):
        return True
    return any(notice.key == told_in and notice.state in _NOT_TOLD for notice in draft.facts.notices)


def _is_corrected(draft: Draft, dispute: OpenDispute, correction: Money) -> bool:
    """By the bank's credits since it was told; or nothing of what is corrected is unmet any more, whoever met it."""
    if dispute.due_on and not any(each.due_on in dispute.due_on for each in draft.facts.obligations):
        return True
    return _seen(draft, dispute) >= correction


def _seen(draft: Draft, dispute: OpenDispute) -> Money:
    """What of the credits since it was told no other dispute took."""
    nothing = Money.zero(draft.facts.balance.currency)
    seen = next((each.seen for each in draft.facts.corrections if each.dispute == dispute.id), nothing)
    return seen - (dispute.used or nothing)


def _corrected(draft: Draft, dispute: OpenDispute, correction: Money) -> None:
    end_hold(draft, dispute)
    taken = min(correction, _seen(draft, dispute))
    _over(draft, dispute, "corrected", _BY_THE_LEDGER)
    draft.disputes = tuple(_less(draft, each, taken) for each in draft.disputes)


def _less(draft: Draft, dispute: OpenDispute, taken: Money) -> OpenDispute:
    """A credit corrects one thing: another dispute that was told before it does not count it too."""
    from_its_own = min(taken, _seen(draft, dispute))
    used = from_its_own if dispute.used is None else dispute.used + from_its_own
    return dispute.model_copy(update={"used": used}) if from_its_own else dispute


def _over(draft: Draft, dispute: OpenDispute, how: str, by: str) -> None:
    draft.disputes = tuple(each for each in draft.disputes if each.id != dispute.id)
    draft.resumes_on = next_business_day(draft.today, draft.facts.rules.packs)
    kept = {"step": how, "dispute": dispute, "resumes_on": draft.resumes_on}
    draft.entries.append(KeepDispute.model_validate(kept))
    draft.entries += [
        CloseTask(task_id=task_id(draft, dispute, kind), by=by, outcome=how)
        for kind in ("dispute_correction", "correction_escalation")
    ]
    draft.note(words.over(dispute, how))


def _escalate(draft: Draft, dispute: OpenDispute) -> None:
    changed = dispute.model_copy(update={"escalated": True})
    draft.disputes = tuple(changed if each.id == changed.id else each for each in draft.disputes)
    kind = "dispute_escalation" if dispute.outcome is None else "correction_escalation"
    draft.entries.append(
        AddTask(
            task_id=task_id(draft, dispute, kind),
            task=kind,
            due_at=midnight_after(draft, dispute.resolve_by),
            detail={"dispute": dispute.id, **({"about": dispute.about} if dispute.about else {})},
        )
    )
    draft.note(words.escalated(dispute))
