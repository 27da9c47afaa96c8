"""Contacts by hand when no case listens, and what makes a list the same list."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest

from activities.advance import CaseActivities
from domain.model.case import Advance, Case
from domain.model.contact import Actor, Outcome, Party
from domain.model.errors import InputError
from domain.model.events import Event, Withdraw
from domain.model.permits import PermitState, ReportContact, RequestContact
from domain.model.stops import StopKind
from domain.model.strategy import Channel
from ledger import audit, cases, changes, contacts, permits, stops
from ledger.changes import FEED
from ledger.engine import Ledger
from ledger.stops import Stop
from starter.contacts import AT_ONCE, each, list_id, note_others, report_closed
from tests.activities.world import DECIDED_AT, World, world_of

LATER = DECIDED_AT + timedelta(minutes=10)
TOLD = ReportContact(id="c-1", outcome=Outcome.BUSY, made_at=DECIDED_AT + timedelta(minutes=1))


@pytest.fixture
def world(ledger: Ledger, tmp_path: Path) -> World:
    return world_of(ledger, tmp_path / "outbox")


def advance(world: World, case: Case, *events: Event, minutes: int = 0) -> Case:
    as_of = DECIDED_AT + timedelta(minutes=minutes)
    return CaseActivities(world.ledger).advance(Advance(case=case, events=events, as_of=as_of)).case


def report(world: World, told: ReportContact = TOLD):
    with world.ledger.write() as conn:
        return report_closed(conn, "A-1", told, LATER)


def test_an_open_case_hears_for_itself(world: World) -> None:
    with pytest.raises(InputError, match="the case of account A-1 is open and did not hear this: try again"):
        report(world)


def test_a_permit_is_reported_in_the_chain_of_the_case_that_gave_it(world: World) -> None:
    case = advance(world, world.case, RequestContact(id="r-1"))
    advance(world, case, Withdraw(id="w-1"), minutes=2)
    with world.ledger.write() as conn:
        row, opened = cases.open_case(conn, "A-1", world.strategy, world.rules, DECIDED_AT + timedelta(minutes=3))
    assert (row.case_id, opened) == ("A-1/2", True)
    second = world.case.model_copy(update={"case_id": "A-1/2", "episode_no": 2})
    advance(world, second, Withdraw(id="w-2"), minutes=4)
    assert report(world, TOLD.model_copy(update={"permit_id": "A-1/1/permit/r-1"})).accepted
    assert report(world).text.startswith("recorded as a breach (no_permit)")
    with world.ledger.read() as conn:
        permit = permits.get(conn, "A-1/1/permit/r-1")
        told = {case_id: [row.kind for row in audit.rows(conn, case_id)][-1] for case_id in ("A-1/1", "A-1/2")}
    assert permit is not None
    assert (permit.state, permit.contact.breach) == (PermitState.REPORTED, None)
    assert told == {"A-1/1": "contact_reported", "A-1/2": "contact_reported"}


def test_a_stop_that_held_makes_a_late_report_a_breach_too(world: World) -> None:
    case = advance(world, world.case, RequestContact(id="r-1"))
    advance(world, case, Withdraw(id="w-1"), minutes=2)
    with world.ledger.write() as conn:
        stops.set_stop(conn, Stop("s-1", StopKind.ALL, "", DECIDED_AT, "op-1", "drill"))
        stops.release(conn, "s-1", DECIDED_AT + timedelta(minutes=2), "op-2")
    report(world, TOLD.model_copy(update={"permit_id": "A-1/1/permit/r-1"}))
    with world.ledger.read() as conn:
        contact = contacts.get(conn, "A-1/1/permit/r-1")
    assert contact is not None
    assert contact.breach == "stopped"


def test_a_report_that_cannot_be_is_refused_and_leaves_nothing(world: World) -> None:
    advance(world, world.case, Withdraw(id="w-1"), minutes=2)
    assert not report(world, TOLD.model_copy(update={"made_at": DECIDED_AT.replace(year=9999)})).accepted
    with world.ledger.read() as conn:
        assert contacts.of_person(conn, "P-1") == ()


def taken(ledger: Ledger) -> set[str | None]:
    """Accounts of the changes that wait; they are taken."""
    with ledger.write() as conn:
        page = changes.after(conn, changes.cursor(conn, FEED), 100)
        changes.move(conn, FEED, page[-1].place if page else (0, 0), DECIDED_AT)
    return {change.account_id for change in page}


def test_the_other_open_cases_of_the_persons_are_noted_once(world: World) -> None:
    world.add_account("A-2")
    for account_ids, noted in ((["A-1"], {"A-2"}), (["A-1", "A-2"], {"A-1", "A-2"}), ([], set())):
        taken(world.ledger)
        assert note_others(world.ledger, account_ids, DECIDED_AT) == len(noted)
        assert taken(world.ledger) == noted


def test_what_makes_a_list_another_list() -> None:
    asked = RequestContact(id="list", day=date(2026, 3, 3))
    changes = (
        {"day": date(2026, 3, 4)},
        {"channel": Channel.VISIT},
        {"party": Party.SPOUSE},
        {"actor": Actor.AGENCY},
        {"collector": "north"},
    )
    ids = {list_id("1", "A-1", asked.model_copy(update=change)) for change in ({}, *changes)}
    ids |= {list_id("2", "A-1", asked), list_id("1", "A-2", asked)}
    assert len(ids) == len(changes) + 3
    assert list_id("1", "A-1", asked) == list_id("1", "A-1", asked.model_copy(update={"id": "other"}))
    assert all(RequestContact(id=name) for name in ids)


async def test_no_more_cases_than_agreed_are_asked_at_once() -> None:
    under_way = most = 0

    async def ask(name: str) -> str:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.001)
        under_way -= 1
        return name

    names = [str(number) for number in range(3 * AT_ONCE)]
    assert await each(names, ask) == names
    assert most == AT_ONCE
