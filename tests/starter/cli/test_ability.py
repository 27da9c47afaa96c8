"""`duecourse person ability`: what a customer can pay, from a file that people write."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.model.facts import Account
from ledger import accounts, entries
from ledger.entries import Entry, EntryKind
from tests.starter.cli.conftest import OPENED_AT, Office

STATEMENT = """\
currency: TWD
household: 3
income:
  - {kind: wages, amount: "62000", evidence: PAY-2026-11}
  - {kind: benefits, amount: "1200", every: week}
essentials:
  - {kind: housing, amount: "25000"}
  - {kind: food, amount: "14000"}
priority_debts:
  - {kind: tax_arrears, amount: "2000"}
other_debts:
  - {creditor: bank-b, balance: "100000"}
willingness: willing
offers_monthly: "5000"
"""


@pytest.fixture
def owing(office: Office) -> Office:
    """P-1 owes 30,000 on A-1 and 10,000 on A-2, and has a card in another currency."""
    with office.ledger.write() as conn:
        accounts.add_account(conn, Account(account_id="A-9", currency="USD", zone="Asia/Taipei"), "P-1")
        for account_id, minor in (("A-1", 3_000_000), ("A-2", 1_000_000)):
            opening = Entry(
                account_id, f"open-{account_id}", EntryKind.OPENING, OPENED_AT.date(), OPENED_AT, principal_minor=minor
            )
            entries.append(conn, opening)
    return office


@pytest.fixture
def statement(tmp_path: Path) -> Path:
    file = tmp_path / "statement.yaml"
    file.write_text(STATEMENT, encoding="utf-8")
    return file


def test_a_statement_is_assessed_and_kept_as_a_version(owing: Office, statement: Path) -> None:
    office = owing
    told = office.done("person", "ability", "A-1", str(statement), "--by", "agent-7", "--id", "r-1")
    assert told[0].startswith("ability report r-1, version 1 of ")
    lines = {line[:26].strip(): line[26:].strip() for line in told[1:]}
    assert lines["income"] == "67,200.00 TWD"
    assert lines["left in a month"] == "26,200.00 TWD"
    assert (lines["says"], lines["offers in a month"]) == ("willing", "5,000.00 TWD")
    again = office.json("person", "ability", "A-1", str(statement), "--by", "agent-7", "--id", "r-1")
    assert (again["version"], again["left_out"]) == (1, ["A-9"])
    shares = {share["account_id"]: share["monthly"]["amount"] for share in again["ability"]["shares"]}
    assert shares == {"A-1": "5614.29", "A-2": "1871.43"}, "30,000 and 10,000 of 140,000 that are owed everywhere"
    assert again["ability"]["elsewhere"]["amount"] == "18714.28"
    assert told[-1] == "  not counted, in another currency: A-9"
    assert lines["affordable here"] == "7,485.72 TWD"
    shown = office.json("person", "show", "P-1")["ability"]
    assert (shown["report"], shown["affordable_monthly"], shown["willingness"]) == ("r-1", "7485.72", "willing")
    assert office.done("person", "show", "A-1")[-1].startswith(
        "Can pay 7,485.72 TWD a month on all accounts here, willing (ability report r-1, version 1 of "
    )
    second = office.done("person", "ability", "A-1", str(statement), "--by", "agent-7")
    assert ", version 2 of " in second[0]


def test_where_the_household_is_not_covered_no_plan_is_affordable(office: Office, statement: Path) -> None:
    statement.write_text(STATEMENT.replace('"62000"', '"20000"'), encoding="utf-8")
    told = office.done("person", "ability", "A-1", str(statement), "--by", "agent-7")
    assert told[-1] == "  income does not cover what the household needs: no plan is affordable, look at hardship terms"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("kind: wages", "kind: lottery", ":4:12: kind: input should be 'wages', 'self_employment'"),
        ('amount: "62000"', 'amount: "-5"', "is not above zero"),
        ('amount: "62000"', 'amount: "62000.001"', "62000.001 TWD has more decimal places than the currency"),
        ("household: 3", "houshold: 3", ':2:1: unknown key "houshold": did you mean "household"?'),
        ("currency: TWD", "currency: CNY", "account A-1 is in TWD, the statement in CNY"),
        ("willing\n", "eager\n", "willingness: input should be 'willing', 'unsure' or 'unwilling'"),
        (STATEMENT, "[]", "should be a valid dictionary"),
        (STATEMENT, "", "the file is empty"),
    ],
)
def test_a_wrong_statement_is_refused_where_it_is_written(
    office: Office, statement: Path, old: str, new: str, why: str
) -> None:
    statement.write_text(STATEMENT.replace(old, new), encoding="utf-8")
    assert why in office.refused("person", "ability", "A-1", str(statement), "--by", "agent-7")


def test_a_file_that_is_not_there_is_told(office: Office, tmp_path: Path) -> None:
    assert "cannot be read" in office.refused("person", "ability", "A-1", str(tmp_path / "no.yaml"), "--by", "agent-7")
