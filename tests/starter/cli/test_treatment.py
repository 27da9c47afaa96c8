"""`duecourse person treatment | reason`: what a vulnerable customer needs counts at once; why is nobody's business."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger import system_audit, tasks
from starter.treating import CHAIN
from tests.starter.cli.conftest import Office

REASON = "hears voices at night"
KEY = f"k1:{'0a' * 32}"


def days_on(days: int) -> str:
    return str((datetime.now(UTC) + timedelta(days=days)).date())


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "ledger-keys"
    file.write_text(KEY)
    monkeypatch.setenv("DUECOURSE_LEDGER_KEY_FILE", str(file))
    return file


def lay(office: Office, treatment: str, *more: str, stdin: str = "") -> list[str]:
    words = ("person", "treatment", "A-1", treatment, "--review-on", days_on(90), "--by", "agent-7")
    return office.done(*words, *more, stdin=stdin)


def allowed(office: Office, account: str, channel: str) -> bool:
    told = office("gate", "explain", account, "--channel", channel, "--json")
    return "no_calls" not in told.out and "letters_only" not in told.out and "vulnerability_review" not in told.out


def test_a_treatment_counts_at_once_on_every_account_and_is_reviewed(office: Office) -> None:
    office.open_cases(["A-1", "A-2"])
    done = lay(office, "no_calls", "--id", "t-1")
    assert done[0] == f"laid on the customer: no calls, to be reviewed on {days_on(90)} (t-1)"
    assert done[-1] == "2 open cases hear of it from the feed"
    assert lay(office, "no_calls", "--id", "t-1")[0] == "nothing changed: treatment t-1 was laid on the customer before"
    for account in ("A-1", "A-2"):
        assert [allowed(office, account, channel) for channel in ("call", "sms", "letter")] == [False, True, True]
    with office.ledger.read() as conn:
        (review,) = tasks.open_tasks(conn, 10)
    assert (review.kind, review.detail) == ("treatment_review", {"treatment": "no_calls", "fact": "t-1"})
    office.done("person", "fact", "A-1", "release", "--name", "no_calls", "--id", "t-1-over")
    assert allowed(office, "A-1", "call")


@pytest.mark.parametrize(
    ("treatment", "open_channels"),
    [("letters_only", {"letter"}), ("specialist", set()), ("more_time", {"call", "sms", "letter"})],
)
def test_each_treatment_closes_what_it_says(office: Office, treatment, open_channels) -> None:
    lay(office, treatment)
    assert {channel for channel in ("call", "sms", "letter") if allowed(office, "A-1", channel)} == open_channels


def test_a_reason_is_kept_with_consent_encrypted_and_opened_for_a_named_person(office: Office, key: Path) -> None:
    more = ("--id", "t-1", "--consent", "CONS-4", "--with-reason")
    assert REASON not in " ".join(lay(office, "no_calls", *more, stdin=REASON))
    with office.ledger.read() as conn:
        rows = [str(tuple(row)) for row in conn.execute(text("SELECT * FROM treatments"))]
        everything = [
            str(tuple(row))
            for table in conn.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
            for row in conn.execute(text(f"SELECT * FROM {table}"))
        ]
    assert len(rows) == 1
    assert not any(REASON in row for row in everything)
    assert office.done("person", "reason", "t-1", "--by", "lead-2") == [REASON]
    with office.ledger.read() as conn:
        (opened,) = system_audit.rows(conn, CHAIN)
    assert opened.content == {"treatment": "t-1", "by": "lead-2"}
    assert REASON not in office("person", "show", "A-1").out
    office.done("person", "withdraw", "t-1", "--by", "lead-2", "--reason", "mistake")
    assert "its reason is not opened any more" in office.refused("person", "reason", "t-1", "--by", "lead-2")


def test_a_reason_needs_consent_and_a_key(office: Office, tmp_path: Path, monkeypatch) -> None:
    words = ("person", "treatment", "A-1", "no_calls", "--review-on", days_on(9), "--by", "agent-7", "--with-reason")
    assert "the ledger has no key" in office.refused(*words, "--consent", "C-1", stdin=REASON)
    file = tmp_path / "ledger-keys"
    file.write_text(KEY)
    monkeypatch.setenv("DUECOURSE_LEDGER_KEY_FILE", str(file))
    assert "with the customer's consent only" in office.refused(*words, stdin=REASON)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("treatment", "A-1", "hugs", "--review-on", "2027-01-01", "--by", "x"), "hugs"),
        (("treatment", "A-1", "no_calls", "--review-on", "2020-01-01", "--by", "x"), "not within a year from tomorrow"),
        (("treatment", "A-1", "no_calls", "--review-on", "2190-01-01", "--by", "x"), "not within a year from tomorrow"),
        (("treatment", "nobody", "no_calls", "--review-on", "2027-01-01", "--by", "x"), "no account nobody"),
    ],
)
def test_bad_input_is_one_line(office: Office, words, why) -> None:
    assert why in office.refused("person", *words)


def test_a_reason_that_is_not_there_is_told(office: Office, key: Path) -> None:
    assert "no treatment t-9 in the ledger" in office.refused("person", "reason", "t-9", "--by", "x")
    lay(office, "more_time", "--id", "t-1")
    assert "no reason is kept with the treatment t-1" in office.refused("person", "reason", "t-1", "--by", "x")


def test_another_treatment_under_its_id_is_refused(office: Office) -> None:
    lay(office, "no_calls", "--id", "t-1")
    words = ("person", "treatment", "A-1", "letters_only", "--review-on", days_on(90), "--by", "agent-7", "--id", "t-1")
    assert "treatment t-1 is in the ledger with other content" in office.refused(*words)
