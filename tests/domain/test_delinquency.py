"""What is past due: grace, tolerance, treatment days."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.delinquency import assess, past_due_from, treatment_day_reached_on, treatment_days, unmet_by_bucket
from domain.model.errors import InputError
from domain.model.facts import Pause

DUE = date(2024, 5, 20)


def test_an_obligation_is_past_due_on_the_day_after_its_due_date(unmet, new_money, new_rules):
    due = unmet({DUE: "100"})
    assert assess(due, new_money("500"), DUE, new_rules()) is None
    arrears = assess(due, new_money("500"), DUE + timedelta(days=1), new_rules())
    assert (arrears.days_past_due, arrears.oldest_due_on, arrears.bucket) == (1, DUE, "late")


def test_within_the_days_of_grace_nobody_is_late_and_beyond_them_days_count_from_the_due_date(
    unmet, new_money, new_rules
):
    due, rules = unmet({DUE: "100"}), new_rules(grace=3)
    assert assess(due, new_money("500"), DUE + timedelta(days=3), rules) is None
    assert assess(due, new_money("500"), DUE + timedelta(days=4), rules).days_past_due == 4
    assert past_due_from(due, new_money("500"), DUE + timedelta(days=1), rules) == DUE + timedelta(days=4)


@pytest.mark.parametrize(
    ("shortfall", "balance", "is_late"),
    [("10.00", "500", False), ("10.01", "500", True), ("100", "10", False), ("100", "0", False), ("100", "-5", False)],
)
def test_a_shortfall_within_tolerance_is_no_arrears(unmet, new_money, new_rules, shortfall, balance, is_late):
    rules = new_rules(tolerance={"EUR": "10"})
    arrears = assess(unmet({DUE: shortfall}), new_money(balance), DUE + timedelta(days=9), rules)
    assert (arrears is not None) is is_late


def test_the_tolerance_of_another_currency_does_not_count(unmet, new_money, new_rules):
    rules = new_rules(tolerance={"CNY": "10"})
    assert assess(unmet({DUE: "5"}), new_money("500"), DUE + timedelta(days=9), rules) is not None


def test_small_shortfalls_add_up_and_lateness_starts_where_they_exceed_the_tolerance(unmet, new_money, new_rules):
    rules = new_rules(tolerance={"EUR": "10"}, grace=3)
    due = unmet({DUE: "6", DUE + timedelta(days=30): "6", DUE + timedelta(days=60): "100"})
    assert assess(due, new_money("500"), DUE + timedelta(days=20), rules) is None
    arrears = assess(due, new_money("500"), DUE + timedelta(days=40), rules)
    assert (arrears.oldest_due_on, arrears.days_past_due) == (DUE + timedelta(days=30), 10)
    assert arrears.past_due == new_money("12")


def test_the_past_due_amount_is_never_more_than_the_balance(unmet, new_money, new_rules):
    due = unmet({DUE: "100", DUE + timedelta(days=30): "100"})
    assert assess(due, new_money("150"), DUE + timedelta(days=40), new_rules()).past_due == new_money("150")
    assert assess(due, new_money("999"), DUE + timedelta(days=40), new_rules()).past_due == new_money("200")


def test_the_oldest_counts_whatever_the_order_given(unmet, new_money, new_rules):
    due = unmet({DUE + timedelta(days=30): "100", DUE: "100"})
    assert assess(due, new_money("999"), DUE + timedelta(days=40), new_rules()).oldest_due_on == DUE


def test_nothing_unmet_is_nothing_past_due(new_money, new_rules):
    assert assess((), new_money("999"), DUE, new_rules()) is None


def test_amounts_of_two_currencies_are_refused(unmet, new_money, new_rules):
    with pytest.raises(InputError, match="cannot be added or compared"):
        assess(unmet({DUE: "5"}, "USD"), new_money("999"), DUE + timedelta(days=4), new_rules())


def test_pauses_that_overlap_touch_or_repeat_count_once():
    def pause(first, last):
        return Pause(
            starts_on=DUE + timedelta(days=first), ends_on=None if last is None else DUE + timedelta(days=last)
        )

    today = DUE + timedelta(days=50)
    assert treatment_days(DUE, today, (pause(5, 15), pause(10, 20), pause(20, 25), pause(7, 9)), 0) == 30
    assert treatment_days(DUE, today, (pause(5, None), pause(10, 20)), 0) == 5
    assert treatment_days(DUE, today, (pause(-20, -10), pause(-5, 5)), 0) == 45
    assert treatment_days(DUE, today, (pause(60, None),), 0) == 50


def test_the_day_of_a_count_is_none_while_an_open_pause_stops_the_clock():
    open_pause = Pause(starts_on=DUE + timedelta(days=10))
    assert treatment_day_reached_on(DUE, 10, (open_pause,), 0) == DUE + timedelta(days=10)
    assert treatment_day_reached_on(DUE, 11, (open_pause,), 0) is None


def test_what_is_not_past_due_is_in_no_bucket(unmet, new_rules, new_money):
    later = DUE + timedelta(days=5)
    amounts = unmet_by_bucket(unmet({DUE: "5", later: "7"}), later, new_rules().classification)
    assert amounts == {"late": new_money("5")}


PAUSES = st.lists(
    st.tuples(st.integers(-40, 80), st.one_of(st.none(), st.integers(0, 40))).map(
        lambda p: Pause(
            starts_on=DUE + timedelta(days=p[0]),
            ends_on=None if p[1] is None else DUE + timedelta(days=p[0] + p[1]),
        )
    ),
    max_size=5,
)


@settings(deadline=None)
@given(pauses=PAUSES, grace=st.integers(0, 5))
def test_treatment_days_never_fall_and_grow_by_at_most_one_a_day(pauses, grace):
    counts = [treatment_days(DUE, DUE + timedelta(days=n), pauses, grace) for n in range(150)]
    assert all(0 <= after - before <= 1 for before, after in pairwise(counts))
    assert all(count <= n for n, count in enumerate(counts))


@settings(deadline=None)
@given(pauses=PAUSES, grace=st.integers(0, 5), days=st.integers(1, 60))
def test_the_day_of_a_count_is_the_first_that_has_it(pauses, grace, days):
    reached_on = treatment_day_reached_on(DUE, days, pauses, grace)
    if reached_on is None:
        assert treatment_days(DUE, DUE + timedelta(days=1000), pauses, grace) < days
    else:
        assert treatment_days(DUE, reached_on, pauses, grace) == days
        assert treatment_days(DUE, reached_on - timedelta(days=1), pauses, grace) < days
