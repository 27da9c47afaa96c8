"""Delivery on a real server: each case by itself, whatever the server says to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from domain.model.errors import SurroundingsError
from domain.model.feed import FeedAsk
from ledger import audit, cases, policies, rings
from starter.cases import MEMO_CASE
from starter.connection import register_search_attributes
from starter.feed import delivery
from starter.feed.delivery import Delivered, Door, Failed, ToOpen
from starter.feed.relay import Relay
from starter.server import embedded_server
from starter.settings import Settings
from tests.faults.bank import until, zone_where_it_is_noon
from tests.plugins.virtual_bank import Bank, new_bank, serving


def door_of(bank: Bank) -> Door:
    return Door(bank.client, bank.ledger, bank.policies)


async def test_open_cases_are_rung_and_others_opened(bank: Bank) -> None:
    for name in ("rung", "opened", "early"):
        bank.add_account(name, (-9 if name == "early" else 10, 500))
    await bank.start("rung")
    ended = await door_of(bank)(["rung"], [ToOpen("opened"), ToOpen("early")], datetime.now(UTC))
    assert set(ended) == {Delivered("rung"), Delivered("opened", opened=True), Failed("early", "not_opened")}
    for name in ("rung", "opened"):
        await bank.handle(name).terminate()


async def test_under_rules_that_ended_open_cases_are_rung_and_none_is_opened(bank: Bank) -> None:
    for name in ("goes-on", "waits"):
        bank.add_account(name, (10, 500))
    await bank.start("goes-on")
    *below, top = bank.policies.rules.packs
    header = top.pack.model_copy(update={"valid_to": date(2026, 1, 31)})
    packs = (*below, top.model_copy(update={"pack": header}))
    ended = replace(bank.policies, rules=bank.policies.rules.model_copy(update={"packs": packs}))
    door = Door(bank.client, bank.ledger, ended)
    told = await door(["goes-on"], [ToOpen("waits")], datetime(2026, 2, 1, 4, tzinfo=UTC))
    assert set(told) == {Delivered("goes-on"), Failed("waits", "rules_ended")}
    await bank.handle("goes-on").terminate()


async def test_a_case_that_was_terminated_is_started_again_as_it_was_and_sends_nothing_twice(bank: Bank) -> None:
    bank.add_account("gone", (10, 500), zone=zone_where_it_is_noon(datetime.now(UTC)))
    await bank.start("gone")
    handle = bank.handle("gone")
    await until(lambda: sent(bank), "the first notice is sent")
    before = await bank.state("gone")
    await handle.terminate("an operator's mistake")
    (ended,) = await door_of(bank)(["gone"], [], datetime.now(UTC))
    assert ended == Delivered("gone", opened=True)
    with bank.ledger.read() as conn:
        repairs = [row.content["repair"] for row in audit.rows(conn, "gone/1") if row.kind == "repaired"]
    assert repairs == ["lost_run"]
    await until(lambda: moved(bank, before.step_no), "the case took a step again")
    after = await bank.state("gone")
    assert (after.case_id, after.ladder.total_given) == (before.case_id, before.ladder.total_given)
    assert await sent(bank) == 1
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
    await handle.terminate()


async def test_a_run_in_the_way_with_a_memo_that_is_no_case_hinders_nobody_else(bank: Bank) -> None:
    for name in ("in-the-way", "opened"):
        bank.add_account(name, (10, 500))
    memo = {MEMO_CASE: 5}
    run = await bank.client.start_workflow("Case", "x", id="case/in-the-way", task_queue="nobody-polls-it", memo=memo)
    ended = await door_of(bank)([], [ToOpen("in-the-way"), ToOpen("opened")], datetime.now(UTC))
    assert set(ended) == {Delivered("opened", opened=True), Failed("in-the-way", "not_started")}
    await run.terminate()
    await bank.handle("opened").terminate()


async def sent(bank: Bank) -> int:
    return len(list(bank.settings.outbox.rglob("*.txt")))


async def moved(bank: Bank, step_no: int) -> bool:
    return (await bank.state("gone")).step_no > step_no


async def test_a_case_that_takes_no_more_signals_is_tried_later_and_hinders_nobody(tmp_path: Path) -> None:
    limit = ("--dynamic-config-value", "history.maximumSignalsPerExecution=5")
    async with embedded_server(Settings(), extra=limit) as server:
        await register_search_attributes(server.client)
        bank = new_bank(server.client, Settings(data_dir=tmp_path))
        async with serving(bank):
            for name in ("full", "other"):
                bank.add_account(name, (4, 500))
            relay = Relay(bank.ledger, bank.policies, door_of(bank))
            assert (await relay.run(FeedAsk(as_of=datetime.now(UTC)))).opened == 2
            for _ in range(5):
                await bank.handle("full").signal("ledger_changed")
            with bank.ledger.write() as conn:
                rings.ask(conn, ["full", "other"], 1, datetime.now(UTC))
            done = await relay.run(FeedAsk(as_of=datetime.now(UTC)))
            assert (done.rung, done.unheard) == (1, 1)
            with bank.ledger.read() as conn:
                assert rings.unheard(conn).refused == 1
        bank.ledger.close()


async def test_a_server_that_is_away_ends_the_pass_and_leaves_every_ring(bank: Bank, monkeypatch) -> None:
    monkeypatch.setattr(delivery, "_CALL", delivery._CALL / 10)
    async with embedded_server(Settings()) as server:
        await register_search_attributes(server.client)
        away: Client = server.client
    for name in ("a1", "a2"):
        bank.add_account(name, (10, 500))
    with bank.ledger.write() as conn:
        open_row(conn, bank, "a1")
    relay = Relay(bank.ledger, bank.policies, Door(away, bank.ledger, bank.policies))
    with pytest.raises(SurroundingsError, match="does not answer: no case was told, all of them wait"):
        await relay.run(FeedAsk(as_of=datetime.now(UTC)))
    with bank.ledger.read() as conn:
        assert (rings.unheard(conn).rings, rings.unheard(conn).refused) == (2, 0)


def open_row(conn, bank: Bank, account_id: str) -> None:
    at = datetime.now(UTC)
    refs = (
        policies.publish_strategy(conn, bank.policies.strategy, at),
        policies.publish_rules(conn, bank.policies.rules, at),
    )
    cases.open_case(conn, account_id, *refs, at)
