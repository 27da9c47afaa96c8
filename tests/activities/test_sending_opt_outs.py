"""An opt-out is confirmed once: to the address that it names, whatever the debt and the case have come to."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from temporalio.exceptions import ApplicationError

from activities.advance import CaseActivities
from activities.channels.base import CannotTell, Rejected, Unsure
from domain.model.blocker import Blocker
from domain.model.case import Advance
from domain.model.commands import NoticeResult, SendNotice
from domain.model.contact import FactKind, Outcome, Party, PastFact, Purpose
from domain.model.errors import InputError
from domain.model.events import HoldReason, LedgerChanged
from domain.model.facts import MessageState, OptOutToConfirm
from domain.model.message import Rendered, TextAsk
from domain.model.money import Money
from domain.model.pack import Pack
from domain.model.stops import StopKind
from domain.model.strategy import Channel
from ledger import accounts, confirmations, messages, person_facts, stops, tasks, watermarks
from ledger.accounts import ContactPoint
from ledger.messages import MessageRow
from ledger.person_facts import PersonFact
from ledger.stops import Stop
from ledger.tasks import Task
from ledger.watermarks import LEDGER_FEED
from tests.activities.sending import (
    CEASE,
    LATER,
    SENT,
    STOP_MESSAGES,
    WorldOf,
    blocker_of,
    fact,
    once_in_seven_days,
    scripted,
    send,
    stop_of,
)
from tests.activities.world import (
    DECIDED_AT,
    MINIMUM,
    MORNING,
    NIGHT,
    POINT,
    ScriptedChannel,
    World,
    plain_text,
    raising,
    rules_with,
)

OPT_OUT = OptOutToConfirm(fact_id="said-1", channel=Channel.FILE, address="C-1")


def opt_out(world: World, told: PastFact = STOP_MESSAGES, fact_id: str = "said-1") -> None:
    """The customer's words, as ``person said`` keeps them: the fact, and the task to confirm it."""
    detail = {"channel": "file", **({"address_id": told.address} if told.address else {})}
    task = Task(confirmations.task_id(fact_id), "P-1", confirmations.KIND, told.at, account_id="A-1", detail=detail)
    with world.ledger.write() as conn:
        person_facts.add(conn, PersonFact(fact_id, "P-1", told, told.at))
        tasks.add(conn, task)


def confirmation(world: World, of: OptOutToConfirm = OPT_OUT, account_id: str = "A-1") -> SendNotice:
    told = {
        "key": of.key,
        "step": "opt-out-confirmation",
        "notice": "opt-out-confirmation",
        "purpose": Purpose.CONFIRM_OPT_OUT,
        "address": of.address,
        "past_due": Money.of_minor(0, "TWD"),
    }
    return world.command(account_id=account_id).model_copy(update=told)


def confirm(world: World, channel: ScriptedChannel | None = None, **more: str) -> NoticeResult:
    return world.messaging(channel).send_notice(confirmation(world, **more))  # type: ignore[arg-type]  # by name


def row_of(world: World, key: str = OPT_OUT.key) -> MessageRow | None:
    with world.ledger.read() as conn:
        return messages.get(conn, key)


def waiting(world: World) -> list[str]:
    with world.ledger.read() as conn:
        return [each.fact_id for each in confirmations.to_confirm(conn, "P-1", world.now)]


def closed_as(world: World) -> str | None:
    with world.ledger.read() as conn:
        task = tasks.get(conn, confirmations.task_id("said-1"))
    assert task is not None
    return task.outcome


def test_an_opt_out_is_confirmed_once_and_its_task_is_done(world: World) -> None:
    opt_out(world)
    assert waiting(world) == ["said-1"]
    assert [confirm(world), confirm(world)] == [SENT, SENT]
    assert len(world.files()) == 1
    assert world.audit_kinds() == ["notice_intended", "notice_sent"]
    assert world.audit()[0][1]["purpose"] == "confirm_opt_out"
    contact = world.contact(OPT_OUT.key)
    assert contact is not None
    assert (contact.purpose, contact.made.outcome, contact.made.address) == (
        *(Purpose.CONFIRM_OPT_OUT, Outcome.DELIVERED),
        "C-1",
    )
    assert (world.tasks(), closed_as(world), waiting(world)) == ((), "sent", [])


