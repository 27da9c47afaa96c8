"""Shares: what can be paid on one account in a month, beside the plans that run on the person's other accounts.

An ability report shares out what is left among the person's accounts. A plan that runs is kept before anything new is
agreed: what it takes is spoken for, and what remains of all their shares goes to the other accounts, pro rata by what
the report says is owed. So whatever is offered on each of them is affordable on all of them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from domain.affordability import share_out
from domain.model.ability import Share
from domain.model.money import Money
from domain.model.plan import Rhythm
from domain.model.repayment import PlanCovers, RunningPlan


def affordable_on(account_id: str, shares: Sequence[Share], running: Sequence[RunningPlan]) -> Money | None:
    """What can be paid on the account in a month, to the minor unit; None: the report does not know the account.

    Args:
        shares: of the newest ability report, in its currency.
        running: the plans that run on the person's accounts; one on this very account may be replaced, and takes
            nothing from itself.
    """
    mine = next((share for share in shares if share.account_id == account_id), None)
    if mine is None:
        return None
    currency = mine.monthly.currency
    others = [plan for plan in running if plan.account_id != account_id and plan.largest.currency == currency]
    if not others:
        return mine.monthly
    planned = {plan.account_id for plan in others}
    sharing = [share for share in shares if share.account_id not in planned]
    left = Money.total((share.monthly for share in shares), currency) - spoken_for(shares, others, currency)
    parts = share_out(max(left.minor, 0), [share.balance.minor for share in sharing])
    return Money.of_minor(parts[sharing.index(mine)], currency)


def spoken_for(shares: Sequence[Share], running: Sequence[RunningPlan], currency: str) -> Money:
    """What the plans in this currency take in a month together."""
    plans = (plan for plan in running if plan.largest.currency == currency)
    return Money.total((taken_by(plan, shares) for plan in plans), currency)


def taken_by(plan: RunningPlan, shares: Sequence[Share]) -> Money:
    """What a plan takes in a month; beside one for the arrears the current minimum payments go on, and so the account
    keeps its whole share at least."""
    takes = in_a_month(plan.largest, plan.rhythm)
    if plan.covers is PlanCovers.BALANCE:
        return takes
    return max((takes, *(share.monthly for share in shares if share.account_id == plan.account_id)))


def in_a_month(instalment: Money, rhythm: Rhythm) -> Money:
    """What such instalments come to in a month, rounded up to the minor unit."""
    minor = Fraction(instalment.minor * rhythm.periods_a_year, 12)
    return Money.of_minor(int(-(-minor // 1)), instalment.currency)
