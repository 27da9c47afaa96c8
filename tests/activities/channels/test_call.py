"""Calls as tasks for people: codes in the ledger, once under the message's key."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from activities.channels.base import Outgoing, Rejected, Rejection
from activities.channels.call import CallTasks
from domain.model.message import Rendered
from domain.model.strategy import Channel
from ledger import messages, tasks
from ledger.engine import Ledger
from ledger.tasks import Task
from tests.activities.channels.messages import outgoing
from tests.activities.world import DECIDED_AT, World, world_of

KEY = "A-1/1/first/1"
CONDITIONS = ("cn.institution", "cn.debtor.relay_only")


@pytest.fixture
def world(ledger: Ledger, tmp_path: Path) -> World:
    """The small world, with the intent of a call."""
    made = world_of(ledger, tmp_path)
    with ledger.write() as conn:
        messages.intend(conn, made.command(), "P-1", None, date(2026, 3, 20), DECIDED_AT)
    return made


def a_call(**other: object) -> Outgoing:
    content = Rendered(text="Ask Ms Canary when.", must_say=("This call is from a bank.",))
    about = {
        "key": KEY,
        "on": date(2026, 3, 20),
        "notice": "final-notice",
        "conditions": CONDITIONS,
        "content": content,
    }
    return outgoing(Channel.CALL, "+886912345678", **{**about, **other})


def test_a_call_becomes_one_task_of_codes_that_is_due_at_the_end_of_the_local_day(world: World) -> None:
    channel = CallTasks(world.ledger)
    assert channel.lookup(KEY) is None
    assert channel.deliver(a_call()) == channel.deliver(a_call()) == channel.lookup(KEY)
    assert world.tasks() == (
        Task(
            task_id=f"call/{KEY}",
            person_id="P-1",
            kind="call",
            at=DECIDED_AT,
            case_id="A-1/1",
            account_id="A-1",
            due_at=datetime(2026, 3, 20, 16, tzinfo=UTC),
            detail={"message": KEY, "notice": "final-notice"},
            must_say=CONDITIONS,
        ),
    )


def test_neither_name_nor_number_nor_words_are_in_the_task(world: World) -> None:
    CallTasks(world.ledger).deliver(a_call())
    (task,) = world.tasks()
    assert not any(secret in repr(task) for secret in ("Canary", "886", "This call"))


def test_the_first_task_of_a_key_stands_whatever_a_later_attempt_would_say(world: World) -> None:
    channel = CallTasks(world.ledger)
    first = channel.deliver(a_call())
    assert channel.deliver(a_call(conditions=(), on=date(2026, 3, 21))) == first
    assert [task.must_say for task in world.tasks()] == [CONDITIONS]


def test_a_call_that_was_made_is_not_asked_for_again(world: World) -> None:
    channel = CallTasks(world.ledger)
    made = channel.deliver(a_call())
    with world.ledger.write() as conn:
        tasks.close(conn, made.reference, DECIDED_AT, "op-1", "reached")
    assert channel.lookup(KEY) == channel.deliver(a_call()) == made
    assert world.tasks() == ()


def test_a_call_without_its_message_in_the_ledger_is_rejected(world: World) -> None:
    with pytest.raises(Rejected, match="needs its message") as told:
        CallTasks(world.ledger).deliver(a_call(key="other"))
    assert told.value.code is Rejection.NO_MESSAGE
    assert world.tasks() == ()
