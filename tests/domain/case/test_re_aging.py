"""A re-age is asked for by one and decided on by another; until then nothing changes but that the ladder is silent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.model.adjustments import AdjustmentKind
from domain.model.entries import AddTask, AskAdjustment, CloseTask
from domain.model.events import Withdraw
from domain.model.negotiation import Approve
from domain.model.offers import Level
from domain.model.re_age import ReAgeState
from domain.model.strategy import BureauTerms
from policies import load_rules, pack_names
from tests.domain.case.bargain import BOOK
from tests.domain.case.re_aged import (
    KEY,
    LATE_SINCE,
    TODAY,
    agreed,
    approve,
    ask,
    decline,
    kept,
    office,
    state,
)
from tests.domain.tiny_world import money

LAST_DAY = TODAY + timedelta(days=14)


# --- asked for


def test_what_is_asked_for_is_a_task_for_somebody_else_and_changes_nothing_yet() -> None:
    world = office()
    answer = ask(world)
    assert answer.accepted, answer.text
    assert answer.text == (
        f"the re-age r-1 is in force only when a supervisor, somebody else, approves it, until {LAST_DAY}"
    )
    made = world.case.re_age
    assert (made.state, made.asked_by, made.past_due, made.needed) == (
        ReAgeState.ASKED,
        "agent-1",
        money(400),
        money(600),
    )
    assert (made.paid_since, made.decide_by) == (LATE_SINCE, LAST_DAY)
    (task,) = kept(world, AddTask)
    assert (task.task, task.task_id) == ("re_age_approval", "re_age_approval/a1/1/r-1")
    assert task.detail == {
        "re_age": "r-1",
        "past_due": "400.00",
        "paid": "600.00",
        "currency": "EUR",
        "evidence": "DOC-7",
        "asked_by": "agent-1",
    }
    assert task.due_at == world.instant(LAST_DAY + timedelta(days=1), "00:00")
    assert (kept(world, AskAdjustment), world.case.arrears.past_due) == ([], money(400))
    assert [entry.re_age.state for entry in kept(world)] == [ReAgeState.ASKED]


def test_the_same_request_again_has_one_effect() -> None:
    world = office()
    first = ask(world)
    assert ask(world, clock="13:00") == first
    assert len(kept(world)) == 1


def test_an_ability_report_may_show_it_in_the_place_of_evidence() -> None:
    world = office()
    answer = ask(world, evidence=None, ability_report="rep-1")
    assert answer.text == "rep-1 is not the newest ability report of the customer: there is none"


def test_without_a_section_of_the_strategy_nothing_is_asked_for_or_decided() -> None:
    world = office()
    world.strategy = world.strategy.model_copy(update={"re_age": None})
    assert ask(world).text == "the strategy test v1 re-ages no account"


def test_where_no_pack_has_the_section_it_is_refused() -> None:
    world = office()
    written = world.rules.packs[0].model_copy(update={"re_age": None})
    world.rules = world.rules.model_copy(update={"packs": (written,)})
    assert ask(world).text == (
        "the rules test v1 let no account be re-aged: it becomes current when what is past due is paid"
    )


def test_one_at_a_time() -> None:
    world = office()
    ask(world)
    again = ask(world, "r-2", clock="13:00")
    assert again.text == f"the re-age r-1 waits for a decision until {LAST_DAY}: wait for that"
    approved = agreed()
    assert ask(approved, "r-2", clock="16:00").text.endswith("once the bank's card system has done it: wait for that")


def test_nobody_is_asked_for_money_while_it_waits_for_a_decision() -> None:
    world = office(expires_days=30)
    world.strategy = world.strategy.model_copy(update={"ladder": world.strategy.ladder[:1]})
    ask(world)
    world.end_of(TODAY + timedelta(days=30))
    before = [on for on, _ in world.sent]
    world.end_of(TODAY + timedelta(days=40))
    assert [on for on in before if on > TODAY] == []
    assert state(world) is ReAgeState.EXPIRED


def test_what_is_asked_or_approved_keeps_a_bureau_from_hearing_anything_negative() -> None:
    for world in (office(), agreed()):
        if world.case.re_age is None:
            ask(world)
        world.strategy = world.strategy.model_copy(update={"bureau": BureauTerms(report_from_dpd=1, notice_days=1)})
        world.end_of(LAST_DAY)
        assert (world.warned, world.reports) == ([], {})


# --- decided


def test_somebody_else_approves_it_and_the_card_system_is_asked() -> None:
    world = office()
    ask(world)
    answer = approve(world)
    assert answer.text == "the re-age r-1 is approved, and in force once the bank's card system has done it"
    (asked,) = [entry.adjustment for entry in kept(world, AskAdjustment)]
    assert (asked.key, asked.kind, asked.amount) == (KEY, AdjustmentKind.RE_AGE, money(400))
    assert (asked.made_by, asked.checked_by) == ("agent-1", "lead-2")
    assert world.steps[-1].commands[-1].summary == "Ask the card system: re age of 400.00 EUR"
    (closed,) = kept(world, CloseTask)
    assert (closed.task_id, closed.by, closed.outcome) == ("re_age_approval/a1/1/r-1", "lead-2", "approved")
    assert (world.case.re_age.approved_by, world.case.closure) == ("lead-2", None)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"by": "agent-1"}, "agent-1 cannot approve what agent-1 asked for: somebody else must"),
        ({"role": Level.AGENT}, "the re-age r-1 is more than an agent may decide on: a supervisor must"),
    ],
)
def test_not_everybody_may_approve_it(said, why) -> None:
    world = office()
    ask(world)
    answer = approve(world, **said)
    assert (answer.accepted, answer.text, state(world)) == (False, why, ReAgeState.ASKED)
    assert kept(world, AskAdjustment) == []


def test_where_the_strategy_says_so_another_agent_may() -> None:
    world = office(level=Level.AGENT)
    assert ask(world).text.startswith("the re-age r-1 is in force only when somebody else approves it")
    assert approve(world, by="agent-1", role=Level.AGENT).text.endswith("somebody else must")
    assert approve(world, id="a-2", by="agent-2", role=Level.AGENT).accepted


def test_what_has_changed_since_it_was_asked_for_refuses_the_approval() -> None:
    world = office()
    ask(world)
    world.payments[-1].taken_back_on = TODAY
    answer = approve(world)
    assert answer.text.startswith(f"3 minimum payments in a row, or as much at once, must have come since {LATE_SINCE}")
    assert state(world) is ReAgeState.ASKED


def test_it_may_be_declined_with_a_code() -> None:
    world = office()
    ask(world)
    assert decline(world).text == "the re-age r-1 is declined: collection goes on"
    (step,) = [entry for entry in kept(world) if entry.re_age.state is ReAgeState.DECLINED]
    assert (step.by, step.reason, kept(world, CloseTask)[0].outcome) == ("lead-2", "not-willing", "declined")
    again = approve(world, clock="16:00")
    assert again.text == f"the re-age r-1 waits for no decision: it was declined on {TODAY}"
    assert ask(world, "r-2", clock="17:00").accepted, "another one may be asked for"


def test_an_approval_of_something_else_is_about_an_offer() -> None:
    world = office()
    ask(world)
    assert approve(world, "o-1").text == "the strategy test v1 has no offer book: nothing is negotiated by it"
    world.strategy = world.strategy.model_copy(update={"offers": BOOK})
    assert approve(world, "o-2", id="a-2", clock="16:00").text == "no offer o-2 waits for a decision on this case"


def test_a_strategy_that_has_lost_the_section_decides_nothing() -> None:
    world = office()
    ask(world)
    world.strategy = world.strategy.model_copy(update={"re_age": None})
    assert approve(world).text == "the strategy test v1 re-ages no account"


def test_nobody_decided_in_time_and_it_expires() -> None:
    world = office()
    ask(world)
    world.end_of(LAST_DAY)
    assert state(world) is ReAgeState.ASKED
    world.end_of(LAST_DAY + timedelta(days=1))
    assert (state(world), kept(world, CloseTask)[0].outcome) == (ReAgeState.EXPIRED, "expired")
    late = approve(world, on=LAST_DAY + timedelta(days=1))
    assert late.text == "the re-age r-1 waits for no decision: it ended on 2026-06-17 without a decision"


def test_an_approval_that_comes_in_the_step_of_its_end_is_too_late() -> None:
    world = office()
    ask(world)
    at = world.instant(LAST_DAY + timedelta(days=1), "00:00")
    step = world.step(at, Approve(id="a-1", offer="r-1", by="lead-2"))
    assert step.answers[0].text == f"the time to decide on r-1 was over on {LAST_DAY}: ask for the re-age again"
    assert state(world) is ReAgeState.EXPIRED


@pytest.mark.parametrize("ends", ["paid", "withdrawn"])
def test_a_case_that_closes_leaves_no_request_behind(ends) -> None:
    world = office()
    ask(world)
    world.give(TODAY, 400)
    world.ring(TODAY, *((Withdraw(id="w-1"),) if ends == "withdrawn" else ()), clock="16:00")
    assert world.case.closure is not None
    assert (state(world), kept(world, CloseTask)[-1].outcome) == (ReAgeState.EXPIRED, "case_closed")
    count = len(kept(world))
    world.ring(TODAY, clock="17:00")
    assert len(kept(world)) == count


# --- never


@given(asks=st.sampled_from(("agent-1", "lead-2", "x")), approves=st.sampled_from(("agent-1", "lead-2", "x", "X")))
def test_it_is_never_approved_by_who_asked_for_it(asks, approves) -> None:
    world = office()
    ask(world, by=asks)
    assert approve(world, by=approves).accepted is (asks != approves)
    assert (state(world) is ReAgeState.APPROVED) is (asks != approves)


@pytest.mark.parametrize("name", [name for name in pack_names() if name != "us.first_party"])
def test_no_pack_of_ours_lets_it_be_but_that_of_the_bank_in_the_united_states(name) -> None:
    world = office()
    world.rules = load_rules(name)
    assert "let no account be re-aged" in ask(world).text
    assert (world.case.re_age, kept(world)) == (None, [])
