"""The one message of thanks: when it leaves, what the case waits for, and whom nobody thanks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case import thanking
from domain.model.blocker import Blocker
from domain.model.case import Outcome, Stage
from domain.model.contact import FactKind, Party, PastFact, Purpose
from domain.model.duties import Reporting
from domain.model.entries import JudgePromise
from domain.model.events import Hold, NoticeNotSent, Withdraw
from domain.model.facts import PromisePaid, Reach, World
from domain.model.permits import RequestContact
from domain.model.promise import MakePromise
from domain.model.stops import StopInForce, StopKind
from domain.model.strategy import BureauTerms, Channel, Promises, Thanks
from domain.model.thanks import Reached, Thanked
from tests.domain.case.planned import GRACE_ENDS, with_a_plan

DUE, LATE, PAID_ON = date(2024, 5, 20), date(2024, 5, 22), date(2024, 5, 23)
SECTION = Thanks(after=tuple(Reached), channels=(Channel.SMS, Channel.EMAIL), within_days=3)
MOBILE, MAIL = Reach(address="c-1", channel=Channel.SMS), Reach(address="c-2", channel=Channel.EMAIL)


def thanking_world(new_world, section: Thanks | None = SECTION, **more: object):
    """A case that is two days late, of a customer with a mobile number."""
    made = new_world({"first": 5, "second": 15}, **more)
    made.strategy = made.strategy.model_copy(update={"thanks": section})
    made.about["reach"] = (MOBILE,)
    made.owe(DUE, "100")
    made.open(LATE)
    return made


@pytest.fixture
def world(new_world):
    return thanking_world(new_world)


def paid(world, clock: str = "12:00"):
    """All that is past due is paid, and the case hears of it."""
    world.pay(PAID_ON, d20240520="100")
    return world.ring(PAID_ON, clock=clock)


def test_the_thanks_leave_with_the_step_that_closes_the_case(world) -> None:
    step = paid(world)
    (command,) = step.commands
    assert (step.case.closure.outcome, step.case.closure.days_past_due) == (Outcome.CURED, 2)
    assert (command.key, command.step, command.notice) == ("a1/1/thanks", "thank-you", "thank-you")
    assert (command.channel, command.purpose, command.attempt) == (Channel.SMS, Purpose.SERVICE_NOTICE, 1)
    assert command.thanked == Thanked(reached=Reached.CURED)
    assert command.past_due.amount == 0
    assert command.summary == "Send thank-you by sms: cured"
    assert step.case.timeline[-2].text == "Thanks by sms: cured."


@pytest.mark.parametrize(
    ("section", "by_payment"),
    [(None, True), (SECTION.model_copy(update={"after": (Reached.PLAN_COMPLETED,)}), True), (SECTION, False)],
    ids=["no section", "another outcome", "cleared by status"],
)
def test_without_a_reason_nobody_is_thanked(new_world, section, by_payment) -> None:
    world = thanking_world(new_world, section)
    world.by_payment = by_payment
    step = paid(world)
    assert (step.commands, step.case.stage) == ((), Stage.CLOSED)


def test_a_withdrawn_case_thanks_nobody(world) -> None:
    step = world.ring(PAID_ON, Withdraw(id="w-1"))
    assert (step.commands, step.case.closure.outcome) == ((), Outcome.WITHDRAWN)


def test_who_owes_nothing_any_more_is_thanked_for_that(new_world) -> None:
    world = thanking_world(new_world, not_yet_due="0")
    (command,) = paid(world).commands
    assert command.thanked.reached is Reached.PAID_IN_FULL


def test_a_plan_that_was_kept_is_thanked_for(new_world) -> None:
    world = with_a_plan(new_world)
    world.strategy = world.strategy.model_copy(update={"thanks": SECTION})
    world.repay(GRACE_ENDS, 600)
    world.ring(GRACE_ENDS)
    assert [each.thanked.reached for each in world.thanked] == [Reached.PLAN_COMPLETED]
    assert world.case.closure.outcome is Outcome.PLAN_COMPLETED


@pytest.mark.parametrize(("clock", "day"), [("23:00", 24), ("03:00", 23), ("07:59", 23)])
def test_at_night_the_case_waits_for_the_morning_and_nothing_else(world, clock, day) -> None:
    step = paid(world, clock)
    morning = world.instant(date(2024, 5, day), "09:30")
    assert (step.commands, step.case.closure, step.case.arrears) == ((), None, None)
    assert step.case.wake_at == morning
    assert (step.case.parting.reached, step.case.parting.days_past_due) == (Reached.CURED, 2)
    assert step.case.next.what == f"thanks the customer on 2024-05-{day} at 09:30 and closes"
    assert step.case.ladder.to_come == ()
    world.sleep_until(morning)
    assert [each.key for each in world.thanked] == ["a1/1/thanks"]
    assert (world.case.closure.days_past_due, world.case.closure.closed_at) == (2, morning)


def test_the_wait_is_noted_once(world) -> None:
    paid(world, "23:00")
    world.ring(PAID_ON, clock="23:30")
    waits = [remark for remark in world.case.timeline if remark.text.startswith("Over: nothing is past due any more;")]
    assert len(waits) == 1


def test_what_falls_past_due_meanwhile_lets_the_case_go_on(world) -> None:
    payment = world.pay(PAID_ON, d20240520="100")
    world.ring(PAID_ON, clock="23:00")
    payment.taken_back_on = PAID_ON
    step = world.ring(PAID_ON, clock="23:30")
    assert (step.case.parting, step.case.closure) == (None, None)
    assert step.case.arrears.past_due.amount == 100
    world.end_of(date(2024, 6, 30))
    assert (world.thanked, [name for _, name in world.sent]) == ([], ["first", "second"])


def test_old_data_neither_thanks_nor_forgets_that_it_waited(world) -> None:
    paid(world, "23:00")
    world.about["fresh_until"] = world.instant(date(2024, 5, 20))
    step = world.ring(PAID_ON, clock="23:30")
    assert (step.case.parting.days_past_due, step.commands) == (2, ())


def told(kind: FactKind, world, party: Party = Party.DEBTOR) -> PastFact:
    return PastFact(world.instant(LATE, "10:00"), kind, channel=Channel.EMAIL, party=party)


def test_who_wants_no_messages_of_one_kind_is_thanked_on_none(world) -> None:
    world.said = (told(FactKind.OPT_OUT, world),)
    step = paid(world)
    assert (step.commands, step.case.stage) == ((), Stage.CLOSED)


@pytest.mark.parametrize("of", ["taken back", "guarantor"])
def test_an_opt_out_that_was_taken_back_or_is_somebody_elses_counts_for_nothing(world, of) -> None:
    back = (told(FactKind.OPT_OUT, world), told(FactKind.OPT_IN, world))
    world.said = back if of == "taken back" else (told(FactKind.OPT_OUT, world, Party.GUARANTOR),)
    assert len(paid(world).commands) == 1


def bars(world, how: str) -> None:
    if how == "no address":
        world.about["reach"] = ()
    if how == "another channel":
        world.about["reach"] = (Reach(address="c-3", channel=Channel.LETTER),)
    if how == "stop":
        world.about["stops"] = (StopInForce(stop_id="s-1", kind=StopKind.ALL),)
    if how == "hold of the rules":
        pack = world.rules.packs[0]
        closed = pack.holds[0].model_copy(update={"blocks": ("collect_contact", "service_notice"), "allows": ()})
        world.rules = world.rules.model_copy(update={"packs": (pack.model_copy(update={"holds": (closed,)}),)})
        world.said = (PastFact(world.instant(LATE), FactKind.HOLD, name="cease"),)
    if how == "hold that lets a service notice pass":
        world.said = (PastFact(world.instant(LATE), FactKind.HOLD, name="cease"),)
    if how == "hold that nobody knows":
        world.said = (PastFact(world.instant(LATE), FactKind.HOLD, name="novel"),)
    if how == "operator's hold":
        world.ring(LATE, Hold(id="h-1"))
    if how == "hold that is too long":
        world.ring(LATE, Hold(id="h-1", ends_on=PAID_ON + timedelta(days=4)))
    if how == "the end of the history":
        world.history = World(ends_on=PAID_ON)


@pytest.mark.parametrize(
    ("how", "clock"),
    [
        ("no address", "12:00"),
        ("another channel", "12:00"),
        ("stop", "12:00"),
        ("hold of the rules", "12:00"),
        ("hold that lets a service notice pass", "12:00"),
        ("hold that nobody knows", "12:00"),
        ("operator's hold", "12:00"),
        ("hold that is too long", "12:00"),
        ("the end of the history", "23:00"),
    ],
)
def test_what_no_clock_lifts_in_time_is_not_waited_for(world, how, clock) -> None:
    bars(world, how)
    step = paid(world, clock)
    assert (step.commands, step.case.stage, step.case.parting) == ((), Stage.CLOSED, None)


def test_a_hold_that_ends_in_time_is_waited_for(world) -> None:
    world.ring(LATE, Hold(id="h-1", ends_on=PAID_ON + timedelta(days=2)))
    assert paid(world).case.wake_at == world.instant(PAID_ON + timedelta(days=2), "09:30")


def test_the_case_never_waits_longer_than_the_strategy_says(new_world) -> None:
    world = thanking_world(new_world, SECTION.model_copy(update={"within_days": 0}))
    step = paid(world, "23:00")
    assert (step.commands, step.case.stage) == ((), Stage.CLOSED)


def test_a_stop_ends_the_wait(world) -> None:
    paid(world, "23:00")
    bars(world, "stop")
    step = world.ring(PAID_ON, clock="23:30")
    assert (step.commands, step.case.closure.days_past_due) == ((), 2)


def test_what_was_asked_for_before_is_not_asked_for_again(new_world) -> None:
    world = thanking_world(new_world)
    world.case = world.case.model_copy(update={"thanked": True})
    step = paid(world)
    assert (step.commands, step.case.stage) == ((), Stage.CLOSED)


def test_nobody_calls_who_only_waits_to_be_thanked(world) -> None:
    paid(world, "07:00")
    step = world.ring(PAID_ON, RequestContact(id="r-1", channel=Channel.CALL, minutes=5), clock="08:30")
    assert (step.answers[0].accepted, step.answers[0].refused_by) == (False, ("case.closed",))
    assert step.entries == ()


def test_a_promise_is_settled_when_the_debt_is_paid_and_not_in_the_morning(new_world, new_money) -> None:
    world = thanking_world(new_world)
    world.strategy = world.strategy.model_copy(update={"promises": Promises(horizon_days=10, most=2)})
    world.ring(LATE, MakePromise(id="p-1", amount=new_money("100"), due_on=date(2024, 5, 30)))
    world.about["promises_paid"] = (PromisePaid(promise_id="p-1", paid=new_money("100")),)
    step = paid(world, "23:00")
    assert [entry.kind for entry in step.entries if isinstance(entry, JudgePromise)] == ["judge_promise"]
    assert step.case.promise is None


def test_a_message_that_did_not_leave_changes_nothing(world) -> None:
    paid(world)
    event = NoticeNotSent(key="a1/1/thanks", step="thank-you", blocker=Blocker.PAST_DUE)
    step = world.step(world.instant(PAID_ON, "12:01"), event)
    assert (step.commands, step.case.stage) == ((), Stage.CLOSED)
    assert step.case.timeline[-1].text == "The notice thank-you did not leave, because something is past due again."


_NO_RULES = -1


@pytest.mark.parametrize(
    ("years", "told_years"),
    [([_NO_RULES], None), ([5], 5), ([5, _NO_RULES], 5), ([5, None], None), ([None, 7], 7), ([0], None)],
)
def test_for_how_long_a_record_is_kept_says_the_pack_on_top(world, years, told_years) -> None:
    (pack,) = world.rules.packs
    rules = [None if kept == _NO_RULES else Reporting(source="law", keep_years=kept) for kept in years]
    packs = [pack.model_copy(update={"reporting": rule}) for rule in rules]
    world.rules = world.rules.model_copy(update={"packs": tuple(packs)})
    (command,) = paid(world).commands
    assert command.thanked.record_years == told_years


@given(hour=st.integers(0, 23), minute=st.integers(0, 59), within=st.integers(0, 7))
def test_at_any_hour_the_case_closes_in_time_and_thanks_once_at_most(new_world, hour, minute, within) -> None:
    world = thanking_world(new_world, SECTION.model_copy(update={"within_days": within}))
    paid(world, f"{hour:02d}:{minute:02d}")
    world.end_of(PAID_ON + timedelta(days=within))
    assert world.case.closure is not None
    assert len(world.thanked) <= 1
    assert all(8 <= each.as_of.hour < 22 for each in world.thanked)


def test_every_reason_for_thanks_is_an_outcome() -> None:
    assert {each.value for each in Reached} <= {each.value for each in Outcome}
    assert thanking.THANK_YOU == "thank-you"


def test_what_follows_the_end_needs_texts_on_its_channels(world) -> None:
    told = BureauTerms(report_from_dpd=60, channels=(Channel.LETTER,))
    strategy = world.strategy.model_copy(update={"bureau": told})
    assert ("thank-you", (Channel.SMS, Channel.EMAIL)) in strategy.messages
    assert ("bureau-notice", (Channel.LETTER,)) in strategy.messages
    assert len(strategy.model_copy(update={"bureau": None, "thanks": None}).messages) == len(strategy.messages) - 2
