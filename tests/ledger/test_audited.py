"""What an audit goes through: persons with contacts, messages nobody asked for, and the chains."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.model.contact import Outcome, PastContact
from domain.model.facts import Account, MessageState
from domain.model.strategy import Channel
from ledger import accounts, audited, contacts, messages, system_audit
from ledger.contacts import Contact
from tests.ledger.conftest import Book, instant

AT = instant("2026-03-03T02:00")


def reach(book: Book, contact_id: str, person_id: str, outcome: Outcome = Outcome.DELIVERED, **more: object) -> None:
    made = PastContact(at=AT, channel=Channel.SMS, outcome=outcome)
    contacts.add(book.conn, Contact(contact_id, person_id, made, **more))  # type: ignore[arg-type]  # by name


def test_persons_are_told_once_each_in_their_order(book: Book) -> None:
    for n in (3, 2):
        accounts.add_account(book.conn, Account(account_id=f"a{n}", currency="TWD", zone="Asia/Taipei"), f"p{n}")
    assert audited.persons(book.conn) == ()
    for contact_id, person_id in (("c-1", "p3"), ("c-2", "p2"), ("c-3", "p2")):
        reach(book, contact_id, person_id)
    assert audited.persons(book.conn) == ("p2", "p3")


def test_what_is_pending_or_was_cancelled_was_not_made(book: Book) -> None:
    reach(book, "c-1", "p1", Outcome.PENDING)
    reach(book, "c-2", "p1", Outcome.PENDING, cancelled_at=AT)
    reach(book, "c-3", "p1", cancelled_at=AT)
    assert audited.persons(book.conn) == ()


@pytest.mark.parametrize(("later", "found"), [(0, ("p1",)), (1, ())])
def test_the_instant_from_which_persons_are_told_is_included(book: Book, later: int, found: tuple[str, ...]) -> None:
    reach(book, "c-1", "p1")
    assert audited.persons(book.conn, AT + timedelta(microseconds=later)) == found


@pytest.mark.parametrize("state", MessageState)
def test_only_a_message_that_was_sent_needs_a_contact(book: Book, notice, state: MessageState) -> None:
    messages.intend(book.conn, notice, "p1", None, AT.date(), AT)
    if state is not MessageState.SENDING:
        messages.settle(book.conn, notice.key, state, AT)
    assert audited.unasked(book.conn) == (((notice.key, AT),) if state is MessageState.SENT else ())


def test_a_task_to_call_needs_no_contact(book: Book, notice) -> None:
    messages.intend(book.conn, notice.model_copy(update={"channel": Channel.CALL}), "p1", None, AT.date(), AT)
    messages.settle(book.conn, notice.key, MessageState.SENT, AT)
    assert audited.unasked(book.conn) == ()


@pytest.mark.parametrize("cancelled", [False, True])
def test_a_contact_that_was_cancelled_does_not_speak_for_a_message(book: Book, notice, cancelled: bool) -> None:
    messages.intend(book.conn, notice, "p1", None, AT.date(), AT)
    messages.settle(book.conn, notice.key, MessageState.SENT, AT)
    reach(book, notice.key, "p1", cancelled_at=AT if cancelled else None)
    assert audited.unasked(book.conn) == (((notice.key, AT),) if cancelled else ())


@pytest.mark.parametrize(("later", "found"), [(0, 1), (1, 0)])
def test_messages_are_told_from_the_instant_on(book: Book, notice, later: int, found: int) -> None:
    messages.intend(book.conn, notice, "p1", None, AT.date(), AT)
    messages.settle(book.conn, notice.key, MessageState.SENT, AT)
    assert len(audited.unasked(book.conn, AT + timedelta(microseconds=later))) == found


def test_every_case_has_a_chain_and_so_has_what_is_not_a_cases(book: Book) -> None:
    assert (audited.case_ids(book.conn), audited.system_chains(book.conn)) == ((), ())
    row, _ = book.open_case(AT)
    for chain in ("stops", "feeds", "stops"):
        system_audit.append(book.conn, chain, "told", AT, {})
    assert (audited.case_ids(book.conn), audited.system_chains(book.conn)) == ((row.case_id,), ("feeds", "stops"))
