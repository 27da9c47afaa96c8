"""Hold, release, withdraw: one answer each, one effect each."""

from datetime import date

import pytest

from domain.case.wording import hold_sentence
from domain.model.case import KEEP_ANSWERS, MOST_HOLDS, HeldBy, Outcome
from domain.model.events import Answer, CancelRequested, HoldReason, Withdraw, WithdrawReason

DUE = date(2024, 5, 20)
TODAY = date(2024, 6, 3)


@pytest.fixture
def world(new_world):
    """A case that is 14 days past due, its first notice given."""
    world = new_world({"first": 5, "second": 20})
    world.owe(DUE, "100")
    world.open(TODAY)
    return world


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"reason": "left_out"}, "give obligations_due_on"),
        ({"obligations_due_on": (DUE,)}, "only a hold with the reason left_out"),
        ({"ends_on": date(2024, 6, 2)}, "not after its first day 2024-06-03"),
        ({"ends_on": TODAY}, "not after its first day"),
        ({"starts_on": DUE, "ends_on": date(2024, 6, 2)}, "before today"),
        ({"ends_on": date.max}, "9999-12-31 is more than ten years from today (2024-06-03): give a date within them"),
        ({"starts_on": date(2014, 6, 1)}, "2014-06-01 is more than ten years from today"),
        ({"reason": "pause", "starts_on": date.min, "ends_on": date.max}, "0001-01-01 is more than ten years"),
        (
            {"reason": "left_out", "obligations_due_on": (DUE, date(2024, 5, 21))},
            "no obligation due on 2024-05-21 is unmet on this account: unmet are those due on 2024-05-20",
        ),
    ],
)
def test_a_hold_that_makes_no_sense_is_refused_in_one_sentence(world, hold, more, text):
    step = world.ring(TODAY, hold("h1", **more))
    assert (step.answers[0].accepted, step.case.holds) == (False, ())
    assert text in step.answers[0].text


def test_no_more_than_ten_holds_lie_on_a_case(world, hold):
    step = world.ring(TODAY, *(hold(f"h{i}") for i in range(MOST_HOLDS + 1)))
    assert [a.accepted for a in step.answers] == [True] * MOST_HOLDS + [False]
    assert "release one first" in step.answers[-1].text


def test_a_release_of_an_unknown_hold_is_refused(world, release):
    assert world.ring(TODAY, release("r1", "h1")).answers[0].text == "no hold h1 lies on this case"


@pytest.mark.parametrize("again", ["same step", "later step", "long ago"])
def test_the_same_id_gets_the_same_answer_and_no_second_effect(world, hold, release, again):
    if again == "same step":
        step = world.ring(TODAY, hold("h1"), hold("h1"))
        first, second = step.answers
    else:
        (first,) = world.ring(TODAY, hold("h1")).answers
        world.ring(TODAY, release("r1", "h1"), clock="13:00")
        if again == "long ago":
            world.answered = {"h1": first.model_dump_json()}
            world.case = world.case.model_copy(update={"answers": {}})
        step = world.ring(TODAY, hold("h1"), clock="14:00")
        (second,) = step.answers
    assert first == second
    assert first.accepted
    assert [h.reason.value for h in step.case.holds] == (["operator"] if again == "same step" else [])


def test_answers_travel_with_the_case_up_to_a_bound(world, release):
    for i in range(KEEP_ANSWERS + 5):
        world.ring(TODAY, release(f"r{i}", "none"))
    assert next(iter(world.case.answers)) == "r5"
    assert len(world.case.answers) == KEEP_ANSWERS


def test_a_hold_that_comes_to_its_end_frees_the_next_notice_by_itself(world, hold):
    step = world.ring(TODAY, hold("h1", ends_on=date(2024, 6, 15)))
    assert step.answers[0].text == "from 2024-06-03 until 2024-06-15 no notice leaves; days go on counting"
    assert "the hold h1 lies on the case" in step.case.next.why
    world.end_of(date(2024, 6, 30))
    assert world.sent[-1] == (date(2024, 6, 15), "second")
    assert world.case.holds == ()
    assert "The hold h1 ended on 2024-06-15." in [r.text for r in world.case.timeline]


