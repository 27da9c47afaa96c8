"""A notice that the law requires passes what its pack lets it pass, and stands on record when it was given."""

from dataclasses import replace

import pytest

from activities.channels.base import CannotTell, Rejected, Unsure
from domain.model.blocker import Blocker
from domain.model.commands import NoticeResult, SendNotice
from domain.model.contact import FactKind, PastFact, Purpose
from domain.model.events import HoldReason
from domain.model.facts import MessageState
from domain.model.strategy import Channel
from ledger import messages, person_facts
from ledger.accounts import ContactPoint
from ledger.person_facts import PersonFact
from tests.activities.sending import (
    CEASE,
    KEY,
    LATER,
    SENT,
    STOP_MESSAGES,
    WorldOf,
    blocker_of,
    fact,
    scripted,
    send,
)
from tests.activities.world import DECIDED_AT, MINIMUM, POINT, ScriptedChannel, World, raising, rules_with

GIVEN = PersonFact(
    f"notice/{KEY}",
    "P-1",
    PastFact(DECIDED_AT, FactKind.NOTICE_GIVEN, name="right_to_cure", debts=("A-1",)),
    DECIDED_AT,
)
HOLD = {"id": "cease", "opened_by": "ceased", "closed_by": ["on"], "blocks": ["collect_contact"], "source": "law"}
LETTER = replace(POINT, channel=Channel.LETTER, address="1 Main Street")


def legal(world: World, channel: Channel = Channel.FILE) -> SendNotice:
    told = {"purpose": Purpose.LEGAL_NOTICE, "legal_notice": "right_to_cure", "channel": channel}
    return world.command().model_copy(update=told)


def give(world: World, channel: ScriptedChannel | None = None) -> NoticeResult:
    return world.messaging(channel).send_notice(legal(world))


def given(world: World) -> tuple[PersonFact, ...]:
    with world.ledger.read() as conn:
        return person_facts.of_person(conn, "P-1", LATER, (FactKind.NOTICE_GIVEN,))


def test_when_it_was_sent_the_notice_stands_on_record_once(world: World) -> None:
    assert [give(world), give(world)] == [SENT, SENT]
    assert given(world) == (GIVEN,)
    contact = world.contact()
    assert contact is not None
    assert (contact.purpose, contact.notice) == (Purpose.LEGAL_NOTICE, "right_to_cure")
    assert world.audit()[0][1]["legal_notice"] == "right_to_cure"
    assert world.message_states() == {KEY: MessageState.SENT}


def test_an_ordinary_notice_gives_none(world: World) -> None:
    send(world)
    assert given(world) == ()


@pytest.mark.parametrize(("allows", "blocker"), [(["legal_notice"], None), ([], Blocker.BARRED)])
def test_a_hold_lets_it_pass_only_where_its_rule_says_so(
    place: WorldOf, allows: list[str], blocker: Blocker | None
) -> None:
    world = place(rules=rules_with(holds=[{**HOLD, "allows": allows}]))
    world.tell(CEASE)
    assert blocker_of(give(world)) is blocker
    assert bool(given(world)) is (blocker is None)
    assert blocker_of(send(world, attempt=2)) is Blocker.BARRED


@pytest.mark.parametrize(
    ("channel", "point", "blocker"),
    [(Channel.LETTER, LETTER, None), (Channel.FILE, POINT, Blocker.BARRED)],
    ids=["letter", "file"],
)
def test_by_letter_it_leaves_in_spite_of_an_opt_out(
    place: WorldOf, channel: Channel, point: ContactPoint, blocker: Blocker | None
) -> None:
    stop = {"id": "stop", "channels": ["sms", "file", "letter"], "scope": "all", "source": "law"}
    world = place(point=point, rules=rules_with(opt_outs=[stop]))
    world.tell(STOP_MESSAGES)
    assert blocker_of(world.messaging().send_notice(legal(world, channel))) is blocker


def test_a_hold_that_an_operator_laid_on_the_case_stops_it(world: World) -> None:
    world.hold(HoldReason.OPERATOR)
    assert blocker_of(give(world)) is Blocker.HELD
    assert given(world) == ()


def test_money_stops_it_as_its_amounts_are_no_longer_so(world: World) -> None:
    world.pay(2 * MINIMUM)
    assert blocker_of(give(world)) is Blocker.PAID


def test_what_must_be_given_before_collection_opens_collection_when_it_was_sent(place: WorldOf) -> None:
    rule = {"id": "right_to_cure", "required_before": "collect_contact", "source": "law"}
    world = place(rules=rules_with(notices=[rule]))
    world.add_account("A-2")
    assert blocker_of(send(world, attempt=2)) is Blocker.BARRED
    assert give(world) == SENT
    assert send(world, attempt=3) == SENT
    assert blocker_of(send(world, account_id="A-2")) is Blocker.BARRED


def test_what_the_provider_refused_was_not_given(world: World) -> None:
    assert blocker_of(give(world, scripted(world, before=raising(Rejected())))) is Blocker.PROVIDER
    assert given(world) == ()


@pytest.mark.parametrize(
    ("state", "found"), [(MessageState.SENT, True), (MessageState.FAILED, False)], ids=["sent", "failed"]
)
def test_what_a_person_says_of_an_unknown_one_says_whether_it_was_given(
    world: World, state: MessageState, found: bool
) -> None:
    give(world, scripted(world, after=raising(Unsure()), on_lookup=raising(CannotTell())))
    assert given(world) == ()
    with world.ledger.write() as conn:
        messages.resolve_unknown(conn, KEY, state, DECIDED_AT, "op-1")
    assert given(world) == ((GIVEN,) if found else ())


def test_an_event_after_it_is_not_taken_for_it(world: World) -> None:
    world.tell(fact(FactKind.NOTICE_GIVEN, name="another"))
    assert give(world) == SENT
    assert len(given(world)) == 2
