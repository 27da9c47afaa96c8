"""The confirmation of an opt-out: once, to the address that it names, whatever the ladder does."""

from datetime import date, timedelta

import pytest

from domain.model.blocker import Blocker
from domain.model.case import Stage
from domain.model.contact import FactKind, Party, PastFact, Purpose
from domain.model.events import Hold, LedgerChanged, NoticeNotSent, Withdraw, Woken
from domain.model.facts import MessageState, OptOutToConfirm, Reach, World
from domain.model.stops import StopInForce, StopKind
from domain.model.strategy import Channel

DUE = date(2024, 5, 20)
LATE = date(2024, 5, 22)
FIRST = date(2024, 5, 25)
OPT_OUT = OptOutToConfirm(fact_id="said-1", channel=Channel.SMS, address="c-1")
MOBILE = Reach(address="c-1", channel=Channel.SMS)


def opt_out(world, said=OPT_OUT, *, on=LATE, clock="09:00", reach=(MOBILE,)):
    """The customer says so, and waits to hear that it was heard."""
    told = PastFact(world.instant(on, clock), FactKind.OPT_OUT, channel=said.channel, address=said.address)
    world.said = (*world.said, told)
    world.about["to_confirm"] = (*world.about.get("to_confirm", ()), said)
    world.about["reach"] = reach


def keys(step):
    return [command.key for command in step.commands]


def test_an_opt_out_is_confirmed_at_once_to_its_own_address_and_the_ladder_goes_on(world):
    world.open(LATE)
    opt_out(world)
    (command,) = world.ring(LATE).commands
    assert (command.key, command.step, command.notice, command.attempt) == (
        *("opt-out/said-1", "opt-out-confirmation", "opt-out-confirmation"),
        1,
    )
    assert (command.purpose, command.channel, command.address) == (Purpose.CONFIRM_OPT_OUT, Channel.SMS, "c-1")
    assert (command.case_id, command.account_id, command.oldest_due_on) == ("a1/1", "a1", DUE)
    assert str(command.past_due.amount) == "100"
    assert "Confirms by sms that the customer wants no more messages there." in world.case.timeline[-1].text
    world.end_of(FIRST)
    assert (world.sent, len(world.confirmed)) == ([(FIRST, "first")], 1)


def test_a_case_that_was_never_late_confirms_too_and_names_no_debt(new_world, new_money):
    world = new_world(grace=5)
    world.owe(DUE, "100")
    world.open(LATE, stage=Stage.WAITING)
    opt_out(world)
    (command,) = world.ring(LATE).commands
    assert (command.past_due, command.oldest_due_on) == (new_money(0), LATE)


def test_a_case_that_opens_later_confirms_meanwhile(world):
    world.open(LATE, stage=Stage.WAITING, opens_at=world.instant(FIRST))
    opt_out(world)
    assert keys(world.ring(LATE)) == ["opt-out/said-1"]
    assert world.case.wake_at == world.instant(FIRST)


def test_a_blocked_and_a_held_case_confirm(world):
    world.fates["a1/1/first/1"] = MessageState.UNKNOWN
    world.open(FIRST)
    assert world.ring(FIRST).case.blocked == "a1/1/first/1"
    opt_out(world)
    assert keys(world.ring(FIRST, Hold(id="h-1"), clock="12:30")) == ["opt-out/said-1"]


def test_a_case_without_a_ladder_left_confirms(world):
    world.open(FIRST)
    world.end_of(date(2024, 7, 1))
    opt_out(world, on=date(2024, 7, 2))
    world.ring(date(2024, 7, 2))
    assert [command.key for command in world.confirmed] == ["opt-out/said-1"]


def test_the_step_that_closes_the_case_confirms_and_a_closed_one_does_not(world):
    world.open(LATE)
    opt_out(world)
    step = world.ring(LATE, Withdraw(id="w-1"))
    assert (keys(step), step.case.stage) == (["opt-out/said-1"], Stage.CLOSED)
    opt_out(world, OPT_OUT.model_copy(update={"fact_id": "said-2"}), clock="13:00")
    assert world.step(world.instant(LATE, "14:00"), LedgerChanged()).commands == ()


def test_at_night_it_waits_for_the_morning_and_the_case_wakes_for_it(world):
    world.open(LATE)
    opt_out(world, clock="22:30")
    step = world.ring(LATE, clock="23:00")
    assert (keys(step), step.case.wake_at) == ([], world.instant(LATE + timedelta(days=1), "08:00"))
    assert keys(world.step(step.case.wake_at, Woken())) == ["opt-out/said-1"]


def test_a_history_that_ends_before_the_morning_wakes_nobody(world):
    world.history = World(ends_on=LATE)
    world.open(LATE)
    opt_out(world, clock="22:30")
    assert world.ring(LATE, clock="23:00").case.wake_at is None