def test_the_case_wakes_for_the_end_of_a_hold_even_when_no_notice_is_due(world, hold):
    step = world.ring(TODAY, hold("h1", ends_on=date(2024, 6, 5)))
    assert step.case.wake_at == world.instant(date(2024, 6, 5))


def test_without_an_end_the_case_says_that_it_waits_for_the_release(world, hold):
    step = world.ring(TODAY, hold("h1"))
    assert step.case.wake_at == world.instant(date(2024, 6, 9)), "the timer for the notice goes on as a look"
    assert step.case.next.what == "waits until the hold h1 is released"


def test_holds_that_follow_each_other_add_up(world, hold):
    world.ring(
        TODAY,
        hold("h1", ends_on=date(2024, 6, 15)),
        hold("h2", starts_on=date(2024, 6, 15), ends_on=date(2024, 6, 20)),
        hold("h3", starts_on=date(2024, 6, 10), ends_on=date(2024, 6, 12)),
    )
    world.end_of(date(2024, 7, 30))
    assert world.sent[-1] == (date(2024, 6, 20), "second")


def test_an_open_pause_stops_the_clock_and_says_so(world, hold):
    step = world.ring(TODAY, hold("p1", "pause"))
    assert step.answers[0].text.endswith("no notice leaves, and treatment days stand still")
    assert step.case.wake_at == world.instant(date(2024, 6, 9)), "the timer for the notice goes on as a look"
    assert step.case.next.why == (
        "the pause p1 lies on the case from 2024-06-03 until it is released: "
        "no notice leaves and treatment days stand still"
    )


def test_a_pause_that_had_not_begun_leaves_no_trace(world, hold, release):
    world.ring(TODAY, hold("p1", "pause", starts_on=date(2024, 7, 1)))
    step = world.ring(TODAY, release("r1", "p1"), clock="13:00")
    assert (step.case.holds, step.case.pauses_over) == ((), ())


def test_a_pause_wholly_behind_shortens_treatment_days_at_once(world, hold):
    step = world.ring(TODAY, hold("p1", "pause", starts_on=date(2024, 5, 25), ends_on=TODAY))
    assert (step.case.holds, step.case.arrears.treatment_days, step.case.arrears.days_past_due) == ((), 5, 14)
    assert step.case.next.why == "it is due 20 days after the oldest unpaid due date 2024-05-20, paused days left out"


def test_a_withdrawn_case_is_closed_and_answers_so(world, hold):
    step = world.ring(TODAY, Withdraw(id="w1"), hold("h1"))
    assert [a.accepted for a in step.answers] == [True, False]
    assert step.answers[1].text == "this case is closed: withdrawn"
    closure = step.case.outcome
    assert (closure.outcome, closure.reason, closure.notices) == (
        Outcome.WITHDRAWN,
        WithdrawReason.OPENED_IN_ERROR,
        1,
    )
    later = world.ring(TODAY, hold("h2"), clock="13:00")
    assert [(a.id, a.accepted, a.text) for a in later.answers] == [("h2", False, "this case is closed: withdrawn")]
    assert (later.case.closure, later.commands, later.attributes, later.case.wake_at) == (closure, (), None, None)


def test_a_cancelled_workflow_ends_as_withdrawn(world):
    step = world.ring(TODAY, CancelRequested())
    assert (step.case.outcome.outcome, step.case.outcome.reason) == (Outcome.WITHDRAWN, WithdrawReason.CANCELLED)
    assert world.ring(TODAY, CancelRequested(), clock="13:00").case.outcome == step.case.outcome


def test_everything_left_out_leaves_nothing_to_remind_of(world, hold):
    step = world.ring(TODAY, hold("d1", "left_out", obligations_due_on=(DUE,), ends_on=date(2024, 7, 1)))
    assert (step.case.next.what, step.case.next.why) == (
        "waits for payment",
        "what is past due is left out by a hold",
    )
    world.end_of(date(2024, 7, 2))
    assert world.sent[-1] == (date(2024, 7, 1), "second")


