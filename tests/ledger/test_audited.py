"""What an audit goes through: every person with a case or a contact, and each table read once for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.model.contact import ContactAsk, FactKind, Outcome, Party, PastContact, PastFact
from domain.model.facts import Account, MessageState
from domain.model.permits import PermitState
from domain.model.stops import StopKind
from domain.model.strategy import Channel
from ledger import (
    accounts,
    audit,
    audited,
    contacts,
    messages,
    permits,
    person_facts,
    policies,
    stops,
    system_audit,
    watermarks,
)
from ledger.accounts import ContactPoint
from ledger.contacts import Contact
from ledger.person_facts import PersonFact
from ledger.stops import Stop
from tests.ledger.conftest import Book, instant

AT = instant("2026-03-03T02:00")
HOUR = timedelta(hours=1)


def reach(book: Book, contact_id: str, person_id: str) -> None:
    made = PastContact(at=AT, channel=Channel.SMS, outcome=Outcome.DELIVERED)
    contacts.add(book.conn, Contact(contact_id, person_id, made))


def add_persons(book: Book, numbers: Iterable[int]) -> None:
    for n in numbers:
        accounts.add_account(book.conn, Account(account_id=f"a{n}", currency="TWD", zone="Asia/Taipei"), f"p{n}")


def test_persons_with_a_case_or_a_contact_are_told_once_each_in_their_order(book: Book) -> None:
    add_persons(book, (3, 2, 4))
    assert audited.persons(book.conn) == ()
    for contact_id, person_id in (("c-1", "p3"), ("c-2", "p2"), ("c-3", "p2")):
        reach(book, contact_id, person_id)
    book.open_case(AT)
    assert audited.persons(book.conn) == ("p1", "p2", "p3")


def test_rows_of_evidence_come_by_case_oldest_first(book: Book) -> None:
    row, _ = book.open_case(AT)
    written = [audit.append(book.conn, row.case_id, "step", AT, {"step_no": number}) for number in (1, 2)]
    found = audited.rows(book.conn, [row.case_id, "a9/1"])
    assert {case_id: [vars(link) for link in links] for case_id, links in found.items()} == {
        row.case_id: [vars(link) for link in written],
        "a9/1": [],
    }


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
def test_what_speaks_of_a_case_that_is_not_there_is_found(book: Book, notice) -> None:
    audit.append(book.conn, notice.case_id, "step", AT, {})
    assert audited.without_case(book.conn) == ()
    book.conn.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    book.conn.exec_driver_sql("UPDATE cases SET case_id = 'a1/2'")
    assert audited.without_case(book.conn) == (notice.case_id,)
    book.conn.exec_driver_sql("UPDATE cases SET case_id = 'a1/1'")


def test_messages_come_by_case_with_all_that_is_compared(book: Book, notice) -> None:
    accounts.add_contact_point(book.conn, ContactPoint("n-1", "p1", Channel.FILE, "file:Ms-Canary"))
    said = {"content_digest": "0" * 64, "party": Party.SPOUSE}
    messages.intend(book.conn, notice, "p1", "n-1", AT.date(), AT, **said)
    (found,) = audited.messages_of(book.conn, [notice.case_id, "a9/1"])
    assert (found.key, found.case_id, found.account_id, found.person_id) == (notice.key, notice.case_id, "a1", "p1")
    assert (found.channel, found.purpose, found.legal_notice) == (notice.channel, notice.purpose, None)
    assert (found.state, found.intent_at, found.contact_point_id) == (MessageState.SENDING, AT, "n-1")
    assert {name: getattr(found, name) for name in said} == said
    assert list(audited.messages_of(book.conn, [])) == []


def test_contacts_and_permits_come_by_their_ids_whosever_they_are(book: Book) -> None:
    add_persons(book, (2,))
    ask = ContactAsk(Channel.CALL, AT)
    times = {"issued_at": AT - HOUR, "valid_from": AT, "expires_at": AT + HOUR}
    permits.issue(book.conn, "r-1", "p1", ask, **times)
    reach(book, "c-1", "p2")
    assert {found.person_id for found in audited.contacts_of(book.conn, {"r-1", "c-1", "c-9"})} == {"p1", "p2"}
    (found,) = audited.permits_of(book.conn, {"r-1", "c-1"})
    assert (found.permit_id, found.state) == ("r-1", PermitState.OPEN)
    assert {name: getattr(found, name) for name in times} == times


def test_more_ids_than_one_statement_may_name_are_found_all_the_same(book: Book) -> None:
    for number in range(3):
        reach(book, f"c-{number}", "p1")
    wanted = {f"c-{number}" for number in range(1_200)}
    assert {found.contact_id for found in audited.contacts_of(book.conn, wanted)} == {"c-0", "c-1", "c-2"}


def test_contact_points_come_with_the_newest_first(book: Book) -> None:
    days = {"n-1": None, "n-2": date(2026, 1, 1), "n-3": date(2026, 2, 1), "n-4": date(2026, 2, 1)}
    for name, day in days.items():
        point = ContactPoint(name, "p1", Channel.SMS, "+886912000111", usable_from=day, party=Party.SPOUSE)
        accounts.add_contact_point(book.conn, point)
    found = audited.points_of(book.conn, "p1")
    assert [point.contact_point_id for point in found] == ["n-3", "n-4", "n-2", "n-1"]
    assert {(point.party, point.channel) for point in found} == {(Party.SPOUSE, Channel.SMS)}


FACT = PastFact(AT, FactKind.OPT_OUT, "stop", Channel.SMS, debts=("a1",), until=AT + 9 * HOUR)


def test_facts_are_read_as_they_were_told(book: Book) -> None:
    person_facts.add(book.conn, PersonFact("f-1", "p1", FACT, AT + HOUR))
    person_facts.add(book.conn, PersonFact("f-2", "p1", replace(FACT, at=AT + HOUR, channel=None), AT + HOUR))
    person_facts.withdraw(book.conn, "f-1", AT + 3 * HOUR, "op-1", "wrong")
    first, second = audited.facts_of(book.conn, "p1")
    assert (first.fact, first.recorded_at, first.withdrawn_at) == (FACT, AT + HOUR, AT + 3 * HOUR)
    assert (second.fact.channel, second.withdrawn_at) == (None, None)


@pytest.mark.parametrize("hours", [0, 1, 2, 3, 4])
def test_a_fact_was_known_whenever_the_ledger_itself_tells_it(book: Book, hours: int) -> None:
    person_facts.add(book.conn, PersonFact("f-1", "p1", FACT, AT + HOUR))
    person_facts.withdraw(book.conn, "f-1", AT + 3 * HOUR, "op-1", "wrong")
    at = AT + hours * HOUR
    (told,) = audited.facts_of(book.conn, "p1")
    assert told.was_known(at) is bool(person_facts.of_person(book.conn, "p1", at))


def test_every_stop_is_told_also_one_that_was_released(book: Book) -> None:
    assert audited.stops(book.conn) == []
    for name in ("s-1", "s-2"):
        stops.set_stop(book.conn, Stop(name, StopKind.CHANNEL, "sms", AT, "op-1", "why"))
    stops.release(book.conn, "s-1", AT + HOUR, "op-2")
    assert [(stop.stop_id, stop.kind, stop.released_at) for stop in audited.stops(book.conn)] == [
        ("s-1", StopKind.CHANNEL, AT + HOUR),
        ("s-2", StopKind.CHANNEL, None),
    ]


def test_a_watermark_comes_with_the_instant_at_which_it_was_told(book: Book) -> None:
    assert audited.watermark(book.conn, "ledger") is None
    watermarks.advance(book.conn, "ledger", AT, AT + HOUR)
    assert audited.watermark(book.conn, "ledger") == (AT, AT + HOUR)


def test_chains_of_what_is_not_a_cases_are_told_once_each(book: Book) -> None:
    assert audited.system_chains(book.conn) == ()
    for chain in ("stops", "feeds", "stops"):
        system_audit.append(book.conn, chain, "told", AT, {})
    assert audited.system_chains(book.conn) == ("feeds", "stops")


def test_policies_come_as_they_are_stored(book: Book, strategy, rules) -> None:
    assert list(audited.policies(book.conn)) == []
    refs = policies.publish_strategy(book.conn, strategy, AT), policies.publish_rules(book.conn, rules, AT)
    found = list(audited.policies(book.conn))
    assert [(each.kind, each.name, each.version) for each in found] == [("rules", "tw", 1), ("strategy", "cards", 1)]
    assert {each.digest for each in found} == {ref.digest for ref in refs}
    assert all(each.body.startswith("{") for each in found)
