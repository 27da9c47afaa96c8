"""What a step keeps besides the case: permits, reports and tasks, once, however often the step runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from activities.advance import CaseActivities
from domain.model.case import Advance, Case, Step
from domain.model.contact import CLOCKS_APART, Direction, FactKind, Outcome, Party, Place
from domain.model.events import Event, LedgerChanged, Opened, Withdraw, Woken
from domain.model.permits import PermitState, ReportContact, RequestContact, ReturnPermit
from domain.model.stops import StopKind
from ledger import contacts, permits, stops
from ledger.engine import Ledger
from ledger.permits import Permit
from ledger.stops import Stop
from tests.activities.sending import SENT, WorldOf, fact, once_in_seven_days, send
from tests.activities.world import DECIDED_AT, World, rules_with

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LATER = DECIDED_AT + 3 * MINUTE
LONG = 60.0
"""Seconds after which a race that never comes together fails instead of hanging."""
NAME = "A-1/1/permit/r-1"
ASKED = RequestContact(id="r-1")
SPOKE = ReportContact(id="c-1", permit_id=NAME, outcome=Outcome.CONVERSATION, made_at=DECIDED_AT)
ONE_CALL = [once_in_seven_days(channels=["call"], unit="attempt")]


def advance(world: World, case: Case, *events: Event, as_of=DECIDED_AT) -> Step:
    return CaseActivities(world.ledger).advance(Advance(case=case, events=events, as_of=as_of))


def case_of(world: World, account_id: str) -> Case:
    """The case of another account of the person."""
    account = world.case.account.model_copy(update={"account_id": account_id})
    return world.case.model_copy(update={"case_id": f"{account_id}/1", "account": account})


def permit(world: World, name: str = NAME) -> Permit:
    with world.ledger.read() as conn:
        found = permits.get(conn, name)
    assert found is not None
    return found


class SlowToCommit(Ledger):
    """A ledger whose writer waits with all that it has stored until it may commit."""

    def __init__(self, ledger: Ledger, stored: threading.Event, may_commit: threading.Event) -> None:
        super().__init__(ledger.engine, ledger.url)
        object.__setattr__(self, "_events", (stored, may_commit))

    @contextmanager
    def write(self) -> Iterator[Connection]:
        stored, may_commit = self.__dict__["_events"]
        with super().write() as conn:
            yield conn
            stored.set()
            assert may_commit.wait(LONG)


def stop(world: World, at: datetime) -> None:
    with world.ledger.write() as conn:
        stops.set_stop(conn, Stop("s-1", StopKind.ALL, "", at, "op-1", "drill"))


def kinds(world: World) -> list[str]:
    return [kind for kind in world.audit_kinds() if kind != "step"]


def test_a_permit_is_stored_with_its_place_and_its_evidence(world: World) -> None:
    step = advance(world, world.case, ASKED)
    found = permit(world)
    assert step.answers[0].permit is not None
    assert (found.expires_at, found.issued_at) == (step.answers[0].permit.expires_at, DECIDED_AT)
    assert (found.contact.case_id, found.contact.made.outcome) == ("A-1/1", Outcome.PENDING)
    (body,) = [body for kind, body in world.audit() if kind == "permit_given"]
    assert body == {
        "permit": NAME,
        "channel": "call",
        "party": "debtor",
        "party_id": None,
        "place": "home",
        "purpose": "collect",
        "notice": None,
        "actor": "creditor",
        "collector": "bank",
        "address_id": None,
        "valid_from": "2026-03-20T02:00:00Z",
        "expires_at": "2026-03-20T04:00:00Z",
        "conditions": [],
    }


def test_a_step_that_runs_again_gives_the_same_permit_once(world: World) -> None:
    first = advance(world, world.case, ASKED)
    adopted = advance(world, world.case, ASKED, as_of=LATER)
    assert first.answers[0].permit == adopted.answers[0].permit
    assert (kinds(world), permit(world).issued_at) == (["permit_given"], DECIDED_AT)
    assert adopted.case.wake_at == permit(world).expires_at


def test_an_id_of_a_lost_run_that_comes_with_another_contact_is_answered_and_not_stored(world: World) -> None:
    advance(world, world.case, ASKED)
    other = advance(world, world.case, RequestContact(id="r-1", actor="agency", collector="north"), as_of=LATER)
    assert other.answers[0].text == "the id r-1 was used for a permit that is open: choose a new id"


def test_a_permit_expires_reported_or_given_back_in_the_ledger_too(world: World) -> None:
    case = advance(world, world.case, *(RequestContact(id=f"r-{n}", minutes=5) for n in (1, 2, 3))).case
    told = ReportContact(id="c-1", permit_id="A-1/1/permit/r-2", outcome=Outcome.BUSY, made_at=LATER)
    case = advance(world, case, told, ReturnPermit(id="b-1", permit_id="A-1/1/permit/r-3"), as_of=LATER).case
    assert case.wake_at == DECIDED_AT + timedelta(minutes=5)
    advance(world, case, Woken(), as_of=case.wake_at)
    states = [permit(world, f"A-1/1/permit/r-{n}").state for n in (1, 2, 3)]
    assert states == [PermitState.EXPIRED, PermitState.REPORTED, PermitState.CANCELLED]
    assert kinds(world) == ["permit_given"] * 3 + ["contact_reported", "permit_closed", "permit_closed"]


def test_a_report_that_is_heard_again_is_kept_once(world: World) -> None:
    case = advance(world, world.case, ASKED).case
    advance(world, case, SPOKE, as_of=LATER)
    again = advance(world, case, SPOKE, as_of=LATER + timedelta(minutes=1))
    assert again.answers[0].accepted
    assert kinds(world) == ["permit_given", "contact_reported"]
    assert permit(world).contact.made.outcome is Outcome.CONVERSATION


def test_a_report_that_runs_again_says_the_breach_of_its_first_run(world: World) -> None:
    case = advance(world, world.case, RequestContact(id="r-1", minutes=1)).case
    told = SPOKE.model_copy(update={"made_at": LATER})
    first, again = (advance(world, case, told, as_of=LATER).answers[0] for _ in range(2))
    assert first.text == "recorded as a breach (outside_permit): call, debtor, out, conversation"
    assert again.text == f"the permit {NAME} was reported so before, as a breach (outside_permit)"


def test_a_report_of_a_permit_stores_which_person_and_keeps_the_place_that_was_asked_for(place: WorldOf) -> None:
    guarantor = {"id": "guarantor", "reach": "free", "source": "law"}
    world = place(rules=rules_with(parties=[guarantor]))
    asked = RequestContact(id="r-1", party=Party.GUARANTOR, place=Place.WORKPLACE)
    case = advance(world, world.case, asked).case
    told = SPOKE.model_copy(update={"party": Party.GUARANTOR, "party_id": "bob"})
    other = told.model_copy(update={"id": "c-2", "place": Place.HOME})
    step = advance(world, case, other, told, as_of=LATER)
    assert [answer.accepted for answer in step.answers] == [False, True]
    made = permit(world).contact.made
    assert (made.party_id, made.place) == ("bob", Place.WORKPLACE)


def test_a_report_cannot_name_a_consent_that_nobody_gave(place: WorldOf) -> None:
    agreed = {"id": "agreed_calls", "grants": "extra_calls", "source": "law"}
    cap = once_in_seven_days(channels=["call"], unit="attempt", ignore_while=["agreed_calls"])
    world = place(rules=rules_with(consents=[agreed], caps=[cap]))
    case = advance(world, world.case, ASKED).case
    told = SPOKE.model_copy(update={"consented": "agreed_calls"})
    refused = advance(world, case, told, as_of=LATER)
    assert refused.answers[0].text == (
        "no consent agreed_calls to this contact was in force when it was made: report it without one"
    )
    world.tell(fact(FactKind.CONSENT, name="agreed_calls"))
    told = told.model_copy(update={"id": "c-2"})
    assert advance(world, refused.case, told, as_of=LATER).answers[0].accepted
    assert permit(world).contact.made.consented == "agreed_calls"


def test_a_contact_without_a_permit_is_a_breach_a_row_and_a_task_once(world: World) -> None:
    told = SPOKE.model_copy(update={"permit_id": None})
    for as_of in (DECIDED_AT, LATER):
        step = advance(world, world.case, told, as_of=as_of)
    contact_id = f"A-1/1/report/c-1/{step.answers[0].asked}"
    contact = world.contact(contact_id)
    assert contact is not None
    assert (contact.breach, contact.permit_id, contact.case_id) == ("no_permit", None, "A-1/1")
    assert contact.reported_at == DECIDED_AT
    assert [(task.task_id, task.kind) for task in world.tasks()] == [(f"breach/{contact_id}", "breach")]
    assert kinds(world) == ["contact_reported"]
    assert dict(world.audit())["contact_reported"]["breach"] == "no_permit"


def test_a_contact_that_a_lost_run_stored_takes_one_place_and_no_permit_back(place: WorldOf) -> None:
    two_calls = [{**ONE_CALL[0], "max": 2}]
    world = place(rules=rules_with(caps=two_calls))
    case = advance(world, world.case, ASKED).case
    told = SPOKE.model_copy(update={"permit_id": None, "outcome": Outcome.NO_ANSWER})
    for _ in range(2):
        advance(world, case, told, as_of=LATER)
        assert permit(world).state is PermitState.OPEN


def test_two_reports_under_one_id_are_two_contacts_when_one_run_was_lost(world: World) -> None:
    for outcome in (Outcome.BUSY, Outcome.CONVERSATION):
        told = SPOKE.model_copy(update={"permit_id": None, "outcome": outcome, "direction": Direction.IN})
        assert advance(world, world.case, told).answers[0].accepted
    with world.ledger.read() as conn:
        assert len(contacts.of_person(conn, "P-1")) == 2


def test_a_case_that_closes_takes_its_permits_back(world: World) -> None:
    case = advance(world, world.case, ASKED).case
    advance(world, case, Withdraw(id="w-1"), as_of=LATER)
    contact = permit(world).contact
    assert (permit(world).state, contact.made.outcome) == (PermitState.EXPIRED, Outcome.UNREPORTED)
    assert (contact.reported_at, contact.cancelled_at) == (LATER, None)
    assert world.audit()[-1] == ("permit_closed", {"permit": NAME, "how": "taken_back"})


def test_a_permit_of_another_account_of_the_person_holds_its_place_and_is_not_reported_here(place: WorldOf) -> None:
    world = place(rules=rules_with(caps=ONE_CALL))
    world.add_account("A-2")
    other = case_of(world, "A-2")
    advance(world, other, ASKED)
    refused = advance(world, world.case, ASKED)
    assert refused.answers[0].refused_by == ("xx.test.week",)
    told = SPOKE.model_copy(update={"permit_id": "A-2/1/permit/r-1"})
    assert "was given for this account" in advance(world, refused.case, told, as_of=LATER).answers[0].text


def test_a_hold_of_the_person_takes_the_permit_back(world: World) -> None:
    case = advance(world, world.case, ASKED).case
    world.tell(fact(FactKind.HOLD, name="cease"))
    advance(world, case, LedgerChanged(), as_of=LATER)
    assert permit(world).state is PermitState.EXPIRED


def test_a_permit_taken_back_by_a_stop_keeps_its_place_until_it_is_given_back(place: WorldOf) -> None:
    world = place(rules=rules_with(caps=ONE_CALL))
    case = advance(world, world.case, ASKED).case
    stop(world, DECIDED_AT + MINUTE)
    case = advance(world, case, LedgerChanged(), as_of=DECIDED_AT + MINUTE).case
    with world.ledger.write() as conn:
        stops.release(conn, "s-1", DECIDED_AT + 2 * MINUTE, "op-2")
    refused = advance(world, case, RequestContact(id="r-2"), as_of=LATER)
    assert refused.answers[0].refused_by == ("xx.test.week",)
    back = advance(world, refused.case, ReturnPermit(id="b-1", permit_id=NAME), as_of=LATER)
    assert back.answers[0].accepted
    assert advance(world, back.case, RequestContact(id="r-3"), as_of=LATER).answers[0].accepted


@pytest.mark.parametrize("is_given_back", [False, True])
@pytest.mark.parametrize(("minutes", "breach"), [(1, None), (2, "permit_cancelled")])
def test_a_contact_reported_under_a_permit_that_was_taken_back_is_a_breach_from_that_instant_on(
    world: World, is_given_back: bool, minutes: int, breach: str | None
) -> None:
    case = advance(world, world.case, ASKED).case
    world.tell(fact(FactKind.HOLD, at=DECIDED_AT + 2 * MINUTE, name="cease"))
    case = advance(world, case, LedgerChanged(), as_of=DECIDED_AT + 2 * MINUTE).case
    if is_given_back:
        case = advance(world, case, ReturnPermit(id="b-1", permit_id=NAME), as_of=LATER).case
    told = SPOKE.model_copy(update={"made_at": DECIDED_AT + minutes * MINUTE})
    assert advance(world, case, told, as_of=LATER + MINUTE).answers[0].accepted
    assert (permit(world).state, permit(world).contact.breach) == (PermitState.REPORTED, breach)


def test_a_permit_that_expires_in_the_step_that_closes_the_case_is_closed_once(world: World) -> None:
    case = advance(world, world.case, RequestContact(id="r-1", minutes=1)).case
    step = advance(world, case, Withdraw(id="w-1"), as_of=LATER)
    assert (step.case.outcome.outcome, step.entries) == ("withdrawn", ()), "a history carries none"
    assert [body["how"] for kind, body in world.audit() if kind == "permit_closed"] == ["expired"]


# --- what was stored before the step ran counts, though the step judges as of an instant before


@pytest.mark.parametrize(
    ("after", "refused_by"),
    [(timedelta(seconds=1.3), ("stop.s-1",)), (CLOCKS_APART, ("stop.s-1",)), (CLOCKS_APART + SECOND, ())],
)
def test_a_stop_that_was_set_before_the_step_ran_refuses(world: World, after, refused_by) -> None:
    stop(world, DECIDED_AT + after)
    assert advance(world, world.case, ASKED).answers[0].refused_by == refused_by


def test_a_message_that_left_before_the_step_ran_fills_the_cap(place: WorldOf) -> None:
    world = place(rules=rules_with(caps=[once_in_seven_days()]))
    world.add_account("A-2")
    world.now = DECIDED_AT + SECOND
    assert send(world) == SENT
    answer = advance(world, case_of(world, "A-2"), RequestContact(id="r-1", channel="file")).answers[0]
    assert answer.refused_by == ("xx.test.week",)


def test_conversations_reported_by_a_clock_ahead_leave_no_place_for_further_permits(place: WorldOf) -> None:
    world = place(rules=rules_with(caps=[once_in_seven_days(channels=["call"], unit="attempt", max=3)]))
    names = [f"r-{number}" for number in range(6)]
    case = advance(world, world.case, *(RequestContact(id=name) for name in names[:3])).case
    told = [
        ReportContact(
            id=f"c-{name}",
            permit_id=f"A-1/1/permit/{name}",
            outcome=Outcome.CONVERSATION,
            made_at=DECIDED_AT + 4 * MINUTE,
        )
        for name in names[:3]
    ]
    case = advance(world, case, *told).case
    step = advance(world, case, *(RequestContact(id=name) for name in names[3:]))
    assert [answer.refused_by for answer in step.answers] == [("xx.test.week",)] * 3


@pytest.mark.parametrize(("ahead", "accepted"), [(CLOCKS_APART, False), (CLOCKS_APART + SECOND, True)])
def test_what_a_run_in_virtual_time_has_in_its_future_does_not_count(world: World, ahead, accepted) -> None:
    world.tell(fact(FactKind.HOLD, at=DECIDED_AT + ahead, name="cease"))
    step = advance(world, world.case, ASKED, Opened())
    assert step.answers[0].accepted is accepted
    assert bool(step.commands) is accepted


def test_of_a_permit_that_is_being_given_while_a_stop_is_set_the_stop_hears(world: World) -> None:
    stored, may_commit = threading.Event(), threading.Event()

    def give() -> Step:
        activities = CaseActivities(SlowToCommit(world.ledger, stored, may_commit))
        return activities.advance(Advance(case=world.case, events=(ASKED,), as_of=DECIDED_AT))

    def halt() -> list[str]:
        stop(world, DECIDED_AT + SECOND)
        with world.ledger.read() as conn:
            return permits.with_open_permits(conn)

    with ThreadPoolExecutor(2) as threads:
        giving = threads.submit(give)
        assert stored.wait(LONG)
        halting = threads.submit(halt)
        wait([halting], timeout=0.5)  # so long it could have looked before the permit was there
        may_commit.set()
        assert giving.result(LONG).answers[0].accepted
        assert halting.result(LONG) == ["A-1"]
    refused = advance(world, world.case, RequestContact(id="r-2"))
    assert refused.answers[0].refused_by == ("stop.s-1",)


# --- stops and the end of time


@pytest.mark.parametrize(("released", "made", "breach"), [(2, 1, "stopped"), (2, 2, None), (None, 1, "stopped")])
def test_a_stop_that_held_when_the_contact_was_made_makes_it_a_breach(world: World, released, made, breach) -> None:
    case = advance(world, world.case, ASKED).case
    with world.ledger.write() as conn:
        stops.set_stop(conn, Stop("s-1", StopKind.ALL, "", DECIDED_AT, "op-1", "drill"))
        if released is not None:
            stops.release(conn, "s-1", DECIDED_AT + timedelta(minutes=released), "op-2")
    told = SPOKE.model_copy(update={"made_at": DECIDED_AT + timedelta(minutes=made)})
    assert advance(world, case, told, as_of=LATER).answers[0].accepted
    assert permit(world).contact.breach == breach


def test_a_contact_of_the_end_of_time_is_answered(world: World) -> None:
    told = SPOKE.model_copy(update={"permit_id": None, "made_at": DECIDED_AT.replace(year=9999)})
    assert not advance(world, world.case, told).answers[0].accepted


def test_cases_of_one_person_that_ask_at_once_share_the_places_of_a_cap(place: WorldOf) -> None:
    world = place(rules=rules_with(caps=[once_in_seven_days(channels=["call"], unit="attempt", max=3)]))
    accounts = [f"A-{number}" for number in range(2, 14)]
    for account_id in accounts:
        world.add_account(account_id)
    with ThreadPoolExecutor(len(accounts)) as threads:
        steps = list(threads.map(lambda account_id: advance(world, case_of(world, account_id), ASKED), accounts))
    answers = [step.answers[0] for step in steps]
    assert sum(answer.permit is not None for answer in answers) == 3
    assert {answer.refused_by for answer in answers if answer.permit is None} == {("xx.test.week",)}
    with world.ledger.read() as conn:
        assert len(permits.open_of(conn, "P-1")) == 3
