"""`duecourse case …`: open a case, look at it, and ask it for something."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from domain.calendar import zone_of
from domain.model.case import Case, Stage
from domain.model.errors import InputError, SurroundingsError
from ledger import accounts, cases, messages
from ledger.engine import open_ledger
from ledger.listing import Listed, newest_cases
from policies import Policies
from starter.cases import start_case
from starter.cli import requests
from starter.cli.case_view import CaseView, describe
from starter.cli.options import AccountArgument, JsonOption
from starter.cli.re_age import re_age
from starter.cli.story import story
from starter.connection import connect
from starter.requests import look
from starter.settings import Settings, load_settings
from starter.wording import check_words

app = typer.Typer(no_args_is_help=True)
app.command("hold")(requests.hold)
app.command("release")(requests.release)
app.command("promise")(requests.promise)
app.command("withdraw")(requests.withdraw)
app.command("re-age")(re_age)

_LOOKS_FOR = timedelta(seconds=10)


@app.command()
def start(
    account: AccountArgument,
    strategy: Annotated[
        str | None, typer.Option(help="Strategy of the case: a name or a YAML file; default: DUECOURSE_STRATEGY.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Open the case of an overdue account. Started twice, it is one case."""
    settings = load_settings()
    if strategy is not None:
        settings = settings.model_copy(update={"strategy": strategy})
    asyncio.run(_start(settings, account, as_json))


async def _start(settings: Settings, account: str, as_json: bool) -> None:
    chosen = Policies.named(settings.strategy, datetime.now(UTC).date())
    check_words(chosen, settings)
    ledger = open_ledger(settings.ledger)
    client = await connect(settings)
    started = await start_case(client, ledger, chosen, account, history_bound=settings.history_bound)
    if as_json:
        body = {"case": started.case_id, "workflow": started.workflow_id, "run": started.run_id}
        print(json.dumps({**body, "opened": started.opened}))
    else:
        print(f"case {started.case_id} {'opened' if started.opened else 'is open already'} ({started.workflow_id})")


@app.command()
def show(account: AccountArgument, as_json: JsonOption = False) -> None:
    """Show the newest case of an account, as its run tells it, else as the ledger has it."""
    settings = load_settings()
    view = _view(settings, account)
    if as_json:
        print(json.dumps(view.as_json(), indent=2))
        return
    _tell(f"Case {view.row.case_id}", describe(view))


def _view(settings: Settings, account_id: str) -> CaseView:
    with open_ledger(settings.ledger).read() as connection:
        account = accounts.get_account(connection, account_id)
        episodes = cases.episodes(connection, account_id)
        if not episodes:
            raise InputError(f"account {account_id} has no case: open one with `duecourse case start {account_id}`")
        row = episodes[-1]
        notices = messages.notices(connection, row.case_id)
    if row.closed_at is not None:
        return CaseView(account, row, notices)
    try:
        return CaseView(account, row, notices, asyncio.run(_state(settings, account_id)))
    except (InputError, SurroundingsError) as silence:  # the ledger has the evidence all the same
        return CaseView(account, row, notices, silence=str(silence))


async def _state(settings: Settings, account_id: str) -> Case:
    return await look(await connect(settings), account_id, within=_LOOKS_FOR)


@app.command("list")
def list_command(
    stage: Annotated[Stage | None, typer.Option(help="Only cases of this stage.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The most cases to list, newest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List the cases of the ledger, newest first: stage, what is past due, and when each looks again."""
    with open_ledger(load_settings().ledger).read() as connection:
        found = newest_cases(connection, limit, stage)
    if as_json:
        print(json.dumps([_listed(case) for case in found], indent=2))
        return
    table = Table("case", "stage", "past due", "since", "notices", "looks again", box=None, pad_edge=False)
    for case in found:
        wakes = f"{case.wake_at.astimezone(zone_of(case.zone)):%Y-%m-%d %H:%M}" if case.wake_at else ""
        stands = case.outcome.replace("_", " ") if case.outcome else case.stage.value
        past_due, since = (str(case.past_due), str(case.oldest_due_on)) if case.past_due else ("", "")
        table.add_row(case.case_id, stands, past_due, since, str(case.notices_sent), wakes)
    if found:
        _console().print(table)
    else:
        print("no case")


def _listed(case: Listed) -> dict[str, str | int | None]:
    return {
        "case": case.case_id,
        "account": case.account_id,
        "stage": case.stage.value,
        "outcome": case.outcome.value if case.outcome else None,
        "past_due": str(case.past_due.amount) if case.past_due else None,
        "currency": case.past_due.currency if case.past_due else None,
        "oldest_due_on": case.oldest_due_on.isoformat() if case.oldest_due_on else None,
        "notices_sent": case.notices_sent,
        "opened_at": case.opened_at.isoformat(),
        "closed_at": case.closed_at.isoformat() if case.closed_at else None,
        "wakes_at": case.wake_at.isoformat() if case.wake_at else None,
    }


@app.command()
def timeline(account: AccountArgument, as_json: JsonOption = False) -> None:
    """Tell the whole story of an account's cases from the ledger: entries, decisions, messages."""
    with open_ledger(load_settings().ledger).read() as connection:
        lines = story(connection, account)
    if as_json:
        print(json.dumps([line.as_json() for line in lines], indent=2))
        return
    _tell(f"Account {account}", [(line.local, line.text) for line in lines])


def _tell(title: str, rows: Sequence[tuple[str, str]]) -> None:
    """Two columns; on a terminal the second one wraps within itself."""
    print(title)
    if sys.stdout.isatty():
        table = Table.grid(padding=(0, 2))
        for row in rows:
            table.add_row(*row)
        _console().print(table)
        return
    width = max((len(name) for name, _ in rows), default=0)
    for name, text in rows:
        print(f"{name:{width}}  {text}")


def _console() -> Console:
    """Ids and references are printed as they are; without a terminal lines are as long as they need."""
    return Console(markup=False, highlight=False, emoji=False, width=None if sys.stdout.isatty() else 200)
