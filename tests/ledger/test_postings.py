"""What the bank posts: put down once, by Python or by SQL, and taken in its order."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import TextClause, text
from sqlalchemy.exc import DBAPIError

from domain.model.errors import InputError
from domain.model.facts import Account
from ledger import accounts, changes, postings
from ledger.changes import FEED
from ledger.engine import open_ledger
from ledger.postings import Counts, Posting, PostingKind

AT = datetime(2026, 1, 5, 1, tzinfo=UTC)
PAID = Posting("pay-1", "a1", PostingKind.PAYMENT, "12.50", "TWD", date(2026, 1, 5))


def test_a_posting_is_put_down_once_and_its_reference_says_one_thing(book) -> None:
    assert postings.put(book.conn, PAID)
    assert not postings.put(book.conn, PAID)
    with pytest.raises(InputError, match="reference pay-1 was used for another posting"):
        postings.put(book.conn, Posting("pay-1", "a1", PostingKind.PAYMENT, "99.00", "TWD"))
    with pytest.raises(InputError, match="no account nobody in the ledger"):
        postings.put(book.conn, Posting("pay-2", "nobody", PostingKind.PAYMENT, "1.00", "TWD"))


def test_postings_wait_in_their_order_until_they_are_settled(book) -> None:
    back = Posting("back-1", "a1", PostingKind.REVERSAL, reverses="pay-1")
    for posting in (PAID, back):
        postings.put(book.conn, posting)
    (first, one), (second, other) = postings.waiting(book.conn, 10)
    assert (one, other) == (PAID, back)
    postings.settle(book.conn, first, AT)
    assert [posting for _, posting in postings.waiting(book.conn, 10)] == [back]
    postings.settle(book.conn, second, AT, "no payment")
    assert postings.counts(book.conn) == Counts(waiting=0, refused=1)


@pytest.mark.parametrize(
    "row",
    [
        "'r', 'a1', 'gift', '1', 'TWD', NULL",
        "'r', 'a1', 'payment', NULL, 'TWD', NULL",
        "'r', 'a1', 'payment', '1', NULL, NULL",
        "'r', 'a1', 'reversal', NULL, NULL, NULL",
        "'r', 'nobody', 'payment', '1', 'TWD', NULL",
    ],
)
def test_a_row_that_cannot_mean_anything_is_refused_by_the_database(ledger, book, row: str) -> None:
    columns = "reference, account_id, kind, amount, currency, reverses"
    with pytest.raises(DBAPIError), book.conn.begin_nested():
        book.conn.execute(text(f"INSERT INTO postings ({columns}) VALUES ({row})"))


def test_no_statement_reads_a_whole_table(book, statements_of) -> None:
    with statements_of(book.conn) as executed:
        postings.put(book.conn, PAID)
        postings.waiting(book.conn, 10)
        postings.settle(book.conn, 1, AT)
    assert executed.reading_whole_tables() == []


@pytest.mark.needs("postgresql")
def test_a_role_that_may_post_can_do_nothing_else_and_others_not_even_that(new_postgres: str) -> None:
    ledger, role = open_ledger(new_postgres), f"card_system_{uuid.uuid4().hex}"
    pay = text("SELECT post_payment('a1', 'pay-1', 12.50, 'TWD')")

    def as_role(statement: TextClause) -> object:
        with ledger.write() as conn:
            conn.execute(text(f"SET LOCAL ROLE {role}"))
            return conn.scalar(statement)

    try:
        with ledger.write() as conn:
            accounts.add_account(conn, Account(account_id="a1", currency="TWD", zone="Asia/Taipei"), "p1")
            changes.move(conn, FEED, (2**62, 0), AT)
            conn.execute(text(f"CREATE ROLE {role}"))
        with pytest.raises(DBAPIError, match="permission denied for function post_payment"):
            as_role(pay)
        with ledger.write() as conn:
            conn.execute(text(f"GRANT EXECUTE ON FUNCTION post_payment, post_reversal TO {role}"))
        assert as_role(pay)
        with pytest.raises(DBAPIError, match="permission denied for table postings"):
            as_role(text("SELECT 1 FROM postings"))
        with ledger.read() as conn:
            assert conn.scalar(text("SELECT account_id FROM changes")) == "a1"
    finally:
        with ledger.write() as conn:
            conn.execute(text(f"DROP OWNED BY {role}"))
            conn.execute(text(f"DROP ROLE {role}"))
        ledger.close()


@pytest.mark.needs("postgresql")
def test_on_postgresql_a_bank_calls_a_function(new_postgres: str) -> None:
    ledger = open_ledger(new_postgres)
    try:
        with ledger.write() as conn:
            accounts.add_account(conn, Account(account_id="a1", currency="TWD", zone="Asia/Taipei"), "p1")
            pay, back = "SELECT post_payment('a1', 'pay-1', 12.50, 'TWD', '2026-01-05')", "SELECT post_reversal({})"
            assert [conn.scalar(text(pay)) for _ in range(2)] == [True, False]
            assert conn.scalar(text(back.format("'a1', 'back-1', 'pay-1'")))
            found = [posting for _, posting in postings.waiting(conn, 10)]
        assert found == [PAID, Posting("back-1", "a1", PostingKind.REVERSAL, reverses="pay-1")]
        for other in (pay.replace("12.50", "12.51"), back.format("'a1', 'pay-1', 'pay-0'")):
            with (
                pytest.raises(DBAPIError, match="reference pay-1 was used for another posting"),
                ledger.write() as conn,
            ):
                conn.execute(text(other))
    finally:
        ledger.close()
