"""What of a plan travels with its case: sums, and the instalments around the next one, each with its mark."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from domain.model.debits import OPEN_DEBITS
from domain.model.money import Money
from domain.model.plan import Instalment
from domain.model.repayment import ROWS_SHOWN, InstalmentMark, Mark, Plan, PlanFacts
from domain.plans.judging import Judged
from domain.plans.standing import Line, course_of, ended_early_on

_PAID_SHOWN = 4
"""So many of the paid ones stay in sight."""


def with_rows(plan: Plan, instalments: Sequence[Instalment]) -> Plan:
    """The plan as it begins: nothing is paid on it."""
    lines = course_of(instalments, ()).on(date.min).instalments
    return plan.model_copy(update={"rows": _rows(lines, (), plan.since)})


def seen(plan: Plan, known: PlanFacts, judged: Judged) -> Plan:
    """The plan as it was judged."""
    lines = judged.standing.instalments
    ended_on = ended_early_on(plan.early_end, known.payments)
    rows = _rows(lines, judged.missed, judged.on, _debited(plan, known))
    return plan.model_copy(
        update={
            "paid": judged.standing.paid,
            "met": sum(line.is_met for line in lines if ended_on is None or line.due_on <= ended_on),
            "rows": rows if ended_on is None else tuple(_ended(row, ended_on) for row in rows),
            "cure_ends_on": judged.cure_ends_on,
            "count": len(known.instalments),
        }
    )


def _debited(plan: Plan, known: PlanFacts) -> frozenset[date]:
    """Due dates of the instalments of which nobody knows yet what became of their debit."""
    return frozenset(
        each.due_on
        for each in known.debits
        if each.version == plan.version and each.plan.endswith(f"/plan/{plan.no}") and each.state in OPEN_DEBITS
    )


def _rows(
    lines: Sequence[Line], missed: Sequence[Line], today: date, debited: Collection[date] = ()
) -> tuple[InstalmentMark, ...]:
    first_open = next((place for place, line in enumerate(lines) if not line.is_met), len(lines))
    start = max(0, min(first_open - _PAID_SHOWN, len(lines) - ROWS_SHOWN))
    shown = lines[start : start + ROWS_SHOWN]
    gone = {line.no for line in missed}
    return tuple(_row(line, _mark(line, line.no in gone, line.due_on in debited, today)) for line in shown)


def _row(line: Line, mark: Mark) -> InstalmentMark:
    assert line.no is not None, "a minimum payment is no row of a plan"
    return InstalmentMark(no=line.no, due_on=line.due_on, amount=line.amount.amount, paid=line.met.amount, mark=mark)


def _ended(row: InstalmentMark, on: date) -> InstalmentMark:
    """After an early end nothing is to come; what was paid for it is in the sum of the plan."""
    is_over = row.due_on > on
    return row.model_copy(update={"paid": Decimal(0), "mark": Mark.ENDED}) if is_over else row


def _mark(line: Line, is_missed: bool, is_debited: bool, today: date) -> Mark:
    if line.is_met:
        return Mark.PAID
    if is_missed:
        return Mark.MISSED
    if is_debited:
        return Mark.DEBIT_ASKED
    if line.due_on < today:
        return Mark.DUE
    return Mark.PARTLY_PAID if line.met > Money.zero(line.met.currency) else Mark.TO_COME
