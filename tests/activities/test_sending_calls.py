"""A call is a task on the agents' list: it must be allowed, and reaches nobody before the agent calls."""

from dataclasses import replace

import pytest
from temporalio.exceptions import ApplicationError

from activities.channels.base import CannotTell, Outgoing, Receipt, Unsure
from domain.model.blocker import Blocker
from domain.model.commands import NoticeResult, SendNotice
from domain.model.contact import FactKind
from domain.model.facts import MessageState
from domain.model.strategy import Channel
from ledger import messages, person_facts
from starter.auditing import audit_ledger
from tests.activities.sending import CEASE, KEY, SENT, WorldOf, blocker_of, once_in_seven_days, scripted, send
from tests.activities.world import DECIDED_AT, NIGHT, POINT, ScriptedChannel, World, nothing, raising, rules_with

PHONE = replace(POINT, channel=Channel.CALL, address="+886912345678")
DISCLOSED = [{"id": "identity", "when": "every_contact", "tokens": ["institution_name"], "source": "law"}]


class Agents:
    """Keeps what is put on the list."""

    def __init__(self) -> None:
        self.got: list[Outgoing] = []

    def deliver(self, message: Outgoing) -> Receipt:
        self.got.append(message)
        return Receipt(reference=f"task/{message.key}")

    def lookup(self, key: str) -> Receipt | None:
        raise CannotTell


def calling(world: World, **more: object) -> SendNotice:
    return world.command().model_copy(update={"channel": Channel.CALL, **more})


def ask_for_a_call(world: World, channel: Agents | ScriptedChannel | None = None, **more: object) -> NoticeResult:
    return world.messaging(channel or Agents()).send_notice(calling(world, **more))


def test_a_task_on_the_list_is_no_contact_and_no_breach(place: WorldOf) -> None:
    world = place(point=PHONE)
    assert ask_for_a_call(world) == SENT
    assert world.message_states() == {KEY: MessageState.SENT}
    assert world.contact() is None
    audited = audit_ledger(world.ledger)
    assert (audited.contacts, audited.is_clean) == (0, True)


def test_tasks_on_the_list_fill_no_cap(place: WorldOf) -> None:
    world = place(point=PHONE, rules=rules_with(caps=[once_in_seven_days(unit="attempt")]))
    assert ask_for_a_call(world) == SENT
    assert ask_for_a_call(world, key="A-1/1/first/2", attempt=2) == SENT


def test_the_gate_is_asked_all_the_same(place: WorldOf) -> None:
    world = place(point=PHONE)
    world.now = NIGHT
    assert blocker_of(ask_for_a_call(world)) is Blocker.CONTACT_WINDOW
    world.now = DECIDED_AT
    world.tell(CEASE)
    assert blocker_of(ask_for_a_call(world)) is Blocker.BARRED


def test_the_list_learns_by_codes_what_the_caller_must_keep_to(place: WorldOf) -> None:
    world, agents = place(point=PHONE, rules=rules_with(disclosures=DISCLOSED)), Agents()
    ask_for_a_call(world, agents)
    (message,) = agents.got
    assert (message.notice, message.conditions) == ("first-reminder", ("xx.test.identity",))


def test_an_attempt_after_a_crash_and_one_that_must_not_be_made_any_more_have_no_contact_either(place: WorldOf) -> None:
    world = place(point=PHONE)
    for _ in range(2):
        with pytest.raises(ApplicationError):
            ask_for_a_call(world, scripted(world, before=raising(RuntimeError())))
    assert world.audit_kinds() == ["notice_intended", "notice_tried_again"]
    world.tell(CEASE)
    assert blocker_of(ask_for_a_call(world, scripted(world, before=nothing))) is Blocker.BARRED
    assert world.message_states() == {KEY: MessageState.REFUSED}
    assert world.contact() is None


def test_an_unknown_one_is_settled_by_a_person_without_a_contact(place: WorldOf) -> None:
    world = place(point=PHONE)
    ask_for_a_call(world, scripted(world, after=raising(Unsure()), on_lookup=raising(CannotTell())))
    with world.ledger.write() as conn:
        assert messages.resolve_unknown(conn, KEY, MessageState.SENT, DECIDED_AT, "op-1")
    assert world.contact() is None


def test_a_task_to_call_gives_no_notice_of_the_law(place: WorldOf) -> None:
    world = place(point=PHONE)
    assert ask_for_a_call(world, legal_notice="right_to_cure") == SENT
    with world.ledger.read() as conn:
        assert person_facts.of_person(conn, "P-1", DECIDED_AT, (FactKind.NOTICE_GIVEN,)) == ()


def test_a_message_by_another_channel_that_nobody_asked_for_is_still_found(world: World) -> None:
    send(world)
    with world.ledger.write() as conn:
        messages.intend(conn, world.command(attempt=2), "P-1", "C-1", DECIDED_AT.date(), DECIDED_AT)
        messages.settle(conn, "A-1/1/first/2", MessageState.SENT, DECIDED_AT)
    assert [(breach.reference, breach.rule) for breach in audit_ledger(world.ledger).breaches] == [
        ("A-1/1/first/2", "gate.unasked")
    ]