def test_each_open_case_asks_for_it_under_the_same_key_until_one_has_sent_it(world: World) -> None:
    world.add_account("A-2")
    opt_out(world, fact(FactKind.OPT_OUT, channel=Channel.FILE))
    asked = [*decided(world, "A-1"), *decided(world, "A-2")]
    assert [command.key for command in asked] == [OPT_OUT.key] * 2
    assert [world.messaging().send_notice(command) for command in asked] == [SENT, SENT]
    assert len(world.files()) == 1
    assert decided(world, "A-1", LATER) == []


def decided(world: World, account_id: str, as_of: datetime = DECIDED_AT) -> list[SendNotice]:
    """The confirmations that the case of this account asks for at the instant."""
    account = world.case.account.model_copy(update={"account_id": account_id})
    case = world.case.model_copy(update={"case_id": f"{account_id}/1", "account": account})
    step = CaseActivities(world.ledger).advance(Advance(case=case, events=(LedgerChanged(),), as_of=as_of))
    return [command for command in step.commands if command.purpose is Purpose.CONFIRM_OPT_OUT]


def test_a_confirmation_is_no_notice_of_the_ladder(world: World) -> None:
    opt_out(world)
    confirm(world)
    assert world.message_states() == {}
    assert world.audit()[-1][1]["paid_meanwhile"] is False


def test_after_its_confirmation_the_address_gets_nothing_more(world: World) -> None:
    opt_out(world)
    world.now = LATER
    confirm(world)
    other = OPT_OUT.model_copy(update={"fact_id": "said-2"})
    opt_out(world, fact(FactKind.OPT_OUT, LATER, address="C-1"), "said-2")
    assert blocker_of(world.messaging().send_notice(confirmation(world, other))) is Blocker.BARRED
    assert blocker_of(send(world)) is Blocker.BARRED
    assert len(world.files()) == 1


def test_two_cases_of_one_person_confirm_with_one_message(world: World) -> None:
    world.add_account("A-2")
    opt_out(world)
    assert confirm(world) == SENT
    assert confirm(world, account_id="A-2") == SENT
    assert len(world.files()) == 1


def test_while_one_case_is_at_the_provider_another_neither_asks_nor_sends(world: World) -> None:
    world.add_account("A-2")
    opt_out(world)
    channel = scripted(world)
    meanwhile: list[NoticeResult] = []

    def the_other_case_tries() -> None:
        meanwhile.append(world.messaging(channel).send_notice(confirmation(world, account_id="A-2")))

    first = replace(channel, before=the_other_case_tries)
    assert confirm(world, first) == SENT
    assert meanwhile == [SENT]
    assert (channel.looked_up, channel.delivered, len(world.files())) == (0, 0, 1)


def stopped(world: World) -> None:
    with world.ledger.write() as conn:
        watermarks.advance(conn, LEDGER_FEED, DECIDED_AT - timedelta(days=9), DECIDED_AT)


@pytest.mark.parametrize(
    "happens",
    [
        lambda world: world.pay(2 * MINIMUM),
        lambda world: world.hold(HoldReason.OPERATOR),
        lambda world: world.close(),
        stopped,
    ],
    ids=["paid", "held", "closed", "stale"],
)
def test_what_the_case_has_come_to_does_not_stop_a_confirmation(world: World, happens: Callable[[World], None]) -> None:
    opt_out(world)
    happens(world)
    assert confirm(world) == SENT


def test_an_emergency_stop_does_and_it_leaves_when_that_is_over(world: World) -> None:
    opt_out(world)
    with world.ledger.write() as conn:
        stops.set_stop(conn, Stop("halt", StopKind.ALL, "", DECIDED_AT, "ann", "incident"))
    assert blocker_of(confirm(world)) is Blocker.STOPPED
    assert (row_of(world), waiting(world)) == (None, ["said-1"])
    with world.ledger.write() as conn:
        stops.release(conn, "halt", LATER, "bob")
    world.now = LATER
    assert confirm(world) == SENT


