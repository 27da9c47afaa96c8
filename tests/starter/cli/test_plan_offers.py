"""`duecourse plan offers`: what a customer can be offered, from what the ledger has of the account."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.model.causes import Cause
from domain.model.contact import Outcome, PastContact
from domain.model.money import Money
from domain.model.strategy import Channel
from ledger import causes, contacts, obligations
from ledger.causes import CauseRow
from ledger.contacts import Contact
from tests.starter.cli.conftest import OPENED_AT, Office
from tests.starter.cli.test_ability import owing as owing

STATEMENT = (
    'currency: TWD\nincome:\n  - {{kind: wages, amount: "{0}"}}\nessentials:\n  - {{kind: housing, amount: "1000"}}\n'
)


@pytest.fixture
def late(owing: Office) -> Office:
    """A-1 owes 30,000, of which 3,000 are past due; its case is open."""
    with owing.ledger.write() as conn:
        due_on = date(2026, 1, 20)
        obligations.add(conn, "A-1", due_on, Money.of_minor(300_000, "TWD"), statement_on=None, recorded_at=OPENED_AT)
    owing.open_cases(["A-1"])
    return owing


def assess(office: Office, tmp_path: Path, wages: int) -> None:
    file = tmp_path / "statement.yaml"
    file.write_text(STATEMENT.format(wages), encoding="utf-8")
    office.done("person", "ability", "A-1", str(file), "--by", "agent-7")


def test_what_is_affordable_is_offered_the_best_first(late: Office, tmp_path: Path) -> None:
    assess(late, tmp_path, 5_000)  # three quarters of the 4,000 that are left are for A-1
    found = late.json("plan", "offers", "A-1")
    assert (found["balance"], found["past_due"], found["affordable"]) == ("30000.00", "3000.00", "3000.00")
    told = [(each["entry"], each["count"], each["monthly"]["amount"]) for each in found["offers"]]
    assert told[:2] == [("pay-now", 1, "3000.00"), ("plan-without-interest", 12, "2500.00")]
    assert [each["count"] for each in found["offers"] if each["entry"] == "plan-reduced"] == [24, 36, 60]
    lines = late.done("plan", "offers", "A-1")
    assert lines[0] == "owed 30,000.00 TWD, of which 3,000.00 TWD past due; strategy card-standard v7"
    assert lines[1].startswith("affordable 3,000.00 TWD a month (ability report ")
    assert "plan-without-interest" in lines[4]


def test_without_an_ability_report_it_is_asked_for(late: Office) -> None:
    assert "nothing is offered before it is known what the customer can pay" in late.done("plan", "offers", "A-1")[-1]
    assert late.json("plan", "offers", "A-1")["none"] == "ability_unknown"


def test_who_can_pay_nothing_is_eased_by_a_hardship_or_seen_by_a_person(late: Office, tmp_path: Path) -> None:
    assess(late, tmp_path, 1_040)
    assert late.done("plan", "offers", "A-1")[-1].endswith("a person must look")
    with late.ledger.write() as conn:
        contacts.add(conn, Contact("k-1", "P-1", PastContact(OPENED_AT, Channel.CALL, Outcome.CONVERSATION)))
        told = CauseRow("k-1", Cause.LOST_INCOME, "P-1", "A-1/1", "A-1", OPENED_AT.date(), OPENED_AT)
        causes.add(conn, told)
    (pause,) = late.json("plan", "offers", "A-1")["offers"]
    assert (pause["entry"], pause["count"], pause["monthly"]["amount"]) == ("relief-pause", 0, "0.00")
    assert "a pause, review" in late.done("plan", "offers", "A-1")[-1]


def test_a_proposal_is_answered_in_a_sentence_for_the_customer(late: Office, tmp_path: Path) -> None:
    assess(late, tmp_path, 5_000)

    def considered(*words: str) -> str:
        (line,) = late.done("plan", "consider", "A-1", *words)
        return line

    assert considered("--instalments", "12").startswith("accepted: 12 instalments of at most 2,500.00 TWD, 30,000.00")
    assert considered("--instalments", "3").startswith("countered: 12 instalments of at most 2,500.00 TWD")
    assert considered("--monthly", "900").startswith("accepted: 60 instalments of at most")
    assert considered("--monthly", "900", "--as", "supervisor").startswith("accepted: 60 instalments")
    assert considered("--once", "5", "--round", "9").startswith("ended: this offer stands until ")
    assert late.json("plan", "consider", "A-1", "--once", "3000")["verdict"] == "accepted"
    assert "say one thing: --instalments" in late.refused("plan", "consider", "A-1")
    assert "'x' TWD is no amount" in late.refused("plan", "consider", "A-1", "--monthly", "x")


def test_what_cannot_be_offered_is_refused_in_one_line(office: Office, late: Office) -> None:
    assert "account A-3 owes nothing: there is nothing to offer" in office.refused("plan", "offers", "A-3")
    assert "no account nobody in the ledger" in office.refused("plan", "offers", "nobody")


def test_a_strategy_without_a_book_says_so(owing: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    standard = Path("policies/strategies/card-standard.yaml")
    text = standard.read_text(encoding="utf-8")
    own = tmp_path / "own.yaml"
    book = text[text.index("offers:\n  expires_days") : text.index("# Days count from the oldest")]
    own.write_text(text.replace(book, "").replace("name: card-standard", "name: own"), encoding="utf-8")
    monkeypatch.setenv("DUECOURSE_STRATEGY", str(own))
    assert "the strategy own v7 has no offer book" in owing.refused("plan", "offers", "A-1")


def test_days_of_the_book_are_told(late: Office, tmp_path: Path) -> None:
    assess(late, tmp_path, 5_000)
    best = late.json("plan", "offers", "A-1")["offers"][0]
    first, until = date.fromisoformat(best["first_on"]), date.fromisoformat(best["expires_on"])
    assert until - first == timedelta(days=4)
