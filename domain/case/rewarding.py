"""Rewarding: who keeps to what was agreed is given what the strategy says, once for each time it is earned.

It is a concession like any other: it is undone when a payment behind it is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from fractions import Fraction
from typing import assert_never

from domain.case import conceding
from domain.case.draft import Draft
from domain.case.plan_status import judge_of
from domain.model.component import Component
from domain.model.concessions import Concession
from domain.model.entries import KeepConcession
from domain.model.incentives import Incentive, KeptPromise, Streak
from domain.model.money import Money, decimal_places
from domain.model.promise import FULFILLED
from domain.plans.standing import ended_early_on


def review(draft: Draft) -> None:
    """State and ask for what is earned and was not given yet; the feed is fresh."""
    incentives = draft.facts.strategy.incentives
    if not incentives or not (draft.judged_plan or draft.judged):
        return
    known = {each.concession.id for each in draft.facts.concessions}
    known |= {entry.concession.id for entry in draft.entries if isinstance(entry, KeepConcession)}
    for incentive in incentives:
        for earned in _earned(draft, incentive):
            if earned.id not in known:
                conceding.give(draft, earned)


def _earned(draft: Draft, incentive: Incentive) -> Iterator[Concession]:
    match incentive:
        case Streak():
            yield from _by_plan(draft, incentive)
        case KeptPromise():
            yield from _by_promise(draft, incentive)
        case _:
            assert_never(incentive)


def _by_plan(draft: Draft, incentive: Streak) -> Iterator[Concession]:
    plan, known = draft.plan, draft.facts.plan
    if plan is None or known is None or draft.judged_plan is None:
        return
    judge, in_all = judge_of(draft, known), Money.zero(plan.total.currency)
    reached = {line.no for line in judge.streaks(incentive.instalments)}
    ended_on = ended_early_on(plan.early_end, known.payments) or date.max
    for no, instalment in enumerate(known.instalments, start=1):
        in_all += instalment.amount
        if no not in reached or instalment.due_on > ended_on:  # what was never due bore nothing
            continue
        streak = known.instalments[no - incentive.instalments : no]
        bore = Money.total((each.interest for each in streak), in_all.currency)
        part = _part(incentive, bore if incentive.component is Component.INTEREST else _owed(draft, incentive))
        if part is not None:
            until = judge.grace_ends_on(instalment.due_on)
            what = f"plan-{plan.no}.{plan.version}-{no}"
            yield _concession(draft, incentive, what, part, in_all, plan.agreed_at, plan.terms.signed_on, until)


def _by_promise(draft: Draft, incentive: KeptPromise) -> Iterator[Concession]:
    judged, part = draft.judged, _part(incentive, _owed(draft, incentive))
    if judged is not None and judged.state in FULFILLED and part is not None:
        promise = judged.promise
        days = (promise.made_at, promise.made_on, promise.grace_ends_on)
        yield _concession(draft, incentive, f"promise-{promise.id}", part, promise.amount, *days)


def _owed(draft: Draft, incentive: Incentive) -> Money | None:
    return draft.facts.owed.get(incentive.component)


def _concession(
    draft: Draft,
    incentive: Incentive,
    what: str,
    part: Money,
    needed: Money,
    since: datetime,
    since_on: date,
    until: date,
) -> Concession:
    return Concession(
        id=f"{draft.case.case_id}/concession/{incentive.id}-{what}",
        parts={incentive.component: part},
        needed=needed,
        since=since,
        since_on=since_on,
        until=until,
    )


def _part(incentive: Incentive, of: Money | None) -> Money | None:
    """So much of it as the incentive gives; None: there is none, or too little for the smallest coin."""
    if of is None:
        return None
    minor = int(Fraction(max(of.minor, 0)) * Fraction(incentive.percent) / 100)
    most = incentive.at_most.get(of.currency)
    if most is not None:
        minor = min(minor, int(most * 10 ** decimal_places(of.currency)))
    return Money.of_minor(minor, of.currency) if minor else None
