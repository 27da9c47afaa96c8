"""The list of cases: newest first, of one stage or of all, never more than asked for."""

from datetime import UTC, datetime

from domain.model.case import Closure, Outcome, Stage
from domain.model.contact import Purpose
from domain.model.facts import MessageState
from domain.model.strategy import Channel
from ledger import accounts, cases, messages
from ledger.accounts import ContactPoint
from ledger.listing import newest_cases

FIRST, SECOND = datetime(2005, 6, 21, 1, tzinfo=UTC), datetime(2005, 8, 21, 1, tzinfo=UTC)


def test_cases_are_listed_newest_first_and_by_stage(book) -> None:
    row, _ = book.open_case(FIRST)
    closure = Closure(case_id=row.case_id, outcome=Outcome.CURED, closed_at=FIRST, days_past_due=6, notices=2)
    cases.update_from(book.conn, book.case_of(row, stage=Stage.CLOSED, step_no=4, closure=closure))
    book.open_case(SECOND)
    listed = newest_cases(book.conn, limit=10)
    assert [(one.case_id, one.stage, one.outcome) for one in listed] == [
        ("a1/2", Stage.WAITING, None),
        ("a1/1", Stage.CLOSED, Outcome.CURED),
    ]
    assert (listed[0].opened_at, listed[1].closed_at, listed[1].notices_sent) == (SECOND, FIRST, 0)
    assert [one.case_id for one in newest_cases(book.conn, limit=1)] == ["a1/2"]
    assert [one.case_id for one in newest_cases(book.conn, limit=10, stage=Stage.CLOSED)] == ["a1/1"]


def test_only_notices_that_left_count_as_sent(book, notice) -> None:
    accounts.add_contact_point(book.conn, ContactPoint("c1", "p1", Channel.FILE, "outbox"))
    messages.intend(book.conn, notice, "p1", "c1", FIRST.date(), FIRST)
    assert newest_cases(book.conn, limit=1)[0].notices_sent == 0
    messages.settle(book.conn, notice.key, MessageState.SENT, SECOND)
    assert newest_cases(book.conn, limit=1)[0].notices_sent == 1


def test_the_confirmation_of_an_opt_out_does_not_count_as_a_notice(book, notice) -> None:
    confirmation = notice.model_copy(update={"key": "opt-out/said-1", "purpose": Purpose.CONFIRM_OPT_OUT})
    messages.intend(book.conn, confirmation, "p1", None, FIRST.date(), FIRST)
    messages.settle(book.conn, confirmation.key, MessageState.SENT, SECOND)
    assert newest_cases(book.conn, limit=1)[0].notices_sent == 0
