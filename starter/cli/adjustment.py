"""`duecourse adjustment …`: what is asked of the card system, and what it answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import Connection

from domain.calendar import local_day
from domain.model.adjustments import AdjustmentState
from domain.model.errors import InputError
from ledger import accounts, adjustments, changes, keeping_plans, rings
from ledger.adjustments import AdjustmentRow
from starter.cli.operators import HEARS, ByOption, ReasonOption, before, opened, print_table
from starter.cli.options import JsonOption

app = typer.Typer(no_args_is_help=True)

KeyArgument = Annotated[str, typer.Argument(metavar="KEY", help="As `adjustment list` shows it.")]


@app.command("list")
def list_command(
    every: Annotated[bool, typer.Option("--all", help="Also those that were answered.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The most to list.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """What the card system has not answered yet, the newest first."""
    with opened().read() as conn:
        found = adjustments.listing(conn, limit, only_open=not every)
        rows = [_row(conn, row) for row in found]
    if as_json:
        print(json.dumps([_as_json(row) for row in found], indent=2))
        return
    columns = ("adjustment", "account", "what", "asked on", "state", "reference or reason")
    print_table(columns, rows, "nothing waits for the card system")


@app.command()
def confirm(
    key: KeyArgument,
    by: ByOption,
    reference: Annotated[str, typer.Option(metavar="CODE", help="By which the card system knows it.")],
) -> None:
    """The card system did it."""
    with opened().write() as conn:
        row = _locked(conn, key)
        at = datetime.now(UTC)
        new = keeping_plans.answer_adjustment(conn, key, AdjustmentState.CONFIRMED, at, reference=reference, by=by)
        if new is not None:
            rings.ask(conn, {row.account_id}, changes.newest(conn), at)
    print(f"confirmed: {key}\n{HEARS}" if new is not None else before(key, "confirmed"))


@app.command()
def refuse(key: KeyArgument, by: ByOption, reason: ReasonOption) -> None:
    """The card system will not do it: a task for a person."""
    with opened().write() as conn:
        row = _locked(conn, key)
        at = datetime.now(UTC)
        new = keeping_plans.refuse_adjustment(conn, key, at, reason, by)
        if new:
            rings.ask(conn, {row.account_id}, changes.newest(conn), at)
    print(f"refused: {key}\n{HEARS}" if new else before(key, "refused"))


def _locked(conn: Connection, key: str) -> AdjustmentRow:
    row = adjustments.get(conn, key)
    if row is None:
        raise InputError(f"no adjustment {key} in the ledger: `duecourse adjustment list` shows what is open")
    accounts.lock_person(conn, accounts.person_of(conn, row.account_id))
    current = adjustments.get(conn, key) or row
    if current.state is AdjustmentState.WANTED:  # it may stand there for a decision that the case never took
        raise InputError(f"the adjustment {key} was not asked for yet: answer it once `adjustment list` says asked")
    return current


def _row(conn: Connection, row: AdjustmentRow) -> tuple[str, ...]:
    wanted, zone = row.adjustment, accounts.get_account(conn, row.account_id).zone
    more = [f"{wanted.percent} %"] if wanted.percent is not None else []
    more += [str(wanted.amount)] if wanted.amount is not None else []
    what = " ".join([wanted.kind.replace("_", " "), *more])
    told = row.reference or row.reason or ""
    return wanted.key, row.account_id, what, str(local_day(row.wanted_at, zone)), row.state.value, told


def _as_json(row: AdjustmentRow) -> dict[str, object]:
    wanted = row.adjustment
    return {
        "adjustment": wanted.key,
        "account": row.account_id,
        "case": row.case_id,
        "kind": wanted.kind.value,
        "percent": None if wanted.percent is None else str(wanted.percent),
        "amount": None if wanted.amount is None else str(wanted.amount.amount),
        "currency": None if wanted.amount is None else wanted.amount.currency,
        "made_by": wanted.made_by,
        "checked_by": wanted.checked_by,
        "state": row.state.value,
        "wanted_at": row.wanted_at.isoformat(),
        "settled_at": row.settled_at.isoformat() if row.settled_at else None,
        "reference": row.reference,
        "reason": row.reason,
    }
