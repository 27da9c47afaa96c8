"""What a bureau was told goes on: refused, given again, ended, and corrected when it was wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.model.bureau import ReportKind, ReportState, ReportStatus
from domain.model.case import Outcome
from domain.model.disputes import DisputeOutcome, OpenDispute, ResolveDispute
from domain.model.entries import AskReport
from domain.model.events import BureauUnheard, Withdraw
from domain.model.strategy import Channel, Thanks
from domain.model.thanks import Reached
from tests.domain.case.planned import TERMS as PLANS
from tests.domain.case.planned import agree, under_rules
from tests.domain.case.reporting import DUE, REPORTED, WARNED, reporting_world, tasks, told, warnings


@pytest.fixture
def world(new_world):
    return reporting_world(new_world)


# --- how it goes on


def test_what_the_bureau_refuses_is_not_told_again(world) -> None:
    world.bureau[ReportKind.NEGATIVE] = ReportState.REFUSED
    world.end_of(REPORTED + timedelta(days=40))
    assert told(world) == [("negative", "past_due")]
    world.pay(REPORTED + timedelta(days=41), d20260302="500")
    world.ring(REPORTED + timedelta(days=41))
    assert told(world) == [("negative", "past_due")], "nothing that was told ends"


def test_what_was_dropped_at_the_last_look_is_told_later_under_another_key(world) -> None:
    world.bureau[ReportKind.NEGATIVE] = ReportState.DROPPED
    world.end_of(REPORTED)
    world.bureau.clear()
    world.ring(REPORTED + timedelta(days=1))
    assert [key[-1] for key in world.reports] == ["1", "2"]
    assert len(warnings(world)) == 1


def test_what_nobody_heard_is_given_again_by_the_next_step(world) -> None:
    world.bureau[ReportKind.NEGATIVE] = ReportState.WANTED
    world.end_of(REPORTED)
    step = world.step(world.instant(REPORTED, "23:59"), BureauUnheard(key="a1/1/bureau/negative/1"))
    assert [each.key for each in step.commands] == ["a1/1/bureau/negative/1"]
    assert [entry for entry in step.entries if isinstance(entry, AskReport)] == []


@pytest.mark.parametrize("owed", ["1000", "0"])
def test_a_cure_or_full_payment_is_told(new_world, owed) -> None:
    world = reporting_world(new_world)
    world.end_of(REPORTED)
    world.not_yet_due = owed
    world.pay(REPORTED + timedelta(days=2), d20260302="500")
    step = world.ring(REPORTED + timedelta(days=2))
    status = "cured" if owed == "1000" else "paid_in_full"
    assert told(world)[-1] == ("update", status)
    (report,) = step.commands[-1].reports
    assert (report.key, report.days_past_due, report.told) == (
        "a1/1/bureau/update/1",
        0,
        f"update: {status.replace('_', ' ')}",
    )
    assert step.case.closure is not None


def test_what_the_banks_status_clears_is_told_as_cured(reported) -> None:
    reported.by_payment = False
    reported.pay(REPORTED + timedelta(days=2), d20260302="500")
    reported.ring(REPORTED + timedelta(days=2))
    assert told(reported)[-1] == ("update", "cured")


def test_a_plan_that_is_kept_is_told(reported) -> None:
    reported.strategy = reported.strategy.model_copy(update={"plans": PLANS})
    reported.rules = under_rules(reported.rules)
    first = REPORTED + timedelta(days=10)
    reported.ring(REPORTED + timedelta(days=1), agree(instalments=1, first_on=first))
    reported.ring(REPORTED + timedelta(days=1), clock="13:00")
    reported.repay(REPORTED + timedelta(days=3), 1500)
    reported.ring(REPORTED + timedelta(days=3))
    assert (reported.case.closure.outcome, told(reported)[-1]) == (
        Outcome.PLAN_COMPLETED,
        ("update", "plan_completed"),
    )


def test_the_cure_is_told_at_once_when_only_the_thanks_are_awaited_and_only_once(reported) -> None:
    thanks = Thanks(after=tuple(Reached), channels=(Channel.EMAIL,))
    reported.strategy = reported.strategy.model_copy(update={"thanks": thanks})
    reported.pay(REPORTED + timedelta(days=2), d20260302="500")
    step = reported.ring(REPORTED + timedelta(days=2), clock="23:00")
    assert (step.case.closure, told(reported)[-1]) == (None, ("update", "cured"))
    reported.end_of(REPORTED + timedelta(days=3))
    assert (len(reported.reports), reported.case.closure.outcome) == (2, Outcome.CURED)


def test_a_case_that_never_reported_tells_no_end(world) -> None:
    world.end_of(WARNED)
    world.pay(WARNED + timedelta(days=2), d20260302="500")
    step = world.ring(WARNED + timedelta(days=2))
    assert (told(world), step.commands, step.case.closure.outcome) == ([], (), Outcome.CURED)


def test_of_a_case_that_was_withdrawn_a_person_says_what_is_right(reported) -> None:
    reported.ring(REPORTED + timedelta(days=1), Withdraw(id="w-1"))
    assert (told(reported), tasks(reported)) == ([("negative", "past_due")], ["bureau_report", "bureau_review"])


def test_a_closed_case_gives_nothing_again(reported) -> None:
    reported.bureau[ReportKind.UPDATE] = ReportState.WANTED
    reported.pay(REPORTED + timedelta(days=2), d20260302="500")
    reported.ring(REPORTED + timedelta(days=2))
    step = reported.step(reported.instant(REPORTED + timedelta(days=2), "13:00"), BureauUnheard(key="x"))
    assert step.commands == ()


def test_after_an_end_that_was_undone_the_customer_is_told_anew(reported) -> None:
    thanks = Thanks(after=tuple(Reached), channels=(Channel.EMAIL,))
    reported.strategy = reported.strategy.model_copy(update={"thanks": thanks})
    day = REPORTED + timedelta(days=2)
    payment = reported.pay(day, d20260302="500")
    reported.ring(day, clock="23:00")
    payment.taken_back_on = day
    reported.ring(day, clock="23:30")
    reported.end_of(day + timedelta(days=12))
    assert told(reported) == [("negative", "past_due"), ("update", "cured"), ("negative", "past_due")]
    assert [each.key for each in warnings(reported)][-1] == f"a1/1/bureau-notice/2/{DUE}/1"


# --- what was wrong


def upheld(world, outcome=DisputeOutcome.UPHELD, due_on=(DUE,), **more: object):
    """The customer disputed it, and was right."""
    day = REPORTED + timedelta(days=3)
    for name in ("d-1",):
        opened = OpenDispute(
            id=name,
            contact_id="c-1",
            reports=("c-1",),
            due_on=due_on,
            since=day,
            told_at=world.instant(day),
            resolve_by=day + timedelta(days=30),
        )
        world.case = world.case.model_copy(update={"disputes": (*world.case.disputes, opened)})
    return world.ring(day, ResolveDispute(id="o-1", dispute="d-1", outcome=outcome, by="lead-2", **more))


def test_what_was_upheld_is_corrected_at_once(reported) -> None:
    step = upheld(reported)
    (report,) = [entry.report for entry in step.entries if isinstance(entry, AskReport)]
    assert (report.key, report.kind, report.status) == (
        "a1/1/bureau/correction/d-1",
        ReportKind.CORRECTION,
        ReportStatus.NOT_PAST_DUE,
    )
    assert (report.past_due.amount, report.dispute) == (0, "d-1")


def test_what_was_upheld_in_part_leaves_the_rest(reported, new_money) -> None:
    upheld(reported, DisputeOutcome.PARTLY_UPHELD, amount=new_money("120"))
    report = next(each.report for each in reversed(reported.reports.values()))
    assert (str(report.past_due.amount), report.status) == ("380", ReportStatus.PAST_DUE)


def test_the_whole_debt_may_have_been_wrong(reported) -> None:
    upheld(reported, due_on=())
    assert told(reported)[-1] == ("correction", "not_past_due")


@pytest.mark.parametrize("outcome", [DisputeOutcome.NOT_UPHELD, DisputeOutcome.WITHDRAWN])
def test_what_was_right_stays_as_it_was_told(reported, outcome) -> None:
    upheld(reported, outcome)
    assert told(reported) == [("negative", "past_due")]


def test_what_fell_due_after_the_report_was_no_part_of_it(reported) -> None:
    late = REPORTED + timedelta(days=1)
    reported.owe(late, "100")
    upheld(reported, due_on=(late,))
    assert told(reported) == [("negative", "past_due")]


def test_who_was_never_reported_has_nothing_corrected(world, new_world) -> None:
    world.end_of(WARNED)
    upheld(world)
    silent = reporting_world(new_world, None)
    upheld(silent)
    assert (told(world), told(silent)) == ([], [])


def test_what_was_corrected_to_nothing_needs_no_update(reported) -> None:
    upheld(reported)
    reported.pay(REPORTED + timedelta(days=5), d20260302="500")
    reported.ring(REPORTED + timedelta(days=5))
    assert (reported.case.closure.outcome, told(reported)[-1]) == (Outcome.CURED, ("correction", "not_past_due"))
