"""What leaves by its purpose, or by a clock ahead, is no breach to the auditor, who shares nothing with the gate."""

from dataclasses import replace
from datetime import timedelta

from domain.model.contact import FactKind, Purpose
from domain.model.facts import OPT_OUT_KEYS
from domain.model.money import Money
from domain.model.strategy import Channel
from ledger import accounts
from starter.auditing import audit_ledger
from tests.activities.sending import CEASE, LATER, SENT, STOP_MESSAGES, WorldOf, fact, once_in_seven_days, send
from tests.activities.world import DECIDED_AT, POINT, World, rules_with

HOLD = {"id": "cease", "opened_by": "ceased", "closed_by": ["on"], "blocks": ["collect_contact"], "source": "law"}
PASSING = {"holds": [{**HOLD, "allows": ["legal_notice", "confirm_opt_out"]}]}
NEEDED = {"notices": [{"id": "right_to_cure", "required_before": "collect_contact", "source": "law"}]}
LEGAL = {"purpose": Purpose.LEGAL_NOTICE, "legal_notice": "right_to_cure"}


def is_clean(world: World, contacts: int) -> bool:
    found = audit_ledger(world.ledger)
    return found.is_clean and found.contacts == contacts


def test_the_confirmation_of_an_opt_out_under_a_hold_that_names_it(place: WorldOf) -> None:
    world = place(rules=rules_with(**PASSING))
    world.tell(STOP_MESSAGES, CEASE)
    confirmation = {
        "key": f"{OPT_OUT_KEYS}fact-0",
        "purpose": Purpose.CONFIRM_OPT_OUT,
        "address": "C-1",
        "past_due": Money.of_minor(0, "TWD"),
    }
    world.now = LATER
    assert world.messaging().send_notice(world.command().model_copy(update=confirmation)) == SENT
    assert is_clean(world, 1)


def test_a_notice_of_the_law_past_a_hold_and_past_an_opt_out_by_letter(place: WorldOf) -> None:
    stop = {"id": "stop", "channels": ["file", "letter"], "scope": "all", "source": "law"}
    letter = replace(POINT, channel=Channel.LETTER, address="1 Main Street")
    world = place(point=letter, rules=rules_with(**PASSING, opt_outs=[stop]))
    world.tell(STOP_MESSAGES, CEASE)
    world.now = LATER
    command = world.command().model_copy(update={**LEGAL, "channel": Channel.LETTER})
    assert world.messaging().send_notice(command) == SENT
    assert is_clean(world, 1)


def test_collection_after_the_notice_that_had_to_come_before_it(place: WorldOf) -> None:
    world = place(rules=rules_with(**NEEDED))
    assert world.messaging().send_notice(world.command().model_copy(update=LEGAL)) == SENT
    world.now = LATER
    assert send(world, attempt=2) == SENT
    assert is_clean(world, 2)


def test_messages_of_two_clocks_that_fill_a_cap_of_two(place: WorldOf) -> None:
    world = place(rules=rules_with(caps=[once_in_seven_days(max=2)]))
    for account_id in ("A-2", "A-3"):
        world.add_account(account_id)
    fast, slow = replace(world, now=DECIDED_AT + timedelta(minutes=2)), replace(world, now=DECIDED_AT)
    results = [send(fast), send(slow, account_id="A-2"), send(slow, account_id="A-3")]
    assert [result == SENT for result in results] == [True, True, False]
    assert is_clean(world, 2)


def test_a_task_to_call_is_no_contact_to_it_either(place: WorldOf) -> None:
    world = place(point=replace(POINT, channel=Channel.CALL, address="+886912345678"))
    command = world.command().model_copy(update={"channel": Channel.CALL})
    assert world.messaging().send_notice(command) == SENT
    assert is_clean(world, 0)


def test_what_leaves_for_another_address_after_the_opt_out_of_one(world: World) -> None:
    with world.ledger.write() as conn:
        newer = replace(POINT, contact_point_id="C-2", usable_from=DECIDED_AT.date())
        accounts.add_contact_point(conn, newer)
    world.tell(fact(FactKind.OPT_OUT, address="C-1"))
    world.now = LATER
    assert send(world) == SENT
    assert is_clean(world, 1)
