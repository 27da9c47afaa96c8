"""Tasks: one under each key, codes only, closed once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.model.errors import InputError
from ledger import tasks
from ledger.tasks import Task

AT = datetime(2005, 6, 23, 1, tzinfo=UTC)
CALL = Task("call/1", "p1", "call", AT, account_id="a1", detail={"rules": ["cn.day"], "attempt": 2}, must_say=("name",))


def listed(book, limit: int = 10, kind: str | None = None) -> list[str]:
    return [task.task_id for task in tasks.open_tasks(book.conn, limit, kind)]


def test_a_task_comes_back_as_it_was_added(book) -> None:
    row, _ = book.open_case(AT)
    whole = replace(CALL, case_id=row.case_id, due_at=AT + timedelta(days=1))
    assert tasks.add(book.conn, whole)
    assert tasks.get(book.conn, "call/1") == whole
    assert tasks.get(book.conn, "call/2") is None


def test_a_task_is_one_however_often_it_is_asked_for(book) -> None:
    assert tasks.add(book.conn, CALL)
    assert not tasks.add(book.conn, replace(CALL, at=AT + timedelta(hours=1), due_at=AT))
    tasks.close(book.conn, "call/1", AT, "op-1", "done")
    assert not tasks.add(book.conn, CALL)
    assert listed(book) == []


@pytest.mark.parametrize("other", [{"kind": "breach"}, {"detail": {}}, {"must_say": None}, {"account_id": None}])
def test_a_key_cannot_be_used_for_another_task(book, other) -> None:
    tasks.add(book.conn, CALL)
    with pytest.raises(InputError, match="task call/1 is in the ledger with other content"):
        tasks.add(book.conn, replace(CALL, **other))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"kind": "call her"}, "kind of a task is no code"),
        ({"detail": {"why": "she is ill"}}, "detail of a task: why is no code"),
        ({"detail": {"why": ["ok", {"more": "a b"}]}}, "detail of a task: why: more is no code"),
        ({"detail": {"a b": 1}}, "detail of a task is no code"),
        ({"must_say": ("say this",)}, "what must be said is no code"),
    ],
)
def test_a_task_says_codes_only(book, said, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        tasks.add(book.conn, replace(CALL, **said))


def test_a_task_is_closed_once(book) -> None:
    tasks.add(book.conn, CALL)
    assert tasks.close(book.conn, "call/1", AT, "op-1", "reached")
    assert not tasks.close(book.conn, "call/1", AT, "op-2", "other")
    closed = tasks.get(book.conn, "call/1")
    assert closed is not None
    assert (closed.closed_at, closed.closed_by, closed.outcome) == (AT, "op-1", "reached")
    with pytest.raises(InputError, match="no task call/2 in the ledger"):
        tasks.close(book.conn, "call/2", AT, "op-1", "reached")


@pytest.mark.parametrize(("by", "outcome"), [("Ann Lee", "done"), ("op-1", "all done")])
def test_an_end_says_codes_only(book, by: str, outcome: str) -> None:
    tasks.add(book.conn, CALL)
    with pytest.raises(InputError, match="is no code"):
        tasks.close(book.conn, "call/1", AT, by, outcome)


def test_what_is_due_first_comes_first_then_what_has_no_date(book) -> None:
    for number, due_days in enumerate((None, 2, 1, None)):
        due_at = None if due_days is None else AT + timedelta(days=due_days)
        at = AT + timedelta(minutes=number)
        tasks.add(book.conn, Task(f"t{number}", "p1", ("call", "breach")[number % 2], at, due_at=due_at))
    assert listed(book) == ["t2", "t1", "t0", "t3"]
    assert listed(book, limit=2) == ["t2", "t1"]
    assert listed(book, kind="breach") == ["t1", "t3"]
