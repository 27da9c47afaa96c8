"""Permits: one contact each, which holds its place until it is reported, expires or is taken back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.model.contact import ContactAsk, Outcome
from domain.model.errors import InputError
from domain.model.strategy import Channel
from ledger import accounts, contacts, permits
from ledger.accounts import ContactPoint
from ledger.contacts import Contact
from ledger.permits import PermitState

AT = datetime(2005, 6, 23, 1, tzinfo=UTC)
ENDS = AT + timedelta(minutes=30)
LATER = AT + timedelta(minutes=10)
ASK = ContactAsk(channel=Channel.CALL, at=AT, debts=("a1",), collector="north")


@pytest.fixture
def conn(book):
    """A person with two numbers."""
    for name in ("c1", "c2"):
        accounts.add_contact_point(book.conn, ContactPoint(name, "p1", Channel.CALL, f"number {name}"))
    return book.conn


def issue(conn, permit_id: str = "k1", ask: ContactAsk = ASK, *, expires_at: datetime = ENDS, **more) -> bool:
    given = {"issued_at": AT, "valid_from": AT, "expires_at": expires_at, "conditions": ("cn.recording",)}
    return permits.issue(conn, permit_id, "p1", ask, **{**given, **more})


def report(conn, outcome: Outcome = Outcome.BUSY, *, made_at: datetime = LATER, **more) -> bool:
    return permits.report(conn, "k1", outcome, made_at=made_at, reported_at=ENDS, **more)


def seen(conn) -> tuple[PermitState, Outcome, str | None]:
    permit = permits.get(conn, "k1")
    assert permit is not None
    return permit.state, permit.contact.made.outcome, permit.contact.breach


def test_a_permit_comes_back_with_its_pending_contact(conn) -> None:
    assert issue(conn)
    permit = permits.get(conn, "k1")
    assert permit is not None
    assert permit.contact == Contact.pending("k1", "p1", ASK, permit_id="k1")
    assert (permit.permit_id, permit.issued_at, permit.valid_from, permit.expires_at) == ("k1", AT, AT, ENDS)
    assert (permit.conditions, permit.state) == (("cn.recording",), PermitState.OPEN)
    assert permits.get(conn, "k2") is None


def test_asking_again_later_finds_the_permit_as_it_was_given(conn) -> None:
    issue(conn)
    first = permits.get(conn, "k1")
    assert not issue(conn, ask=replace(ASK, at=LATER), valid_from=LATER, conditions=())
    assert permits.get(conn, "k1") == first


@pytest.mark.parametrize(
    "other", [replace(ASK, channel=Channel.SMS), replace(ASK, debts=()), replace(ASK, address="c1")]
)
def test_an_id_cannot_be_used_for_another_question(conn, other: ContactAsk) -> None:
    issue(conn)
    with pytest.raises(InputError, match="permit k1 was given for another question"):
        issue(conn, ask=other)


def test_an_id_of_a_contact_is_not_free_for_a_permit(conn) -> None:
    contacts.add(conn, Contact.pending("k1", "p1", ASK))
    with pytest.raises(InputError, match="contact k1 is in the ledger with other content"):
        issue(conn)


def test_a_permit_lasts(conn) -> None:
    with pytest.raises(InputError, match="permit k1 would expire before it is valid"):
        issue(conn, expires_at=AT)


def test_a_report_settles_the_contact(conn) -> None:
    issue(conn)
    assert report(conn, address="c1", consented="more_calls")
    assert seen(conn) == (PermitState.REPORTED, Outcome.BUSY, None)
    found = contacts.get(conn, "k1")
    assert found is not None
    assert (found.made.at, found.made.address, found.made.consented) == (LATER, "c1", "more_calls")
    assert found.reported_at == ENDS


def test_a_report_counts_once_and_cannot_be_changed(conn) -> None:
    issue(conn)
    report(conn)
    assert not report(conn)
    with pytest.raises(InputError, match="permit k1 was reported before, as busy"):
        report(conn, Outcome.CONVERSATION)
    assert seen(conn) == (PermitState.REPORTED, Outcome.BUSY, None)


def test_a_bounce_follows_a_delivery(conn) -> None:
    issue(conn)
    report(conn, Outcome.DELIVERED)
    assert report(conn, Outcome.FAILED, made_at=ENDS)
    assert seen(conn) == (PermitState.REPORTED, Outcome.FAILED, None)


@pytest.mark.parametrize("outcome", [Outcome.PENDING, Outcome.UNREPORTED])
def test_a_report_tells_what_became_of_the_contact(conn, outcome) -> None:
    issue(conn)
    with pytest.raises(InputError, match=f"{outcome} is not the outcome of a contact that was made"):
        report(conn, outcome)


@pytest.mark.parametrize(
    ("made_at", "breach"),
    [
        (AT, None),
        (ENDS - timedelta(seconds=1), None),
        (ENDS, "outside_permit"),
        (AT - timedelta(seconds=1), "outside_permit"),
    ],
)
def test_a_contact_outside_of_its_time_is_a_breach(conn, made_at, breach) -> None:
    issue(conn)
    assert report(conn, made_at=made_at)
    assert seen(conn) == (PermitState.REPORTED, Outcome.BUSY, breach)


def test_a_permit_without_a_report_expires_and_a_late_report_still_counts(conn) -> None:
    issue(conn)
    assert permits.expire_due(conn, ENDS - timedelta(microseconds=1), 10) == ()
    assert [permit.permit_id for permit in permits.expire_due(conn, ENDS, 10)] == ["k1"]
    assert permits.expire_due(conn, ENDS, 10) == ()
    assert seen(conn) == (PermitState.EXPIRED, Outcome.UNREPORTED, None)
    assert report(conn, Outcome.CONVERSATION)
    assert seen(conn) == (PermitState.REPORTED, Outcome.CONVERSATION, None)


def test_permits_expire_oldest_first_and_no_more_than_asked_for(conn) -> None:
    for number in (3, 1, 2):
        issue(conn, f"k{number}", expires_at=AT + timedelta(minutes=number))
    late = AT + timedelta(days=1)
    assert [permit.permit_id for permit in permits.expire_due(conn, late, 2)] == ["k1", "k2"]
    assert [permit.permit_id for permit in permits.expire_due(conn, late, 2)] == ["k3"]


def test_a_permit_that_is_taken_back_holds_no_place(conn) -> None:
    issue(conn)
    assert permits.cancel(conn, "k1", LATER)
    assert not permits.cancel(conn, "k1", LATER)
    found = contacts.get(conn, "k1")
    assert found is not None
    assert found.cancelled_at == LATER
    assert permits.expire_due(conn, ENDS, 10) == ()


def test_a_contact_made_in_spite_of_that_counts_and_is_a_breach(conn) -> None:
    issue(conn)
    permits.cancel(conn, "k1", AT)
    assert report(conn, Outcome.CONVERSATION)
    assert seen(conn) == (PermitState.REPORTED, Outcome.CONVERSATION, "permit_cancelled")
    found = contacts.get(conn, "k1")
    assert found is not None
    assert found.cancelled_at is None


def test_a_permit_that_is_not_there_is_told(conn) -> None:
    with pytest.raises(InputError, match="no permit k1 in the ledger"):
        report(conn)
    with pytest.raises(InputError, match="no permit k1 in the ledger"):
        permits.cancel(conn, "k1", AT)
    contacts.add(conn, Contact.pending("k1", "p1", ASK))
    with pytest.raises(InputError, match="no permit k1 in the ledger"):
        report(conn)


def test_permits_that_are_due_are_found_by_an_index(conn, statements_of) -> None:
    issue(conn)
    with statements_of(conn) as statements:
        permits.expire_due(conn, AT, 10)
    assert statements.reading_whole_tables() == []
