"""Facts about a person: each once, known from its recording on, taken back by a second entry."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.model.contact import FactKind, Party, PastFact
from domain.model.errors import InputError
from domain.model.strategy import Channel
from ledger import accounts, person_facts
from ledger.accounts import ContactPoint
from ledger.person_facts import PersonFact

AT = datetime(2005, 6, 21, 1, tzinfo=UTC)
TOLD = AT + timedelta(hours=1)
LATER = AT + timedelta(days=1)
CEASE = PersonFact("f1", "p1", PastFact(at=AT, kind=FactKind.HOLD, name="cease"), TOLD)

WINDOW = PastFact(at=AT, kind=FactKind.INCONVENIENT_WINDOW, opens=0, closes=1440)


def known(book, as_of: datetime) -> list[str]:
    return [fact.fact_id for fact in person_facts.of_person(book.conn, "p1", as_of)]


def test_a_fact_comes_back_as_it_was_added(book) -> None:
    accounts.add_contact_point(book.conn, ContactPoint("c1", "p1", Channel.SMS, "a number"))
    whole = PastFact(
        at=AT,
        kind=FactKind.PREFERRED_WINDOW,
        name="evening",
        channel=Channel.SMS,
        address="c1",
        debts=("a1",),
        party=Party.SPOUSE,
        party_id="s1",
        collector="north",
        opens=1080,
        closes=1200,
        days=7,
        until=LATER,
    )
    fact = PersonFact("f1", "p1", whole, TOLD, "rec:4711")
    assert person_facts.add(book.conn, fact)
    assert person_facts.of_person(book.conn, "p1", LATER) == (fact,)


def test_a_fact_is_added_once_whenever_it_is_told_again(book) -> None:
    assert person_facts.add(book.conn, CEASE)
    assert not person_facts.add(book.conn, replace(CEASE, recorded_at=LATER))
    assert person_facts.of_person(book.conn, "p1", LATER) == (CEASE,)


@pytest.mark.parametrize(
    "other",
    [replace(CEASE, evidence="letter"), replace(CEASE, fact=replace(CEASE.fact, name="death"))],
)
def test_an_id_cannot_be_used_for_another_fact(book, other: PersonFact) -> None:
    person_facts.add(book.conn, CEASE)
    with pytest.raises(InputError, match="fact f1 is in the ledger with other content"):
        person_facts.add(book.conn, other)


@pytest.mark.parametrize(
    ("as_of", "is_known"),
    [(AT, False), (TOLD - timedelta(microseconds=1), False), (TOLD, True), (LATER, True)],
)
def test_a_fact_is_known_from_its_recording_on(book, as_of, is_known) -> None:
    person_facts.add(book.conn, CEASE)
    assert known(book, as_of) == (["f1"] if is_known else [])


def test_a_fact_that_begins_later_is_not_known_yet(book) -> None:
    person_facts.add(book.conn, replace(CEASE, fact=replace(CEASE.fact, at=LATER)))
    assert known(book, TOLD) == []
    assert known(book, LATER) == ["f1"]


def test_a_withdrawn_fact_was_known_until_then(book) -> None:
    person_facts.add(book.conn, CEASE)
    assert person_facts.withdraw(book.conn, "f1", LATER, "op-1", "wrong_person")
    assert not person_facts.withdraw(book.conn, "f1", LATER + timedelta(days=1), "op-2", "again")
    assert known(book, LATER - timedelta(microseconds=1)) == ["f1"]
    assert known(book, LATER) == []


def test_a_fact_that_is_not_there_cannot_be_withdrawn(book) -> None:
    with pytest.raises(InputError, match="no fact f1 in the ledger"):
        person_facts.withdraw(book.conn, "f1", LATER, "op-1", "wrong_person")


def test_facts_come_oldest_first_and_of_the_kinds_that_are_asked_for(book) -> None:
    for number, day in enumerate((3, 1, 2)):
        fact = PastFact(at=AT + timedelta(days=day), kind=(FactKind.HOLD, FactKind.EVENT)[number % 2], name="x")
        person_facts.add(book.conn, PersonFact(f"f{number}", "p1", fact, AT))
    late = AT + timedelta(days=9)
    assert known(book, late) == ["f1", "f2", "f0"]
    events = person_facts.of_person(book.conn, "p1", late, (FactKind.EVENT,))
    assert [fact.fact_id for fact in events] == ["f1"]


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (replace(CEASE, person_id="nobody"), "no person nobody in the ledger"),
        (replace(CEASE, fact=replace(CEASE.fact, address="0912345678")), "person p1 has no such contact point"),
        (replace(CEASE, evidence="she said so on the phone"), "evidence of a fact is no code"),
        (replace(CEASE, evidence="ann@example.org"), "evidence of a fact is no code"),
        (replace(CEASE, fact=replace(CEASE.fact, name="please stop")), "name of a fact is no code"),
        (replace(CEASE, fact=PastFact(at=AT, kind=FactKind.ZONE, name="Taipei")), "not the name of a time zone"),
        (replace(CEASE, fact=PastFact(at=AT, kind=FactKind.ZONE)), "not the name of a time zone"),
        (replace(CEASE, fact=PastFact(at=AT, kind=FactKind.CONSENT)), "name of a fact is no code"),
        (replace(CEASE, fact=replace(CEASE.fact, days=0)), "fact f1: it holds for one day at least"),
        (replace(CEASE, fact=PastFact(at=AT, kind=FactKind.AGREED_WINDOW, opens=0)), "fact f1: hours open and close"),
        (replace(CEASE, fact=replace(WINDOW, opens=-1)), "fact f1: hours open and close"),
        (replace(CEASE, fact=replace(WINDOW, closes=1441)), "fact f1: hours open and close"),
    ],
)
def test_what_may_not_be_stored_is_refused(book, fact: PersonFact, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        person_facts.add(book.conn, fact)


@pytest.mark.parametrize(("by", "reason"), [("Ann Lee", "wrong"), ("op-1", "it was wrong")])
def test_a_withdrawal_says_codes_only(book, by: str, reason: str) -> None:
    person_facts.add(book.conn, CEASE)
    with pytest.raises(InputError, match="is no code"):
        person_facts.withdraw(book.conn, "f1", LATER, by, reason)
