"""Repayment plans: what was agreed in a case, how it stood at each change, and the money that came in on it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, exists, select

from domain.model.entries import KeepPlan, KeepPlanStep
from domain.model.money import Money
from domain.model.plan import Instalment, PlanTerms
from domain.model.repayment import (
    EarlyEnd,
    MinimumDue,
    Plan,
    PlanCovers,
    PlanFacts,
    PlanNotice,
    PlanPayment,
    PlanStatus,
)
from ledger import adjustments, requests
from ledger.canonical import canonical
from ledger.entries import EntryKind
from ledger.inserts import bulk_insert, insert_new
from ledger.plan_tables import plan_instalments, plan_steps, plans
from ledger.tables import entries, messages, obligations


@dataclass(frozen=True)
class Standing:
    """The plan of a case as a step left it, and how many were agreed."""

    plan: Plan | None = None
    agreed: int = 0


def add(conn: Connection, case_id: str, account_id: str, entry: KeepPlan) -> bool:
    """Keep a version of a plan with its instalments; False when it is there already."""
    plan = entry.plan
    of = {"case_id": case_id, "plan_no": plan.no, "version": plan.version, "agreed_at": plan.agreed_at}
    row = {
        **of,
        **plan.model_dump(include={"covers", "first_signed_on", "moves", "observed_until"}),
        "account_id": account_id,
        "plan_id": plan.id,
        "request_id": entry.request.id,
        "terms": canonical(plan.terms.model_dump(mode="json")),
        "total_minor": plan.total.minor,
        "currency": plan.total.currency,
        "class_floor": plan.floor,
        "agreement": canonical(entry.request.model_dump(mode="json", exclude_defaults=True)),
    }
    if not insert_new(conn, plans, row):
        return False
    lines = ({**of, "instalment_no": no, **_of_instalment(each)} for no, each in enumerate(entry.instalments, start=1))
    bulk_insert(conn, plan_instalments, list(lines))
    return True


def add_step(conn: Connection, case_id: str, entry: KeepPlanStep, at: datetime) -> bool:
    """Keep how a plan stands from now on; False when it is there already."""
    end = entry.early_end
    row = {
        **entry.model_dump(
            include={"change_no", "version", "status", "resumes_on", "told_on", "reference", "returned", "by"}
        ),
        "case_id": case_id,
        "plan_no": entry.no,
        "recorded_at": at,
        "on_date": entry.on,
        "paid_minor": entry.paid.minor,
        "currency": entry.paid.currency,
        "ends_early_on": None if end is None else end.on,
        "ends_early_minor": None if end is None else end.paid_in_all.minor,
    }
    return insert_new(conn, plan_steps, row)


def standing(conn: Connection, case_id: str, step_no: int) -> Standing:
    """The plan that the case agreed last until this step, as its last change left it."""
    found = versions(conn, case_id, step_no)
    return Standing(found[-1], found[-1].no) if found else Standing()


def versions(conn: Connection, case_id: str, step_no: int) -> tuple[Plan, ...]:
    """Every version of every plan that the case agreed until this step, each plan as its last change left it.

    What a run of a step stored which the case never adopted has no accepted answer, and is none.
    """
    c = plans.c
    found = conn.execute(select(plans).where(c.case_id == case_id).order_by(c.plan_no, c.version, c.agreed_at))
    rows: list[dict[str, Any]] = [dict(row) for row in found.mappings()]
    answers = requests.find(conn, case_id, {row["request_id"] for row in rows}, until_step=step_no)
    agreed = [row for row in rows if row["request_id"] in answers and answers[row["request_id"]].accepted]
    steps = {no: _last_step(conn, case_id, no) for no in {row["plan_no"] for row in agreed}}
    last, found_so_far = _last_runs(agreed), list[Plan]()
    for row in last:
        before = found_so_far[-1] if found_so_far and _is_move(row) else None
        stated_by = row["version"] if before is None else before.stated_by
        found_so_far.append(_plan(row, steps[row["plan_no"]]).model_copy(update={"stated_by": stated_by}))
    return tuple(found_so_far)


def _is_move(row: Mapping[str, Any]) -> bool:
    """Whether the version is a payment holiday, which states no balance."""
    return "first_on" not in json.loads(row["agreement"])


def _last_runs(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of several runs of the step that agreed on a version the last one counts."""
    return list({(row["plan_no"], row["version"]): row for row in rows}.values())


def instalments_of(
    conn: Connection, case_id: str, no: int, version: int, agreed_at: datetime
) -> tuple[Instalment, ...]:
    """What falls due by this version of the plan, in order."""
    c = plan_instalments.c
    of = (c.case_id == case_id, c.plan_no == no, c.version == version, c.agreed_at == agreed_at)
    statement = (
        select(c.due_on, c.principal_minor, c.interest_minor, c.fee_minor, plans.c.currency)
        .join(
            plans,
            (plans.c.case_id == c.case_id)
            & (plans.c.plan_no == c.plan_no)
            & (plans.c.version == c.version)
            & (plans.c.agreed_at == c.agreed_at),
        )
        .where(*of)
        .order_by(c.instalment_no)
    )
    return tuple(_instalment(*row) for row in conn.execute(statement))


