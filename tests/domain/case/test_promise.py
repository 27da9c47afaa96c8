"""A promise to pay: when it is taken, and what the case does while it runs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.model.blocker import Blocker
from domain.model.contact import FactKind, PastContact, PastFact
from domain.model.entries import ClosePermit, GivePermit, GivePromise
from domain.model.events import NoticeNotSent, Woken
from domain.model.facts import PromisePaid, Reach
from domain.model.permits import KnownPermit, PermitState, RequestContact
from domain.model.promise import PROMISE_REMINDER, MakePromise
from domain.model.stops import StopInForce, StopKind
from domain.model.strategy import Channel, Promises

MADE_ON, DUE_ON, GRACE_ENDS_ON, MONDAY = date(2026, 6, 2), date(2026, 6, 5), date(2026, 6, 7), date(2026, 6, 8)
TERMS = Promises(
    horizon_days=10, most=2, grace_days=2, kept_percent=90, remind_days_before=1, channels=(Channel.SMS, Channel.FILE)
)


@pytest.fixture
def world(new_world):
    """A case of which the first notice has left; the second is due on a Saturday, 6 June."""
    made = new_world({"first": 5, "second": 12})
    made.strategy = made.strategy.model_copy(update={"promises": TERMS})
    made.owe(date(2026, 5, 25), 800)
    made.open(date(2026, 6, 1))
    return made


@pytest.fixture
def ask(new_money):
    def made(message_id="p-1", amount="500", due_on=DUE_ON, currency="EUR", **more):
        return MakePromise(id=message_id, amount=new_money(amount, currency), due_on=due_on, **more)

    return made


@pytest.fixture
def promised(world, ask):
    """A promise of 500 by Friday, made on Tuesday; grace ends on Sunday."""
    world.ring(MADE_ON, ask())
    return world


def answer(world):
    return world.steps[-1].answers[-1]


def test_a_promise_is_taken_kept_in_the_ledger_and_searched_for(promised) -> None:
    step = promised.steps[-1]
    assert answer(promised).accepted
    assert answer(promised).text == (
        "500.00 EUR is promised by 2026-06-05 (with grace until 2026-06-07); "
        "until then nothing leaves but one reminder of it"
    )
    assert step.entries == (GivePromise(promise=step.case.promise),)
    assert (step.case.promise.due_on, step.case.promise.grace_ends_on) == (DUE_ON, GRACE_ENDS_ON)
    assert step.attributes.promise_due_on == DUE_ON
    assert step.case.promises_made == 1
    assert step.case.next.what == "waits for the 500.00 EUR promised by 2026-06-05 (with grace until 2026-06-07)"


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"amount": "0"}, "the amount promised must be more than zero, not 0.00 EUR"),
        ({"amount": "-5"}, "the amount promised must be more than zero, not -5.00 EUR"),
        ({"amount": "1800.01"}, "1,800.01 EUR is more than all that is owed, 1,800.00 EUR"),
        ({"currency": "USD"}, "the promise is in USD, the account in EUR"),
        ({"due_on": date(2026, 6, 1)}, "2026-06-01 lies before today (2026-06-02)"),
        ({"due_on": date(2026, 6, 13)}, "2026-06-13 is too far away: the last possible day is 2026-06-12"),
    ],
)
def test_a_promise_that_cannot_be_is_refused_with_the_reason(world, ask, asked, why) -> None:
    step = world.ring(MADE_ON, ask(**asked))
    assert (answer(world).accepted, answer(world).text) == (False, why)
    assert (step.case.promise, step.case.promises_made, step.entries) == (None, 0, ())


@pytest.mark.parametrize("asked", [{"amount": "1800"}, {"due_on": MADE_ON}, {"due_on": date(2026, 6, 12)}])
def test_all_that_is_owed_today_and_the_last_day_of_the_horizon_may_be_promised(world, ask, asked) -> None:
    world.ring(MADE_ON, ask(**asked))
    assert answer(world).accepted


def test_a_strategy_without_the_section_takes_no_promise(world, ask) -> None:
    world.strategy = world.strategy.model_copy(update={"promises": None})
    world.ring(MADE_ON, ask())
    assert answer(world).text == "the strategy test v1 takes no promises"


def test_nothing_past_due_is_nothing_to_promise(new_world, ask) -> None:
    early = new_world({"first": 5}, grace=10)
    early.strategy = early.strategy.model_copy(update={"promises": TERMS})
    early.owe(date(2026, 5, 25), 800)
    early.open(date(2026, 6, 1), stage="waiting")
    early.ring(MADE_ON, ask())
    assert answer(early).text == "nothing is past due on this account: there is nothing to promise"


def test_old_data_takes_no_promise(world, ask) -> None:
    world.about["fresh_until"] = world.instant(date(2026, 5, 30))
    world.ring(MADE_ON, ask())
    assert answer(world).text.startswith("the bank's data is older than the strategy allows")


def test_a_closed_case_takes_no_promise(world, ask) -> None:
    world.pay(MADE_ON, d20260525="800")
    world.ring(MADE_ON)
    world.step(world.instant(MADE_ON, "13:00"), ask())
    assert answer(world).text == "this case is closed: cured"


def test_one_promise_at_a_time(promised, ask) -> None:
    promised.ring(MADE_ON, ask("p-2"), clock="13:00")
    assert answer(promised).text == "the promise p-1 of 500.00 EUR by 2026-06-05 runs already: one at a time"


def test_the_same_promise_again_has_the_same_answer_and_no_second_effect(promised, ask) -> None:
    first = answer(promised)
    step = promised.ring(MADE_ON, ask(), clock="13:00")
    assert answer(promised) == first
    assert (step.case.promises_made, step.entries) == (1, ())


@pytest.mark.parametrize(("most", "told"), [(2, "2 promises were"), (1, "one promise was")])
def test_as_many_promises_as_the_strategy_allows(world, ask, most, told) -> None:
    world.strategy = world.strategy.model_copy(update={"promises": TERMS.model_copy(update={"most": most})})
    day = MADE_ON
    for number in range(most):
        world.ring(day, ask(f"p-{number}", due_on=day))
        assert answer(world).accepted
        day += timedelta(days=7)
    world.ring(day, ask("p-last", due_on=day))
    assert answer(world).text == f"{told} made in this episode already, as many as the strategy allows"


def test_nothing_leaves_until_grace_is_over_but_one_reminder(promised) -> None:
    promised.end_of(GRACE_ENDS_ON)
    assert [step for _, step in promised.sent] == ["first"]
    (reminder,) = promised.reminded
    assert (reminder.key, reminder.as_of) == ("a1/1/promise/p-1/reminder", promised.instant(date(2026, 6, 4)))
    assert (reminder.step, reminder.purpose) == (PROMISE_REMINDER, "collect")
    assert (str(reminder.promised.amount), reminder.promised.due_on) == ("500.00 EUR", DUE_ON)
    assert reminder.summary == "Send promise-reminder by sms: 500.00 EUR promised by 2026-06-05"
    assert promised.case.ladder.total_given == 1


@pytest.mark.parametrize("days", [None, 3])
def test_no_reminder_where_none_is_wanted_or_the_promise_was_made_on_its_day(world, ask, days) -> None:
    terms = TERMS.model_copy(update={"remind_days_before": days})
    world.strategy = world.strategy.model_copy(update={"promises": terms})
    world.ring(MADE_ON, ask())
    world.end_of(GRACE_ENDS_ON)
    assert world.reminded == []


def test_no_reminder_of_what_is_paid_in_time(promised, new_money) -> None:
    promised.about["promises_paid"] = (PromisePaid(promise_id="p-1", paid=new_money("450")),)
    promised.end_of(GRACE_ENDS_ON)
    assert promised.reminded == []


def test_no_reminder_while_a_hold_lies_until_after_the_day(promised, hold) -> None:
    promised.ring(MADE_ON, hold("h-1"), clock="13:00")
    promised.end_of(GRACE_ENDS_ON)
    assert promised.reminded == []


def test_a_hold_that_ends_in_time_moves_the_reminder(promised, hold) -> None:
    promised.ring(MADE_ON, hold("h-1", ends_on=DUE_ON), clock="13:00")
    promised.end_of(GRACE_ENDS_ON)
    assert [each.as_of for each in promised.reminded] == [promised.instant(DUE_ON)]


def test_no_reminder_after_a_hold_that_ends_too_late(promised, hold) -> None:
    promised.ring(MADE_ON, hold("h-1", ends_on=date(2026, 6, 6)), clock="13:00")
    promised.end_of(GRACE_ENDS_ON)
    assert promised.reminded == []


def test_no_reminder_where_the_rules_of_contact_forbid_it(promised) -> None:
    promised.said = (PastFact(at=promised.instant(MADE_ON), kind=FactKind.HOLD, name="ceased"),)
    promised.end_of(GRACE_ENDS_ON)
    assert promised.reminded == []


def test_a_stop_keeps_the_reminder_back_until_it_is_lifted(promised) -> None:
    promised.about["stops"] = (StopInForce(stop_id="s-1", kind=StopKind.ALL, value=""),)
    promised.end_of(date(2026, 6, 4))
    assert promised.reminded == []
    promised.about["stops"] = ()
    promised.end_of(GRACE_ENDS_ON)
    assert [each.as_of for each in promised.reminded] == [promised.instant(DUE_ON)]


@pytest.mark.parametrize(
    ("blocker", "retry", "times"),
    [
        (Blocker.CONTACT_WINDOW, "15:00", 2),
        (Blocker.STOPPED, None, 2),
        (Blocker.NO_ANSWER, None, 2),
        (Blocker.WORDING, None, 1),
        (Blocker.NO_CONTACT_POINT, None, 1),
    ],
)
def test_a_reminder_that_only_waits_is_asked_for_again_under_its_key(promised, blocker, retry, times) -> None:
    day = date(2026, 6, 4)
    promised.end_of(day - timedelta(days=1))
    promised.sleep_until(promised.instant(day))
    key = promised.reminded[0].key
    retry_at = None if retry is None else promised.instant(day, retry)
    told = NoticeNotSent(key=key, step=PROMISE_REMINDER, blocker=blocker, retry_at=retry_at)
    promised.step(promised.instant(day, "10:00"), told)
    assert promised.case.blocked is None
    promised.end_of(GRACE_ENDS_ON)
    assert [each.key for each in promised.reminded] == [key] * times


def test_news_of_a_reminder_whose_promise_is_over_changes_nothing(promised) -> None:
    promised.end_of(MONDAY)
    promised.step(
        promised.instant(date(2026, 6, 9), "10:00"),
        NoticeNotSent(key="a1/1/promise/p-1/reminder", step=PROMISE_REMINDER, blocker=Blocker.STOPPED),
    )
    assert promised.case.promise is None


def test_nobody_is_permitted_to_ask_for_the_money_while_the_promise_runs(promised) -> None:
    promised.about["reach"] = (Reach(address="c-1", channel=Channel.CALL),)
    wanted = RequestContact(id="k-1", channel=Channel.CALL)
    promised.ring(MADE_ON, wanted, clock="13:00")
    told = answer(promised)
    assert (told.accepted, told.refused_by) == (False, ("promise.p-1",))
    assert told.allowed_at == promised.instant(MONDAY, "08:00")


@pytest.mark.parametrize(
    ("day", "left"),
    [(date(2026, 6, 2), 1), (date(2026, 6, 3), 0), (GRACE_ENDS_ON, 0), (MONDAY, 1)],
)
def test_a_permit_for_a_day_of_the_promise_is_taken_back_one_whose_time_has_begun_is_not(world, ask, day, left) -> None:
    world.about["reach"] = (Reach(address="c-1", channel=Channel.CALL),)
    step = world.ring(MADE_ON, RequestContact(id="k-1", channel=Channel.CALL, day=day))
    (given,) = [entry for entry in step.entries if isinstance(entry, GivePermit)]
    pending = PastContact.pending(given.request.ask("a1", given.given.valid_from))
    known = KnownPermit(given=given.given, state=PermitState.OPEN, contact=pending, issued_at=step.case.as_of)
    world.about["permits"] = (known,)
    step = world.ring(MADE_ON, ask(), clock="13:00")
    assert step.answers[-1].accepted
    closed = [entry.how for entry in step.entries if isinstance(entry, ClosePermit)]
    assert closed == ["cancelled"] * (1 - left)


def test_it_waits_for_the_banks_data_before_it_judges(promised) -> None:
    promised.about["fresh_until"] = promised.instant(GRACE_ENDS_ON, "23:00")
    promised.end_of(date(2026, 6, 4))
    promised.step(promised.instant(MONDAY), Woken())
    assert promised.case.promise is not None
    assert promised.case.next.what == "waits for the bank's data"
    assert promised.case.wake_at == promised.instant(date(2026, 6, 9))
    promised.about["fresh_until"] = promised.instant(MONDAY, "00:00")
    promised.step(promised.instant(MONDAY, "10:00"), Woken())
    assert promised.case.promise_judged.state == "broken"


def test_old_data_judges_nothing(promised) -> None:
    promised.about["fresh_until"] = promised.instant(MADE_ON)
    promised.end_of(date(2026, 6, 12))
    assert promised.case.promise is not None
    assert promised.case.promise_judged is None


def test_the_texts_that_a_strategy_needs_are_those_of_its_ladder_and_the_reminder(world) -> None:
    ladder = (("notice-first", (Channel.FILE,)), ("notice-second", (Channel.FILE,)))
    assert world.strategy.messages == (*ladder, (PROMISE_REMINDER, TERMS.channels))
    for terms in (None, TERMS.model_copy(update={"remind_days_before": None})):
        assert world.strategy.model_copy(update={"promises": terms}).messages == ladder


def test_a_strategy_without_the_section_is_written_as_before_there_was_one(world, new_strategy) -> None:
    assert "promises" not in new_strategy({"first": 5}).model_dump(mode="json")
    assert world.strategy.model_dump(mode="json")["promises"]["kept_percent"] == 90


def test_the_reminder_is_no_step_of_a_ladder(new_strategy) -> None:
    with pytest.raises(ValueError, match="promise-reminder is no step of a ladder"):
        new_strategy({PROMISE_REMINDER: 5})
