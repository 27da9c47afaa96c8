"""Opening a case on the real server: one row and one run for each episode, whatever ends or begins meanwhile."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import Client

import worker
from activities.channels.base import Outgoing, Receipt
from activities.channels.file import FileChannel
from domain.model.errors import InputError, SurroundingsError
from domain.model.events import Hold
from domain.model.strategy import Channel
from ledger import audit, cases, messages
from ledger.cases import CaseRow
from starter import cases as module
from starter.cases import start_case
from starter.posting import reverse_payment
from starter.requests import ask, look
from tests.faults.bank import until, zone_where_it_is_noon
from tests.plugins.virtual_bank import Bank
from workflows.names import DOORBELL


class Held(FileChannel):
    """A channel on which messages wait until they may leave: a case with one in flight closes, and cannot end."""

    def __init__(self, outbox: Path) -> None:
        super().__init__(outbox)
        self.begun, self.may_leave = threading.Event(), threading.Event()

    def deliver(self, message: Outgoing) -> Receipt:
        self.begun.set()
        assert self.may_leave.wait(120)
        return super().deliver(message)


@dataclass
class Closing:
    """A bank one of whose cases is closed in the ledger while its run still has a message in flight."""

    bank: Bank
    held: Held
    run_id: str
    payment: str

    def row(self, episode_no: int) -> CaseRow | None:
        with self.bank.ledger.read() as connection:
            return cases.get(connection, f"closing/{episode_no}")

    async def once(self, so: Callable[[], bool], what: str) -> None:
        async def look_again() -> bool:
            return so()

        await until(look_again, what)

    async def released_by(self, starting: asyncio.Task[module.Started], so: Callable[[], bool]) -> module.Started:
        """Let the message leave only after the new opening is in the ledger; the start must not be done before."""
        await self.once(so, "the opening is in the ledger")
        assert not starting.done()
        self.held.may_leave.set()
        return await starting


@pytest_asyncio.fixture(loop_scope="session")
async def closing(make_bank: Callable[[], Bank]) -> AsyncIterator[Closing]:
    bank = make_bank()
    held = Held(bank.settings.outbox)
    bank.add_account("closing", (12, 500), (-10, 300), zone=zone_where_it_is_noon(bank.now()))
    async with worker.running_workers(bank.client, bank.settings, bank.ledger, {Channel.FILE: held}):
        started = await bank.start("closing")
        assert await asyncio.to_thread(held.begun.wait, 60)
        made = Closing(bank, held, started.run_id, bank.pay("closing", "500.00", days_on=-1))
        await bank.handle("closing").signal(DOORBELL)
        await made.once(lambda: (made.row(1) or fail()).closed_at is not None, "the case is closed")
        yield made
        held.may_leave.set()
        await bank.handle("closing").terminate()


def fail() -> CaseRow:
    raise AssertionError("no such case")


def notices_in(bank: Bank) -> list[Path]:
    """What asks for money: thanks leave in the hours of contact only, and the hour at which this runs is any."""
    return [file for file in bank.settings.outbox.rglob("*.txt") if "_thanks." not in file.name]


def start_later(closing: Closing, days: int) -> Awaitable[module.Started]:
    bank = closing.bank
    return start_case(bank.client, bank.ledger, bank.policies, "closing", now=bank.now() + timedelta(days=days))


async def test_a_new_episode_waits_until_the_run_of_the_one_before_has_ended(closing: Closing) -> None:
    starting = asyncio.ensure_future(start_later(closing, 20))
    second = await closing.released_by(starting, lambda: closing.row(2) is not None)
    assert (second.case_id, second.opened) == ("closing/2", True)
    assert second.run_id != closing.run_id
    state = await closing.bank.state("closing")
    assert (state.case_id, state.episode_no) == ("closing/2", 2)


async def test_an_end_that_does_not_come_is_told_and_the_start_may_be_repeated(
    closing: Closing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as impatient:
        impatient.setattr(module, "_ENDS_WITHIN_S", 0.1)
        with pytest.raises(SurroundingsError, match="closing/2 is closed in the ledger and does not end: is a worker"):
            await start_later(closing, 20)
    closing.held.may_leave.set()
    again = await start_later(closing, 20)
    assert (again.case_id, again.opened) == ("closing/2", True)


async def test_a_payment_returned_while_the_run_still_ends_reopens_the_episode_in_a_new_run(closing: Closing) -> None:
    reverse_payment(closing.bank.ledger, closing.payment, closing.bank.now())
    starting = asyncio.ensure_future(start_later(closing, 0))
    again = await closing.released_by(starting, lambda: (closing.row(1) or fail()).closed_at is None)
    assert (again.case_id, again.opened) == ("closing/1", True)
    assert again.run_id != closing.run_id
    await ask(closing.bank.client, "closing", Hold(id="after"))
    state = await closing.bank.state("closing")
    assert (state.closure, state.ladder.total_given) == (None, 1)
    assert len(notices_in(closing.bank)) == 1


async def test_a_returned_payment_lets_the_episode_go_on_and_no_notice_is_said_twice(bank: Bank, skipper) -> None:
    bank.add_account("returned", (4, 500))
    first = await bank.start("returned")
    handle = bank.handle("returned")
    await skipper.fast_forward(handle, timedelta(days=3))
    payment = bank.pay("returned", "500.00", days_on=2)
    await handle.signal(DOORBELL)
    closure = await handle.result()
    assert (closure.outcome, closure.notices) == ("cured", 1)

    returned_at = closure.closed_at + timedelta(hours=1)
    reverse_payment(bank.ledger, payment, returned_at)
    again = await start_case(bank.client, bank.ledger, bank.policies, "returned", now=returned_at)
    assert (again.case_id, again.opened) == (first.case_id, True)
    assert again.run_id != first.run_id
    await skipper.fast_forward(bank.handle("returned"), timedelta(days=13))
    state = await bank.state("returned")
    assert (state.episode_no, state.ladder.total_given) == (1, 2)
    with bank.ledger.read() as connection:
        said = [(notice.step, notice.attempt, notice.state) for notice in messages.notices(connection, "returned/1")]
        kinds = [row.kind for row in audit.rows(connection, "returned/1")]
        assert audit.verify(connection, "returned/1") is None
    assert said == [("reminder", 1, "sent"), ("second-reminder", 1, "sent")]
    assert kinds.count("episode_resumed") == 1
    assert len(notices_in(bank)) == 2
    await bank.handle("returned").terminate()


async def test_a_case_is_opened_once_however_often_it_is_started(bank: Bank) -> None:
    bank.add_account("once", (4, 500))
    started = await asyncio.gather(*(bank.start("once") for _ in range(5)))
    assert sorted(one.opened for one in started) == [False] * 4 + [True]
    assert len({(one.case_id, one.run_id) for one in started}) == 1
    await bank.handle("once").terminate()


async def test_a_case_that_continued_as_new_is_open_already(bank: Bank) -> None:
    bank.add_account("long", (4, 500))
    first = await bank.start("long", history_bound=20)
    handle = bank.handle("long")
    while (await handle.describe()).run_id == first.run_id:
        await handle.signal(DOORBELL)
    again = await bank.start("long")
    assert (again.case_id, again.opened) == ("long/1", False)
    await handle.terminate()


async def test_an_open_case_whose_run_was_lost_gets_a_new_one_and_keeps_its_holds(bank: Bank) -> None:
    bank.add_account("lost", (4, 500))
    first = await bank.start("lost")
    for hold in (Hold(id="h"), Hold(id="i")):  # each is answered by a step of its own
        assert (await ask(bank.client, "lost", hold)).accepted
    await bank.handle("lost").terminate()
    again = await bank.start("lost")
    assert (again.case_id, again.opened) == ("lost/1", True)
    assert again.run_id != first.run_id
    state = await look(bank.client, "lost")
    assert ([held.id for held in state.holds], state.step_no >= 2) == (["h", "i"], True)
    await bank.handle("lost").terminate()


async def test_a_start_that_the_server_refused_may_be_repeated(bank: Bank) -> None:
    bank.add_account("refused", (4, 500))
    elsewhere = Client(bank.client.service_client, namespace="nowhere", data_converter=bank.client.data_converter)
    with pytest.raises(
        SurroundingsError, match="Temporal did not start case refused/1: Namespace nowhere is not found"
    ):
        await start_case(elsewhere, bank.ledger, bank.policies, "refused")
    assert (await bank.start("refused")).opened
    await bank.handle("refused").terminate()


@pytest.mark.parametrize(
    ("account", "message"), [("nobody", "no account nobody"), ("current", "account current is not past due on")]
)
async def test_only_a_known_account_that_is_past_due_gets_a_case(bank: Bank, account: str, message: str) -> None:
    bank.add_account("current", (-5, 500))
    with pytest.raises(InputError, match=message):
        await bank.start(account)
    with bank.ledger.read() as connection:
        assert cases.episodes(connection, account) == ()
