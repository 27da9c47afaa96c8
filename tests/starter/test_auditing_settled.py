"""However a message or a permit came to its end, by this system, a provider or a person: the audit finds nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from temporalio.exceptions import ApplicationError

from activities.advance import CaseActivities
from activities.channels.base import CannotTell, NotTaken, Rejected
from domain.delivery_report import signed
from domain.model.case import Advance, Case, Step
from domain.model.contact import Direction, Outcome
from domain.model.delivery import DeliveryState
from domain.model.events import Event, Withdraw, Woken
from domain.model.facts import MessageState
from domain.model.permits import ReportContact, RequestContact, ReturnPermit
from domain.model.stops import StopKind
from ledger import cases, messages, stops
from ledger.engine import Ledger
from ledger.stops import Stop
from starter.auditing import audit_ledger
from starter.receipts import receive
from tests.activities.sending import KEY, LATER, SENT, once_in_seven_days, scripted, send
from tests.activities.world import DECIDED_AT, FIRST_DUE, MINIMUM, NIGHT, World, raising, rules_with, world_of

PERMIT = "A-1/1/permit/r-1"
MINUTE = timedelta(minutes=1)
Happens = Callable[[World], object]


@pytest.fixture
def world(ledger: Ledger, tmp_path: Path) -> World:
    return world_of(ledger, tmp_path / "outbox")


def is_clean(world: World) -> bool:
    audited = audit_ledger(world.ledger)
    assert (audited.breaches, audited.tampered) == ((), ())
    return audited.is_clean


def fails(world: World, **script: Callable[[], None]) -> None:
    with pytest.raises(ApplicationError):
        send(world, scripted(world, **script))


def report(world: World, state: DeliveryState, minute: int = 1) -> None:
    """The provider's own word, an hour after the message."""
    at, now = DECIDED_AT + minute * MINUTE, DECIDED_AT + timedelta(hours=1)
    body = json.dumps({"key": KEY, "state": state, "at": at.isoformat(), "provider_ref": "r-1"}).encode()
    receive(world.ledger, signed("secret", now, body), body, ["secret"], now)


def resolve(world: World, state: MessageState) -> None:
    with world.ledger.write() as conn:
        assert messages.resolve_unknown(conn, KEY, state, LATER, "ann")


# --- messages


def was_sent(world: World) -> None:
    assert send(world) == SENT


def waits(world: World) -> None:
    world.now = NIGHT
    assert send(world) != SENT


def waited(world: World) -> None:
    waits(world)
    world.now = NIGHT + timedelta(hours=9)
    assert send(world) == SENT


def was_refused(world: World) -> None:
    world.pay(2 * MINIMUM)
    assert send(world) != SENT


def is_under_way(world: World) -> None:
    fails(world, before=raising(RuntimeError()))


def is_not_taken(world: World) -> None:
    fails(world, before=raising(NotTaken("busy")))


def was_tried_again(world: World) -> None:
    is_not_taken(world)
    world.now = LATER
    assert send(world) == SENT


def was_refused_after_its_intent(world: World) -> None:
    is_under_way(world)
    world.pay(MINIMUM, to=FIRST_DUE)
    world.now = LATER
    assert send(world) != SENT


def failed(world: World) -> None:
    assert send(world, scripted(world, before=raising(Rejected("no")))) != SENT


def is_unknown(world: World) -> None:
    is_under_way(world)
    assert send(world, scripted(world, on_lookup=raising(CannotTell()))) != SENT


MESSAGES: tuple[Happens, ...] = (
    was_sent,
    waits,
    waited,
    was_refused,
    is_under_way,
    is_not_taken,
    was_tried_again,
    was_refused_after_its_intent,
    failed,
    is_unknown,
)
STORED = [happens for happens in MESSAGES if happens not in (waits, was_refused)]
"""Those that may have left: a provider may speak of them."""


@pytest.mark.parametrize("happens", MESSAGES, ids=lambda each: each.__name__)
def test_however_far_a_message_came_it_is_clean(world: World, happens: Happens) -> None:
    happens(world)
    assert is_clean(world)


@pytest.mark.parametrize("happens", STORED, ids=lambda each: each.__name__)
@pytest.mark.parametrize("state", DeliveryState)
def test_whatever_its_provider_says_of_a_message_it_is_clean(
    world: World, happens: Happens, state: DeliveryState
) -> None:
    happens(world)
    report(world, state)
    assert is_clean(world)
    report(world, DeliveryState.FAILED, 2)
    assert is_clean(world)
    report(world, DeliveryState.DELIVERED, 3)
    assert is_clean(world)


@pytest.mark.parametrize("state", [MessageState.SENT, MessageState.FAILED])
def test_what_a_person_says_of_an_unknown_message_is_clean(world: World, state: MessageState) -> None:
    is_unknown(world)
    resolve(world, state)
    assert is_clean(world)
    report(world, DeliveryState.FAILED)
    assert is_clean(world)


def test_a_receipt_that_contradicts_what_was_stored_is_clean(world: World) -> None:
    send(world, scripted(world, after=lambda: report(world, DeliveryState.FAILED)))
    assert "notice_contradicted" in world.audit_kinds()
    assert is_clean(world)


def test_a_message_that_a_provider_has_and_that_nobody_asked_for_is_not(world: World) -> None:
    was_refused(world)
    report(world, DeliveryState.DELIVERED)
    assert [breach.rule for breach in audit_ledger(world.ledger).breaches] == ["gate.unasked"]


