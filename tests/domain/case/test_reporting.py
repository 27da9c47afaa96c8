"""Reports to a credit bureau: told before, once, nothing that is contested, corrected and ended."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.model.blocker import Blocker
from domain.model.bureau import BureauReport, ReportKind, ReportState, ReportStatus, TellBureau
from domain.model.case import Outcome
from domain.model.contact import FactKind, PastFact, Purpose
from domain.model.disputes import DisputeOutcome, OpenDispute, ResolveDispute
from domain.model.duties import Reporting
from domain.model.entries import AddTask, AskReport
from domain.model.events import BureauUnheard, Hold, NoticeNotSent, Release, Withdraw
from domain.model.facts import MessageState, Reach, World
from domain.model.pack import Pack
from domain.model.promise import MakePromise
from domain.model.stops import StopInForce, StopKind
from domain.model.strategy import BureauTerms, Channel, Promises, Thanks
from domain.model.thanks import Reached
from tests.domain.case.planned import TERMS as PLANS
from tests.domain.case.planned import agree, under_rules

DUE = date(2026, 3, 2)
TERMS = BureauTerms(report_from_dpd=30, notice_days=10, answer_within_days=5, channels=(Channel.LETTER, Channel.EMAIL))
WARNED, REPORTED = DUE + timedelta(days=19), DUE + timedelta(days=30)
"""Ten whole days lie between."""
NOTICE = {
    "id": "negative_report_notice",
    "required_before": "furnish_negative",
    "items": ["what_is_reported"],
    "source": "law",
}
HOLD = {"id": "dead", "opened_by": "died", "closed_by": ["lives"], "blocks": ["furnish_negative"], "source": "law"}
POST, MAIL = Reach(address="c-1", channel=Channel.LETTER), Reach(address="c-2", channel=Channel.EMAIL)


def reporting_world(new_world, section: BureauTerms | None = TERMS, **says: object):
    """500 that fell due on 2 March; the ladder says nothing before it is over."""
    made = new_world({"first": 300})
    made.strategy = made.strategy.model_copy(update={"bureau": section})
    written = {**made.rules.packs[0].model_dump(mode="json"), "notices": [NOTICE], **says}
    written["holds"] = [*written["holds"], HOLD]
    made.rules = made.rules.model_copy(update={"packs": (Pack.model_validate(written),)})
    made.about["reach"] = (POST, MAIL)
    made.owe(DUE, "500")
    made.open(DUE + timedelta(days=2))
    return made


@pytest.fixture
def world(new_world):
    return reporting_world(new_world)


@pytest.fixture
def reported(world):
    """The bureau was told on the thirtieth day."""
    world.end_of(REPORTED)
    assert [each.report.kind for each in world.reports.values()] == [ReportKind.NEGATIVE]
    return world


def told(world) -> list[tuple[str, str]]:
    return [(each.report.kind.value, each.report.status.value) for each in world.reports.values()]


def tasks(world) -> list[str]:
    return [entry.task for step in world.steps for entry in step.entries if isinstance(entry, AddTask)]


def commands(world, kind) -> list:
    return [each for step in world.steps for each in step.commands if isinstance(each, kind)]


def warnings(world) -> list:
    return [each for step in world.steps for each in step.commands if each.kind == "send_notice"]


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


# --- the notice


@pytest.mark.parametrize("state", [MessageState.FAILED, MessageState.REFUSED])
def test_three_notices_that_do_not_leave_are_a_task_and_no_report(world, state) -> None:
    for attempt in (1, 2, 3):
        world.fates[f"a1/1/bureau-notice/1/{DUE}/{attempt}"] = state
    world.end_of(WARNED)
    for days in range(1, 5):
        world.ring(WARNED + timedelta(days=days))
    world.end_of(REPORTED + timedelta(days=20))
    assert [each.attempt for each in warnings(world)] == [1, 2, 3]
    assert len({each.as_of.date() for each in warnings(world)}) == 3, "one a day"
    assert (told(world), set(tasks(world))) == ([], {"bureau_notice"})


def test_after_one_that_failed_another_channel_is_taken_and_its_days_count(world) -> None:
    world.fates[f"a1/1/bureau-notice/1/{DUE}/1"] = MessageState.FAILED
    world.end_of(WARNED)
    world.ring(WARNED)
    world.end_of(REPORTED + timedelta(days=1))
    assert [each.channel for each in warnings(world)] == [Channel.LETTER, Channel.EMAIL]
    assert [each.as_of.date() for each in commands(world, TellBureau)] == [REPORTED + timedelta(days=1)]


def test_who_cannot_be_written_to_is_not_reported(world) -> None:
    world.about["reach"] = (Reach(address="c-9", channel=Channel.SMS),)
    world.end_of(REPORTED + timedelta(days=5))
    assert (warnings(world), told(world), set(tasks(world))) == ([], [], {"bureau_notice"})


def test_one_whose_fate_nobody_knows_waits_for_a_person(world) -> None:
    key = f"a1/1/bureau-notice/1/{DUE}/1"
    world.fates[key] = MessageState.UNKNOWN
    world.end_of(REPORTED + timedelta(days=5))
    assert (len(warnings(world)), told(world)) == (1, [])
    world.warned = [each.model_copy(update={"state": MessageState.SENT}) for each in world.warned]
    world.ring(REPORTED + timedelta(days=6))
    assert told(world) == [("negative", "past_due")]


def test_one_that_is_on_its_way_is_asked_for_under_the_same_key(world) -> None:
    world.fates[f"a1/1/bureau-notice/1/{DUE}/1"] = MessageState.SENDING
    world.end_of(WARNED)
    world.ring(WARNED + timedelta(days=1))
    assert {each.key for each in warnings(world)} == {f"a1/1/bureau-notice/1/{DUE}/1"}


@pytest.mark.parametrize(
    ("blocker", "retry", "clock"), [(Blocker.CONTACT_WINDOW, "14:00", "14:00"), (Blocker.PAID, None, "09:30")]
)
def test_what_keeps_it_back_is_not_asked_for_again_in_the_same_step(world, blocker, retry, clock) -> None:
    key = f"a1/1/bureau-notice/1/{DUE}/1"
    world.sleep_until(world.instant(WARNED, "09:30"))
    world.warned = []
    event = NoticeNotSent(
        key=key, step="bureau-notice", blocker=blocker, retry_at=world.instant(WARNED, retry) if retry else None
    )
    step = world.step(world.instant(WARNED, "09:31"), event)
    assert step.commands == ()
    day = WARNED if retry else WARNED + timedelta(days=1)
    assert step.case.wake_at == world.instant(day, clock)
    world.sleep_until(world.instant(day, clock))
    assert len(warnings(world)) == 2


def test_a_hold_that_lets_no_notice_of_the_law_pass_keeps_it_back(world) -> None:
    (pack,) = world.rules.packs
    closed = pack.holds[0].model_copy(update={"allows": ()})
    world.rules = world.rules.model_copy(update={"packs": (pack.model_copy(update={"holds": (closed,)}),)})
    world.said = (PastFact(world.instant(DUE), FactKind.HOLD, name="cease"),)
    world.end_of(REPORTED)
    assert (warnings(world), told(world)) == ([], [])


def test_a_history_that_ends_before_wakes_nobody_for_it(new_world) -> None:
    world = reporting_world(new_world)
    world.history = World(ends_on=WARNED - timedelta(days=1))
    world.ring(DUE + timedelta(days=3))
    world.end_of(REPORTED)
    assert (warnings(world), world.case.wake_at) == ([], None)


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
