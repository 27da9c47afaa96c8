"""`duecourse complaint …` beside a running worker: the clock, the answer, and a case that is started again between."""

from __future__ import annotations

import json

from domain.calendar import days_after
from tests.plugins.virtual_bank import Bank
from tests.starter.cli.test_contact import Shell
from tests.starter.cli.test_contact import case as case
from tests.starter.cli.test_contact import run as run


async def test_a_complaint_is_added_listed_and_answered_though_its_run_was_lost(bank: Bank, run: Shell, case) -> None:
    async def complaint(*words: str):
        return await run(*words, group="complaint")

    words = ("add", "A-1", "--id", "k-1", "--about", "agent-7", "--reference", "LET-4")
    added, due = await complaint(*words), days_after(bank.today, 30)
    assert (added.code, added.out) == (0, f"the complaint k-1 is to be answered by {due} (request k-1)\n"), added.err
    assert (await complaint(*words)).out == added.out

    await bank.handle("A-1").terminate("by mistake")
    await bank.start("A-1")
    assert [each.id for each in (await bank.state("A-1")).complaints] == ["k-1"]
    own = await complaint("answer", "A-1", "k-1", "--outcome", "rejected", "--by", "agent-7")
    assert (own.code, "the complaint is about agent-7: somebody else must answer it" in own.err) == (2, True)
    done = await complaint("answer", "A-1", "k-1", "--outcome", "upheld", "--by", "lead-2", "--id", "a-1")
    assert (done.code, done.out) == (0, "the complaint k-1 is upheld (request a-1)\n"), done.err
    shown = json.loads((await complaint("list", "A-1", "--json")).out)
    assert [(step["step"], step["by"], step["outcome"]) for step in shown] == [
        ("received", None, None),
        ("answered", "lead-2", "upheld"),
    ]
    assert "answered" in (await complaint("list", "A-1")).out
    late = await complaint("extend", "A-1", "k-1", "--reason", "records")
    assert (late.code, "no complaint k-1 is open on this case" in late.err) == (2, True)


async def test_a_complaint_of_the_future_is_refused_in_one_line(bank: Bank, run: Shell, case) -> None:
    in_two_days = str(days_after(bank.today, 2))
    told = await run("add", "A-1", "--received-on", in_two_days, group="complaint")
    assert (told.code, told.err.count("\n")) == (2, 1)
    assert f"the complaint would have come in on {in_two_days}, after today" in told.err
