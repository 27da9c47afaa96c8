"""A message whose fate nobody knows is settled by a person, and its case goes on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from domain.model.commands import SendNotice
from domain.model.contact import ContactAsk, Outcome
from domain.model.facts import MessageState
from domain.model.money import Money
from domain.model.strategy import Channel
from ledger import audit, contacts, messages
from ledger.contacts import Contact
from tests.starter.cli.conftest import OPENED_AT, Office

KEY = "A-1/1/reminder/1"


@pytest.fixture
def unknown(office: Office) -> Office:
    """The office, with a text message of account A-1 of which the provider cannot say whether it left."""
    office.open_cases(["A-1"])
    command = SendNotice(
        key=KEY,
        case_id="A-1/1",
        account_id="A-1",
        step="reminder",
        notice="friendly-reminder",
        attempt=1,
        channel=Channel.SMS,
        as_of=OPENED_AT,
        oldest_due_on=date(2026, 1, 1),
        past_due=Money(amount=Decimal(500), currency="TWD"),
    )
    ask = ContactAsk(Channel.SMS, OPENED_AT, address="P-1-mobile")
    with office.ledger.write() as conn:
        messages.intend(conn, command, "P-1", "P-1-mobile", date(2026, 1, 5), OPENED_AT)
        contacts.add(conn, Contact.pending(KEY, "P-1", ask, case_id="A-1/1"))
        messages.settle(conn, KEY, MessageState.UNKNOWN, OPENED_AT)
    return office


@pytest.mark.parametrize(("state", "outcome"), [("sent", Outcome.DELIVERED), ("failed", Outcome.FAILED)])
def test_a_person_settles_a_message_once_and_the_audit_says_who(unknown: Office, state: str, outcome: Outcome) -> None:
    settle = ("message", "settle", KEY, state, "--by", "op-1")
    done, heard = unknown.done(*settle)
    assert done == f"settled: message {KEY} counts as {state}"
    assert heard.startswith("the case was not reached (is the Temporal server up?)")
    assert unknown.done(*settle)[0] == f"nothing changed: message {KEY} was settled so before"
    with unknown.ledger.read() as conn:
        row, contact, last = messages.get(conn, KEY), contacts.get(conn, KEY), audit.rows(conn, "A-1/1")[-1]
    assert row is not None
    assert contact is not None
    assert (row.state, contact.made.outcome) == (state, outcome)
    assert (last.kind, last.content) == ("notice_resolved", {"key": KEY, "state": state, "by": "op-1"})


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("none", "sent", "--by", "o"), "no message none in the ledger"),
        ((KEY, "lost", "--by", "o"), "'lost' is not one of"),
        ((KEY, "sent", "--by", "two words"), "by is no code"),
        ((KEY, "sent"), "--by"),
    ],
)
def test_bad_input_is_one_line(unknown: Office, words: tuple[str, ...], message: str) -> None:
    assert message in unknown.refused("message", "settle", *words)


def test_what_is_settled_stays_so(unknown: Office) -> None:
    unknown.done("message", "settle", KEY, "sent", "--by", "op-1")
    assert "only an unknown one is resolved" in unknown.refused("message", "settle", KEY, "failed", "--by", "op-1")