def test_what_is_not_left_out_waits_out_its_own_grace(new_world, hold):
    world = new_world({"first": 5}, grace=3)
    world.owe(DUE, "100")
    world.owe(date(2024, 6, 2), "50")
    world.open(date(2024, 5, 24))
    step = world.ring(date(2024, 6, 3), hold("d1", "left_out", obligations_due_on=(DUE,)))
    assert step.case.next.what == "waits for payment until 2024-06-06"
    assert step.case.wake_at == world.instant(date(2024, 6, 6))


def test_a_left_out_hold_agreed_for_later_leaves_nothing_out_today(world, hold):
    step = world.ring(TODAY, hold("d1", "left_out", obligations_due_on=(DUE,), starts_on=date(2024, 7, 1)))
    assert "sends the notice" in step.case.next.what


def test_a_hold_within_ten_years_is_taken(world, hold):
    step = world.ring(TODAY, hold("h1", starts_on=date(2014, 6, 3), ends_on=date(2034, 6, 3)))
    assert step.answers[0].accepted


def test_a_refusal_names_six_due_dates_at_most(world, hold):
    for day in range(1, 8):
        world.owe(date(2024, 4, day), "10")
    step = world.ring(TODAY, hold("d1", "left_out", obligations_due_on=(date(2024, 1, 1),)))
    assert step.answers[0].text.endswith(
        "due on " + ", ".join(f"2024-04-0{day}" for day in range(1, 7)) + " and 2 more"
    )


def test_before_anything_is_unmet_no_obligation_can_be_left_out(new_world, hold):
    world = new_world()
    world.open(TODAY, opens_at=world.instant(date(2024, 7, 1)))
    step = world.ring(TODAY, hold("d1", "left_out", obligations_due_on=(DUE,)))
    assert step.answers[0].text == "no obligation due on 2024-05-20 is unmet on this account: none is unmet"


REUSED = "the id h1 was used for another request: choose a new id"


@pytest.mark.parametrize("again", ["same step", "later step", "long ago"])
def test_an_id_of_another_request_is_refused_and_the_first_answer_stays(world, hold, again):
    if again == "same step":
        first, refused, repeated = world.ring(TODAY, hold("h1"), hold("h1", "pause"), hold("h1")).answers
    else:
        (first,) = world.ring(TODAY, hold("h1")).answers
        if again == "long ago":
            world.answered = {"h1": first.model_dump_json()}
            world.case = world.case.model_copy(update={"answers": {}})
        refused, repeated = world.ring(TODAY, hold("h1", "pause"), hold("h1"), clock="13:00").answers
    assert (refused.id, refused.accepted, refused.text) == ("h1", False, REUSED)
    assert first == repeated == world.case.answers["h1"]
    assert (first.accepted, len(first.asked), refused.asked != first.asked) == (True, 16, True)
    assert [h.reason.value for h in world.case.holds] == ["operator"]


def test_an_id_is_that_of_its_kind_of_request_too(world, hold, release):
    step = world.ring(TODAY, hold("h1"), release("h1", "h1"), Withdraw(id="h1"))
    assert [a.text for a in step.answers[1:]] == [REUSED, REUSED]
    assert step.case.outcome is None


def test_an_answer_from_before_there_were_digests_is_given_again(world, hold):
    old = Answer(id="h1", accepted=True, text="held")
    world.case = world.case.model_copy(update={"answers": {"h1": old}})
    assert world.ring(TODAY, hold("h1", "pause")).answers == (old,)


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        ("operator", "the hold h1 lies on the case from 2024-06-03 until it is released: no notice leaves"),
        (
            "pause",
            "the pause h1 lies on the case from 2024-06-03 until it is released: "
            "no notice leaves and treatment days stand still",
        ),
        (
            "left_out",
            "the hold h1 lies on the case from 2024-06-03 until it is released: "
            "these obligations are left out, the rest goes on",
        ),
    ],
)
def test_a_hold_is_described_by_what_it_does(reason, text):
    assert hold_sentence(HeldBy(id="h1", reason=HoldReason(reason), starts_on=TODAY)) == text
