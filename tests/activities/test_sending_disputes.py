"""The last look while something is disputed: no notice asks for it, and its text says what is looked into."""

from __future__ import annotations

from datetime import timedelta

import pytest

from activities.advance import CaseActivities
from domain.model.blocker import Blocker
from domain.model.case import Advance, Case, Step
from domain.model.causes import Cause
from domain.model.contact import Direction, Outcome
from domain.model.disputes import DisputeOutcome, DisputeWord, ResolveDispute
from domain.model.events import Event, HoldReason, LedgerChanged
from domain.model.money import Money
from domain.model.permits import ReportContact
from ledger import disputes, entries
from ledger.entries import Entry, EntryKind
from policies.texts import texts_of
from starter.posting import Payment, post_payment
from tests.activities.sending import SENT, blocker_of, send
from tests.activities.test_sending_words import PHONE, KeepingChannel, by_sms
from tests.activities.world import DECIDED_AT, FIRST_DUE, MINIMUM, RULES, SECOND_DUE, World

SECOND = timedelta(seconds=1)
TOLD = ReportContact(
    id="d-1",
    outcome=Outcome.CONVERSATION,
    direction=Direction.IN,
    made_at=DECIDED_AT,
    verified=True,
    cause=Cause.DISPUTE,
    disputed_due_on=(FIRST_DUE,),
)
UPHELD = ResolveDispute(id="o-1", dispute="d-1", outcome=DisputeOutcome.UPHELD, by="lead-2")


def test_what_is_disputed_since_the_decision_does_not_leave(world: World) -> None:
    world.hold(HoldReason.LEFT_OUT, FIRST_DUE)
    assert blocker_of(send(world)) is Blocker.HELD, "no money came in"
    assert world.files() == []
    rest = {"attempt": 2, "past_due": MINIMUM, "oldest_due_on": SECOND_DUE}
    assert send(world, **rest) == SENT


def test_money_that_came_in_is_told_as_such_whatever_is_left_out(world: World) -> None:
    world.hold(HoldReason.LEFT_OUT, FIRST_DUE)
    world.pay(MINIMUM)
    assert blocker_of(send(world)) is Blocker.PAID


@pytest.mark.parametrize("words", [(), (DisputeWord.UNDER_REVIEW,)])
def test_the_text_says_what_the_decision_says_of_disputes(place, words) -> None:
    world, channel = place(point=PHONE), KeepingChannel()
    command = by_sms(world).model_copy(update={"disputed": words})
    assert world.messaging(channel, texts=texts_of().message).send_notice(command) == SENT
    assert ("under review" in channel.got[0].content.text) is bool(words)
    intended = next(body for kind, body in world.audit() if kind == "notice_intended")
    assert intended.get("disputed") == ([word.value for word in words] or None)


def advance(world: World, case: Case, *events: Event, seconds: int = 0) -> Step:
    at = DECIDED_AT + seconds * SECOND
    return CaseActivities(world.ledger).advance(Advance(case=case, events=events or (LedgerChanged(),), as_of=at))


def test_a_step_that_runs_again_keeps_one_dispute_and_one_outcome(world: World) -> None:
    for _ in range(2):
        step = advance(world, world.case, TOLD)
    for seconds in (1, 2):
        resolved = advance(world, step.case, UPHELD, seconds=seconds)
    assert resolved.answers[0].accepted
    with world.ledger.read() as conn:
        assert [each.step for each in disputes.of_case(conn, "A-1/1")] == ["opened", "resolved"]
        assert disputes.standing(conn, "A-1/1").going_on == resolved.case.disputes
    assert world.audit_kinds().count("dispute_opened") == world.audit_kinds().count("dispute_resolved") == 1


def test_the_case_sees_the_banks_credit_and_the_evidence_says_so(world: World) -> None:
    step = advance(world, world.case, TOLD)
    step = advance(world, step.case, UPHELD, seconds=1)
    assert [task.kind for task in world.tasks()] == ["dispute_correction"]
    at = DECIDED_AT + 2 * SECOND
    credit = Entry("A-1", "credit-1", EntryKind.CREDIT, at.date(), at, principal_minor=-MINIMUM)
    with world.ledger.write() as conn:
        entries.append(conn, credit)
    step = advance(world, step.case, seconds=3)
    assert (step.case.disputes, step.case.holds, world.tasks()) == ((), (), ())
    bodies = [body for kind, body in world.audit() if kind == "step"]
    assert bodies[-1]["facts"]["corrections"] == {"d-1": "1,000.00 TWD"}
    assert "corrections" not in bodies[0]["facts"]


def test_a_payment_meets_what_is_not_disputed_first(world: World) -> None:
    advance(world, world.case, TOLD)
    payment = Payment("A-1", Money.of_minor(MINIMUM, "TWD"), "pay-1")
    posted = post_payment(world.ledger, RULES, payment, DECIDED_AT + SECOND)
    assert [(part.due_on, part.amount_minor) for part in posted.met] == [(SECOND_DUE, MINIMUM)]
