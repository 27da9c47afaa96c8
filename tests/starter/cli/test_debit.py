"""`duecourse mandate …` and `duecourse debit …`: given, ended, listed, answered, and refused in one line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.model.debits import DebitState
from ledger import debits, keeping_debits, rings
from tests.ledger.debit_of_one import debit
from tests.starter.cli.conftest import Office

GIVEN = ("--signed", "2005-06-01", "--evidence", "DOC-9", "--by", "op-7", "--id", "m-1")
KEY = "A-1/1/plan/1/debit/1/2005-06-22/1"
AT = datetime(2026, 1, 6, 1, tzinfo=UTC)
HEARS = "its case hears of it from the feed"


def add(office: Office, *more: str) -> list[str]:
    return office.done("mandate", "add", "A-1", "--token", "TOK-77", *GIVEN, *more)


@pytest.fixture
def asked(office: Office) -> Office:
    """A debit that the provider has."""
    office.open_cases(["A-1"])
    add(office)
    with office.ledger.write() as conn:
        keeping_debits.intend(conn, debit(plan="A-1/1/plan/1", case_id="A-1/1", account_id="A-1"), AT)
        debits.mark_asked(conn, KEY, AT)
    return office


def rung(office: Office) -> int:
    with office.ledger.read() as conn:
        return rings.unheard(conn).rings


def test_a_mandate_is_given_listed_and_ended(office: Office) -> None:
    assert office.done("mandate", "list") == ["no mandate was given"]
    told = "given: mandate m-1 for the account A-1, from 2005-06-01"
    assert add(office, "--most", "500", "--until", "2030-01-01") == [told]
    assert add(office, "--most", "500", "--until", "2030-01-01") == ["nothing changed: mandate m-1 was given before"]
    assert "from 2005-06-01 until 2030-01-01  500.00 TWD" in office.done("mandate", "list", "A-1")[1]
    assert office.done("mandate", "end", "m-1", "--reason", "revoked", "--by", "op-8") == ["ended: mandate m-1"]
    again = office.done("mandate", "end", "m-1", "--reason", "revoked", "--by", "op-8")
    assert again == ["nothing changed: mandate m-1 was ended before"]
    assert office.json("mandate", "list") == []
    (row,) = office.json("mandate", "list", "--all")
    assert (row["token"], row["most"], row["currency"], row["end_reason"]) == ("TOK-77", "500.00", "TWD", "revoked")


def test_a_mandate_for_an_account_with_a_case_says_that_the_case_hears_of_it(office: Office) -> None:
    office.open_cases(["A-1"])
    assert add(office)[1:] == [HEARS]
    assert office.done("mandate", "end", "m-1", "--reason", "revoked", "--by", "op-8")[1:] == [HEARS]


def test_a_program_is_told_of_a_mandate_as_it_was_given(office: Office) -> None:
    told = office.json("mandate", "add", "A-1", "--token", "TOK-77", "--from", "2005-07-01", *GIVEN)
    assert (told["new"], told["valid_from"], told["valid_until"], told["most"]) == (True, "2005-07-01", None, None)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("add", "A-9", "--token", "T", *GIVEN), "no account A-9 in the ledger"),
        (("add", "A-1", "--token", "DE89370400440532013000", *GIVEN), "looks like the number of a bank account"),
        (("add", "A-1", "--token", "two words", *GIVEN), "token is no code"),
        (("add", "A-1", "--token", "T", "--most", "0", *GIVEN), "an amount above zero, in TWD"),
        (("add", "A-1", "--token", "T", "--most", "lots", *GIVEN), "'lots' TWD is no amount"),
        (("add", "A-1", "--token", "T", "--until", "2005-05-01", *GIVEN), "would end on 2005-05-01, before it begins"),
        (("add", "A-1", "--token", "T", "--from", "2005-05-01", *GIVEN), "would begin on 2005-05-01, before it was"),
        (("end", "m-9", "--reason", "revoked", "--by", "op-7"), "no mandate m-9 in the ledger"),
    ],
)
def test_a_mandate_that_cannot_be_is_refused(office: Office, words, fault) -> None:
    assert fault in office.refused("mandate", *words)


def test_the_list_tells_a_program_what_to_debit(asked: Office) -> None:
    (row,) = asked.json("debit", "list")
    assert (row["debit"], row["token"], row["amount"], row["currency"], row["on"], row["state"]) == (
        KEY,
        "TOK-77",
        "200.00",
        "TWD",
        "2005-06-22",
        "asked",
    )
    assert "200.00 TWD  2005-06-22  2005-06-22  asked" in asked.done("debit", "list")[1]


def test_a_debit_is_confirmed_once_and_its_case_rung(asked: Office) -> None:
    words = ("debit", "confirm", KEY, "--reference", "PAY-1", "--by", "payments")
    before = rung(asked)
    assert asked.done(*words) == [f"collected: {KEY}", HEARS]
    assert rung(asked) == before + 1
    assert asked.done(*words) == [f"nothing changed: {KEY} was collected before"]
    assert asked.done("debit", "list") == ["no debit waits for an answer"]
    (row,) = asked.json("debit", "list", "--all")
    assert (row["state"], row["reference"]) == ("collected", "PAY-1")


@pytest.mark.parametrize(
    ("more", "hard", "mandates"),
    [(("no_funds",), False, 1), (("no_funds", "--hard"), True, 1), (("mandate_revoked",), True, 0)],
    ids=["it may pass", "the provider says so", "the mandate too"],
)
def test_a_debit_is_declined_once(asked: Office, more, hard, mandates) -> None:
    words = ("debit", "decline", KEY, "--by", "payments", "--code", *more)
    assert asked.done(*words) == [f"declined: {KEY}", HEARS]
    assert asked.done(*words) == [f"nothing changed: {KEY} was declined before"]
    (row,) = asked.json("debit", "list", "--all")
    assert (row["code"], row["hard"], len(asked.json("mandate", "list"))) == (more[0], hard, mandates)


def test_what_nobody_knew_is_a_task_that_names_what_to_do(asked: Office) -> None:
    with asked.ledger.write() as conn:
        keeping_debits.answer(conn, KEY, DebitState.UNKNOWN, AT)
    (task,) = asked.json("task", "list")
    assert task["about"] == f"find out whether {KEY} took money, then `duecourse debit confirm` or `decline`"
    asked.done("debit", "confirm", KEY, "--reference", "PAY-1", "--by", "payments")
    assert asked.json("task", "list") == []


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("confirm", "nobody", "--reference", "PAY-1", "--by", "payments"), "no debit nobody in the ledger"),
        (("confirm", KEY, "--reference", "two words", "--by", "payments"), "reference is no code"),
        (("decline", KEY, "--code", "two words", "--by", "payments"), "code is no code"),
        (("decline", "nobody", "--code", "no_funds", "--by", "payments"), "no debit nobody in the ledger"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(asked: Office, words, fault) -> None:
    assert fault in asked.refused("debit", *words)


def test_another_answer_than_the_first_is_refused(asked: Office) -> None:
    asked.done("debit", "confirm", KEY, "--reference", "PAY-1", "--by", "payments")
    assert f"the debit {KEY} is collected already" in asked.refused(
        "debit", "decline", KEY, "--code", "no_funds", "--by", "payments"
    )
