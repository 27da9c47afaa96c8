"""Every message is a contact that the caps count, from its intent on, and none counts twice."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event
from temporalio.exceptions import ApplicationError

from activities.channels.base import CannotTell, NotTaken, Rejected, Unsure
from domain.model.blocker import Blocker
from domain.model.contact import Outcome, Party, PastContact
from domain.model.facts import MessageState
from domain.model.strategy import Channel
from ledger import messages
from tests.activities.sending import KEY, SENT, WorldOf, blocker_of, call, once_in_seven_days, scripted, send
from tests.activities.world import (
    ADDRESS,
    DECIDED_AT,
    MORNING,
    NIGHT,
    World,
    raising,
    rules_with,
)

# --- the contact that the caps count


def outcome_of(world: World, key: str = KEY) -> Outcome:
    contact = world.contact(key)
    assert contact is not None
    assert contact.cancelled_at is None
    return contact.made.outcome


def test_a_contact_is_pending_at_the_provider_and_delivered_after_the_receipt(world: World) -> None:
    seen: list[Outcome] = []
    channel = scripted(world, before=lambda: seen.append(outcome_of(world)))
    assert send(world, channel) == SENT
    assert seen == [Outcome.PENDING]
    contact = world.contact()
    assert contact is not None
    assert contact.made == PastContact(
        at=DECIDED_AT, channel=Channel.FILE, outcome=Outcome.DELIVERED, address="C-1", debts=("A-1",)
    )
    assert (contact.person_id, contact.case_id, contact.notice) == ("P-1", "A-1/1", None)
    assert contact.reported_at == DECIDED_AT


def always(error: Exception) -> Callable[[], None]:
    """Something that happens: this error, every time."""

    def happen() -> None:
        raise error

    return happen


@pytest.mark.parametrize(
    ("script", "outcome", "next_one"),
    [
        ({}, Outcome.DELIVERED, Blocker.CONTACT_WINDOW),
        ({"before": always(Rejected())}, Outcome.FAILED, None),
        ({"after": always(Unsure()), "on_lookup": always(CannotTell())}, Outcome.PENDING, Blocker.CONTACT_WINDOW),
    ],
    ids=["sent", "failed", "unknown"],
)
def test_what_became_of_a_message_says_whether_it_fills_the_cap(
    place: WorldOf, script: dict[str, Callable[[], None]], outcome: Outcome, next_one: Blocker | None
) -> None:
    world = place(rules=rules_with(caps=[once_in_seven_days()]))
    world.add_account("A-2")
    send(world, scripted(world, **script))
    assert outcome_of(world) is outcome
    assert blocker_of(send(world, account_id="A-2")) is next_one


def test_a_message_that_must_not_leave_has_no_contact(world: World) -> None:
    world.close()
    assert blocker_of(send(world)) is Blocker.CLOSED
    assert world.contact() is None


def test_the_audit_names_the_rules_and_a_digest_and_neither_address_nor_text(world: World) -> None:
    send(world)
    with world.ledger.read() as conn:
        row = messages.get(conn, KEY)
    assert row is not None
    (_, intended), _ = world.audit()
    assert (intended["contact_point_id"], intended["rules"]) == ("C-1", "xx.test v1")
    assert intended["content"] == row.content_digest
    assert len(row.content_digest or "") == 64
    assert (row.locale, row.party) == ("en", Party.DEBTOR)
    told = str(world.audit())
    assert not any(words in told for words in (ADDRESS, "Amount past due", "Unpaid since"))


# --- the provider did not take it


def test_what_the_provider_did_not_take_is_delivered_anew_without_asking_for_it(world: World) -> None:
    channel = scripted(world, before=raising(NotTaken("busy", retry_after=timedelta(minutes=5))))
    with pytest.raises(ApplicationError) as caught:
        send(world, channel)
    assert (caught.value.type, caught.value.non_retryable) == ("ChannelUnavailable", False)
    assert caught.value.next_retry_delay == timedelta(minutes=5)
    assert send(world, channel) == SENT
    assert (channel.looked_up, channel.delivered) == (0, 1)
    assert world.audit_kinds() == ["notice_intended", "notice_tried_again", "notice_sent"]


def test_without_a_word_of_the_provider_the_usual_delay_applies(world: World) -> None:
    with pytest.raises(ApplicationError) as caught:
        send(world, scripted(world, before=raising(NotTaken("busy"))))
    assert caught.value.next_retry_delay is None


def test_a_crash_in_the_attempt_after_is_asked_for_like_any_other(world: World) -> None:
    channel = scripted(world, before=raising(NotTaken("busy")), after=raising(RuntimeError()))
    for kind in ("ChannelUnavailable", "Unexpected"):
        with pytest.raises(ApplicationError) as caught:
            send(world, channel)
        assert caught.value.type == kind
    assert send(world, channel) == SENT
    assert (channel.looked_up, channel.delivered) == (1, 1)
    assert len(world.files()) == 1


@pytest.mark.parametrize("error", [NotTaken("busy"), RuntimeError()], ids=["not-taken", "crash"])
def test_a_message_that_is_tried_again_does_not_stand_in_its_own_way(place: WorldOf, error: Exception) -> None:
    world = place(rules=rules_with(caps=[once_in_seven_days()]))
    world.add_account("A-2")
    with pytest.raises(ApplicationError):
        send(world, scripted(world, before=raising(error)))
    assert blocker_of(send(world, account_id="A-2")) is Blocker.CONTACT_WINDOW
    assert send(world) == SENT
    assert outcome_of(world) is Outcome.DELIVERED


# --- what it costs


def statements_of(world: World, account_id: str = "A-1") -> int:
    """How many statements one send needs, commits aside."""
    seen: list[str] = []

    def see(_conn: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            seen.append(statement)

    event.listen(world.ledger.engine, "before_cursor_execute", see)
    send(world, account_id=account_id)
    event.remove(world.ledger.engine, "before_cursor_execute", see)
    return len(seen)


def test_a_send_needs_thirty_four_statements(world: World) -> None:
    """1 before, 20 with the intent, 13 with the receipt."""
    world.add_account("A-2")
    send(world)  # what is published is read once by each process
    assert statements_of(world, "A-2") == 34


def test_a_send_needs_as_many_statements_for_a_long_record_as_for_none(world: World) -> None:
    world.add_account("A-2")
    send(world)  # what is published is read once by each process
    world.add_account("A-3")
    short = statements_of(world, "A-2")
    world.reach(*(call(DECIDED_AT - timedelta(days=n), contact_id=f"call-{n}") for n in range(1, 100)))
    assert statements_of(world, "A-3") == short


def test_a_deferral_needs_fewer_statements_than_a_message(world: World) -> None:
    world.add_account("A-2")
    sent = statements_of(world)
    world.now = NIGHT
    assert statements_of(world, "A-2") < sent


def test_a_message_that_leaves_on_the_day_after_counts_on_that_day(place: WorldOf) -> None:
    cap = once_in_seven_days(period={"kind": "rolling_dates", "n": 1})
    world = place(rules=rules_with(caps=[cap]))
    world.add_account("A-2")
    with pytest.raises(ApplicationError):
        send(world, scripted(world, before=raising(NotTaken("busy"))))
    world.now = MORNING
    assert send(world) == SENT
    contact = world.contact()
    assert contact is not None
    assert contact.made.at == MORNING
    assert blocker_of(send(world, account_id="A-2")) is Blocker.CONTACT_WINDOW


def test_an_unknown_outcome_is_a_task_until_a_person_says_what_became_of_it(world: World) -> None:
    send(world, scripted(world, after=always(Unsure()), on_lookup=always(CannotTell())))
    assert [(task.task_id, task.kind) for task in world.tasks()] == [(f"unknown_outcome/{KEY}", "unknown_outcome")]
    with world.ledger.write() as conn:
        messages.resolve_unknown(conn, KEY, MessageState.SENT, DECIDED_AT, "op-1")
    assert world.tasks() == ()
