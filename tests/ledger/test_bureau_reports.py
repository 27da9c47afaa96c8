"""Reports to a credit bureau in the ledger: wanted once under a key, tried, and ended for good."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.model.bureau import BUREAU_NOTICE, BureauReport, ReportKind, ReportState, ReportStatus
from domain.model.commands import SendNotice
from domain.model.entries import AddTask, AskReport
from domain.model.errors import InputError
from domain.model.facts import MessageState
from domain.model.strategy import Channel
from ledger import audit, bureau_reports, keeping, keeping_bureau, messages, report, tasks
from ledger.keeping import Kept

AT = datetime.fromisoformat("2005-06-22T02:00:00+00:00")
HOUR = timedelta(hours=1)
ZONE = "Asia/Taipei"
KEY = "a1/1/bureau/negative/1"
CONFIRMED, REFUSED, DROPPED = ReportState.CONFIRMED, ReportState.REFUSED, ReportState.DROPPED


def negative(book, amount: int = 500, key: str = KEY) -> BureauReport:
    return BureauReport(
        key=key,
        kind=ReportKind.NEGATIVE,
        status=ReportStatus.PAST_DUE,
        past_due=book.money(amount),
        oldest_due_on=date(2005, 4, 22),
        days_past_due=61,
    )


@pytest.fixture
def case_id(book) -> str:
    return book.open_case(AT)[0].case_id


@pytest.fixture
def wanted(book, case_id):
    task = AddTask(task_id=f"bureau_report/{KEY}", task="bureau_report", detail={"report": KEY})
    keeping.keep(book.conn, [AskReport(report=negative(book)), task], Kept(case_id, "a1", "p1", AT))
    return bureau_reports.get(book.conn, KEY)


def kinds(book, case_id: str) -> list[str]:
    return [link.kind for link in audit.rows(book.conn, case_id) if link.kind.startswith("bureau_")]


def test_a_report_is_found_as_it_was_wanted(book, wanted, case_id) -> None:
    assert (wanted.report, wanted.case_id, wanted.state) == (negative(book), case_id, ReportState.WANTED)
    corrected = negative(book).model_copy(
        update={"key": "a1/1/bureau/correction/d-1", "kind": ReportKind.CORRECTION, "dispute": "d-1"}
    )
    bureau_reports.want(book.conn, corrected, case_id, "a1", AT + HOUR)
    assert [row.report for row in bureau_reports.of_case(book.conn, case_id)] == [negative(book), corrected]
    assert bureau_reports.get(book.conn, "nobody") is None
    assert kinds(book, case_id) == ["bureau_report_wanted"]


def test_what_was_given_to_nobody_is_replaced_and_what_may_be_known_stays(book, wanted, case_id) -> None:
    assert bureau_reports.want(book.conn, negative(book, 400), case_id, "a1", AT + HOUR)
    assert bureau_reports.get(book.conn, KEY).report == negative(book, 400)
    assert bureau_reports.mark_tried(book.conn, KEY, AT + HOUR)
    assert not bureau_reports.mark_tried(book.conn, KEY, AT + HOUR)
    assert not bureau_reports.want(book.conn, negative(book, 300), case_id, "a1", AT + HOUR)
    assert bureau_reports.mark_sent(book.conn, KEY, AT + HOUR)
    assert not bureau_reports.mark_sent(book.conn, KEY, AT + HOUR)
    row = bureau_reports.get(book.conn, KEY)
    assert (row.report, row.state, row.tried_at) == (negative(book, 400), ReportState.SENT, AT + HOUR)
    assert row.sent_at == AT + HOUR


def test_an_answer_is_kept_once_and_its_task_is_over(book, wanted, case_id) -> None:
    for number in range(2):
        before = keeping_bureau.end_report(book.conn, KEY, CONFIRMED, AT + HOUR, reference="B-9", by="op-2")
        assert (before is None) is bool(number)
    row = bureau_reports.get(book.conn, KEY)
    assert (row.state, row.reference, row.settled_at) == (CONFIRMED, "B-9", AT + HOUR)
    assert kinds(book, case_id) == ["bureau_report_wanted", "bureau_report_ended"]
    assert tasks.open_tasks(book.conn, 9) == ()


def test_a_refusal_is_a_task_of_its_own(book, wanted) -> None:
    assert keeping_bureau.end_report(book.conn, KEY, REFUSED, AT, reason="unknown-account", by="bureau") is not None
    (task,) = tasks.open_tasks(book.conn, 9)
    assert (task.kind, task.detail) == ("bureau_refused", {"report": KEY, "reason": "unknown-account"})


@pytest.mark.parametrize(
    ("key", "state", "why"),
    [
        ("nobody", CONFIRMED, "no report nobody in the ledger"),
        (KEY, ReportState.SENT, "settled as confirmed or refused, not as sent"),
        (KEY, REFUSED, f"the report {KEY} is confirmed already"),
    ],
)
def test_what_cannot_be_its_end_is_refused(book, wanted, key, state, why) -> None:
    bureau_reports.settle(book.conn, KEY, CONFIRMED, AT)
    with pytest.raises(InputError, match=why):
        bureau_reports.settle(book.conn, key, state, AT)


def test_a_reference_is_a_code(book, wanted) -> None:
    with pytest.raises(InputError, match="reference"):
        bureau_reports.settle(book.conn, KEY, CONFIRMED, AT, reference="told Ms Canary")


def test_the_list_names_what_is_open_or_all(book, wanted, case_id) -> None:
    bureau_reports.want(book.conn, negative(book, key="a1/1/bureau/negative/2"), case_id, "a1", AT + HOUR)
    bureau_reports.settle(book.conn, KEY, DROPPED, AT, reason="paid")
    names = {only: len(bureau_reports.listing(book.conn, 10, only_open=only)) for only in (True, False)}
    assert names == {True: 1, False: 2}
    assert len(bureau_reports.listing(book.conn, 1, only_open=False)) == 1


def test_a_decision_knows_reports_and_notices_of_its_case(book, wanted, case_id) -> None:
    known = bureau_reports.known(book.conn, case_id, ZONE)
    assert [(each.report.key, each.state, each.wanted_on) for each in known.reports] == [
        (KEY, ReportState.WANTED, AT.date())
    ]
    assert known.notices == ()
    assert bureau_reports.known(book.conn, "other/1", ZONE).reports == ()


@pytest.mark.parametrize(("hours", "on"), [(None, date(2005, 6, 22)), (14, date(2005, 6, 23)), (13, date(2005, 6, 22))])
def test_a_notice_is_of_the_local_day_of_its_receipt(book, case_id, hours, on) -> None:
    command = SendNotice(
        key=f"{case_id}/bureau-notice/1/2005-04-22/1",
        case_id=case_id,
        account_id="a1",
        step=BUREAU_NOTICE,
        notice=BUREAU_NOTICE,
        attempt=1,
        channel=Channel.FILE,
        as_of=AT,
        oldest_due_on=date(2005, 4, 22),
        past_due=book.money(500),
    )
    messages.intend(book.conn, command, "p1", None, AT.date(), AT)
    if hours is not None:
        messages.settle(book.conn, command.key, MessageState.SENT, AT + hours * HOUR)
    (notice,) = bureau_reports.known(book.conn, case_id, ZONE).notices
    assert (notice.key, notice.on) == (command.key, on)
    assert messages.notices(book.conn, case_id) == (), "it is none of the ladder"


def test_what_nobody_has_been_given_is_no_rest(book, wanted) -> None:
    before = report.standing(book.conn).at_rest
    keeping_bureau.end_report(book.conn, KEY, CONFIRMED, AT)
    assert report.standing(book.conn).at_rest >= before


@pytest.mark.parametrize(
    ("first", "change"),
    [
        ("wanted", "DELETE FROM bureau_reports"),
        ("wanted", "UPDATE bureau_reports SET kind = 'update'"),
        ("wanted", "UPDATE bureau_reports SET account_id = 'a2'"),
        ("tried", "UPDATE bureau_reports SET past_due_minor = 1"),
        ("tried", "UPDATE bureau_reports SET tried_at = NULL"),
        ("sent", "UPDATE bureau_reports SET state = 'wanted'"),
        ("sent", "UPDATE bureau_reports SET status = 'cured'"),
        ("confirmed", "UPDATE bureau_reports SET state = 'refused'"),
        ("confirmed", "UPDATE bureau_reports SET reference = 'other'"),
    ],
)
def test_what_a_bureau_may_have_is_not_changed_by_hand(book, wanted, first, change) -> None:
    if first != "wanted":
        bureau_reports.mark_tried(book.conn, KEY, AT)
    if first in ("sent", "confirmed"):
        bureau_reports.mark_sent(book.conn, KEY, AT)
    if first == "confirmed":
        bureau_reports.settle(book.conn, KEY, CONFIRMED, AT)
    with pytest.raises(DBAPIError, match="append-only"), book.conn.begin_nested():
        book.conn.execute(text(change))
