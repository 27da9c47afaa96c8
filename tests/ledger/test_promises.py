"""Promises to pay in the ledger: kept once, judged forward, and paid by the money that has its value in time."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from domain.model.entries import GivePromise, JudgePromise
from domain.model.events import Answer
from domain.model.promise import JudgedPromise, Promise, PromiseState
from ledger import audit, keeping, messages, policies, promises, requests, reversals
from ledger.entries import EntryKind
from ledger.facts import read_facts
from ledger.keeping import Kept
from ledger.promises import Standing

MADE_AT = datetime.fromisoformat("2005-06-22T02:00:00+00:00")
"""Ten in the morning where the account is."""
MADE_ON, DUE_ON, GRACE_ENDS_ON, LATER = date(2005, 6, 22), date(2005, 6, 27), date(2005, 6, 29), date(2005, 7, 10)
LATER_AT = datetime.fromisoformat("2005-07-10T02:00:00+00:00")


def a_promise(book, promise_id: str = "p-1", made_at: datetime = MADE_AT, amount: str = "500") -> Promise:
    return Promise(
        id=promise_id,
        amount=book.money(amount),
        made_at=made_at,
        made_on=MADE_ON,
        due_on=DUE_ON,
        grace_ends_on=GRACE_ENDS_ON,
    )


def judged(book, state: PromiseState, paid: str = "0", promise_id: str = "p-1") -> JudgedPromise:
    return JudgedPromise(
        promise=a_promise(book, promise_id),
        state=state,
        paid=book.money(paid),
        judged_at=LATER_AT,
        resumes_on=date(2005, 6, 30),
    )


@pytest.fixture
def case_id(book) -> str:
    row, _ = book.open_case(MADE_AT)
    return row.case_id


def give(book, case_id: str, promise: Promise, *, accepted: bool = True, step_no: int = 1) -> None:
    about = Kept(case_id, "a1", "p1", promise.made_at)
    keeping.keep(book.conn, [GivePromise(promise=promise, by="op-1")], about)
    answer = Answer(id=promise.id, accepted=accepted, text="")
    requests.store(book.conn, case_id, step_no, [answer], promise.made_at)


def judge(book, case_id: str, found: JudgedPromise) -> None:
    keeping.keep(book.conn, [JudgePromise(judged=found)], Kept(case_id, "a1", "p1", LATER_AT))


def told(book, case_id: str) -> list[tuple[str, dict]]:
    return [(row.kind, dict(row.content)) for row in audit.rows(book.conn, case_id) if row.kind.startswith("promise")]


def test_a_promise_is_kept_once_with_its_row_in_the_audit(book, case_id) -> None:
    for _ in range(2):
        give(book, case_id, a_promise(book))
    assert promises.standing(book.conn, case_id, 1) == Standing(active=a_promise(book), made=1)
    days = {"due_on": "2005-06-27", "grace_ends_on": "2005-06-29"}
    assert told(book, case_id) == [
        ("promise_made", {"promise": "p-1", "amount": "500.00 TWD", **days, "by": "op-1"}),
    ]


def test_what_became_of_it_is_told_once_for_each_state(book, case_id) -> None:
    give(book, case_id, a_promise(book))
    for state, paid in (
        (PromiseState.BROKEN, "0"),
        (PromiseState.BROKEN, "0"),
        (PromiseState.MENDED, "500"),
        (PromiseState.PARTLY_KEPT, "100"),
    ):
        judge(book, case_id, judged(book, state, paid))
    found = promises.standing(book.conn, case_id, 1)
    assert found == Standing(judged=judged(book, PromiseState.PARTLY_KEPT, "100"), made=1)
    assert [body["state"] for kind, body in told(book, case_id) if kind == "promise_judged"] == [
        "broken",
        "mended",
        "partly_kept",
    ]
    assert told(book, case_id)[-1][1]["paid"] == "100.00 TWD"


def test_a_case_has_its_promises_and_counters_back(book, case_id) -> None:
    for number, state in enumerate((PromiseState.BROKEN, PromiseState.BROKEN, PromiseState.KEPT), start=1):
        made_at = MADE_AT.replace(minute=number)
        give(book, case_id, a_promise(book, f"p-{number}", made_at), step_no=number)
        judge(book, case_id, judged(book, state, promise_id=f"p-{number}"))
    give(book, case_id, a_promise(book, "p-4", MADE_AT.replace(minute=9)), step_no=4)
    found = promises.standing(book.conn, case_id, 4)
    assert (found.made, found.broken) == (4, 2)
    assert found.active is not None
    assert found.judged is not None
    assert (found.active.id, found.judged.promise.id) == ("p-4", "p-3")


@pytest.mark.parametrize(("accepted", "step_no"), [(False, 1), (True, 2)])
def test_a_promise_of_a_step_that_the_case_never_adopted_is_none(book, case_id, accepted, step_no) -> None:
    give(book, case_id, a_promise(book), accepted=accepted, step_no=step_no)
    assert promises.standing(book.conn, case_id, 1) == Standing()


@pytest.mark.parametrize(
    ("value_on", "recorded_at", "counts"),
    [
        (MADE_ON, "2005-06-22T01:59:00", False),
        (MADE_ON, "2005-06-22T02:00:00", False),
        (MADE_ON, "2005-06-22T02:00:01", True),
        (date(2005, 6, 21), "2005-06-23T00:00:00", False),
        (DUE_ON, "2005-06-27T00:00:00", True),
        (GRACE_ENDS_ON, "2005-07-09T00:00:00", True),
        (date(2005, 6, 30), "2005-06-30T00:00:00", False),
        (DUE_ON, "2005-07-10T02:00:01", False),
    ],
)
def test_money_counts_by_its_value_date_and_when_it_was_posted(book, value_on, recorded_at, counts) -> None:
    book.post("pay-1", value_on, -300, recorded_at=datetime.fromisoformat(f"{recorded_at}+00:00"))
    (found,) = promises.paid(book.conn, "a1", (a_promise(book),), LATER, LATER_AT)
    assert (found.promise_id, found.paid) == ("p-1", book.money("300" if counts else "0"))


def test_what_has_its_value_only_later_is_not_paid_yet(book) -> None:
    book.post("pay-1", DUE_ON, -300, recorded_at=MADE_AT.replace(hour=5))
    assert promises.paid(book.conn, "a1", (a_promise(book),), date(2005, 6, 26), LATER_AT)[0].paid == book.money("0")


def test_only_payments_count(book) -> None:
    book.post("credit-1", DUE_ON, -300, EntryKind.CREDIT)
    book.post("fee-1", DUE_ON, 20, EntryKind.FEE)
    assert promises.paid(book.conn, "a1", (a_promise(book),), LATER, LATER_AT)[0].paid == book.money("0")


@pytest.mark.parametrize("value_on", [DUE_ON, date(2005, 7, 9), date(2005, 7, 20)])
def test_a_payment_that_is_taken_back_counts_no_more_whatever_the_value_date_of_that(book, value_on) -> None:
    book.post("pay-1", DUE_ON, -300)
    book.post("pay-2", DUE_ON, -100)
    known_at = datetime.fromisoformat("2005-07-09T00:00:00+00:00")
    reversals.reverse(book.conn, "pay-1", by="back-1", value_on=value_on, recorded_at=known_at)
    before = known_at.replace(day=8)
    paid = [promises.paid(book.conn, "a1", (a_promise(book),), LATER, at)[0].paid for at in (before, LATER_AT)]
    assert paid == [book.money("400"), book.money("100")]


def test_two_promises_are_read_in_one_statement_by_an_index_and_none_in_none(book, statements_of) -> None:
    second = a_promise(book, "p-2").model_copy(update={"made_on": LATER, "grace_ends_on": LATER, "made_at": LATER_AT})
    book.post("pay-1", DUE_ON, -300)
    with statements_of(book.conn) as statements:
        found = promises.paid(book.conn, "a1", (second, a_promise(book)), LATER, LATER_AT)
        assert promises.paid(book.conn, "a1", (), LATER, LATER_AT) == ()
    assert [(each.promise_id, each.paid.minor) for each in found] == [("p-2", 0), ("p-1", 30000)]
    assert len(statements) == 1
    assert statements.reading_whole_tables() == []


def test_a_decision_reads_what_was_paid_on_the_promises_that_it_knows(book) -> None:
    row, _ = book.open_case(MADE_AT)
    book.post("pay-1", DUE_ON, -300)
    before = book.case_of(row)
    knowing = book.case_of(row, promise=a_promise(book, "p-2"), promise_judged=judged(book, PromiseState.BROKEN))
    assert read_facts(book.conn, before, LATER_AT).promises_paid == ()
    found = read_facts(book.conn, knowing, LATER_AT).promises_paid
    assert [(each.promise_id, each.paid) for each in found] == [("p-2", book.money(300)), ("p-1", book.money(300))]


def test_the_reminder_of_a_promise_is_no_notice_of_the_ladder(book, notice) -> None:
    reminder = notice.model_copy(update={"key": "k", "step": "promise-reminder", "notice": "promise-reminder"})
    for command in (notice, reminder):
        messages.intend(book.conn, command, "p1", None, DUE_ON, MADE_AT)
    assert [each.step for each in messages.notices(book.conn, notice.case_id)] == ["first"]


def test_a_strategy_without_promises_keeps_the_digest_that_it_had_before_there_were_any(book, strategy) -> None:
    assert policies.publish_strategy(book.conn, strategy, MADE_AT).digest == "8074b8ecb0469c72"
