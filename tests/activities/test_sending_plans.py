"""The last look before a message of a plan leaves: the plan still runs, and what it says is still open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.model.blocker import Blocker
from domain.model.commands import SendNotice
from domain.model.contact import Purpose
from domain.model.entries import HoldPerson, KeepPlanStep
from domain.model.events import Answer
from domain.model.money import Money
from domain.model.repayment import PLAN_REMINDER, Plan, Planned, PlanStatus
from ledger import cases, entries, keeping, requests
from ledger.entries import Entry, EntryKind
from ledger.keeping import Kept
from policies import load_strategy
from policies.texts.render import texts_of
from tests.activities.sending import WorldOf
from tests.activities.world import DECIDED_AT, STRATEGY, World, rules_with
from tests.ledger.plan_of_six import FIRST_ON, agreed, plan_of

HOUR = timedelta(hours=1)
BALANCE = Money.of_minor(100_000, "TWD")
INSTALMENT = Money.of_minor(16_600, "TWD")
HOLD = {
    "id": "plan_in_force",
    "opened_by": "plan_signed",
    "closed_by": ["plan_broken"],
    "blocks": ["collect_contact"],
    "allows": ["service_notice"],
    "source": "law",
}


@pytest.fixture
def world(place: WorldOf) -> World:
    return place(
        strategy=STRATEGY.model_copy(update={"plans": load_strategy("card-standard").plans}),
        rules=rules_with(holds=[HOLD]),
    )


@pytest.fixture
def plan(world: World) -> Plan:
    """A plan that the case agreed on in its newest step, an hour ago."""
    at = DECIDED_AT - HOUR
    about = Kept("A-1/1", "A-1", "P-1", at)
    hold = HoldPerson(fact_id="A-1/1/plan_in_force/1.1", hold="plan_in_force", at=at, debts=("A-1",))
    with world.ledger.write() as conn:
        row = cases.get(conn, "A-1/1")
        assert row is not None
        keeping.keep(conn, [*agreed(BALANCE, at), hold], about)
        requests.store(conn, "A-1/1", row.step_no, [Answer(id="plan-1", accepted=True, text="")], at)
    return plan_of(BALANCE, at)[0]


def reminder(world: World, key: str = "A-1/1/plan/1", amount: Money = INSTALMENT) -> SendNotice:
    told = Planned(plan=key, no=1, amount=amount, due_on=(DECIDED_AT - HOUR).date() + FIRST_ON)
    named = {"key": f"{key}/{PLAN_REMINDER}/1/x", "step": PLAN_REMINDER, "notice": PLAN_REMINDER}
    return world.command().model_copy(update={**named, "planned": told, "purpose": Purpose.SERVICE_NOTICE})


def blocker(world: World, command: SendNotice, **more) -> Blocker | None:
    result = world.messaging(**more).send_notice(command)
    return None if result.not_sent is None else result.not_sent.blocker


def pay(world: World, minor: int) -> None:
    entry = Entry("A-1", "pay-1", EntryKind.PAYMENT, DECIDED_AT.date(), DECIDED_AT, principal_minor=-minor)
    with world.ledger.write() as conn:
        entries.append(conn, entry)


def test_a_reminder_of_an_instalment_leaves_and_is_no_notice_of_the_ladder(world: World, plan: Plan) -> None:
    assert blocker(world, reminder(world)) is None
    assert (len(world.files()), world.message_states()) == (1, {})


def test_a_notice_of_the_ladder_that_was_on_its_way_does_not_leave_once_a_plan_is_signed(
    world: World, plan: Plan
) -> None:
    assert blocker(world, world.command()) is Blocker.BARRED
    assert world.files() == []


@pytest.mark.parametrize(("minor", "found"), [(16_600, Blocker.PAID), (1, Blocker.PAID)])
def test_no_reminder_asks_for_more_than_is_open(world: World, plan: Plan, minor, found) -> None:
    pay(world, minor)
    assert blocker(world, reminder(world)) is found


def test_the_message_of_a_plan_that_is_over_does_not_leave(world: World, plan: Plan) -> None:
    over = plan.model_copy(update={"status": PlanStatus.BROKEN, "changes": 2})
    with world.ledger.write() as conn:
        keeping.keep(conn, [KeepPlanStep.of(over)], Kept("A-1/1", "A-1", "P-1", DECIDED_AT))
    assert blocker(world, reminder(world)) is Blocker.PLAN_OVER


def test_the_message_of_another_plan_does_not_leave(world: World, plan: Plan) -> None:
    assert blocker(world, reminder(world, "A-1/1/plan/2")) is Blocker.PLAN_OVER


def test_its_text_says_what_is_due_and_nothing_of_what_is_past_due(world: World, plan: Plan) -> None:
    assert blocker(world, reminder(world), texts=texts_of().message) is None
    text = world.files()[0].read_text(encoding="utf-8")
    assert "repayment plan" in text
    assert "166.00" in text
    assert "past due" not in text
