"""The plans that run on a person's accounts, as their cases have them, in one statement."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from domain.model.entries import KeepPlanStep
from domain.model.events import Answer
from domain.model.facts import Account
from domain.model.plan import Rhythm
from domain.model.plan_requests import MovePlan
from domain.model.repayment import PlanCovers, PlanStatus, RunningPlan
from ledger import accounts, keeping, requests, running_plans
from ledger.keeping import Kept
from ledger.tables import cases
from tests.ledger.plan_of_six import agreed, plan_of

AT = datetime.fromisoformat("2005-06-22T02:00:00+00:00")
LATER = AT + timedelta(days=30)


@pytest.fixture
def case_id(book) -> str:
    row, _ = book.open_case(AT)
    return row.case_id


def keep(book, case_id: str, *kept, at: datetime = AT) -> None:
    keeping.keep(book.conn, kept, Kept(case_id, "a1", "p1", at))


def answer(book, case_id: str, request_id: str = "plan-1", *, accepted: bool = True, step_no: int = 0) -> None:
    requests.store(book.conn, case_id, step_no, [Answer(id=request_id, accepted=accepted, text="")], AT)


def found(book, person_id: str = "p1") -> tuple[RunningPlan, ...]:
    return running_plans.of_person(book.conn, person_id)


def expected(book, amount: int) -> RunningPlan:
    said = {"account_id": "a1", "plan_id": "plan-1", "covers": PlanCovers.BALANCE, "rhythm": Rhythm.MONTH}
    return RunningPlan(**said, largest=book.money(amount))


def test_a_plan_runs_from_its_agreement_on_and_tells_its_largest_instalment(book, case_id) -> None:
    assert found(book) == ()
    keep(book, case_id, *agreed(book.money(1000), AT))
    answer(book, case_id)
    assert found(book) == (expected(book, 170),), "five of 166 and one of 170"
    assert found(book, "somebody-else") == ()


def test_before_its_first_step_it_runs_too(book, case_id) -> None:
    keep(book, case_id, plan_of(book.money(1000), AT)[1])
    answer(book, case_id)
    assert found(book) == (expected(book, 170),)


@pytest.mark.parametrize(("accepted", "step_no"), [(False, 0), (True, 9)])
def test_one_that_the_case_never_adopted_is_none(book, case_id, accepted, step_no) -> None:
    keep(book, case_id, *agreed(book.money(1000), AT))
    answer(book, case_id, accepted=accepted, step_no=step_no)
    assert found(book) == ()


@pytest.mark.parametrize(
    ("status", "runs"),
    [
        (PlanStatus.PERFORMING, True),
        (PlanStatus.MISSED, True),
        (PlanStatus.BROKEN, False),
        (PlanStatus.VOID, False),
        (PlanStatus.COMPLETED, False),
        (PlanStatus.CANCELLED, False),
    ],
)
def test_it_runs_as_its_last_change_left_it(book, case_id, status, runs) -> None:
    keep(book, case_id, *agreed(book.money(1000), AT))
    answer(book, case_id)
    plan = plan_of(book.money(1000), AT)[0]
    changed = plan.model_copy(update={"status": status, "changes": 2, "since": LATER.date()})
    keep(book, case_id, KeepPlanStep.of(changed), at=LATER)
    assert bool(found(book)) is runs


def test_the_version_agreed_last_counts(book, case_id) -> None:
    keep(book, case_id, *agreed(book.money(1000), AT))
    answer(book, case_id)
    _, kept = plan_of(book.money(600), LATER, version=2, moves=1)
    keep(book, case_id, kept.model_copy(update={"request": MovePlan(id="move-1", plan_id="plan-1")}), at=LATER)
    assert found(book) == (expected(book, 170),), "the new version has no answer yet"
    both = [Answer(id=name, accepted=True, text="") for name in ("plan-1", "move-1")]
    requests.store(book.conn, case_id, 0, both, AT)
    assert found(book) == (expected(book, 100),)


def test_a_plan_of_a_closed_case_is_over(book, case_id) -> None:
    keep(book, case_id, *agreed(book.money(1000), AT))
    answer(book, case_id)
    book.conn.execute(update(cases).where(cases.c.case_id == case_id).values(closed_at=LATER))
    assert found(book) == ()


def test_it_is_one_statement_that_reads_no_whole_table(book, case_id, statements_of) -> None:
    keep(book, case_id, *agreed(book.money(1000), AT))
    answer(book, case_id)
    accounts.add_account(book.conn, Account(account_id="a2", currency="TWD", zone="Asia/Taipei"), "p1")
    with statements_of(book.conn) as seen:
        assert len(found(book)) == 1
    assert len(seen) == 1
    assert seen.reading_whole_tables() == []
