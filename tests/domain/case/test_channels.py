"""On which channel a notice leaves: the customer's choice, then the cheapest; another when it fails or is barred."""

from datetime import date, time, timedelta

import pytest

from domain.case.channels import in_order, usable_channels
from domain.case.timing import spread
from domain.model.blocker import Blocker
from domain.model.contact import FactKind, Party, PastFact
from domain.model.events import LedgerChanged, NoticeNotSent, Woken
from domain.model.facts import MessageState, Notice, OptOutToConfirm, Reach
from domain.model.pack import Pack
from domain.model.strategy import Channel

EMAIL, SMS, LETTER, FILE = Channel.EMAIL, Channel.SMS, Channel.LETTER, Channel.FILE
DUE, FIRST = date(2024, 5, 20), date(2024, 5, 25)


def reach(*channels, party=Party.DEBTOR):
    return tuple(Reach(address=f"p1-{channel}", channel=channel, party=party) for channel in channels)


@pytest.fixture
def world(new_world):
    """One notice on day 5, by e-mail, text message or letter; the customer can be reached by each."""
    world = new_world({"first": 5}, channels=(EMAIL, SMS, LETTER))
    world.owe(DUE, "100")
    world.about = {"reach": reach(EMAIL, SMS, LETTER)}
    return world


def sent_by(world):
    return [command.channel for step in world.steps for command in step.commands]


def refuse(world, count):
    """The provider refuses so many attempts for good, each told to the case an hour later."""
    world.fates = {f"a1/1/first/{n}": MessageState.FAILED for n in range(1, count + 1)}
    world.open(FIRST)
    for _ in range(count):
        (command,) = next(step for step in reversed(world.steps) if step.commands).commands
        refused = NoticeNotSent(key=command.key, step="first", blocker=Blocker.PROVIDER)
        world.step(command.as_of + timedelta(hours=1), refused)
        if world.case.wake_at is not None:
            world.end_of(world.case.wake_at.date())


def opt_out(world, **of):
    return PastFact(at=world.instant(DUE), kind=FactKind.OPT_OUT, **of)


def test_the_cheapest_channel_is_taken_when_the_customer_has_no_wish(world):
    world.open(FIRST)
    assert sent_by(world) == [EMAIL]


def test_the_customers_own_choice_comes_before_the_cheapest(world):
    world.about["preferred_channel"] = LETTER
    world.open(FIRST)
    assert sent_by(world) == [LETTER]


def test_a_choice_that_the_step_does_not_offer_changes_nothing(world):
    world.about["preferred_channel"] = FILE
    world.open(FIRST)
    assert sent_by(world) == [EMAIL]


@pytest.mark.parametrize(
    ("about", "channel"),
    [
        ({"reach": reach(SMS, LETTER)}, SMS),
        ({"reach": reach(EMAIL, party=Party.SPOUSE) + reach(LETTER)}, LETTER),
        ({"channels": (SMS, FILE)}, SMS),
        ({"reach": ()}, EMAIL),
    ],
    ids=["no address", "the address of somebody else", "no way out of the bank", "none at all: the first is named"],
)
def test_a_channel_that_does_not_lead_to_the_customer_is_passed_over(world, about, channel):
    world.about |= about
    world.open(FIRST)
    assert sent_by(world) == [channel]


def test_after_an_opt_out_of_one_channel_the_next_one_is_asked_of_the_gate(world):
    world.said = (opt_out(world, channel=EMAIL),)
    world.open(FIRST)
    assert sent_by(world) == [SMS]


def test_who_wants_no_message_at_all_gets_none_on_any_channel_and_a_person_is_told(world):
    world.said = (opt_out(world),)
    step = world.open(FIRST)
    assert sent_by(world) == []
    assert step.case.next.what == "waits until contact is allowed again"
    assert [(entry.task, entry.task_id) for entry in step.entries] == [("barred", "barred/a1/1/first/1")]


