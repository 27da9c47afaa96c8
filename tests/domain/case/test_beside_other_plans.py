"""What a case offers and agrees on, beside the plans that run on the customer's other cards."""

from __future__ import annotations

import pytest

from domain.model.offers import OfferBook, Verdict
from domain.model.plan import Rhythm
from domain.model.repayment import PlanCovers, RunningPlan
from tests.domain.case.bargain import TODAY, approve, bargaining, can_pay, euros, propose
from tests.domain.case.planned import agree


@pytest.fixture
def world(new_world):
    """200 can be paid in a month on this card, and 100 on the other one."""
    made = bargaining(new_world, affordable=200)
    propose(made, "known", count=3)
    return made


def plan(largest: int, account_id: str = "a2", **more: object) -> RunningPlan:
    said = {"covers": PlanCovers.BALANCE, "rhythm": Rhythm.MONTH, **more}
    return RunningPlan(account_id=account_id, plan_id="plan-9", largest=euros(largest), **said)


def test_without_a_plan_on_the_other_card_the_whole_share_can_be_offered(new_world) -> None:
    assert propose(bargaining(new_world, affordable=200), count=3).accepted


def test_a_plan_on_the_other_card_that_takes_more_than_its_share_leaves_less_for_this_one(new_world) -> None:
    world = bargaining(new_world, affordable=None)
    can_pay(world, 200, "rep-1", plan(180))
    answer = propose(world, count=3)
    assert answer.offered.verdict is Verdict.COUNTERED
    assert (answer.offered.offer.count, answer.offered.offer.monthly) == (6, euros(100)), "120 are left of 300"


def test_one_that_takes_less_leaves_more(new_world) -> None:
    world = bargaining(new_world, affordable=None)
    can_pay(world, 150, "rep-1", plan(50))
    assert propose(world, count=3).accepted, "200 are left of 250"


def test_one_for_the_arrears_leaves_no_more_for_minimum_payments_go_on_there(new_world) -> None:
    world = bargaining(new_world, affordable=None)
    can_pay(world, 150, "rep-1", plan(50, covers=PlanCovers.ARREARS))
    assert propose(world, count=3).offered.verdict is Verdict.COUNTERED


def test_what_was_agreed_before_the_other_plan_is_signed_only_by_approval(world) -> None:
    can_pay(world, 200, "rep-1", plan(180))
    signed = agree(instalments=3, offer="known")
    refused = world.ring(TODAY, signed, clock="14:00").answers[-1]
    assert refused.text == "200.00 EUR a month is more than the customer can pay, 120.00 EUR: it needs approved_by"
    approved = agree("plan-2", instalments=3, offer="known", approved_by="lead-1")
    assert world.ring(TODAY, approved, clock="15:00").answers[-1].accepted


def test_a_plan_of_this_very_card_takes_nothing_from_the_one_that_replaces_it(new_world) -> None:
    world = bargaining(new_world, affordable=None)
    can_pay(world, 200, "rep-1", plan(180, "a1"))
    assert propose(world, count=3).accepted


def test_an_approval_holds_only_while_it_is_affordable_beside_the_other_plan(new_world) -> None:
    book = {
        "entries": [
            {"id": "fees", "kind": "pay_now", "within_days": 10, "level": "supervisor"},
            {"id": "free", "kind": "instalments", "counts": [12]},
        ]
    }
    world = bargaining(new_world, affordable=200, book=OfferBook.model_validate(book))
    assert propose(world, once=200).offered.verdict is Verdict.NEEDS_APPROVAL
    can_pay(world, 200, "rep-1", plan(180))
    assert approve(world).text == "what is owed, or can be paid, has changed: propose the terms again"
