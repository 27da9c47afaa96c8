"""`duecourse audit`: what it tells people and programs, and its exit codes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from domain.model.contact import Outcome, PastContact
from domain.model.strategy import Channel
from ledger.contacts import Contact
from tests.starter.cli.conftest import NUMBER, Office
from tests.starter.portfolio import store_permitted, unguarded

DAY = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
"""10:00 in Taipei."""
NIGHT = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
"""23:00 in Taipei."""


def reach(office: Office, *instants: datetime) -> None:
    """Messages that somebody sent by hand, with a permit, to the mobile number of A-1's customer."""
    with office.ledger.write() as conn:
        for number, at in enumerate(instants):
            made = PastContact(at, Channel.SMS, Outcome.DELIVERED, address="P-1-mobile", debts=("A-1",))
            store_permitted(conn, Contact(f"c-{number}", "P-1", made, case_id="A-1/1"))


def tamper(office: Office) -> None:
    """One of the rows of the case's audit is changed, by somebody who got rid of the triggers."""
    reach(office, DAY)
    with unguarded(office.ledger) as conn:
        conn.execute(text("UPDATE audit SET body = '{}' WHERE case_seq = 2"))


def test_a_clean_ledger_is_told_in_one_line(office: Office) -> None:
    office.open_cases(["A-1", "A-3"])
    reach(office, DAY)
    (line,) = office.done("audit")
    assert line == "Audit: 1 contacts, 0 breaches; 2 audit chains, 0 rows not as they were written"


def test_a_clean_ledger_is_told_to_programs(office: Office) -> None:
    office.open_cases(["A-1"])
    reach(office, DAY)
    assert office.json("audit") == {
        "contacts": 1,
        "breaches": [],
        "chains": 1,
        "tampered": [],
        "policies": [],
        "unreadable": [],
    }


def test_a_breach_is_told_with_its_rule_and_source_and_ends_with_1(office: Office) -> None:
    office.open_cases(["A-1"])
    reach(office, DAY, NIGHT)
    told = office("audit")
    assert (told.code, told.err, len(told.lines)) == (1, "", 2)
    assert told.lines[0].startswith("Audit: 2 contacts, 1 breaches;")
    assert told.lines[1].startswith("  2026-03-03 15:00Z  c-1: cn.day: 2026-03-03 23:00 Asia/Taipei is outside")
    assert "China Banking Association" in told.lines[1]

    told = office("audit", "--json")
    assert (told.code, told.err) == (1, "")
    (breach,) = json.loads(told.out)["breaches"]
    assert set(breach) == {"reference", "at", "rule", "source", "why"}
    assert (breach["reference"], breach["rule"], breach["at"]) == ("c-1", "cn.day", "2026-03-03T15:00:00+00:00")


def test_a_row_that_is_not_as_it_was_written_is_told_and_ends_with_1(office: Office) -> None:
    office.open_cases(["A-1"])
    tamper(office)
    told = office("audit")
    assert (told.code, told.err) == (1, "")
    assert told.lines[1] == "  A-1/1 row 2: changed: its hash is not that of its content"

    told = office("audit", "--json")
    assert told.code == 1
    assert json.loads(told.out)["tampered"] == [
        {"chain": "A-1/1", "row": 2, "what": "changed", "why": "its hash is not that of its content"}
    ]


def test_a_row_that_is_gone_from_the_end_is_told_by_what_it_told_of(office: Office) -> None:
    office.open_cases(["A-1"])
    reach(office, DAY)
    with unguarded(office.ledger) as conn:
        conn.execute(text("DELETE FROM audit WHERE case_seq = 2"))
    told = office("audit")
    assert (told.code, told.err) == (1, "")
    assert told.lines[1:] == ["  A-1/1 row 2: missing: at the end: no row tells of the report about c-0"]


def test_a_policy_that_was_changed_is_told_and_ends_with_1(office: Office) -> None:
    office.open_cases(["A-1"])
    with unguarded(office.ledger) as conn:
        conn.execute(text("UPDATE policies SET body = replace(body, '22:00', '23:59') WHERE kind = 'rules'"))
    told = office("audit")
    assert (told.code, told.err) == (1, "")
    assert told.lines[0].endswith("; 1 policies not as they were published")
    assert told.lines[1].startswith("  rules cn v")
    (policy,) = json.loads(office("audit", "--json").out)["policies"]
    assert (policy["kind"], policy["name"]) == ("rules", "cn")
    assert policy["why"]


@pytest.mark.parametrize(
    "nonsense", ["contacts SET channel = 'pigeon'", "contacts SET debts = '{'", "accounts SET zone = 'Mars/X'"]
)
def test_what_cannot_be_read_is_told_and_hides_nothing_of_others(office: Office, nonsense: str) -> None:
    office.open_cases(["A-1", "A-3"])
    reach(office, DAY)
    with unguarded(office.ledger) as conn:
        conn.execute(text(f"UPDATE {nonsense} WHERE person_id = 'P-1'"))
        conn.execute(text("UPDATE audit SET body = '[]' WHERE case_id = 'A-3/1' AND case_seq = 1"))
    told = office("audit")
    assert (told.code, told.err) == (1, "")
    assert told.lines[0].endswith("; 1 parts that cannot be read")
    assert told.lines[-1].startswith("  what the ledger has of the person P-1 cannot be read (")
    (unreadable,) = json.loads(office("audit", "--json").out)["unreadable"]
    assert unreadable == told.lines[-1].strip()


def test_of_many_breaches_the_first_are_shown_and_the_rest_are_counted(office: Office) -> None:
    office.open_cases(["A-1"])
    reach(office, *(NIGHT + timedelta(minutes=n) for n in range(53)))
    told = office("audit")
    assert (told.code, len(told.lines)) == (1, 52)
    assert told.lines[-1] == "  and 3 more: see --json"
    assert len(json.loads(office("audit", "--json").out)["breaches"]) == 53


def test_nothing_that_is_told_holds_an_address(office: Office) -> None:
    office.open_cases(["A-1"])
    reach(office, NIGHT)
    for words in ((), ("--json",)):
        told = office("audit", *words)
        assert not any(secret in told.out + told.err for secret in (NUMBER, "anna", "P-1-mobile"))


@pytest.mark.parametrize(
    ("since", "count"),
    [
        ("2026-03-03", 1),
        ("2026-03-03T02:00", 1),
        ("2026-03-03T02:00Z", 1),
        ("2026-03-03T10:00+08:00", 1),
        ("2026-03-03T02:01", 0),
        ("2026-03-03T10:01+08:00", 0),
        ("2026-03-04", 0),
    ],
)
def test_only_contacts_from_the_instant_on_are_judged_in_utc_unless_it_says(
    office: Office, since: str, count: int
) -> None:
    office.open_cases(["A-1"])
    reach(office, DAY)
    assert office.json("audit", "--since", since)["contacts"] == count


@pytest.mark.parametrize("since", ["yesterday", "2026-02-30", "", "0001-01-01T00:00+08:00", "9999-12-31T23:00-08:00"])
def test_an_instant_that_is_none_is_refused_in_one_line(office: Office, since: str) -> None:
    told = office.refused("audit", "--since", since)
    assert "no instant" in told or "--since" in told


def test_without_a_ledger_the_audit_says_what_to_do(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setenv("DUECOURSE_DATA_DIR", str(tmp_path / "nowhere"))
    told = office("audit")
    assert (told.code, told.out, told.err.count("\n")) == (1, "", 1)
    assert "duecourse ledger init" in told.err