def test_a_notice_that_is_not_due_yet_is_nobodys_task(world):
    world.said = (opt_out(world),)
    step = world.open(date(2024, 5, 22))
    assert (step.commands, step.entries) == ((), ())
    assert step.case.wake_at == world.instant(FIRST)


def test_after_an_opt_out_of_one_number_a_new_one_is_used(world):
    world.strategy = world.strategy.model_copy(
        update={"ladder": (world.strategy.ladder[0].model_copy(update={"channels": (SMS,)}),)}
    )
    world.said = (opt_out(world, channel=SMS, address="old"),)
    old = Reach(address="old", channel=SMS)
    world.about["reach"] = (old,)
    world.open(FIRST)
    assert sent_by(world) == []
    world.about["reach"] = (Reach(address="new", channel=SMS), old)
    world.ring(FIRST)
    assert sent_by(world) == [SMS]


def test_what_only_the_clock_refuses_is_waited_for_and_not_sent_on_another_channel(world):
    evening = {"opens": 18 * 60, "closes": 20 * 60}
    world.said = (PastFact(at=world.instant(DUE), kind=FactKind.PREFERRED_WINDOW, channel=EMAIL, **evening),)
    step = world.open(FIRST)
    assert sent_by(world) == []
    assert step.case.wake_at == world.instant(FIRST, "18:00")
    assert step.case.next.deferred_by == ("cn.day",)
    assert "deferred by the rule cn.day" in step.case.next.why


def test_a_channel_that_failed_is_followed_by_the_next_one_on_the_day_after(world):
    world.strategy = world.strategy.model_copy(update={"days_between": 6})
    refuse(world, 2)
    assert sent_by(world) == [EMAIL, SMS, LETTER]
    assert [command.as_of for step in world.steps for command in step.commands] == [
        world.instant(FIRST + timedelta(days=n)) for n in range(3)
    ]


def test_when_every_channel_failed_the_least_gap_lies_before_the_next_try(world):
    world.strategy = world.strategy.model_copy(update={"days_between": 6, "most_attempts": 4})
    refuse(world, 4)
    tried = [(command.channel, command.as_of) for step in world.steps for command in step.commands]
    assert tried[3] == (EMAIL, world.instant(FIRST + timedelta(days=9)))
    assert len(tried) == 4


@pytest.mark.parametrize("blocker", [Blocker.BARRED, Blocker.WORDING, Blocker.NO_CONTACT_POINT])
def test_what_the_channel_could_not_carry_goes_by_another_one(world, blocker):
    refused = Notice(
        key="a1/1/first/1",
        step="first",
        attempt=1,
        channel=EMAIL,
        state=MessageState.REFUSED,
        on=FIRST,
        blocker=blocker,
    )
    step = world.strategy.ladder[0]
    assert in_order(step, (refused,), world.facts(world.instant(FIRST))) == (SMS, LETTER, EMAIL)


def test_money_that_came_meanwhile_says_nothing_against_the_channel(world):
    refused = Notice(
        key="a1/1/first/1",
        step="first",
        attempt=1,
        channel=EMAIL,
        state=MessageState.REFUSED,
        on=FIRST,
        blocker=Blocker.PAID,
    )
    assert in_order(world.strategy.ladder[0], (refused,), world.facts(world.instant(FIRST)))[0] is EMAIL


def test_a_notice_whose_receipt_is_missing_is_asked_for_on_its_own_channel(world):
    world.fates["a1/1/first/1"] = MessageState.SENDING
    world.open(FIRST)
    world.about["preferred_channel"] = LETTER
    world.ring(FIRST)
    world.end_of(FIRST + timedelta(days=1))
    assert sent_by(world) == [EMAIL, EMAIL]


def test_a_notice_that_the_law_asks_for_leaves_in_spite_of_a_hold_that_lets_it(world):
    step = world.strategy.ladder[0].model_copy(update={"channels": (LETTER,), "legal_notice": "due_date_reminder"})
    world.said = (PastFact(at=world.instant(DUE), kind=FactKind.HOLD, name="cease"),)
    world.strategy = world.strategy.model_copy(update={"ladder": (step,)})
    (command,) = world.open(FIRST).commands
    assert (command.purpose, command.legal_notice) == ("legal_notice", "due_date_reminder")


