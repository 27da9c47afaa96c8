"""`duecourse offer propose | approve | decline | list` beside a running worker."""

from __future__ import annotations

import json

import pytest

from tests.plugins.virtual_bank import Bank
from tests.starter.cli.test_contact import Shell
from tests.starter.cli.test_contact import run as run
from tests.workflows.test_offers import begin

BY = ("--by", "agent-1")


@pytest.fixture
async def offer(bank: Bank, run: Shell):
    """`duecourse offer …` for the open case of A-1, which owes 1,050 of which 500 are past due."""
    begin(bank, "A-1")
    await bank.start("A-1")

    async def asked(*words: str):
        return await run(*words, group="offer")

    return asked


async def test_a_settlement_is_proposed_and_approved(bank: Bank, run: Shell, offer) -> None:
    assert (await offer("list", "A-1")).out == "nothing was proposed on this account\n"
    told = await offer("propose", "A-1", "--final", "800", *BY, "--id", "o-1")
    assert told.out.startswith("needs approval: the bank will answer by "), told.err
    assert " (offer o-1, until " in told.out
    (task,) = json.loads((await run("list", "--json", group="task")).out)
    assert "decide on o-1, a settlement of 800.00 TWD that gives up fee:50.00, principal:200.00" in task["about"]
    own = await offer("approve", "A-1", "o-1", "--by", "agent-1")
    assert (own.code, "somebody else must" in own.err) == (2, True)
    approved = await offer("approve", "A-1", "o-1", "--by", "lead-1", "--id", "a-1")
    assert "settles everything that is owed: agreed" in approved.out, approved.err
    listed = await offer("list", "A-1")
    assert "800.00 TWD as final" in listed.out
    steps = json.loads((await offer("list", "A-1", "--json")).out)
    assert [(step["step"], step["by"]) for step in steps] == [("proposed", "agent-1"), ("approved", "lead-1")]
    shown = (await run("show", "A-1", group="case")).out
    assert "Offer        o-1 was taken: 800.00 TWD by " in shown


async def test_a_counter_is_taken_as_it_is_and_a_decision_is_declined(offer) -> None:
    countered = await offer("propose", "A-1", "--monthly", "5", *BY, "--id", "o-1")
    assert countered.out.startswith("countered: 450.00 TWD by "), countered.err
    asked = json.loads((await offer("propose", "A-1", "--final", "760", *BY, "--id", "o-2", "--json")).out)
    assert (asked["accepted"], asked["offered"]["verdict"]) == (False, "needs_approval")
    declined = await offer("decline", "A-1", "o-2", "--by", "lead-1", "--reason", "policy")
    assert declined.out.startswith("what o-2 proposed is declined"), declined.err
    again = await offer("propose", "A-1", "--once", "1", *BY, "--id", "o-3")
    assert again.out.startswith("countered"), again.err
    taken = await offer("propose", "A-1", "--answers", "o-3", *BY)
    assert (taken.code, taken.out.startswith("accepted: 450.00 TWD by ")) == (0, True), taken.err


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ((), "say one thing: --instalments from 1 to 1,200, --monthly, --once, or --final"),
        (("--final", "5", "--once", "5"), "say one thing"),
        (("--final", "much"), "'much' TWD is no amount"),
        (("--answers", "o-9"), "refused: the offer o-9 does not stand any more: none stands"),
    ],
    ids=["nothing", "two", "words", "stale"],
)
async def test_nonsense_is_refused_in_one_line(offer, words, fault) -> None:
    told = await offer("propose", "A-1", *words, *BY)
    assert (told.code, told.err.count("\n")) == (2, 1), told.err
    assert fault in told.err
