"""The decision of a case: when it opens, reminds, waits, closes, and what it says."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from domain.case.decide import decide
from domain.model.blocker import Blocker
from domain.model.case import KEEP_LAST, Outcome, Stage
from domain.model.contact import FactKind, PastFact
from domain.model.events import LedgerChanged, NoticeNotSent, Quarantined, Woken
from domain.model.facts import MessageState

DUE = date(2024, 5, 20)


def test_a_due_notice_is_asked_for_once_and_the_next_is_planned_as_if_it_was_given(world):
    step = world.open(date(2024, 5, 25))
    (command,) = step.commands
    assert (command.key, command.notice, str(command.past_due)) == ("a1/1/first/1", "notice-first", "100.00 EUR")
    assert command.summary == "Send notice-first by file: 100.00 EUR past due since 2024-05-20"
    assert step.case.wake_at == world.instant(date(2024, 6, 4))
    assert step.case.next.what == "sends the notice notice-second by file on 2024-06-04 at 09:30"
    assert step.case.next.why == "it is due 15 days after the oldest unpaid due date 2024-05-20"
    view = step.case.ladder
    assert (view.total_given, view.next_step, view.next_on) == (1, "second", date(2024, 6, 4))


def test_before_the_time_of_day_the_case_waits_for_it(world):
    step = world.open(date(2024, 5, 25), "07:00")
    assert (step.commands, step.case.wake_at) == ((), world.instant(date(2024, 5, 25)))


def test_after_the_hours_of_contact_the_case_waits_for_the_next_day(world):
    step = world.open(date(2024, 5, 25), "22:00")
    assert (step.commands, step.case.wake_at) == ((), world.instant(date(2024, 5, 26)))
    assert step.case.next.why.endswith(
        "on 2024-05-25: it is owed and leaves at the next hour of contact; deferred by the rule cn.day"
    )


def test_a_time_of_day_outside_the_hours_of_contact_becomes_their_opening(new_world):
    world = new_world({"first": 5}, send_at=time(23))
    world.owe(DUE, "100")
    world.open(date(2024, 5, 24))
    world.end_of(date(2024, 5, 30))
    assert [s.case.as_of for s in world.steps if s.commands] == [world.instant(date(2024, 5, 25), "08:00")]


def test_where_daylight_saving_skips_the_hour_the_first_valid_instant_counts(new_world):
    world = new_world({"first": 11}, zone="Africa/Cairo", send_at=time(0, 30))
    (pack,) = world.rules.packs
    whole_day = pack.windows[0].model_copy(update={"open": 0})
    world.rules = world.rules.model_copy(update={"packs": (pack.model_copy(update={"windows": (whole_day,)}),)})
    world.owe(date(2024, 4, 15), "100")
    step = world.open(date(2024, 4, 20))
    assert step.case.wake_at == datetime(2024, 4, 25, 22, 0, tzinfo=UTC), "01:00 in Cairo, after the gap"


def test_facts_of_another_instant_are_refused(world):
    world.open(date(2024, 5, 25))
    at = world.instant(date(2024, 5, 26))
    with pytest.raises(ValueError, match="read as of"):
        decide(world.case, (Woken(),), world.facts(at), at + timedelta(seconds=1))


def test_a_payment_between_two_notices_stops_the_next(world):
    world.open(date(2024, 5, 25))
    world.pay(date(2024, 6, 1), d20240520="100")
    step = world.ring(date(2024, 6, 1))
    assert (step.case.stage, step.case.outcome.outcome) == (Stage.CLOSED, Outcome.CURED)
    assert (step.case.outcome.days_past_due, step.case.outcome.notices) == (5, 1)
    assert step.case.next.why == "the case is closed: nothing is past due any more"
    assert (step.attributes.outcome, step.attributes.past_due.minor, step.attributes.oldest_due_on) == (
        Outcome.CURED,
        0,
        None,
    )


def test_a_part_payment_moves_the_ladder(world):
    world.owe(date(2024, 5, 30), "80")
    world.open(date(2024, 5, 25))
    world.pay(date(2024, 6, 1), d20240520="100")
    step = world.ring(date(2024, 6, 1))
    assert step.case.wake_at == world.instant(date(2024, 6, 14))
    assert step.case.timeline[-1].text == (
        "Now 80.00 EUR past due since 2024-05-30 (2 days); before, 100.00 EUR since 2024-05-20."
    )


def test_a_status_without_a_payment_clears_and_does_not_cure(world):
    world.open(date(2024, 5, 25))
    world.obligations.clear()
    world.by_payment = False
    assert world.ring(date(2024, 6, 1)).case.outcome.outcome is Outcome.CLEARED_BY_STATUS


def test_nothing_owed_any_more_is_paid_in_full(world):
    world.open(date(2024, 5, 25))
    world.pay(date(2024, 6, 1), d20240520="100")
    world.not_yet_due = "0"
    assert world.ring(date(2024, 6, 1)).case.outcome.outcome is Outcome.PAID_IN_FULL


def test_attributes_are_published_at_changes_of_stage_only(world):
    world.open(date(2024, 5, 25))
    world.end_of(date(2024, 6, 10))
    world.pay(date(2024, 6, 11), d20240520="100")
    world.ring(date(2024, 6, 11), clock="09:00")
    assert [step.attributes is not None for step in world.steps] == [False, False, True]


def test_a_case_started_ahead_sleeps_until_its_day_and_decides_nothing(world, hold):
    opens_at = world.instant(date(2024, 5, 21), "00:05")
    step = world.open(date(2024, 5, 1), stage=Stage.WAITING, opens_at=opens_at)
    assert (step.case.stage, step.case.wake_at, step.commands) == (Stage.WAITING, opens_at, ())
    assert step.case.next.what == "opens on 2024-05-21 at 00:05"
    assert world.ring(date(2024, 5, 2), hold("h1")).answers[0].accepted
    world.sleep_until(opens_at)
    assert world.case.stage is Stage.REMINDING
    assert world.steps[-1].attributes.stage is Stage.REMINDING


def test_within_grace_a_case_that_was_never_late_waits(new_world):
    world = new_world({"first": 5}, grace=3)
    world.owe(DUE, "100")
    step = world.open(date(2024, 5, 21), stage=Stage.WAITING)
    assert (step.case.stage, step.case.wake_at) == (Stage.WAITING, world.instant(date(2024, 5, 24)))
    assert step.case.next.why == "an obligation is unmet, and within 3 days of grace nobody is late"
    world.end_of(date(2024, 5, 24))
    assert world.case.stage is Stage.REMINDING


def test_paid_within_grace_a_case_closes_without_ever_being_late(new_world):
    world = new_world({"first": 5}, grace=3)
    world.owe(DUE, "100")
    world.open(date(2024, 5, 21), stage=Stage.WAITING)
    world.pay(date(2024, 5, 22), d20240520="100")
    closure = world.ring(date(2024, 5, 22)).case.outcome
    assert (closure.outcome, closure.days_past_due) == (Outcome.CURED, 0)


@pytest.mark.parametrize("blocker", [Blocker.PAID, Blocker.HELD, Blocker.CLOSED, Blocker.CONTACT_WINDOW])
def test_a_refused_notice_is_planned_anew_for_the_next_day(world, blocker):
    world.fates["a1/1/first/1"] = MessageState.REFUSED
    world.open(date(2024, 5, 25))
    event = NoticeNotSent(key="a1/1/first/1", step="first", blocker=blocker)
    step = world.ring(date(2024, 5, 25), event)
    assert (step.commands, step.case.wake_at) == ((), world.instant(date(2024, 5, 26)))
    world.end_of(date(2024, 5, 26))
    assert world.sent == [(date(2024, 5, 26), "first")]
    assert world.notices[-1].key == "a1/1/first/2"


def test_a_refusal_that_the_ledger_does_not_keep_waits_for_the_next_day_too(world):
    world.open(date(2024, 5, 25))
    world.notices.clear()
    event = NoticeNotSent(key="a1/1/first/1", step="first", blocker=Blocker.HELD)
    assert world.ring(date(2024, 5, 25), event).case.wake_at == world.instant(date(2024, 5, 26))


def test_a_deferred_notice_leaves_at_the_instant_that_the_gate_named(world):
    world.open(date(2024, 5, 25))
    world.notices.clear()
    retry_at = world.instant(date(2024, 5, 26), "11:15")
    event = NoticeNotSent(key="a1/1/first/1", step="first", blocker=Blocker.CONTACT_WINDOW, retry_at=retry_at)
    step = world.ring(date(2024, 5, 25), event, clock="23:00")
    assert (step.case.wake_at, step.case.retry_at) == (retry_at, retry_at)
    assert step.case.timeline[-1].text.endswith("; not before 2024-05-26 at 11:15.")
    world.sleep_until(retry_at)
    assert (world.steps[-1].commands[0].key, world.case.retry_at) == ("a1/1/first/1", None)


def test_a_notice_that_the_provider_refused_is_tried_again_after_the_gap(new_world):
    world = new_world({"first": 5, "second": 15}, days_between=2)
    world.owe(DUE, "100")
    world.fates["a1/1/first/1"] = MessageState.FAILED
    world.open(date(2024, 5, 25))
    event = NoticeNotSent(key="a1/1/first/1", step="first", blocker=Blocker.PROVIDER)
    step = world.ring(date(2024, 5, 25), event)
    assert "it could not be delivered: the timeline says why" in step.case.timeline[-1].text
    world.end_of(date(2024, 5, 30))
    assert world.sent == [(date(2024, 5, 28), "first")]
    assert "attempt 2" in world.case.timeline[-1].text


@pytest.mark.parametrize("fate", [MessageState.SENT, MessageState.FAILED])
def test_a_notice_whose_fate_is_unknown_waits_for_a_person(world, fate):
    key = "a1/1/first/1"
    world.fates[key] = MessageState.UNKNOWN
    world.open(date(2024, 5, 25))
    step = world.ring(date(2024, 5, 25), NoticeNotSent(key=key, step="first", blocker=Blocker.NO_ANSWER))
    again_at = world.instant(date(2024, 6, 1))
    assert (step.case.blocked, step.case.wake_at, step.case.next.what) == (key, again_at, "waits for a person")
    assert step.case.timeline[-1].text.endswith("or nobody knows whether it did: a person must say so.")
    assert "nothing is sent twice" in step.case.next.why
    assert world.ring(date(2024, 6, 20)).case.blocked == key, "a doorbell alone settles nothing"
    world.settle(key, fate)
    step = world.ring(date(2024, 6, 21))
    assert step.case.blocked is None
    assert step.commands[0].key == ("a1/1/second/1" if fate is MessageState.SENT else "a1/1/first/2")


def test_an_unknown_notice_blocks_a_case_that_has_not_heard_of_it(world):
    world.fates["a1/1/first/1"] = MessageState.UNKNOWN
    world.open(date(2024, 5, 25))
    assert world.ring(date(2024, 5, 26)).case.blocked == "a1/1/first/1"


def test_without_an_address_a_person_enters_one_and_rings(world):
    key = "a1/1/first/1"
    world.fates[key] = MessageState.REFUSED
    world.open(date(2024, 5, 25))
    step = world.ring(date(2024, 5, 25), NoticeNotSent(key=key, step="first", blocker=Blocker.NO_CONTACT_POINT))
    assert (step.case.blocked, step.case.wake_at) == (key, world.instant(date(2024, 6, 1)))
    assert "a person must enter an address" in step.case.next.why
    assert world.ring(date(2024, 5, 27), Woken()).case.blocked == key
    step = world.ring(date(2024, 5, 28))
    assert (step.case.blocked, step.commands[0].key) == (None, "a1/1/first/2")


def test_a_blocked_case_still_closes(world):
    world.fates["a1/1/first/1"] = MessageState.UNKNOWN
    world.open(date(2024, 5, 25))
    world.ring(date(2024, 5, 26))
    world.pay(date(2024, 5, 27), d20240520="100")
    step = world.ring(date(2024, 5, 27))
    assert (step.case.outcome.outcome, step.case.blocked) == (Outcome.CURED, None)


def test_a_notice_on_its_way_is_neither_repeated_nor_overtaken(world):
    world.fates["a1/1/first/1"] = MessageState.SENDING
    world.open(date(2024, 5, 25))
    step = world.ring(date(2024, 5, 25))
    assert (step.commands, step.case.wake_at) == ((), world.instant(date(2024, 5, 26)))
    assert step.case.next.why == "its receipt is not in the ledger yet"
    world.settle("a1/1/first/1", MessageState.SENT)
    world.sleep_until(step.case.wake_at)
    assert (world.steps[-1].commands, world.case.wake_at) == ((), world.instant(date(2024, 6, 4)))


@pytest.mark.parametrize("fate", [MessageState.SENT, MessageState.UNKNOWN])
def test_a_notice_that_nobody_answered_for_is_asked_for_again_the_next_day_under_its_key(world, fate):
    key = "a1/1/first/1"
    world.fates[key] = MessageState.SENDING
    world.open(date(2024, 5, 25))
    lost = NoticeNotSent(key=key, step="first", blocker=Blocker.NO_ANSWER)
    step = world.ring(date(2024, 5, 25), lost)
    assert (step.case.blocked, step.commands, step.case.wake_at) == (None, (), world.instant(date(2024, 5, 26)))
    assert step.case.timeline[-1].text == (
        "The notice first did not leave, or its receipt is not in the ledger yet: what is still open is asked again."
    )
    world.fates[key] = fate
    world.sleep_until(world.instant(date(2024, 5, 26)))
    (command,) = world.steps[-1].commands
    assert (command.key, command.attempt, command.as_of) == (key, 1, world.instant(date(2024, 5, 26)))
    assert world.case.timeline[-1].text.startswith("Asked again for the notice first of 2024-05-25")
    assert world.case.wake_at == world.instant(date(2024, 6, 4)), "as if it was given"
    world.sleep_until(world.instant(date(2024, 6, 4)))
    assert world.case.blocked == (key if fate is MessageState.UNKNOWN else None)
    assert len({n.key for n in world.notices}) == (1 if fate is MessageState.UNKNOWN else 2)


def test_a_notice_still_on_its_way_is_asked_for_again_within_the_hours_of_contact_only(world):
    world.fates["a1/1/first/1"] = MessageState.SENDING
    world.open(date(2024, 5, 25))
    step = world.ring(date(2024, 5, 26), LedgerChanged(), clock="23:00")
    assert step.commands == ()
    assert step.case.wake_at == world.instant(date(2024, 5, 27))


def test_a_notice_still_on_its_way_when_the_next_is_due_is_not_overtaken(world):
    world.fates["a1/1/first/1"] = MessageState.SENDING
    world.open(date(2024, 5, 25))
    step = world.ring(date(2024, 6, 5))
    assert [c.key for c in step.commands] == ["a1/1/first/1"]
    assert (step.case.next.what, step.case.wake_at) == (
        "looks again at the last notice",
        world.instant(date(2024, 6, 6)),
    )


def test_a_case_blocked_for_a_notice_that_is_still_on_its_way_goes_on(world):
    key = "a1/1/first/1"
    world.fates[key] = MessageState.SENDING
    world.open(date(2024, 5, 25))
    world.case = world.case.model_copy(update={"blocked": key})
    step = world.ring(date(2024, 5, 27), Woken())
    assert (step.case.blocked, [c.key for c in step.commands]) == (None, [key])


def test_a_notice_of_which_the_ledger_has_nothing_is_asked_for_again_at_once(world):
    world.open(date(2024, 5, 25))
    world.notices.clear()
    lost = NoticeNotSent(key="a1/1/first/1", step="first", blocker=Blocker.NO_ANSWER)
    step = world.ring(date(2024, 5, 26), lost)
    assert (step.case.blocked, [c.key for c in step.commands]) == (None, ["a1/1/first/1"])


def test_the_last_notice_given_leaves_only_payments_to_wait_for(world):
    world.open(date(2024, 5, 25))
    world.end_of(date(2024, 6, 4))
    assert [name for _, name in world.sent] == ["first", "second"]
    again_at = world.instant(date(2024, 6, 11))
    assert (world.case.next.why, world.case.wake_at) == ("all 2 notices of the ladder were given", again_at)
    assert (world.case.ladder.next_step, world.case.ladder.to_come) == (None, ())


def test_the_case_says_how_month_ends_and_notices_before_set_the_day(new_world):
    world = new_world({"first": ("month_end", 5), "second": ("after", 10)})
    world.owe(DUE, "100")
    step = world.open(date(2024, 5, 22))
    assert step.case.next.why == (
        "it is due at the end of the month in which the oldest unpaid due date 2024-05-20 is 5 days past"
    )
    world.end_of(date(2024, 5, 31))
    assert world.case.next.why == "it is due 10 days after the notice before it"


def test_the_case_says_that_notices_keep_their_distance(new_world):
    world = new_world({"first": 5, "second": 6}, days_between=4)
    world.owe(DUE, "100")
    step = world.open(date(2024, 5, 25))
    assert step.case.next.why.endswith(", on 2024-05-26; at least 4 days lie between two notices")


def test_a_pause_agreed_for_later_without_end_is_named(world, hold):
    world.open(date(2024, 5, 25))
    step = world.ring(date(2024, 5, 25), hold("p1", "pause", starts_on=date(2024, 6, 1)))
    assert step.case.next.what == "waits until the hold p1 is released"
    assert step.case.wake_at == world.instant(date(2024, 6, 1))


def test_a_message_set_aside_is_counted_and_named(world):
    world.open(date(2024, 5, 25))
    step = world.ring(date(2024, 5, 25), Quarantined(name="pay_promise", reason="no such signal"))
    assert step.case.quarantined == 1
    assert step.case.timeline[-1].text == "A message pay_promise could not be read and was set aside: no such signal."


def test_a_closed_case_takes_note_and_changes_nothing_else(world):
    world.open(date(2024, 5, 25))
    world.pay(date(2024, 6, 1), d20240520="100")
    closed = world.ring(date(2024, 6, 1)).case
    event = NoticeNotSent(key="a1/1/first/1", step="first", blocker=Blocker.NO_ANSWER)
    after = world.ring(date(2024, 6, 2), event, LedgerChanged()).case
    changed = {"as_of", "step_no", "timeline"}
    assert after.model_dump(exclude=changed) == closed.model_dump(exclude=changed)
    assert after.step_no == closed.step_no + 1


def test_the_timeline_keeps_the_last_ten_lines(world):
    world.open(date(2024, 5, 25))
    world.ring(date(2024, 5, 25), *(Quarantined(name=f"s{i}", reason="x") for i in range(20)))
    assert len(world.case.timeline) == KEEP_LAST


def test_a_hold_on_the_person_that_only_an_event_ends_stops_the_notices_and_says_which_rule(world):
    world.said = (PastFact(at=world.instant(date(2024, 5, 21)), kind=FactKind.HOLD, name="cease"),)
    step = world.open(date(2024, 5, 25))
    assert (step.commands, step.case.next.what) == ((), "waits until contact is allowed again")
    assert "cn.cease" in step.case.next.why


def test_hours_that_the_customer_asked_for_move_the_notice_within_its_day(world):
    said = world.instant(date(2024, 5, 21))
    world.said = (PastFact(at=said, kind=FactKind.PREFERRED_WINDOW, opens=14 * 60, closes=18 * 60),)
    step = world.open(date(2024, 5, 24))
    assert step.case.wake_at == world.instant(date(2024, 5, 25), "14:00")


def test_hours_before_the_time_of_the_strategy_are_taken_on_the_day_itself(world):
    said = world.instant(date(2024, 5, 21))
    world.said = (PastFact(at=said, kind=FactKind.PREFERRED_WINDOW, opens=8 * 60, closes=9 * 60),)
    step = world.open(date(2024, 5, 24))
    assert step.case.wake_at == world.instant(date(2024, 5, 25), "08:00")


def test_a_notice_on_its_way_to_somebody_whom_no_rule_lets_be_reached_is_still_asked_for(world):
    world.fates["a1/1/first/1"] = MessageState.SENDING
    world.open(date(2024, 5, 25))
    world.said = (PastFact(at=world.instant(date(2024, 5, 25), "12:00"), kind=FactKind.HOLD, name="cease"),)
    world.sleep_until(world.instant(date(2024, 5, 26)))
    assert [c.key for c in world.steps[-1].commands] == ["a1/1/first/1"]


def test_a_doorbell_looks_at_once_at_a_notice_that_was_put_off(world):
    world.open(date(2024, 5, 24))
    put_off = NoticeNotSent(key="a1/1/first/1", step="first", blocker=Blocker.STOPPED)
    world.ring(date(2024, 5, 25), put_off, clock="09:00")
    assert world.case.retry_at is not None
    step = world.ring(date(2024, 5, 25), clock="12:00")
    assert [c.key for c in step.commands] == ["a1/1/first/1"]