def test_without_a_list_of_ways_out_every_channel_with_an_address_can_be_used(world):
    assert usable_channels(world.facts(world.instant(FIRST))) == {EMAIL, SMS, LETTER}


def test_openings_are_spread_over_the_minutes_of_the_strategy_and_the_same_for_a_key(new_world):
    world = new_world({"first": 5}, spread_minutes=60)
    opens = world.instant(FIRST, "08:00")
    instants = [spread(f"a{n}/1/first/1", opens, 60, lambda _: True) for n in range(500)]
    assert all(opens <= at <= opens + timedelta(minutes=60) for at in instants)
    assert len(set(instants)) > 400
    assert spread("a1/1/first/1", opens, 60, lambda _: True) == instants[1]


def test_where_the_hours_are_short_the_spread_is_narrowed_until_it_fits(world):
    closes = world.instant(FIRST, "08:20")
    opens = world.instant(FIRST, "08:00")
    for n in range(200):
        at = spread(f"a{n}", opens, 60, lambda at: at < closes)
        assert opens <= at <= opens + timedelta(minutes=15)
    assert spread("a", opens, 60, lambda at: at < opens + timedelta(seconds=1)) == opens


def test_an_instant_of_the_spread_that_falls_into_a_gap_is_the_opening_instead(world):
    opens = world.instant(FIRST, "08:00")
    closes, again = opens + timedelta(minutes=1), opens + timedelta(minutes=59)
    instants = [spread(f"a{n}", opens, 60, lambda at: at < closes or at >= again) for n in range(200)]
    assert all(at < closes or at >= again for at in instants)
    assert instants.count(opens) > 100


def test_a_case_that_waits_for_the_opening_leaves_once_at_its_own_instant_within_the_spread(new_world):
    world = new_world({"first": 5}, spread_minutes=60)
    world.owe(DUE, "100")
    evening = PastFact(at=world.instant(DUE), kind=FactKind.PREFERRED_WINDOW, opens=18 * 60, closes=18 * 60 + 45)
    world.said = (evening,)
    world.open(date(2024, 5, 24))
    own = world.case.wake_at
    assert world.instant(FIRST, "18:00") < own <= world.instant(FIRST, "18:30")
    world.ring(FIRST, clock="12:00")
    assert world.case.wake_at == own
    world.end_of(FIRST)
    assert [step.case.as_of for step in world.steps if step.commands] == [own]


def spread_world(new_world, clock, *, on=FIRST, key="a1", hours=None, **limits):
    """A notice that is due and that the hours of contact, or the customer's own, keep back."""
    world = new_world({"first": 5}, spread_minutes=60, **limits)
    world.owe(DUE, "100")
    world.open(date(2024, 5, 24))
    world.case = world.case.model_copy(update={"case_id": f"{key}/1"})
    if hours is not None:
        world.said = (
            PastFact(world.instant(DUE), FactKind.PREFERRED_WINDOW, opens=hours[0] * 60, closes=hours[1] * 60),
        )
    world.step(world.instant(on, clock), LedgerChanged())
    return world


def all_different_within_the_hour(instants, after):
    assert all(after <= at <= after + timedelta(minutes=60) for at in instants)
    return len(set(instants)) == len(instants)


def test_what_the_night_kept_back_leaves_spread_after_the_slot_of_the_next_day(new_world):
    worlds = [spread_world(new_world, "23:00", key=f"a{n}") for n in range(8)]
    slot = worlds[0].instant(FIRST + timedelta(days=1))
    assert all_different_within_the_hour([world.case.wake_at for world in worlds], slot)
    world = worlds[0]
    own = world.case.wake_at
    world.end_of(FIRST + timedelta(days=1))
    assert [step.case.as_of for step in world.steps if step.commands] == [own]


