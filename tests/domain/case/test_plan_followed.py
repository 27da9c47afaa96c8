"""A plan is followed: reminders, misses, the notice of a miss, the cure period, the break and the end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.case.decide import decide
from domain.model.blocker import Blocker
from domain.model.case import Outcome, Stage
from domain.model.contact import FactKind, PastFact
from domain.model.entries import ClosePermit, GivePermit, TellPerson
from domain.model.events import AdjustmentAnswered, LedgerChanged, NoticeNotSent, Withdraw
from domain.model.facts import MessageState, Reach
from domain.model.permits import RequestContact
from domain.model.repayment import PLAN_REMINDER, Mark, PlanStatus
from domain.model.stops import StopInForce, StopKind
from domain.model.strategy import Channel
from tests.domain.case.planned import (
    FIRST,
    GRACE_ENDS,
    KEY,
    NOTICE_ON,
    REMINDED,
    SECOND,
    SIGNED,
    TERMS,
    agree,
    status,
    tasks,
    told,
    under_rules,
    with_a_plan,
)


@pytest.fixture
def world(new_world):
    return with_a_plan(new_world)


def test_each_instalment_is_reminded_of_once_before_its_day(world) -> None:
    for due_on in (FIRST, SECOND, date(2026, 8, 15)):
        world.end_of(due_on - timedelta(days=1))
        world.repay(due_on, 200)
        world.ring(due_on)
    assert told(world) == [
        (PLAN_REMINDER, REMINDED, "200.00 EUR"),
        (PLAN_REMINDER, date(2026, 7, 13), "200.00 EUR"),
        (PLAN_REMINDER, date(2026, 8, 13), "200.00 EUR"),
    ]
    assert world.reminded[0].summary == "Send plan-reminder by sms: 200.00 EUR due on 2026-06-15"
    assert [(each.channel, each.purpose) for each in world.reminded] == [(Channel.SMS, "service_notice")] * 3
    assert (world.case.closure.outcome, status(world)) == (Outcome.PLAN_COMPLETED, PlanStatus.COMPLETED)
    assert [entry.event for entry in world.steps[-1].entries if isinstance(entry, TellPerson)] == ["plan_completed"]
    assert world.sent == [(date(2026, 6, 1), "first")]


def test_an_instalment_paid_early_needs_no_reminder(world) -> None:
    world.repay(date(2026, 6, 5), 200)
    world.ring(date(2026, 6, 5))
    world.end_of(date(2026, 7, 12))
    assert told(world) == []
    assert (world.case.plan.met, world.case.plan.rows[0].mark, world.case.plan.rows[1].mark) == (
        1,
        Mark.PAID,
        Mark.TO_COME,
    )
    world.end_of(date(2026, 7, 13))
    assert len(told(world)) == 1


def test_a_part_paid_early_is_asked_for_no_more(world) -> None:
    world.repay(date(2026, 6, 5), 50)
    world.ring(date(2026, 6, 5))
    assert world.case.plan.rows[0].mark is Mark.PARTLY_PAID
    world.end_of(REMINDED)
    assert told(world) == [(PLAN_REMINDER, REMINDED, "150.00 EUR")]


def test_a_strategy_may_want_no_reminders(world) -> None:
    world.strategy = world.strategy.model_copy(update={"plans": TERMS.model_copy(update={"remind_days_before": None})})
    world.end_of(FIRST)
    assert told(world) == []


def test_a_strategy_that_lost_its_section_follows_what_was_agreed_without_messages(world) -> None:
    world.strategy = world.strategy.model_copy(update={"plans": None})
    world.end_of(NOTICE_ON)
    assert (status(world), told(world), "repair_notice" in tasks(world)) == (PlanStatus.MISSED, [], True)


def test_no_reminder_of_an_instalment_whose_day_for_it_was_over_at_signing(new_world) -> None:
    made = new_world({"first": 5}, not_yet_due="400")
    made.strategy = made.strategy.model_copy(update={"plans": TERMS})
    made.owe(date(2026, 5, 25), 200)
    made.open(date(2026, 6, 1))
    made.ring(SIGNED, agree(first_on=date(2026, 6, 4)))
    made.end_of(date(2026, 6, 4))
    assert told(made) == []


def test_between_the_due_date_and_the_end_of_grace_it_performs(world) -> None:
    world.end_of(GRACE_ENDS)
    world.ring(GRACE_ENDS + timedelta(days=1), clock="00:30")
    assert status(world) is PlanStatus.MISSED
    assert world.case.plan.rows[0].mark is Mark.MISSED


def test_a_due_instalment_is_marked_so(world) -> None:
    world.ring(date(2026, 6, 17))
    assert (world.case.plan.rows[0].mark, status(world)) == (Mark.DUE, PlanStatus.PERFORMING)


def test_a_reminder_that_only_waits_leaves_later(world) -> None:
    world.end_of(REMINDED)
    key = world.reminded[-1].key
    world.planned.pop(key)
    later = world.instant(date(2026, 6, 14), "10:00")
    deferred = NoticeNotSent(key=key, step=PLAN_REMINDER, blocker=Blocker.CONTACT_WINDOW, retry_at=later)
    world.step(world.instant(REMINDED, "10:00"), deferred)
    assert world.case.wake_at == later
    world.end_of(date(2026, 6, 14))
    assert [each.as_of for each in world.reminded] == [world.instant(REMINDED, "09:30"), later]


def test_a_reminder_that_failed_is_not_tried_anew(world) -> None:
    world.fates[f"{KEY}/plan-reminder/1/2026-06-15"] = MessageState.FAILED
    world.end_of(REMINDED)
    failed = NoticeNotSent(key=world.reminded[-1].key, step=PLAN_REMINDER, blocker=Blocker.PROVIDER)
    world.step(world.instant(REMINDED, "10:00"), failed)
    world.end_of(date(2026, 6, 16))
    assert len(world.reminded) == 1


def test_of_a_plan_that_is_over_nothing_is_heard(world) -> None:
    world.end_of(date(2026, 6, 27))
    plan = world.case.plan
    stray = NoticeNotSent(key=f"{KEY}/plan-reminder/1/2026-06-15", step=PLAN_REMINDER, blocker=Blocker.STALE)
    world.step(world.instant(date(2026, 6, 28), "10:00"), stray)
    assert world.case.plan == plan


def test_an_old_feed_judges_nothing(world) -> None:
    world.about["fresh_until"] = world.instant(date(2026, 6, 16))
    world.end_of(date(2026, 6, 20))
    assert status(world) is PlanStatus.PERFORMING
    world.about["fresh_until"] = world.instant(date(2026, 6, 20), "00:00")
    world.ring(date(2026, 6, 20), clock="23:00")
    assert status(world) is PlanStatus.MISSED


def test_a_stop_keeps_its_messages_back_until_the_next_day(world) -> None:
    world.about["stops"] = (StopInForce(stop_id="s-1", kind=StopKind.BANK),)
    world.end_of(REMINDED)
    assert world.reminded == []
    world.about["stops"] = ()
    world.end_of(date(2026, 6, 14))
    assert [each.as_of.date() for each in world.reminded] == [date(2026, 6, 14)]


def test_what_a_rule_bars_for_good_does_not_leave(world) -> None:
    world.said = (
        PastFact(at=world.instant(SIGNED), kind=FactKind.OPT_OUT, name="stop", channel=Channel.SMS, address="C-1"),
    )
    world.about["reach"] = (Reach(address="C-1", channel=Channel.SMS),)
    world.end_of(FIRST)
    assert world.reminded == []


def test_a_hold_of_an_operator_keeps_its_messages_back(world, hold) -> None:
    world.ring(SIGNED, hold("h-1"), clock="14:00")
    world.end_of(FIRST)
    assert world.reminded == []


def test_paying_all_that_is_owed_completes_it(world) -> None:
    world.not_yet_due = "0"
    world.pay(FIRST, d20260525="200")
    world.ring(FIRST)
    assert (status(world), world.case.closure.outcome) == (PlanStatus.COMPLETED, Outcome.PLAN_COMPLETED)


def test_a_completed_plan_goes_on_when_its_last_payment_is_taken_back(world) -> None:
    world.repay(FIRST, 400)
    last = world.repay(FIRST, 200)
    world.ring(FIRST)
    assert status(world) is PlanStatus.COMPLETED
    world.case = world.case.model_copy(update={"closure": None, "stage": Stage.REMINDING})  # the episode goes on
    last.taken_back_on = date(2026, 6, 20)
    step = world.ring(date(2026, 6, 20))
    assert (status(world), world.case.stage) == (PlanStatus.PERFORMING, Stage.PLANNING)
    assert [entry.kind for entry in step.entries] == ["keep_plan_step", "hold_person"]


def test_a_withdrawn_case_ends_its_plan(world) -> None:
    world.ring(FIRST, Withdraw(id="w-1"))
    assert (status(world), world.case.closure.outcome) == (PlanStatus.CANCELLED, Outcome.WITHDRAWN)
    assert "tell_person" in [entry.kind for entry in world.steps[-1].entries]


def test_an_answer_of_the_card_system_is_read_from_the_ledger(world) -> None:
    before = world.case.plan
    world.step(world.instant(date(2026, 6, 3)), AdjustmentAnswered(key=f"{KEY}/block/1", states=("refused",)))
    assert world.case.plan == before


def test_contact_by_hand_is_refused_and_a_permit_that_was_given_is_taken_back(new_world) -> None:
    made = new_world({"first": 5}, not_yet_due="400")
    made.strategy = made.strategy.model_copy(update={"plans": TERMS})
    made.rules = under_rules(made.rules)
    made.owe(date(2026, 5, 25), 200)
    made.open(date(2026, 6, 1))
    call = RequestContact(id="call-1", channel=Channel.CALL)
    given = next(e for e in made.ring(SIGNED, call).entries if isinstance(e, GivePermit))
    assert given.given.permit_id == "a1/1/permit/call-1"
    both = made.step(made.instant(SIGNED, "12:30"), agree(), RequestContact(id="call-2", channel=Channel.CALL))
    assert both.answers[1].refused_by == ("cn.plan_in_force",)
    assert not [entry for entry in both.entries if isinstance(entry, ClosePermit)]


def test_the_same_facts_give_the_same_step(world) -> None:
    at = world.instant(REMINDED)
    facts = world.facts(at)
    assert decide(world.case, [LedgerChanged()], facts, at) == decide(world.case, [LedgerChanged()], facts, at)
