"""A message whose fate nobody knows is settled by a person or by its provider, and its case goes on."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from domain.delivery_report import signed
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
    assert heard == "its case hears of it from the feed"
    assert unknown.done(*settle) == [f"nothing changed: message {KEY} was settled so before"]
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


def report(key: str = KEY, state: str = "failed") -> bytes:
    return json.dumps({"key": key, "state": state, "at": OPENED_AT.isoformat()}).encode()


@pytest.fixture
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The secret that the bank shares with its provider, the second of two while it is changed."""
    for name in ("new", "old"):
        (tmp_path / name).write_text(f"{name} secret\n", encoding="utf-8")
    monkeypatch.setenv("DUECOURSE_CALLBACK_SECRETS", f"{tmp_path / 'new'}, {tmp_path / 'old'}")
    return "old secret"


def test_a_providers_report_is_taken_once_and_the_case_is_told(unknown: Office, secret: str) -> None:
    words = ("message", "callback", "--signature", signed(secret, datetime.now(UTC), report()))
    done, heard = unknown.done(*words, stdin=report())
    assert done == (
        f"taken: message {KEY} did not reach the address, by its provider; it counts as failed now, before as unknown"
    )
    assert heard == "its case hears of it from the feed"
    assert unknown.done(*words, stdin=report()) == ["nothing changed: this report was taken before"]
    later = report(state="delivered")
    words = ("message", "callback", "--signature", signed(secret, datetime.now(UTC), later))
    (done,) = unknown.done(*words, stdin=later)
    assert done == f"taken: message {KEY} reached the address, by its provider; it counts as failed, as before"


def test_a_report_is_told_as_json(unknown: Office, secret: str) -> None:
    header = signed(secret, datetime.now(UTC), report(state="delivered"))
    told = unknown.done("message", "callback", "--signature", header, "--json", stdin=report(state="delivered"))
    assert json.loads("\n".join(told)) == {
        "message": KEY,
        "account": "A-1",
        "case": "A-1/1",
        "reported": "delivered",
        "at": "2026-01-05T01:00:00+00:00",
        "new": True,
        "was": "unknown",
        "state": "sent",
    }


@pytest.mark.parametrize(
    ("header", "body", "message"),
    [
        pytest.param(signed("guess", datetime.now(UTC), report()), report(), "signature is wrong", id="forged"),
        ("none", report(), "no signature of the form"),
        (None, b"", "cannot be read"),
        (None, b"{}", "key is wrong"),
        (None, report(key="none"), "no message of which"),
        (None, b"x" * 70_000, "larger than 64 KiB"),
    ],
)
def test_a_report_that_is_not_the_providers_or_no_report_is_one_line(
    unknown: Office, secret: str, header: str | None, body: bytes, message: str
) -> None:
    header = header or signed(secret, datetime.now(UTC), body)
    assert message in unknown.refused("message", "callback", "--signature", header, stdin=body)


def test_without_a_secret_no_report_is_taken(unknown: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DUECOURSE_CALLBACK_SECRETS", raising=False)
    line = unknown.refused("message", "callback", "--signature", "t=1,v1=0", stdin=report())
    assert "DUECOURSE_CALLBACK_SECRETS" in line
