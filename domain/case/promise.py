"""A promise to pay: whether it is taken, and what became of it, by the value dates of what was paid."""

from __future__ import annotations

from datetime import date, time, timedelta

from domain import stopping
from domain.calendar import days_after, local_instant
from domain.case import promise_words as words
from domain.case.answering import STALE, accepted, refused
from domain.case.draft import Draft
from domain.compliance.holidays import next_business_day
from domain.delinquency import assess
from domain.model.entries import GivePromise, JudgePromise
from domain.model.events import Answer
from domain.model.money import Money
from domain.model.names import Code, MessageId
from domain.model.offers import Offer
from domain.model.promise import FULFILLED, JudgedPromise, MakePromise, Promise, PromiseState
from domain.model.strategy import Promises


def make(draft: Draft, request: MakePromise) -> Answer:
    """Take the promise, or say why not."""
    terms = draft.facts.strategy.promises
    if terms is None:
        return refused(request, f"the strategy {draft.case.strategy} takes no promises")
    refusal = _of_the_case(draft, terms) or _of_the_amount(draft, request) or _of_the_day(draft, request, terms)
    if refusal is not None:
        return refused(request, refusal)
    grace_ends_on = days_after(request.due_on, terms.grace_days)
    promise = _keep(draft, request.id, request.amount, request.due_on, grace_ends_on, request.by)
    return accepted(request, words.meaning(promise))


def by_offer(draft: Draft, promise_id: MessageId, offer: Offer, by: Code) -> Promise | str:
    """The promise that an accepted offer comes to, in the place of the one that runs; or why it is none."""
    terms = draft.facts.strategy.promises
    if terms is not None and draft.promises_made >= terms.most:
        return _most(terms)
    replace(draft)
    grace_days = 0 if terms is None else terms.grace_days
    return _keep(draft, promise_id, offer.monthly, offer.first_on, days_after(offer.first_on, grace_days), by)


def _keep(
    draft: Draft, promise_id: MessageId, amount: Money, due_on: date, grace_ends_on: date, by: Code | None
) -> Promise:
    days = {"made_on": draft.today, "due_on": due_on, "grace_ends_on": grace_ends_on}
    promise = Promise(id=promise_id, amount=amount, made_at=draft.at, **days)
    draft.promise, draft.promises_made = promise, draft.promises_made + 1
    draft.entries.append(GivePromise(promise=promise, by=by))
    draft.note(words.made(promise))
    return promise


def _most(terms: Promises) -> str:
    most = "one promise was" if terms.most == 1 else f"{terms.most} promises were"
    return f"{most} made in this episode already, as many as the strategy allows"


def _of_the_case(draft: Draft, terms: Promises) -> str | None:
    facts = draft.facts
    if stopping.is_stale(facts.fresh_until, facts.strategy, draft.at):
        return STALE
    if assess(facts.obligations, facts.balance, draft.today, facts.rules, draft.holds.pauses()) is None:
        return "nothing is past due on this account: there is nothing to promise"
    if (plan := draft.running_plan) is not None:
        return f"the plan {plan.id} runs: what it asks for is promised already"
    if (runs := draft.promise) is not None:
        return f"the promise {runs.id} of {runs.amount} by {runs.due_on} runs already: one at a time"
    if draft.promises_made >= terms.most:
        return _most(terms)
    return None


def _of_the_amount(draft: Draft, request: MakePromise) -> str | None:
    amount, balance = request.amount, draft.facts.balance
    if amount.currency != balance.currency:
        return f"the promise is in {amount.currency}, the account in {balance.currency}"
    if amount.amount <= 0:
        return f"the amount promised must be more than zero, not {amount}"
    if amount > balance:
        return f"{amount} is more than all that is owed, {balance}"
    return None


def _of_the_day(draft: Draft, request: MakePromise, terms: Promises) -> str | None:
    if request.due_on < draft.today:
        return f"{request.due_on} lies before today ({draft.today})"
    last = days_after(draft.today, terms.horizon_days)
    if request.due_on > last:
        return f"{request.due_on} is too far away: the last possible day is {last}"
    return None


def judge(draft: Draft) -> None:
    """Judge the promise whose grace is over, and again the one judged before; the feed is fresh."""
    _judge_again(draft)
    promise = draft.promise
    if promise is not None and draft.today > promise.grace_ends_on and is_complete(draft, promise):
        _first_judgement(draft, promise)


def settle_early(draft: Draft) -> None:
    """In the step that closes: a promise that was fulfilled by then is kept.

    Another one stays as it was made, for nothing is owed of it any more: it is judged when the episode goes on.
    """
    promise = draft.promise
    if promise is not None and measured(draft, promise, draft.paid_on(promise)) is PromiseState.KEPT:
        _first_judgement(draft, promise)


def replace(draft: Draft) -> None:
    """A plan, or what is agreed on an offer, takes the place of the promise that runs, if there is one."""
    promise = draft.promise
    if promise is not None:
        draft.promise = None
        paid = draft.paid_on(promise)
        _judged(
            draft,
            JudgedPromise(
                promise=promise, state=PromiseState.REPLACED, paid=paid, judged_at=draft.at, resumes_on=draft.today
            ),
        )


def is_complete(draft: Draft, promise: Promise) -> bool:
    """Whether the bank's data tells of all that has its value within the grace."""
    end = local_instant(promise.grace_ends_on + timedelta(days=1), time(), draft.facts.account.zone)
    fresh_until = draft.facts.fresh_until
    return fresh_until is None or fresh_until >= end


def is_fulfilled(promise: Promise, paid: Money, terms: Promises | None) -> bool:
    """Whether the part of the promise that the strategy asks for was paid in time."""
    percent = 100 if terms is None else terms.kept_percent
    return paid.amount * 100 >= promise.amount.amount * percent


def measured(draft: Draft, promise: Promise, paid: Money) -> PromiseState:
    """Kept, partly kept or broken, by what was paid in time; the strategy says which part must be."""
    if is_fulfilled(promise, paid, draft.facts.strategy.promises):
        return PromiseState.KEPT
    return PromiseState.PARTLY_KEPT if paid.amount > 0 else PromiseState.BROKEN


def _first_judgement(draft: Draft, promise: Promise) -> None:
    paid = draft.paid_on(promise)
    draft.promise = None
    _judged(
        draft,
        JudgedPromise(
            promise=promise,
            state=measured(draft, promise, paid),
            paid=paid,
            judged_at=draft.at,
            resumes_on=next_business_day(min(promise.grace_ends_on, draft.today), draft.facts.rules.packs),
        ),
    )


def _judge_again(draft: Draft) -> None:
    before = draft.judged
    if (
        before is None
        or before.state is PromiseState.REPLACED
        or (paid := draft.paid_on(before.promise)) == before.paid
    ):
        return
    state = measured(draft, before.promise, paid)
    if state is PromiseState.KEPT and before.state is not PromiseState.KEPT:
        state = PromiseState.MENDED
    if state is before.state:
        draft.judged = before.model_copy(update={"paid": paid})
        return
    again = {"state": state, "paid": paid, "judged_at": draft.at}
    if before.state in FULFILLED:
        again["resumes_on"] = next_business_day(draft.today, draft.facts.rules.packs)
    draft.promises_broken -= before.state is PromiseState.BROKEN
    _judged(draft, before.model_copy(update=again))


def _judged(draft: Draft, judged: JudgedPromise) -> None:
    draft.judged = judged
    draft.promises_broken += judged.state is PromiseState.BROKEN
    draft.entries.append(JudgePromise(judged=judged))
    draft.note(words.judged(judged))
