"""Opening: whether an account without a case needs one now, and when to look at it again if not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.delinquency import assess, late_from
from domain.model.facts import Arrears, Obligation
from domain.model.money import Money
from domain.model.rules import Rules


@dataclass(frozen=True)
class Opening:
    """What an account without a case needs."""

    arrears: Arrears | None
    """What is past due: a case is opened for it. None: nothing is."""
    look_again_on: date | None
    """The first day on which this can change without a new entry; None: only an entry changes it."""


def opening(
    unmet: Sequence[Obligation], balance: Money, today: date, rules: Rules, next_value_on: date | None = None
) -> Opening:
    """Whether the account is past due today, and if not, when it may become so by the passing of days alone.

    Args:
        unmet: all that was billed and is not met, also what falls due later.
        next_value_on: the first day after today from which an entry that is known already counts.
    """
    arrears = assess(unmet, balance, today, rules)
    if arrears is not None:
        return Opening(arrears, None)
    late_on = (late_from(obligation.due_on, rules) for obligation in unmet)
    days = [on for on in (*late_on, next_value_on) if on is not None and on > today]
    return Opening(None, min(days, default=None))
