"""Hardship: assessed, paused within bounds, looked at again, and the advice asked after."""

from datetime import date

import pytest

from domain.model.case import MOST_HOLDS
from domain.model.causes import Cause, CausePath
from domain.model.contact import Direction
from domain.model.events import Hold, HoldReason, Withdraw
from domain.model.hardship import AssessHardship, FollowUp, FollowUpOutcome, HardshipOutcome, HardshipTerms
from tests.domain.case.desk import Desk, packs_of
from tests.domain.compliance.small_packs import local

TODAY = date(2026, 3, 3)
_WORK = ({"task": "hardship_assessment", "days": 7},)
PATHS = {
    Cause.LOST_INCOME: CausePath(
        pause={"days": 30},
        work=_WORK,
        referral={"services": ("debt-advice",), "days": 30},
        programmes=("income-loss-relief", "rate-relief"),
    ),
    Cause.ILLNESS: CausePath(pause={"days": 30}, work=_WORK, programmes=("illness-relief",)),
    Cause.UNWILLING: CausePath(referral={"services": ("debt-advice",), "days": 10}),
    Cause.FORGOT: CausePath(offers=("auto-debit",)),
}


@pytest.fixture
def bank(desk_of) -> Desk:
    return desk_of(packs_of(), causes=PATHS)


def told(bank: Desk, cause: Cause = Cause.LOST_INCOME, at: str | None = None):
    return bank.report("conversation", direction=Direction.IN, verified=True, cause=cause, at=at)


def assess(bank: Desk, outcome: str, *, at: str | None = None, **more: object):
    asked = {"id": f"a-{len(bank.steps)}", "by": "care-1", **more}
    return bank.step(AssessHardship(outcome=HardshipOutcome(outcome), **asked), at=at).answers[0]


def grant(bank: Desk, **more: object):
    return assess(bank, "granted", **{"programme": "income-loss-relief", **more})


def follow_up(bank: Desk, outcome: str = "helped"):
    request = FollowUp(id=f"f-{len(bank.steps)}", outcome=FollowUpOutcome(outcome), by="care-2")
    return bank.step(request).answers[0]


def entries(bank: Desk, kind: str):
    return [entry for step in bank.steps for entry in step.entries if entry.kind == kind]


def pauses(bank: Desk):
    return [(hold.id, hold.ends_on) for hold in bank.world.case.holds if hold.reason is HoldReason.PAUSE]


def test_a_hardship_that_was_told_waits_for_its_assessment_and_its_follow_up(bank) -> None:
    told(bank)
    hardship = bank.world.case.hardship
    assert (hardship.cause, hardship.since, hardship.outcome) == (Cause.LOST_INCOME, TODAY, None)
    assert hardship.follow_up_on == date(2026, 4, 2)
    (kept,) = entries(bank, "keep_hardship")
    assert (kept.step, kept.is_over, kept.hardship) == ("told", False, hardship)


def test_aid_extends_the_pause_to_the_review_names_the_programme_and_asks_again(bank) -> None:
    told(bank)
    answer = grant(bank, evidence="DOC-7", at="2026-03-05T10:00")
    assert (answer.accepted, answer.text) == (
        True,
        "income-loss-relief is granted: contact pauses until 2026-05-04, and somebody looks again on 2026-05-04",
    )
    assert pauses(bank) == [("cause/lost_income/2026-03-03", date(2026, 5, 4))]
    kept = entries(bank, "keep_hardship")[-1]
    assert (kept.step, kept.outcome, kept.paused_until, kept.by, kept.evidence) == (
        "assessed",
        HardshipOutcome.GRANTED,
        date(2026, 5, 4),
        "care-1",
        "DOC-7",
    )
    (done,) = entries(bank, "close_task")
    assert (done.task_id.partition("/")[0], done.by, done.outcome) == ("hardship_assessment", "care-1", "granted")
    bank.step(at="2026-05-03T23:00")
    assert "hardship_review" not in [task.task for task in bank.tasks]
    assert bank.world.case.next.wake_at == local("2026-05-04T00:00")
    for at in ("2026-05-04T00:00", "2026-05-05T00:00"):
        bank.step(at=at)
    (review,) = (task for task in bank.tasks if task.task == "hardship_review")
    assert (review.task_id, review.due_at) == ("hardship_review/a1/1/2026-05-04", local("2026-05-05T00:00"))
    assert review.detail == {"cause": "lost_income", "programme": "income-loss-relief"}
    assert pauses(bank) == [], "contact goes on where nobody said otherwise"


