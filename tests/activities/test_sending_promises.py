"""The last look while a promise to pay runs: nothing leaves but its reminder, and that only while it is open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.model.blocker import Blocker
from domain.model.entries import GivePromise, JudgePromise
from domain.model.events import Answer
from domain.model.facts import MessageState
from domain.model.money import Money
from domain.model.promise import PROMISE_REMINDER, JudgedPromise, Promise, Promised, PromiseState
from domain.model.strategy import Promises
from ledger import cases, entries, keeping, requests
from ledger.entries import Entry, EntryKind
from ledger.keeping import Kept
from tests.activities.sending import WorldOf
from tests.activities.world import DECIDED_AT, STRATEGY, World

AMOUNT = Money.of_minor(50_000, "TWD")


@pytest.fixture
def world(place: WorldOf) -> World:
    return place(strategy=STRATEGY.model_copy(update={"promises": Promises(horizon_days=10, most=1)}))


@pytest.fixture
def promised(world: World) -> Promise:
    """A promise that the case took in its newest step."""
    day = DECIDED_AT.date()
    made = Promise(
        id="p-1",
        amount=AMOUNT,
        made_at=DECIDED_AT - timedelta(hours=1),
        made_on=day,
        due_on=day + timedelta(days=2),
        grace_ends_on=day + timedelta(days=3),
    )
    with world.ledger.write() as conn:
        row = cases.get(conn, "A-1/1")
        assert row is not None
        keeping.keep(conn, [GivePromise(promise=made)], Kept("A-1/1", "A-1", "P-1", made.made_at))
        requests.store(conn, "A-1/1", row.step_no, [Answer(id="p-1", accepted=True, text="")], made.made_at)
    return made


def reminder(world: World, promise_id: str = "p-1"):
    told = Promised(id=promise_id, amount=AMOUNT, due_on=DECIDED_AT.date() + timedelta(days=2))
    named = {"key": f"A-1/1/promise/{promise_id}/reminder", "step": PROMISE_REMINDER, "notice": PROMISE_REMINDER}
    return world.command().model_copy(update={**named, "promised": told})


def blocker(world: World, command) -> Blocker | None:
    result = world.messaging().send_notice(command)
    return None if result.not_sent is None else result.not_sent.blocker


def pay(world: World, minor: int) -> None:
    entry = Entry("A-1", "pay-1", EntryKind.PAYMENT, DECIDED_AT.date(), DECIDED_AT, principal_minor=-minor)
    with world.ledger.write() as conn:
        entries.append(conn, entry)


def test_a_notice_on_its_way_does_not_leave_once_a_promise_runs(world: World, promised: Promise) -> None:
    assert blocker(world, world.command()) is Blocker.PROMISED
    assert world.files() == []


def test_the_reminder_leaves_and_is_no_notice_of_the_ladder(world: World, promised: Promise) -> None:
    assert blocker(world, reminder(world)) is None
    assert len(world.files()) == 1
    assert world.message_states() == {}


@pytest.mark.parametrize(("minor", "found"), [(50_000, Blocker.PAID), (49_999, None)])
def test_the_reminder_does_not_leave_when_the_promise_is_paid(world, promised, minor, found) -> None:
    pay(world, minor)
    assert blocker(world, reminder(world)) is found


def test_the_reminder_of_another_promise_does_not_leave(world: World, promised: Promise) -> None:
    assert blocker(world, reminder(world, "p-0")) is Blocker.PROMISED


def test_once_it_is_judged_notices_leave_and_the_reminder_does_not(world: World, promised: Promise) -> None:
    day = DECIDED_AT.date()
    found = {"state": PromiseState.BROKEN, "paid": Money.zero("TWD"), "judged_at": DECIDED_AT, "resumes_on": day}
    judged = JudgedPromise(promise=promised, **found)
    with world.ledger.write() as conn:
        keeping.keep(conn, [JudgePromise(judged=judged)], Kept("A-1/1", "A-1", "P-1", DECIDED_AT))
    assert blocker(world, reminder(world)) is Blocker.PROMISED
    assert blocker(world, world.command()) is None
    assert world.message_states() == {"A-1/1/first/1": MessageState.SENT}
