"""A message that nobody sends any more: its channel is asked once, and the ledger knows what became of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection
from temporalio.exceptions import ApplicationError

from activities.channels.base import CannotTell, ChannelUnavailable, NotTaken, Receipt
from activities.channels.file import FileChannel
from activities.stuck import StuckMessages
from domain.model.blocker import Blocker
from domain.model.contact import Outcome
from domain.model.errors import InputError, SurroundingsError
from domain.model.facts import MessageState
from domain.model.strategy import Channel
from ledger import messages, suspects
from ledger.suspects import OnItsWay
from tests.activities.world import DECIDED_AT, ScriptedChannel, ScriptedLedger, World, away, nothing, raising

KEY = "A-1/1/first/1"
LATER = DECIDED_AT + timedelta(days=3)


def left_on_its_way(world: World, before: Callable[[], None] = nothing) -> None:
    """The intent is stored, and the worker ended before the receipt was."""
    channel = ScriptedChannel(FileChannel(world.outbox), before)
    ledger = world.ledger if before is not nothing else ScriptedLedger(world.ledger, nothing, away)
    with pytest.raises(ApplicationError):
        world.messaging(channel, ledger).send_notice(world.command())


class AnsweredBefore(ScriptedChannel):
    """What happens at a look-up happens while its answer is on the way."""

    def lookup(self, key: str) -> Receipt | None:
        found = self.channel.lookup(key)
        self.on_lookup()
        return found


def seen(world: World) -> OnItsWay:
    with world.ledger.read() as conn:
        (message,) = suspects.on_its_way(conn, LATER, None, 10)
    return message


def settle(
    world: World,
    on_lookup: Callable[[], None] = nothing,
    *,
    answers_before: bool = False,
    message: OnItsWay | None = None,
) -> list[MessageState]:
    """What was told of the message."""
    channel = (AnsweredBefore if answers_before else ScriptedChannel)(FileChannel(world.outbox), on_lookup=on_lookup)
    told = list[MessageState]()

    def tell(conn: Connection, state: MessageState) -> None:
        told.append(state)

    settled = StuckMessages(world.ledger, {Channel.FILE: channel}).settle(message or seen(world), LATER, tell)
    assert settled is bool(told)
    assert channel.delivered == 0
    return told


def state_of(world: World) -> tuple[MessageState, Blocker | None, bool]:
    with world.ledger.read() as conn:
        row = messages.get(conn, KEY)
    assert row is not None
    return row.state, row.blocker, row.not_taken


def outcome_of(world: World) -> Outcome | None:
    contact = world.contact()
    return None if contact is None else contact.made.outcome


@pytest.mark.parametrize("closed", [False, True])
def test_what_the_channel_has_was_sent(world: World, closed: bool) -> None:
    left_on_its_way(world)
    if closed:
        world.close()
    assert settle(world) == [MessageState.SENT]
    assert state_of(world) == (MessageState.SENT, None, False)
    assert world.receipt(KEY) is not None
    assert outcome_of(world) is Outcome.DELIVERED
    assert world.audit_kinds() == ["notice_intended", "notice_sent"]


def test_what_the_channel_cannot_tell_is_unknown_and_a_task(world: World) -> None:
    left_on_its_way(world)
    assert settle(world, raising(CannotTell())) == [MessageState.UNKNOWN]
    assert state_of(world) == (MessageState.UNKNOWN, Blocker.NO_ANSWER, False)
    assert [task.kind for task in world.tasks()] == ["unknown_outcome"]
    assert outcome_of(world) is Outcome.PENDING, "it holds its place until a person says what became of it"


def test_what_never_left_a_closed_case_is_refused_and_counts_in_no_cap(world: World) -> None:
    left_on_its_way(world, raising(NotTaken("full")))
    world.close()
    assert settle(world, raising(AssertionError("the channel said so already"))) == [MessageState.REFUSED]
    assert state_of(world)[:2] == (MessageState.REFUSED, Blocker.CLOSED)
    contact = world.contact()
    assert contact is not None
    assert contact.cancelled_at == LATER
    assert world.audit_kinds()[-1] == "notice_refused"


def test_what_never_left_an_open_case_may_be_asked_for_again_without_a_look_up(world: World) -> None:
    left_on_its_way(world, raising(ChannelUnavailable("away")))
    assert state_of(world)[2] is False
    assert settle(world) == [MessageState.SENDING]
    assert state_of(world) == (MessageState.SENDING, None, True)
    world.messaging().send_notice(world.command())
    assert state_of(world)[0] is MessageState.SENT
    assert len(world.files()) == 1


def test_a_channel_that_does_not_answer_leaves_it_for_the_next_time(world: World) -> None:
    left_on_its_way(world)
    before = state_of(world)
    with pytest.raises(SurroundingsError, match=f"^message {KEY} is stuck: away$"):
        settle(world, raising(ChannelUnavailable("away")))
    with pytest.raises(SurroundingsError, match="no adapter for channel file"):
        StuckMessages(world.ledger, {}).settle(seen(world), LATER, lambda *_: None)
    assert state_of(world) == before


def test_what_was_settled_meanwhile_stays(world: World) -> None:
    left_on_its_way(world)
    message = seen(world)
    assert settle(world, lambda: world.messaging().send_notice(world.command()) and None) == []
    told = world.audit_kinds()
    assert settle(world, message=message) == []
    assert world.audit_kinds() == told
    assert told.count("notice_sent") == 1


@pytest.mark.parametrize("closed", [False, True])
def test_what_the_channel_said_before_an_attempt_began_is_not_marked_on_that_attempt(
    world: World, closed: bool
) -> None:
    left_on_its_way(world, raising(ChannelUnavailable("away")))

    def tried_again_and_killed_before_the_receipt() -> None:
        with pytest.raises(ApplicationError):
            world.messaging(ledger=ScriptedLedger(world.ledger, nothing, away)).send_notice(world.command())
        if closed:
            world.close()

    assert settle(world, tried_again_and_killed_before_the_receipt, answers_before=True) == []
    assert state_of(world) == (MessageState.SENDING, None, False), "the next attempt asks before it sends"
    channel = ScriptedChannel(FileChannel(world.outbox))
    world.messaging(channel).send_notice(world.command())
    assert (channel.looked_up, channel.delivered, state_of(world)[0]) == (1, 0, MessageState.SENT)


def test_who_is_told_keeps_it_together_with_the_settlement_or_neither_is_kept(world: World) -> None:
    left_on_its_way(world)
    before = state_of(world), world.audit_kinds()

    def killed(conn: Connection, state: MessageState) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        StuckMessages(world.ledger, {Channel.FILE: FileChannel(world.outbox)}).settle(seen(world), LATER, killed)
    assert (state_of(world), world.audit_kinds()) == before


def test_a_message_that_is_not_there_is_refused(world: World) -> None:
    left_on_its_way(world)
    with pytest.raises(InputError, match="no message A-1/1/none/1"):
        settle(world, message=replace(seen(world), key="A-1/1/none/1"))
