"""What the ledger has of an account that may be re-aged, as known at an instant."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from domain.model.adjustments import Adjustment, AdjustmentKind, AdjustmentState
from domain.model.money import Money
from domain.model.re_age import MetOn, PaidOn, ReAgeFacts, ReAgeState
from ledger import adjustments, meetings, re_age_facts, reversals, statements
from ledger.entries import EntryKind
from ledger.statements import Statement
from tests.ledger.conftest import instant, midnight
from tests.ledger.re_age_of_one import re_age

DAY = date(2005, 6, 23)
AT = instant("2005-06-23T04:00:00")
MAY, JUNE = date(2005, 5, 20), date(2005, 6, 20)
KEY = "a1/1/re-age/r-1"


def known(book, made=None, day: date = DAY, at: datetime = AT) -> ReAgeFacts:
    return re_age_facts.known(book.conn, book.account, "a1/1", made, day, at)


def twd(amount: int) -> Money:
    return Money.of_minor(amount * 100, "TWD")


def test_of_an_account_without_a_trace_nothing_is_known(book) -> None:
    assert known(book) == ReAgeFacts()


def test_it_exists_since_the_first_trace_of_it(book) -> None:
    book.oblige(MAY)
    assert known(book).opened_on == date(2005, 5, 1)
    book.post("opening", date(2005, 2, 9), 5_000, EntryKind.OPENING)
    assert known(book).opened_on == date(2005, 2, 9)
    statements.add(book.conn, "a1", Statement(date(2005, 1, 31), twd(100)))
    assert known(book).opened_on == date(2005, 1, 31)
    assert known(book, at=midnight(date(2005, 1, 1))).opened_on == date(2005, 1, 31)
    assert known(book, day=date(2005, 1, 1), at=midnight(date(2005, 1, 1))).opened_on is None


def test_minimum_payments_with_how_they_were_met(book) -> None:
    book.oblige(MAY, 1_000)
    book.oblige(JUNE, 400)
    book.oblige(DAY, 300)
    book.pay("p-1", date(2005, 6, 1), {MAY: 600})
    reversals.reverse(book.conn, "p-1", by="b-1", value_on=date(2005, 6, 1), recorded_at=midnight(date(2005, 6, 3)))
    meetings.clear_by_status(book.conn, "a1", MAY, value_on=JUNE, recorded_at=midnight(JUNE))
    may, june = known(book).billed
    assert (may.due_on, may.minimum, june.due_on, june.met) == (MAY, twd(1_000), JUNE, ())
    first = date(2005, 6, 1)
    assert may.met == (
        MetOn(on=first, amount=twd(600)),
        MetOn(on=first, amount=twd(-600)),
        MetOn(on=JUNE, amount=twd(1_000)),
    )
    before = known(book, day=date(2005, 6, 2), at=midnight(date(2005, 6, 2)))
    assert [each.met for each in before.billed] == [(MetOn(on=first, amount=twd(600)),)]


def test_payments_that_nobody_took_back_and_no_other_credit(book) -> None:
    book.oblige(MAY)
    book.pay("p-1", date(2005, 6, 1), {MAY: 200})
    book.pay("p-2", date(2005, 6, 2), {MAY: 300})
    book.post("c-1", date(2005, 6, 3), -50, EntryKind.CREDIT)
    book.post("late", date(2005, 6, 4), -70, recorded_at=AT + timedelta(minutes=1))
    reversals.reverse(book.conn, "p-1", by="b-1", value_on=date(2005, 6, 1), recorded_at=AT)
    assert known(book).payments == (PaidOn(on=date(2005, 6, 2), amount=twd(300)),)


def asked(book, key: str, state: AdjustmentState, at: datetime = AT, kind=AdjustmentKind.RE_AGE) -> None:
    adjustments.want(book.conn, Adjustment(key=key, kind=kind), "a1/1", "a1", at)
    if state is AdjustmentState.ASKED:
        adjustments.mark_asked(book.conn, key, at)
    elif state is not AdjustmentState.WANTED:
        adjustments.settle(book.conn, key, state, at)


def test_confirmed_re_ages_count_by_the_local_day_also_when_they_were_undone(book) -> None:
    book.open_case(AT)
    asked(book, "k/1", AdjustmentState.CONFIRMED, instant("2005-01-31T16:30:00"))
    asked(book, "k/2", AdjustmentState.REFUSED)
    asked(book, "k/3", AdjustmentState.WANTED)
    asked(book, "k/4", AdjustmentState.ASKED)
    asked(book, "k/5", AdjustmentState.CONFIRMED, kind=AdjustmentKind.WAIVE)
    asked(book, "k/6", AdjustmentState.ASKED, kind=AdjustmentKind.REINSTATE)
    found = known(book)
    assert (found.re_aged_on, found.unanswered) == ((date(2005, 2, 1),), ("k/4",))
    assert (found.adjustments, found.still_paid, found.answer) == ((), None, None)


def test_what_was_asked_for_the_case_s_own_is_told_apart(book) -> None:
    book.open_case(AT)
    asked(book, f"{KEY}/re_age/1", AdjustmentState.ASKED)
    found = known(book, re_age())
    assert [each.adjustment.key for each in found.adjustments] == [f"{KEY}/re_age/1"]
    assert (found.answer, found.unanswered, found.still_paid) == (AdjustmentState.ASKED, (), None)
    assert known(book, re_age("r-2")).unanswered == (f"{KEY}/re_age/1",)


@pytest.fixture
def paid(book):
    """Two that counted when it was approved; one before the stretch, one of a value date ahead, one that came later."""
    book.oblige(MAY, 2_000)
    for name, on, amount, at in (
        ("before", date(2005, 1, 20), 10, midnight(date(2005, 1, 20))),
        ("first", date(2005, 1, 21), 100, midnight(date(2005, 1, 21))),
        ("second", date(2005, 6, 22), 200, AT - timedelta(hours=1)),
        ("ahead", date(2005, 6, 24), 800, AT - timedelta(hours=1)),
        ("later", date(2005, 6, 22), 400, AT + timedelta(hours=1)),
    ):
        book.post(name, on, -amount, recorded_at=at)
    return re_age(state=ReAgeState.APPROVED, approved_by="lead-2", approved_at=AT)


def test_what_it_rests_on_is_what_was_known_when_it_was_approved(book, paid) -> None:
    afterwards = AT + timedelta(days=2)
    assert known(book, paid, date(2005, 6, 25), afterwards).still_paid == twd(300)
    reversals.reverse(book.conn, "first", by="b-1", value_on=date(2005, 1, 21), recorded_at=AT + timedelta(hours=2))
    assert known(book, paid, at=AT + timedelta(hours=1)).still_paid == twd(300)
    assert known(book, paid, date(2005, 6, 25), afterwards).still_paid == twd(200)
