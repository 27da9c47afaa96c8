"""`duecourse bureau …`: what a credit bureau is told, and what it answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import Connection

from domain.calendar import local_day
from domain.model.bureau import ReportState
from domain.model.errors import InputError
from ledger import accounts, bureau_reports, changes, keeping_bureau, rings
from ledger.bureau_reports import ReportRow
from starter.cli.operators import HEARS, ByOption, ReasonOption, before, opened, print_table
from starter.cli.options import JsonOption

app = typer.Typer(no_args_is_help=True)

KeyArgument = Annotated[str, typer.Argument(metavar="KEY", help="As `bureau list` shows it.")]


@app.command("list")
def list_command(
    every: Annotated[bool, typer.Option("--all", help="Also those that were answered or dropped.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The most to list.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """What the credit bureau has not answered yet, the newest first."""
    with opened().read() as conn:
        found = bureau_reports.listing(conn, limit, only_open=not every)
        rows = [_row(conn, row) for row in found]
    if as_json:
        print(json.dumps([_as_json(row) for row in found], indent=2))
        return
    columns = ("report", "account", "what", "wanted on", "state", "reference or reason")
    print_table(columns, rows, "nothing waits for the credit bureau")


@app.command()
def confirm(
    key: KeyArgument,
    by: ByOption,
    reference: Annotated[str, typer.Option(metavar="CODE", help="By which the bureau knows it.")],
) -> None:
    """The bureau has taken it in."""
    new = _end(key, ReportState.CONFIRMED, reference=reference, by=by)
    print(f"confirmed: {key}\n{HEARS}" if new else before(key, "confirmed"))


@app.command()
def refuse(key: KeyArgument, by: ByOption, reason: ReasonOption) -> None:
    """The bureau will not take it in: a task for a person."""
    new = _end(key, ReportState.REFUSED, reason=reason, by=by)
    print(f"refused: {key}\n{HEARS}" if new else before(key, "refused"))


def _end(key: str, state: ReportState, *, by: str, reference: str | None = None, reason: str | None = None) -> bool:
    """Keep the answer, and ring the case; False when it was known before."""
    with opened().write() as conn:
        row = _locked(conn, key)
        at = datetime.now(UTC)
        new = keeping_bureau.end_report(conn, key, state, at, reference=reference, reason=reason, by=by)
        if new is not None:
            rings.ask(conn, {row.account_id}, changes.newest(conn), at)
    return new is not None


def _locked(conn: Connection, key: str) -> ReportRow:
    row = bureau_reports.get(conn, key)
    if row is None:
        raise InputError(f"no report {key} in the ledger: `duecourse bureau list` shows what is open")
    accounts.lock_person(conn, accounts.person_of(conn, row.account_id))
    return row


def _row(conn: Connection, row: ReportRow) -> tuple[str, ...]:
    zone = accounts.get_account(conn, row.account_id).zone
    told = row.reference or row.reason or ""
    return row.report.key, row.account_id, row.report.told, str(local_day(row.wanted_at, zone)), row.state.value, told


def _as_json(row: ReportRow) -> dict[str, object]:
    report = row.report
    return {
        "report": report.key,
        "account": row.account_id,
        "case": row.case_id,
        "kind": report.kind.value,
        "status": report.status.value,
        "past_due": str(report.past_due.amount),
        "currency": report.past_due.currency,
        "oldest_due_on": report.oldest_due_on.isoformat(),
        "days_past_due": report.days_past_due,
        "dispute": report.dispute,
        "state": row.state.value,
        "wanted_at": row.wanted_at.isoformat(),
        "settled_at": row.settled_at.isoformat() if row.settled_at else None,
        "reference": row.reference,
        "reason": row.reason,
    }
