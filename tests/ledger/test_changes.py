"""What changed: noted by the database itself, read in an order in which nothing is overtaken and missed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Connection, text

from domain.model.case import Case, Closure, Outcome
from domain.model.contact import FactKind, PastFact
from domain.model.facts import Account
from domain.model.money import Money
from domain.model.strategy import Channel
from ledger import accounts, cases, changes, entries, meetings, obligations, person_facts, persons, statements
from ledger.accounts import ContactPoint
from ledger.changes import FEED
from ledger.engine import Ledger, init_ledger, open_ledger
from ledger.entries import Entry, EntryKind
from ledger.migrations import HEAD
from ledger.person_facts import PersonFact
from ledger.persons import Person
from ledger.postings import Posting, PostingKind
from ledger.postings import put as post
from ledger.statements import Statement

AT = datetime(2026, 1, 5, 1, tzinfo=UTC)
DAY = date(2026, 1, 5)
FIFTY = Money(amount=Decimal(50), currency="TWD")


def taken(ledger: Ledger, limit: int = 1_000) -> set[str | None]:
    """Whom the next changes concern; they are taken."""
    with ledger.write() as conn:
        page = changes.after(conn, changes.cursor(conn, FEED), limit)
        if page:
            changes.move(conn, FEED, page[-1].place, AT)
        return {change.account_id or change.person_id for change in page}


@pytest.fixture
def known(ledger: Ledger) -> Ledger:
    """Persons p1 (a1, a2) and p2 (b1), all of whose changes were taken."""
    with ledger.write() as conn:
        for account_id, person_id in (("a1", "p1"), ("a2", "p1"), ("b1", "p2")):
            accounts.add_account(conn, Account(account_id=account_id, currency="TWD", zone="Asia/Taipei"), person_id)
        obligations.add(conn, "a1", DAY, FIFTY, statement_on=None, recorded_at=AT)
        person_facts.add(conn, new_fact("told-before"))
    assert taken(ledger) == {"a1", "a2", "b1", "p1"}
    return ledger


def new_fact(fact_id: str) -> PersonFact:
    return PersonFact(fact_id, "p1", PastFact(kind=FactKind.HOLD, at=AT, name="cease"), AT)


def pay(conn: Connection) -> None:
    entries.append(conn, Entry("a1", "pay-1", EntryKind.PAYMENT, DAY, AT, principal_minor=-5_000))


def clear(conn: Connection) -> None:
    meetings.clear_by_status(conn, "a1", DAY, value_on=DAY, recorded_at=AT)


def bill(conn: Connection) -> None:
    obligations.add(conn, "a1", DAY + timedelta(days=30), FIFTY, statement_on=None, recorded_at=AT)


WRITES: dict[str, tuple[Callable[[Connection], object], set[str]]] = {
    "a statement": (lambda conn: statements.add(conn, "a1", Statement(DAY, FIFTY)), {"a1"}),
    "an obligation": (bill, {"a1"}),
    "an entry": (pay, {"a1"}),
    "a meeting": (clear, {"a1"}),
    "a posting": (lambda conn: post(conn, Posting("p-1", "b1", PostingKind.PAYMENT, "1.00", "TWD")), {"b1"}),
    "a wish": (lambda conn: persons.save(conn, Person("p1", locale="en")), {"p1"}),
    "a contact point": (
        lambda conn: accounts.add_contact_point(conn, ContactPoint("c1", "p2", Channel.SMS, "+886912000111")),
        {"p2"},
    ),
    "a fact about a person": (lambda conn: person_facts.add(conn, new_fact("f1")), {"p1"}),
    "a fact withdrawn": (lambda conn: person_facts.withdraw(conn, "told-before", AT, "anna", "error"), {"p1"}),
    "lateness as the bank states it": (
        lambda conn: conn.execute(text("INSERT INTO stated_lateness VALUES ('b1', '2026-01-05', 1)")),
        {"b1"},
    ),
    "everybody": (lambda conn: changes.note_for_all(conn, AT), {None}),
}


@pytest.mark.parametrize("write", WRITES)
def test_whatever_bears_on_a_case_is_noted(known: Ledger, write: str) -> None:
    act, concerned = WRITES[write]
    with known.write() as conn:
        act(conn)
    assert taken(known) == concerned
    assert taken(known) == set()


def test_the_steps_of_a_case_are_its_own_and_its_end_is_noted(known: Ledger, policy_refs) -> None:
    with known.write() as conn:
        row, _ = cases.open_case(conn, "b1", *policy_refs(conn), AT)
        account = accounts.get_account(conn, "b1")
    case = Case(
        case_id=row.case_id, account=account, episode_no=1, strategy=row.strategy, rules=row.rules, as_of=AT, step_no=1
    )
    with known.write() as conn:
        cases.update_from(conn, case)
    assert taken(known) == set()
    ended = Closure(case_id=row.case_id, outcome=Outcome.CURED, closed_at=AT, days_past_due=0, notices=0)
    with known.write() as conn:
        cases.update_from(conn, case.model_copy(update={"closure": ended, "step_no": 2}))
    assert taken(known) == {"b1"}


def test_a_transaction_that_is_undone_changed_nothing(known: Ledger) -> None:
    with known.write() as conn, conn.begin_nested() as undone:
        pay(conn)
        undone.rollback()
    assert taken(known) == set()


def test_pages_are_taken_in_order_and_what_was_taken_is_gone(known: Ledger) -> None:
    for number in range(5):
        with known.write() as conn:
            changes.note_for_all(conn, AT + timedelta(seconds=number))
    seen = []
    while True:
        with known.write() as conn:
            page = changes.after(conn, changes.cursor(conn, FEED), 2)
            if not page:
                break
            seen += [change.at for change in page]
            changes.move(conn, FEED, page[-1].place, AT)
            left = changes.waiting(conn, FEED)
            assert left.changes == 5 - len(seen)
            assert left.since == (None if len(seen) == 5 else AT + timedelta(seconds=len(seen)))
    assert seen == [AT + timedelta(seconds=number) for number in range(5)]
    with known.read() as conn:
        assert conn.scalar(text("SELECT count(*) FROM changes")) == 0


def test_numbers_are_not_given_again_after_what_was_taken_is_gone(known: Ledger) -> None:
    for _ in range(3):
        with known.write() as conn:
            pay(conn) if not entries.find(conn, "pay-1") else changes.note_for_all(conn, AT)
        assert taken(known)


@pytest.mark.needs("postgresql")
def test_a_transaction_that_began_before_and_ends_later_is_not_overtaken(new_postgres: str) -> None:
    """Its changes have lower numbers than what was seen before them: by numbers alone they would be lost."""
    ledger = open_with(new_postgres)
    try:
        with ExitStack() as slow:
            conn = slow.enter_context(ledger.write())
            pay(conn)
            with ledger.write() as other:
                obligations.add(other, "b1", DAY, FIFTY, statement_on=None, recorded_at=AT)
            assert taken(ledger) == set(), "the later one waits for the one that is under way"
        assert taken(ledger) == {"a1", "b1"}
    finally:
        ledger.close()


def open_with(url: str) -> Ledger:
    ledger = open_ledger(url)
    with ledger.write() as conn:
        for account_id in ("a1", "b1"):
            accounts.add_account(conn, Account(account_id=account_id, currency="TWD", zone="Asia/Taipei"), "p1")
    assert taken(ledger) == {"a1", "b1"}
    return ledger


def test_on_an_embedded_ledger_one_change_waits_for_an_account_however_much_is_written(new_sqlite: str) -> None:
    ledger = open_with(new_sqlite)
    for number in range(4):
        with ledger.write() as conn:
            entries.append(conn, Entry("a1", f"fee-{number}", EntryKind.FEE, DAY, AT, fee_minor=100))
    with ledger.read() as conn:
        assert changes.waiting(conn, FEED).changes == 1
    assert taken(ledger) == {"a1"}
    with ledger.write() as conn:
        entries.append(conn, Entry("a1", "fee-9", EntryKind.FEE, DAY, AT, fee_minor=100))
    assert taken(ledger) == {"a1"}, "what is written after it was taken is a change of its own"
    ledger.close()


def test_a_ledger_that_is_older_than_the_feed_is_looked_at_as_a_whole(ledger: Ledger, ledger_url: str) -> None:
    with ledger.write() as conn:
        for account_id in ("a1", "a2"):
            accounts.add_account(conn, Account(account_id=account_id, currency="TWD", zone="Asia/Taipei"), "p1")
    with ledger.write() as conn:
        downgrade(conn)
    assert init_ledger(ledger_url) == HEAD
    assert taken(ledger) == {"a1", "a2"}


def downgrade(conn: Connection) -> None:
    """Back to the schema before the feed."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "ledger:migrations")
    config.attributes["connection"] = conn
    command.downgrade(config, "0001")


def test_no_statement_of_the_feed_reads_a_whole_table(known: Ledger, statements_of) -> None:
    with known.write() as conn:
        with statements_of(conn) as executed:
            place = changes.cursor(conn, FEED)
            changes.after(conn, place, 100)
            changes.move(conn, FEED, (place[0], place[1] + 1), AT)
            changes.waiting(conn, FEED)
            changes.newest(conn)
        assert len(executed) == 7
        assert executed.reading_whole_tables() == []
