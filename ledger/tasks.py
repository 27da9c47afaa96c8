"""Tasks: what people must do inside the bank, each under a business key that makes it one however often it is asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import Connection, RowMapping, select, update

from domain.model.errors import InputError
from ledger.canonical import canonical
from ledger.codes import code, codes_only
from ledger.contact_tables import tasks
from ledger.inserts import insert_new


@dataclass(frozen=True)
class Task:
    """Work for a person; codes only."""

    task_id: str
    """Unique business key, such as ``unknown_outcome/<message's key>``."""
    person_id: str
    kind: str
    """Such as ``call`` or ``breach``."""
    at: datetime
    case_id: str | None = None
    account_id: str | None = None
    due_at: datetime | None = None
    detail: Mapping[str, JsonValue] = field(default_factory=dict)
    must_say: tuple[str, ...] | None = None
    """With a call: ids of the rules that it must keep to, such as what has to be said."""
    closed_at: datetime | None = None
    closed_by: str | None = None
    outcome: str | None = None


CALL = "call"
"""Kind of the task to make a call."""


def call(key: str) -> str:
    """Id of the task to make the call that this message asks for."""
    return f"{CALL}/{key}"


def unknown_outcome(key: str) -> str:
    """Id of the task to find out what became of this message."""
    return f"unknown_outcome/{key}"


def add(conn: Connection, task: Task) -> bool:
    """Store a task once; False when it was stored before, open or done; raises InputError when it is another one."""
    code("kind of a task", task.kind)
    codes_only("detail of a task", dict(task.detail))
    codes_only("what must be said", None if task.must_say is None else list(task.must_say))
    if insert_new(conn, tasks, _row(task)):
        return True
    there = get(conn, task.task_id)
    if there is None or _what(there) != _what(task):
        raise InputError(f"task {task.task_id} is in the ledger with other content")
    return False


def add_first(conn: Connection, task: Task) -> bool:
    """Store a task unless there is one of its id, whatever it says: the first that asked for the same thing stays."""
    return get(conn, task.task_id) is None and add(conn, task)


def get(conn: Connection, task_id: str) -> Task | None:
    """The task of this key."""
    row = conn.execute(select(tasks).where(tasks.c.task_id == task_id)).mappings().one_or_none()
    return _read(row) if row else None


def close(conn: Connection, task_id: str, at: datetime, by: str, outcome: str) -> bool:
    """The task is done, or needs no doing; False when it was closed before; raises InputError when there is none."""
    closed = {"closed_at": at, "closed_by": code("closed by", by), "outcome": code("outcome", outcome)}
    still_open = update(tasks).where(tasks.c.task_id == task_id, tasks.c.closed_at.is_(None))
    if conn.execute(still_open.values(closed)).rowcount == 1:
        return True
    if get(conn, task_id) is None:
        raise InputError(f"no task {task_id} in the ledger")
    return False


def open_tasks(conn: Connection, limit: int, kind: str | None = None) -> tuple[Task, ...]:
    """Open tasks of one kind or of all: what is due first comes first, then what has no date, the oldest first."""
    c = tasks.c
    statement = select(tasks).where(c.closed_at.is_(None)).order_by(c.due_at.is_(None), c.due_at, c.at, c.task_id)
    if kind is not None:
        statement = statement.where(c.kind == kind)
    return tuple(_read(row) for row in conn.execute(statement.limit(limit)).mappings())


def _what(task: Task) -> tuple[object, ...]:
    """What two tasks under one key have in common; a second attempt may ask at another time."""
    return (task.person_id, task.kind, task.case_id, task.account_id, dict(task.detail), task.must_say)


def _row(task: Task) -> dict[str, object]:
    must_say = None if task.must_say is None else canonical(list(task.must_say))
    return {**vars(task), "detail": canonical(dict(task.detail)), "must_say": must_say}


def _read(row: RowMapping) -> Task:
    must_say = None if row["must_say"] is None else tuple(json.loads(row["must_say"]))
    return Task(**{**row, "detail": json.loads(row["detail"]), "must_say": must_say})
