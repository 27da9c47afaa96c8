"""`duecourse dispute …` and `hardship …` beside a running worker, also after its run was lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest_asyncio

from domain.calendar import days_after
from domain.model.causes import Cause
from policies import load_strategy
from tests.plugins.virtual_bank import Bank
from tests.starter.cli.test_contact import Shell
from tests.starter.cli.test_contact import run as run


@pytest_asyncio.fixture(loop_scope="session")
async def case(bank: Bank, run: Shell):
    """The open case of A-1, which owes what fell due four and forty days ago, under the standard causes."""
    causes = load_strategy("card-standard").causes
    assert causes is not None
    path = causes[Cause.DISPUTE].model_copy(update={"person": None})
    bank.plan(causes={**causes, Cause.DISPUTE: path})
    bank.add_account("A-1", (40, 500), (4, 300))
    await bank.start("A-1")
    yield bank.handle("A-1")
    await bank.end()


async def told(run: Shell, cause: str, *more: str, name: str) -> str:
    """The customer called in and said why; what the command answers."""
    made_at = datetime.now(UTC).isoformat()
    words = ("report", "A-1", "--outcome", "conversation", "--inbound", "--verified", "--cause", cause)
    done = await run(*words, "--id", name, "--made-at", made_at, *more)
    assert done.code == 0, done.err
    return str(done.out)


async def test_a_dispute_is_listed_and_resolved_though_its_run_was_lost(bank: Bank, run: Shell, case) -> None:
    due_on, by = days_after(bank.today, -40), days_after(bank.today, 30)
    said = await told(run, "dispute", "--disputed", str(due_on), "--about", "shop-9", name="d-1")
    assert f"the dispute d-1 is to be resolved by {by}" in said
    await bank.handle("A-1").terminate("by mistake")
    await bank.start("A-1")
    assert [each.id for each in (await bank.state("A-1")).disputes] == ["d-1"]

    shown = (await run("show", "A-1", group="case")).out
    assert f"what fell due on {due_on}, since {bank.today}: to be resolved by {by} (dispute d-1)" in shown

    async def resolve(*words: str, name: str):
        return await run("resolve", "A-1", "d-1", *words, "--id", name, group="dispute")

    own = await resolve("--outcome", "upheld", "--by", "shop-9", name="o-1")
    assert (own.code, "the dispute is about shop-9: somebody else must resolve it" in own.err) == (2, True)
    broken = await resolve("--outcome", "upheld", "--by", "lead-2", "--amount", "much", name="o-2")
    assert (broken.code, broken.err.count("\n"), "is no amount" in broken.err) == (2, 1, True)
    words = ("--outcome", "partly_upheld", "--by", "lead-2", "--amount", "120", "--reference", "ANS-1")
    done = await resolve(*words, "--corrected", str(due_on), name="o-3")
    assert done.code == 0, done.err
    assert f"what fell due on {due_on} is not asked for until the bank's correction of 120.00 TWD" in done.out
    await bank.handle("A-1").terminate("by mistake")
    await bank.start("A-1")
    state = await bank.state("A-1")
    assert [(each.outcome, str(each.correction)) for each in state.disputes] == [("partly_upheld", "120.00 TWD")]
    assert state.dispute_answer is not None
    assert state.resumes_on is not None
    shown = (await run("show", "A-1", group="case")).out
    assert "upheld in part; waits for the bank's correction of 120.00 TWD by" in shown
    assert f"dispute d-1 on {bank.today}: upheld in part" in shown

    steps = json.loads((await run("list", "A-1", "--json", group="dispute")).out)
    assert [(step["step"], step["outcome"], step["by"], step["reference"], step["goes_on"]) for step in steps] == [
        ("opened", None, None, None, True),
        ("resolved", "partly_upheld", "lead-2", "ANS-1", True),
    ]
    assert steps[0]["about"] == "shop-9"
    listed = (await run("list", "A-1", group="dispute")).out
    assert "partly_upheld" in listed
    assert "120.00 TWD" in listed


async def test_a_hardship_is_assessed_followed_up_and_listed(bank: Bank, run: Shell, case) -> None:
    await told(run, "lost_income", name="c-1")

    async def hardship(*words: str):
        return await run(*words, group="hardship")

    wrong = await hardship("assess", "A-1", "--outcome", "granted", "--by", "care-1", "--programme", "none-such")
    assert (wrong.code, "name a programme that the strategy has for the cause lost_income" in wrong.err) == (2, True)
    until, review = days_after(bank.today, 50), days_after(bank.today, 45)
    words = ("--outcome", "granted", "--programme", "income-loss-relief", "--by", "care-1", "--evidence", "DOC-7")
    days = ("--pause-until", str(until), "--review-on", str(review))
    done = await hardship("assess", "A-1", *words, *days, "--id", "a-1")
    assert (done.code, f"contact pauses until {until}" in done.out) == (0, True), done.err
    await bank.handle("A-1").terminate("by mistake")
    await bank.start("A-1")
    shown = (await run("show", "A-1", group="case")).out
    advice = days_after(bank.today, 30)
    assert f"lost income since {bank.today}: granted (income-loss-relief); looked at again on {review}" in shown
    assert f"asked by {advice} whether the advice helped" in shown
    asked = await hardship("follow-up", "A-1", "--outcome", "not_taken_up", "--by", "care-2", "--id", "f-1")
    assert (asked.code, asked.out) == (0, "the advice is followed up: not taken up (request f-1)\n"), asked.err
    steps = json.loads((await hardship("list", "A-1", "--json")).out)
    assert [(step["step"], step["said"], step["by"]) for step in steps] == [
        ("told", None, None),
        ("assessed", "granted", "care-1"),
        ("followed_up", "not_taken_up", "care-2"),
    ]
    assert steps[1]["paused_until"] == str(until)
    assert "income-loss-relief" in (await hardship("list", "A-1")).out
    assert (await bank.state("A-1")).hardship is not None


async def test_an_account_without_either_says_so(bank: Bank, run: Shell, case) -> None:
    assert (await run("list", "A-1", group="dispute")).out == "no disputes\n"
    assert (await run("list", "A-1", group="hardship")).out == "no hardship\n"
