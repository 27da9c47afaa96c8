"""Permits: one contact each, which holds its place until it is reported, expires or is taken back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.model.contact import ContactAsk, Outcome, Party
from domain.model.errors import InputError
from domain.model.permits import PermitGiven, PermitState
from domain.model.strategy import Channel
from ledger import accounts, contacts, permits
from ledger.accounts import ContactPoint
from ledger.contacts import Contact

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


def test_what_was_wrong_with_a_contact_is_stored_with_it(conn) -> None:
    issue(conn)
    assert report(conn, breach="outside_permit")
    assert seen(conn) == (PermitState.REPORTED, Outcome.BUSY, "outside_permit")


def test_a_permit_without_a_report_expires_and_a_late_report_still_counts(conn) -> None:
    issue(conn)
    assert permits.expire(conn, "k1", ENDS)
    assert not permits.expire(conn, "k1", ENDS)
    assert not permits.cancel(conn, "k1", ENDS)
    assert seen(conn) == (PermitState.EXPIRED, Outcome.UNREPORTED, None)
    assert report(conn, Outcome.CONVERSATION)
    assert seen(conn) == (PermitState.REPORTED, Outcome.CONVERSATION, None)


@pytest.mark.parametrize(("over_at", "taken_back_at"), [(LATER, LATER), (ENDS, None)], ids=["taken back", "expired"])
def test_of_a_permit_that_counts_as_made_it_is_known_when_it_was_taken_back(conn, over_at, taken_back_at) -> None:
    issue(conn)
    assert permits.expire(conn, "k1", over_at)
    assert seen(conn) == (PermitState.EXPIRED, Outcome.UNREPORTED, None)
    (permit,) = permits.known(conn, "p1", "none", ["k1"])
    assert (permit.cancelled_at, permit.contact.outcome) == (taken_back_at, Outcome.UNREPORTED)


def test_a_permit_that_was_taken_back_and_is_given_back_unused_was_over_when_it_was_taken_back(conn) -> None:
    issue(conn)
    permits.expire(conn, "k1", LATER)
    assert permits.cancel(conn, "k1", LATER + timedelta(minutes=1))
    assert not permits.cancel(conn, "k1", ENDS)
    found = contacts.get(conn, "k1")
    assert found is not None
    assert (found.cancelled_at, seen(conn)[0]) == (LATER, PermitState.CANCELLED)
    (permit,) = permits.known(conn, "p1", "none", ["k1"])
    assert permit.cancelled_at == LATER
    assert report(conn, Outcome.CONVERSATION, breach="permit_cancelled")


@pytest.mark.parametrize(("asked", "stored"), [(None, "bob"), ("eve", "eve")])
def test_a_report_tells_which_person_was_reached_where_nobody_was_named(conn, asked, stored) -> None:
    issue(conn, ask=replace(ASK, party=Party.GUARANTOR, party_id=asked))
    assert report(conn, party_id="bob")
    found = contacts.get(conn, "k1")
    assert found is not None
    assert found.made.party_id == stored


def test_a_known_permit_says_what_was_wrong_with_its_contact(conn) -> None:
    issue(conn)
    report(conn, breach="outside_permit")
    (permit,) = permits.known(conn, "p1", "none", ["k1"])
    assert permit.breach == "outside_permit"


def test_a_permit_that_is_given_back_holds_no_place(conn) -> None:
    issue(conn)
    assert permits.cancel(conn, "k1", LATER)
    assert not permits.cancel(conn, "k1", LATER)
    found = contacts.get(conn, "k1")
    assert found is not None
    assert found.cancelled_at == LATER
    assert not permits.expire(conn, "k1", ENDS)


def test_a_contact_made_in_spite_of_that_counts_and_is_a_breach(conn) -> None:
    issue(conn)
    permits.cancel(conn, "k1", AT)
    assert report(conn, Outcome.CONVERSATION, breach="permit_cancelled")
    assert seen(conn) == (PermitState.REPORTED, Outcome.CONVERSATION, "permit_cancelled")
    found = contacts.get(conn, "k1")
    assert found is not None
    assert found.cancelled_at is None


def test_a_permit_that_is_not_there_is_told(conn) -> None:
    with pytest.raises(InputError, match="no permit k1 in the ledger"):
        report(conn)
    with pytest.raises(InputError, match="no permit k1 in the ledger"):
        permits.cancel(conn, "k1", AT)
    with pytest.raises(InputError, match="no permit k1 in the ledger"):
        permits.expire(conn, "k1", AT)
    contacts.add(conn, Contact.pending("k1", "p1", ASK))
    with pytest.raises(InputError, match="no permit k1 in the ledger"):
        report(conn)


# --- what a decision must know


def known(conn, case_id: str, *named: str) -> list[tuple[str, PermitState]]:
    return [(permit.given.permit_id, permit.state) for permit in permits.known(conn, "p1", case_id, named)]


def test_a_case_knows_its_own_open_permits_and_those_that_are_named(book, conn) -> None:
    row, _ = book.open_case(AT)
    issue(conn, "k1", case_id=row.case_id)
    issue(conn, "k2", case_id=row.case_id)
    issue(conn, "k3")
    assert known(conn, row.case_id) == [("k1", PermitState.OPEN), ("k2", PermitState.OPEN)]
    permits.cancel(conn, "k1", LATER)
    report(conn, Outcome.BUSY)
    permits.expire(conn, "k2", ENDS)
    assert known(conn, row.case_id) == []
    assert known(conn, row.case_id, "k1", "k2", "k3", "none") == [
        ("k1", PermitState.REPORTED),
        ("k2", PermitState.EXPIRED),
        ("k3", PermitState.OPEN),
    ]
    assert permits.known(conn, "p2", row.case_id, ["k3"]) == ()


def test_a_known_permit_tells_all_that_bears_on_a_report(book, conn) -> None:
    row, _ = book.open_case(AT)
    issue(conn, case_id=row.case_id)
    (permit,) = permits.known(conn, "p1", row.case_id)
    assert permit.given == PermitGiven(permit_id="k1", valid_from=AT, expires_at=ENDS, conditions=("cn.recording",))
    assert (permit.issued_at, permit.cancelled_at) == (AT, None)
    assert permit.contact == Contact.pending("k1", "p1", ASK).made
    permits.cancel(conn, "k1", LATER)
    (permit,) = permits.known(conn, "p1", row.case_id, ["k1"])
    assert permit.cancelled_at == LATER


def test_a_message_on_its_way_is_no_permit(book, conn) -> None:
    row, _ = book.open_case(AT)
    contacts.add(conn, Contact.pending("m1", "p1", ASK, case_id=row.case_id))
    assert known(conn, row.case_id, "m1") == []


def test_accounts_with_open_permits_are_known_for_a_stop(book, conn) -> None:
    row, _ = book.open_case(AT)
    assert permits.with_open_permits(conn) == []
    for name in ("k1", "k2"):
        issue(conn, name, case_id=row.case_id)
    assert permits.with_open_permits(conn) == ["a1"]
    for name in ("k1", "k2"):
        permits.cancel(conn, name, LATER)
    assert permits.with_open_permits(conn) == []


@pytest.mark.parametrize("named", [(), ("k1", "k9")])
def test_known_permits_are_found_by_indexes_in_one_statement(book, conn, statements_of, named) -> None:
    row, _ = book.open_case(AT)
    issue(conn, case_id=row.case_id)
    with statements_of(conn) as statements:
        permits.known(conn, "p1", row.case_id, named)
    assert statements.reading_whole_tables() == []
    assert len(statements) == 1


def test_open_permits_are_found_by_indexes(book, conn, statements_of) -> None:
    row, _ = book.open_case(AT)
    issue(conn, "k2", case_id=row.case_id)
    issue(conn, "k1", expires_at=LATER)
    with statements_of(conn) as statements:
        assert [permit.permit_id for permit in permits.open_of(conn, "p1")] == ["k1", "k2"]
        permits.with_open_permits(conn)
    assert [each for each in statements.reading_whole_tables() if "permits.state = 'open'" not in each] == []
    assert permits.open_of(conn, "p2") == ()


def test_a_permit_whose_time_is_over_is_open_no_more_though_no_step_has_closed_it(book, conn, statements_of) -> None:
    row, _ = book.open_case(AT)
    issue(conn, "k1", expires_at=LATER, case_id=row.case_id)
    issue(conn, "k2", case_id=row.case_id)
    with statements_of(conn) as statements:
        left = [[permit.permit_id for permit in permits.open_of(conn, "p1", at)] for at in (AT, LATER, ENDS)]
    assert left == [["k1", "k2"], ["k2"], []]
    assert (statements.reading_whole_tables(), len(statements)) == ([], 3)
