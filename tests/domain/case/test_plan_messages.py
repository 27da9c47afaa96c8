"""Messages of a plan: the customer is told of a debit before its day, in a message of its own."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from domain.model.debits import DebitState, KnownMandate
from domain.model.events import DebitAnswered
from domain.model.repayment import PLAN_REMINDER
from domain.model.strategy import Debits
from tests.domain.case.planned import FIRST, KEY, SIGNED, TERMS, with_a_plan

NOTIFY = Debits(at=time(10), notify_days_before=4)
MANDATE = KnownMandate(id="m-1", signed_on=SIGNED, valid_from=SIGNED)
TOLD_ON = date(2026, 6, 11)


@pytest.fixture
def world(new_world):
    made = with_a_plan(new_world)
    made.strategy = made.strategy.model_copy(update={"plans": TERMS.model_copy(update={"debit": NOTIFY})})
    made.mandates = (MANDATE,)
    made.ring(SIGNED, clock="14:00")
    return made


def test_the_customer_is_told_once_on_which_day_the_instalment_is_debited(world) -> None:
    world.end_of(FIRST)
    ((message),) = world.reminded
    assert (message.step, message.as_of) == (PLAN_REMINDER, world.instant(TOLD_ON))
    assert (message.planned.due_on, message.planned.debit_on) == (FIRST, FIRST)
    assert message.key == f"{KEY}/plan-reminder/1/{FIRST}/debit"
    assert len(world.debited) == 1


def test_a_weekend_is_told_with_the_business_day_on_which_it_is_debited(world) -> None:
    for on in (FIRST, date(2026, 7, 15)):
        world.end_of(on)
        world.ring(on + timedelta(days=1), clock="00:30")
    world.end_of(date(2026, 8, 14))
    assert (world.reminded[-1].planned.due_on, world.reminded[-1].planned.debit_on) == (
        date(2026, 8, 15),
        date(2026, 8, 17),
    )


def test_after_a_decline_that_is_final_the_reminder_leaves_though_the_debit_was_told(world) -> None:
    world.declines[f"{FIRST}/1"] = (DebitState.DECLINED, True)
    world.sleep_until(world.instant(FIRST, "10:00"))
    world.step(world.instant(FIRST, "10:01"), DebitAnswered(key=world.debited[0].key, state=DebitState.DECLINED))
    assert [each.planned.debit_on for each in world.reminded] == [FIRST, None]


def test_a_day_before_the_signing_is_no_day_to_tell_of_it(new_world, world) -> None:
    world.strategy = world.strategy.model_copy(
        update={"plans": TERMS.model_copy(update={"debit": NOTIFY.model_copy(update={"notify_days_before": 13})})}
    )
    world.end_of(FIRST)
    assert (world.reminded, len(world.debited)) == ([], 1)


def test_a_strategy_that_tells_of_no_debit_sends_nothing(world) -> None:
    quiet = TERMS.model_copy(update={"debit": Debits(at=time(10))})
    world.strategy = world.strategy.model_copy(update={"plans": quiet})
    world.end_of(FIRST)
    assert (world.reminded, len(world.debited)) == ([], 1)