def test_at_night_it_waits_for_the_morning_under_the_same_key(world: World) -> None:
    opt_out(world)
    world.now = NIGHT
    deferred = stop_of(confirm(world))
    assert (deferred.blocker, deferred.retry_at, row_of(world)) == (Blocker.CONTACT_WINDOW, MORNING, None)
    assert waiting(world) == ["said-1"]
    world.now = MORNING
    assert confirm(world) == SENT


def test_a_hold_that_does_not_name_it_bars_it_and_its_own_task_stays_with_a_person(world: World) -> None:
    opt_out(world)
    world.tell(CEASE)
    assert blocker_of(confirm(world)) is Blocker.BARRED
    assert [task.kind for task in world.tasks()] == [confirmations.KIND]
    assert waiting(world) == []


def test_a_hold_that_names_it_lets_it_pass(place: WorldOf) -> None:
    hold = {"id": "cease", "opened_by": "ceased", "closed_by": ["on"], "blocks": ["collect_contact"], "source": "law"}
    world = place(rules=rules_with(holds=[{**hold, "allows": ["confirm_opt_out"]}]))
    opt_out(world)
    world.tell(CEASE)
    assert confirm(world) == SENT


def test_it_fills_caps_like_every_message(place: WorldOf) -> None:
    world = place(rules=rules_with(caps=[once_in_seven_days()]))
    opt_out(world)
    assert confirm(world) == SENT
    with world.ledger.write() as conn:
        accounts.add_contact_point(conn, replace(POINT, contact_point_id="C-9", usable_from=DECIDED_AT.date()))
    assert blocker_of(send(world)) is Blocker.CONTACT_WINDOW


def test_it_goes_to_the_address_that_opted_out_and_to_no_newer_one(world: World) -> None:
    newer = replace(POINT, contact_point_id="C-2", address="file:newer", usable_from=DECIDED_AT.date())
    with world.ledger.write() as conn:
        accounts.add_contact_point(conn, newer)
    opt_out(world)
    assert confirm(world) == SENT
    row = row_of(world)
    assert row is not None
    assert row.contact_point_id == "C-1"
    assert "newer" not in world.files()[0].read_text()


def test_an_address_of_somebody_else_who_opted_out_is_told_so_as_that_party(place: WorldOf) -> None:
    parties = [{"id": party, "reach": "free", "source": "law"} for party in ("debtor", "spouse")]
    world = place(point=replace(POINT, party=Party.SPOUSE), rules=rules_with(parties=parties))
    opt_out(world)
    assert confirm(world) == SENT
    contact = world.contact(OPT_OUT.key)
    assert contact is not None
    assert contact.made.party is Party.SPOUSE


def test_without_an_address_of_its_own_the_opt_out_of_a_channel_is_confirmed_to_the_customer(world: World) -> None:
    opt_out(world, fact(FactKind.OPT_OUT, channel=Channel.FILE))
    whole_channel = OPT_OUT.model_copy(update={"address": None})
    assert world.messaging().send_notice(confirmation(world, whole_channel)) == SENT
    row = row_of(world)
    assert row is not None
    assert row.contact_point_id == "C-1"


@pytest.mark.parametrize(
    "point",
    [replace(POINT, channel=Channel.SMS, address="+886912345678"), replace(POINT, usable_from=MORNING.date())],
    ids=["another-channel", "later"],
)
def test_without_a_usable_address_nothing_leaves_and_a_person_has_the_task(place: WorldOf, point: ContactPoint) -> None:
    world = place(point=point)
    opt_out(world)
    assert blocker_of(confirm(world)) is Blocker.NO_CONTACT_POINT
    assert world.files() == []
    assert ([task.kind for task in world.tasks()], waiting(world)) == ([confirmations.KIND], [])


def test_without_words_nothing_leaves_and_a_person_has_the_one_task(world: World) -> None:
    opt_out(world)

    def no_text(ask: TextAsk, packs: Sequence[Pack]) -> Rendered:
        raise InputError("no text for this notice")

    no_words = world.messaging(texts=no_text)
    assert blocker_of(no_words.send_notice(confirmation(world))) is Blocker.WORDING
    assert [task.kind for task in world.tasks()] == [confirmations.KIND]


