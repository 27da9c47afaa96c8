"""Messages that nobody sends any more are settled by their channels; those under way are nobody else's business."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from domain.model.errors import SurroundingsError
from domain.model.facts import MessageState
from domain.model.reconcile import Repair
from ledger import audit, messages
from ledger.suspects import OnItsWay
from starter.reconcile.on_their_way import OnTheirWay
from starter.reconcile.server import Run, Server
from starter.reconcile.times import Clock, ReconcileAsk
from tests.plugins.virtual_bank import Bank
from tests.starter.reconcile.damage import HOUR, forget_case, forget_receipt, opened, reconcile
from tests.starter.reconcile.test_reconciler import server as server

NOW = datetime(2026, 3, 20, 2, tzinfo=UTC)


def state_of(bank: Bank, name: str) -> tuple[str, MessageState]:
    with bank.ledger.read() as conn:
        (key,) = conn.scalars(text("SELECT key FROM messages WHERE account_id = :name"), {"name": name})
        row = messages.get(conn, key)
    assert row is not None
    return key, row.state


@pytest.mark.parametrize("closed", [False, True])
async def test_a_message_whose_receipt_was_lost_is_settled_by_its_channel(bank: Bank, closed: bool) -> None:
    await opened(bank, "late")
    with bank.ledger.write() as conn:
        forget_receipt(conn, "late")
    if closed:
        await bank.handle("late").terminate("gone")
        with bank.ledger.write() as conn:
            forget_case(conn, "late")
    key, _ = state_of(bank, "late")
    looked = await reconcile(bank, dry_run=True)
    assert looked.repairs[Repair.STUCK_MESSAGE] == 1
    without = await reconcile(bank, has_channels=False)
    assert (without.overdue.messages, Repair.STUCK_MESSAGE in without.repairs) == (1, False)
    assert state_of(bank, "late") == (key, MessageState.SENDING)

    done = await reconcile(bank)
    assert done.repairs[Repair.STUCK_MESSAGE] == 1
    assert state_of(bank, "late") == (key, MessageState.SENT)
    with bank.ledger.read() as conn:
        rows = [row for row in audit.rows(conn, "late/1") if row.kind in ("notice_sent", "repaired")]
    assert rows[-2].kind == "notice_sent"
    assert rows[-1].content == {"repair": "stuck_message", "account": "late", "of": key, "state": "sent"}
    assert (await reconcile(bank)).repairs.get(Repair.STUCK_MESSAGE) is None
    assert len(list(bank.settings.outbox.rglob("*.txt"))) == 1


async def test_a_run_that_could_not_be_looked_at_is_told_without_channels_too(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opened(bank, "late")
    with bank.ledger.write() as conn:
        forget_receipt(conn, "late")

    async def away(*_: object) -> None:
        raise SurroundingsError("the Temporal server does not tell of case/late")

    monkeypatch.setattr(Server, "look", away)
    for has_channels in (True, False):
        done = await reconcile(bank, has_channels=has_channels)
        assert (done.failed, done.overdue.messages) == (1, 0)


class Scripted:
    """A server on which the case's run sends, or does not."""

    def __init__(self, *, is_sending: bool | None) -> None:
        self._is_sending = is_sending

    async def look(self, workflow_id: str, run_id: str | None = None) -> Run | None:
        if self._is_sending is None:
            return None
        return Run(workflow_id, "run", "late/1", NOW, is_sending=self._is_sending)


@pytest.mark.parametrize(
    ("age", "is_closed", "not_taken", "is_sending", "is_stuck"),
    [
        (49 * HOUR, False, False, False, True),
        (49 * HOUR, False, False, None, True),
        (49 * HOUR, False, False, True, False),
        (47 * HOUR, False, False, False, False),  # its case asks for it on the day after
        (49 * HOUR, False, True, False, False),  # nothing is out there: its case asks when it may
        (HOUR, True, False, None, True),
        (HOUR, True, True, None, True),
        (HOUR, True, False, True, False),
    ],
)
async def test_what_is_stuck(
    age: timedelta, is_closed: bool, not_taken: bool, is_sending: bool | None, is_stuck: bool
) -> None:
    message = OnItsWay(NOW - age, "late/1/first/1", "late/1", "late", is_closed, not_taken, 0)
    looking = OnTheirWay(Scripted(is_sending=is_sending), settle=None)  # type: ignore[arg-type]  # only looks
    looked = await looking.of_page([message], Clock(ReconcileAsk(as_of=NOW)))
    assert [one.of for one in looked.found] == ([message.key] if is_stuck else [])


async def test_what_could_not_be_settled_is_told_with_its_reason(caplog: pytest.LogCaptureFixture) -> None:
    def refused(message: OnItsWay, at: datetime, tell: Callable[..., None]) -> bool:
        raise SurroundingsError(f"message {message.key} is stuck: away")

    message = OnItsWay(NOW - HOUR, "late/1/first/1", "late/1", "late", True, False, 0)
    looking = OnTheirWay(Scripted(is_sending=None), settle=refused)  # type: ignore[arg-type]  # only looks
    looked = await looking.of_page([message], Clock(ReconcileAsk(as_of=NOW)))
    assert (list(looked.found), looked.failed) == ([], 1)
    assert caplog.messages == ["not mended now: message late/1/first/1 is stuck: away"]


async def test_slow_channels_leave_threads_to_others() -> None:
    asked, most, lock, enough = 0, 0, threading.Lock(), threading.Event()

    def slowly(message: OnItsWay, at: datetime, tell: Callable[..., None]) -> bool:
        nonlocal asked, most
        with lock:
            asked += 1
            most = max(most, asked)
        enough.wait(0.05)
        with lock:
            asked -= 1
        return True

    page = [OnItsWay(NOW - HOUR, f"late/1/first/{n}", "late/1", "late", True, False, 0) for n in range(20)]
    looking = OnTheirWay(Scripted(is_sending=None), settle=slowly)  # type: ignore[arg-type]  # only looks
    looked = await looking.of_page(page, Clock(ReconcileAsk(as_of=NOW)))
    assert (len(looked.found), most) == (20, 3)
