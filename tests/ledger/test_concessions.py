"""Concessions: what counts for them, what was asked of the card system, and only what the case adopted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.model.adjustments import Adjustment, AdjustmentKind, AdjustmentState
from domain.model.component import Component
from domain.model.concessions import Concession
from domain.model.entries import AskAdjustment, KeepConcession
from domain.model.events import Answer
from ledger import audit, concessions, keeping, requests, reversals
from ledger.kept import Kept
from ledger.tables import cases
from tests.ledger.conftest import instant

AT = instant("2005-06-23T01:00:00")
TODAY, HOUR = date(2005, 6, 23), timedelta(hours=1)
LATER = AT + timedelta(days=60)


def granted(book, **more: object) -> KeepConcession:
    said = {
        "id": "a1/1/concession/o-1",
        "parts": {Component.FEE: book.money(20), Component.PRINCIPAL: book.money(30)},
        "needed": book.money(500),
        "since": AT,
        "since_on": TODAY,
        "until": TODAY + timedelta(days=12),
        "settles": True,
        "made_by": "agent-1",
        "checked_by": "lead-1",
        **more,
    }
    return KeepConcession(concession=Concession(**said), request_id="o-1")


def keep(book, *entries, at=AT) -> None:
    keeping.keep(book.conn, entries, Kept("a1/1", "a1", "p1", at))


@pytest.fixture
def book_of_one(book):
    book.oblige(date(2005, 6, 15), 1000)
    book.open_case(AT)
    keep(book, granted(book))
    answered(book)
    return book


def answered(book, accepted: bool = True, step_no: int = 1) -> None:
    requests.store(book.conn, "a1/1", step_no, [Answer(id="o-1", accepted=accepted, text="yes")], AT)
    book.conn.execute(cases.update().values(step_no=1))


def known(book, at=LATER, day=date(2005, 8, 1)):
    return concessions.known(book.conn, "a1", day, at)


def test_it_is_known_as_it_was_granted_with_its_row_in_the_audit(book_of_one) -> None:
    (found,) = known(book_of_one)
    assert found.concession == granted(book_of_one).concession
    assert (found.paid.minor, found.adjustments, found.is_given) == (0, (), False)
    keep(book_of_one, granted(book_of_one))
    (row,) = [each for each in audit.rows(book_of_one.conn, "a1/1") if each.kind == "concession_granted"]
    assert (row.content["parts"], row.content["needed"]) == (
        {"fee": "20.00 TWD", "principal": "30.00 TWD"},
        "500.00 TWD",
    )
    assert concessions.are_there(book_of_one.conn, "a1/1")


def test_an_account_without_any_costs_one_look(book, statements_of) -> None:
    book.open_case(AT)
    with statements_of(book.conn) as statements:
        assert known(book) == ()
    assert (len(statements), concessions.are_there(book.conn, "a1/1")) == (1, False)


@pytest.mark.parametrize(("accepted", "step_no"), [(False, 1), (True, 2)], ids=["refused", "never adopted"])
def test_what_the_case_never_adopted_is_none(book, accepted, step_no) -> None:
    book.open_case(AT)
    keep(book, granted(book))
    answered(book, accepted, step_no)
    assert known(book) == ()


def test_of_several_runs_of_the_step_the_last_counts(book_of_one) -> None:
    keep(book_of_one, granted(book_of_one, since=AT + HOUR, needed=book_of_one.money(400)))
    assert [each.concession.needed for each in known(book_of_one)] == [book_of_one.money(400)]


def test_money_counts_by_value_date_once_it_was_granted(book_of_one) -> None:
    book = book_of_one
    book.post("before", TODAY, -100, recorded_at=AT - HOUR)
    book.post("earlier value", TODAY - timedelta(days=1), -100, recorded_at=AT + HOUR)
    book.post("first", TODAY, -200, recorded_at=AT + HOUR)
    book.post("last", TODAY + timedelta(days=12), -300, recorded_at=AT + 300 * HOUR)
    book.post("too late", TODAY + timedelta(days=13), -400, recorded_at=AT + 320 * HOUR)
    assert [each.paid for each in known(book)] == [book.money(500)]
    assert [each.paid for each in known(book, at=AT + 2 * HOUR)] == [book.money(200)]


def test_what_was_taken_back_since_it_was_given_is_told(book_of_one) -> None:
    book, key = book_of_one, "a1/1/concession/o-1/waive/1"
    book.post("early", TODAY, -500, recorded_at=AT + HOUR)
    book.post("other", TODAY, -100, recorded_at=AT + HOUR)
    reversals.reverse(book.conn, "other", by="other/back", value_on=TODAY, recorded_at=AT + 2 * HOUR)
    parts = {Component.FEE: book.money(20)}
    waive = Adjustment(key=key, kind=AdjustmentKind.WAIVE, amount=book.money(20), parts=parts, undoes="x")
    keep(book, AskAdjustment(adjustment=waive), at=AT + 3 * HOUR)
    (found,) = known(book)
    assert (found.paid, found.returned.minor, found.is_given, found.is_confirmed) == (book.money(500), 0, True, False)
    assert found.adjustments[0].adjustment == waive
    assert found.adjustments[0].state is AdjustmentState.WANTED
    reversals.reverse(book.conn, "early", by="early/back", value_on=TODAY, recorded_at=AT + 4 * HOUR)
    (found,) = known(book)
    assert (found.paid.minor, found.returned) == (0, book.money(500))
