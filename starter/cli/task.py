"""`duecourse task …`: what is left for people to do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from typing import Annotated

import typer
from sqlalchemy import Connection

from domain.calendar import local_day
from domain.model.errors import InputError
from ledger import accounts, tasks
from ledger.tasks import Task
from starter.calling import Script, script
from starter.cli.operators import ByOption, before, opened, print_table
from starter.cli.options import JsonOption
from starter.cli.task_words import about, due_on, in_full
from starter.settings import load_settings
from starter.wording import texts_for

app = typer.Typer(no_args_is_help=True)
TaskArgument = Annotated[str, typer.Argument(metavar="ID", help="The task's id, as `task list` shows it.")]


@app.command("list")
def list_command(
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="Only this kind, such as call or barred.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The most tasks to list.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """Open tasks: what is due first comes first, then what has no date, the oldest first."""
    with opened().read() as conn:
        found = tasks.open_tasks(conn, limit, kind)
        zones = cache(lambda account_id: _zone(conn, account_id))
        rows = [_row(task, zones(task.account_id)) for task in found]
    if as_json:
        print(json.dumps([_as_json(task) for task in found], indent=2))
        return
    print_table(("task", "kind", "account", "since", "due", "to do"), rows, "no open task")


@app.command()
def show(task_id: TaskArgument, as_json: JsonOption = False) -> None:
    """One task in full. With a call: what must be said, in the customer's language, and the guide for the talk."""
    with opened().read() as conn:
        task = tasks.get(conn, task_id)
        if task is None:
            raise InputError(f"no task {task_id} in the ledger: `duecourse task list` shows those that are open")
        zone, words = _zone(conn, task.account_id), _script(conn, task)
    if as_json:
        print(json.dumps({**_as_json(task), **_end_as_json(task), "script": _script_as_json(words)}, indent=2))
        return
    print("\n".join(in_full(task, zone, words)))


@app.command()
def close(
    task_id: TaskArgument,
    by: ByOption,
    outcome: Annotated[str, typer.Option(metavar="CODE", help="What came of it, as a code such as done.")],
) -> None:
    """The task is done, or needs no doing."""
    with opened().write() as conn:
        new = tasks.close(conn, task_id, datetime.now(UTC), by, outcome)
    print(f"closed: task {task_id}" if new else before(f"task {task_id}", "closed"))


def _script(conn: Connection, task: Task) -> Script | None:
    if task.kind != tasks.CALL:
        return None
    settings = load_settings()
    return script(conn, task, texts_for(settings), settings.locale, datetime.now(UTC))


def _zone(conn: Connection, account_id: str | None) -> str:
    return accounts.get_account(conn, account_id).zone if account_id else "UTC"


def _row(task: Task, zone: str) -> tuple[str, ...]:
    due = due_on(task.due_at, zone) if task.due_at else ""
    return task.task_id, task.kind, task.account_id or "", str(local_day(task.at, zone)), due, about(task)


def _as_json(task: Task) -> dict[str, object]:
    return {
        "task": task.task_id,
        "kind": task.kind,
        "about": about(task),
        "person": task.person_id,
        "account": task.account_id,
        "case": task.case_id,
        "at": task.at.isoformat(),
        "due_at": task.due_at.isoformat() if task.due_at else None,
        "detail": dict(task.detail),
        "must_say": list(task.must_say or ()),
    }


def _end_as_json(task: Task) -> dict[str, object]:
    closed_at = task.closed_at.isoformat() if task.closed_at else None
    return {"closed_at": closed_at, "closed_by": task.closed_by, "outcome": task.outcome}


def _script_as_json(words: Script | None) -> dict[str, object] | None:
    if words is None:
        return None
    return {
        "notice": words.notice,
        "locale": words.locale,
        "party": words.party.value,
        "party_id": words.party_id,
        "address_id": words.address_id,
        "must_say": list(words.words.must_say),
        "guide": words.words.text,
        "less_is_owed": words.less_is_owed,
        "disputed_since": words.disputed_since,
    }
