"""Cases: one open case an account, whoever asks and however often."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain.model.case import Closure, LadderView, Next, Outcome, Stage
from domain.model.errors import InputError
from domain.model.facts import Arrears, EpisodeEnd
from ledger import audit, cases
from ledger.reversals import reverse

JUNE = date(2005, 6, 20)
PAID_ON = date(2005, 6, 26)
OPENED_AT = datetime(2005, 6, 21, 1, tzinfo=UTC)
CLOSED_AT = datetime(2005, 6, 26, 1, tzinfo=UTC)
RETURNED_AT = datetime(2005, 6, 29, 4, tzinfo=UTC)


def close(book, row, outcome: Outcome = Outcome.CURED, at: datetime = CLOSED_AT) -> None:
    closure = Closure(case_id=row.case_id, outcome=outcome, closed_at=at, days_past_due=6, notices=2)
    cases.update_from(book.conn, book.case_of(row, stage=Stage.CLOSED, step_no=4, closure=closure))


@pytest.fixture
def cured(book):
    """An episode that a payment ended."""
    book.oblige(JUNE)
    row, _ = book.open_case(OPENED_AT)
    book.pay("p-1", PAID_ON, {JUNE: 1000})
    close(book, row)
    return book


def test_the_first_case_of_an_account_is_its_first_episode(book) -> None:
    row, created = book.open_case(OPENED_AT)
    strategy, rules = book.publish()
    assert created
    assert (row.case_id, row.episode_no, row.stage, row.opened_at) == ("a1/1", 1, Stage.WAITING, OPENED_AT)
    assert (row.strategy, row.rules) == (strategy, rules)
    assert (row.wake_at, row.closed_at, row.outcome, row.step_no, row.notices) == (None, None, None, 0, 0)


def test_an_open_case_is_not_opened_again(book) -> None:
    row, _ = book.open_case(OPENED_AT)
    assert book.open_case(OPENED_AT + timedelta(days=1)) == (row, False)
    assert cases.open_row(book.conn, "a1") == row == cases.get(book.conn, "a1/1")


def test_an_account_that_is_not_there_has_no_case(book) -> None:
    assert cases.open_row(book.conn, "nobody") is None
    assert cases.get(book.conn, "nobody/1") is None
    with pytest.raises(InputError, match="no account nobody in the ledger"):
        cases.open_case(book.conn, "nobody", *book.publish(), OPENED_AT)


def test_the_database_itself_refuses_a_second_open_case(book) -> None:
    book.open_case(OPENED_AT)
    second = text(
        "INSERT INTO cases SELECT 'a1/2', account_id, 2, strategy_name, strategy_version, strategy_digest, rules_name, "
        "rules_version, rules_digest, opened_at, stage, wake_at, oldest_due_on, past_due_minor, step_no, as_of, "
        "closed_at, outcome, days_past_due, notices FROM cases"
    )
    with pytest.raises(IntegrityError), book.conn.begin_nested():
        book.conn.execute(second)


def test_a_step_is_written_into_the_case(book) -> None:
    row, _ = book.open_case(OPENED_AT)
    wake_at = datetime(2005, 6, 23, 1, tzinfo=UTC)
    arrears = Arrears(oldest_due_on=JUNE, past_due=book.money(1000), days_past_due=1, treatment_days=1, bucket="1+")
    case = book.case_of(
        row,
        stage=Stage.REMINDING,
        step_no=1,
        arrears=arrears,
        ladder=LadderView(total_given=3),
        next=Next(wake_at=wake_at, what="reminds", why="three days past due"),
    )
    cases.update_from(book.conn, case)
    written = cases.get(book.conn, "a1/1")
    assert written is not None
    assert (written.stage, written.step_no, written.wake_at) == (Stage.REMINDING, 1, wake_at)
    assert (written.oldest_due_on, written.past_due_minor, written.days_past_due) == (JUNE, 100_000, 1)
    assert (written.notices, written.closed_at, written.outcome) == (3, None, None)


def test_a_step_of_a_case_that_is_not_there_is_refused(book) -> None:
    row, _ = book.open_case(OPENED_AT)
    with pytest.raises(InputError, match="no case a1/9 in the ledger"):
        cases.update_from(book.conn, book.case_of(row).model_copy(update={"case_id": "a1/9"}))


def test_a_new_delinquency_is_a_new_episode(cured) -> None:
    cured.oblige(date(2005, 7, 20))
    row, created = cured.open_case(datetime(2005, 7, 21, 1, tzinfo=UTC))
    assert (row.case_id, row.episode_no, created) == ("a1/2", 2, True)
    first, second = cases.episodes(cured.conn, "a1")
    assert (first.closed_at, first.outcome, first.days_past_due, first.notices) == (CLOSED_AT, Outcome.CURED, 6, 2)
    assert second == row


def test_a_cure_that_was_undone_goes_on_as_the_same_episode(cured) -> None:
    reverse(cured.conn, "p-1", by="r-1", value_on=PAID_ON, recorded_at=RETURNED_AT)
    row, created = cured.open_case(RETURNED_AT)
    assert (row.case_id, row.closed_at, row.outcome, row.stage, created) == ("a1/1", None, None, Stage.WAITING, True)
    assert [(r.kind, r.at, r.content) for r in audit.rows(cured.conn, "a1/1")] == [
        ("episode_resumed", RETURNED_AT, {"outcome_undone": "cured"})
    ]
    assert cured.open_case(RETURNED_AT) == (row, False)


def test_a_payment_returned_with_a_later_value_date_begins_a_new_episode(cured) -> None:
    reverse(cured.conn, "p-1", by="r-1", value_on=date(2005, 6, 29), recorded_at=RETURNED_AT)
    assert cured.open_case(RETURNED_AT)[0].case_id == "a1/2"


@pytest.mark.parametrize(("back_at", "case_id"), [(RETURNED_AT, "a1/1"), (CLOSED_AT, "a1/2")])
def test_a_re_age_whose_payment_is_returned_goes_on_whatever_the_value_date(book, back_at, case_id) -> None:
    """Only what was not known when it ended: that the episode had seen."""
    book.oblige(JUNE)
    row, _ = book.open_case(OPENED_AT)
    book.pay("p-1", PAID_ON, {JUNE: 1000})
    reverse(book.conn, "p-1", by="r-1", value_on=date(2005, 6, 29), recorded_at=back_at)
    close(book, row, Outcome.RE_AGED)
    assert book.open_case(RETURNED_AT)[0].case_id == case_id


def test_a_cure_is_not_undone_before_the_return_is_known(cured) -> None:
    reverse(cured.conn, "p-1", by="r-1", value_on=PAID_ON, recorded_at=RETURNED_AT)
    assert cured.open_case(RETURNED_AT - timedelta(seconds=1))[0].case_id == "a1/2"


def test_a_withdrawn_case_is_never_resumed(book) -> None:
    row, _ = book.open_case(OPENED_AT)
    close(book, row, Outcome.WITHDRAWN)
    book.oblige(JUNE)
    assert book.open_case(datetime(2005, 7, 1, tzinfo=UTC))[0].case_id == "a1/2"


def test_what_the_rules_tolerated_at_the_closing_undoes_nothing(book) -> None:
    book.oblige(JUNE)
    row, _ = book.open_case(OPENED_AT)
    book.pay("p-1", PAID_ON, {JUNE: 995})
    close(book, row)
    assert book.open_case(RETURNED_AT)[0].case_id == "a1/2"


def test_a_step_that_a_newer_one_has_outrun_changes_nothing(book) -> None:
    row, _ = book.open_case(OPENED_AT)
    first = book.case_of(row, step_no=1)
    second = first.model_copy(update={"step_no": 2, "as_of": OPENED_AT + timedelta(days=1), "stage": Stage.REMINDING})
    cases.update_from(book.conn, first)
    cases.update_from(book.conn, second)
    written = cases.get(book.conn, "a1/1")
    for late in (first, second.model_copy(update={"step_no": 1}), second.model_copy(update={"as_of": OPENED_AT})):
        with pytest.raises(cases.StepOutrun, match="of case a1/1 came after a newer one"):
            cases.update_from(book.conn, late)
    assert cases.get(book.conn, "a1/1") == written
    again = second.model_copy(update={"as_of": OPENED_AT + timedelta(days=2), "stage": Stage.WAITING})
    cases.update_from(book.conn, again)
    written = cases.get(book.conn, "a1/1")
    assert written is not None
    assert (written.stage, written.step_no, written.as_of) == (Stage.WAITING, 2, again.as_of)


def test_the_accounts_with_an_open_case_are_found_among_many(cured) -> None:
    assert cases.with_open_case(cured.conn, ["nobody", "a1"]) == []
    cured.oblige(date(2005, 7, 20))
    cured.open_case(datetime(2005, 7, 21, 1, tzinfo=UTC))
    assert cases.with_open_case(cured.conn, ["nobody", "a1"]) == ["a1"]
    assert cases.with_open_case(cured.conn, []) == []


def test_a_step_of_the_run_before_comes_too_late_for_an_episode_that_goes_on(cured) -> None:
    reverse(cured.conn, "p-1", by="r-1", value_on=PAID_ON, recorded_at=RETURNED_AT)
    row, _ = cured.open_case(RETURNED_AT)
    with pytest.raises(cases.StepOutrun):
        close(cured, row)
    again = cases.get(cured.conn, "a1/1")
    assert again is not None
    assert again.closed_at is None


def test_an_end_is_seen_by_steps_that_come_before_it_in_another_run(book) -> None:
    at = OPENED_AT
    row, _ = book.open_case(at)
    closure = Closure(case_id=row.case_id, outcome=Outcome.WITHDRAWN, closed_at=at, days_past_due=4, notices=1)
    cases.update_from(book.conn, book.case_of(row, step_no=2))
    assert cases.ended_beyond(book.conn, row.case_id, 1) is None
    cases.update_from(book.conn, book.case_of(row, step_no=3, closure=closure))
    end = EpisodeEnd(step_no=3, outcome="withdrawn", closed_at=at, days_past_due=4, notices=1)
    assert cases.ended_beyond(book.conn, row.case_id, 2) == end
    assert cases.ended_beyond(book.conn, row.case_id, 3) is None, "a step that runs again replaces its first run"


def test_a_case_whose_row_is_lost_is_taken_in_as_its_run_began_with_it(book) -> None:
    row, _ = book.open_case(OPENED_AT)
    begun = book.case_of(row, step_no=7)
    assert not cases.adopt(book.conn, begun), "it is there"
    second = begun.model_copy(update={"case_id": "a1/2", "episode_no": 2})
    assert not cases.adopt(book.conn, second), "the account has an open case"
    close(book, row)
    assert not cases.adopt(book.conn, begun), "it is over"
    assert cases.adopt(book.conn, second)
    there = cases.open_row(book.conn, "a1")
    assert there == replace(row, case_id="a1/2", episode_no=2), "the next step writes the rest"
    with pytest.raises(InputError, match="a1/3 is no id of a case of its account"):
        cases.adopt(book.conn, begun.model_copy(update={"case_id": "a1/3"}))
