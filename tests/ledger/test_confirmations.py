"""Opt-outs that wait for their confirmation: open tasks of the person, the oldest first."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.model.contact import CLOCKS_APART, FactKind, PastFact
from domain.model.facts import Account, OptOutToConfirm
from domain.model.strategy import Channel
from ledger import accounts, confirmations, messages, person_facts, tasks
from ledger.accounts import ContactPoint
from ledger.person_facts import PersonFact
from ledger.tasks import Task

AT = datetime(2005, 6, 23, 1, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


@pytest.fixture
def conn(book):
    accounts.add_account(book.conn, Account(account_id="a2", currency="TWD", zone="Asia/Taipei"), "p2")
    accounts.add_contact_point(book.conn, ContactPoint("c1", "p1", Channel.SMS, "+886912345678"))
    return book.conn


def say(conn, fact_id: str = "said-1", at: datetime = AT, person_id: str = "p1", **scope: str) -> None:
    detail = {"channel": "sms", **({"address_id": scope["address"]} if "address" in scope else {})}
    fact = PastFact(at, FactKind.OPT_OUT, channel=Channel.SMS, **scope)
    person_facts.add(conn, PersonFact(fact_id, person_id, fact, at))
    tasks.add(conn, Task(confirmations.task_id(fact_id), person_id, confirmations.KIND, at, detail=detail))


def waiting(conn, at: datetime = LATER, person_id: str = "p1") -> list[str]:
    return [each.fact_id for each in confirmations.to_confirm(conn, person_id, at)]


def test_each_tells_its_fact_and_where_the_customer_wants_no_more(conn) -> None:
    say(conn, "said-2", LATER)
    say(conn, "said-1", AT, address="c1")
    assert confirmations.to_confirm(conn, "p1", LATER) == (
        OptOutToConfirm(fact_id="said-1", channel=Channel.SMS, address="c1"),
        OptOutToConfirm(fact_id="said-2", channel=Channel.SMS),
    )


def test_those_of_other_people_and_other_tasks_are_not_theirs(conn) -> None:
    say(conn, person_id="p2")
    tasks.add(conn, Task("customer_wish/said-9", "p1", "customer_wish", AT, detail={"channel": "sms"}))
    assert waiting(conn) == []


def test_one_whose_task_is_done_waits_no_more(conn) -> None:
    say(conn)
    confirmations.close(conn, "opt-out/said-1", LATER, "sent")
    assert waiting(conn) == []
    done = tasks.get(conn, "opt_out_confirmation/said-1")
    assert done is not None
    assert (done.closed_at, done.outcome) == (LATER, "sent")


def test_closing_what_no_task_asked_for_does_nothing(conn) -> None:
    confirmations.close(conn, "opt-out/said-1", LATER, "sent")
    assert tasks.open_tasks(conn, 10) == ()


def test_one_that_was_tried_is_never_tried_again(conn, notice) -> None:
    say(conn)
    say(conn, "said-2", LATER)
    messages.intend(conn, notice.model_copy(update={"key": "opt-out/said-1"}), "p1", None, AT.date(), AT)
    assert waiting(conn) == ["said-2"]


def test_one_told_by_a_clock_ahead_waits_already(conn) -> None:
    say(conn, at=AT + CLOCKS_APART)
    assert waiting(conn, AT) == ["said-1"]
    assert waiting(conn, AT - timedelta(seconds=1)) == []


def test_one_that_was_withdrawn_or_taken_back_is_not_confirmed(conn) -> None:
    say(conn)
    say(conn, "said-2", address="c1")
    say(conn, "said-3", LATER)
    person_facts.withdraw(conn, "said-2", LATER, "op-1", "mistake")
    assert waiting(conn) == ["said-1", "said-3"]
    opted_in = PastFact(LATER, FactKind.OPT_IN, channel=Channel.SMS)
    person_facts.add(conn, PersonFact("said-4", "p1", opted_in, LATER))
    assert waiting(conn) == []
    assert not confirmations.holds(conn, "opt-out/said-1", "p1", LATER)
    assert confirmations.holds(conn, "opt-out/said-1", "p1", AT)
