"""Complaints: every step is kept once, and those that are open are known again."""

from datetime import date, timedelta

import pytest

from domain.model.complaints import ComplaintOutcome, OpenComplaint
from domain.model.contact import FactKind
from domain.model.entries import AddTask, CloseTask, HoldPerson, KeepComplaint, TellPerson
from ledger import audit, complaints, keeping, person_facts, tasks
from ledger.keeping import Kept
from tests.ledger.conftest import instant

AT = instant("2005-06-23T01:00:00")
OPEN = OpenComplaint(id="k-1", received_on=date(2005, 6, 23), answer_by=date(2005, 7, 8), about="agent-7")
EXTENDED = OPEN.model_copy(update={"answer_by": date(2005, 7, 23), "extensions": 1})


@pytest.fixture
def conn(book):
    book.open_case(AT)
    return book.conn


def keep(conn, *entries, at=AT) -> list[str]:
    keeping.keep(conn, entries, Kept("a1/1", "a1", "p1", at))
    return [row.kind for row in audit.rows(conn, "a1/1")]


def test_every_step_is_kept_and_told_once(conn) -> None:
    answered = KeepComplaint(complaint=EXTENDED, outcome=ComplaintOutcome.UPHELD, by="lead-2", reference="ANS-1")
    for minutes, entry in enumerate(
        (
            KeepComplaint(complaint=OPEN, reference="LET-1"),
            KeepComplaint(complaint=EXTENDED, reason="records"),
            answered,
        )
    ):
        for _ in range(2):
            kinds = keep(conn, entry, at=AT + timedelta(minutes=minutes))
    assert kinds == ["complaint_received", "complaint_extended", "complaint_answered"]
    steps = complaints.of_case(conn, "a1/1")
    assert [(step.step, step.answer_by, step.reason, step.outcome, step.by) for step in steps] == [
        ("received", date(2005, 7, 8), None, None, None),
        ("extended/1", date(2005, 7, 23), "records", None, None),
        ("answered", date(2005, 7, 23), None, ComplaintOutcome.UPHELD, "lead-2"),
    ]
    assert audit.rows(conn, "a1/1")[-1].content["outcome"] == "upheld"


def test_those_that_are_open_are_known_again_with_their_day(conn) -> None:
    other = OPEN.model_copy(update={"id": "k-2"})
    keep(conn, KeepComplaint(complaint=OPEN))
    keep(conn, KeepComplaint(complaint=other), KeepComplaint(complaint=EXTENDED), at=AT + timedelta(minutes=1))
    assert complaints.open_of(conn, "a1/1") == (EXTENDED, other)
    keep(
        conn,
        KeepComplaint(complaint=EXTENDED, outcome=ComplaintOutcome.WITHDRAWN, by="x"),
        at=AT + timedelta(minutes=2),
    )
    assert complaints.open_of(conn, "a1/1") == (other,)


def test_what_is_told_of_the_person_is_kept_once_and_a_task_is_closed(conn) -> None:
    held = HoldPerson(fact_id="a1/1/complaint_open/k-1", hold="complaint_open", at=AT, debts=("a1",))
    over = TellPerson(fact_id="a1/1/complaint_answered/k-1", event="complaint_answered", at=AT, debts=("a1",))
    done = CloseTask(task_id="complaint/a1/1/k-1", by="lead-2", outcome="upheld")
    keep(conn, held, AddTask(task_id="complaint/a1/1/k-1", task="complaint"))
    for _ in range(2):
        kinds = keep(conn, over, done, CloseTask(task_id="none", by="lead-2", outcome="upheld"))
    assert kinds == ["person_held", "person_told"]
    assert [(told.fact.kind, told.fact.name) for told in person_facts.of_person(conn, "p1", AT)] == [
        (FactKind.EVENT, "complaint_answered"),
        (FactKind.HOLD, "complaint_open"),
    ]
    assert tasks.open_tasks(conn, 10) == ()
