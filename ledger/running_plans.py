"""The plans that run on all accounts of a person, read at once: what they take in a month is spoken for."""

from __future__ import annotations

from sqlalchemy import Connection, Label, RowMapping, Select, func, select

from domain.model.events import Answer
from domain.model.money import Money
from domain.model.plan import PlanTerms
from domain.model.repayment import RUNNING, PlanCovers, PlanStatus, RunningPlan
from ledger.plan_tables import plan_instalments, plan_steps, plans
from ledger.tables import accounts, cases, requests


def of_person(conn: Connection, person_id: str) -> tuple[RunningPlan, ...]:
    """The plan of each open case of the person, while it runs, by account: one statement.

    As its case has it: the version agreed last, as its last change left it. One that the case never adopted is none.
    """
    agreed = (row for row in conn.execute(_agreed(person_id)).mappings() if _accepted(row))
    newest = {row["account_id"]: row for row in agreed}
    return tuple(_plan(row) for row in newest.values() if (row["status"] or PlanStatus.AGREED) in RUNNING)


def _agreed(person_id: str) -> Select[*tuple[object, ...]]:
    """Every version of every plan of the person's open cases with the answer to it, oldest first."""
    p, asked = plans.c, requests.c
    return (
        select(*(p.account_id, p.plan_id, p.covers, p.terms, p.currency), asked.answer, _status(), _largest())
        .join(accounts, accounts.c.account_id == p.account_id)
        .join(cases, (cases.c.case_id == p.case_id) & cases.c.closed_at.is_(None))
        .join(requests, (asked.case_id == p.case_id) & (asked.message_id == p.request_id))
        .where(accounts.c.person_id == person_id, asked.step_no <= cases.c.step_no)
        .order_by(p.account_id, p.plan_no, p.version, p.agreed_at)
    )


def _status() -> Label[str]:
    s, p = plan_steps.c, plans.c
    steps = select(s.status).where(s.case_id == p.case_id, s.plan_no == p.plan_no)
    return steps.order_by(s.change_no.desc(), s.recorded_at.desc()).limit(1).scalar_subquery().label("status")


def _largest() -> Label[int]:
    i, p = plan_instalments.c, plans.c
    of_version = (i.case_id == p.case_id, i.plan_no == p.plan_no, i.version == p.version, i.agreed_at == p.agreed_at)
    most = func.max(i.principal_minor + i.interest_minor + i.fee_minor)
    return select(most).where(*of_version).scalar_subquery().label("largest")


def _accepted(row: RowMapping) -> bool:
    return Answer.model_validate_json(row["answer"]).accepted


def _plan(row: RowMapping) -> RunningPlan:
    return RunningPlan(
        account_id=row["account_id"],
        plan_id=row["plan_id"],
        covers=PlanCovers(row["covers"]),
        rhythm=PlanTerms.model_validate_json(row["terms"]).rhythm,
        largest=Money.of_minor(int(row["largest"]), row["currency"]),
    )
