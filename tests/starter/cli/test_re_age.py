"""`duecourse case re-age`, and who decides on it by `duecourse offer approve | decline`, beside a running worker."""

from __future__ import annotations

import json

import pytest

from tests.plugins.virtual_bank import Bank
from tests.starter.cli.test_contact import Shell
from tests.starter.cli.test_contact import run as run
from tests.workflows.test_re_age import begin

ASK = ("re-age", "A-1", "--by", "agent-1", "--id", "r-1")


@pytest.fixture
async def case(bank: Bank, run: Shell):
    """`duecourse case …` for the open case of A-1, of which 400 are past due."""
    begin(bank, "A-1")
    await bank.start("A-1")

    async def asked(*words: str, group: str = "case"):
        return await run(*words, group=group)

    return asked


async def test_one_asks_another_approves_and_the_story_tells_of_both(bank: Bank, case) -> None:
    told = await case(*ASK, "--evidence", "DOC-7")
    assert told.out.startswith("the re-age r-1 is in force only when a supervisor, somebody else, approves it"), (
        told.err
    )
    assert "Re-age       r-1 waits for a decision until " in (await case("show", "A-1")).out
    shown = json.loads((await case("show", "A-1", "--json")).out)
    assert (shown["state"]["re_age"]["state"], shown["state"]["re_age"]["evidence"]) == ("asked", "DOC-7")
    (task,) = json.loads((await case("list", "--json", group="task")).out)
    assert task["about"].startswith("decide on the re-age r-1: 400.00 TWD past due, 600.00 paid since it was late")
    own = await case("approve", "A-1", "r-1", "--by", "agent-1", group="offer")
    assert (own.code, "agent-1 cannot approve what agent-1 asked for: somebody else must" in own.err) == (2, True)
    approved = await case("approve", "A-1", "r-1", "--by", "lead-2", "--json", group="offer")
    assert json.loads(approved.out)["text"].endswith("in force once the bank's card system has done it")
    await bank.handle("A-1").result()
    closed = (await case("show", "A-1")).out
    assert "The account was brought current without the arrears being paid" in closed
    story = (await case("timeline", "A-1")).out
    assert "The re-age r-1 of 400.00 TWD, asked for by agent-1, was approved by lead-2." in story
    assert "Made current without the arrears being paid: 0.00 TWD (reference embedded-" in story
    assert "By the re-age r-1 the account is current; 400.00 TWD were not paid." in story
    (asked,) = json.loads((await case("list", "--all", "--json", group="adjustment")).out)
    assert (asked["kind"], asked["made_by"], asked["checked_by"]) == ("re_age", "agent-1", "lead-2")


async def test_it_is_declined_with_a_code(case) -> None:
    asked = await case(*ASK, "--evidence", "DOC-7", "--json")
    assert json.loads(asked.out)["accepted"]
    declined = await case("decline", "A-1", "r-1", "--by", "lead-2", "--reason", "not-willing", group="offer")
    assert declined.out.startswith("the re-age r-1 is declined: collection goes on"), declined.err
    assert "Re-age       r-1 was declined on " in (await case("show", "A-1")).out


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ((), "say what shows that the customer is willing and able: --evidence or --ability-report"),
        (("--evidence", "Anna said so"), "this is no id: write letters, digits"),
        (("--evidence", ""), "this is no id"),
        (
            ("--ability-report", "rep-9"),
            "refused: rep-9 is not the newest ability report of the customer: there is none",
        ),
        (("--evidence", "DOC-7", "--id", "no id"), "is no id: write 1 to 64 letters"),
    ],
    ids=["nothing", "sentence", "empty", "report", "id"],
)
async def test_nonsense_is_refused_in_one_line(case, words, fault) -> None:
    told = await case(*ASK, *words)
    assert (told.code, told.err.count("\n")) == (2, 1), told.err
    assert fault in told.err
    assert "Anna" not in told.err


async def test_what_nobody_asked_for_is_not_approved(case) -> None:
    told = await case("approve", "A-1", "r-9", "--by", "lead-2", group="offer")
    assert (told.code, told.err.count("\n")) == (2, 1)
