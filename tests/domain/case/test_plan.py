"""A repayment plan: when it is agreed, and what keeps it from being."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from domain.model.ability import Share
from domain.model.adjustments import AdjustmentKind, AdjustmentState
from domain.model.case import Stage
from domain.model.contact import FactKind
from domain.model.disputes import OpenDispute
from domain.model.entries import (
    AddTask,
    AskAdjustment,
    GivePromise,
    HoldPerson,
    JudgePromise,
    KeepPlan,
    KeepPlanStep,
    TellPerson,
)
from domain.model.events import AdjustmentAnswered
from domain.model.plan_requests import AcceptedHow, EndPlan
from domain.model.promise import MakePromise, PromiseState
from domain.model.repayment import KnownAbility, PlanCovers, PlanStatus
from domain.model.strategy import Channel, Promises
from tests.domain.case.planned import FIRST, RULE, SIGNED, TERMS, agree, under_rules


@pytest.fixture
def world(new_world):
    """A case of which the first notice has left; 200 are past due and 600 owed in all."""
    made = new_world({"first": 5, "second": 12}, not_yet_due="400")
    made.strategy = made.strategy.model_copy(update={"plans": TERMS})
    made.rules = under_rules(made.rules)
    made.owe(date(2026, 5, 25), 200)
    made.open(date(2026, 6, 1))
    return made


def answer(world):
    return world.steps[-1].answers[-1]


def kinds(step) -> list[str]:
    return [entry.kind for entry in step.entries]


def test_a_plan_is_agreed_kept_and_asked_of_the_card_system(world) -> None:
    step = world.ring(SIGNED, agree())
    assert answer(world).text == (
        "3 instalments of 200.00 EUR, from 2026-06-15 until 2026-08-15, 600.00 EUR in all, repay all that is owed; "
        "the plan plan-1 is agreed, and in force once the bank's card system has confirmed it"
    )
    assert kinds(step) == ["keep_plan", *["ask_adjustment"] * 3, "keep_plan_step", "hold_person"]
    kept = next(entry for entry in step.entries if isinstance(entry, KeepPlan))
    assert [each.due_on for each in kept.instalments] == [FIRST, date(2026, 7, 15), date(2026, 8, 15)]
    (command,) = step.commands
    assert command.summary == "Ask the card system: reschedule of 600.00 EUR, block, rate to 0 %"
    assert (step.case.stage, step.case.plan.status, step.case.plans_agreed) == (Stage.REMINDING, PlanStatus.AGREED, 1)
    assert (step.attributes, step.case.wake_at) == (None, None)
    assert step.case.next.what == "waits for the bank's card system"


def test_from_its_signing_on_the_hold_of_the_rules_lies_on_the_customer(world) -> None:
    step = world.ring(SIGNED, agree())
    hold = next(entry for entry in step.entries if isinstance(entry, HoldPerson))
    assert (hold.hold, hold.debts, hold.fact.kind) == ("plan_in_force", ("a1",), FactKind.HOLD)
    world.end_of(date(2026, 6, 12))
    assert [name for _, name in world.sent] == ["first"]


def test_it_is_in_force_once_everything_is_confirmed(world) -> None:
    world.ring(SIGNED, agree())
    step = world.ring(SIGNED, clock="13:00")
    assert (step.case.plan.status, step.attributes.plan_status) == (PlanStatus.PERFORMING, PlanStatus.PERFORMING)
    assert step.case.next.what == "waits for the 200.00 EUR due on 2026-06-15"
    assert kinds(step) == ["keep_plan_step"]


def test_a_refusal_of_the_card_system_ends_it_and_the_ladder_goes_on(world) -> None:
    world.cards[AdjustmentKind.BLOCK] = AdjustmentState.REFUSED
    world.ring(SIGNED, agree())
    step = world.ring(SIGNED, clock="13:00")
    assert (step.case.plan.status, step.case.stage) == (PlanStatus.VOID, Stage.REMINDING)
    assert kinds(step) == ["keep_plan_step", "tell_person", "ask_adjustment"]
    assert step.case.plan.resumes_on == date(2026, 6, 3)
    world.end_of(date(2026, 6, 8))
    assert [name for _, name in world.sent] == ["first", "second"]


def test_a_card_system_that_is_silent_is_a_task_and_nobody_is_asked_for_money(world) -> None:
    world.cards = dict.fromkeys(AdjustmentKind, AdjustmentState.ASKED)
    world.ring(SIGNED, agree())
    world.ring(SIGNED, AdjustmentAnswered(key="a1/1/plan/1/block/1"), clock="12:01")
    world.end_of(date(2026, 6, 5))
    assert not [entry for step in world.steps for entry in step.entries if isinstance(entry, AddTask)]
    world.end_of(date(2026, 6, 6))
    tasks = [entry for entry in world.steps[-1].entries if isinstance(entry, AddTask)]
    assert [(task.task, task.task_id) for task in tasks] == [("adjustment_silent", "adjustment_silent/a1/1/plan/1/1")]
    assert [name for _, name in world.sent] == ["first"]


def test_what_the_card_system_may_not_have_is_asked_for_again(world) -> None:
    world.cards = dict.fromkeys(AdjustmentKind, AdjustmentState.WANTED)
    first = world.ring(SIGNED, agree())
    again = world.ring(SIGNED, clock="13:00")
    assert [command.key for command in again.commands] == [command.key for command in first.commands]
    assert again.case.wake_at is None
    world.cards = dict.fromkeys(AdjustmentKind, AdjustmentState.ASKED)
    world.ring(SIGNED, clock="14:00")
    assert world.ring(SIGNED, clock="15:00").commands == ()


def test_a_plan_for_the_arrears_repays_what_is_past_due(world) -> None:
    step = world.ring(SIGNED, agree(covers=PlanCovers.ARREARS, instalments=2))
    assert "2 instalments of 100.00 EUR" in answer(world).text
    assert "repay what is past due" in answer(world).text
    assert [each.kind for command in step.commands for each in command.adjustments] == [AdjustmentKind.RESCHEDULE]


def test_one_instalment_is_one_instalment(world) -> None:
    world.ring(SIGNED, agree(instalments=1))
    assert answer(world).text.startswith("one instalment of 600.00 EUR, on 2026-06-15, 600.00 EUR in all")


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"first_on": date(2026, 6, 1)}, "the first instalment would be due on 2026-06-01, before today (2026-06-02)"),
        ({"first_on": date(2026, 7, 18)}, "the first instalment on 2026-07-18 is too far away: the last possible day"),
        ({"accepted_on": date(2026, 6, 3)}, "it would have been accepted on 2026-06-03: give a day from 2026-05-02 to"),
        ({"accepted_on": date(2026, 5, 1)}, "it would have been accepted on 2026-05-01: give a day from 2026-05-02 to"),
        ({"instalments": 61}, "at most 60 months from signing, until 2031-06-02; the last instalment is due on"),
        ({"replaces": "plan-0"}, "no plan plan-0 runs on this case: leave replaces out"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_the_reason(world, asked, why) -> None:
    step = world.ring(SIGNED, agree(**asked))
    assert not answer(world).accepted
    assert answer(world).text.startswith(why)
    assert (step.case.plan, step.case.plans_agreed, step.entries, step.commands) == (None, 0, (), ())


def test_money_of_another_currency_and_instalments_of_nothing_are_refused(world, new_money) -> None:
    world.ring(SIGNED, agree(fees=new_money(5, "USD")))
    assert answer(world).text == "fees are in USD, the account in EUR"
    world.ring(SIGNED, agree("plan-2", unit=new_money(5, "USD")), clock="13:00")
    assert answer(world).text == "unit are in USD, the account in EUR"
    world.ring(SIGNED, agree("plan-3", unit=new_money(500)), clock="14:00")
    assert answer(world).text.startswith("600.00 EUR in 3 instalments: less than 500.00 EUR each")


def test_fees_and_unit_are_those_of_the_agreement(world, new_money) -> None:
    world.ring(SIGNED, agree(fees=new_money(9), unit=new_money(10), instalments=7))
    assert answer(world).text.startswith("7 instalments of 80.00 EUR, the last one of 129.00 EUR")


def test_a_strategy_without_the_section_agrees_on_no_plan(world) -> None:
    world.strategy = world.strategy.model_copy(update={"plans": None})
    world.ring(SIGNED, agree())
    assert answer(world).text == "the strategy test v1 agrees on no plans"


def test_old_data_agrees_on_no_plan(world) -> None:
    world.about["fresh_until"] = world.instant(date(2026, 5, 30))
    world.ring(SIGNED, agree())
    assert answer(world).text.startswith("the bank's data is older than the strategy allows")


def test_nothing_past_due_is_nothing_to_repay(new_world) -> None:
    early = new_world({"first": 5}, grace=10)
    early.strategy = early.strategy.model_copy(update={"plans": TERMS})
    early.owe(date(2026, 5, 25), 200)
    early.open(date(2026, 6, 1), stage="waiting")
    early.ring(SIGNED, agree())
    assert answer(early).text == "nothing is past due on this account: there is nothing to repay by a plan"


def test_a_closed_case_agrees_on_no_plan(world) -> None:
    world.pay(SIGNED, d20260525="200")
    world.ring(SIGNED)
    world.step(world.instant(SIGNED, "13:00"), agree())
    assert answer(world).text == "this case is closed: cured"


def test_one_plan_at_a_time_and_no_promise_beside_it(world, new_money) -> None:
    world.strategy = world.strategy.model_copy(update={"promises": Promises(horizon_days=30, most=1)})
    world.ring(SIGNED, agree())
    world.ring(SIGNED, agree("plan-2"), clock="13:00")
    assert answer(world).text == "the plan plan-1 runs already: to change it name it as replaces"
    world.ring(SIGNED, MakePromise(id="p-1", amount=new_money(10), due_on=FIRST), clock="14:00")
    assert answer(world).text == "the plan plan-1 runs: what it asks for is promised already"


def test_a_plan_takes_the_place_of_a_promise_which_is_not_judged(world, new_money) -> None:
    world.strategy = world.strategy.model_copy(update={"promises": Promises(horizon_days=30, most=1)})
    world.ring(SIGNED, MakePromise(id="p-1", amount=new_money(10), due_on=FIRST))
    assert isinstance(world.steps[-1].entries[0], GivePromise)
    step = world.ring(SIGNED, agree(), clock="13:00")
    judged = next(entry.judged for entry in step.entries if isinstance(entry, JudgePromise))
    assert (judged.state, step.case.promise) == (PromiseState.REPLACED, None)
    world.end_of(date(2026, 6, 20))
    assert (world.case.promise_judged.state, world.case.promises_broken) == (PromiseState.REPLACED, 0)


def test_as_many_plans_as_the_strategy_allows(world) -> None:
    for number in (1, 2):
        world.ring(SIGNED, agree(f"plan-{number}"), clock=f"1{number}:00")
        world.ring(SIGNED, EndPlan(id=f"end-{number}", plan_id=f"plan-{number}"), clock=f"1{number}:30")
        assert world.case.plan.no == number
    world.ring(SIGNED, agree("plan-3"), clock="15:00")
    assert answer(world).text == "2 plans were agreed in this episode already, as many as the strategy allows"
    world.strategy = world.strategy.model_copy(update={"plans": TERMS.model_copy(update={"most": 1})})
    world.ring(SIGNED, agree("plan-4"), clock="16:00")
    assert answer(world).text.startswith("one plan was agreed")


def test_the_rules_may_allow_fewer_in_some_months(world, new_rules) -> None:
    world.rules = under_rules(new_rules(), max_plans={"n": 2, "per_months": 12})
    world.about["plans_signed"] = (date(2025, 9, 1), date(2026, 1, 5))
    world.ring(SIGNED, agree())
    assert answer(world).text == "the rules allow 2 plans in 12 months: the next one from 2026-09-01 on"
    world.about["plans_signed"] = (date(2025, 6, 2), date(2026, 1, 5))
    world.ring(SIGNED, agree("plan-2"), clock="13:00")
    assert answer(world).accepted


def test_while_something_is_disputed_no_plan_asks_for_it(world) -> None:
    disputed = OpenDispute(
        id="d-1", contact_id="d-1", told_at=world.instant(SIGNED), since=SIGNED, resolve_by=FIRST, reports=("1",)
    )
    world.case = world.case.model_copy(update={"disputes": (disputed,)})
    world.ring(SIGNED, agree())
    assert answer(world).text == (
        "d-1 is disputed: a plan would ask for it, so agree on one once it is resolved and corrected"
    )


def test_an_end_by_agreement_lets_collection_go_on(world) -> None:
    world.ring(SIGNED, agree())
    step = world.ring(SIGNED, EndPlan(id="end-1", plan_id="plan-1", by="op-2"), clock="13:00")
    assert answer(world).text == "the plan plan-1 is ended: collection goes on from 2026-06-03 on"
    over = next(entry for entry in step.entries if isinstance(entry, TellPerson))
    ended = next(entry for entry in step.entries if isinstance(entry, KeepPlanStep))
    restored = next(entry for entry in step.entries if isinstance(entry, AskAdjustment))
    assert (over.event, ended.by, restored.adjustment.kind) == ("plan_cancelled", "op-2", AdjustmentKind.RESTORE)
    assert step.case.stage is Stage.REMINDING
    world.ring(SIGNED, EndPlan(id="end-2", plan_id="plan-1"), clock="14:00")
    assert answer(world).text == "no plan plan-1 runs on this case"


# --- what the law asks for (China: Measures art. 70)

ART_70 = {"required_terms": ["schedule", "rights_and_breach"], "needs": ["ability_report", "willingness"]}


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({}, "the agreement must state schedule, rights_and_breach: give them as terms"),
        ({"terms": ("schedule",)}, "the agreement must state rights_and_breach: give them as terms"),
        ({"terms": ("schedule", "rights_and_breach")}, "it must be known what the customer can pay: give the ability"),
        (
            {"terms": ("schedule", "rights_and_breach"), "ability_report": "rep-1"},
            "the customer must have said that they want to repay by it: give willing",
        ),
    ],
)
def test_what_the_rules_ask_for_must_be_there(world, new_rules, asked, why) -> None:
    world.rules = under_rules(new_rules(), **ART_70)
    world.ring(SIGNED, agree(**asked))
    assert answer(world).text.startswith(why)


def test_an_oral_agreement_needs_rules_that_know_it(world, new_rules) -> None:
    world.ring(SIGNED, agree(accepted=AcceptedHow.RECORDED_CALL))
    assert answer(world).accepted
    other = {**RULE, "oral_ok_if_recorded": {"allowed": False}}
    world.rules = under_rules(new_rules(), **other)
    world.ring(SIGNED, agree("plan-2", accepted=AcceptedHow.RECORDED_CALL, replaces="plan-1"), clock="13:00")
    assert answer(world).text.startswith("a plan is not agreed orally by these rules")


def test_rules_without_a_word_on_plans_leave_the_banks_own(world, new_rules) -> None:
    world.rules = new_rules()
    step = world.ring(SIGNED, agree(instalments=90))
    assert answer(world).accepted
    assert "hold_person" not in kinds(step)


# --- what the customer can pay


def can_pay(world, amount, account_id="a1") -> None:
    money = world.case.balance.model_copy(update={"amount": Decimal(amount)})
    share = Share(account_id=account_id, balance=world.case.balance, monthly=money)
    world.about["ability"] = KnownAbility(report_id="rep-1", on=SIGNED, shares=(share,))


@pytest.mark.parametrize(
    ("most", "asked", "why"),
    [
        ("200.00", {}, None),
        ("199.99", {}, "200.00 EUR a month is more than the customer can pay, 199.99 EUR: it needs approved_by"),
        ("199.99", {"approved_by": "op-1"}, "op-1 cannot approve what op-1 agreed to: somebody else must"),
        ("199.99", {"approved_by": "lead-1"}, None),
        ("500.00", {"rhythm": "fortnight"}, None),
        ("433.33", {"rhythm": "fortnight"}, "433.34 EUR a month is more than the customer can pay"),
        ("66.67", {"rhythm": "quarter"}, None),
        ("200.00", {"ability_report": "rep-1"}, None),
        ("200.00", {"ability_report": "rep-0"}, "rep-0 is not the newest ability report of the customer: the newest"),
    ],
)
def test_nobody_pays_more_than_they_can_without_an_approval(world, most, asked, why) -> None:
    can_pay(world, most)
    world.ring(SIGNED, agree(**asked))
    assert answer(world).accepted is (why is None), answer(world).text
    assert why is None or answer(world).text.startswith(why)


def test_a_report_that_is_not_there_carries_no_plan(world) -> None:
    world.ring(SIGNED, agree(ability_report="rep-1"))
    assert answer(world).text == "rep-1 is not the newest ability report of the customer: there is none"


def test_a_report_that_is_older_than_the_account_carries_no_plan_and_bounds_none(world) -> None:
    can_pay(world, "1.00", "another")
    world.ring(SIGNED, agree(ability_report="rep-1"))
    assert answer(world).text == "rep-1 does not know this account: take the customer's statement anew"
    world.ring(SIGNED, agree("plan-2"), clock="16:00")
    assert answer(world).accepted


def test_the_last_instalment_counts_too_which_takes_up_what_was_rounded_off(world, new_money) -> None:
    can_pay(world, "119.99")
    world.ring(SIGNED, agree(instalments=7, unit=new_money(10)))
    assert answer(world).text.startswith("120.00 EUR a month is more than the customer can pay")
    can_pay(world, "120.00")
    world.ring(SIGNED, agree("plan-2", instalments=7, unit=new_money(10)), clock="13:00")
    assert answer(world).accepted


# --- how old the debt is


def test_the_account_keeps_its_class_for_the_months_that_the_rules_watch_it(new_world, new_rules) -> None:
    made = new_world({"first": 5}, not_yet_due="400")
    made.strategy = made.strategy.model_copy(update={"plans": TERMS})
    made.rules = under_rules(new_rules(buckets=(("watch", 1), ("special", 60))), observation_months=2)
    made.owe(date(2026, 3, 25), 100)
    made.owe(date(2026, 5, 25), 100)
    made.open(date(2026, 6, 1))
    made.ring(SIGNED, agree(instalments=6))
    assert (made.case.plan.floor, made.case.plan.observed_until) == ("special", date(2026, 8, 2))
    assert made.case.arrears.days_past_due == 69
    made.pay(FIRST, d20260325="100")
    made.repay(FIRST, 100)
    made.ring(FIRST)
    assert (made.case.arrears.days_past_due, made.case.arrears.bucket) == (21, "special")
    made.repay(date(2026, 7, 15), 100)
    made.ring(date(2026, 7, 15))
    made.owe(date(2026, 7, 25), 50)
    made.pay(date(2026, 7, 28), d20260525="100")
    made.ring(date(2026, 8, 1))
    assert (made.case.arrears.days_past_due, made.case.arrears.bucket) == (7, "special")
    made.ring(date(2026, 8, 2))
    assert (made.case.arrears.days_past_due, made.case.arrears.bucket) == (8, "watch")


def test_without_a_rule_to_watch_it_the_class_follows_the_days(world) -> None:
    world.ring(SIGNED, agree())
    assert (world.case.plan.floor, world.case.plan.observed_until) == (None, None)


def test_messages_of_a_plan_are_no_steps_of_a_ladder(new_strategy) -> None:
    with pytest.raises(ValueError, match="plan-reminder is no step of a ladder"):
        new_strategy({"plan-reminder": 5})


def test_its_messages_need_texts_on_its_channels(new_strategy) -> None:
    strategy = new_strategy({"first": 5}).model_copy(update={"plans": TERMS})
    assert ("plan-repair", (Channel.SMS, Channel.FILE)) in strategy.messages