def test_each_opt_out_has_a_confirmation_of_its_own(world):
    world.open(LATE)
    opt_out(world)
    mail = OptOutToConfirm(fact_id="said-2", channel=Channel.EMAIL, address="c-2")
    opt_out(world, mail, reach=(MOBILE, Reach(address="c-2", channel=Channel.EMAIL)))
    assert keys(world.ring(LATE)) == ["opt-out/said-1", "opt-out/said-2"]


# --- where it goes


def test_it_goes_to_no_other_address_and_by_no_other_channel(world):
    world.open(LATE)
    opt_out(world, reach=(Reach(address="c-9", channel=Channel.SMS), Reach(address="c-1", channel=Channel.EMAIL)))
    assert keys(world.ring(LATE)) == []
    world.about["reach"] = (MOBILE,)
    assert keys(world.ring(LATE, clock="13:00")) == ["opt-out/said-1"]


def test_an_opt_out_of_a_whole_channel_is_confirmed_to_the_customer_and_to_nobody_else(world):
    world.open(LATE)
    spouse = Reach(address="c-5", channel=Channel.SMS, party=Party.SPOUSE)
    opt_out(world, OPT_OUT.model_copy(update={"address": None}), reach=(spouse,))
    assert keys(world.ring(LATE)) == []
    world.about["reach"] = (spouse, MOBILE)
    (command,) = world.ring(LATE, clock="13:00").commands
    assert command.address is None


@pytest.mark.parametrize(
    ("channels", "expected"), [((Channel.EMAIL,), []), ((Channel.EMAIL, Channel.SMS), ["opt-out/said-1"])]
)
def test_without_a_way_out_it_waits_for_a_person(world, channels, expected):
    world.open(LATE)
    world.about["channels"] = channels
    opt_out(world)
    assert keys(world.ring(LATE)) == expected


# --- what keeps it back


def test_a_rule_that_only_an_event_lifts_keeps_it_back_without_waking_the_case(world):
    world.open(LATE)
    before = world.case.wake_at
    opt_out(world)
    world.said = (*world.said, PastFact(world.instant(LATE, "09:00"), FactKind.HOLD, name="cease"))
    assert keys(world.ring(LATE)) == []
    assert world.case.wake_at is None or world.case.wake_at >= before
    world.said = world.said[:1]
    assert keys(world.ring(LATE, clock="13:00")) == ["opt-out/said-1"]


def test_an_emergency_stop_keeps_it_back_and_an_old_feed_does_not(world):
    world.open(LATE)
    opt_out(world)
    world.about["stops"] = (StopInForce(stop_id="s-1", kind=StopKind.ALL),)
    assert keys(world.ring(LATE)) == []
    world.about |= {"stops": (), "fresh_until": world.instant(LATE) - timedelta(days=9)}
    assert keys(world.ring(LATE, clock="13:00")) == ["opt-out/said-1"]


# --- what did not leave


def not_sent(retry_at=None, blocker=Blocker.CONTACT_WINDOW):
    return NoticeNotSent(key=OPT_OUT.key, step="opt-out-confirmation", blocker=blocker, retry_at=retry_at)


def test_one_that_was_deferred_when_it_was_sent_is_asked_for_again_then_and_not_before(world):
    world.open(LATE)
    opt_out(world)
    retry_at = world.instant(LATE, "15:00")
    step = world.ring(LATE, not_sent(retry_at))
    assert (keys(step), step.case.wake_at) == ([], retry_at)
    assert keys(world.step(retry_at, Woken())) == ["opt-out/said-1"]


def test_a_deferral_that_is_over_when_it_is_heard_is_asked_for_at_once(world):
    world.open(LATE)
    opt_out(world)
    assert keys(world.ring(LATE, not_sent(world.instant(LATE, "11:00")))) == ["opt-out/said-1"]


def test_one_that_a_stop_met_on_its_way_is_not_asked_for_again_in_the_same_step(world):
    world.open(LATE)
    opt_out(world)
    assert keys(world.ring(LATE, not_sent(blocker=Blocker.STOPPED))) == []
    assert keys(world.ring(LATE, clock="13:00")) == ["opt-out/said-1"]


@pytest.mark.parametrize("blocker", [Blocker.NO_CONTACT_POINT, Blocker.BARRED, Blocker.WORDING, Blocker.PROVIDER])
def test_what_became_of_it_neither_blocks_nor_delays_the_ladder(world, blocker):
    world.open(LATE)
    step = world.ring(LATE, not_sent(blocker=blocker))
    assert (step.case.blocked, step.case.retry_at) == (None, None)
    assert "The notice opt-out-confirmation did not leave" in step.case.timeline[-1].text
    world.end_of(FIRST)
    assert world.sent == [(FIRST, "first")]


def test_what_became_of_it_is_told_to_a_closed_case_as_well(world):
    world.open(LATE)
    world.ring(LATE, Withdraw(id="w-1"))
    step = world.step(world.instant(LATE, "14:00"), not_sent())
    assert "did not leave" in step.case.timeline[-1].text
