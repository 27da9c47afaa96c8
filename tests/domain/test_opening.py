"""Whether an account without a case needs one, and when to look at it again."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.delinquency import assess
from domain.opening import opening

DUE = date(2024, 5, 20)


@pytest.mark.parametrize(
    ("today", "is_late", "again"),
    [(DUE, False, 4), (DUE + timedelta(days=3), False, 4), (DUE + timedelta(days=4), True, None)],
)
def test_it_is_opened_on_the_day_after_the_grace_and_looked_at_on_that_day(
    unmet, new_money, new_rules, today, is_late, again
):
    found = opening(unmet({DUE: "100"}), new_money("500"), today, new_rules(grace=3))
    assert (found.arrears is not None, found.look_again_on) == (is_late, again and DUE + timedelta(days=again))


def test_nothing_unmet_waits_for_an_entry(new_money, new_rules):
    found = opening((), new_money("500"), DUE, new_rules())
    assert (found.arrears, found.look_again_on) == (None, None)


def test_what_is_known_to_count_later_is_looked_at_then(unmet, new_money, new_rules):
    owed, rules, nothing = unmet({DUE: "100"}), new_rules(), new_money("0")
    assert opening(owed, nothing, DUE + timedelta(days=9), rules).look_again_on is None
    later = DUE + timedelta(days=12)
    assert opening(owed, nothing, DUE + timedelta(days=9), rules, next_value_on=later).look_again_on == later


def test_small_shortfalls_that_add_up_are_looked_at_when_the_next_one_falls_due(unmet, new_money, new_rules):
    owed = unmet({DUE: "6", DUE + timedelta(days=30): "6"})
    found = opening(owed, new_money("500"), DUE + timedelta(days=9), new_rules(tolerance={"EUR": "10"}, grace=3))
    assert (found.arrears, found.look_again_on) == (None, DUE + timedelta(days=34))


@given(
    dues=st.dictionaries(st.integers(0, 90), st.integers(1, 60), max_size=5),
    balance=st.integers(-20, 200),
    grace=st.integers(0, 5),
    ahead=st.integers(1, 120),
)
def test_no_day_before_the_next_look_makes_the_account_late(unmet, new_money, new_rules, dues, balance, grace, ahead):
    rules = new_rules(tolerance={"EUR": "10"}, grace=grace)
    owed, owes = unmet({DUE + timedelta(days=day): str(part) for day, part in dues.items()}), new_money(str(balance))
    found = opening(owed, owes, DUE, rules)
    later = DUE + timedelta(days=ahead)
    if found.arrears is None and (found.look_again_on is None or later < found.look_again_on):
        assert assess(owed, owes, later, rules) is None
