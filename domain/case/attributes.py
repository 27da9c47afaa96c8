"""Attributes: what people search cases for; the same for the first values at start and for every later step."""

from __future__ import annotations

from domain.model.case import Attributes, Case
from domain.model.money import Money


def attributes_of(case: Case) -> Attributes:
    """The search attributes of a case as it stands; nothing past due is an amount of zero."""
    arrears, currency = case.arrears, case.account.currency
    return Attributes(
        stage=case.stage,
        oldest_due_on=None if arrears is None else arrears.oldest_due_on,
        past_due=Money.zero(currency) if arrears is None else arrears.past_due,
        currency=currency,
        strategy=str(case.strategy),
        outcome=None if case.closure is None else case.closure.outcome,
        plan_status=None if case.plan is None else case.plan.status,
        promise_due_on=None if case.promise is None or case.closure is not None else case.promise.due_on,
    )
