"""What a person agreed to and what became of it: each once, as it stood last, nothing that no case adopted."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import update

from domain.model.entries import GivePromise, JudgePromise, KeepPlanStep
from domain.model.events import Answer
from domain.model.promise import PromiseState
from domain.model.repayment import PlanStatus
from ledger import commitments, keeping, requests
from ledger.commitments import Commitments
from ledger.keeping import Kept
from ledger.tables import cases
from tests.ledger.plan_of_six import agreed, plan_of
from tests.ledger.test_promises import a_promise, judged

AT = datetime.fromisoformat("2005-06-22T02:00:00+00:00")


@pytest.fixture
def case_id(book) -> str:
    """It has taken one step."""
    row, _ = book.open_case(AT)
    book.conn.execute(update(cases).values(step_no=1))
    return row.case_id


def keep(book, case_id: str, *kept) -> None:
    keeping.keep(book.conn, kept, Kept(case_id, "a1", "p1", AT))


def answer(book, case_id: str, *names: str, accepted: bool = True, step_no: int = 1) -> None:
    answers = [Answer(id=name, accepted=accepted, text="") for name in names]
    requests.store(book.conn, case_id, step_no, answers, AT)


def test_who_agreed_to_nothing_has_nothing_to_keep(book, case_id) -> None:
    assert commitments.of_person(book.conn, "p1") == Commitments({}, {})


def test_promises_and_plans_count_once_as_they_stood_last(book, case_id) -> None:
    for name in ("p-1", "p-2", "p-3"):
        keep(book, case_id, GivePromise(promise=a_promise(book, name), by=None))
    keep(book, case_id, JudgePromise(judged=judged(book, PromiseState.BROKEN, promise_id="p-1")))
    keep(book, case_id, JudgePromise(judged=judged(book, PromiseState.KEPT, "500", promise_id="p-2")))
    keep(book, case_id, *agreed(book.money(1000), AT))
    answer(book, case_id, "p-1", "p-2", "p-3", "plan-1")
    plan, _ = plan_of(book.money(1000), AT)
    completed = plan.model_copy(update={"status": PlanStatus.COMPLETED, "changes": plan.changes + 1})
    keep(book, case_id, KeepPlanStep.of(completed))
    found = commitments.of_person(book.conn, "p1")
    states = (PromiseState.ACTIVE, PromiseState.BROKEN, PromiseState.KEPT)
    assert found == Commitments(dict.fromkeys(states, 1), {PlanStatus.COMPLETED: 1})
    assert commitments.of_person(book.conn, "p2") == Commitments({}, {})


@pytest.mark.parametrize(("accepted", "step_no"), [(False, 1), (True, 9)])
def test_what_the_case_never_adopted_was_not_agreed(book, case_id, accepted, step_no) -> None:
    keep(book, case_id, GivePromise(promise=a_promise(book), by=None), *agreed(book.money(1000), AT))
    answer(book, case_id, "p-1", "plan-1", accepted=accepted, step_no=step_no)
    assert commitments.of_person(book.conn, "p1") == Commitments({}, {})
