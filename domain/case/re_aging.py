"""Re-aging: an act that one asks for, another approves, and the card system does; only then is nothing past due."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from domain.calendar import days_after
from domain.case import re_age_limits as limits
from domain.case import re_age_status
from domain.case import re_age_words as words
from domain.case.answering import accepted, refused
from domain.case.disputes import midnight_after
from domain.case.draft import Draft
from domain.case.re_age_status import becomes
from domain.delinquency import assess
from domain.model.adjustments import Adjustment, AdjustmentKind
from domain.model.entries import AddTask, AskAdjustment, CloseTask, KeepReAge
from domain.model.events import Answer
from domain.model.money import Money
from domain.model.negotiation import Approve, Decline
from domain.model.offers import Level
from domain.model.re_age import (
    OPEN_RE_AGES,
    RE_AGE_APPROVAL,
    AskReAge,
    ReAge,
    ReAgeFacts,
    ReAgeState,
    ReAgeTerms,
)

_MADE = "it was looked at before: there is one"


def ask(draft: Draft, asked: AskReAge) -> Answer:
    """Take the request, with a task for who decides on it; or say what stands against it.

    What only the clock keeps from being so is told with the day from which on it would be.
    """
    found = _found(draft, asked)
    if isinstance(found, str):
        return refused(asked, found)
    terms, past_due, since, needed = found
    draft.re_age = ReAge(
        id=asked.id,
        asked_by=asked.by,
        evidence=asked.evidence,
        ability_report=asked.ability_report,
        past_due=past_due,
        paid_since=since,
        needed=needed,
        decide_by=days_after(draft.today, terms.expires_days),
        since=draft.today,
    )
    draft.entries.append(KeepReAge(re_age=draft.re_age, request_id=asked.id, by=asked.by))
    draft.entries.append(_task(draft, draft.re_age))
    draft.wake_no_later(midnight_after(draft, draft.re_age.decide_by))
    draft.note(words.changed(draft.re_age))
    return accepted(asked, words.asked(draft.re_age, terms.level))


def is_about(draft: Draft, request: Approve | Decline) -> bool:
    """Whether it decides on the re-age of this case, and not on an offer."""
    return draft.re_age is not None and draft.re_age.id == request.offer


def decide(draft: Draft, request: Approve | Decline) -> Answer:
    """The decision of somebody else on the re-age that waits for one."""
    made, terms = draft.re_age, draft.facts.strategy.re_age
    assert made is not None, _MADE
    if terms is None:
        return refused(request, words.no_terms(draft.case.strategy))
    if made.state is not ReAgeState.ASKED:
        return refused(request, words.not_waiting(request.offer, made))
    if draft.today > made.decide_by:
        return refused(request, words.over_in_time(made))
    if terms.level is Level.SUPERVISOR and request.role is not Level.SUPERVISOR:
        return refused(request, words.needs_supervisor(made, request.role))
    match request:
        case Approve():
            return _approve(draft, request, made)
        case Decline():
            _close_task(draft, made, request.by, "declined")
            declined = becomes(draft, made, ReAgeState.DECLINED, request)
            return accepted(request, words.declined(declined))
        case _:
            assert_never(request)


def review(draft: Draft, *, closing: bool = False) -> None:
    """One on which nobody decided in time expires; until then it keeps the ladder silent, and wakes the case."""
    made = draft.re_age
    if made is None or made.state is not ReAgeState.ASKED or draft.case.closure is not None:
        return
    if not closing and draft.today <= made.decide_by:
        draft.wake_no_later(midnight_after(draft, made.decide_by))
        return
    _close_task(draft, made, "duecourse", "case_closed" if closing else ReAgeState.EXPIRED.value)
    becomes(draft, made, ReAgeState.EXPIRED)


def withdraw(draft: Draft) -> None:
    """A case that is withdrawn in the step that approved one asks the card system for nothing."""
    made = draft.re_age
    if made is None or made.state is not ReAgeState.APPROVED:
        return
    key = f"{made.key(draft.case.case_id)}/"
    kept = [each for each in draft.entries if not (isinstance(each, AskAdjustment) and _is_about(each, key))]
    if len(kept) < len(draft.entries):
        draft.entries[:] = kept
        becomes(draft, made, ReAgeState.EXPIRED)


def _is_about(asked: AskAdjustment, key: str) -> bool:
    return asked.adjustment.key.startswith(key)


def _found(draft: Draft, asked: AskReAge) -> tuple[ReAgeTerms, Money, date, Money] | str:
    """What the strategy says of it, what is past due, since when, and what must have been paid; or what refuses it."""
    stated, terms, before = limits.rule_of(draft.facts.rules.packs), draft.facts.strategy.re_age, draft.re_age
    if stated is None:
        return words.no_rule(draft.case.rules)
    if terms is None:
        return words.no_terms(draft.case.strategy)
    if before is not None and (before.state in OPEN_RE_AGES or re_age_status.is_pending(draft)):
        return words.goes_on(before)
    fault = next(limits.of_the_customer(draft, asked.ability_report), None)
    found = _allowed(draft)
    return fault or (found if isinstance(found, str) else (terms, *found))


def _allowed(draft: Draft) -> tuple[Money, date, Money] | str:
    """What is past due, since when, and what must have been paid; or what stands against a re-age as things are now."""
    facts, known = draft.facts, draft.facts.re_age or ReAgeFacts()
    stated = limits.rule_of(facts.rules.packs)
    assert stated is not None, "without a rule nothing is asked for"
    arrears = assess(facts.obligations, facts.balance, draft.today, facts.rules, draft.holds.pauses())
    if (fault := next(limits.of_the_case(draft, arrears), None)) is not None or arrears is None:
        return fault or words.NOTHING_PAST_DUE
    currency = facts.account.currency
    tolerance = facts.rules.lateness.tolerance.get(currency, Money.zero(currency).amount)
    since = limits.late_since(known.billed, draft.today, tolerance)
    needed = limits.needed_of(known.billed, stated[0], currency)
    faults = limits.of_the_rules(known, stated, since, needed, draft.today)
    return faults[0] if faults else (arrears.past_due, since, needed)


def _approve(draft: Draft, request: Approve, made: ReAge) -> Answer:
    """It may have come otherwise since it was asked for: everything is looked at once more."""
    if request.by == made.asked_by:
        return refused(request, words.own(made))
    now = next(limits.of_the_customer(draft, made.ability_report), None) or _allowed(draft)
    if isinstance(now, str):
        return refused(request, now)
    past_due, since, needed = now
    _close_task(draft, made, request.by, "approved")
    seen = {"past_due": past_due, "paid_since": since, "needed": needed}
    by = {"approved_by": request.by, "approved_at": draft.at}
    approved = becomes(draft, made.model_copy(update=seen | by), ReAgeState.APPROVED, request)
    key = f"{made.key(draft.case.case_id)}/{AdjustmentKind.RE_AGE}/1"
    adjustment = Adjustment(
        key=key, kind=AdjustmentKind.RE_AGE, amount=past_due, made_by=made.asked_by, checked_by=request.by
    )
    draft.entries.append(AskAdjustment(adjustment=adjustment))
    return accepted(request, words.approved(approved))


def _task(draft: Draft, made: ReAge) -> AddTask:
    known = draft.facts.re_age or ReAgeFacts()
    paid = limits.paid_since(known.payments, made.paid_since, made.needed.currency)
    shown = made.evidence or made.ability_report or ""
    detail: dict[str, str | tuple[str, ...]] = {
        "re_age": made.id,
        "past_due": made.past_due.digits,
        "paid": paid.digits,
        "currency": made.past_due.currency,
        "evidence": shown,
        "asked_by": made.asked_by,
    }
    due_at = midnight_after(draft, made.decide_by)
    return AddTask(task_id=_task_id(draft, made), task=RE_AGE_APPROVAL, due_at=due_at, detail=detail)


def _close_task(draft: Draft, made: ReAge, by: str, outcome: str) -> None:
    draft.entries.append(CloseTask(task_id=_task_id(draft, made), by=by, outcome=outcome))


def _task_id(draft: Draft, made: ReAge) -> str:
    return f"{RE_AGE_APPROVAL}/{draft.case.case_id}/{made.id}"
