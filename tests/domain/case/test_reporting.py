"""Reports to a credit bureau: told before, once, nothing that is contested."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.model.bureau import BureauReport, ReportKind, ReportStatus, TellBureau
from domain.model.contact import FactKind, PastFact, Purpose
from domain.model.disputes import OpenDispute
from domain.model.duties import Reporting
from domain.model.entries import AddTask
from domain.model.events import Hold, Release
from domain.model.promise import MakePromise
from domain.model.stops import StopInForce, StopKind
from domain.model.strategy import BureauTerms, Channel, Promises
from tests.domain.case.planned import TERMS as PLANS
from tests.domain.case.planned import agree, under_rules
from tests.domain.case.reporting import (
    DUE,
    REPORTED,
    TERMS,
    WARNED,
    commands,
    reporting_world,
    tasks,
    told,
    warnings,
)


@pytest.fixture
def world(new_world):
    return reporting_world(new_world)


def test_the_customer_is_told_first_and_the_bureau_when_the_days_are_over(world) -> None:
    world.end_of(WARNED)
    (notice,) = warnings(world)
    assert (notice.as_of.date(), notice.step, notice.channel) == (WARNED, "bureau-notice", Channel.LETTER)
    assert notice.key == f"a1/1/bureau-notice/1/{DUE}/1"
    assert (notice.purpose, notice.legal_notice) == (Purpose.LEGAL_NOTICE, "negative_report_notice")
    assert (notice.reported.on, str(notice.past_due.amount)) == (REPORTED, "500")
    world.end_of(REPORTED - timedelta(days=1))
    assert told(world) == []
    world.end_of(date(2026, 9, 1))
    ((report,),) = [command.reports for command in commands(world, TellBureau)]
    assert (report.key, report.status, report.days_past_due) == ("a1/1/bureau/negative/1", ReportStatus.PAST_DUE, 30)
    assert (str(report.past_due.amount), report.oldest_due_on) == ("500", DUE)
    assert len(warnings(world)) == 1
    assert tasks(world) == ["bureau_report"]


def test_each_report_is_a_task_until_the_bureau_has_answered(reported) -> None:
    (task,) = [entry for step in reported.steps for entry in step.entries if isinstance(entry, AddTask)]
    assert task.task_id == "bureau_report/a1/1/bureau/negative/1"
    assert task.due_at == reported.instant(REPORTED + timedelta(days=6), "00:00")
    summary = commands(reported, TellBureau)[0].summary
    assert summary == f"Report to the credit bureau: negative: past due 500.00 EUR since {DUE}"


def test_without_a_section_or_a_bureau_nothing_is_told(new_world) -> None:
    silent = reporting_world(new_world, None)
    silent.end_of(date(2026, 6, 1))
    assert (warnings(silent), told(silent)) == ([], [])


def test_a_notice_that_no_pack_knows_is_not_given_and_nothing_is_reported(new_world) -> None:
    world = reporting_world(new_world, notices=[])
    world.end_of(date(2026, 6, 1))
    assert (warnings(world), told(world)) == ([], [])


@pytest.mark.parametrize(
    ("rule", "warned", "reported"),
    [
        (Reporting(source="law", wait_days_after_send=14, min_dpd=45), DUE + timedelta(days=31), DUE + timedelta(46)),
        (Reporting(source="law", wait_days_after_send=3, min_dpd=3), WARNED, REPORTED),
        (Reporting(source="law"), WARNED, REPORTED),
    ],
)
def test_the_pack_may_ask_for_more_days_and_never_for_fewer(new_world, rule, warned, reported) -> None:
    world = reporting_world(new_world, reporting=rule.model_dump())
    world.end_of(reported)
    assert warnings(world)[0].as_of.date() == warned
    assert commands(world, TellBureau)[0].as_of.date() == reported


def test_how_long_it_is_kept_is_told_with_the_notice(new_world) -> None:
    world = reporting_world(new_world, reporting={"source": "law", "keep_years": 5})
    world.end_of(WARNED)
    assert warnings(world)[0].reported.record_years == 5


# --- what stands against it


def against(world, what: str, new_money) -> None:
    day = WARNED - timedelta(days=5)
    match what:
        case "hold of the packs":
            world.said = (PastFact(world.instant(day), FactKind.HOLD, name="dead"),)
        case "hold on the case":
            world.ring(day, Hold(id="h-1"))
        case "stop":
            world.about["stops"] = (StopInForce(stop_id="s-1", kind=StopKind.ALL),)
        case "too little":
            world.strategy = world.strategy.model_copy(update={"least_amount": {"EUR": new_money("500.01").amount}})
        case "dispute":
            opened = OpenDispute(
                id="d-1",
                contact_id="c-1",
                reports=("c-1",),
                since=day,
                told_at=world.instant(day),
                resolve_by=date(2026, 12, 1),
            )
            world.case = world.case.model_copy(update={"disputes": (opened,)})
        case "promise":
            world.strategy = world.strategy.model_copy(update={"promises": Promises(horizon_days=200, most=2)})
            world.ring(day, MakePromise(id="p-1", amount=new_money("500"), due_on=date(2026, 6, 10)))
        case "plan":
            world.strategy = world.strategy.model_copy(update={"plans": PLANS})
            world.rules = under_rules(world.rules)
            world.ring(day, agree(first_on=day + timedelta(days=40)))


WHATS = ["hold of the packs", "hold on the case", "stop", "too little", "dispute", "promise", "plan"]


@pytest.mark.parametrize("what", WHATS)
def test_what_stands_against_it_keeps_notice_and_report_back(world, new_money, what) -> None:
    against(world, what, new_money)
    world.end_of(WARNED + timedelta(days=25))
    assert told(world) == []
    assert [each for each in warnings(world) if each.step == "bureau-notice"] == []


@pytest.mark.parametrize("what", ["hold of the packs", "hold on the case", "stop", "dispute"])
def test_what_comes_between_notice_and_report_keeps_the_report_back(world, new_money, what) -> None:
    world.end_of(WARNED)
    against(world, what, new_money)
    world.end_of(REPORTED + timedelta(days=10))
    assert (len(warnings(world)), told(world)) == (1, [])


def test_a_stop_of_one_channel_closes_that_way_only(world) -> None:
    world.about["stops"] = (StopInForce(stop_id="s-1", kind=StopKind.CHANNEL, value="letter"),)
    world.end_of(WARNED)
    assert warnings(world) == []
    world.about["stops"] = (StopInForce(stop_id="s-1", kind=StopKind.CHANNEL, value="sms"),)
    world.end_of(REPORTED + timedelta(days=1))
    assert (len(warnings(world)), told(world)) == (1, [("negative", "past_due")])


def test_when_the_hold_is_over_it_goes_on(world) -> None:
    world.end_of(WARNED)
    world.ring(WARNED + timedelta(days=1), Hold(id="h-1"))
    world.end_of(REPORTED + timedelta(days=5))
    assert told(world) == []
    world.ring(REPORTED + timedelta(days=6), Release(id="r-1", hold_id="h-1"))
    assert told(world) == [("negative", "past_due")]


def test_who_pays_what_the_notice_named_is_told_anew_before_anything_else_is_reported(world) -> None:
    later = DUE + timedelta(days=20)
    world.owe(later, "300")
    world.end_of(WARNED)
    world.pay(WARNED + timedelta(days=5), d20260302="500")
    world.ring(WARNED + timedelta(days=5))
    world.end_of(later + timedelta(days=29))
    assert told(world) == []
    assert [each.oldest_due_on for each in warnings(world)] == [DUE, later]
    world.end_of(later + timedelta(days=30))
    assert told(world) == [("negative", "past_due")]


@given(days=st.lists(st.integers(3, 120), max_size=8), dead_on=st.integers(3, 120), amount=st.integers(1, 500))
def test_however_often_it_looks_nobody_is_reported_untold_twice_or_when_it_is_forbidden(
    new_world, days, dead_on, amount
) -> None:
    world = reporting_world(new_world)
    died = DUE + timedelta(days=dead_on)
    world.said = (PastFact(world.instant(died, "00:00"), FactKind.HOLD, name="dead"),)
    for day in sorted(days):
        world.ring(DUE + timedelta(days=day))
    world.pay(DUE + timedelta(days=121), d20260302=str(amount))
    world.ring(DUE + timedelta(days=121))
    reports = [each.report for each in world.reports.values()]
    negative = [each for each in reports if each.kind is ReportKind.NEGATIVE]
    assert len(negative) <= 1
    for command in commands(world, TellBureau):
        if any(each.kind is ReportKind.NEGATIVE for each in command.reports):
            told_on = warnings(world)[0].as_of.date()
            assert command.as_of.date() - told_on > timedelta(days=TERMS.notice_days)
            assert command.as_of.date() < died
    if amount == 500 and negative:
        assert reports[-1].status is ReportStatus.CURED


def test_a_call_gives_nobody_a_notice() -> None:
    with pytest.raises(ValueError, match="name channels that write"):
        BureauTerms(report_from_dpd=60, channels=(Channel.CALL,))


def test_a_report_says_in_words_what_it_tells(new_money) -> None:
    report = BureauReport(
        key="k",
        kind=ReportKind.CORRECTION,
        status=ReportStatus.NOT_PAST_DUE,
        past_due=new_money(0),
        oldest_due_on=DUE,
        days_past_due=30,
    )
    assert report.told == "correction: not past due"
