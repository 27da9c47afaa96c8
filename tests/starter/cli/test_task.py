"""Tasks by command: what is left for people."""

from __future__ import annotations

from ledger import tasks
from ledger.tasks import Task
from tests.starter.cli.conftest import OPENED_AT, Office


def add(office: Office, task_id: str, kind: str = "call", due: bool = False) -> None:
    with office.ledger.write() as conn:
        due_at = OPENED_AT if due else None
        tasks.add(conn, Task(task_id, "P-1", kind, OPENED_AT, account_id="A-1", due_at=due_at, detail={"rules": []}))


def test_tasks_are_listed_by_kind_and_as_json(office: Office) -> None:
    assert office.done("task", "list") == ["no open task"]
    add(office, "t-1")
    add(office, "t-2", "breach", due=True)
    assert [task["task"] for task in office.json("task", "list")] == ["t-2", "t-1"]
    (breach,) = office.json("task", "list", "--kind", "breach")
    assert (breach["account"], breach["person"], breach["due_at"]) == ("A-1", "P-1", OPENED_AT.isoformat())
    shown = office.done("task", "list")
    assert len(shown) == 3
    assert shown[1].split() == ["t-2", "breach", "A-1", "2026-01-05", "2026-01-05"]


def test_a_task_is_closed_once(office: Office) -> None:
    add(office, "t-1")
    close = ("task", "close", "t-1", "--by", "op-1", "--outcome", "done")
    assert office.done(*close) == ["closed: task t-1"]
    assert office.done(*close) == ["nothing changed: task t-1 was closed before"]
    assert office.json("task", "list") == []


def test_bad_input_is_one_line(office: Office) -> None:
    add(office, "t-1")
    assert "no task none" in office.refused("task", "close", "none", "--by", "o", "--outcome", "done")
    assert "outcome is no code" in office.refused("task", "close", "t-1", "--by", "o", "--outcome", "called him")
    assert "--limit" in office.refused("task", "list", "--limit", "0")
