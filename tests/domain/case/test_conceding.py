"""What is given up is posted once it is earned, by component, and undone when the money behind it is returned."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.model.adjustments import Adjust, AdjustmentKind, AdjustmentState
from domain.model.case import Outcome, Stage
from domain.model.component import Component
from domain.model.entries import AskAdjustment, KeepConcession
from domain.model.facts import PromisePaid
from domain.model.offers import OfferBook
from domain.model.promise import PromiseState
from tests.domain.case.bargain import BOOK, TODAY, approve, bargaining, euros, kept, paid, propose
from tests.domain.case.planned import agree
from tests.domain.case.test_negotiating import ill

DUE = date(2026, 6, 12)


@pytest.fixture
def world(new_world):
    return bargaining(new_world)


def asked(world) -> list[tuple[AdjustmentKind, str]]:
    return [
        (entry.adjustment.kind, entry.adjustment.key)
        for entry in kept(world, AskAdjustment)
        if "/concession/" in entry.adjustment.key
    ]


def test_paying_at_once_earns_the_fees_and_they_are_waived_by_the_card_system(world) -> None:
    propose(world, once=180)
    (granted,) = kept(world, KeepConcession)
    assert (granted.concession.id, granted.concession.parts, granted.concession.needed) == (
        "a1/1/concession/o-1",
        {Component.FEE: euros(20)},
        euros(180),
    )
    assert (granted.request_id, granted.concession.until) == ("o-1", date(2026, 6, 14))
    assert not granted.concession.settles
    paid(world, 179)
    world.ring(DUE)
    assert asked(world) == []
    paid(world, 180)
    step = world.ring(DUE, clock="13:00")
    assert asked(world) == [(AdjustmentKind.WAIVE, "a1/1/concession/o-1/waive/1")]
    (command,) = [each for each in step.commands if isinstance(each, Adjust)]
    assert command.summary == "Ask the card system: waive of 20.00 EUR fee"
    assert command.adjustments[0].made_by == "agent-1"
    paid(world, 180)
    world.ring(DUE, clock="14:00")
    assert len(asked(world)) == 1


def test_what_the_card_system_has_not_heard_is_asked_for_again(world) -> None:
    propose(world, once=180)
    paid(world, 180)
    world.ring(DUE)
    paid(world, 180, state=AdjustmentState.WANTED)
    again = world.ring(DUE, clock="13:00")
    assert [each.key for each in again.commands if isinstance(each, Adjust)] == ["a1/1/concession/o-1/waive/1"]


def test_a_returned_payment_asks_it_back_and_another_payment_earns_it_again(world) -> None:
    propose(world, once=180)
    paid(world, 180)
    world.ring(DUE)
    paid(world, 0, returned=180)
    world.ring(DUE, clock="13:00")
    assert asked(world)[-1] == (AdjustmentKind.REINSTATE, "a1/1/concession/o-1/reinstate/1")
    undone = kept(world, AskAdjustment)[-1].adjustment
    assert undone.undoes == "a1/1/concession/o-1/waive/1"
    paid(world, 180, returned=180)
    world.ring(DUE, clock="14:00")
    assert asked(world)[-1] == (AdjustmentKind.WAIVE, "a1/1/concession/o-1/waive/2")


def test_what_the_card_system_refused_is_not_asked_back(world) -> None:
    propose(world, once=180)
    paid(world, 180)
    world.ring(DUE)
    paid(world, 0, returned=180, state=AdjustmentState.REFUSED)
    world.ring(DUE, clock="13:00")
    assert len(asked(world)) == 1


def test_what_is_not_enough_any_more_without_a_return_is_not_asked_back(world) -> None:
    propose(world, once=180)
    paid(world, 180)
    world.ring(DUE)
    paid(world, 100)
    world.ring(DUE, clock="13:00")
    assert len(asked(world)) == 1


def test_an_old_feed_earns_nothing(world) -> None:
    propose(world, once=180)
    paid(world, 180)
    world.about["fresh_until"] = world.instant(date(2026, 6, 1))
    world.ring(DUE)
    assert asked(world) == []


def test_an_offer_that_gives_up_nothing_concedes_nothing(world) -> None:
    propose(world, count=6)
    world.ring(TODAY, agree(instalments=6, offer="o-1"), clock="14:00")
    assert (kept(world, KeepConcession), world.case.conceded) == ([], False)


# --- a settlement


def test_a_settlement_closes_when_the_card_system_gave_up_the_rest(world) -> None:
    propose(world, final=450)
    approve(world)
    (granted,) = kept(world, KeepConcession)
    assert (granted.concession.settles, granted.concession.made_by, granted.concession.checked_by) == (
        True,
        "agent-1",
        "lead-1",
    )
    assert granted.concession.parts == {
        Component.FEE: euros(20),
        Component.INTEREST: euros(60),
        Component.PRINCIPAL: euros(70),
    }
    world.pay(DUE, d20260525="200")
    world.not_yet_due = "150"
    world.about["promises_paid"] = (PromisePaid(promise_id="a-1", paid=euros(450)),)
    paid(world, 450)
    world.ring(DUE)
    assert (world.case.closure, world.case.next.what) == (None, "waits for the bank's card system to give up the rest")
    assert world.case.next.why == "the 450.00 EUR that settle everything are paid"
    paid(world, 450)
    world.ring(DUE, clock="13:00")
    assert world.case.closure.outcome is Outcome.SETTLED_FOR_LESS
    assert world.case.promise_judged.state is PromiseState.KEPT


def test_a_settlement_that_is_not_paid_settles_nothing(world) -> None:
    propose(world, final=450)
    approve(world)
    paid(world, 449)
    world.end_of(date(2026, 7, 5))
    assert (world.case.stage, world.case.promise_judged.state) == (Stage.REMINDING, PromiseState.BROKEN)
    assert asked(world) == []


# --- a plan, and a hardship

FORGIVING = OfferBook.model_validate(
    {
        "expires_days": 14,
        "first_within_days": 30,
        "entries": [
            {
                "id": "free",
                "kind": "instalments",
                "counts": [3],
                "gives": [{"component": "interest", "percent": 50, "earned": "on_completion"}],
            }
        ],
    }
)


def test_a_plan_repays_what_is_not_given_up_and_its_end_earns_that(new_world) -> None:
    world = bargaining(new_world, book=FORGIVING)
    propose(world, count=3)
    signed = world.ring(TODAY, agree(offer="o-1"), clock="13:00")
    assert signed.case.plan.total == euros(570)
    (granted,) = kept(world, KeepConcession)
    assert (granted.concession.plan, granted.concession.parts) == ("a1/1/plan/1", {Component.INTEREST: euros(30)})
    paid(world, 570)
    world.ring(TODAY, clock="14:00")
    assert asked(world) == []  # it is the plan's own judgement that counts
    world.repay(date(2026, 6, 15), 570)
    world.ring(date(2026, 6, 15))
    assert world.case.closure.outcome is Outcome.PLAN_COMPLETED
    assert asked(world) == [(AdjustmentKind.WAIVE, "a1/1/concession/o-1/waive/1")]


def test_of_an_earlier_episode_the_money_tells(new_world) -> None:
    world = bargaining(new_world, book=FORGIVING)
    propose(world, count=3)
    world.ring(TODAY, agree(offer="o-1"), clock="13:00")
    paid(world, 570)
    world.case = world.case.model_copy(update={"case_id": "a1/2", "plan": None, "promise": None})
    world.ring(DUE)
    assert asked(world) == [(AdjustmentKind.WAIVE, "a1/1/concession/o-1/waive/1")]
    assert world.case.closure is None


def test_hardship_terms_give_up_on_the_day_of_the_review_what_the_tokens_earned(new_world) -> None:
    gives = [{"component": "interest", "percent": 100, "earned": "on_completion"}]
    book = BOOK.model_dump(mode="json")
    book["entries"][-1]["gives"] = gives
    world = bargaining(new_world, affordable=6, book=OfferBook.model_validate(book))
    ill(world)
    assert propose(world, monthly=6).accepted
    (granted,) = kept(world, KeepConcession)
    assert (granted.concession.needed, granted.concession.not_before) == (euros(15), date(2026, 9, 2))
    paid(world, 15)
    world.ring(date(2026, 9, 1))
    assert asked(world) == []
    world.ring(date(2026, 9, 2))
    assert set(asked(world)) == {(AdjustmentKind.WAIVE, "a1/1/concession/o-1/waive/1")}


def test_the_review_wakes_the_case(new_world) -> None:
    world = bargaining(new_world, affordable=6)
    ill(world)
    propose(world, monthly=6)
    world.end_of(date(2026, 9, 2) + timedelta(days=1))
    assert world.case.hardship.review_asked
