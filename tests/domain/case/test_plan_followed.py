"""A plan is followed: reminders, misses, the notice of a miss, the cure period, the break and the end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.case.decide import decide
from domain.model.blocker import Blocker
from domain.model.case import Outcome, Stage
from domain.model.contact import FactKind, PastFact
from domain.model.entries import AddTask, ClosePermit, GivePermit, HoldPerson, KeepPlanStep, TellPerson
from domain.model.events import AdjustmentAnswered, LedgerChanged, NoticeNotSent, Withdraw
from domain.model.facts import MessageState, Reach
from domain.model.permits import RequestContact
from domain.model.plan_requests import TellMiss
from domain.model.repayment import PLAN_REMINDER, PLAN_REPAIR, Mark, MinimumDue, PlanCovers, PlanStatus
from domain.model.stops import StopInForce, StopKind
from domain.model.strategy import Channel
from tests.domain.case.planned import FIRST, SECOND, SIGNED, TERMS, agree, under_rules

REMINDED, GRACE_ENDS, NOTICE_ON, CURE_ENDS = date(2026, 6, 13), date(2026, 6, 18), date(2026, 6, 19), date(2026, 6, 26)
"""A Saturday two days before the first instalment; Thursday; Friday; the Friday after."""
KEY = "a1/1/plan/1"


@pytest.fixture
def world(new_world):
    """Three instalments of 200 are agreed for all that is owed, of which 200 are past due."""
    made = new_world({"first": 5, "second": 12, "third": 40}, not_yet_due="400")
    made.strategy = made.strategy.model_copy(update={"plans": TERMS})
    made.rules = under_rules(made.rules)
    made.owe(date(2026, 5, 25), 200)
    made.about["reach"] = (Reach(address="C-1", channel=Channel.SMS), Reach(address="C-2", channel=Channel.FILE))
    made.open(date(2026, 6, 1))
    made.ring(SIGNED, agree())
    made.ring(SIGNED, clock="13:00")
    return made


def told(world) -> list[tuple[str, date, str]]:
    return [(each.step, each.as_of.date(), str(each.planned.amount)) for each in world.reminded]


def status(world) -> PlanStatus:
    return world.case.plan.status


def tasks(world) -> list[str]:
    return [entry.task for step in world.steps for entry in step.entries if isinstance(entry, AddTask)]


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


def test_a_miss_is_told_once_and_can_be_made_good(world) -> None:
    world.end_of(NOTICE_ON)
    assert told(world)[-1] == (PLAN_REPAIR, NOTICE_ON, "200.00 EUR")
    assert world.reminded[-1].key == f"{KEY}/plan-repair/2026-06-15/0/1"
    assert world.reminded[-1].planned.until == CURE_ENDS
    world.ring(date(2026, 6, 22))
    assert world.case.plan.cure_ends_on == CURE_ENDS
    assert world.case.next.what == "waits until 2026-06-26 for a missed instalment"
    world.repay(CURE_ENDS, 200)
    world.ring(CURE_ENDS)
    assert (status(world), world.case.plan.cure_ends_on) == (PlanStatus.PERFORMING, None)
    assert sum(step == PLAN_REPAIR for step, _, _ in told(world)) == 1


def test_it_is_broken_when_the_cure_period_is_over_and_the_ladder_goes_on_on_the_next_business_day(world) -> None:
    world.end_of(CURE_ENDS)
    assert status(world) is PlanStatus.MISSED
    world.end_of(date(2026, 6, 27))
    assert (status(world), world.case.stage) == (PlanStatus.BROKEN, Stage.REMINDING)
    step = next(s for s in reversed(world.steps) if any(isinstance(e, KeepPlanStep) for e in s.entries))
    assert [entry.kind for entry in step.entries] == ["keep_plan_step", "tell_person", "ask_adjustment"]
    assert world.case.plan.resumes_on == date(2026, 6, 29)
    world.end_of(date(2026, 6, 29))
    assert world.sent[-1] == (date(2026, 6, 29), "second")
    assert world.case.arrears.days_past_due == 35


def test_after_a_break_there_may_be_another_plan_with_a_hold_of_its_own(world) -> None:
    world.end_of(date(2026, 6, 27))
    step = world.ring(date(2026, 6, 28), agree("plan-2", instalments=6, first_on=date(2026, 7, 10)))
    assert (step.case.plan.no, step.case.plan.version, step.case.plans_agreed) == (2, 1, 2)
    held = [entry.fact_id for entry in step.entries if isinstance(entry, HoldPerson)]
    assert held == ["a1/1/plan_in_force/2.1"]
    world.adjusted = {key: each for key, each in world.adjusted.items() if "/plan/2/" in key}
    world.planned.clear()
    world.ring(date(2026, 6, 28), clock="13:00")
    assert status(world) is PlanStatus.PERFORMING
    world.end_of(date(2026, 7, 9))
    assert [name for _, name in world.sent] == ["first"]


def test_late_money_mends_nothing_but_money_posted_late_does(world) -> None:
    world.end_of(date(2026, 6, 27))
    world.repay(date(2026, 6, 28), 200)
    world.ring(date(2026, 6, 28))
    assert status(world) is PlanStatus.BROKEN
    world.repay(CURE_ENDS, 200, posted_on=date(2026, 6, 29))
    step = world.ring(date(2026, 6, 29), clock="08:30")
    assert (status(world), world.case.stage) == (PlanStatus.PERFORMING, Stage.PLANNING)
    held = [entry for entry in step.entries if isinstance(entry, HoldPerson)]
    assert (len(held), world.case.plan.resumes_on) == (1, None)
    assert held[0].fact_id != world.steps[1].entries[-1].fact_id


def test_a_returned_payment_reveals_a_miss_and_a_new_notice_begins_its_cure(world) -> None:
    bounced = world.repay(FIRST, 200)
    world.ring(FIRST)
    world.end_of(date(2026, 6, 23))
    bounced.taken_back_on = date(2026, 6, 24)
    world.ring(date(2026, 6, 24))
    assert status(world) is PlanStatus.MISSED
    assert told(world)[-1] == (PLAN_REPAIR, date(2026, 6, 24), "200.00 EUR")
    assert world.reminded[-1].key == f"{KEY}/plan-repair/2026-06-15/1/1"
    world.end_of(date(2026, 7, 1))
    assert status(world) is PlanStatus.MISSED
    world.end_of(date(2026, 7, 2))
    assert status(world) is PlanStatus.BROKEN


def test_what_a_return_reveals_heals_no_broken_plan(world) -> None:
    paid = world.repay(date(2026, 6, 20), 10)
    world.end_of(date(2026, 6, 27))
    assert status(world) is PlanStatus.BROKEN
    paid.taken_back_on = date(2026, 6, 28)
    world.ring(date(2026, 6, 28))
    assert status(world) is PlanStatus.BROKEN


# --- telling of a miss, though a channel fails


def test_a_notice_that_did_not_leave_is_tried_on_the_next_day_and_then_by_a_person(world) -> None:
    for attempt in (1, 2, 3):
        world.fates[f"{KEY}/plan-repair/2026-06-15/0/{attempt}"] = MessageState.FAILED
    world.end_of(date(2026, 6, 22))
    repairs = [each for each in world.reminded if each.step == PLAN_REPAIR]
    assert [(each.attempt, each.as_of.date()) for each in repairs] == [
        (1, date(2026, 6, 19)),
        (2, date(2026, 6, 20)),
        (3, date(2026, 6, 21)),
    ]
    assert tasks(world) == ["repair_notice"]
    assert world.case.next.what == "waits for a person to tell the customer"
    world.end_of(date(2026, 7, 20))
    assert status(world) is PlanStatus.MISSED


def test_a_person_tells_of_the_miss_and_the_cure_period_counts_from_that_day(world) -> None:
    for attempt in (1, 2, 3):
        world.fates[f"{KEY}/plan-repair/2026-06-15/0/{attempt}"] = MessageState.FAILED
    world.end_of(date(2026, 6, 22))

    def told(message_id, on=None):
        asked = TellMiss(id=message_id, plan_id="plan-1", on=on, reference="LET-9", by="op-3")
        step = world.ring(date(2026, 6, 24), asked, clock=f"1{message_id[-1]}:00")
        return step.answers[-1].text

    assert told("t-1", date(2026, 6, 18)) == (
        "the customer would have been told on 2026-06-18: give a day from 2026-06-19 to 2026-06-24"
    )
    assert told("t-2", date(2026, 6, 23)) == "the cure period of the plan plan-1 counts from 2026-06-23"
    kept = next(entry for entry in world.steps[-1].entries if isinstance(entry, KeepPlanStep))
    assert (kept.told_on, kept.reference, kept.by) == (date(2026, 6, 23), "LET-9", "op-3")
    assert told("t-3") == "the customer was told before: it can be made good until 2026-06-30"
    world.end_of(date(2026, 6, 30))
    assert status(world) is PlanStatus.MISSED
    world.end_of(date(2026, 7, 1))
    assert status(world) is PlanStatus.BROKEN


def test_what_a_person_told_before_a_return_begins_no_cure_after_it(world) -> None:
    for attempt in (1, 2, 3):
        world.fates[f"{KEY}/plan-repair/2026-06-15/0/{attempt}"] = MessageState.FAILED
    world.end_of(date(2026, 6, 22))
    world.ring(date(2026, 6, 22), TellMiss(id="t-1", plan_id="plan-1", reference="LET-9"), clock="12:00")
    part = world.repay(date(2026, 6, 23), 10)
    world.ring(date(2026, 6, 23))
    part.taken_back_on = date(2026, 6, 24)
    world.ring(date(2026, 6, 24))
    assert (status(world), world.case.plan.cure_ends_on) == (PlanStatus.MISSED, None)


def test_of_nothing_missed_nobody_is_told(world) -> None:
    step = world.ring(date(2026, 6, 3), TellMiss(id="t-1", plan_id="plan-1", reference="LET-9"))
    assert step.answers[-1].text == "nothing is missed under the plan plan-1 that the customer could be told of"


def test_nobody_knows_whether_it_left_so_a_person_looks(world) -> None:
    world.fates[f"{KEY}/plan-repair/2026-06-15/0/1"] = MessageState.UNKNOWN
    world.end_of(date(2026, 6, 20))
    assert "repair_notice" in tasks(world)


def test_one_that_is_on_its_way_is_asked_for_under_the_same_key(world) -> None:
    world.fates[f"{KEY}/plan-repair/2026-06-15/0/1"] = MessageState.SENDING
    world.end_of(date(2026, 6, 20))
    assert {each.key for each in world.reminded if each.step == PLAN_REPAIR} == {f"{KEY}/plan-repair/2026-06-15/0/1"}


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


# --- a plan for the arrears


@pytest.fixture
def arrears(world, new_money):
    world.minimums = (MinimumDue(due_on=date(2026, 6, 25), amount=new_money(30)),)
    world.ring(SIGNED, agree("plan-2", covers=PlanCovers.ARREARS, instalments=2, replaces="plan-1"), clock="15:00")
    world.ring(SIGNED, clock="16:00")
    return world


def test_missing_a_current_minimum_payment_breaks_a_plan_for_the_arrears(arrears) -> None:
    arrears.repay(FIRST, 100)
    arrears.ring(FIRST)
    assert arrears.case.next.what == "waits for the 30.00 EUR due on 2026-06-25"
    arrears.end_of(date(2026, 6, 30))
    assert (status(arrears), arrears.reminded[-1].planned.no) == (PlanStatus.MISSED, 0)
    arrears.end_of(date(2026, 7, 9))
    assert status(arrears) is PlanStatus.BROKEN


def test_a_completed_plan_for_the_arrears_closes_the_case_when_nothing_else_is_past_due(arrears) -> None:
    arrears.repay(FIRST, 230)
    arrears.pay(FIRST, d20260525="200")
    arrears.ring(FIRST)
    assert (status(arrears), arrears.case.closure.outcome) == (PlanStatus.COMPLETED, Outcome.PLAN_COMPLETED)


def test_while_something_else_is_past_due_the_ladder_goes_on_after_it(arrears) -> None:
    arrears.owe(date(2026, 6, 10), 40)
    arrears.repay(FIRST, 230)
    arrears.ring(FIRST)
    assert (status(arrears), arrears.case.stage, arrears.case.closure) == (PlanStatus.COMPLETED, Stage.REMINDING, None)


def test_what_may_be_missed_alone_waits_for_nothing_more(new_world) -> None:
    made = new_world({"first": 5}, not_yet_due="0")
    made.strategy = made.strategy.model_copy(update={"plans": TERMS})
    made.rules = under_rules(made.rules, broken_by={"missed_instalments": 2, "grace_days": 3, "cure_days": 7})
    made.owe(date(2026, 5, 25), 200)
    made.open(date(2026, 6, 1))
    made.ring(SIGNED, agree(instalments=1))
    made.ring(SIGNED, clock="13:00")
    made.end_of(date(2026, 7, 20))
    assert status(made) is PlanStatus.PERFORMING
    assert made.case.next.what == "waits for the 200.00 EUR due on 2026-06-15"


# --- what else happens meanwhile


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
