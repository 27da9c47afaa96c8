"""Keeping of plans: what a step agreed, how a plan stands, and what is asked of the card system, each in the audit."""

from __future__ import annotations

from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import Connection

from domain.model.adjustments import Adjustment, AdjustmentState
from domain.model.entries import AskAdjustment, KeepPlan, KeepPlanStep
from domain.model.plan_requests import AgreePlan
from domain.model.sealed import ADJUSTMENT_ANSWERED, ADJUSTMENT_WANTED, PLAN_AGREED, PLAN_STANDS
from ledger import accounts, adjustments, audit, plans, tasks
from ledger.adjustments import AdjustmentRow
from ledger.tasks import Task

_REFUSED = "adjustment_refused"


def keep_plan(conn: Connection, entry: KeepPlan, case_id: str, account_id: str, at: datetime) -> None:
    """A version of a plan, as it was agreed."""
    if plans.add(conn, case_id, account_id, entry):
        audit.append(conn, case_id, PLAN_AGREED, at, _of_plan(entry))


def keep_step(conn: Connection, entry: KeepPlanStep, case_id: str, at: datetime) -> None:
    """How a plan stands from now on."""
    if plans.add_step(conn, case_id, entry, at):
        money = {"paid": str(entry.paid), "total": str(entry.total)}
        body: dict[str, JsonValue] = {"plan": entry.no, "version": entry.version, "status": entry.status.value, **money}
        if entry.early_end is not None:
            body["ends_early"] = {"on": str(entry.early_end.on), "paid_in_all": str(entry.early_end.paid_in_all)}
        if entry.told_on is not None:
            body["told_on"] = str(entry.told_on)
        audit.append(conn, case_id, PLAN_STANDS, at, {**body, "by": entry.by, "reference": entry.reference})


def ask_adjustment(conn: Connection, entry: AskAdjustment, case_id: str, account_id: str, at: datetime) -> None:
    """What is to be asked of the card system."""
    if adjustments.want(conn, entry.adjustment, case_id, account_id, at):
        audit.append(conn, case_id, ADJUSTMENT_WANTED, at, _of_adjustment(entry.adjustment))


def answer_adjustment(
    conn: Connection,
    key: str,
    state: AdjustmentState,
    at: datetime,
    *,
    reference: str | None = None,
    reason: str | None = None,
    by: str | None = None,
) -> AdjustmentRow | None:
    """What the card system answered, once: the row as it was before; None: it had answered so before.

    Raises InputError for an unknown key, and for another answer than the one before.
    """
    before = adjustments.get(conn, key)
    if not adjustments.settle(conn, key, state, at, reference, reason) or before is None:
        return None
    said: dict[str, JsonValue] = {"state": state.value, "reference": reference, "reason": reason, "by": by}
    audit.append(conn, before.case_id, ADJUSTMENT_ANSWERED, at, {**_of_adjustment(before.adjustment), **said})
    return before


def refuse_adjustment(conn: Connection, key: str, at: datetime, reason: str, by: str | None = None) -> bool:
    """The card system will not do it: kept, and a task for a person; False when it had said so before."""
    row = answer_adjustment(conn, key, AdjustmentState.REFUSED, at, reason=reason, by=by)
    if row is None:
        return False
    about = {"case_id": row.case_id, "account_id": row.account_id, "due_at": None}
    detail: dict[str, JsonValue] = {"adjustment": key, "reason": reason}
    person_id = accounts.person_of(conn, row.account_id)
    tasks.add(conn, Task(f"{_REFUSED}/{key}", person_id, _REFUSED, at, detail=detail, **about))  # type: ignore[arg-type]  # by name
    return True


def _of_plan(entry: KeepPlan) -> dict[str, JsonValue]:
    plan, request = entry.plan, entry.request
    first, last = entry.instalments[0], entry.instalments[-1]
    body: dict[str, JsonValue] = {
        "plan": plan.no,
        "version": plan.version,
        "id": plan.id,
        "request": request.id,
        "covers": plan.covers.value,
        "instalments": plan.count,
        "first_on": first.due_on.isoformat(),
        "last_on": last.due_on.isoformat(),
        "total": str(plan.total),
        "rate": str(plan.terms.nominal_percent),
        "by": request.by,
    }
    if isinstance(request, AgreePlan):
        body |= {
            "accepted": request.accepted.value,
            "reference": request.reference,
            "terms": list(request.terms),
            "ability_report": request.ability_report,
            "approved_by": request.approved_by,
        }
    return body


def _of_adjustment(adjustment: Adjustment) -> dict[str, JsonValue]:
    percent, amount = adjustment.percent, adjustment.amount
    return {
        "adjustment": adjustment.key,
        "kind": adjustment.kind.value,
        "percent": None if percent is None else str(percent),
        "amount": None if amount is None else str(amount),
        **({"parts": {name.value: str(money) for name, money in adjustment.parts.items()}} if adjustment.parts else {}),
        "made_by": adjustment.made_by,
        "checked_by": adjustment.checked_by,
    }
