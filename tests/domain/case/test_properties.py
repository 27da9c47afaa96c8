"""What holds for every life of a case: payments, returns, holds, doorbells and failures in any order."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.case.decide import decide
from domain.model.case import NEXT_STAGES, HeldBy
from domain.model.events import HoldReason, LedgerChanged, Woken
from domain.model.facts import MessageState

FIRST_DUE = date(2024, 1, 20)
START = date(2024, 1, 22)
STEPS = {"a": 5, "b": 15, "c": ("month_end", 30), "d": ("after", 12), "e": 60}
ORDER = list(STEPS)
GAP = 4

FATES = st.sampled_from([MessageState.SENT, MessageState.SENT, MessageState.FAILED, MessageState.REFUSED])
DEEDS = st.lists(
    st.tuples(
        st.integers(0, 150),
        st.sampled_from(["pay oldest", "pay part", "take back", "hold", "pause", "left out", "release", "ring", "owe"]),
        st.integers(1, 30),
    ),
    max_size=12,
)


class Life:
    """One case through 180 days of deeds."""

    def __init__(self, world, hold, release, fates):
        self.world, self.hold, self.release = world, hold, release
        self.fates = iter(fates)
        self.count = 0
        world.owe(FIRST_DUE, "100")

    def live(self, deeds):
        self.world.fates = _Fates(self.fates)
        self.world.open(START)
        for offset, deed, size in sorted(deeds):
            day = START + timedelta(days=offset)
            self.count += 1
            self.world.ring(day, *self.do(deed, day, size), clock="15:00")
        self.world.end_of(START + timedelta(days=180))

    def do(self, deed, day, size):
        world, name = self.world, f"m{self.count}"
        unmet = world.unmet(day)
        if deed in ("pay oldest", "pay part") and unmet:
            amount = unmet[0].unmet.amount if deed == "pay oldest" else min(unmet[0].unmet.amount, size)
            world.pay(day, **{f"d{unmet[0].due_on:%Y%m%d}": str(amount)})
        elif deed == "take back" and world.payments:
            world.payments[-1].taken_back_on = day
        elif deed == "owe":
            world.owe(day, "60")
        elif deed in ("hold", "pause"):
            reason = "operator" if deed == "hold" else "pause"
            return (self.hold(name, reason, ends_on=day + timedelta(days=size)),)
        elif deed == "left out":
            return (self.hold(name, "left_out", obligations_due_on=(FIRST_DUE,)),)
        elif deed == "release" and world.case.holds:
            return (self.release(name, world.case.holds[-1].id),)
        return (LedgerChanged(),)


class _Fates(dict):
    def __init__(self, fates):
        super().__init__()
        self.coming = fates

    def get(self, key, default=None):
        if key not in self:
            self[key] = next(self.coming, default)
        return self[key]


@pytest.fixture(scope="session")
def lived(new_world, hold, release):
    def live(deeds, fates):
        life = Life(new_world(STEPS, days_between=GAP, least={"EUR": "10"}, grace=3), hold, release, fates)
        life.live(deeds)
        return life.world

    return live


@settings(deadline=None, max_examples=150)
@given(deeds=DEEDS, fates=st.lists(FATES, max_size=20))
def test_the_ladder_never_skips_repeats_hurries_or_exceeds_its_limit(lived, deeds, fates):
    world = lived(deeds, fates)
    assert [step for _, step in world.sent] == ORDER[: len(world.sent)]
    tried = [n.on for n in world.notices if n.state is not MessageState.REFUSED]
    assert all((after - before).days > GAP for before, after in pairwise(tried))
    assert len(tried) <= world.strategy.most_attempts
    keys = [n.key for n in world.notices]
    assert len(set(keys)) == len(keys)


@settings(deadline=None, max_examples=100)
@given(deeds=DEEDS, fates=st.lists(FATES, max_size=20))
def test_no_notice_leaves_under_a_hold_below_the_least_amount_or_outside_the_hours(lived, deeds, fates):
    for step in lived(deeds, fates).steps:
        for command in step.commands:
            today = command.as_of.date()
            lying = [h for h in step.case.holds if h.reason != "left_out" and h.starts_on <= today]
            assert lying == []
            assert command.past_due.amount >= 10
            assert 8 <= command.as_of.hour < 22


@settings(deadline=None, max_examples=100)
@given(deeds=DEEDS, fates=st.lists(FATES, max_size=20))
def test_a_case_always_wakes_later_and_its_time_never_runs_back(lived, deeds, fates):
    world = lived(deeds, fates)
    assert all(s.case.wake_at is None or s.case.wake_at > s.case.as_of for s in world.steps)
    assert all(before.case.as_of <= after.case.as_of for before, after in pairwise(world.steps))
    assert [s.case.step_no for s in world.steps] == list(range(1, len(world.steps) + 1))
    stages = [s.case.stage for s in world.steps]
    assert all(before == after or after in NEXT_STAGES[before] for before, after in pairwise(stages))


@settings(deadline=None, max_examples=60)
@given(deeds=DEEDS, fates=st.lists(FATES, max_size=20), hours=st.integers(0, 4000))
def test_the_same_question_has_the_same_answer(lived, deeds, fates, hours):
    world = lived(deeds, fates)
    at = world.case.as_of + timedelta(hours=hours)
    facts = world.facts(at)
    assert decide(world.case, (Woken(),), facts, at) == decide(world.case, (Woken(),), facts, at)
    read_again = type(world.case).model_validate_json(world.case.model_dump_json())
    assert decide(read_again, (Woken(),), facts, at) == decide(world.case, (Woken(),), facts, at)


@settings(deadline=None, max_examples=60)
@given(parts=st.lists(st.integers(1, 40), min_size=1, max_size=4), offset=st.integers(1, 60))
@example(parts=[40, 40, 40, 40], offset=1)
def test_a_payment_in_parts_on_one_day_leads_where_the_whole_does(new_world, parts, offset):
    day = START + timedelta(days=offset)
    sent = []
    for amounts in (parts, [sum(parts)]):
        world = new_world(STEPS, days_between=GAP)
        world.owe(FIRST_DUE, "160")
        world.owe(date(2024, 2, 20), "50")
        world.open(START)
        for amount in amounts:
            world.pay(day, d20240120=str(amount))
            world.ring(day, clock="15:00")
        world.end_of(START + timedelta(days=180))
        ended = world.case.outcome  # the parts are seen late on that day, the whole is not
        sent.append((world.sent, world.case.arrears, ended and ended.model_copy(update={"days_past_due": 0})))
    assert sent[0] == sent[1]


@settings(deadline=None, max_examples=60)
@given(deeds=DEEDS, fates=st.lists(FATES, max_size=20))
def test_the_state_stays_small(lived, deeds, fates):
    assert len(lived(deeds, fates).case.model_dump_json()) < 8_000


FAR = st.one_of(st.sampled_from([date.min, date.max, START]), st.dates())
FAR_HOLDS = st.lists(st.tuples(st.sampled_from(HoldReason), FAR, st.none() | FAR), max_size=4)
ZONES = st.sampled_from(["UTC", "Asia/Taipei", "America/Los_Angeles"])


@settings(deadline=None, max_examples=200)
@given(holds=FAR_HOLDS, zone=ZONES, asked=st.booleans(), over=st.booleans())
def test_no_date_of_a_hold_however_far_makes_a_decision_fail(new_world, hold, holds, zone, asked, over):
    world = new_world(STEPS, zone=zone)
    world.owe(FIRST_DUE, "100")
    world.open(START)
    asks = [
        hold(f"h{i}", reason, starts_on=start, ends_on=end, obligations_due_on=(FIRST_DUE,) * (reason == "left_out"))
        for i, (reason, start, end) in enumerate(holds)
    ]
    if not asked:  # holds that lie there already, from before such dates were refused
        lying = tuple(HeldBy(**{**ask.model_dump(exclude={"kind"}), "starts_on": ask.starts_on}) for ask in asks)
        pauses = tuple(h.model_copy(update={"ends_on": h.ends_on or START}) for h in lying) if over else ()
        world.case = world.case.model_copy(update={"holds": lying, "pauses_over": pauses})
    step = world.ring(START, *(asks if asked else ()))
    assert len(step.answers) == (len(asks) if asked else 0)
    assert step.case.wake_at is not None
