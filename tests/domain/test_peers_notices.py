"""Buckets, allocation, month ends and limits of the ladder: cases that peers' own suites publish."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from domain.allocation import allocate_to_components
from domain.delinquency import assess
from domain.model.facts import MessageState
from domain.model.rules import Bucket, Buckets, Component


@pytest.mark.parametrize(
    ("bands", "fault"),
    [
        ((("a", 1, 3), ("b", 3, 30)), "gap or overlap"),
        ((("a", 1, 3), ("b", 5, None)), "gap or overlap"),
        ((("a", 1, 3), ("a", 4, None)), "the same name"),
    ],
)
def test_acc_24_buckets_that_overlap_or_share_a_name_are_refused(bands, fault):
    with pytest.raises(ValidationError, match=fault):
        Buckets(bands=tuple(Bucket(name=name, dpd_min=first, dpd_max=last) for name, first, last in bands))


def test_acc_24_a_part_payment_keeps_the_bucket_the_rest_clears_it_and_its_reversal_sets_it_again(new_world):
    world = new_world(buckets=(("RANGE_1", 1), ("RANGE_4", 4)))
    world.owe(date(2024, 1, 1), "1100")
    today = date(2024, 1, 10)

    def bucket():
        arrears = assess(world.unmet(today), world.facts(world.instant(today)).balance, today, world.rules)
        return None if arrears is None else arrears.bucket

    world.pay(today, d20240101="100")
    assert bucket() == "RANGE_4"
    rest = world.pay(today, d20240101="1000")
    assert bucket() is None
    rest.taken_back_on = today
    assert bucket() == "RANGE_4"


def test_acc_25_a_payment_covers_interest_before_principal(new_money):
    order = (Component.INTEREST, Component.FEE, Component.PRINCIPAL)
    owed = {Component.PRINCIPAL: new_money("312.95"), Component.INTEREST: new_money("246")}
    left = []
    for amount in ("120", "330.72", "108.23"):
        parts = allocate_to_components(new_money(amount), owed, order)
        owed = {component: owed[component] - parts[component] for component in owed}
        left.append((str(owed[Component.PRINCIPAL]), str(owed[Component.INTEREST])))
    assert left == [("312.95 EUR", "126.00 EUR"), ("108.23 EUR", "0.00 EUR"), ("0.00 EUR", "0.00 EUR")]
    assert owed[Component.PRINCIPAL] + parts[Component.PRINCIPAL] == new_money("108.23"), "the last one reversed"


POLICY = {"level-1": 10, "level-2": ("month_end", 30), "level-3": ("after", 10)}


def test_acc_36_the_three_levels_fall_due_on_their_own_rules(new_world):
    world = new_world(POLICY)
    world.owe(date(2024, 1, 15), "500")
    world.open(date(2024, 1, 16))
    world.end_of(date(2024, 4, 1))
    assert world.sent == [
        (date(2024, 1, 25), "level-1"),
        (date(2024, 2, 29), "level-2"),
        (date(2024, 3, 10), "level-3"),
    ]


def test_acc_36_the_third_level_counts_from_the_day_the_second_was_given(new_world, hold):
    world = new_world(POLICY)
    world.owe(date(2024, 1, 15), "500")
    world.open(date(2024, 1, 25))
    world.ring(date(2024, 2, 28), hold("late", ends_on=date(2024, 3, 1)))
    world.end_of(date(2024, 4, 1))
    assert world.sent[1:] == [(date(2024, 3, 1), "level-2"), (date(2024, 3, 11), "level-3")]


def test_acc_36_each_run_gives_exactly_one_new_level(new_world):
    world = new_world(POLICY)
    today = date(2024, 6, 30)
    world.owe(today - timedelta(days=365), "500")
    runs = [date(2023, 12, 30), date(2024, 4, 30), today]
    world.open(runs[0])
    given = [[name for _, name in world.sent]]
    for run in runs[1:]:
        world.step(world.instant(run))
        given.append([name for _, name in world.sent])
    assert given == [["level-1"], ["level-1", "level-2"], ["level-1", "level-2", "level-3"]]


def test_acc_36_a_first_level_after_a_previous_one_is_refused(new_strategy):
    with pytest.raises(ValidationError, match="no notice before it"):
        new_strategy({"level-1": ("after", 10)})


def test_acc_36_a_two_level_policy(new_world):
    world = new_world({"level-1": ("month_end", 30), "level-2": ("after", 60)})
    world.owe(date(2024, 1, 15), "500")
    world.open(date(2024, 1, 16))
    world.end_of(date(2024, 6, 1))
    assert world.sent == [(date(2024, 2, 29), "level-1"), (date(2024, 4, 29), "level-2")]


@pytest.fixture
def limited(new_world):
    """An account of one currency: two attempts at most, two whole days between them."""

    def build(currency):
        return new_world(
            {"first": 1, "second": 1, "third": 1},
            days_between=2,
            most_attempts=2,
            least={"EUR": "150", "USD": "100"},
            currency=currency,
        )

    return build


def test_acc_41_the_threshold_is_that_of_the_currency_and_attempts_are_limited(limited):
    euro, dollar = limited("EUR"), limited("USD")
    for world, amount in ((euro, "149"), (dollar, "120")):
        world.owe(date(2025, 1, 2), amount)
        world.open(date(2025, 1, 3), "08:00")
    euro.owe(date(2025, 1, 5), "10")
    euro.ring(date(2025, 1, 5), clock="18:00")
    euro.ring(date(2025, 1, 6), clock="09:30")
    for world in (euro, dollar):
        world.end_of(date(2025, 1, 31))
    assert dollar.sent == [(date(2025, 1, 3), "first"), (date(2025, 1, 6), "second")]
    assert euro.sent == [(date(2025, 1, 6), "first"), (date(2025, 1, 9), "second")]
    assert "the most that the strategy allows" in euro.case.next.why


def test_acc_41_a_small_further_debt_lifts_the_amount_above_the_threshold(limited):
    world = limited("EUR")
    world.owe(date(2025, 1, 3), "149")
    world.owe(date(2025, 1, 6), "6")
    world.open(date(2025, 1, 4), "08:00")
    assert world.sent == []
    assert "below the least amount 150 EUR" in world.case.next.why
    world.ring(date(2025, 1, 7), clock="09:30")
    world.end_of(date(2025, 1, 31))
    assert world.sent == [(date(2025, 1, 7), "first"), (date(2025, 1, 10), "second")]
    amounts = {str(command.past_due) for step in world.steps for command in step.commands}
    assert amounts == {"155.00 EUR"}


def test_acc_41_each_request_is_one_message(limited):
    world = limited("USD")
    world.owe(date(2025, 1, 2), "120")
    world.open(date(2025, 1, 3))
    for clock in ("10:00", "11:00", "12:00"):
        world.ring(date(2025, 1, 3), clock=clock)
    keys = [command.key for step in world.steps for command in step.commands]
    assert keys == ["a1/1/first/1"]


def test_acc_41_failed_attempts_count(limited):
    world = limited("USD")
    world.fates = {"a1/1/first/1": MessageState.FAILED, "a1/1/first/2": MessageState.FAILED}
    world.owe(date(2025, 1, 2), "120")
    world.open(date(2025, 1, 3))
    world.end_of(date(2025, 1, 31))
    assert [(n.key, n.on.day) for n in world.notices] == [("a1/1/first/1", 3), ("a1/1/first/2", 6)]
