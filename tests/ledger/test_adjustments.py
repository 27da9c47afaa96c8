"""Adjustments in the ledger: wanted once under a key, asked, and answered for good."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from domain.model.adjustments import Adjustment, AdjustmentKind, AdjustmentState
from domain.model.entries import AskAdjustment
from domain.model.errors import InputError
from ledger import adjustments, audit, keeping, keeping_plans, tasks
from ledger.keeping import Kept

AT = datetime.fromisoformat("2005-06-22T02:00:00+00:00")
HOUR = timedelta(hours=1)
KEY = "a1/1/plan/1/rate/1"
CONFIRMED, REFUSED = AdjustmentState.CONFIRMED, AdjustmentState.REFUSED


def rate(percent: str = "4.5", key: str = KEY) -> Adjustment:
    return Adjustment(key=key, kind=AdjustmentKind.RATE, percent=Decimal(percent), made_by="op-1")


@pytest.fixture
def case_id(book) -> str:
    return book.open_case(AT)[0].case_id


@pytest.fixture
def wanted(book, case_id):
    keeping.keep(book.conn, [AskAdjustment(adjustment=rate())], Kept(case_id, "a1", "p1", AT))
    return adjustments.get(book.conn, KEY)


def test_an_instruction_is_found_as_it_was_given(book, wanted, case_id) -> None:
    assert (wanted.adjustment, wanted.case_id, wanted.state) == (rate(), case_id, AdjustmentState.WANTED)
    money = Adjustment(key="a1/1/plan/1/reschedule/1", kind=AdjustmentKind.RESCHEDULE, amount=book.money(1000))
    adjustments.want(book.conn, money, case_id, "a1", AT)
    assert adjustments.get(book.conn, money.key).adjustment == money
    assert adjustments.get(book.conn, "nobody") is None


def test_what_was_given_to_nobody_is_replaced_and_what_was_given_stays(book, wanted, case_id) -> None:
    assert adjustments.want(book.conn, rate("3"), case_id, "a1", AT + HOUR)
    assert adjustments.get(book.conn, KEY).adjustment == rate("3")
    assert adjustments.mark_asked(book.conn, KEY, AT + HOUR)
    assert not adjustments.mark_asked(book.conn, KEY, AT + HOUR)
    assert not adjustments.want(book.conn, rate("2"), case_id, "a1", AT + HOUR)
    row = adjustments.get(book.conn, KEY)
    assert (row.adjustment, row.state, row.asked_at) == (rate("3"), AdjustmentState.ASKED, AT + HOUR)


@pytest.mark.parametrize("asked", [True, False])
def test_an_answer_is_kept_once_with_its_row_in_the_audit(book, wanted, case_id, asked) -> None:
    if asked:
        adjustments.mark_asked(book.conn, KEY, AT)
    for number in range(2):
        before = keeping_plans.answer_adjustment(book.conn, KEY, CONFIRMED, AT + HOUR, reference="C-9", by="op-2")
        assert (before is None) is (number == 1)
    row = adjustments.get(book.conn, KEY)
    assert (row.state, row.settled_at, row.reference) == (CONFIRMED, AT + HOUR, "C-9")
    said = [link.content for link in audit.rows(book.conn, case_id) if link.kind == "adjustment_answered"]
    assert [(each["state"], each["reference"], each["by"]) for each in said] == [("confirmed", "C-9", "op-2")]


def test_a_refusal_is_a_task_for_a_person(book, wanted) -> None:
    assert keeping_plans.refuse_adjustment(book.conn, KEY, AT + HOUR, "blocked-elsewhere", "op-2")
    assert not keeping_plans.refuse_adjustment(book.conn, KEY, AT + HOUR, "blocked-elsewhere", "op-2")
    (task,) = tasks.open_tasks(book.conn, 10)
    assert (task.kind, dict(task.detail)) == (
        "adjustment_refused",
        {"adjustment": KEY, "reason": "blocked-elsewhere"},
    )


@pytest.mark.parametrize(
    ("key", "state", "fault"),
    [
        ("nobody", CONFIRMED, "no adjustment nobody in the ledger"),
        (KEY, AdjustmentState.ASKED, "settled as confirmed or refused, not as asked"),
        (KEY, REFUSED, f"the adjustment {KEY} is confirmed already"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(book, wanted, key, state, fault) -> None:
    adjustments.settle(book.conn, KEY, CONFIRMED, AT)
    with pytest.raises(InputError, match=fault):
        adjustments.settle(book.conn, key, state, AT)


def test_free_text_is_no_reference(book, wanted) -> None:
    with pytest.raises(InputError):
        adjustments.settle(book.conn, KEY, CONFIRMED, AT, reference="done by Ms Canary")


def test_the_list_shows_what_waits_or_all_the_newest_first(book, wanted, case_id) -> None:
    adjustments.want(book.conn, rate(key="a1/1/plan/2/rate/1"), case_id, "a1", AT + HOUR)
    adjustments.settle(book.conn, KEY, CONFIRMED, AT)
    listed = {
        only: [row.adjustment.key for row in adjustments.listing(book.conn, 10, only_open=only)]
        for only in (True, False)
    }
    assert listed == {True: ["a1/1/plan/2/rate/1"], False: ["a1/1/plan/2/rate/1", KEY]}
    assert [each.adjustment.key for each in adjustments.of_plan(book.conn, case_id, "a1/1/plan/1")] == [KEY]
