"""What is tried again goes to the address of its intent, as its rows say."""

from dataclasses import replace

import pytest
from temporalio.exceptions import ApplicationError

from domain.model.blocker import Blocker
from domain.model.contact import ContactAsk
from domain.model.strategy import Channel
from ledger import accounts, messages
from ledger.accounts import ContactPoint
from ledger.contacts import Contact
from tests.activities.sending import KEY, SENT, WorldOf, blocker_of, scripted, send
from tests.activities.world import ADDRESS, DECIDED_AT, POINT, World, raising

NEWER = replace(POINT, contact_point_id="C-2", address="file:newer", usable_from=DECIDED_AT.date())


def add(world: World, point: ContactPoint) -> None:
    with world.ledger.write() as conn:
        accounts.add_contact_point(conn, point)


def crash(world: World) -> None:
    with pytest.raises(ApplicationError):
        send(world, scripted(world, before=raising(RuntimeError())))


def test_a_new_address_gets_the_next_message_and_not_the_one_under_way(world: World) -> None:
    crash(world)
    add(world, NEWER)
    assert send(world) == SENT
    assert f"To: {ADDRESS}" in world.files()[0].read_text()
    contact = world.contact()
    assert contact is not None
    assert contact.made.address == "C-1"
    assert send(world, attempt=2) == SENT
    assert any("To: file:newer" in path.read_text() for path in world.files())


def test_where_the_address_of_the_intent_is_not_usable_nothing_is_sent_elsewhere(world: World) -> None:
    add(world, replace(NEWER, channel=Channel.SMS))
    with world.ledger.write() as conn:
        messages.intend(conn, world.command(), "P-1", "C-2", DECIDED_AT.date(), DECIDED_AT)
        messages.mark_not_taken(conn, KEY)
    world.reach(Contact.pending(KEY, "P-1", ContactAsk(channel=Channel.FILE, at=DECIDED_AT, address="C-2")))
    assert blocker_of(send(world)) is Blocker.NO_CONTACT_POINT
    assert world.files() == []


@pytest.mark.parametrize(("address", "blocker"), [("C-1", None), ("C-2", None), ("C-3", Blocker.NO_CONTACT_POINT)])
def test_a_command_that_names_an_address_goes_there_or_nowhere(
    place: WorldOf, address: str, blocker: Blocker | None
) -> None:
    world = place()
    add(world, NEWER)
    command = world.command().model_copy(update={"address": address})
    assert blocker_of(world.messaging().send_notice(command)) is blocker
