"""A re-age ends the case once the card system has done it and the ledger shows it; what is returned undoes it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest

from domain.model.adjustments import Adjust, AdjustmentKind, AdjustmentState
from domain.model.bureau import KnownReport, ReportKind, ReportState, ReportStatus
from domain.model.case import Outcome, Stage
from domain.model.entries import AddTask, AskAdjustment, CloseTask
from domain.model.events import LedgerChanged, Withdraw
from domain.model.facts import Reach
from domain.model.negotiation import Approve
from domain.model.re_age import AskReAge, ReAgeState
from domain.model.repayment import MinimumDue, PlanCovers, PlanStatus
from domain.model.strategy import BureauTerms, Channel, Thanks
from domain.model.thanks import Reached
from tests.domain.case.planned import TERMS, agree
from tests.domain.case.re_aged import (
    DUE,
    KEY,
    PAID,
    TODAY,
    Office,
    agreed,
    approve,
    ask,
    kept,
    office,
    state,
)
from tests.domain.tiny_world import money

LAST_DAY = TODAY + timedelta(days=14)


# --- done by the card system


def test_only_once_confirmed_and_seen_the_case_ends_and_not_as_cured() -> None:
    world = agreed()
    assert world.case.next.what == "waits for the bank's card system to re-age the account"
    world.answers(AdjustmentState.CONFIRMED)
    world.ring(TODAY, clock="17:00")
    assert (state(world), world.case.closure) == (ReAgeState.APPROVED, None), "the ledger does not show it"
    assert world.case.next.what == "waits until the ledger shows the re-age"
    world.not_yet_due = "1400"
    world.obligations.clear()
    world.ring(TODAY + timedelta(days=1))
    closure = world.case.closure
    assert (closure.outcome, closure.days_past_due) == (Outcome.RE_AGED, (TODAY - DUE[3]).days)
    assert world.case.re_age.state is ReAgeState.CONFIRMED
    assert world.case.next.why == "the case is closed: the account was brought current without the arrears being paid"
    assert world.case.re_age.stands.startswith(f"is in force since {TODAY + timedelta(days=1)}")


def test_it_is_no_cure_though_money_came_and_nobody_is_thanked() -> None:
    """Who pays all by themselves is thanked in the same world."""
    for by_re_age in (True, False):
        world = office()
        thanks = Thanks(after=tuple(Reached), channels=(Channel.EMAIL,))
        world.strategy = world.strategy.model_copy(update={"thanks": thanks})
        world.about["reach"] = (Reach(address="c-1", channel=Channel.EMAIL),)
        if by_re_age:
            ask(world)
            approve(world)
            world.ring(TODAY, clock="16:00")
            assert (world.case.closure.outcome, world.thanked) == (Outcome.RE_AGED, [])
            assert world.case.balance == money(1400)
        else:
            world.give(TODAY, 400)
            world.ring(TODAY, clock="16:00")
            assert (world.case.closure.outcome, len(world.thanked)) == (Outcome.CURED, 1)


def test_a_bureau_is_told_that_it_is_current_and_not_that_it_was_cured() -> None:
    world = office()
    world.strategy = world.strategy.model_copy(update={"bureau": BureauTerms(report_from_dpd=1, notice_days=1)})
    ask(world)
    negative = _reported(world)
    world.reports[negative.report.key] = negative
    approve(world)
    world.ring(TODAY, clock="16:00")
    told = [each.report for each in world.reports.values()][-1]
    assert (told.kind, told.status) == (ReportKind.UPDATE, ReportStatus.CURRENT)


def _reported(world: Office) -> KnownReport:
    from domain.model.bureau import BureauReport

    arrears = world.case.arrears
    report = BureauReport(
        key="a1/1/bureau/negative/1",
        kind=ReportKind.NEGATIVE,
        status=ReportStatus.PAST_DUE,
        past_due=arrears.past_due,
        oldest_due_on=arrears.oldest_due_on,
        days_past_due=arrears.days_past_due,
    )
    return KnownReport(report=report, state=ReportState.CONFIRMED, wanted_on=TODAY)


def test_when_nothing_is_owed_any_more_it_is_paid_in_full() -> None:
    world = agreed()
    world.answers(AdjustmentState.CONFIRMED)
    world.obligations.clear()
    world.not_yet_due = "0"
    world.ring(TODAY, clock="16:00")
    assert world.case.closure.outcome is Outcome.PAID_IN_FULL


def test_what_falls_due_after_it_keeps_the_case_open_and_no_payment_of_that_makes_it_a_cure() -> None:
    world = office()
    ask(world)
    world.owe(TODAY - timedelta(days=1), 50)
    approve(world)
    (met,) = [each for each in world.payments if each.met.get(DUE[3])]
    met.met.pop(TODAY - timedelta(days=1))
    world.ring(TODAY, clock="16:00")
    assert (state(world), world.case.closure) == (ReAgeState.APPROVED, None)
    world.pay(TODAY, d20260601="50")
    world.ring(TODAY, clock="17:00")
    assert world.case.closure.outcome is Outcome.RE_AGED


def test_a_refusal_of_the_card_system_lets_collection_go_on() -> None:
    world = agreed()
    world.answers(AdjustmentState.REFUSED)
    world.ring(TODAY, clock="16:00")
    assert (state(world), world.case.closure, world.case.stage) == (ReAgeState.REFUSED, None, Stage.REMINDING)
    assert world.case.timeline[-1].text == "The re-age r-1 was refused by the bank's card system."
    assert ask(world, "r-2", clock="17:00").accepted


def test_silence_of_the_card_system_is_one_task() -> None:
    world = agreed()
    world.end_of(TODAY + timedelta(days=3))
    assert [task.task for task in kept(world, AddTask)] == ["re_age_approval"]
    world.end_of(TODAY + timedelta(days=4))
    silent = [task for task in kept(world, AddTask) if task.task == "re_age_silent"]
    assert {task.task_id for task in silent} == {"re_age_silent/a1/1/re-age/r-1"}
    world.strategy = world.strategy.model_copy(update={"re_age": None})
    world.ring(TODAY + timedelta(days=5))
    assert state(world) is ReAgeState.APPROVED


def test_what_the_card_system_has_not_heard_is_asked_again_under_the_same_key() -> None:
    world = office()
    world.cards[AdjustmentKind.RE_AGE] = AdjustmentState.WANTED
    ask(world)
    approve(world)
    again = world.ring(TODAY, LedgerChanged(), clock="16:00")
    assert [each.key for each in again.commands if isinstance(each, Adjust)] == [KEY]


def test_an_approval_that_the_case_never_adopted_asks_the_card_system_for_nothing() -> None:
    world = office()
    ask(world)
    before = world.case
    world.cards[AdjustmentKind.RE_AGE] = AdjustmentState.WANTED
    approve(world)
    world.case = before
    step = world.ring(TODAY, LedgerChanged(), clock="16:00")
    assert (state(world), step.commands) == (ReAgeState.ASKED, ())


def test_what_is_known_of_an_earlier_one_says_nothing_of_the_next() -> None:
    world = agreed()
    world.answers(AdjustmentState.REFUSED)
    world.ring(TODAY, clock="16:00")
    both = (AskReAge(id="r-2", evidence="DOC-8", by="agent-1"), Approve(id="a-2", offer="r-2", by="lead-2"))
    world.ring(TODAY, *both, clock="17:00")
    assert (world.case.re_age.id, state(world)) == ("r-2", ReAgeState.APPROVED)


# --- with a plan


def with_plan(covers: PlanCovers) -> Office:
    world = office()
    world.strategy = world.strategy.model_copy(update={"plans": TERMS})
    world.minimums = (MinimumDue(due_on=date(2026, 6, 25), amount=money(30)),)
    world.ring(TODAY, agree("plan-1", covers=covers, instalments=2, first_on=date(2026, 6, 15)), clock="10:00")
    assert world.case.plan is not None
    return world


def test_a_plan_for_all_that_is_owed_is_kept_instead() -> None:
    world = with_plan(PlanCovers.BALANCE)
    world.ring(TODAY, clock="10:30")
    assert ask(world).text == (
        "the plan plan-1 repays all that is owed and runs: it ends by being kept, or end it first"
    )


def test_a_plan_for_the_arrears_that_performs_ends_by_it() -> None:
    world = with_plan(PlanCovers.ARREARS)
    early = ask(world, "r-0", clock="10:10")
    world.ring(TODAY, clock="10:30")
    assert world.case.plan.status is PlanStatus.PERFORMING
    assert early.text == "the plan plan-1 for the arrears does not perform: a re-age rewards one that is kept"
    assert ask(world).accepted
    approve(world)
    assert world.case.closure is None
    world.ring(TODAY, clock="16:00")
    assert (world.case.closure.outcome, world.case.plan.status) == (Outcome.RE_AGED, PlanStatus.CANCELLED)


def test_no_plan_is_agreed_while_one_is_decided_on_or_done() -> None:
    world = office()
    world.strategy = world.strategy.model_copy(update={"plans": TERMS})
    world.cards[AdjustmentKind.RE_AGE] = AdjustmentState.ASKED
    ask(world)
    plans = [agree(name, instalments=2, first_on=date(2026, 6, 15)) for name in ("plan-1", "plan-2")]
    first = world.ring(TODAY, plans[0], clock="13:00").answers[-1]
    assert first.text == "the re-age r-1 waits for a decision until 2026-06-16: wait for that"
    approve(world)
    second = world.ring(TODAY, plans[1], clock="15:30").answers[-1]
    assert second.text.startswith("the re-age r-1 is approved, and in force once the bank's card system has done it")


# --- the ledger and the card system's word come apart


def cleared(world: Office) -> None:
    """Nothing is past due by the ledger any more."""
    world.not_yet_due = "1400"
    world.obligations.clear()


def test_what_the_ledger_shows_before_the_card_system_has_answered_is_no_cure() -> None:
    world = agreed()
    cleared(world)
    world.ring(TODAY, clock="16:00")
    assert (state(world), world.case.closure) == (ReAgeState.APPROVED, None)
    assert world.case.next.what == "waits for the bank's card system to re-age the account"
    world.answers(AdjustmentState.CONFIRMED)
    world.ring(TODAY, clock="17:00")
    assert world.case.closure.outcome is Outcome.RE_AGED


def test_the_arrears_that_are_paid_meanwhile_wait_for_the_answer_too() -> None:
    world = agreed()
    world.give(TODAY, 400)
    world.ring(TODAY, clock="16:00")
    assert world.case.closure is None
    world.answers(AdjustmentState.REFUSED)
    world.ring(TODAY, clock="17:00")
    assert (state(world), world.case.closure.outcome) == (ReAgeState.REFUSED, Outcome.CURED)


def test_while_it_is_undone_nothing_that_the_ledger_shows_ends_the_case() -> None:
    world = agreed()
    cleared(world)
    world.payments[-1].taken_back_on = TODAY
    world.cards[AdjustmentKind.REINSTATE] = AdjustmentState.ASKED
    world.answers(AdjustmentState.CONFIRMED)
    world.ring(TODAY, clock="16:00")
    assert (state(world), world.case.closure) == (ReAgeState.TAKEN_BACK, None)
    world.ring(TODAY, clock="16:30")
    assert world.case.next.what == "waits for the bank's card system to undo the re-age"
    again = ask(world, "r-2", clock="16:40")
    assert again.text.startswith("the re-age r-1 was taken back on")
    world.adjusted = {
        key: each.model_copy(update={"state": AdjustmentState.CONFIRMED}) for key, each in world.adjusted.items()
    }
    world.ring(TODAY, clock="17:00")
    assert world.case.closure.outcome is Outcome.CURED, "nothing is past due though it was undone"


def test_a_case_that_is_withdrawn_in_the_step_that_approves_asks_for_nothing() -> None:
    world = office()
    ask(world)
    step = world.ring(TODAY, Approve(id="a-1", offer="r-1", by="lead-2"), Withdraw(id="w-1"), clock="15:00")
    assert (step.case.closure.outcome, state(world), step.commands) == (Outcome.WITHDRAWN, ReAgeState.EXPIRED, ())
    assert kept(world, AskAdjustment) == []
    later = agreed()
    later.ring(TODAY, Withdraw(id="w-1"), clock="16:00")
    assert (state(later), len(kept(later, AskAdjustment))) == (ReAgeState.APPROVED, 1), "it was asked for before"


def test_the_task_of_a_silent_card_system_is_closed_by_its_answer() -> None:
    world = agreed()
    world.end_of(TODAY + timedelta(days=5))
    assert [entry.task for entry in kept(world, AddTask)][-1] == "re_age_silent"
    cleared(world)
    world.answers(AdjustmentState.CONFIRMED)
    world.ring(TODAY + timedelta(days=6))
    closed = [(entry.task_id, entry.outcome) for entry in kept(world, CloseTask)]
    assert closed[-1] == ("re_age_silent/a1/1/re-age/r-1", "confirmed")


# --- taken back


def test_a_payment_that_it_rested_on_is_returned_and_it_is_taken_back() -> None:
    world = agreed()
    world.payments[-1].taken_back_on = TODAY
    world.cards[AdjustmentKind.REINSTATE] = AdjustmentState.ASKED
    world.ring(TODAY, clock="16:00")
    undone = kept(world, AskAdjustment)[-1].adjustment
    assert (undone.kind, undone.key, undone.undoes) == (
        AdjustmentKind.REINSTATE,
        "a1/1/re-age/r-1/reinstate/1",
        KEY,
    )
    assert (state(world), world.case.closure) == (ReAgeState.TAKEN_BACK, None)
    world.ring(TODAY, clock="17:00")
    assert len(kept(world, AskAdjustment)) == 2, "once"


def test_an_episode_that_goes_on_after_a_return_takes_it_back_too() -> None:
    world = office()
    ask(world)
    approve(world)
    world.ring(TODAY, clock="16:00")
    assert world.case.closure.outcome is Outcome.RE_AGED
    made = world.case.re_age
    next(each for each in world.payments if each.on == PAID[0]).taken_back_on = TODAY + timedelta(days=5)
    world.open(TODAY + timedelta(days=5), re_age=made)
    assert state(world) is ReAgeState.TAKEN_BACK
    world.ring(TODAY + timedelta(days=5))
    assert (world.case.arrears.past_due, world.case.arrears.oldest_due_on) == (money(600), DUE[0])


def test_an_episode_that_goes_on_with_one_in_force_is_told_when_the_next_is_possible() -> None:
    world = office()
    world.give(PAID[2], 30)
    ask(world)
    approve(world)
    world.ring(TODAY, clock="16:00")
    made = world.case.re_age
    world.payments[3].taken_back_on = TODAY + timedelta(days=5)
    world.owe(TODAY + timedelta(days=1), 10)
    world.re_aged_on = (TODAY,)
    world.open(TODAY + timedelta(days=5), re_age=made)
    assert (state(world), world.case.closure) == (ReAgeState.CONFIRMED, None)
    again = ask(world, "r-2", on=TODAY + timedelta(days=5))
    assert again.text.startswith(f"it was re-aged on {TODAY}, and 12 months must lie between: possible from 2027-06-02")


def test_more_than_was_needed_may_be_returned() -> None:
    world = office()
    world.give(PAID[2], 30)
    ask(world)
    approve(world)
    world.payments[3].taken_back_on = TODAY
    world.ring(TODAY, clock="16:00")
    assert state(world) is not ReAgeState.TAKEN_BACK


@pytest.mark.parametrize("order", list(permutations(("pays", "returned", "confirmed", "rings"))))
def test_in_whatever_order_payment_return_and_answer_come_it_ends_the_same(order) -> None:
    """Nobody closes the case before the return is known: the ledger shows the re-age last."""
    world = agreed()
    for minute, what in enumerate(order):
        if what == "pays":
            world.give(TODAY, 50)
        elif what == "returned":
            world.payments[2].taken_back_on = TODAY
        elif what == "confirmed":
            world.answers(AdjustmentState.CONFIRMED)
        world.ring(TODAY, clock=f"16:{minute:02d}")
    world.ring(TODAY, clock="17:00")
    adjustments = [entry.adjustment.key for entry in kept(world, AskAdjustment)]
    assert (state(world), adjustments) == (ReAgeState.TAKEN_BACK, [KEY, "a1/1/re-age/r-1/reinstate/1"])
    assert world.case.closure is None
