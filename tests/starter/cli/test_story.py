"""The audit in sentences, whatever it holds."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from pydantic import JsonValue

from ledger import entries
from ledger.audit import AuditRow
from ledger.entries import Entry, EntryKind
from starter.cli.sentences import sentence
from tests.starter.cli.conftest import Office

AT = datetime(2026, 5, 4, 4, tzinfo=UTC)
NOTICE: dict[str, JsonValue] = {
    "key": "A/1/reminder/1",
    "step": "reminder",
    "notice": "friendly-reminder",
    "attempt": 1,
    "channel": "file",
    "oldest_due_on": "2026-04-20",
    "past_due": "1,200.00 CNY",
}


def told(kind: str, **body: JsonValue) -> str:
    return sentence(AuditRow("A/1", 1, kind, AT, json.dumps(body), "", ""), "Asia/Shanghai")


@pytest.mark.parametrize(
    ("kind", "more", "text"),
    [
        ("notice_intended", {}, "is about to leave by file: 1,200.00 CNY past due since 2026-04-20."),
        ("notice_tried_again", {}, "is tried again."),
        ("notice_sent", {"paid_meanwhile": False}, "was sent by file: 1,200.00 CNY past due since 2026-04-20."),
        (
            "notice_sent",
            {"paid_meanwhile": True},
            "was sent by file: 1,200.00 CNY past due since 2026-04-20; money arrived while it left.",
        ),
        ("notice_refused", {"blocker": "paid", "retry_at": None}, "did not leave, because money arrived."),
        (
            "notice_deferred",
            {"blocker": "contact_window", "retry_at": "2026-05-05T00:00:00+00:00"},
            "waits for the hours of contact, because contact is not allowed at this hour; not before 2026-05-05 08:00.",
        ),
        ("notice_failed", {}, "could not be delivered."),
        ("notice_failed", {"reason": "too_long"}, "could not be delivered (too long)."),
        ("notice_unknown", {}, "may have left or not: the provider cannot say, a person must check."),
        ("notice_accepted", {}, "is on its way, as its provider reports."),
        ("notice_delivered", {}, "reached the customer's address, as its provider reports."),
        (
            "notice_bounced",
            {},
            "did not reach the customer's address, as its provider reports: it counts as failed.",
        ),
        (
            "notice_contradicted",
            {"stored": "failed", "found": "sent"},
            "is failed in the ledger and sent at the provider: a person must check.",
        ),
    ],
)
def test_what_became_of_a_notice(kind: str, more: dict[str, JsonValue], text: str) -> None:
    assert told(kind, **NOTICE, **more) == f"The notice friendly-reminder {text}"


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        (
            "permit_given",
            {"channel": "call", "party": "reserved_contact", "expires_at": "2026-05-04T06:00:00Z"},
            "One contact by hand is permitted: call to the reserved contact, until 2026-05-04 14:00.",
        ),
        (
            "permit_closed",
            {"permit": "A_1/1/permit/r", "how": "expired"},
            "The permit A_1/1/permit/r is over: expired.",
        ),
        (
            "contact_reported",
            {"channel": "call", "party": "debtor", "outcome": "no_answer", "breach": None},
            "A contact by hand was reported: call, debtor, no answer.",
        ),
        (
            "contact_reported",
            {"channel": "call", "party": "debtor", "outcome": "busy", "breach": "no_permit"},
            "A contact by hand was reported: call, debtor, busy, a breach (no permit).",
        ),
        ("contact_reported", {}, "A contact by hand was reported: ?, ?, ?."),
    ],
)
def test_what_became_of_a_contact_by_hand(kind: str, body: dict[str, JsonValue], text: str) -> None:
    assert told(kind, **body) == text


def test_a_decision_says_what_was_heard_what_is_owed_and_what_comes() -> None:
    decision: dict[str, JsonValue] = {
        "past_due": "500.00 CNY",
        "days_past_due": 1,
        "next": {"what": "waits for payment", "why": "all notices were given"},
        "outcome": None,
    }
    assert told("step", events=["woken", "hold"], answers={"h-1": True, "h-2": False}, decision=decision) == (
        "The time had come, a hold was asked for; the request h-1 is accepted; the request h-2 is refused; "
        "500.00 CNY is past due for 1 day. Next, the case waits for payment: all notices were given."
    )


def test_a_decision_that_ends_the_case_says_how() -> None:
    text = told("step", events=["ledger_changed"], answers={}, decision={"outcome": "paid_in_full"})
    assert text == "The ledger changed. The case is closed: paid in full."


def test_an_episode_that_goes_on_says_why() -> None:
    text = told("episode_resumed", outcome_undone="cured")
    assert text == "The case goes on: what had ended it (cured) was taken back."


def test_what_later_versions_write_is_told_in_its_own_words() -> None:
    assert told("account_sold", amount="1") == "Account sold."
    assert told("step", events=["promise_broken"], decision={"outcome": None}) == "Promise broken."


@pytest.mark.parametrize("kind", list(EntryKind))
def test_every_kind_of_entry_has_words(office: Office, kind: EntryKind) -> None:
    posted = Entry("A-1", "e-1", kind, date(2026, 5, 4), AT, principal_minor=0 if kind is EntryKind.RE_AGE else 500)
    with office.ledger.write() as conn:
        entries.append(conn, posted)
    (line,) = office.done("case", "timeline", "A-1")[-1:]
    assert "(reference e-1)" in line
