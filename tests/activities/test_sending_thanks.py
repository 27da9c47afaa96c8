"""The last look before thanks leave: the case is closed as they say, and nothing is past due again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.model.blocker import Blocker
from domain.model.case import Closure, Outcome, Stage
from domain.model.commands import SendNotice
from domain.model.contact import FactKind, Purpose
from domain.model.events import HoldReason
from domain.model.facts import MessageState
from domain.model.money import Money
from domain.model.strategy import Channel
from domain.model.thanks import THANK_YOU, Reached, Thanked, thanks_key
from ledger import cases, messages
from policies.texts.render import texts_of
from tests.activities.sending import SENT, STOP_MESSAGES, WorldOf, blocker_of, fact
from tests.activities.world import DECIDED_AT, MINIMUM, NIGHT, POINT, SECOND_DUE, World, rules_with

KEY = thanks_key("A-1/1")


def thanks(reached: Reached = Reached.CURED) -> SendNotice:
    return SendNotice(
        key=KEY,
        case_id="A-1/1",
        account_id="A-1",
        step=THANK_YOU,
        notice=THANK_YOU,
        attempt=1,
        channel=Channel.FILE,
        as_of=DECIDED_AT,
        oldest_due_on=DECIDED_AT.date(),
        past_due=Money.zero("TWD"),
        purpose=Purpose.SERVICE_NOTICE,
        thanked=Thanked(reached=reached, record_years=5),
    )


def close(world: World, outcome: Outcome = Outcome.CURED, **more: object) -> World:
    """All is paid, and the case is closed for that."""
    world.pay(MINIMUM)
    world.pay(MINIMUM, to=SECOND_DUE)
    end = Closure(case_id="A-1/1", outcome=outcome, closed_at=DECIDED_AT, days_past_due=40, notices=1)
    with world.ledger.write() as conn:
        cases.update_from(conn, world.case.model_copy(update={"closure": end, "stage": Stage.CLOSED, **more}))
    return world


@pytest.fixture
def closed(world: World) -> World:
    return close(world)


def test_they_leave_once_and_are_no_notice_of_the_ladder(closed: World) -> None:
    assert [closed.messaging().send_notice(thanks()) for _ in range(2)] == [SENT, SENT]
    assert (len(closed.files()), closed.message_states()) == (1, {})
    assert [kind for kind in closed.audit_kinds() if kind.startswith("notice_")] == ["notice_intended", "notice_sent"]
    assert closed.audit()[-1][1]["paid_meanwhile"] is False
    contact = closed.contact(KEY)
    assert contact is not None
    assert contact.purpose is Purpose.SERVICE_NOTICE


def test_their_words_are_those_of_the_bank(closed: World) -> None:
    assert closed.messaging(texts=texts_of().message).send_notice(thanks()) == SENT
    text = closed.files()[0].read_text(encoding="utf-8")
    assert "is up to date again" in text
    assert "for 5 years" in text


@pytest.mark.parametrize("reached", [Reached.PLAN_COMPLETED, Reached.PAID_IN_FULL])
def test_they_do_not_say_what_was_not_reached(closed: World, reached: Reached) -> None:
    assert blocker_of(closed.messaging().send_notice(thanks(reached))) is Blocker.PAST_DUE


def test_a_case_that_is_open_thanks_nobody(world: World) -> None:
    assert blocker_of(world.messaging().send_notice(thanks())) is Blocker.PAST_DUE


def test_what_is_past_due_again_is_no_reason_to_thank(world: World) -> None:
    end = Closure(case_id="A-1/1", outcome=Outcome.CURED, closed_at=DECIDED_AT, days_past_due=40, notices=1)
    with world.ledger.write() as conn:
        cases.update_from(conn, world.case.model_copy(update={"closure": end, "stage": Stage.CLOSED}))
    assert blocker_of(world.messaging().send_notice(thanks())) is Blocker.PAST_DUE
    assert world.files() == []


def test_a_hold_of_an_operator_stops_them(closed: World) -> None:
    closed.hold(HoldReason.OPERATOR)
    close(closed)
    assert blocker_of(closed.messaging().send_notice(thanks())) in (Blocker.HELD, Blocker.PAST_DUE)


def test_who_wants_no_messages_of_another_kind_is_not_thanked_either(closed: World) -> None:
    closed.tell(fact(FactKind.OPT_OUT, channel=Channel.SMS))
    assert blocker_of(closed.messaging().send_notice(thanks())) is Blocker.BARRED
    assert closed.audit()[-1][1]["refused_by"] == ["opt_out.standing"]
    assert closed.tasks() == (), "nobody misses thanks"


def test_who_wants_none_there_is_not_thanked(closed: World) -> None:
    closed.tell(STOP_MESSAGES)
    assert blocker_of(closed.messaging().send_notice(thanks())) is Blocker.BARRED


def test_on_whom_a_hold_lies_is_not_thanked_though_a_service_notice_may_leave(place: WorldOf) -> None:
    hold = {"id": "ill", "opened_by": "ill", "closed_by": ["on"], "blocks": ["collect_contact"], "source": "law"}
    world = close(place(rules=rules_with(holds=[hold | {"allows": ["service_notice"]}])))
    world.tell(fact(FactKind.HOLD, name="ill"))
    assert blocker_of(world.messaging().send_notice(thanks())) is Blocker.BARRED
    assert [name.rpartition(".")[2] for name in world.audit()[-1][1]["refused_by"]] == ["ill"]
    assert world.tasks() == (), "nobody misses thanks"


@pytest.mark.parametrize("point", [replace(POINT, verified=False), replace(POINT, shared=True)])
def test_where_others_may_read_it_nothing_leaves(place: WorldOf, point) -> None:
    world = close(place(point=point))
    assert blocker_of(world.messaging().send_notice(thanks())) is Blocker.NO_CONTACT_POINT
    assert (world.files(), world.tasks()) == ([], ())


def test_a_retry_at_night_sees_the_night(closed: World) -> None:
    closed.now = NIGHT
    assert blocker_of(closed.messaging().send_notice(thanks())) is Blocker.CONTACT_WINDOW
    with closed.ledger.read() as conn:
        assert messages.get(conn, KEY) is None, "the key stays free"


def test_a_hold_of_the_rules_on_service_notices_bars_them(place: WorldOf) -> None:
    hold = {"id": "cease", "opened_by": "ceased", "closed_by": ["on"], "blocks": ["service_notice"], "source": "law"}
    world = close(place(rules=rules_with(holds=[hold])))
    world.tell(fact(FactKind.HOLD, name="cease"))
    assert blocker_of(world.messaging().send_notice(thanks())) is Blocker.BARRED
    with world.ledger.read() as conn:
        row = messages.get(conn, KEY)
    assert row is not None
    assert row.state is MessageState.REFUSED
