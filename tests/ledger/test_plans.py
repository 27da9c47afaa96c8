"""Repayment plans in the ledger: kept as they were agreed, found as they stood, paid by what came in since."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from domain.model.adjustments import AdjustmentState
from domain.model.entries import KeepPlanStep
from domain.model.events import Answer
from domain.model.plan_requests import MovePlan
from domain.model.repayment import PLAN_REMINDER, Plan, PlanCovers, PlanStatus
from ledger import audit, entries, keeping, messages, plans, requests, reversals
from ledger.entries import Entry, EntryKind
from ledger.keeping import Kept
from ledger.plans import Standing
from tests.ledger.plan_of_six import agreed, ends_early, plan_of

AT = datetime.fromisoformat("2005-06-22T02:00:00+00:00")
SECOND = timedelta(seconds=1)
LATER = datetime.fromisoformat("2005-08-01T02:00:00+00:00")


@pytest.fixture
def case_id(book) -> str:
    row, _ = book.open_case(AT)
    return row.case_id


def keep(book, case_id: str, *kept, at: datetime = AT) -> None:
    keeping.keep(book.conn, kept, Kept(case_id, "a1", "p1", at))


def answer(book, case_id: str, request_id: str = "plan-1", *, accepted: bool = True, step_no: int = 1) -> None:
    requests.store(book.conn, case_id, step_no, [Answer(id=request_id, accepted=accepted, text="")], AT)


def agree(book, case_id: str, at: datetime = AT, **more) -> Plan:
    keep(book, case_id, *agreed(book.money(1000), at, **more), at=at)
    answer(book, case_id)
    return plan_of(book.money(1000), at, **more)[0]


def post(book, reference: str, on: date, minor: int, at: datetime = LATER) -> None:
    entry = Entry("a1", reference, EntryKind.PAYMENT, on, at, principal_minor=-minor)
    entries.append(book.conn, entry)


def known(book, case_id: str, plan: Plan, instant: datetime = LATER + SECOND):
    return plans.known(book.conn, case_id, "a1", plan, LATER.date(), instant)


def test_a_plan_is_kept_once_with_its_rows_in_the_audit(book, case_id) -> None:
    for _ in range(2):
        plan = agree(book, case_id)
    assert plans.standing(book.conn, case_id, 1) == Standing(plan, 1)
    kinds = [row.kind for row in audit.rows(book.conn, case_id)]
    assert [kinds.count(kind) for kind in ("plan_agreed", "plan_stands", "adjustment_wanted")] == [1, 1, 2]
    body = next(row.content for row in audit.rows(book.conn, case_id) if row.kind == "plan_agreed")
    assert (body["id"], body["instalments"], body["total"], body["accepted"], body["reference"]) == (
        "plan-1",
        6,
        "1,000.00 TWD",
        "written",
        "A-7",
    )


def test_its_instalments_are_those_that_were_agreed(book, case_id) -> None:
    agree(book, case_id)
    found = plans.instalments_of(book.conn, case_id, 1, 1, AT)
    assert [each.amount.minor for each in found] == [16600] * 5 + [17000]
    assert (found[0].due_on, found[5].due_on) == (date(2005, 7, 2), date(2005, 12, 2))


@pytest.mark.parametrize(("accepted", "step_no"), [(False, 1), (True, 9)])
def test_a_plan_that_the_case_never_adopted_is_none(book, case_id, accepted, step_no) -> None:
    keep(book, case_id, *agreed(book.money(1000), AT))
    answer(book, case_id, accepted=accepted, step_no=step_no)
    assert plans.standing(book.conn, case_id, 1) == Standing()


def test_of_several_runs_of_a_step_the_last_one_counts(book, case_id) -> None:
    agree(book, case_id)
    keep(book, case_id, *agreed(book.money(600), AT + SECOND), at=AT + SECOND)
    standing = plans.standing(book.conn, case_id, 1)
    assert (standing.plan.agreed_at, standing.plan.total, standing.agreed) == (AT + SECOND, book.money(600), 1)
    assert sum(each.amount.minor for each in known(book, case_id, standing.plan).instalments) == 60_000


def test_it_stands_as_its_last_change_left_it(book, case_id) -> None:
    plan = agree(book, case_id)
    broken = plan.model_copy(
        update={"status": PlanStatus.BROKEN, "changes": 2, "since": date(2005, 7, 20), "resumes_on": date(2005, 7, 21)}
    )
    keep(book, case_id, KeepPlanStep.of(broken), at=LATER)
    assert plans.standing(book.conn, case_id, 1).plan == broken


def test_an_early_end_and_what_a_person_told_are_of_one_version(book, case_id) -> None:
    plan = ends_early(agree(book, case_id), date(2005, 7, 1), book.money(990))
    plan = plan.model_copy(update={"told_on": date(2005, 6, 30)})
    keep(book, case_id, KeepPlanStep.of(plan, "op-2", "LET-9"), at=AT + SECOND)
    assert plans.standing(book.conn, case_id, 1).plan == plan
    _, kept = plan_of(book.money(800), LATER, version=2, moves=1)
    kept = kept.model_copy(update={"request": MovePlan(id="move-1", plan_id="plan-1")})
    keep(book, case_id, kept, at=LATER)
    answer(book, case_id, "move-1", step_no=2)
    found = plans.standing(book.conn, case_id, 2).plan
    assert (found.version, found.moves, found.early_end, found.told_on) == (2, 1, None, None)
    assert [(each.version, each.stated_by) for each in plans.versions(book.conn, case_id, 2)] == [(1, 1), (2, 1)]


def test_money_counts_that_was_posted_since_it_was_agreed_and_not_taken_back(book, case_id) -> None:
    post(book, "before", date(2005, 6, 22), 100, AT)
    plan = agree(book, case_id)
    post(book, "early", date(2005, 6, 20), 200)
    post(book, "in-time", date(2005, 7, 2), 300)
    post(book, "back", date(2005, 7, 3), 400)
    post(book, "to-come", date(2005, 8, 2), 500)
    post(book, "not-yet", date(2005, 7, 4), 600, LATER + 2 * SECOND)
    reversals.reverse(book.conn, "back", by="back/r", value_on=date(2005, 7, 3), recorded_at=LATER)
    found = known(book, case_id, plan)
    assert sorted(each.amount.minor for each in found.payments) == [200, 300]
    assert found.returned == 1
    assert known(book, case_id, plan, instant=LATER - SECOND).payments == ()


def test_its_messages_and_adjustments_are_its_own(book, case_id, notice) -> None:
    plan = agree(book, case_id)
    for key, step in ((f"{case_id}/plan/1/{PLAN_REMINDER}/1/2005-07-02", PLAN_REMINDER), (f"{case_id}/plan/10/x", "x")):
        command = notice.model_copy(update={"key": key, "step": step, "case_id": case_id})
        messages.intend(book.conn, command, "p1", None, AT.date(), AT)
    found = known(book, case_id, plan)
    assert [(each.key, each.state, each.on) for each in found.notices] == [
        (f"{case_id}/plan/1/{PLAN_REMINDER}/1/2005-07-02", "sending", AT.date())
    ]
    assert [(each.adjustment.key, each.state) for each in found.adjustments] == [
        ("a1/1/plan/1/block/1", AdjustmentState.WANTED)
    ]
    assert PLAN_REMINDER not in [each.step for each in messages.notices(book.conn, case_id)]


def test_current_minimum_payments_stand_beside_a_plan_for_the_arrears_only(book, case_id) -> None:
    book.oblige(date(2005, 6, 20))
    book.oblige(date(2005, 7, 20))
    plan = agree(book, case_id)
    assert known(book, case_id, plan).minimums == ()
    beside = known(book, case_id, plan.model_copy(update={"covers": PlanCovers.ARREARS})).minimums
    assert [each.due_on for each in beside] == [date(2005, 7, 20)]


def test_when_plans_of_an_account_were_signed(book, case_id) -> None:
    assert plans.signed_on(book.conn, "a1") == ()
    agree(book, case_id)
    assert plans.signed_on(book.conn, "a1") == (AT.date(),)


def test_no_statement_about_a_plan_reads_a_whole_table(book, case_id, statements_of) -> None:
    plan = agree(book, case_id)
    with statements_of(book.conn) as seen:
        known(book, case_id, plan)
        known(book, case_id, plan.model_copy(update={"covers": PlanCovers.ARREARS}))
        plans.versions(book.conn, case_id, 1)
        plans.signed_on(book.conn, "a1")
    assert seen.reading_whole_tables() == []