def known(conn: Connection, case_id: str, account_id: str, plan: Plan, day: date, instant: datetime) -> PlanFacts:
    """What the ledger has of the case's plan, as known at the instant: five statements, six for the arrears."""
    paid = _payments(conn, account_id, plan, day, instant)
    key = plan.key(case_id)
    beside = () if plan.covers is PlanCovers.BALANCE else _minimums(conn, account_id, plan, day, instant)
    return PlanFacts(
        instalments=instalments_of(conn, case_id, plan.no, plan.version, plan.agreed_at),
        payments=tuple(each for each, is_back in paid if not is_back),
        returned=sum(is_back for _, is_back in paid),
        minimums=beside,
        adjustments=adjustments.of_plan(conn, case_id, key),
        notices=_notices(conn, case_id, key),
    )


def signed_on(conn: Connection, account_id: str) -> tuple[date, ...]:
    """When the plans of the account were signed, each once."""
    c = plans.c
    statement = select(c.case_id, c.plan_no, c.first_signed_on).distinct().where(c.account_id == account_id)
    return tuple(sorted(row.first_signed_on for row in conn.execute(statement)))


def _payments(
    conn: Connection, account_id: str, plan: Plan, day: date, instant: datetime
) -> list[tuple[PlanPayment, bool]]:
    """Payments posted since the version was agreed, and whether each was taken back."""
    e, back = entries.c, entries.alias("back").c
    is_back = exists().where(back.reverses == e.reference, back.recorded_at <= instant)
    statement = select(e.value_on, -(e.principal_minor + e.interest_minor + e.fee_minor), is_back).where(
        e.account_id == account_id,
        e.value_on <= day,
        e.kind == EntryKind.PAYMENT,
        e.recorded_at > plan.agreed_at,
        e.recorded_at <= instant,
    )
    currency = plan.total.currency
    return [
        (PlanPayment(value_on=on, amount=Money.of_minor(int(minor), currency)), bool(gone))
        for on, minor, gone in conn.execute(statement)
    ]


def _minimums(conn: Connection, account_id: str, plan: Plan, day: date, instant: datetime) -> tuple[MinimumDue, ...]:
    """Minimum payments that fell due since signing, or are billed and will."""
    o, currency = obligations.c, plan.total.currency
    statement = (
        select(o.due_on, o.minimum_minor)
        .where(o.account_id == account_id, o.due_on >= plan.first_signed_on, o.minimum_minor > 0)
        .where(o.recorded_at <= instant, o.statement_on.is_(None) | (o.statement_on <= day))
        .order_by(o.due_on)
    )
    return tuple(MinimumDue(due_on=on, amount=Money.of_minor(minor, currency)) for on, minor in conn.execute(statement))


def _notices(conn: Connection, case_id: str, key: str) -> tuple[PlanNotice, ...]:
    c = messages.c
    statement = (
        select(c.key, c.state, c.on_date)
        .where(c.case_id == case_id, c.key.startswith(f"{key}/", autoescape=True))
        .order_by(c.intent_at, c.key)
    )
    return tuple(PlanNotice(key=name, state=state, on=on) for name, state, on in conn.execute(statement))


def _of_instalment(each: Instalment) -> dict[str, object]:
    return {
        "due_on": each.due_on,
        "principal_minor": each.principal.minor,
        "interest_minor": each.interest.minor,
        "fee_minor": each.fees.minor,
    }


def _instalment(due_on: date, principal: int, interest: int, fee: int, currency: str) -> Instalment:
    parts = [Money.of_minor(minor, currency) for minor in (principal, interest, fee)]
    return Instalment(
        due_on=due_on, amount=Money.total(parts, currency), principal=parts[0], interest=parts[1], fees=parts[2]
    )


def _last_step(conn: Connection, case_id: str, no: int) -> RowMapping | None:
    c = plan_steps.c
    of = select(plan_steps).where(c.case_id == case_id, c.plan_no == no)
    return conn.execute(of.order_by(c.change_no.desc(), c.recorded_at.desc()).limit(1)).mappings().one_or_none()


def _plan(row: dict[str, Any], step: RowMapping | None) -> Plan:
    currency, terms = row["currency"], PlanTerms.model_validate_json(row["terms"])
    same = ("covers", "version", "agreed_at", "first_signed_on", "moves", "observed_until")
    plan = Plan(
        **{name: row[name] for name in same},
        id=row["plan_id"],
        no=row["plan_no"],
        terms=terms,
        since=terms.signed_on,
        total=Money.of_minor(row["total_minor"], currency),
        paid=Money.zero(currency),
        count=terms.count,
        floor=row["class_floor"],
    )
    return plan if step is None else plan.model_copy(update=_as_of(step, plan))


def _as_of(step: RowMapping, plan: Plan) -> dict[str, object]:
    """How the plan stood at its last change; what is said of its early end is said of one version."""
    same = step["version"] == plan.version
    ends_early = same and step["ends_early_on"] is not None
    end = (
        EarlyEnd(on=step["ends_early_on"], paid_in_all=Money.of_minor(step["ends_early_minor"], step["currency"]))
        if ends_early
        else None
    )
    return {
        "status": PlanStatus(step["status"]),
        "since": step["on_date"],
        "changes": step["change_no"],
        "resumes_on": step["resumes_on"],
        "returned": step["returned"],
        "told_on": step["told_on"] if same else None,
        "early_end": end,
    }
