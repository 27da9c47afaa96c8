"""What becomes of a promise: by value date, at the end of grace, and again when money comes late or goes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.compliance.holidays import next_business_day
from domain.model.entries import JudgePromise
from domain.model.events import LedgerChanged, Withdraw
from domain.model.facts import PromisePaid
from domain.model.money import Money
from domain.model.promise import FULFILLED, MakePromise, PromiseState
from domain.model.strategy import Promises

MADE_ON, DUE_ON, GRACE_ENDS_ON, MONDAY = date(2026, 6, 2), date(2026, 6, 5), date(2026, 6, 7), date(2026, 6, 8)
TERMS = Promises(horizon_days=10, most=2, grace_days=2, kept_percent=90)


def begin(new_world, due_on: date = DUE_ON, **terms: int):
    """A promise of 500 by Friday, made on Tuesday at noon; the second notice falls due on the Saturday."""
    world = new_world({"first": 5, "second": 12, "third": 20})
    world.strategy = world.strategy.model_copy(update={"promises": TERMS.model_copy(update=terms)})
    world.owe(date(2026, 5, 25), 800)
    world.open(date(2026, 6, 1))
    world.ring(MADE_ON, MakePromise(id="p-1", amount=Money(amount=Decimal(500), currency="EUR"), due_on=due_on))
    assert world.case.promise is not None
    return world


@pytest.fixture
def world(new_world):
    return begin(new_world)


def paid(world, amount: str) -> None:
    world.about["promises_paid"] = (PromisePaid(promise_id="p-1", paid=Money(amount=Decimal(amount), currency="EUR")),)


def judged_as(world) -> tuple[str, int]:
    return world.case.promise_judged.state.value, world.case.promises_broken


@pytest.mark.parametrize(
    ("amount", "state"),
    [
        ("500", "kept"),
        ("450", "kept"),
        ("449.99", "partly_kept"),
        ("0.01", "partly_kept"),
        ("0", "broken"),
        ("800", "kept"),
    ],
)
def test_at_the_end_of_grace_the_part_paid_decides(world, amount, state) -> None:
    paid(world, amount)
    world.end_of(GRACE_ENDS_ON)
    assert world.case.promise_judged is None
    world.sleep_until(world.instant(MONDAY))
    step = next(step for step in world.steps if step.case.promise_judged is not None)
    assert judged_as(world) == (state, int(state == "broken"))
    assert (step.entries[-1], step.attributes.promise_due_on) == (JudgePromise(judged=step.case.promise_judged), None)
    assert world.case.promise is None


def test_a_broken_promise_resumes_the_ladder_next_business_day(world) -> None:
    world.end_of(date(2026, 6, 30))
    assert world.sent[:2] == [(date(2026, 6, 1), "first"), (MONDAY, "second")]
    assert any("was broken: 0.00 EUR of 500.00 EUR" in line.text for line in world.case.timeline)


def test_grace_that_ends_before_a_weekend_leaves_the_weekend_quiet(new_world) -> None:
    world = begin(new_world, grace_days=0)
    world.sleep_until(world.instant(date(2026, 6, 6)))
    assert judged_as(world) == ("broken", 1)
    assert world.case.wake_at == world.instant(MONDAY)
    world.end_of(MONDAY)
    assert world.sent == [(date(2026, 6, 1), "first"), (MONDAY, "second")]


def test_a_notice_that_was_due_before_says_why_it_waits(new_world) -> None:
    world = begin(new_world, due_on=date(2026, 6, 6), grace_days=0)
    world.sleep_until(world.instant(date(2026, 6, 7)))
    assert judged_as(world) == ("broken", 1)
    assert "after the promise p-1 it goes on on a business day" in world.case.next.why


def test_money_posted_late_mends_what_was_broken(world) -> None:
    world.end_of(MONDAY)
    paid(world, "450")
    world.ring(date(2026, 6, 10))
    assert judged_as(world) == ("mended", 0)


def test_part_of_it_posted_late_makes_a_broken_promise_partly_kept(world) -> None:
    world.end_of(MONDAY)
    paid(world, "100")
    world.ring(date(2026, 6, 10))
    assert judged_as(world) == ("partly_kept", 0)
    paid(world, "200")
    world.ring(date(2026, 6, 11))
    assert (judged_as(world), world.case.promise_judged.paid.amount) == (("partly_kept", 0), 200)


def test_a_returned_payment_unkeeps_a_promise_and_the_ladder_goes_on_on_the_next_business_day(new_world) -> None:
    world = begin(new_world, grace_days=0)
    paid(world, "500")
    world.sleep_until(world.instant(date(2026, 6, 6), "00:30"))
    world.step(world.instant(date(2026, 6, 6), "08:00"), LedgerChanged())
    assert judged_as(world) == ("kept", 0)
    paid(world, "0")
    world.ring(date(2026, 6, 6), clock="12:00")
    assert judged_as(world) == ("broken", 1)
    world.end_of(MONDAY)
    assert world.sent[-1] == (MONDAY, "second")


def test_a_promise_that_is_mended_and_taken_back_again_is_broken_once(world) -> None:
    world.end_of(MONDAY)
    for amount, state in (("500", "mended"), ("0", "broken"), ("500", "mended"), ("1", "partly_kept"), ("0", "broken")):
        paid(world, amount)
        world.ring(date(2026, 6, 10), clock="12:00")
        assert judged_as(world) == (state, int(state == "broken"))


def test_a_cure_within_the_promise_closes_the_case_with_the_promise_kept(world) -> None:
    paid(world, "800")
    world.pay(date(2026, 6, 3), d20260525="800")
    step = world.ring(date(2026, 6, 3))
    assert step.case.closure.outcome == "cured"
    assert (judged_as(world), step.attributes.promise_due_on) == (("kept", 0), None)


def test_a_cure_without_the_money_leaves_the_promise_unjudged(world) -> None:
    world.by_payment = False
    world.pay(date(2026, 6, 3), d20260525="800")
    step = world.ring(date(2026, 6, 3))
    assert (step.case.closure.outcome, step.case.promise_judged) == ("cleared_by_status", None)


def test_a_case_that_is_withdrawn_judges_nothing(world) -> None:
    paid(world, "500")
    step = world.ring(MONDAY - timedelta(days=1), Withdraw(id="w-1"))
    assert (step.case.closure.outcome, step.case.promise_judged) == ("withdrawn", None)


def test_the_strategy_without_its_section_asks_for_all_of_it(world) -> None:
    world.strategy = world.strategy.model_copy(update={"promises": None})
    paid(world, "499.99")
    world.end_of(MONDAY)
    assert judged_as(world) == ("partly_kept", 0)


@pytest.mark.parametrize(
    ("after", "next_day"),
    [(date(2026, 6, 4), date(2026, 6, 5)), (date(2026, 6, 5), MONDAY), (GRACE_ENDS_ON, MONDAY)],
)
def test_a_business_day_is_no_weekend(new_world, after, next_day) -> None:
    assert next_business_day(after, new_world().rules.packs) == next_day


@dataclass(frozen=True)
class Coin:
    """A payment within the promise: how much, posted on which day, taken back on which."""

    amount: int
    posted: int
    back: int | None

    def counts(self, day: int) -> bool:
        return self.posted <= day and (self.back is None or day < self.back)


COINS = st.lists(
    st.tuples(st.integers(1, 500), st.integers(0, 12), st.none() | st.integers(0, 12)).map(
        lambda t: Coin(t[0], t[1], None if t[2] is None else t[1] + t[2])
    ),
    max_size=4,
)
DAYS = st.sets(st.integers(1, 24), max_size=6)


@given(coins=COINS, seen=DAYS, other=DAYS)
def test_in_whatever_order_the_money_is_seen_the_same_facts_end_in_the_same_judgement(new_world, coins, seen, other):
    """Mended is kept: it only says that the promise had been judged short before."""

    def end(days: set[int]) -> tuple[str, int, Decimal]:
        world = begin(new_world)
        for day in sorted({*days, 25}):
            at: datetime = world.instant(MADE_ON + timedelta(days=day), "12:00")
            while world.case.wake_at <= at:
                tell(world, (world.case.wake_at.date() - MADE_ON).days)
                world.step(world.case.wake_at, LedgerChanged())
            tell(world, day)
            world.step(at, LedgerChanged())
        judged = world.case.promise_judged
        state = PromiseState.KEPT if judged.state in FULFILLED else judged.state
        return state, world.case.promises_broken, judged.paid.amount

    def tell(world, day: int) -> None:
        paid(world, str(sum(coin.amount for coin in coins if coin.counts(day))))

    first = end(seen)
    assert first == end(other)
    total = sum(coin.amount for coin in coins if coin.counts(25))
    assert first[0] == ("kept" if total >= 450 else "partly_kept" if total else "broken")
