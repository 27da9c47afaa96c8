"""The effective annual rate of a plan: what it costs in all, interest and fees, as one rate a year."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext

from domain.model.plan import Schedule

_DIGITS = 50
_HALVINGS = 120
_HUNDREDTH = Decimal("0.01")


def effective_percent(schedule: Schedule) -> Decimal:
    """The effective annual rate in percent, with two decimal places, half up.

    By the equation of Directive 2008/48/EC, annex I, part I: the yearly rate at which the payments, discounted to one
    period before the first of them, are worth the balance. A period is an equal part of a year, 1/12, 1/26 or 1/4.
    """
    payments = [instalment.amount.amount for instalment in schedule.instalments]
    with localcontext() as context:
        context.prec = _DIGITS
        factor = _discount_factor(payments, schedule.terms.balance.amount)
        yearly = 1 / factor**schedule.terms.rhythm.periods_a_year - 1
        return (yearly * 100).quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)


def _discount_factor(payments: Sequence[Decimal], balance: Decimal) -> Decimal:
    """What one unit, paid a period later, is worth: found by halving, as the payments' worth grows with it."""
    if sum(payments) == balance:
        return Decimal(1)
    low, high = Decimal(0), Decimal(1)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _worth(payments, middle) < balance else (low, middle)
    return high


def _worth(payments: Sequence[Decimal], factor: Decimal) -> Decimal:
    worth = Decimal(0)
    for payment in reversed(payments):
        worth = (worth + payment) * factor
    return worth
