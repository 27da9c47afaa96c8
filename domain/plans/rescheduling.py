"""What is due under a plan: the obligations that it moved are nothing, its instalments stand in their place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.model.facts import Obligation
from domain.model.repayment import PlanCovers
from domain.plans.standing import Standing


def moved(obligations: Sequence[Obligation], covers: PlanCovers, signed_on: date) -> tuple[Obligation, ...]:
    """The obligations that the plan moves: of a plan for the arrears those past due at its signing; of one for the
    balance all."""
    return tuple(each for each in obligations if covers is PlanCovers.BALANCE or each.due_on < signed_on)


def due_under(
    obligations: Sequence[Obligation], standing: Standing | None, covers: PlanCovers, signed_on: date
) -> tuple[Obligation, ...]:
    """What is due, the oldest first: the plan's lines in the place of what it moved; without one in force, what was.

    How old the debt is does not change by it: contractual days past due are counted from the obligations themselves.
    """
    if standing is None:
        return tuple(obligations)
    gone = moved(obligations, covers, signed_on)
    lines = (
        Obligation(due_on=line.due_on, minimum=line.amount, unmet=line.unpaid)
        for line in standing.instalments
        if not line.is_met
    )
    stay = (each for each in obligations if each not in gone)
    return tuple(sorted((*stay, *lines), key=lambda each: each.due_on))
