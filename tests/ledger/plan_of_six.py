"""What a step keeps that agrees on a plan of six instalments."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from domain.instalments import schedule_of
from domain.model.adjustments import Adjustment, AdjustmentKind
from domain.model.entries import AskAdjustment, Entry, KeepPlan, KeepPlanStep
from domain.model.money import Money
from domain.model.plan import PlanTerms
from domain.model.plan_requests import AcceptedHow, AgreePlan
from domain.model.repayment import EarlyEnd, Plan, PlanCovers, PlanStatus

FIRST_ON = timedelta(days=10)


def plan_of(balance: Money, at: datetime, **more: object) -> tuple[Plan, KeepPlan]:
    """The plan, signed on the UTC day of the instant, and the entry that keeps it."""
    signed_on, nothing = at.date(), Money.zero(balance.currency)
    unit = Money.of_minor(100, balance.currency)
    days = {"signed_on": signed_on, "first_on": signed_on + FIRST_ON}
    schedule = schedule_of(PlanTerms(balance=balance, count=6, fees=nothing, unit=unit, **days))
    asked = AgreePlan(
        id="plan-1", instalments=6, first_on=days["first_on"], accepted=AcceptedHow.WRITTEN, reference="A-7"
    )
    said = {
        "id": "plan-1",
        "no": 1,
        "covers": PlanCovers.BALANCE,
        "terms": schedule.terms,
        "agreed_at": at,
        "first_signed_on": signed_on,
        "since": signed_on,
        "changes": 1,
        "total": schedule.total,
        "paid": nothing,
        "count": 6,
        **more,
    }
    plan = Plan.model_validate(said)
    return plan, KeepPlan(plan=plan, instalments=schedule.instalments, request=asked)


def agreed(balance: Money, at: datetime, **more: object) -> list[Entry]:
    """Everything that the step keeps."""
    plan, kept = plan_of(balance, at, **more)
    wanted = Adjustment(key="a1/1/plan/1/block/1", kind=AdjustmentKind.BLOCK, made_by="op-1")
    return [kept, KeepPlanStep.of(plan, "op-1"), AskAdjustment(adjustment=wanted)]


def ends_early(plan: Plan, on: date, amount: Money) -> Plan:
    """The plan, once its early end was asked for."""
    end = EarlyEnd(on=on, paid_in_all=amount)
    return plan.model_copy(update={"early_end": end, "changes": plan.changes + 1, "status": PlanStatus.PERFORMING})
