"""What a case agrees on leaves room for the person's other accounts, and is what all of them are offered together."""

from __future__ import annotations

from datetime import timedelta

import pytest

from activities.advance import CaseActivities
from domain.affordability import assess_ability
from domain.model.ability import Essential, EssentialItem, Every, HouseholdStatement, Income, IncomeItem
from domain.model.case import Advance, Case
from domain.model.events import Answer, Request
from domain.model.facts import Account
from domain.model.money import Money
from domain.model.negotiation import ProposeTerms
from domain.model.offers import Offer, OfferBook, Proposal, Verdict
from domain.model.plan_requests import AcceptedHow, AgreePlan
from domain.model.strategy import Plans
from domain.offers.together import Together
from ledger import ability_reports
from ledger.ability_reports import Assessed
from policies import Policies
from starter.person_offers import offers_together
from tests.activities.sending import WorldOf
from tests.activities.world import DECIDED_AT, RULES, STRATEGY, World

OWED = 5_000_000
"""On each of three accounts, in minor units."""
BOOK = OfferBook.model_validate({"entries": [{"id": "free", "kind": "instalments", "counts": [3, 6, 12, 24, 60]}]})
BY = {"accepted": AcceptedHow.WRITTEN, "reference": "AGR-7", "by": "op-1"}


@pytest.fixture
def world(place: WorldOf) -> World:
    """50,000 are owed on each of three accounts; 15,000 can be paid in a month."""
    made = place(strategy=STRATEGY.model_copy(update={"plans": Plans(most=2), "offers": BOOK}))
    for account_id in ("A-2", "A-3"):
        made.add_account(account_id)
    earns = IncomeItem(kind=Income.WAGES, amount=Money.of_minor(3_000_000, "TWD"), every=Every.MONTH)
    lives = EssentialItem(kind=Essential.HOUSING, amount=Money.of_minor(1_500_000, "TWD"), every=Every.MONTH)
    statement = HouseholdStatement(currency="TWD", income=(earns,), essentials=(lives,))
    ability = assess_ability(statement, {f"A-{no}": Money.of_minor(OWED, "TWD") for no in (1, 2, 3)})
    with made.ledger.write() as conn:
        on = DECIDED_AT.date()
        ability_reports.add(conn, Assessed("rep-1", "P-1", on, statement, ability, DECIDED_AT, "op-1"))
    return made


def case_of(world: World, account_id: str) -> Case:
    account = Account(account_id=account_id, currency="TWD", zone="Asia/Taipei")
    return world.case.model_copy(update={"case_id": f"{account_id}/1", "account": account})


def asked(world: World, account_id: str, *requests: Request) -> Answer:
    """The answer of the account's own case to the last of the requests."""
    ask = Advance(case=case_of(world, account_id), events=requests, as_of=DECIDED_AT)
    return CaseActivities(world.ledger).advance(ask).answers[-1]


def plan(name: str, instalments: int, **more: object) -> AgreePlan:
    return AgreePlan(id=name, instalments=instalments, first_on=DECIDED_AT.date() + timedelta(days=10), **BY, **more)


def shown(world: World) -> Together:
    strategy = STRATEGY.model_copy(update={"offers": BOOK})
    with world.ledger.read() as conn:
        return offers_together(conn, "P-1", Policies(strategy, RULES), DECIDED_AT).together


def best(world: World) -> dict[str, Offer]:
    return {each.account_id: each.offers[0] for each in shown(world).accounts if each.offers}


@pytest.mark.parametrize("with_a_plan", [False, True])
def test_each_case_accepts_what_all_are_offered_together_and_nothing_sooner(world: World, with_a_plan: bool) -> None:
    if with_a_plan:
        answer = asked(world, "A-2", plan("plan-2", 6, approved_by="lead-1"))
        assert answer.accepted, answer.text
    offered = best(world)
    assert {name: offer.count for name, offer in offered.items()} == (
        {"A-1": 24, "A-3": 24} if with_a_plan else {"A-1": 12, "A-2": 12, "A-3": 12}
    )
    for name, offer in offered.items():
        for before, count in enumerate((3, 6, offer.count)):  # who asked for more before is answered the same
            proposed = ProposeTerms(id=f"o-{before}", proposal=Proposal(count=count), by="agent-1")
            said = asked(world, name, proposed).offered
            assert said is not None
            assert said.offer == offer
            assert said.verdict is (Verdict.ACCEPTED if count == offer.count else Verdict.COUNTERED)


def test_whatever_is_signed_on_one_account_the_others_are_offered_only_what_it_leaves(world: World) -> None:
    """Every account signs its best offer, or a plan above it that was approved: never is more agreed than there is."""
    assert asked(world, "A-1", plan("plan-1", 12)).accepted
    assert asked(world, "A-2", plan("plan-2", 6, approved_by="lead-1")).accepted
    found = shown(world)
    assert (found.affordable.minor, found.spoken_for.minor) == (1_500_000, 417_400 + 833_500)
    assert found.monthly + found.spoken_for <= found.affordable
    refused = asked(world, "A-3", plan("plan-3", 12))
    assert refused.text.endswith("a month is more than the customer can pay, 2,491.00 TWD: it needs approved_by")
    assert asked(world, "A-3", plan("plan-4", 24)).accepted
