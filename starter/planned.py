"""The plans of an account as they stand in the ledger, every version of them, for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from pydantic import JsonValue
from sqlalchemy import Connection

from domain.case.plan_words import STATUSES
from domain.model.repayment import Plan, PlanStatus
from domain.plans.standing import Line, Standing, course_of
from ledger import cases, plans


@dataclass(frozen=True)
class PlanRow:
    """One version of a plan with its instalments."""

    key: str
    plan: Plan
    is_current: bool
    """Whether it is the version that counts."""
    standing: Standing

    @property
    def plan_id(self) -> str:
        return self.plan.id

    @property
    def version(self) -> int:
        return self.plan.version

    @property
    def lines(self) -> tuple[Line, ...]:
        return self.standing.instalments

    @property
    def told(self) -> str:
        """How it stands, in words."""
        if not self.is_current:
            return "replaced by a later version"
        return f"{STATUSES[self.plan.status]}: {self.standing.paid} of {self.plan.total} paid"

    def as_json(self) -> dict[str, JsonValue]:
        plan = self.plan
        return {
            "plan": self.key,
            "id": plan.id,
            "version": plan.version,
            "status": (plan.status if self.is_current else PlanStatus.CANCELLED).value,
            "current": self.is_current,
            "covers": plan.covers.value,
            "agreed_at": plan.agreed_at.isoformat(),
            "nominal_percent": str(plan.terms.nominal_percent),
            "total": str(plan.total.amount),
            "paid": str(self.standing.paid.amount),
            "currency": plan.total.currency,
            "instalments": [
                {
                    "no": line.no,
                    "due_on": line.due_on.isoformat(),
                    "amount": str(line.amount.amount),
                    "paid": str(line.met.amount),
                }
                for line in self.lines
            ],
        }


def plans_of(conn: Connection, account_id: str, day: date, instant: datetime) -> list[PlanRow]:
    """Every version of every plan of the account, the oldest first."""
    found = []
    for case in cases.episodes(conn, account_id):
        versions = plans.versions(conn, case.case_id, case.step_no)
        last = {plan.no: plan for plan in versions}
        for plan in versions:
            known = plans.known(conn, case.case_id, account_id, plan, day, instant)
            until = next(
                (each.agreed_at for each in versions if each.no == plan.no and each.version > plan.version), None
            )
            paid = known.payments if until is None else ()
            standing = course_of(known.instalments, paid).on(day)
            found.append(PlanRow(plan.key(case.case_id), plan, last[plan.no] is plan, standing))
    return found
