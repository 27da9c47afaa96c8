"""Two things at once, at places chosen by events: nothing sleeps, nothing is left to chance."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from temporalio.exceptions import ApplicationError

from activities.channels.file import FileChannel
from domain.model.blocker import Blocker
from domain.model.commands import NoticeResult
from domain.model.facts import MessageState
from tests.activities.world import MINIMUM, ScriptedChannel, ScriptedLedger, World

KEY = "A-1/1/first/1"
SENT = NoticeResult()
LONG = 60.0
"""Seconds after which a race that never comes together fails instead of hanging."""


@dataclass
class Gate:
    """A place where one thread waits, the first time it comes by, until another lets it go on."""

    arrived: threading.Event = field(default_factory=threading.Event)
    open: threading.Event = field(default_factory=threading.Event)

    def __call__(self) -> None:
        if not self.arrived.is_set():
            self.arrived.set()
            assert self.open.wait(LONG)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as executor:
        yield executor


def stopped_at(gate: Gate, threads: ThreadPoolExecutor, send: Callable[[], NoticeResult]) -> Future[NoticeResult]:
    """The send, running in a thread of its own and now waiting at the gate."""
    sending = threads.submit(send)
    assert gate.arrived.wait(LONG)
    return sending


def test_money_between_the_decision_and_the_last_look_stops_the_message(
    world: World, threads: ThreadPoolExecutor
) -> None:
    gate = Gate()
    messaging = world.messaging(ledger=ScriptedLedger(world.ledger, gate))
    sending = stopped_at(gate, threads, lambda: messaging.send_notice(world.command()))
    world.pay(2 * MINIMUM)
    gate.open.set()
    event = sending.result(LONG).not_sent
    assert event is not None
    assert event.blocker is Blocker.PAID
    assert world.files() == []
    ((kind, body),) = world.audit()
    assert (kind, body["blocker"]) == ("notice_refused", "paid")


def test_money_between_the_last_look_and_the_provider_does_not_and_the_audit_says_so(
    world: World, threads: ThreadPoolExecutor
) -> None:
    gate = Gate()
    messaging = world.messaging(ScriptedChannel(FileChannel(world.outbox), before=gate))
    sending = stopped_at(gate, threads, lambda: messaging.send_notice(world.command()))
    world.pay(2 * MINIMUM)
    gate.open.set()
    assert sending.result(LONG) == SENT
    assert len(world.files()) == 1
    assert world.audit_kinds() == ["notice_intended", "notice_sent"]
    assert world.audit()[-1][1]["paid_meanwhile"] is True


def test_a_second_attempt_while_the_first_is_at_the_provider_leaves_one_file(
    world: World, threads: ThreadPoolExecutor
) -> None:
    gate = Gate()
    channel = ScriptedChannel(FileChannel(world.outbox), before=gate)
    first = stopped_at(gate, threads, lambda: world.messaging(channel).send_notice(world.command()))
    assert world.messaging(channel).send_notice(world.command()) == SENT
    gate.open.set()
    assert first.result(LONG) == SENT
    assert channel.looked_up == 1
    assert len(world.files()) == 1
    assert world.message_states() == {KEY: MessageState.SENT}
    assert world.audit_kinds() == ["notice_intended", "notice_tried_again", "notice_sent"]


def test_two_attempts_released_at_the_same_instant_leave_one_file(world: World, threads: ThreadPoolExecutor) -> None:
    together = threading.Barrier(2)

    def attempt() -> NoticeResult | str | None:
        together.wait(LONG)
        try:
            return world.messaging().send_notice(world.command())
        except ApplicationError as error:
            return error.type

    attempts = [threads.submit(attempt) for _ in range(2)]
    outcomes = [attempt.result(LONG) for attempt in attempts]
    assert SENT in outcomes
    assert all(outcome in (SENT, "UnderWay") for outcome in outcomes)
    assert len(world.files()) == 1
    assert world.audit_kinds().count("notice_sent") == 1


def test_an_attempt_gives_way_to_one_that_began_between_its_two_looks_at_the_ledger(
    world: World, threads: ThreadPoolExecutor
) -> None:
    before_intent, at_provider = Gate(), Gate()
    channel = ScriptedChannel(FileChannel(world.outbox), before=at_provider)
    late = world.messaging(channel, ScriptedLedger(world.ledger, before_intent))
    second = stopped_at(before_intent, threads, lambda: late.send_notice(world.command()))
    first = stopped_at(at_provider, threads, lambda: world.messaging(channel).send_notice(world.command()))
    before_intent.open.set()
    with pytest.raises(ApplicationError) as caught:
        second.result(LONG)
    assert (caught.value.type, caught.value.non_retryable) == ("UnderWay", False)
    at_provider.open.set()
    assert first.result(LONG) == SENT
    assert late.send_notice(world.command()) == SENT
    assert len(world.files()) == 1


def test_a_message_that_left_after_all_is_in_the_audit_next_to_its_refusal(
    world: World, threads: ThreadPoolExecutor
) -> None:
    gate = Gate()
    channel = ScriptedChannel(FileChannel(world.outbox), before=gate)
    first = stopped_at(gate, threads, lambda: world.messaging(channel).send_notice(world.command()))
    world.pay(2 * MINIMUM)
    refused = world.messaging(channel).send_notice(world.command())
    assert refused.not_sent is not None
    gate.open.set()
    assert first.result(LONG) == SENT
    assert len(world.files()) == 1
    assert world.audit_kinds() == ["notice_intended", "notice_refused", "notice_sent"]
    assert world.message_states() == {KEY: MessageState.SENT}
