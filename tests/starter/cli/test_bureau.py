"""`duecourse bureau list | confirm | refuse`: what a credit bureau is told, and what it answers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from domain.model.bureau import BureauReport, ReportKind, ReportStatus
from domain.model.entries import AddTask, AskReport
from domain.model.money import Money
from ledger import keeping
from ledger.keeping import Kept
from tests.starter.cli.conftest import Office

AT = datetime(2026, 3, 20, 2, tzinfo=UTC)
KEYS = ["A-1/1/bureau/negative/1", "A-1/1/bureau/negative/2"]


@pytest.fixture
def told(office: Office) -> Office:
    """Two reports about A-1 wait for the bureau."""
    office.open_cases(["A-1"])
    for key in KEYS:
        report = BureauReport(
            key=key,
            kind=ReportKind.NEGATIVE,
            status=ReportStatus.PAST_DUE,
            past_due=Money(amount=Decimal(500), currency="TWD"),
            oldest_due_on=date(2026, 1, 20),
            days_past_due=59,
        )
        task = AddTask(task_id=f"bureau_report/{key}", task="bureau_report", due_at=AT, detail={"report": key})
        with office.ledger.write() as conn:
            keeping.keep(conn, [AskReport(report=report), task], Kept("A-1/1", "A-1", "P-1", AT))
    return office


def test_nothing_waits_before_anything_was_told(office: Office) -> None:
    assert office.done("bureau", "list") == ["nothing waits for the credit bureau"]


def test_it_lists_what_the_bureau_has_not_answered(told: Office) -> None:
    shown = "\n".join(told.done("bureau", "list"))
    assert "negative: past due 500.00 TWD since 2026-01-20" in shown
    first = told.json("bureau", "list")[0]
    assert first == {
        "report": KEYS[0],
        "account": "A-1",
        "case": "A-1/1",
        "kind": "negative",
        "status": "past_due",
        "past_due": "500.00",
        "currency": "TWD",
        "oldest_due_on": "2026-01-20",
        "days_past_due": 59,
        "dispute": None,
        "state": "wanted",
        "wanted_at": AT.isoformat(),
        "settled_at": None,
        "reference": None,
        "reason": None,
    }


def test_what_the_bureau_confirms_is_kept_once_and_its_task_is_over(told: Office) -> None:
    words = ("bureau", "confirm", KEYS[0], "--by", "bureau-1", "--reference", "B-9")
    assert told.done(*words) == [f"confirmed: {KEYS[0]}", "its case hears of it from the feed"]
    assert told.done(*words) == [f"nothing changed: {KEYS[0]} was confirmed before"]
    assert [each["report"] for each in told.json("bureau", "list")] == [KEYS[1]]
    assert {each["report"]: each["reference"] for each in told.json("bureau", "list", "--all")} == {
        KEYS[0]: "B-9",
        KEYS[1]: None,
    }
    assert [task["detail"]["report"] for task in told.json("task", "list")] == [KEYS[1]]


def test_what_the_bureau_refuses_is_a_task(told: Office) -> None:
    words = ("bureau", "refuse", KEYS[0], "--by", "bureau-1", "--reason", "unknown-account")
    assert told.done(*words) == [f"refused: {KEYS[0]}", "its case hears of it from the feed"]
    assert told.done(*words) == [f"nothing changed: {KEYS[0]} was refused before"]
    about = {task["kind"]: task["about"] for task in told.json("task", "list")}
    assert set(about) == {"bureau_refused", "bureau_report"}
    assert f"the credit bureau refused {KEYS[0]}" in about["bureau_refused"]
    assert f"see that the credit bureau answers {KEYS[1]}" in about["bureau_report"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("confirm", "nobody", "--by", "b", "--reference", "B"), "no report nobody in the ledger"),
        (("confirm", KEYS[0], "--by", "b", "--reference", "told Ms Canary"), "reference"),
    ],
)
def test_nonsense_is_refused_in_one_line(told: Office, words, why) -> None:
    assert why in told.refused("bureau", *words)


def test_another_answer_than_the_one_before_is_refused(told: Office) -> None:
    told.done("bureau", "confirm", KEYS[0], "--by", "b", "--reference", "B-9")
    again = told.refused("bureau", "refuse", KEYS[0], "--by", "b", "--reason", "late")
    assert f"the report {KEYS[0]} is confirmed already" in again
