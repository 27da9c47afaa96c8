"""The embedded card system re-ages once and exactly, and the next step of the case knows what became of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from activities.advance import CaseActivities
from activities.cards.base import Instruction
from activities.cards.embedded import EmbeddedCards
from activities.cards.listed import ListedCards
from activities.money import Cards
from domain.model.adjustments import Adjust, Adjustment, AdjustmentKind, AdjustmentState
from domain.model.case import Advance, Case, Outcome, Step
from domain.model.money import Money
from domain.model.negotiation import Approve
from domain.model.re_age import AskReAge, ReAgeState, ReAgeTerms
from ledger import adjustments, entries, keeping_plans, meetings, obligations, re_ages
from ledger.entries import EntryKind
from starter.posting import Payment, post_payment, reverse_payment
from tests.activities.sending import WorldOf
from tests.activities.world import DECIDED_AT, FIRST_DUE, MINIMUM, RULES, SECOND_DUE, STRATEGY, World, rules_with

KEY = "A-1/1/re-age/r-1"
SECOND = timedelta(seconds=1)
ASKED = AskReAge(id="r-1", evidence="DOC-7", by="agent-1")
APPROVED = Approve(id="a-1", offer="r-1", by="lead-2")
RULE = {
    "source": "law",
    "least_months_open": 2,
    "minimums_in_a_row": 1,
    "least_months_between": 12,
    "most": {"n": 2, "per_months": 60},
}


@pytest.fixture
def world(place: WorldOf) -> World:
    """Two minimums of 1,000 fell due; one thousand came later and met the first."""
    made = place(rules=rules_with(re_age=RULE), strategy=STRATEGY.model_copy(update={"re_age": ReAgeTerms()}))
    on = DECIDED_AT.date() - timedelta(days=5)
    post_payment(made.ledger, RULES, Payment("A-1", Money.of_minor(MINIMUM, "TWD"), "p-1", on), DECIDED_AT - SECOND)
    return made


def advance(world: World, case: Case | None = None, *events, after: timedelta = timedelta()) -> Step:
    ask = Advance(case=case or world.case, events=events, as_of=DECIDED_AT + after)
    return CaseActivities(world.ledger).advance(ask)


def perform(world: World, step: Step, after: timedelta = timedelta(), cards=None) -> None:
    asks = Cards(world.ledger, cards or EmbeddedCards(world.ledger), now=lambda: DECIDED_AT + after)
    for command in step.commands:
        if isinstance(command, Adjust):
            asks.adjust(command)


def unmet(world: World, days: int = 0) -> dict[date, int]:
    at = DECIDED_AT + timedelta(days=days, hours=1)
    with world.ledger.read() as conn:
        return {each.due_on: each.unmet.minor for each in obligations.unmet(conn, "A-1", at.date(), at)}


def balance(world: World) -> int:
    with world.ledger.read() as conn:
        return entries.balance(conn, "A-1", date.max, DECIDED_AT + timedelta(days=9)).minor


def apply(world: World, adjustment: Adjustment, days: int = 0) -> None:
    EmbeddedCards(world.ledger).apply(Instruction("A-1", adjustment, DECIDED_AT + timedelta(days=days)))


DONE = Adjustment(key=f"{KEY}/re_age/1", kind=AdjustmentKind.RE_AGE)
UNDONE = Adjustment(key=f"{KEY}/reinstate/1", kind=AdjustmentKind.REINSTATE, undoes=DONE.key)


# --- the embedded card system


def test_what_is_past_due_is_met_and_nothing_of_the_balance_moves(world: World) -> None:
    with world.ledger.write() as conn:
        for due_on in (DECIDED_AT.date(), DECIDED_AT.date() + timedelta(days=10)):
            minimum = Money.of_minor(300, "TWD")
            obligations.add(conn, "A-1", due_on, minimum, statement_on=FIRST_DUE, recorded_at=DECIDED_AT - SECOND)
    before, owed = unmet(world, days=30), balance(world)
    for _ in range(2):
        apply(world, DONE)
    assert (unmet(world), balance(world)) == ({}, owed)
    today, later = (DECIDED_AT.date() + timedelta(days=n) for n in (0, 10))
    assert unmet(world, days=30) == {today: 300, later: 300}, "what is due today or later stays to be paid"
    assert before == {SECOND_DUE: MINIMUM, today: 300, later: 300}
    with world.ledger.read() as conn:
        (posted,) = [
            each
            for each in entries.visible(conn, "A-1", date.max, DECIDED_AT + timedelta(days=1))
            if each.kind is EntryKind.RE_AGE
        ]
        met = meetings.allocated_by(conn, "A-1", posted.reference)
    assert (posted.total_minor, [(each.due_on, each.amount_minor) for each in met]) == (0, [(SECOND_DUE, MINIMUM)])


def test_it_is_taken_back_exactly(world: World) -> None:
    before, owed = unmet(world), balance(world)
    apply(world, DONE)
    for _ in range(2):
        apply(world, UNDONE, days=2)
    assert (unmet(world, days=3), balance(world)) == (before, owed)


def test_where_nothing_is_past_due_any_more_there_is_still_something_to_take_back(world: World) -> None:
    post_payment(world.ledger, RULES, Payment("A-1", Money.of_minor(MINIMUM, "TWD"), "p-2", None), DECIDED_AT)
    apply(world, DONE)
    apply(world, UNDONE, days=1)
    assert unmet(world, days=3) == {}


# --- the step and the next one


def test_asked_approved_confirmed_and_over(world: World) -> None:
    asked = advance(world, None, ASKED)
    assert asked.answers[0].accepted, asked.answers[0].text
    approved = advance(world, asked.case, APPROVED, after=SECOND)
    assert approved.answers[0].accepted, approved.answers[0].text
    perform(world, approved, 2 * SECOND)
    over = advance(world, approved.case, after=3 * SECOND)
    assert over.case.closure is not None
    assert (over.case.closure.outcome, over.case.re_age.state) == (Outcome.RE_AGED, ReAgeState.CONFIRMED)
    assert [kind for kind in world.audit_kinds() if kind != "step"] == [
        "re_age_asked",
        "re_age_approved",
        "adjustment_wanted",
        "adjustment_answered",
        "re_age_confirmed",
    ]
    with world.ledger.read() as conn:
        assert re_ages.standing(conn, "A-1/1", over.case.step_no) == over.case.re_age
        row = adjustments.get(conn, DONE.key)
    assert row is not None
    assert (row.adjustment.made_by, row.adjustment.checked_by, row.state) == (
        "agent-1",
        "lead-2",
        AdjustmentState.CONFIRMED,
    )
    assert world.tasks() == ()


def test_a_refusal_of_the_card_system_is_a_task_and_collection_goes_on(world: World) -> None:
    asked = advance(world, None, ASKED)
    approved = advance(world, asked.case, APPROVED, after=SECOND)
    perform(world, approved, cards=ListedCards())
    waiting = advance(world, approved.case, after=2 * SECOND)
    assert waiting.case.next.what == "waits for the bank's card system to re-age the account"
    with world.ledger.write() as conn:
        keeping_plans.refuse_adjustment(conn, DONE.key, DECIDED_AT + 3 * SECOND, "closed-account", "cards")
    refused = advance(world, waiting.case, after=4 * SECOND)
    assert (refused.case.re_age.state, refused.case.closure) == (ReAgeState.REFUSED, None)
    assert [task.kind for task in world.tasks()] == ["adjustment_refused"]
    assert unmet(world) == {SECOND_DUE: MINIMUM}


def test_what_a_bank_s_own_card_system_confirms_ends_the_case_once_the_ledger_shows_it(world: World) -> None:
    asked = advance(world, None, ASKED)
    approved = advance(world, asked.case, APPROVED, after=SECOND)
    perform(world, approved, cards=ListedCards())
    with world.ledger.write() as conn:
        at = DECIDED_AT + 2 * SECOND
        keeping_plans.answer_adjustment(conn, DONE.key, AdjustmentState.CONFIRMED, at, reference="CARDS-7", by="cards")
    confirmed = advance(world, approved.case, after=3 * SECOND)
    assert confirmed.case.next.what == "waits until the ledger shows the re-age"
    with world.ledger.write() as conn:
        meetings.clear_by_status(
            conn, "A-1", SECOND_DUE, value_on=DECIDED_AT.date(), recorded_at=DECIDED_AT + 4 * SECOND
        )
    seen = advance(world, confirmed.case, after=5 * SECOND)
    assert seen.case.closure is not None
    assert seen.case.closure.outcome is Outcome.RE_AGED


def test_a_returned_payment_takes_it_back(world: World) -> None:
    asked = advance(world, None, ASKED)
    approved = advance(world, asked.case, APPROVED, after=SECOND)
    perform(world, approved, 2 * SECOND)
    reverse_payment(world.ledger, "p-1", DECIDED_AT + 3 * SECOND)
    undone = advance(world, approved.case, after=4 * SECOND)
    assert undone.case.re_age.state is ReAgeState.TAKEN_BACK
    assert unmet(world) == {FIRST_DUE: MINIMUM}
    perform(world, undone, 5 * SECOND)
    assert unmet(world) == {FIRST_DUE: MINIMUM, SECOND_DUE: MINIMUM}


def test_an_approval_that_runs_again_and_is_refused_re_ages_nothing(world: World) -> None:
    asked = advance(world, None, ASKED)
    assert advance(world, asked.case, APPROVED, after=SECOND).answers[0].accepted
    reverse_payment(world.ledger, "p-1", DECIDED_AT + SECOND)
    again = advance(world, asked.case, APPROVED, after=2 * SECOND)
    assert not again.answers[0].accepted
    with world.ledger.read() as conn:
        assert re_ages.standing(conn, "A-1/1", again.case.step_no) == asked.case.re_age, "also after a lost run"
    later = advance(world, again.case, after=3 * SECOND)
    assert (later.case.re_age.state, later.commands) == (ReAgeState.ASKED, ())


def test_once_in_so_many_months_also_when_the_episode_is_another_one(world: World) -> None:
    with world.ledger.write() as conn:
        earlier = Adjustment(key="A-1/0/re-age/r-0/re_age/1", kind=AdjustmentKind.RE_AGE)
        adjustments.want(conn, earlier, "A-1/1", "A-1", DECIDED_AT - timedelta(days=100))
        adjustments.settle(conn, earlier.key, AdjustmentState.CONFIRMED, DECIDED_AT - timedelta(days=100))
    refused = advance(world, None, ASKED).answers[0]
    assert refused.text.startswith(
        "it was re-aged on 2025-12-10, and 12 months must lie between: possible from 2026-12"
    )


def test_without_a_request_nothing_of_it_is_read(world: World) -> None:
    assert advance(world).case.re_age is None
