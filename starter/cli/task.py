"""`duecourse task …`: what is left for people to do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from ledger import tasks
from ledger.tasks import Task
from starter.cli.operators import ByOption, before, opened, print_table
from starter.cli.options import JsonOption

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_command(
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="Only this kind, such as call or barred.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The most tasks to list.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """Open tasks: what is due first comes first, then what has no date, the oldest first."""
    with opened().read() as conn:
        found = tasks.open_tasks(conn, limit, kind)
    if as_json:
        print(json.dumps([_as_json(task) for task in found], indent=2))
        return
    rows = [(t.task_id, t.kind, t.account_id or "", f"{t.at:%Y-%m-%d}", _due(t)) for t in found]
    print_table(("task", "kind", "account", "since", "due"), rows, "no open task")


@app.command()
def close(
    task_id: Annotated[str, typer.Argument(metavar="ID", help="The task's id, as `task list` shows it.")],
    by: ByOption,
    outcome: Annotated[str, typer.Option(metavar="CODE", help="What came of it, as a code such as done.")],
) -> None:
    """The task is done, or needs no doing."""
    with opened().write() as conn:
        new = tasks.close(conn, task_id, datetime.now(UTC), by, outcome)
    print(f"closed: task {task_id}" if new else before(f"task {task_id}", "closed"))


def _due(task: Task) -> str:
    return f"{task.due_at:%Y-%m-%d}" if task.due_at else ""


def _as_json(task: Task) -> dict[str, object]:
    return {
        "task": task.task_id,
        "kind": task.kind,
        "person": task.person_id,
        "account": task.account_id,
        "case": task.case_id,
        "at": task.at.isoformat(),
        "due_at": task.due_at.isoformat() if task.due_at else None,
        "detail": dict(task.detail),
        "must_say": list(task.must_say or ()),
    }
