"""`duecourse case …`: open a case, and look at it."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from domain.model.case import Case
from domain.model.errors import InputError, SurroundingsError
from ledger import cases, messages
from ledger.cases import CaseRow
from ledger.engine import open_ledger
from policies import load_rules, load_strategy
from starter.cases import Policies, start_case
from starter.connection import connect
from starter.requests import look
from starter.settings import Settings, load_settings
from starter.story import story

app = typer.Typer(no_args_is_help=True)
AccountArgument = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account's id in the ledger.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def start(
    account: AccountArgument,
    strategy: Annotated[str | None, typer.Option(help="Strategy of the case; default: DUECOURSE_STRATEGY.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Open the case of an overdue account. Started twice, it is one case."""
    settings = load_settings()
    asyncio.run(_start(settings, account, strategy or settings.strategy, as_json))


async def _start(settings: Settings, account: str, strategy: str, as_json: bool) -> None:
    chosen = choose_policies(strategy)
    ledger = open_ledger(settings.ledger)
    client = await connect(settings)
    started = await start_case(client, ledger, chosen, account, history_bound=settings.history_bound)
    if as_json:
        print(json.dumps({"case": started.case_id, "workflow": started.workflow_id, "opened": started.opened}))
    else:
        print(f"case {started.case_id} {'opened' if started.opened else 'is open already'} ({started.workflow_id})")


def choose_policies(name: str) -> Policies:
    """The strategy of this name and the rules that it was made for; unknown or broken: one clear line."""
    strategy = load_strategy(name)
    return Policies(strategy, load_rules(strategy.rules))


@app.command()
def show(account: AccountArgument, as_json: JsonOption = False) -> None:
    """Show the newest case of an account, as its run tells it, else as the ledger has it."""
    settings = load_settings()
    ledger = open_ledger(settings.ledger)
    with ledger.read() as connection:
        episodes = cases.episodes(connection, account)
        if not episodes:
            raise InputError(f"account {account} has no case: open one with `duecourse case start {account}`")
        row = episodes[-1]
        notices = messages.notices(connection, row.case_id)
    state = asyncio.run(_state(settings, account)) if row.closed_at is None else None
    if as_json:
        body = {"ledger": _told(row), "state": state.model_dump(mode="json") if state else None}
        print(json.dumps(body | {"notices": [notice.model_dump(mode="json") for notice in notices]}, indent=2))
        return
    table = Table("what", "value", title=f"Case {row.case_id}", show_header=False)
    for name, value in _told(row).items():
        table.add_row(name.replace("_", " "), "" if value is None else str(value))
    if state is not None:
        table.add_row("next", f"{state.next.what} ({state.next.why})")
    for notice in notices:
        table.add_row(f"notice {notice.step}", f"{notice.state} on {notice.on}")
    Console().print(table)


def _told(row: CaseRow) -> dict[str, str | int | None]:
    return {
        "case": row.case_id,
        "stage": row.stage,
        "outcome": row.outcome,
        "strategy": str(row.strategy),
        "rules": str(row.rules),
        "opened_at": row.opened_at.isoformat(),
        "closed_at": row.closed_at.isoformat() if row.closed_at else None,
        "oldest_due_on": row.oldest_due_on.isoformat() if row.oldest_due_on else None,
        "past_due_minor": row.past_due_minor,
        "days_past_due": row.days_past_due,
        "notices_sent": row.notices,
        "wakes_at": row.wake_at.isoformat() if row.wake_at else None,
        "steps": row.step_no,
    }


async def _state(settings: Settings, account: str) -> Case | None:
    """What the run says of itself; None when no server or no run answers: the ledger has the evidence all the same."""
    try:
        return await asyncio.wait_for(look(await connect(settings), account), timeout=10)
    except (InputError, SurroundingsError, TimeoutError):
        return None


@app.command()
def timeline(account: AccountArgument, as_json: JsonOption = False) -> None:
    """Tell the whole story of an account's cases from the ledger: entries, decisions, messages."""
    ledger = open_ledger(load_settings().ledger)
    with ledger.read() as connection:
        lines = story(connection, account)
    if as_json:
        print(json.dumps([line.as_json() for line in lines], indent=2))
        return
    table = Table("when", "what", "detail", title=f"Account {account}")
    for line in lines:
        table.add_row(f"{line.at:%Y-%m-%d %H:%M}", line.what, line.detail)
    Console().print(table)
