"""What keeps an account from being re-aged: of the case, of the customer, of the rules. Deny by default.

(US: Uniform Retail Credit Classification and Account Management Policy, 65 FR 36903: a renewed willingness and ability
to repay, an account of nine months, three consecutive minimum payments or as much, once in twelve months and twice in
five years.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from domain import stopping
from domain.calendar import months_after
from domain.case import re_age_words as words
from domain.case.answering import STALE
from domain.case.draft import Draft
from domain.compliance.spared import spared_by
from domain.model.duties import ReAgeRule
from domain.model.facts import Arrears
from domain.model.money import Money
from domain.model.pack import Pack
from domain.model.re_age import BilledMinimum, PaidOn, ReAgeFacts
from domain.model.repayment import PlanCovers, PlanStatus


def rule_of(packs: Sequence[Pack]) -> tuple[ReAgeRule, str] | None:
    """The re-age's part of the pack nearest to the top that has one, and its name with its source."""
    stated = ((pack, pack.re_age) for pack in reversed(packs) if pack.re_age is not None)
    return next(((rule, f"{pack.id}.re_age, {pack.sources[rule.source]}") for pack, rule in stated), None)


def of_the_case(draft: Draft, arrears: Arrears | None) -> Iterator[str]:
    """Where no account is made current, whatever was paid."""
    facts, plan = draft.facts, draft.running_plan
    if stopping.is_stale(facts.fresh_until, facts.strategy, draft.at):
        yield STALE
    if arrears is None:
        yield words.NOTHING_PAST_DUE
    if draft.disputes:
        yield words.disputed(draft.disputes[0].id)
    if plan is not None and (plan.covers is PlanCovers.BALANCE or plan.status is not PlanStatus.PERFORMING):
        yield words.plan_runs(plan)
    if (hold := draft.holds.stopping(draft.today)) is not None:
        yield words.held(hold)
    if barring := spared_by(facts.account.account_id, facts.record, facts.rules.packs, draft.at):
        yield words.barred(barring)


def of_the_rules(
    known: ReAgeFacts, stated: tuple[ReAgeRule, str], since: date, needed: Money, today: date
) -> list[str]:
    """What the rule packs ask for and is not so on ``today``; ``since`` the account is late."""
    rule, source = stated
    return [
        *_of_the_age(known, rule, source, today),
        *_of_earlier_ones(known, rule, source, today),
        *_of_what_was_paid(known, rule, source, since, needed),
    ]


def of_the_customer(draft: Draft, ability_report: str | None) -> Iterator[str]:
    """What the ability report that it names does not show; ``None``: other evidence does."""
    ability = draft.facts.ability
    newest = None if ability is None else ability.report_id
    if ability_report is not None and ability_report != newest:
        yield words.not_newest(ability_report, newest)
    if ability_report is not None and ability is not None and not any(each.monthly for each in ability.shares):
        yield words.cannot_pay(ability_report)


def late_since(billed: Sequence[BilledMinimum], today: date, tolerance: Decimal) -> date:
    """The first day of the unbroken stretch of days, up to ``today``, on which more than the tolerance was past due.

    By value dates, as the ledger has them by now. It is ``today`` when nothing is past due.
    """
    changes = {each.due_on + timedelta(days=1) for each in billed} | {met.on for each in billed for met in each.met}
    since = today
    for day in sorted((day for day in changes if day <= today), reverse=True):
        if _shortfall(billed, day) <= tolerance:
            break
        since = day
    return since


def needed_of(billed: Sequence[BilledMinimum], rule: ReAgeRule, currency: str) -> Money:
    """The sum of so many minimum payments in a row: of those billed last; what was never billed counts as the largest.

    Made one by one or at once they come to the same sum: so the sum alone decides.
    """
    last = [each.minimum for each in billed[-rule.minimums_in_a_row :]]
    largest = max(last, default=Money.zero(currency))
    return Money.total([*last, *[largest] * (rule.minimums_in_a_row - len(last))], currency)


def paid_since(payments: Sequence[PaidOn], since: date, currency: str) -> Money:
    """What was paid with a value date from then on."""
    return Money.total((each.amount for each in payments if each.on >= since), currency)


def _shortfall(billed: Sequence[BilledMinimum], day: date) -> Decimal:
    """What was past due on the day."""
    due = [each for each in billed if each.due_on < day]
    left = (each.minimum.amount - sum(met.amount.amount for met in each.met if met.on <= day) for each in due)
    return sum((max(open_, Decimal(0)) for open_ in left), start=Decimal(0))


def _of_the_age(known: ReAgeFacts, rule: ReAgeRule, source: str, today: date) -> Iterator[str]:
    opened_on = known.opened_on
    if opened_on is None:
        yield words.UNKNOWN_AGE
        return
    from_on = months_after(opened_on, rule.least_months_open, opened_on.day)
    if today < from_on:
        yield words.too_young(opened_on, rule.least_months_open, from_on, source)


def _of_earlier_ones(known: ReAgeFacts, rule: ReAgeRule, source: str, today: date) -> Iterator[str]:
    for key in known.unanswered:
        yield words.unanswered(key)
    done, most = sorted(known.re_aged_on), rule.most
    if done:
        from_on = months_after(done[-1], rule.least_months_between, done[-1].day)
        if today < from_on:
            yield words.too_soon(done[-1], rule.least_months_between, from_on, source)
    if len(done) >= most.n:
        from_on = months_after(done[-most.n], most.per_months, done[-most.n].day)
        if today < from_on:
            yield words.too_often(most.n, most.per_months, from_on, source)


def _of_what_was_paid(known: ReAgeFacts, rule: ReAgeRule, source: str, since: date, needed: Money) -> Iterator[str]:
    paid = paid_since(known.payments, since, needed.currency)
    if paid < needed:
        yield words.too_little_paid(rule.minimums_in_a_row, since, needed, paid, source)
