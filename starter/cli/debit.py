"""`duecourse debit …`: what is asked of the provider of debits, and what it answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import Connection

from domain.model.debits import DebitState
from domain.model.errors import InputError
from ledger import accounts, changes, debits, keeping_debits, mandates, rings
from ledger.debits import DebitRow
from starter.cli.operators import HEARS, ByOption, before, opened, print_table
from starter.cli.options import JsonOption

app = typer.Typer(no_args_is_help=True)

KeyArgument = Annotated[str, typer.Argument(metavar="KEY", help="As `debit list` shows it.")]


@app.command("list")
def list_command(
    every: Annotated[bool, typer.Option("--all", help="Also those that were answered.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The most to list.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """What the provider has not answered yet, the newest first."""
    with opened().read() as conn:
        found = debits.listing(conn, limit, only_open=not every)
        tokens = {row.mandate_id: _token(conn, row) for row in found}
    if as_json:
        print(json.dumps([_as_json(row, tokens[row.mandate_id]) for row in found], indent=2))
        return
    columns = ("debit", "account", "amount", "on", "due on", "state", "code or reference")
    print_table(columns, [_row(row) for row in found], "no debit waits for an answer")


@app.command()
def confirm(
    key: KeyArgument,
    by: ByOption,
    reference: Annotated[
        str, typer.Option(metavar="CODE", help="Under which its payment is in the ledger, or comes with your feed.")
    ],
) -> None:
    """The money was taken. It counts once its payment is in the ledger."""
    with opened().write() as conn:
        at, row = datetime.now(UTC), _locked(conn, key)
        new = keeping_debits.answer(conn, key, DebitState.COLLECTED, at, reference=reference, by=by)
        if new is not None:
            rings.ask(conn, {row.account_id}, changes.newest(conn), at)
    print(f"collected: {key}\n{HEARS}" if new is not None else before(key, "collected"))


@app.command()
def decline(
    key: KeyArgument,
    by: ByOption,
    why: Annotated[str, typer.Option("--code", metavar="CODE", help="Why, such as no_funds or account_closed.")],
    hard: Annotated[bool, typer.Option("--hard", help="No other debit of this customer will go through.")] = False,
) -> None:
    """The customer's bank refused it: tried again as the strategy says, unless it is final."""
    with opened().write() as conn:
        at, row = datetime.now(UTC), _locked(conn, key)
        new = keeping_debits.answer(conn, key, DebitState.DECLINED, at, why=why, hard=hard, by=by)
        if new is not None:
            rings.ask(conn, {row.account_id}, changes.newest(conn), at)
    print(f"declined: {key}\n{HEARS}" if new is not None else before(key, "declined"))


def _locked(conn: Connection, key: str) -> DebitRow:
    row = debits.get(conn, key)
    if row is None:
        raise InputError(f"no debit {key} in the ledger: `duecourse debit list` shows what is open")
    accounts.lock_person(conn, accounts.person_of(conn, row.account_id))
    return row


def _token(conn: Connection, row: DebitRow) -> str:
    mandate = mandates.get(conn, row.mandate_id)
    assert mandate is not None, "a debit is asked for by a mandate of the ledger"
    return mandate.token


def _row(row: DebitRow) -> tuple[str, ...]:
    told = row.reference or row.code or ""
    return row.key, row.account_id, str(row.amount), str(row.on), str(row.due_on), row.state.value, told


def _as_json(row: DebitRow, token: str) -> dict[str, object]:
    return {
        "debit": row.key,
        "account": row.account_id,
        "case": row.case_id,
        "token": token,
        "mandate": row.mandate_id,
        "amount": str(row.amount.amount),
        "currency": row.amount.currency,
        "due_on": str(row.due_on),
        "on": str(row.on),
        "attempt": row.attempt,
        "state": row.state.value,
        "wanted_at": row.wanted_at.isoformat(),
        "settled_at": row.settled_at.isoformat() if row.settled_at else None,
        "code": row.code,
        "hard": row.hard,
        "reference": row.reference,
    }