# --- permits and reports


def advance(world: World, case: Case, at: datetime, *events: Event) -> Step:
    return CaseActivities(world.ledger).advance(Advance(case=case, events=events, as_of=at))


def told(**more: object) -> ReportContact:
    made = {"permit_id": PERMIT, "outcome": Outcome.DELIVERED, "made_at": DECIDED_AT + MINUTE}
    return ReportContact(id="c-1", **made | more)  # type: ignore[arg-type]  # by name


def stop_all(world: World) -> None:
    with world.ledger.write() as conn:
        stops.set_stop(conn, Stop("halt", StopKind.ALL, "", DECIDED_AT + 2 * MINUTE, "ann", "incident"))


@pytest.mark.parametrize(
    ("minutes", "events"),
    [
        (1, ()),
        (5, (told(),)),
        (5, (ReturnPermit(id="b-1", permit_id=PERMIT),)),
        (121, (Woken(),)),
        (130, (told(),)),
        (5, (told(permit_id=None, direction=Direction.IN),)),
    ],
    ids=["given", "reported", "given back", "expired", "reported late", "called in"],
)
def test_however_a_permit_ends_it_is_clean(world: World, minutes: int, events: tuple[Event, ...]) -> None:
    case = advance(world, world.case, DECIDED_AT, RequestContact(id="r-1")).case
    advance(world, case, DECIDED_AT + minutes * MINUTE, *events)
    assert is_clean(world)


def test_a_bounce_of_what_was_reported_as_delivered_is_clean(world: World) -> None:
    case = advance(world, world.case, DECIDED_AT, RequestContact(id="r-1")).case
    case = advance(world, case, DECIDED_AT + 2 * MINUTE, told()).case
    bounce = told(outcome=Outcome.FAILED, made_at=DECIDED_AT + 3 * MINUTE).model_copy(update={"id": "c-2"})
    assert advance(world, case, DECIDED_AT + 4 * MINUTE, bounce).answers[0].accepted
    assert is_clean(world)


def test_steps_and_permits_of_a_run_that_was_lost_are_clean(world: World) -> None:
    for minute in (0, 1):
        step = advance(world, world.case, DECIDED_AT + minute * MINUTE, RequestContact(id="r-1"))
    for minute in (2, 3):
        advance(world, step.case, DECIDED_AT + minute * MINUTE, told())
    assert is_clean(world)


@pytest.mark.parametrize("given_back", [False, True])
def test_a_permit_that_a_stop_took_back_is_clean(world: World, given_back: bool) -> None:
    case = advance(world, world.case, DECIDED_AT, RequestContact(id="r-1")).case
    stop_all(world)
    case = advance(world, case, DECIDED_AT + 3 * MINUTE, Woken()).case
    if given_back:
        advance(world, case, DECIDED_AT + 4 * MINUTE, ReturnPermit(id="b-1", permit_id=PERMIT))
    assert is_clean(world)


@pytest.mark.parametrize(
    ("made", "rules"),
    [
        (1, []),
        (2, ["gate.stopped"]),
        (3, ["gate.permit_cancelled", "gate.stopped"]),
    ],
)
def test_a_call_that_was_made_in_spite_of_a_stop_is_found_by_all_that_it_broke(
    world: World, made: int, rules: list[str]
) -> None:
    case = advance(world, world.case, DECIDED_AT, RequestContact(id="r-1")).case
    stop_all(world)
    case = advance(world, case, DECIDED_AT + 3 * MINUTE, Woken()).case
    advance(world, case, DECIDED_AT + 9 * MINUTE, told(made_at=DECIDED_AT + made * MINUTE))
    audited = audit_ledger(world.ledger)
    assert (sorted(breach.rule for breach in audited.breaches), audited.tampered) == (rules, ())


def test_a_report_that_a_later_case_of_the_account_hears_is_clean(world: World) -> None:
    """Its row stands in the chain of the case that heard it, and its permit's in that of the case that gave it."""
    case = advance(world, world.case, DECIDED_AT, RequestContact(id="r-1")).case
    advance(world, case, DECIDED_AT + 3 * MINUTE, Withdraw(id="w-1"))
    with world.ledger.write() as conn:
        row, _ = cases.open_case(conn, "A-1", world.strategy, world.rules, DECIDED_AT + 5 * MINUTE)
    later = world.case.model_copy(update={"case_id": row.case_id, "episode_no": row.episode_no})
    assert advance(world, later, DECIDED_AT + 9 * MINUTE, told()).answers[0].accepted
    assert (row.case_id, is_clean(world)) == ("A-1/2", True)


def test_places_that_permits_hold_count_for_nobody_after_they_are_given_back(ledger: Ledger, tmp_path: Path) -> None:
    rules = rules_with(caps=[once_in_seven_days(channels=["call"], unit="attempt")])
    world = world_of(ledger, tmp_path / "outbox", rules=rules)
    case = advance(world, world.case, DECIDED_AT, RequestContact(id="r-1")).case
    back = ReturnPermit(id="b-1", permit_id=PERMIT)
    case = advance(world, case, DECIDED_AT + MINUTE, back).case
    case = advance(world, case, DECIDED_AT + 2 * MINUTE, RequestContact(id="r-2")).case
    reported = told(permit_id="A-1/1/permit/r-2", made_at=DECIDED_AT + 3 * MINUTE)
    assert advance(world, case, DECIDED_AT + 4 * MINUTE, reported).answers[0].accepted
    assert is_clean(world)
