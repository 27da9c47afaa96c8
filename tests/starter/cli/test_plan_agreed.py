"""`duecourse plan agree | show | move | settle | told | end` and `duecourse adjustment …` beside a running worker."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from domain.model.adjustments import Adjustment, AdjustmentKind
from domain.model.repayment import PlanStatus
from domain.model.strategy import Channel
from ledger import adjustments
from tests.plugins.virtual_bank import Bank
from tests.starter.cli.test_contact import Shell
from tests.starter.cli.test_contact import run as run

TERMS = {"most": 2, "first_within_days": 45, "remind_days_before": 3, "channels": [Channel.FILE]}


@pytest.fixture
async def plan(bank: Bank, run: Shell):
    """`duecourse plan …` for the open case of A-1, which owes 1,000."""
    bank.plan(plans=TERMS)
    bank.add_account("A-1", (4, 500))
    await bank.start("A-1")

    async def asked(*words: str):
        return await run(*words, group="plan")

    return asked


def agree(bank: Bank, *more: str) -> tuple[str, ...]:
    first_on = str(bank.today + timedelta(days=20))
    said = ("--accepted", "written", "--reference", "AGR-7", "--by", "op-1", "--id", "plan-1")
    return ("agree", "A-1", "--instalments", "6", "--from", first_on, *said, *more)


async def until(bank: Bank, status: PlanStatus) -> None:
    for _ in range(200):
        found = (await bank.state("A-1")).plan
        if found is not None and found.status is status:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"the plan never came so far: {found}")


async def test_a_plan_is_agreed_shown_moved_settled_and_ended(bank: Bank, run: Shell, plan) -> None:
    assert (await plan("show", "A-1")).out == "no repayment plan was agreed on this account\n"
    agreed = await plan(*agree(bank))
    assert agreed.code == 0, agreed.err
    assert agreed.out.startswith("6 instalments of 166.00 TWD, the last one of 170.00 TWD, from ")
    assert (await plan(*agree(bank))).out == agreed.out
    await until(bank, PlanStatus.PERFORMING)
    shown = await plan("show", "A-1")
    assert shown.lines[0].startswith(
        "plan plan-1 (A-1/1/plan/1, version 1), is in force: 0.00 TWD of 1,000.00 TWD paid"
    )
    assert len(shown.lines) == 8
    assert "repayment plan" in (await run("show", "A-1", group="case")).out
    moved = await plan("move", "A-1", "plan-1", "--by", "op-1")
    assert moved.out.startswith("the next instalment of the plan plan-1 is due on "), moved.err
    await until(bank, PlanStatus.PERFORMING)
    on = str(bank.today + timedelta(days=5))
    settled = await plan("settle", "A-1", "plan-1", "--on", on, "--by", "op-1")
    assert settled.out.startswith(f"1,000.00 TWD paid by {on} ends the plan plan-1"), settled.err
    told = await plan("told", "A-1", "plan-1", "--reference", "LET-9", "--by", "op-1")
    assert (told.code, "nothing is missed under the plan plan-1" in told.err) == (2, True)
    ended = await plan("end", "A-1", "plan-1", "--by", "op-2")
    assert ended.out.startswith("the plan plan-1 is ended"), ended.err
    versions = json.loads((await plan("show", "A-1", "--json")).out)
    assert [(each["version"], each["current"], each["status"]) for each in versions] == [
        (1, False, "replaced"),
        (2, True, "cancelled"),
    ]
    assert [each["due_on"] for each in versions[1]["instalments"]] != [
        each["due_on"] for each in versions[0]["instalments"]
    ]


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        (("--rate", "lots"), "--rate: 'lots' is no number"),
        (("--rate", "-1"), "rate: Input should be greater than or equal to 0"),
        (("--fees", "many"), "'many' TWD is no amount"),
        (("--instalments", "0"), "instalments: Input should be greater than or equal to 1"),
        (("--replaces", "plan-0"), "no plan plan-0 runs on this case"),
    ],
    ids=["rate", "negative", "fees", "none", "replaces"],
)
async def test_nonsense_is_refused_in_one_line(bank: Bank, plan, more, fault) -> None:
    told = await plan(*agree(bank), *more)
    assert (told.code, told.err.count("\n")) == (2, 1)
    assert fault in told.err


async def test_a_card_system_that_answers_by_the_list(bank: Bank, run: Shell, plan) -> None:
    async def adjustment(*words: str):
        return await run(*words, group="adjustment")

    assert (await adjustment("list")).out == "nothing waits for the card system\n"
    await plan(*agree(bank))
    await until(bank, PlanStatus.PERFORMING)
    everything = json.loads((await adjustment("list", "--all", "--json")).out)
    assert sorted(each["kind"] for each in everything) == ["block", "rate", "reschedule"]
    assert {(each["state"], each["made_by"]) for each in everything} == {("confirmed", "op-1")}
    asked = Adjustment(key="A-1/1/plan/1/rate/9", kind=AdjustmentKind.RATE, percent="4.5")
    again = Adjustment(key="A-1/1/plan/1/rate/8", kind=AdjustmentKind.RATE)
    with bank.ledger.write() as conn:
        for each in (asked, again):
            adjustments.want(conn, each, "A-1/1", "A-1", bank.now())
    listed = await adjustment("list")
    assert "rate 4.5 %" in listed.out
    words = ("confirm", asked.key, "--by", "cards-1", "--reference", "C-9")
    early = await adjustment(*words)
    assert (early.code, "was not asked for yet: answer it once `adjustment list` says asked" in early.err) == (2, True)
    with bank.ledger.write() as conn:
        for each in (asked, again):
            adjustments.mark_asked(conn, each.key, bank.now())
    assert (await adjustment(*words)).lines == [f"confirmed: {asked.key}", "its case hears of it from the feed"]
    assert (await adjustment(*words)).out == f"nothing changed: {asked.key} was confirmed before\n"
    refused = ("refuse", again.key, "--by", "cards-1", "--reason", "closed-account")
    assert (await adjustment(*refused)).lines == [f"refused: {again.key}", "its case hears of it from the feed"]
    assert (await adjustment(*refused)).out == f"nothing changed: {again.key} was refused before\n"
    unknown = await adjustment("confirm", "nobody", "--by", "cards-1", "--reference", "C-9")
    assert (unknown.code, "no adjustment nobody in the ledger" in unknown.err) == (2, True)
    tasks = json.loads((await run("list", "--json", group="task")).out)
    assert [each["kind"] for each in tasks] == ["adjustment_refused"]
    assert f"the card system refused {again.key}" in tasks[0]["about"]
