"""The last look before a credit bureau is told: may it still be told so?"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from domain.calendar import local_day
from domain.case.holds import Holds
from domain.compliance.furnishing import denied_by
from domain.compliance.zones import evident
from domain.delinquency import assess
from domain.model.bureau import ReportKind, ReportState
from domain.model.contact import CLOCKS_APART
from domain.model.errors import InputError
from domain.model.facts import Account
from domain.model.re_age import OPEN_RE_AGES
from domain.model.rules import Rules
from ledger import (
    accounts,
    bureau_reports,
    cases,
    disputes,
    entries,
    holds,
    obligations,
    plans,
    policies,
    promises,
    re_ages,
)
from ledger.bureau_reports import ReportRow
from ledger.cases import CaseRow
from ledger.record import record_with

_GIVEN = (ReportState.SENT, ReportState.CONFIRMED)


def against(conn: Connection, row: ReportRow, person_id: str, at: datetime) -> str | None:
    """A code of why it is not told; None: it is. A correction is told in any case."""
    if row.report.kind is ReportKind.CORRECTION:
        return None
    if row.report.kind is ReportKind.UPDATE:
        return None if _was_told(conn, row.case_id) else "nothing-was-reported"
    case, account = cases.get(conn, row.case_id), accounts.get_account(conn, row.account_id)
    if case is None:
        raise InputError(f"no case {row.case_id} in the ledger")
    if case.closed_at is not None:
        return "closed"
    _, rules = policies.pinned(conn, case.strategy, case.rules)
    return (
        _of_the_case(conn, case)
        or _of_the_debt(conn, row, account, rules, at)
        or _of_the_person(conn, account, person_id, rules, at)
    )


def _was_told(conn: Connection, case_id: str) -> bool:
    """Whether the bureau may have anything that an update could end."""
    negative = (each for each in bureau_reports.of_case(conn, case_id) if each.report.kind is ReportKind.NEGATIVE)
    return any(each.state in _GIVEN or (each.tried_at is not None and each.settled_at is None) for each in negative)


def _of_the_case(conn: Connection, case: CaseRow) -> str | None:
    if disputes.standing(conn, case.case_id).going_on:
        return "disputed"
    if promises.standing(conn, case.case_id, case.step_no).active is not None:
        return "promised"
    made = re_ages.standing(conn, case.case_id, case.step_no)
    if made is not None and made.state in OPEN_RE_AGES:
        return "re-age"
    plan = plans.standing(conn, case.case_id, case.step_no).plan
    return "planned" if plan is not None and plan.runs else None


def _of_the_debt(conn: Connection, row: ReportRow, account: Account, rules: Rules, at: datetime) -> str | None:
    """What it tells must still be so: money that came in since makes the amount, or the day, wrong."""
    on = local_day(at, account.zone)
    if Holds(holds.in_force(conn, row.case_id, on), pauses_over=()).stopping(on) is not None:
        return "held"
    balance = entries.balance(conn, account.account_id, on, at)
    arrears = assess(obligations.unmet(conn, account.account_id, on, at), balance, on, rules)
    told = row.report
    if arrears is None or arrears.past_due < told.past_due or arrears.oldest_due_on > told.oldest_due_on:
        return "paid"
    return None


def _of_the_person(conn: Connection, account: Account, person_id: str, rules: Rules, at: datetime) -> str | None:
    points = accounts.contact_points(conn, person_id, local_day(at, account.zone))
    by_now = at + CLOCKS_APART
    record = record_with(conn, person_id, account, points, by_now, partial(evident, rules.packs))
    return "barred" if denied_by(rules.packs, record, account.account_id, by_now) else None
