"""With a mandate an instalment is debited on its day and nobody is reminded; what comes to nothing is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

import pytest

from domain.case.decide import decide
from domain.model.case import Outcome
from domain.model.contact import FactKind, PastFact
from domain.model.debits import DebitState, KnownMandate
from domain.model.disputes import OpenDispute
from domain.model.entries import AddTask
from domain.model.events import DebitAnswered, LedgerChanged
from domain.model.plan_requests import MovePlan
from domain.model.repayment import PLAN_REMINDER, PLAN_REPAIR, Mark, MinimumDue, PlanCovers, PlanStatus
from domain.model.stops import StopInForce, StopKind
from domain.model.strategy import Debits
from tests.domain.case.planned import (
    FIRST,
    GRACE_ENDS,
    KEY,
    NOTICE_ON,
    REMINDED,
    SECOND,
    SIGNED,
    TERMS,
    THIRD,
    agree,
    status,
    tasks,
    told,
    with_a_plan,
)

DEBIT = Debits(at=time(10), retry_days=(1, 3))
MANDATE = KnownMandate(id="m-1", signed_on=SIGNED, valid_from=SIGNED)
DAY = timedelta(days=1)
DECLINED, UNKNOWN = DebitState.DECLINED, DebitState.UNKNOWN


@dataclass(frozen=True)
class Kept:
    """A debit that was asked for, in short."""

    on: date
    amount: str
    attempt: int


def debited(world) -> list[Kept]:
    return [Kept(each.on, str(each.amount), each.attempt) for each in world.debited]


def with_terms(world, terms: Debits | None = DEBIT, **more: object):
    plans = TERMS.model_copy(update={"debit": terms, **more})
    world.strategy = world.strategy.model_copy(update={"plans": plans})
    return world


@pytest.fixture
def world(new_world):
    """600 in three instalments, the last of which falls due on a Saturday, with a mandate from the signing on."""
    made = with_terms(with_a_plan(new_world))
    made.mandates = (MANDATE,)
    made.ring(SIGNED, clock="14:00")
    return made


@pytest.fixture
def open_dispute(world) -> OpenDispute:
    told_at = world.instant(date(2026, 6, 10))
    days = {"told_at": told_at, "since": told_at.date(), "resolve_by": date(2026, 7, 10)}
    return OpenDispute(id="d-1", contact_id="a1/1/report/d-1", reports=("0",), **days)


def told_of(world) -> list[tuple[str, date]]:
    return [(step, on) for step, on, _ in told(world)]


def decided(world, on: date, clock: str = "10:00"):
    """What the case decides at this instant, without anything becoming of it."""
    at = world.instant(on, clock)
    return decide(world.case, [LedgerChanged()], world.facts(at), at)


def test_each_instalment_is_debited_on_its_day_and_nobody_is_reminded(world) -> None:
    for on in (FIRST, SECOND, THIRD):
        world.end_of(on)
        world.ring(on + DAY, clock="00:30")
    assert debited(world) == [Kept(on, "200.00 EUR", 1) for on in (FIRST, SECOND, THIRD)]
    assert [each.as_of for each in world.debited] == [world.instant(on, "10:00") for on in (FIRST, SECOND, THIRD)]
    assert world.debited[0].summary == "Debit 200.00 EUR due on 2026-06-15"
    assert (told(world), world.case.closure.outcome) == ([], Outcome.PLAN_COMPLETED)


def test_before_its_day_the_case_says_what_it_will_debit(world) -> None:
    world.ring(date(2026, 6, 10))
    assert world.case.next.what == "debits 200.00 EUR on 2026-06-15"
    assert world.case.wake_at == world.instant(FIRST, "10:00")


def test_money_that_came_before_is_not_debited_again(world) -> None:
    world.repay(date(2026, 6, 10), 200)
    world.repay(date(2026, 7, 10), 50)
    world.ring(date(2026, 7, 10))
    world.end_of(SECOND)
    assert debited(world) == [Kept(SECOND, "150.00 EUR", 1)]


def test_a_decline_that_may_pass_is_tried_twice_more_and_then_the_miss_is_told(world) -> None:
    for attempt in (1, 2, 3):
        world.declines[f"{FIRST}/{attempt}"] = (DECLINED, False)
    for on in (FIRST, FIRST + DAY, FIRST + 3 * DAY):
        world.end_of(on)
        world.step(world.instant(on, "23:59"), DebitAnswered(key=world.debited[-1].key, state=DECLINED))
    world.end_of(NOTICE_ON)
    assert debited(world) == [Kept(FIRST + days * DAY, "200.00 EUR", n) for n, days in enumerate((0, 1, 3), 1)]
    assert told_of(world) == [(PLAN_REPAIR, NOTICE_ON)]
    assert "A debit was declined by the customer's bank (plan plan-1)." in [each.text for each in world.case.timeline]


def test_a_hard_decline_ends_debiting_and_the_customer_is_reminded_at_once(world) -> None:
    world.declines[f"{FIRST}/1"] = (DECLINED, True)
    world.end_of(FIRST - DAY)
    world.sleep_until(world.instant(FIRST, "10:00"))
    world.step(world.instant(FIRST, "10:01"), DebitAnswered(key=world.debited[-1].key, state=DECLINED))
    assert told_of(world) == [(PLAN_REMINDER, FIRST)]
    world.repay(FIRST, 200)
    world.ring(FIRST, clock="12:00")
    world.end_of(SECOND)
    assert debited(world) == [Kept(FIRST, "200.00 EUR", 1)]
    assert told_of(world)[1:] == [(PLAN_REMINDER, date(2026, 7, 13))]


@pytest.mark.parametrize(
    "mandates",
    [(), (MANDATE.model_copy(update={"valid_until": FIRST - DAY}),)],
    ids=["none", "over"],
)
def test_without_a_mandate_the_customer_is_reminded(world, mandates) -> None:
    world.mandates = mandates
    world.ring(SIGNED, clock="15:00")
    world.end_of(FIRST)
    assert (debited(world), told_of(world)) == ([], [(PLAN_REMINDER, REMINDED)])


def test_what_is_beyond_the_mandate_is_asked_for_and_is_a_task_once_its_time_has_come(world, new_money) -> None:
    world.mandates = (MANDATE.model_copy(update={"most": new_money(199)}),)
    world.ring(REMINDED - DAY)
    assert tasks(world) == []
    world.end_of(FIRST)
    assert (debited(world), told_of(world)) == ([], [(PLAN_REMINDER, REMINDED)])
    asked = {entry.task_id for step in world.steps for entry in step.entries if isinstance(entry, AddTask)}
    assert asked == {f"debit_beyond_mandate/{KEY}/1/{FIRST}"}


@pytest.mark.parametrize("section", [None, TERMS])
def test_a_strategy_without_debits_reminds(world, section) -> None:
    world.strategy = world.strategy.model_copy(update={"plans": section})
    world.end_of(FIRST)
    assert debited(world) == []


def test_the_current_minimum_payments_beside_a_plan_are_not_debited(new_world, new_money) -> None:
    made = with_terms(with_a_plan(new_world))
    made.mandates = (MANDATE,)
    made.case = made.case.model_copy(update={"plan": made.case.plan.model_copy(update={"covers": PlanCovers.ARREARS})})
    made.minimums = (MinimumDue(due_on=date(2026, 6, 10), amount=new_money(30)),)
    made.ring(date(2026, 6, 9))
    made.end_of(date(2026, 6, 10))
    assert debited(made) == []


def test_a_stop_of_the_bank_puts_it_off_and_one_of_a_channel_does_not(world) -> None:
    world.about["stops"] = (StopInForce(stop_id="s-1", kind=StopKind.BANK),)
    world.end_of(FIRST)
    assert (debited(world), world.case.next.what) == ([], "waits for the end of an emergency stop")
    world.about["stops"] = (StopInForce(stop_id="s-2", kind=StopKind.CHANNEL, value="sms"),)
    world.end_of(FIRST + DAY)
    assert debited(world) == [Kept(FIRST + DAY, "200.00 EUR", 1)]


def test_while_the_feed_is_old_nothing_is_debited(world) -> None:
    world.about["fresh_until"] = world.instant(date(2026, 6, 12))
    world.end_of(FIRST)
    assert debited(world) == []


def test_a_hold_of_the_rules_keeps_it_off_until_it_ends(world) -> None:
    ends_at = world.instant(FIRST + DAY, "06:00")
    world.said = (*world.said, PastFact(world.instant(date(2026, 6, 14)), FactKind.HOLD, name="cease", until=ends_at))
    world.ring(date(2026, 6, 14))
    world.end_of(FIRST)
    assert debited(world) == []
    assert told_of(world) == [(PLAN_REMINDER, date(2026, 6, 14))]
    world.end_of(FIRST + DAY)
    assert debited(world) == [Kept(FIRST + DAY, "200.00 EUR", 1)]


def test_while_something_is_disputed_nothing_is_debited(world, open_dispute) -> None:
    world.case = world.case.model_copy(update={"disputes": (open_dispute,)})
    world.end_of(FIRST)
    assert debited(world) == []
    assert PLAN_REMINDER in [step for step, _ in told_of(world)]


def test_an_operators_hold_puts_it_off_to_the_day_on_which_it_ends(world, hold) -> None:
    world.ring(date(2026, 6, 10), hold("h-1", starts_on=date(2026, 6, 10), ends_on=FIRST + 2 * DAY))
    world.end_of(FIRST + DAY)
    assert debited(world) == []
    world.end_of(FIRST + 2 * DAY)
    assert debited(world) == [Kept(FIRST + 2 * DAY, "200.00 EUR", 1)]


def test_a_debit_without_an_answer_is_not_told_as_missed_but_is_a_task(world) -> None:
    world.declines[f"{FIRST}/1"] = (DebitState.ASKED, False)
    world.end_of(FIRST)
    world.ring(FIRST + DAY)
    assert (world.case.plan.rows[0].mark, world.case.next.what) == (Mark.DEBIT_ASKED, "waits for the money of a debit")
    world.end_of(NOTICE_ON)
    assert (status(world), told(world), set(tasks(world))) == (PlanStatus.MISSED, [], {"debit_silent"})
    world.settle_debit(world.debited[0].key, state=DECLINED)
    world.ring(NOTICE_ON + DAY)
    assert (told_of(world), len(world.debited)) == ([(PLAN_REPAIR, NOTICE_ON + DAY)], 1)


def test_one_of_which_nobody_knows_is_neither_tried_again_nor_told_as_missed(world) -> None:
    world.declines[f"{FIRST}/1"] = (UNKNOWN, False)
    world.end_of(FIRST)
    world.step(world.instant(FIRST, "23:59"), DebitAnswered(key=world.debited[0].key, state=UNKNOWN))
    world.end_of(NOTICE_ON + DAY)
    assert (len(world.debited), told(world), tasks(world)) == (1, [], [])


def test_one_that_nobody_may_have_been_asked_for_is_asked_for_again_under_its_key(world) -> None:
    world.declines[f"{FIRST}/1"] = (DebitState.WANTED, False)
    world.end_of(FIRST)
    world.step(world.instant(FIRST, "23:59"), DebitAnswered(key=world.debited[0].key))
    first, again = world.debited
    assert again == first.model_copy(update={"as_of": again.as_of})
    world.end_of(NOTICE_ON)
    assert {each.key for each in world.debited} == {first.key}
    assert told(world) == []


def test_what_was_collected_waits_for_its_payment_and_once_taken_back_is_a_miss_as_any_other(world) -> None:
    world.declines[f"{FIRST}/1"] = (DebitState.COLLECTED, False)
    world.end_of(FIRST)
    world.deposits[-1].taken_back_on = FIRST + 2 * DAY
    world.ring(FIRST + 2 * DAY)
    world.end_of(NOTICE_ON)
    assert (len(world.debited), told_of(world)) == (1, [(PLAN_REPAIR, NOTICE_ON)])
    world.repay(NOTICE_ON + DAY, 200)
    world.ring(NOTICE_ON + DAY)
    world.end_of(SECOND)
    assert debited(world)[1:] == [Kept(SECOND, "200.00 EUR", 1)]


def test_after_the_card_system_and_a_payment_holiday_the_new_days_count(world) -> None:
    world.ring(date(2026, 6, 10), MovePlan(id="move-1", plan_id="plan-1"))
    world.ring(date(2026, 6, 10), clock="13:00")
    world.end_of(FIRST + DAY)
    assert debited(world) == []
    world.end_of(SECOND)
    assert debited(world) == [Kept(SECOND, "200.00 EUR", 1)]


def test_of_a_debit_after_the_plan_nothing_is_noted(world) -> None:
    world.end_of(NOTICE_ON + 8 * DAY)
    before = len(world.case.timeline)
    ended = decide(
        world.case.model_copy(update={"plan": None}),
        [DebitAnswered(key=f"{KEY}/debit/1/{FIRST}/1", state=DECLINED)],
        world.facts(world.instant(NOTICE_ON + 9 * DAY)),
        world.instant(NOTICE_ON + 9 * DAY),
    )
    assert not any("declined" in each.text for each in ended.case.timeline[before:])


def test_the_last_day_of_grace_is_the_last_day_of_a_debit(world) -> None:
    world.mandates = ()
    world.end_of(GRACE_ENDS)
    world.mandates = (MANDATE,)
    assert [each.kind for each in decided(world, GRACE_ENDS, "23:59").commands] == ["debit"]


def test_a_plan_that_the_card_system_has_not_confirmed_is_not_debited(new_world) -> None:
    made = with_terms(new_world({"first": 5}, not_yet_due="400"))
    made.mandates = (MANDATE,)
    made.owe(date(2026, 5, 25), 200)
    made.cards = dict.fromkeys(("reschedule", "block", "rate"), "asked")
    made.open(date(2026, 6, 1))
    made.ring(SIGNED, agree(first_on=date(2026, 6, 4)))
    made.end_of(date(2026, 6, 5))
    assert (status(made), debited(made)) == (PlanStatus.AGREED, [])
