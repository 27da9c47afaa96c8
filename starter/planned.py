"""The plans of an account as they stand in the ledger, every version of them, for people and for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import JsonValue
from sqlalchemy import Connection

from domain.case.plan_words import STATUSES
from domain.model.case import Stage
from domain.model.money import Money
from domain.model.repayment import Plan, PlanPayment, PlanStatus
from domain.model.rules import Component
from domain.plans.split import split
from domain.plans.standing import Line, Standing, course_of
from ledger import cases, plans

_IN_FORCE = (PlanStatus.PERFORMING, PlanStatus.MISSED)


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
            "status": plan.status.value if self.is_current else "replaced",
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
            until = _replaced_at(plan, versions)
            known = plans.known(conn, case.case_id, account_id, plan, day, min(instant, until or instant))
            standing = course_of(known.instalments, known.payments).on(day)
            found.append(PlanRow(plan.key(case.case_id), plan, last[plan.no] is plan, standing))
    return found


def _replaced_at(plan: Plan, versions: Sequence[Plan]) -> datetime | None:
    """When a later version took its place: what was posted from then on counts for that one."""
    later = (each.agreed_at for each in versions if each.no == plan.no and each.version > plan.version)
    return min(later, default=None)


Split = Callable[[Money, Mapping[Component, Money]], Mapping[Component, Money]]
"""What a payment of this amount covers of what is owed, by component."""


def split_under(conn: Connection, account_id: str, day: date, instant: datetime) -> Split | None:
    """The split of the plan that is in force on the account; None: the order of the rules holds."""
    case = cases.open_row(conn, account_id)
    if case is None or case.stage is not Stage.PLANNING:
        return None
    plan = plans.standing(conn, case.case_id, case.step_no).plan
    if plan is None or plan.status not in _IN_FORCE or day < plan.terms.signed_on:
        return None
    known = plans.known(conn, case.case_id, account_id, plan, date.max, instant)

    def by_the_plan(amount: Money, owed: Mapping[Component, Money]) -> Mapping[Component, Money]:
        with_it = (*known.payments, PlanPayment(value_on=day, amount=amount))
        before, after = (course_of(known.instalments, paid).on(date.max) for paid in (known.payments, with_it))
        return split(amount, owed, known.instalments, before, after)

    return by_the_plan
