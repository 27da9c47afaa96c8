"""What a plan asks of the bank's card system: before it is in force, and when it is over."""

from __future__ import annotations

from domain.model.adjustments import Adjustment, AdjustmentKind
from domain.model.names import Code
from domain.model.repayment import Plan, PlanCovers


def adjustments_of(plan: Plan, case_id: str, by: Code | None) -> tuple[Adjustment, ...]:
    """What must be confirmed before this version of the plan is in force.

    What falls due is told for every version; the card is blocked and the rate set once, with the first.
    """
    kinds = [AdjustmentKind.RESCHEDULE]
    if plan.covers is PlanCovers.BALANCE and plan.version == 1:
        kinds.append(AdjustmentKind.BLOCK)
    if plan.covers is PlanCovers.BALANCE:
        kinds.append(AdjustmentKind.RATE)
    return tuple(_adjustment(plan, case_id, kind, by) for kind in kinds)


def restoring(plan: Plan, case_id: str) -> Adjustment:
    """What puts things back as the contract has them, when a plan ends before it is completed."""
    return Adjustment(key=f"{plan.key(case_id)}/{AdjustmentKind.RESTORE}/{plan.changes}", kind=AdjustmentKind.RESTORE)


def _adjustment(plan: Plan, case_id: str, kind: AdjustmentKind, by: Code | None) -> Adjustment:
    return Adjustment(
        key=f"{plan.key(case_id)}/{kind}/{plan.version}",
        kind=kind,
        percent=plan.terms.nominal_percent if kind is AdjustmentKind.RATE else None,
        amount=plan.total if kind is AdjustmentKind.RESCHEDULE else None,
        made_by=by,
    )