def test_the_review_is_an_assessment_again(bank) -> None:
    told(bank)
    grant(bank, review_on=date(2026, 3, 20))
    bank.step(at="2026-03-20T00:00")
    answer = assess(bank, "granted", programme="rate-relief", pause_until=date(2026, 4, 1), at="2026-03-20T09:00")
    assert answer.accepted, answer.text
    closed = [entry.task_id for entry in entries(bank, "close_task")]
    assert "hardship_review/a1/1/2026-03-20" in closed
    assert pauses(bank) == [("hardship/2026-03-20", date(2026, 4, 1))], "the pause before it ended on that day"
    assert bank.world.case.hardship.review_on == date(2026, 5, 19)


@pytest.mark.parametrize("outcome", ["declined", "no_hardship"])
def test_without_aid_the_pause_ends_on_the_next_business_day(bank, outcome) -> None:
    told(bank)
    answer = assess(bank, outcome, at="2026-03-06T10:00")  # a Friday
    assert answer.text.endswith(": contact goes on from 2026-03-09")
    assert pauses(bank) == [("cause/lost_income/2026-03-03", date(2026, 3, 9))]
    assert bank.world.case.hardship.follow_up_on is not None, "the advice is asked after all the same"
    assert follow_up(bank).text == "the advice is followed up: helped"
    assert bank.world.case.hardship is None
    assert entries(bank, "keep_hardship")[-1].is_over


def test_a_pause_that_would_end_sooner_stays_as_short_as_it_is(bank) -> None:
    told(bank, Cause.ILLNESS)
    grant(bank, programme="illness-relief", pause_until=date(2026, 3, 7))
    assess(bank, "declined", at="2026-03-06T10:00")
    assert pauses(bank) == [("cause/illness/2026-03-03", date(2026, 3, 7))]
    assert bank.world.case.hardship is None
    assert entries(bank, "keep_hardship")[-1].is_over


def test_a_pause_of_an_operator_stays_as_it_was_agreed(bank) -> None:
    bank.step(Hold(id="agreed", reason=HoldReason.PAUSE, ends_on=date(2026, 9, 1)))
    told(bank)
    assess(bank, "declined")
    assert ("agreed", date(2026, 9, 1)) in pauses(bank)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"programme": None}, "name a programme that the strategy has for the cause lost_income: income-loss-relief"),
        ({"programme": "debt-erasure"}, "name a programme that the strategy has for the cause lost_income"),
        ({"pause_until": TODAY}, "pause and review lie after today (2026-03-03), not on 2026-03-03"),
        ({"review_on": date(2026, 3, 1)}, "pause and review lie after today (2026-03-03), not on 2026-03-01"),
        ({"review_on": date(2026, 8, 31)}, "2026-08-31 is too far away: the strategy allows aid until 2026-08-30"),
        ({"outcome": "declined"}, "only what is granted has a programme and days"),
        ({"outcome": "declined", "programme": None, "review_on": date(2026, 4, 1)}, "only what is granted has"),
        ({"outcome": "no_hardship", "programme": None, "pause_until": date(2026, 4, 1)}, "only what is granted has"),
    ],
)
def test_what_cannot_be_so_is_refused(bank, asked, why) -> None:
    told(bank)
    answer = assess(bank, **{"outcome": "granted", "programme": "income-loss-relief", **asked})
    assert (answer.accepted, answer.text[: len(why)]) == (False, why)
    assert pauses(bank) == [("cause/lost_income/2026-03-03", date(2026, 4, 2))]


