"""A send shows that it lives while it lasts, at no cost in history, and never holds up its own end."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from temporalio.testing import ActivityEnvironment

import worker
from activities.channels.base import Outgoing, Receipt
from activities.channels.file import FileChannel
from activities.pulse import pulse
from domain.model.strategy import Channel
from starter.server import Embedded
from tests.faults.bank import Bank, until


class Slow(FileChannel):
    """Takes its time with one account, until it is let go."""

    def __init__(self, outbox: Path, account_id: str) -> None:
        super().__init__(outbox)
        self._account_id = account_id
        self.let_go = threading.Event()

    def deliver(self, message: Outgoing) -> Receipt:
        if message.account_id == self._account_id:
            self.let_go.wait()
        return super().deliver(message)


async def test_heartbeats_of_a_slow_send_add_no_events(
    live_server: Embedded, sqlite_template: Path, tmp_path: Path
) -> None:
    bank = Bank.founded(tmp_path, sqlite_template, live_server.client, live_server.address)
    bank.add_accounts(["pulse-fast", "pulse-slow"], days_late=10)
    channel = Slow(bank.settings.outbox, "pulse-slow")

    async def alive() -> bool:
        pending = (await bank.handle("pulse-slow").describe()).raw_description.pending_activities
        return any(activity.HasField("last_heartbeat_time") and activity.attempt == 1 for activity in pending)

    async with worker.running_workers(bank.client, bank.settings, bank.ledger, {Channel.FILE: channel}):
        await bank.start_all(["pulse-fast", "pulse-slow"])
        try:
            await until(alive, "the slow send shows that it lives")
        finally:
            channel.let_go.set()
        await bank.until_all_sent(["pulse-fast", "pulse-slow"])
        fast, slow = [await _kinds(bank, name) for name in ("pulse-fast", "pulse-slow")]
        assert fast == slow
        for name in ("pulse-fast", "pulse-slow"):
            await bank.handle(name).terminate()
    bank.ledger.close()


async def _kinds(bank: Bank, name: str) -> list[int]:
    """Types of the events up to the end of the send, and what follows it at once."""
    await until(lambda: _settled(bank, name), "the case took note of the send")
    return [event.event_type async for event in bank.handle(name).fetch_history_events()]


async def _settled(bank: Bank, name: str) -> bool:
    return not (await bank.handle(name).describe()).raw_description.HasField("pending_workflow_task")


def test_a_heartbeat_that_is_not_taken_does_no_harm() -> None:
    environment, tried = ActivityEnvironment(), threading.Event()

    def refuse(*_: object) -> None:
        tried.set()
        raise RuntimeError("the worker is about to end")

    def effect() -> str:
        with pulse(every_s=0.001):
            tried.wait()
        return "done"

    environment.on_heartbeat = refuse
    assert environment.run(effect) == "done"


def test_no_beat_comes_after_the_end() -> None:
    environment, beats = ActivityEnvironment(), []
    first = threading.Event()

    def beat(*_: object) -> None:
        beats.append(1)
        first.set()

    def effect() -> int:
        with pulse(every_s=0.001):
            first.wait()
        return len(beats)

    environment.on_heartbeat = beat
    counted = environment.run(effect)
    assert not [thread for thread in threading.enumerate() if thread.name == "pulse"]
    assert len(beats) == counted


def test_a_failure_of_the_effect_passes_through() -> None:
    def effect() -> None:
        with pulse():
            raise ValueError("no such file")

    with pytest.raises(ValueError, match="no such file"):
        ActivityEnvironment().run(effect)


def test_outside_of_an_activity_there_is_no_pulse() -> None:
    with pulse(every_s=0.001):
        assert not [thread for thread in threading.enumerate() if thread.name == "pulse"]
