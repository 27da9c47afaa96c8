"""What a step keeps besides the case: permits, reports and tasks, once, however often the step runs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from activities.advance import CaseActivities
from domain.model.case import Advance, Case, Step
from domain.model.contact import Direction, FactKind, Outcome
from domain.model.events import Event, LedgerChanged, Withdraw, Woken
from domain.model.permits import PermitState, ReportContact, RequestContact, ReturnPermit
from domain.model.stops import StopKind
from ledger import contacts, permits, stops
from ledger.permits import Permit
from ledger.stops import Stop
from tests.activities.sending import WorldOf, fact, once_in_seven_days
from tests.activities.world import DECIDED_AT, World, rules_with

LATER = DECIDED_AT + timedelta(minutes=3)
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


def test_two_reports_under_one_id_are_two_contacts_when_one_run_was_lost(world: World) -> None:
    for outcome in (Outcome.BUSY, Outcome.CONVERSATION):
        told = SPOKE.model_copy(update={"permit_id": None, "outcome": outcome, "direction": Direction.IN})
        assert advance(world, world.case, told).answers[0].accepted
    with world.ledger.read() as conn:
        assert len(contacts.of_person(conn, "P-1")) == 2


def test_a_case_that_closes_takes_its_permits_back(world: World) -> None:
    case = advance(world, world.case, ASKED).case
    advance(world, case, Withdraw(id="w-1"), as_of=LATER)
    assert (permit(world).state, permit(world).contact.cancelled_at) == (PermitState.CANCELLED, LATER)


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
    assert permit(world).state is PermitState.CANCELLED


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
