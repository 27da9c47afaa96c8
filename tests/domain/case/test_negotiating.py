"""A proposal is answered by the book, an offer is kept until it expires, and above an agent's limit another decides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from domain.model.case import Outcome
from domain.model.causes import Cause
from domain.model.contact import Direction, Party
from domain.model.contact import Outcome as Made
from domain.model.disputes import OpenDispute
from domain.model.entries import AddTask, CloseTask, GivePromise, JudgePromise, KeepPlan
from domain.model.events import HoldReason, Withdraw
from domain.model.negotiation import OfferState, Proposer, ProposeTerms
from domain.model.offers import Level, Verdict
from domain.model.permits import ReportContact
from domain.model.promise import MakePromise, PromiseState
from domain.model.strategy import Channel, Promises
from tests.domain.case.bargain import (
    EXPIRES,
    TODAY,
    approve,
    bargaining,
    can_pay,
    decline,
    euros,
    kept,
    propose,
)
from tests.domain.case.planned import agree


@pytest.fixture
def world(new_world):
    return bargaining(new_world)


def state(world) -> OfferState | None:
    made = world.case.negotiation.offer
    return None if made is None else made.state


def test_what_the_book_has_is_agreed_and_the_plan_is_signed_by_it(world) -> None:
    answer = propose(world, count=6)
    assert answer.accepted
    assert answer.offered.verdict is Verdict.ACCEPTED
    assert answer.text == (
        "6 instalments of at most 100.00 EUR, 600.00 EUR in all, from 2026-07-02 on; "
        "the plan is to be signed by 2026-06-16: give offer o-1 with it"
    )
    assert state(world) is OfferState.AGREED
    signed = world.ring(TODAY, agree(instalments=6, offer="o-1"), clock="14:00")
    assert signed.answers[-1].accepted, signed.answers[-1].text
    assert (state(world), kept(world)[-1].plan) == (OfferState.TAKEN, "plan-1")


def test_while_an_agreed_plan_waits_for_its_signature_nobody_is_asked_for_money(world) -> None:
    propose(world, count=6)
    world.end_of(EXPIRES)
    assert [name for _, name in world.sent] == ["first"]
    world.end_of(EXPIRES + timedelta(days=1))
    assert state(world) is OfferState.EXPIRED
    assert [name for _, name in world.sent] == ["first", "second"]


@pytest.mark.parametrize(
    ("terms", "text"),
    [
        ({"offer": "o-9"}, "no offer o-9 waits to be signed on this case: leave offer out, or propose the terms again"),
        ({"instalments": 3}, "the offer o-1 says 6 instalments at 0 % a year: agree on just that"),
        ({"rate": 2}, "the offer o-1 says 6 instalments at 0 % a year: agree on just that"),
        (
            {"covers": "arrears"},
            "the offer o-1 is about all that is owed, by the month, without fees: agree on just that",
        ),
    ],
)
def test_a_plan_says_what_the_offer_says_that_it_is_signed_by(world, terms, text) -> None:
    propose(world, count=6)
    asked = agree(**{"instalments": 6, "offer": "o-1", **terms})
    assert world.ring(TODAY, asked, clock="14:00").answers[-1].text == text


def test_an_offer_is_not_signed_after_its_last_day(world) -> None:
    propose(world, count=6)
    negotiation, late = world.case.negotiation, EXPIRES + timedelta(days=1)
    asked = {"instalments": 6, "offer": "o-1", "first_on": date(2026, 7, 2)}
    expired = world.ring(late, agree(**asked))
    assert expired.answers[-1].text.startswith("no offer o-1 waits to be signed")
    world.case = world.case.model_copy(update={"negotiation": negotiation})  # as the case that has not woken yet
    refused = world.ring(late, agree("plan-2", **asked), clock="13:00")
    assert refused.answers[-1].text == "the offer o-1 stood until 2026-06-16: propose the terms again"


def test_what_is_too_far_away_is_countered_and_the_counter_can_be_taken(world) -> None:
    answer = propose(world, count=2)
    assert not answer.accepted
    assert (answer.offered.verdict, answer.offered.offer.count) == (Verdict.COUNTERED, 3)
    assert (state(world), answer.offered.offer_id) == (OfferState.STANDING, "o-1")
    taken = propose(world, "o-2", answers="o-1", clock="13:00")
    assert (taken.accepted, state(world)) == (True, OfferState.AGREED)


def test_how_far_an_offer_came_is_told_in_words(world) -> None:
    propose(world, count=2)
    assert world.case.negotiation.offer.stands == "stands until 2026-06-16"


def test_a_counter_keeps_nobody_silent(world) -> None:
    propose(world, count=2)
    world.end_of(date(2026, 6, 8))
    assert [name for _, name in world.sent] == ["first", "second"]


def test_a_stale_answer_is_refused(world) -> None:
    propose(world, count=2)
    propose(world, "o-2", monthly=1, clock="13:00")
    assert propose(world, "o-3", answers="o-1", clock="14:00").text == (
        "the offer o-1 does not stand any more: o-2 stands now"
    )
    late = EXPIRES + timedelta(days=1)
    assert propose(world, "o-4", answers="o-2", on=late).text == (
        "the offer o-2 stood until 2026-06-16: propose the terms again"
    )
    assert propose(world, "o-5", answers="o-2", on=late, clock="13:00").text == (
        "the offer o-2 does not stand any more: none stands"
    )


def test_an_answer_to_an_offer_on_a_case_without_one_is_refused(world) -> None:
    assert propose(world, answers="o-9").text == "the offer o-9 does not stand any more: none stands"


def test_the_rounds_are_bounded_and_only_a_new_report_begins_another_negotiation(world) -> None:
    verdicts = [propose(world, f"o-{n}", count=100, clock=f"12:{n:02}").offered.verdict for n in range(5)]
    assert verdicts == [*[Verdict.COUNTERED] * 3, *[Verdict.ENDED] * 2]
    assert [each.no for each in world.case.negotiation.last] == [1, 2, 3, 4, 5]
    can_pay(world, 60, "rep-2")
    assert propose(world, "o-7", count=100, clock="13:00").offered.verdict is Verdict.COUNTERED
    assert len(world.case.negotiation.last) == 5


def test_paying_at_once_becomes_a_promise_in_the_place_of_the_one_that_runs(world) -> None:
    world.ring(TODAY, MakePromise(id="p-1", amount=euros(50), due_on=date(2026, 6, 5)), clock="11:00")
    answer = propose(world, once=180)
    assert answer.text == "180.00 EUR by 2026-06-12: agreed"
    assert (world.case.promise.amount, world.case.promise.due_on, world.case.promise.grace_ends_on) == (
        euros(180),
        date(2026, 6, 12),
        date(2026, 6, 14),
    )
    assert [entry.judged.state for entry in kept(world, JudgePromise)] == [PromiseState.REPLACED]
    assert kept(world, GivePromise)[-1].by == "agent-1"
    assert state(world) is OfferState.TAKEN


def test_an_offer_makes_no_more_promises_than_the_strategy_takes(new_world) -> None:
    world = bargaining(new_world, promises=Promises(horizon_days=30, most=1))
    world.ring(TODAY, MakePromise(id="p-1", amount=euros(50), due_on=date(2026, 6, 3)), clock="11:00")
    refused = propose(world, once=180, on=date(2026, 6, 6))
    assert refused.offered is None
    assert refused.text == "one promise was made in this episode already, as many as the strategy allows"


def test_a_strategy_without_promises_has_none_beside_the_offers(new_world) -> None:
    world = bargaining(new_world, promises=None)
    assert propose(world, once=180).accepted
    assert world.case.promise.grace_ends_on == date(2026, 6, 12)


# --- above an agent's limit


def test_a_settlement_waits_for_a_supervisor_and_nobody_is_asked_for_money_meanwhile(world) -> None:
    answer = propose(world, final=450)
    assert (answer.offered.verdict, answer.accepted) == (Verdict.NEEDS_APPROVAL, False)
    assert answer.text == "the bank will answer by 2026-06-16: a supervisor decides"
    (task,) = kept(world, AddTask)
    assert (task.task, task.detail["total"], task.detail["forgiven"]) == (
        "approval",
        "450.00",
        ("fee:20.00", "interest:60.00", "principal:70.00"),
    )
    world.end_of(EXPIRES)
    assert [name for _, name in world.sent] == ["first"]


def test_somebody_else_approves_and_it_becomes_a_promise(world) -> None:
    propose(world, final=450)
    assert approve(world, by="agent-1").text == "agent-1 cannot approve what agent-1 proposed: somebody else must"
    assert approve(world, name="a-2", role=Level.AGENT, clock="15:10").text == (
        "o-1 is more than an agent may decide on: a supervisor must"
    )
    assert approve(world, name="a-3", clock="15:20").text == (
        "450.00 EUR by 2026-07-02 settles everything that is owed: agreed"
    )
    assert (world.case.promise.id, world.case.promise.amount) == ("a-3", euros(450))
    assert world.case.negotiation.offer.approved_by == "lead-1"
    assert kept(world, CloseTask)[-1].outcome == "approved"
    assert approve(world, name="a-4", clock="15:30").text == "no offer o-1 waits for a decision on this case"


def test_a_supervisor_declines_and_the_customer_may_propose_again(world) -> None:
    propose(world, final=450)
    assert propose(world, "o-2", count=6, clock="13:00").text == (
        "a supervisor decides on o-1 until 2026-06-16: wait for the answer"
    )
    assert decline(world).text == "what o-1 proposed is declined: the customer may propose other terms"
    assert (state(world), kept(world, CloseTask)[-1].outcome) == (OfferState.DECLINED, "declined")
    assert decline(world, "o-9", clock="16:00").text == "the id d-1 was used for another request: choose a new id"
    assert propose(world, "o-3", count=6, clock="17:00").accepted


def test_only_a_supervisor_declines(world) -> None:
    assert decline(world).text == "no offer o-1 waits for a decision on this case"
    propose(world, final=450, clock="15:30")
    refused = world.ring(TODAY, clock="15:40")
    assert refused.answers == ()


def test_what_changed_meanwhile_is_not_approved(world) -> None:
    propose(world, final=590)
    world.not_yet_due = "300"
    world.about["owed"] = {**world.about["owed"], "principal": euros(420)}
    assert approve(world).text == "what is owed, or can be paid, has changed: propose the terms again"


def test_approving_what_the_case_has_no_room_for_is_refused(new_world) -> None:
    world = bargaining(new_world, promises=Promises(horizon_days=30, most=1))
    world.ring(TODAY, MakePromise(id="p-1", amount=euros(50), due_on=date(2026, 6, 3)), clock="11:00")
    propose(world, final=450)
    assert approve(world).text.startswith("one promise was made in this episode already")
    assert state(world) is OfferState.AWAITING


def test_a_decision_comes_too_late(world) -> None:
    propose(world, final=450)
    negotiation = world.case.negotiation
    world.end_of(EXPIRES + timedelta(days=1))
    assert (state(world), kept(world, CloseTask)[-1].outcome) == (OfferState.EXPIRED, "expired")
    world.case = world.case.model_copy(update={"negotiation": negotiation})
    late = approve(world, on=EXPIRES + timedelta(days=1), clock="23:59")
    assert late.text == "the time to decide on o-1 was over on 2026-06-16: propose the terms again"


def test_a_supervisor_who_listens_agrees_at_once_but_not_to_what_the_bank_proposes_itself(world) -> None:
    asked = propose(world, final=450, role=Level.SUPERVISOR, proposer=Proposer.AGENT)
    assert asked.offered.verdict is Verdict.NEEDS_APPROVAL
    decline(world, by="lead-2")
    assert propose(world, "o-2", final=450, role=Level.SUPERVISOR, clock="16:00").accepted


def test_a_case_that_closes_asks_nobody_to_decide(world) -> None:
    propose(world, final=450)
    world.ring(TODAY, Withdraw(id="w-1"), clock="13:00")
    assert (world.case.closure.outcome, state(world)) == (Outcome.WITHDRAWN, OfferState.EXPIRED)
    assert kept(world, CloseTask)[-1].outcome == "case_closed"
    world.ring(TODAY, clock="14:00")
    assert len(kept(world)) == 2


# --- hardship


def ill(world) -> None:
    """The customer told that they are ill."""
    said = {"channel": Channel.CALL, "party": Party.DEBTOR, "direction": Direction.IN, "verified": True}
    made = {"outcome": Made.CONVERSATION, "cause": Cause.ILLNESS, "made_at": world.instant(TODAY, "10:00")}
    world.ring(TODAY, ReportContact(id="c-1", **said, **made), clock="10:05")


def test_when_nothing_else_is_affordable_hardship_terms_pause_the_contact(new_world) -> None:
    world = bargaining(new_world, affordable=6)
    ill(world)
    answer = propose(world, monthly=6)
    assert answer.text == "5.00 EUR a month until 2026-09-02, when it is looked at again: agreed"
    assert (world.case.hardship.programme, world.case.hardship.review_on) == ("relief", date(2026, 9, 2))
    (pause,) = world.case.holds
    assert (pause.reason, pause.ends_on) == (HoldReason.PAUSE, date(2026, 9, 2))


def test_hardship_terms_need_a_hardship_that_somebody_assesses(new_world) -> None:
    world = bargaining(new_world, affordable=6)
    ill(world)
    world.case = world.case.model_copy(update={"hardship": None})
    assert propose(world, monthly=6).text == (
        "nobody told a hardship on this case: report the contact that told it first"
    )


# --- where nothing is negotiated


def test_without_an_ability_report_nothing_is_offered(new_world) -> None:
    world = bargaining(new_world, affordable=None)
    answer = propose(world, count=6)
    assert (answer.offered.verdict, answer.offered.offer_id, state(world)) == (Verdict.NOTHING, None, None)


def test_an_offer_that_stands_is_still_there_after_a_proposal_that_comes_to_nothing(world) -> None:
    propose(world, count=2)
    can_pay(world, None)
    propose(world, "o-2", count=2, clock="13:00")
    assert (world.case.negotiation.offer.id, state(world)) == ("o-1", OfferState.STANDING)


def test_a_strategy_without_a_book_negotiates_nothing(new_world) -> None:
    world = bargaining(new_world, book=None)
    assert propose(world, count=6).text == "the strategy test v1 has no offer book: nothing is negotiated by it"


def test_an_old_feed_negotiates_nothing(world) -> None:
    world.about["fresh_until"] = world.instant(date(2026, 5, 1))
    assert propose(world, count=6).text.startswith("the bank's data is older than the strategy allows")


def test_while_a_plan_runs_it_is_the_plan_that_is_changed(world) -> None:
    world.ring(TODAY, agree(), clock="11:00")
    assert propose(world, count=6).text == (
        "the plan plan-1 runs: agree on a new version, a holiday or an early end of it"
    )
    assert kept(world, KeepPlan)[0].request.offer is None


def test_what_is_disputed_is_not_negotiated(world) -> None:
    dispute = OpenDispute(
        id="d-9", contact_id="c-9", told_at=world.instant(TODAY), since=TODAY, resolve_by=EXPIRES, reports=("1",)
    )
    world.case = world.case.model_copy(update={"disputes": (dispute,)})
    assert propose(world, count=6).text == (
        "d-9 is disputed: terms would be about it too, so resolve the dispute first"
    )


def test_where_nothing_is_past_due_there_is_nothing_to_negotiate(new_world) -> None:
    made = bargaining(new_world)
    made.obligations.clear()
    made.owe(date(2026, 6, 20), 200)
    made.case = made.case.model_copy(update={"opens_at": made.instant(date(2026, 6, 21))})
    assert propose(made, count=6).text == "nothing is past due on this account: there is nothing to negotiate"


def test_a_proposal_says_something() -> None:
    with pytest.raises(ValidationError, match="says what would be paid"):
        ProposeTerms(id="o-1", by="agent-1")


def test_who_speaks_for_the_customer_is_named_and_needs_an_authority(world) -> None:
    with pytest.raises(ValidationError, match="names who speaks"):
        ProposeTerms(id="o-1", answers="o-0", by="agent-1", spoken_by="adv-7")
    refused = propose(world, count=6, proposer=Proposer.REPRESENTATIVE, spoken_by="adv-7")
    assert refused.text == (
        "no checked authority lets adv-7 propose for the customer here: enter one, or ask the customer"
    )


def test_the_same_proposal_twice_is_one_round(world) -> None:
    first = propose(world, count=2)
    world.answered[first.id] = first.model_dump_json()  # it does not travel with the case: the ledger has it
    again = propose(world, count=2, clock="13:00")
    assert (again, world.case.negotiation.rounds, "o-1" in world.case.answers) == (first, 1, False)


def test_what_was_said_tells_who_and_what(world) -> None:
    for name, said in (("o-1", {"monthly": 1}), ("o-2", {"once": 1}), ("o-3", {"final": 1}), ("o-4", {"count": 1})):
        propose(world, name, clock=f"12:0{name[-1]}", proposer=Proposer.AGENCY, **said)
    assert [each.said for each in world.case.negotiation.last] == [
        "1.00 EUR a month",
        "1.00 EUR at once",
        "1.00 EUR as final",
        "all at once",
    ]
    assert world.case.timeline[-1].text.startswith("The agency proposed all at once: ")
