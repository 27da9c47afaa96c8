"""Resolving: the outcome of a dispute, told by somebody whom it is not about, and what follows from it."""

from __future__ import annotations

from datetime import date, timedelta

from domain.case import dispute_words as words
from domain.case import due_dates, person_holds
from domain.case.answering import accepted, refused
from domain.case.disputes import end_hold, find, leave_out, midnight_after, path_of, task_id, terms_of
from domain.case.draft import Draft
from domain.compliance.holidays import next_business_day
from domain.model.case import HeldBy
from domain.model.disputes import DisputeAnswer, DisputeOutcome, OpenDispute, ResolveDispute
from domain.model.entries import AddTask, CloseTask, KeepDispute
from domain.model.events import Answer, HoldReason
from domain.model.money import Money

_UPHELD = (DisputeOutcome.UPHELD, DisputeOutcome.PARTLY_UPHELD)


def resolve(draft: Draft, asked: ResolveDispute) -> Answer:
    """The answer to who tells an outcome, and its effect: what was held goes on, or waits for the bank."""
    dispute = find(draft, asked.dispute)
    if dispute is None:
        return refused(asked, words.unknown(asked.dispute, draft.disputes))
    if (refusal := _refusal(draft, dispute, asked)) is not None:
        return refused(asked, refusal)
    late = draft.today > dispute.resolve_by
    draft.resumes_on = next_business_day(draft.today, draft.facts.rules.packs)
    if asked.outcome is not DisputeOutcome.WITHDRAWN:
        draft.dispute_answer = DisputeAnswer(dispute=dispute.id, outcome=asked.outcome, on=draft.today)
    _release(draft, dispute, asked)
    draft.disputes = tuple(each for each in draft.disputes if each.id != dispute.id)
    dispute = dispute.model_copy(update={"outcome": asked.outcome})
    if asked.outcome in _UPHELD:
        dispute = _await_correction(draft, dispute, asked)
    said = {"by": asked.by, "reference": asked.reference, "resumes_on": draft.resumes_on}
    draft.entries.append(
        KeepDispute.model_validate({"step": "resolved", "dispute": dispute, "awaits": asked.outcome in _UPHELD, **said})
    )
    text = words.resolved(dispute, draft.resumes_on, late=late)
    draft.note(f"{text[0].upper()}{text[1:]}.")
    return accepted(asked, text)


def _refusal(draft: Draft, dispute: OpenDispute, asked: ResolveDispute) -> str | None:
    if asked.by == dispute.about and asked.outcome is not DisputeOutcome.WITHDRAWN:
        return f"the dispute is about {asked.by}: somebody else must resolve it"
    if asked.outcome not in _UPHELD and (asked.amount is not None or asked.corrected_due_on):
        return "only what is upheld is corrected: leave amount and corrected_due_on out"
    if asked.outcome is DisputeOutcome.UPHELD and asked.corrected_due_on:
        return "upheld means all of it: leave corrected_due_on out, or say partly_upheld"
    if asked.outcome is DisputeOutcome.PARTLY_UPHELD and asked.amount is None and not asked.corrected_due_on:
        return "say what the bank corrects: give amount, or corrected_due_on"
    return _refusal_of_due_dates(draft, dispute, asked) or _refusal_of_amount(draft.facts.balance, asked.amount)


def _refusal_of_due_dates(draft: Draft, dispute: OpenDispute, asked: ResolveDispute) -> str | None:
    other = next((day for day in asked.corrected_due_on if dispute.due_on and day not in dispute.due_on), None)
    if other is not None:
        return f"{other} is not in dispute: disputed is what fell due on {', '.join(map(str, dispute.due_on))}"
    return due_dates.fault_of(asked.corrected_due_on, draft.facts.obligations)


def _refusal_of_amount(balance: Money, amount: Money | None) -> str | None:
    if amount is None:
        return None
    if amount.currency != balance.currency:
        return f"the correction is in {amount.currency}, the account in {balance.currency}"
    if amount.amount <= 0:
        return f"the bank corrects by more than zero, not by {amount}"
    return f"{amount} is more than all that is owed, {balance}" if amount > balance else None


def _release(draft: Draft, dispute: OpenDispute, asked: ResolveDispute) -> None:
    """End its hold and its tasks."""
    end_hold(draft, dispute)
    if dispute.person_hold is not None:
        _tell_that_it_is_over(draft, dispute, withdrawn=asked.outcome is DisputeOutcome.WITHDRAWN)
    work = [f"{each.task}/{draft.case.case_id}/{digest}" for each in path_of(draft).work for digest in dispute.reports]
    work += [task_id(draft, dispute, kind) for kind in ("dispute_acknowledgement", "dispute_escalation")]
    draft.entries += [CloseTask(task_id=name, by=asked.by, outcome=asked.outcome.value) for name in work]


def _tell_that_it_is_over(draft: Draft, dispute: OpenDispute, *, withdrawn: bool) -> None:
    """By the event of the pack's own rule that closes the hold; where several do, by the one that fits."""
    holds = [hold for pack in draft.facts.rules.packs for hold in pack.holds if hold.id == dispute.person_hold]
    events = dict.fromkeys(event for hold in holds for event in hold.closed_by)
    fitting = [event for event in events if event.endswith("_withdrawn") is withdrawn] or list(events)
    for event in fitting[:1]:
        of_all_debts = {hold.scope for hold in holds} != {"debt"}
        person_holds.tell(draft, event, dispute.id, of_all_debts=of_all_debts)


def _await_correction(draft: Draft, dispute: OpenDispute, asked: ResolveDispute) -> OpenDispute:
    """It is not asked for before the bank's correction is in the ledger: what is corrected has a hold of its own."""
    due_on = asked.corrected_due_on or dispute.due_on
    correction = asked.amount or _unmet(draft, due_on)
    upheld = dispute.model_copy(
        update={
            "due_on": due_on,
            "correction": correction,
            "resolve_by": draft.today + timedelta(days=terms_of(draft).correct_days),
            "escalated": False,
        }
    )
    draft.disputes = (*draft.disputes, upheld)
    if due_on:
        leave_out(draft, upheld, due_on)
    else:  # of the whole debt no part can be told apart: nothing leaves
        draft.holds = draft.holds.added(HeldBy(id=upheld.hold_id, reason=HoldReason.OPERATOR, starts_on=draft.today))
    draft.entries.append(
        AddTask(
            task_id=task_id(draft, upheld, "dispute_correction"),
            task="dispute_correction",
            due_at=midnight_after(draft, upheld.resolve_by),
            detail={"dispute": upheld.id, "amount": str(correction.amount), "currency": correction.currency},
        )
    )
    return upheld


def _unmet(draft: Draft, due_on: tuple[date, ...]) -> Money:
    balance = draft.facts.balance
    if not due_on:
        return balance
    unmet = (each.unmet for each in draft.facts.obligations if each.due_on in due_on)
    return min(balance, Money.total(unmet, balance.currency))