def test_the_bounds_are_those_of_the_strategy_from_the_day_on_which_it_was_told(bank) -> None:
    terms = HardshipTerms(most_pause_days=40, review_days=20)
    bank.world.strategy = bank.world.strategy.model_copy(update={"hardship": terms})
    told(bank)
    grant(bank, at="2026-03-05T10:00")
    assert pauses(bank) == [("cause/lost_income/2026-03-03", date(2026, 3, 25))]
    late = grant(bank, review_on=date(2026, 4, 13), at="2026-03-25T10:00")
    assert late.text == "2026-04-13 is too far away: the strategy allows aid until 2026-04-12"


def test_where_the_strategy_names_no_programme_nothing_is_granted(bank) -> None:
    told(bank, Cause.UNWILLING)
    assert grant(bank).text == ("the strategy names no aid programme for the cause unwilling: nothing can be granted")
    bank.causes = None
    assert "names no aid programme" in grant(bank).text


def test_with_ten_holds_no_pause_is_added(bank) -> None:
    told(bank)
    assess(bank, "declined", at="2026-03-05T10:00")
    bank.step(*(Hold(id=f"h-{number}") for number in range(MOST_HOLDS)), at="2026-03-09T10:00")
    assert grant(bank).text == "10 holds lie on this case already: release one first"


def test_nothing_is_assessed_or_followed_up_that_nobody_told(bank) -> None:
    told(bank, Cause.FORGOT)
    for answer in (grant(bank), follow_up(bank)):
        assert answer.text == "nobody told a hardship on this case: report the contact that told it first"
    told(bank, Cause.ILLNESS)
    assert follow_up(bank).text == "no advice is left on this case to ask after"


def test_the_follow_up_closes_its_task_and_the_assessment_goes_on(bank) -> None:
    told(bank)
    told(bank, at="2026-03-04T10:00")
    assert follow_up(bank, "not_taken_up").accepted
    closed = entries(bank, "close_task")
    assert [entry.task_id.partition("/")[0] for entry in closed] == ["referral", "referral"]
    assert {entry.outcome for entry in closed} == {"not_taken_up"}
    hardship = bank.world.case.hardship
    assert (hardship.follow_up_on, hardship.outcome, hardship.since) == (None, None, TODAY)
    grant(bank)
    assert [entry.task_id.partition("/")[0] for entry in entries(bank, "close_task")][2:] == ["hardship_assessment"] * 2


def test_another_cause_goes_on_with_the_same_hardship_and_its_advice(bank) -> None:
    told(bank)
    told(bank, Cause.ILLNESS, at="2026-03-10T10:00")
    hardship = bank.world.case.hardship
    assert (hardship.cause, hardship.since, hardship.follow_up_on) == (Cause.ILLNESS, TODAY, date(2026, 4, 2))
    grant(bank, programme="illness-relief", pause_until=date(2026, 5, 1))
    assert {ends_on for _, ends_on in pauses(bank)} == {date(2026, 5, 1)}


def test_after_the_review_and_the_pause_a_hardship_is_another_one(bank) -> None:
    told(bank)
    grant(bank, review_on=date(2026, 3, 20))
    bank.step(at="2026-03-21T10:00")
    told(bank, at="2026-10-01T10:00")
    assert bank.world.case.hardship.since == date(2026, 10, 1)
    assert len(bank.world.case.hardship.reports) == 1


def test_a_closed_case_asks_no_more(bank) -> None:
    told(bank)
    grant(bank, review_on=date(2026, 3, 20))
    bank.step(Withdraw(id="w-1"))
    bank.step(at="2026-03-21T10:00")
    assert "hardship_review" not in [task.task for task in bank.tasks]
    assert grant(bank).text == "this case is closed: withdrawn"
