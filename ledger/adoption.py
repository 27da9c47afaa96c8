"""Adoption: a case whose workflow runs and whose row is gone (a ledger that was restored) gets its row again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from domain.model.case import Case
from domain.model.errors import InputError
from ledger import accounts, cases, policies
from ledger.tables import cases as table


def hindrance(conn: Connection, case: Case) -> str | None:
    """Why the ledger can never have this case, as a code; None: it can.

    Without its account or the policies that it is pinned to, no decision of the case can be made any more; and where
    another case of the account is open, that one is the truth.
    """
    try:
        accounts.get_account(conn, case.account.account_id)
    except InputError:
        return "no_account"
    try:
        policies.pinned(conn, case.strategy, case.rules)
    except InputError:
        return "no_policies"
    there = cases.open_row(conn, case.account.account_id)
    return "another_case" if there is not None and there.case_id != case.case_id else None


def adopt(conn: Connection, case: Case, at: datetime) -> bool:
    """Give the ledger the case as its workflow has it; False when there is one of its number already.

    What its steps decided before is gone from the ledger: its chain of evidence begins anew, and the audit says so.
    """
    row = {
        "case_id": case.case_id,
        "account_id": case.account.account_id,
        "episode_no": case.episode_no,
        **{f"strategy_{name}": value for name, value in case.strategy.model_dump().items()},
        **{f"rules_{name}": value for name, value in case.rules.model_dump().items()},
        "opened_at": min(case.as_of, at),
    }
    try:
        with conn.begin_nested():
            conn.execute(insert(table).values({**row, **cases.as_written(case)}))
    except IntegrityError:  # the feed, or another reconciler, was faster
        return False
    return True
