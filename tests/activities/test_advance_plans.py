"""A plan is stored with the step that agrees on it, and the next steps know what became of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from activities.advance import CaseActivities
from activities.cards.embedded import EmbeddedCards
from activities.money import Cards
from domain.affordability import assess_ability
from domain.model.ability import Essential, EssentialItem, Every, HouseholdStatement, Income, IncomeItem
from domain.model.case import Advance, Step
from domain.model.commands import Adjust
from domain.model.money import Money
from domain.model.plan_requests import AcceptedHow, AgreePlan
from domain.model.repayment import PlanStatus
from domain.model.strategy import Plans
from ledger import ability_reports, entries, plans
from ledger.ability_reports import Assessed
from ledger.entries import Entry, EntryKind
from starter.posting import Payment, post_payment
from tests.activities.sending import WorldOf
from tests.activities.world import DECIDED_AT, RULES, STRATEGY, World

SECOND = timedelta(seconds=1)
ASKED = AgreePlan(
    id="plan-1",
    instalments=5,
    first_on=DECIDED_AT.date() + timedelta(days=10),
    accepted=AcceptedHow.WRITTEN,
    reference="AGR-7",
    by="op-1",
)


@pytest.fixture
def world(place: WorldOf) -> World:
    return place(strategy=STRATEGY.model_copy(update={"plans": Plans(most=1)}))


def advance(world: World, case=None, *events, as_of=DECIDED_AT) -> Step:
    return CaseActivities(world.ledger).advance(Advance(case=case or world.case, events=events, as_of=as_of))


def perform(world: World, step: Step) -> None:
    cards = Cards(world.ledger, EmbeddedCards(world.ledger), now=lambda: DECIDED_AT)
    for command in step.commands:
        if isinstance(command, Adjust):
            cards.adjust(command)


def standing(world: World) -> plans.Standing:
    with world.ledger.read() as conn:
        return plans.standing(conn, "A-1/1", world.row().step_no)


def test_a_step_that_runs_again_keeps_the_plan_of_its_last_run(world: World) -> None:
    first = advance(world, None, ASKED)
    again = advance(world, None, ASKED, as_of=DECIDED_AT + SECOND)
    assert [step.answers[0].accepted for step in (first, again)] == [True, True]
    found = standing(world)
    assert (found.agreed, found.plan.agreed_at, found.plan.total) == (1, DECIDED_AT + SECOND, again.case.plan.total)


def test_a_plan_that_the_step_refuses_when_it_runs_again_is_none(world: World) -> None:
    assert advance(world, None, ASKED).answers[0].accepted
    post_payment(world.ledger, RULES, Payment("A-1", Money.of_minor(200_000, "TWD"), "cure", None), DECIDED_AT)
    again = advance(world, None, ASKED, as_of=DECIDED_AT + SECOND)
    assert again.answers[0].text == "nothing is past due on this account: there is nothing to repay by a plan"
    assert standing(world) == plans.Standing()


def test_the_next_step_knows_what_the_card_system_confirmed_and_what_was_paid(world: World) -> None:
    agreed = advance(world, None, ASKED)
    perform(world, agreed)
    in_force = advance(world, agreed.case, as_of=DECIDED_AT + SECOND)
    assert in_force.case.plan.status is PlanStatus.PERFORMING
    money = Money.of_minor(1_000_000, "TWD")
    post_payment(world.ledger, RULES, Payment("A-1", money, "p-1", None), DECIDED_AT + 2 * SECOND)
    paid = advance(world, in_force.case, as_of=DECIDED_AT + 3 * SECOND)
    assert (paid.case.plan.paid, paid.case.plan.met) == (money, 1)
    restored = standing(world).plan
    assert restored.model_copy(update={"paid": money, "met": 1, "rows": paid.case.plan.rows}) == paid.case.plan


def test_while_a_plan_is_in_force_money_covers_what_its_instalment_does(world: World) -> None:
    """By the order of the rules all of the interest comes first; by the plan that of the instalment, then principal."""
    asked = ASKED.model_copy(update={"rate": Decimal(12)})
    agreed = advance(world, None, asked)
    perform(world, agreed)
    in_force = advance(world, agreed.case, as_of=DECIDED_AT + SECOND)
    with world.ledger.write() as conn:
        charged = Entry("A-1", "i-1", EntryKind.INTEREST, DECIDED_AT.date(), DECIDED_AT, interest_minor=400_000)
        entries.append(conn, charged)
        first = plans.known(conn, "A-1/1", "A-1", in_force.case.plan, date.max, DECIDED_AT).instalments[0]
    posted = post_payment(world.ledger, RULES, Payment("A-1", first.amount, "p-1", None), DECIDED_AT + 2 * SECOND)
    assert first.interest.minor > 0
    assert (-posted.entry.interest_minor, -posted.entry.principal_minor) == (
        first.interest.minor,
        first.principal.minor,
    )


def test_what_a_plan_rests_on_is_read_from_the_newest_report(world: World) -> None:
    statement = HouseholdStatement(
        currency="TWD",
        income=(IncomeItem(kind=Income.WAGES, amount=Money.of_minor(200_000, "TWD"), every=Every.MONTH),),
        essentials=(EssentialItem(kind=Essential.HOUSING, amount=Money.of_minor(150_000, "TWD"), every=Every.MONTH),),
    )
    owed = {"A-1": Money.of_minor(5_000_000, "TWD")}
    report = Assessed("rep-1", "P-1", DECIDED_AT.date(), statement, assess_ability(statement, owed), DECIDED_AT, "op-1")
    with world.ledger.write() as conn:
        ability_reports.add(conn, report)
    step = advance(world, None, ASKED.model_copy(update={"ability_report": "rep-1"}))
    assert step.answers[0].text == (
        "10,000.00 TWD a month is more than the customer can pay, 500.00 TWD: it needs approved_by"
    )