@pytest.mark.parametrize(
    ("script", "outcome", "left"),
    [
        ({"before": Rejected()}, "failed", []),
        ({"after": Unsure(), "on_lookup": CannotTell()}, "unknown", ["unknown_outcome"]),
    ],
    ids=["failed", "unknown"],
)
def test_what_became_of_it_closes_the_task(
    world: World, script: dict[str, Exception], outcome: str, left: list[str]
) -> None:
    opt_out(world)
    confirm(world, scripted(world, **{place: raising(error) for place, error in script.items()}))
    assert closed_as(world) == outcome
    assert [task.kind for task in world.tasks()] == left


def test_a_report_that_is_faster_than_the_answer_leaves_no_task_open(world: World) -> None:
    opt_out(world)

    def report() -> None:
        with world.ledger.write() as conn:
            messages.settle(conn, OPT_OUT.key, MessageState.SENT, DECIDED_AT)

    assert confirm(world, scripted(world, after=report)) == SENT
    assert closed_as(world) == "sent"


def test_nor_does_a_crash_after_such_a_report(world: World) -> None:
    opt_out(world)

    def report_and_crash() -> None:
        with world.ledger.write() as conn:
            messages.settle(conn, OPT_OUT.key, MessageState.SENT, DECIDED_AT)
        raise RuntimeError

    with pytest.raises(ApplicationError):
        confirm(world, scripted(world, after=report_and_crash))
    assert confirm(world) == SENT
    assert closed_as(world) == "sent"


def take_back(world: World) -> None:
    world.tell(fact(FactKind.OPT_IN, LATER, address="C-1"))


def withdraw(world: World) -> None:
    with world.ledger.write() as conn:
        person_facts.withdraw(conn, "said-1", LATER, "op-1", "mistake")


@pytest.mark.parametrize("happens", [take_back, withdraw])
def test_an_opt_out_that_holds_no_longer_is_not_confirmed(world: World, happens: Callable[[World], None]) -> None:
    opt_out(world)
    happens(world)
    world.now = LATER
    assert waiting(world) == []
    assert blocker_of(confirm(world)) is Blocker.BARRED
    assert world.audit()[-1][1]["refused_by"] == ["opt_out.taken_back"]
    assert world.files() == []


def test_one_that_was_taken_back_and_given_again_is_confirmed_anew(world: World) -> None:
    opt_out(world)
    take_back(world)
    opt_out(world, fact(FactKind.OPT_OUT, LATER + timedelta(minutes=1), address="C-1"), "said-2")
    world.now = LATER + timedelta(minutes=2)
    assert waiting(world) == ["said-2"]


def test_an_opt_out_of_another_scope_does_not_take_one_back(world: World) -> None:
    opt_out(world)
    world.tell(fact(FactKind.OPT_IN, LATER, channel=Channel.FILE))
    world.now = LATER
    assert waiting(world) == ["said-1"]


def test_after_a_week_a_confirmation_is_left_to_a_person(world: World) -> None:
    opt_out(world)
    world.now = DECIDED_AT + timedelta(days=7) - timedelta(seconds=1)
    assert waiting(world) == ["said-1"]
    world.now += timedelta(seconds=1)
    assert waiting(world) == []
    assert [task.kind for task in world.tasks()] == [confirmations.KIND]


def test_an_attempt_that_is_under_way_is_not_asked_for_again(world: World) -> None:
    opt_out(world)
    with pytest.raises(ApplicationError):
        confirm(world, scripted(world, before=raising(RuntimeError())))
    assert waiting(world) == []
    assert confirm(world) == SENT
    assert closed_as(world) == "sent"


def test_a_task_that_nobody_asked_for_is_not_needed_to_confirm(world: World) -> None:
    world.tell(STOP_MESSAGES)
    untold = OPT_OUT.model_copy(update={"fact_id": "fact-0"})
    assert world.messaging(texts=plain_text).send_notice(confirmation(world, untold)) == SENT
