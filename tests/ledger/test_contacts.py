"""Contacts: each once under its id, and outcomes that only go forward."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from domain.model.contact import Actor, ContactAsk, Direction, Outcome, Party, PastContact, Place, Purpose
from domain.model.errors import InputError
from domain.model.strategy import Channel
from ledger import accounts, contacts
from ledger.accounts import ContactPoint
from ledger.contact_tables import contacts as table
from ledger.contacts import Contact

AT = datetime(2005, 6, 23, 1, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
LATEST = AT + timedelta(hours=2)
OPEN = {Outcome.PENDING, Outcome.UNREPORTED}
ASK = ContactAsk(channel=Channel.CALL, at=AT, debts=("a1",))


@pytest.fixture
def called(book):
    """A call on its way, of a person with two numbers."""
    for name in ("c1", "c2"):
        accounts.add_contact_point(book.conn, ContactPoint(name, "p1", Channel.CALL, f"number {name}"))
    assert contacts.add(book.conn, Contact.pending("k1", "p1", ASK))
    return book.conn


def outcome(conn) -> Outcome:
    found = contacts.get(conn, "k1")
    assert found is not None
    return found.made.outcome


def test_a_contact_comes_back_as_it_was_added(book) -> None:
    accounts.add_contact_point(book.conn, ContactPoint("c1", "p1", Channel.CALL, "a number"))
    row, _ = book.open_case(AT)
    made = PastContact(
        at=AT,
        channel=Channel.CALL,
        outcome=Outcome.CONVERSATION,
        direction=Direction.IN,
        actor=Actor.AGENCY,
        collector="north",
        party=Party.SPOUSE,
        party_id="s1",
        address="c1",
        debts=("a1", "a2"),
        place=Place.WORKPLACE,
        consented="more_calls",
    )
    whole = Contact("k1", "p1", made, Purpose.LEGAL_NOTICE, "final", row.case_id, "k0", LATER, "no_permit")
    assert contacts.add(book.conn, whole)
    assert contacts.get(book.conn, "k1") == whole
    assert contacts.get(book.conn, "k2") is None


def test_a_contact_is_added_once_even_after_it_was_settled(called) -> None:
    pending = Contact.pending("k1", "p1", ASK)
    assert not contacts.add(called, pending)
    contacts.settle(called, "k1", Outcome.BUSY, LATEST, made_at=LATER)
    assert not contacts.add(called, pending)
    assert outcome(called) is Outcome.BUSY


@pytest.mark.parametrize(
    "other",
    [
        replace(ASK, channel=Channel.SMS),
        replace(ASK, at=LATER),
        replace(ASK, debts=()),
        replace(ASK, party_id="x"),
        replace(ASK, purpose=Purpose.LEGAL_NOTICE),
        replace(ASK, collector="north"),
        replace(ASK, address="c1"),
    ],
)
def test_an_id_cannot_be_used_for_another_contact(called, other: ContactAsk) -> None:
    with pytest.raises(InputError, match="contact k1 is in the ledger with other content"):
        contacts.add(called, Contact.pending("k1", "p1", other))


def test_a_contact_is_with_a_person_that_the_ledger_knows(called) -> None:
    with pytest.raises(InputError, match="no person nobody in the ledger"):
        contacts.add(called, Contact.pending("k2", "nobody", ASK))


def test_a_number_itself_is_no_address(called) -> None:
    with pytest.raises(InputError, match=r"^person p1 has no such contact point$"):
        contacts.add(called, Contact.pending("k2", "p1", replace(ASK, address="0912345678")))
    with pytest.raises(InputError, match=r"^person p1 has no such contact point$"):
        contacts.settle(called, "k1", Outcome.BUSY, LATER, address="0912345678")


def test_a_report_tells_when_and_where_the_call_was_made(called) -> None:
    assert contacts.settle(called, "k1", Outcome.BUSY, LATEST, made_at=LATER, address="c1", consented="more_calls")
    found = contacts.get(called, "k1")
    assert found is not None
    assert (found.made.outcome, found.made.at, found.made.address) == (Outcome.BUSY, LATER, "c1")
    assert (found.made.consented, found.reported_at) == ("more_calls", LATEST)


def test_a_call_to_another_number_is_not_the_one_that_was_asked_for(called) -> None:
    contacts.add(called, Contact.pending("k2", "p1", replace(ASK, address="c1")))
    with pytest.raises(InputError, match="contact k2 is about another address"):
        contacts.settle(called, "k2", Outcome.BUSY, LATER, address="c2")
    assert contacts.settle(called, "k2", Outcome.BUSY, LATER, address="c1")


@pytest.mark.parametrize("first", list(Outcome))
@pytest.mark.parametrize("second", list(Outcome))
def test_an_outcome_only_goes_forward(called, first: Outcome, second: Outcome) -> None:
    assert contacts.settle(called, "k1", first, LATER) is (first is not Outcome.PENDING)
    to_real = first in OPEN and second not in OPEN
    expires = first is Outcome.PENDING and second is Outcome.UNREPORTED
    bounces = (first, second) == (Outcome.DELIVERED, Outcome.FAILED)
    forward = to_real or expires or bounces
    assert contacts.settle(called, "k1", second, LATEST) is forward
    assert outcome(called) is (second if forward else first)


@pytest.mark.parametrize("first", list(Outcome))
@pytest.mark.parametrize("second", list(Outcome))
def test_not_even_by_hand_does_an_outcome_go_back(called, first: Outcome, second: Outcome) -> None:
    contacts.settle(called, "k1", first, LATER)
    allowed = (
        first is second
        or first is Outcome.PENDING
        or (first is Outcome.UNREPORTED and second is not Outcome.PENDING)
        or (first, second) == (Outcome.DELIVERED, Outcome.FAILED)
    )
    by_hand = update(table).where(table.c.contact_id == "k1").values(outcome=second)
    if allowed:
        called.execute(by_hand)
    else:
        with pytest.raises(DBAPIError, match="contacts is append-only"), called.begin_nested():
            called.execute(by_hand)
    assert outcome(called) is (second if allowed else first)


@pytest.mark.parametrize("changed", [{"at": LATEST}, {"address_id": "c2"}, {"consented": "x"}, {"cancelled_at": AT}])
def test_what_is_settled_stays_where_and_when_it_was(called, changed) -> None:
    contacts.settle(called, "k1", Outcome.DELIVERED, LATER, address="c1")
    with pytest.raises(DBAPIError, match="contacts is append-only"), called.begin_nested():
        called.execute(update(table).values(changed))


def test_a_breach_is_kept(called) -> None:
    contacts.settle(called, "k1", Outcome.DELIVERED, LATER, breach="outside_permit")
    contacts.settle(called, "k1", Outcome.FAILED, LATEST, breach="other")
    found = contacts.get(called, "k1")
    assert found is not None
    assert found.breach == "outside_permit"
    with pytest.raises(DBAPIError, match="append-only"), called.begin_nested():
        called.execute(update(table).values(breach=None))


def test_a_bounce_leaves_the_time_of_the_message(called) -> None:
    contacts.settle(called, "k1", Outcome.DELIVERED, LATER, made_at=AT)
    assert contacts.settle(called, "k1", Outcome.FAILED, LATEST, made_at=LATEST)
    found = contacts.get(called, "k1")
    assert found is not None
    assert (found.made.at, found.made.outcome, found.reported_at) == (AT, Outcome.FAILED, LATEST)


def test_a_contact_that_was_not_made_is_cancelled_once(called) -> None:
    assert contacts.cancel(called, "k1", LATER)
    assert not contacts.cancel(called, "k1", LATEST)
    assert not contacts.settle(called, "k1", Outcome.UNREPORTED, LATEST)
    found = contacts.get(called, "k1")
    assert found is not None
    assert (found.cancelled_at, found.made.outcome) == (LATER, Outcome.PENDING)


def test_a_cancelled_contact_that_was_made_after_all_counts_again(called) -> None:
    contacts.cancel(called, "k1", LATER)
    assert contacts.settle(called, "k1", Outcome.DELIVERED, LATEST)
    found = contacts.get(called, "k1")
    assert found is not None
    assert (found.cancelled_at, found.made.outcome) == (None, Outcome.DELIVERED)


def test_a_contact_that_counts_as_made_and_was_not_is_cancelled(called) -> None:
    contacts.settle(called, "k1", Outcome.UNREPORTED, LATER)
    assert contacts.cancel(called, "k1", LATEST)
    found = contacts.get(called, "k1")
    assert found is not None
    assert (found.cancelled_at, found.made.outcome) == (LATEST, Outcome.UNREPORTED)


def test_who_was_reached_is_told_once_where_it_was_not_asked_for(called) -> None:
    for name in ("bob", "eve"):
        contacts.settle(called, "k1", Outcome.UNREPORTED if name == "bob" else Outcome.BUSY, LATER, party_id=name)
    found = contacts.get(called, "k1")
    assert found is not None
    assert found.made.party_id == "bob"
    with pytest.raises(DBAPIError, match="contacts is append-only"), called.begin_nested():
        called.execute(update(table).values(party_id="eve"))


def test_nobody_is_named_in_a_contact_that_is_settled(called) -> None:
    contacts.settle(called, "k1", Outcome.BUSY, LATER)
    with pytest.raises(DBAPIError, match="contacts is append-only"), called.begin_nested():
        called.execute(update(table).values(party_id="eve"))


def test_a_settled_contact_cannot_be_cancelled(called) -> None:
    contacts.settle(called, "k1", Outcome.BUSY, LATER)
    assert not contacts.cancel(called, "k1", LATEST)


@pytest.mark.parametrize(
    "act", [lambda c: contacts.settle(c, "none", Outcome.BUSY, AT), lambda c: contacts.cancel(c, "none", AT)]
)
def test_a_contact_that_is_not_there_is_told(book, act) -> None:
    with pytest.raises(InputError, match="no contact none in the ledger"):
        act(book.conn)


def test_the_contacts_of_a_person_come_oldest_first(called) -> None:
    contacts.add(called, Contact.pending("k0", "p1", replace(ASK, at=LATER)))
    contacts.add(called, Contact.pending("k2", "p1", replace(ASK, at=AT - timedelta(days=900))))
    assert [one.contact_id for one in contacts.of_person(called, "p1")] == ["k2", "k1", "k0"]
    assert contacts.of_person(called, "p2") == ()


@pytest.mark.parametrize(
    "column",
    [
        "contact_id",
        "person_id",
        "channel",
        "direction",
        "actor",
        "collector",
        "party",
        "place",
        "purpose",
        "notice",
        "debts",
        "case_id",
        "permit_id",
        "digest",
    ],
)
def test_what_a_contact_was_about_never_changes(called, column: str) -> None:
    with pytest.raises(DBAPIError, match="contacts is append-only"), called.begin_nested():
        called.execute(text(f"UPDATE contacts SET {column} = {column}"))
