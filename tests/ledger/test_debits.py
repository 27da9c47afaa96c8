"""Debits in the ledger: wanted once under a key and once a day, answered for good, known to the decision."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from domain.model.debits import Debit, DebitState, KnownDebit, NotDebited
from domain.model.errors import InputError
from ledger import audit, debits, entries, keeping_debits, mandates, tasks
from ledger.entries import Entry, EntryKind
from tests.ledger.debit_of_one import AT, DUE_ON, debit, mandate

HOUR = timedelta(hours=1)
FIRST = debit()
WANTED, ASKED, COLLECTED = DebitState.WANTED, DebitState.ASKED, DebitState.COLLECTED
DECLINED, FAILED, UNKNOWN = DebitState.DECLINED, DebitState.FAILED, DebitState.UNKNOWN


@pytest.fixture
def conn(book):
    """A case with a mandate, and one debit that is about to be asked for."""
    book.open_case(AT)
    mandates.add(book.conn, mandate())
    assert keeping_debits.intend(book.conn, FIRST, AT)
    return book.conn


def answered(conn) -> list[dict]:
    return [dict(row.content) for row in audit.rows(conn, "a1/1") if row.kind == "debit_answered"]


def known(conn, instant=AT + HOUR, day: date = DUE_ON) -> tuple[KnownDebit, ...]:
    return debits.known(conn, "a1", "a1/1/plan/1", day, instant)


def test_an_intent_is_found_as_it_was_stored_and_is_stored_once(conn) -> None:
    row = debits.get(conn, FIRST.key)
    assert row is not None
    assert (row.plan, row.due_on, row.on, row.attempt, row.amount) == ("a1/1/plan/1", DUE_ON, DUE_ON, 1, FIRST.amount)
    assert (row.state, row.mandate_id, row.settled_at) == (WANTED, "m-1", None)
    assert not keeping_debits.intend(conn, FIRST, AT + HOUR)
    assert [row.kind for row in audit.rows(conn, "a1/1")].count("debit_wanted") == 1
    assert debits.get(conn, "nobody") is None


@pytest.mark.parametrize("plan", ["a1/1/plan/1", "a1/1/plan/2"])
def test_an_account_is_debited_once_a_day_whatever_asks_for_it(conn, plan) -> None:
    again = debit(2, plan=plan, on=DUE_ON)
    assert not keeping_debits.intend(conn, again, AT)
    assert debits.others_on(conn, "a1", DUE_ON, again.key)
    assert not debits.others_on(conn, "a1", DUE_ON, FIRST.key)
    same = "case_id, account_id, plan_key, version, due_on, attempt, amount_minor, currency, mandate_id, on_date"
    more = "wanted_at, state, hard"
    written = f"INSERT INTO debits (key, {same}, {more}) SELECT 'x', {same}, {more} FROM debits"
    with pytest.raises(IntegrityError), conn.begin_nested():
        conn.execute(text(written))


def test_what_was_kept_off_holds_no_place_in_the_day(conn) -> None:
    keeping_debits.keep_off(conn, FIRST, AT, NotDebited.STOPPED, ("stop.s-1",))
    keeping_debits.keep_off(conn, FIRST, AT, NotDebited.STOPPED, ("stop.s-1",))
    row = debits.get(conn, FIRST.key)
    assert row is not None
    assert (row.state, row.code, row.settled_at) == (FAILED, "stopped", AT)
    assert [(each["code"], each["refused_by"]) for each in answered(conn)] == [("stopped", ["stop.s-1"])]
    second = debit(2, on=DUE_ON)
    assert not debits.others_on(conn, "a1", DUE_ON, second.key)
    assert keeping_debits.intend(conn, second, AT)


def test_one_that_was_never_wanted_is_kept_off_with_its_row(conn) -> None:
    second = debit(2)
    keeping_debits.keep_off(conn, second, AT, NotDebited.PAID)
    row = debits.get(conn, second.key)
    assert row is not None
    assert (row.state, row.code) == (FAILED, "paid")


@pytest.mark.parametrize("asked", [True, False])
def test_an_answer_is_kept_once(conn, asked) -> None:
    if asked:
        assert debits.mark_asked(conn, FIRST.key, AT)
        assert not debits.mark_asked(conn, FIRST.key, AT)
    for number in range(2):
        said = keeping_debits.answer(conn, FIRST.key, COLLECTED, AT + HOUR, reference="P-9", by="op-2")
        assert (said is None) is (number == 1)
    row = debits.get(conn, FIRST.key)
    assert row is not None
    assert (row.state, row.reference, row.settled_at) == (COLLECTED, "P-9", AT + HOUR)
    assert [(each["state"], each["reference"], each["by"]) for each in answered(conn)] == [("collected", "P-9", "op-2")]


@pytest.mark.parametrize(
    ("code", "told", "hard", "ends"),
    [
        ("no_funds", False, False, False),
        ("no_funds", True, True, False),
        ("payer_refused", False, True, False),
        ("account_closed", False, True, True),
        ("mandate_revoked", False, True, True),
    ],
)
def test_a_decline_tells_whether_it_is_final_and_ends_a_mandate_that_is_worth_nothing(
    conn, code, told, hard, ends
) -> None:
    assert keeping_debits.answer(conn, FIRST.key, DECLINED, AT + HOUR, why=code, hard=told) is not None
    row, given = debits.get(conn, FIRST.key), mandates.get(conn, "m-1")
    assert row is not None
    assert given is not None
    assert (row.code, row.hard) == (code, hard)
    assert (given.end_reason, given.ended_by) == ((code, "provider") if ends else (None, None))


def test_what_nobody_knows_is_a_task_until_somebody_does(conn) -> None:
    keeping_debits.answer(conn, FIRST.key, UNKNOWN, AT + HOUR)
    (task,) = tasks.open_tasks(conn, 9)
    assert (task.kind, dict(task.detail)) == ("debit_unknown", {"debit": FIRST.key})
    assert [row.state for row in debits.listing(conn, 9, only_open=True)] == [UNKNOWN]
    keeping_debits.answer(conn, FIRST.key, DECLINED, AT + 2 * HOUR, why="no_funds", by="op-2")
    closed = tasks.get(conn, task.task_id)
    assert closed is not None
    assert (closed.closed_by, closed.outcome) == ("op-2", "declined")


@pytest.mark.parametrize(
    ("key", "state", "fault"),
    [
        ("nobody", COLLECTED, "no debit nobody in the ledger"),
        (FIRST.key, ASKED, "settled as collected, declined, failed or unknown, not as asked"),
        (FIRST.key, DECLINED, f"the debit {FIRST.key} is collected already"),
        (FIRST.key, UNKNOWN, f"the debit {FIRST.key} is collected already"),
        (FIRST.key, COLLECTED, f"the debit {FIRST.key} is collected already, with another code or reference"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(conn, key, state, fault) -> None:
    debits.settle(conn, FIRST.key, COLLECTED, AT, reference="P-9")
    with pytest.raises(InputError, match=fault):
        debits.settle(conn, key, state, AT, reference="P-8")


def test_free_text_is_no_answer(conn) -> None:
    for more in ({"reference": "from Ms Canary"}, {"why": "no money left"}):
        with pytest.raises(InputError, match="is no code"):
            debits.settle(conn, FIRST.key, COLLECTED, AT, **more)


def post(conn, reference: str, at=AT) -> None:
    entries.append(conn, Entry("a1", reference, EntryKind.PAYMENT, DUE_ON, at, principal_minor=-20_000))


def test_a_decision_knows_those_of_the_plan_those_of_the_day_and_whether_the_money_came(conn) -> None:
    debits.settle(conn, FIRST.key, COLLECTED, AT, reference="P-9")
    other: Debit = debit(3, plan="a1/1/plan/9")
    keeping_debits.intend(conn, other, AT + HOUR)
    assert [(each.key, each.state, each.arrived) for each in known(conn)] == [(FIRST.key, COLLECTED, False)]
    assert [each.key for each in known(conn, day=other.on)] == [FIRST.key, other.key]
    post(conn, "P-8")
    post(conn, "P-9", AT + 2 * HOUR)
    assert [each.arrived for each in known(conn)] == [False]
    assert known(conn, AT + 2 * HOUR) == (
        KnownDebit(
            key=FIRST.key,
            plan="a1/1/plan/1",
            version=1,
            due_on=DUE_ON,
            on=DUE_ON,
            amount=FIRST.amount,
            mandate="m-1",
            state=COLLECTED,
            arrived=True,
        ),
    )


def test_the_list_shows_what_is_open_or_all_the_newest_first(conn) -> None:
    second = debit(2)
    keeping_debits.intend(conn, second, AT + HOUR)
    debits.settle(conn, FIRST.key, DECLINED, AT, why="no_funds")
    assert [row.key for row in debits.listing(conn, 9, only_open=True)] == [second.key]
    assert [row.key for row in debits.listing(conn, 9, only_open=False)] == [second.key, FIRST.key]


def test_no_statement_about_debits_reads_a_whole_table(conn, statements_of) -> None:
    with statements_of(conn) as seen:
        known(conn)
        debits.others_on(conn, "a1", DUE_ON, "x")
        mandates.running(conn, "a1", AT)
        debits.get(conn, FIRST.key)
    assert seen.reading_whole_tables() == []