def test_what_the_gate_or_a_stop_kept_back_at_the_moment_of_sending_is_spread_too(new_world):
    tomorrow = FIRST + timedelta(days=1)
    for more in ({"blocker": Blocker.STOPPED}, {"blocker": Blocker.CONTACT_WINDOW, "opens": "08:17"}):
        instants = []
        for n in range(8):
            world = spread_world(new_world, "10:00", key=f"a{n}")
            (sent,) = world.steps[-1].commands
            world.notices.clear()
            retry_at = world.instant(tomorrow, more["opens"]) if "opens" in more else None
            event = NoticeNotSent(key=sent.key, step="first", blocker=more["blocker"], retry_at=retry_at)
            world.step(world.instant(FIRST, "10:01"), event)
            instants.append(world.case.wake_at)
            world.end_of(tomorrow)
            assert [step.case.as_of for step in world.steps if step.commands][-1] == instants[-1]
        assert all_different_within_the_hour(instants, world.instant(tomorrow))


def test_what_waits_for_the_first_hours_of_a_day_is_spread_after_midnight(new_world):
    rules = [{"id": "early", "open": "00:00", "close": "04:00", "source": "law"}]
    instants = []
    for n in range(8):
        world = new_world({"first": 5}, spread_minutes=60, send_at=time(5))
        (pack,) = world.rules.packs
        early = Pack.model_validate({**pack.model_dump(mode="json"), "windows": rules})
        world.rules = world.rules.model_copy(update={"packs": (early,)})
        world.owe(DUE, "100")
        world.open(date(2024, 5, 24))
        world.case = world.case.model_copy(update={"case_id": f"a{n}/1"})
        world.step(world.instant(date(2024, 5, 24), "12:00"), LedgerChanged())
        instants.append(world.case.wake_at)
        world.end_of(FIRST)
        assert [step.case.as_of for step in world.steps if step.commands] == [instants[-1]]
    assert all_different_within_the_hour(instants, world.instant(FIRST, "00:00"))


def test_a_notice_that_nothing_kept_back_leaves_at_the_time_of_the_strategy(new_world):
    world = spread_world(new_world, "12:00", on=date(2024, 5, 24))
    assert world.case.wake_at == world.instant(FIRST)


def test_confirmations_that_the_night_kept_back_are_spread_too(new_world):
    instants = []
    for n in range(8):
        world = spread_world(new_world, "12:00", on=date(2024, 5, 24))
        world.about = {
            "reach": reach(SMS),
            "to_confirm": (OptOutToConfirm(fact_id=f"said-{n}", channel=SMS, address="p1-sms"),),
        }
        world.step(world.instant(date(2024, 5, 24), "23:00"), LedgerChanged())
        instants.append(world.case.wake_at)
    assert all_different_within_the_hour(instants, world.instant(FIRST, "08:00"))


# --- clocks: what is stored already counts, though it was made by a clock ahead of the step's


@pytest.mark.parametrize(("ahead", "leaves"), [(300, False), (301, True)], ids=["within five minutes", "in the future"])
def test_a_hold_told_to_a_clock_ahead_keeps_the_notice_of_this_step_back(world, ahead, leaves):
    world.open(date(2024, 5, 24))
    told = world.instant(FIRST) + timedelta(seconds=ahead)
    world.said = (PastFact(told, FactKind.HOLD, name="cease"),)
    assert bool(world.step(world.instant(FIRST), Woken()).commands) is leaves


@pytest.mark.parametrize(("ahead", "leaves"), [(300, False), (301, True)], ids=["within five minutes", "in the future"])
def test_a_hold_told_to_a_clock_ahead_keeps_a_confirmation_back(world, ahead, leaves):
    world.open(date(2024, 5, 24))
    at = world.instant(date(2024, 5, 24), "12:00")
    world.said = (PastFact(at + timedelta(seconds=ahead), FactKind.HOLD, name="nobody_knows_what"),)
    world.about["to_confirm"] = (OptOutToConfirm(fact_id="said-1", channel=SMS, address="p1-sms"),)
    assert bool(world.step(at, LedgerChanged()).commands) is leaves
