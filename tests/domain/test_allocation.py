"""Payments: oldest obligation first, and the order of components by days past due."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.allocation import allocate_to_components, allocate_to_obligations
from domain.model.errors import InputError
from domain.model.money import Money
from domain.model.rules import Component
from policies import load_rules

DUE = date(2024, 5, 20)


@pytest.mark.parametrize(
    ("day", "payment", "to_charges", "to_principal"),
    [(60, "1000", "600", "400"), (90, "1000", "600", "400"), (91, "1000", "0", "1000"), (91, "5200", "200", "5000")],
)
def test_china_allocates_charges_first_up_to_day_90_and_principal_first_from_day_91(
    new_money, day, payment, to_charges, to_principal
):
    owed = {
        Component.FEE: new_money("120", "CNY"),
        Component.INTEREST: new_money("480", "CNY"),
        Component.PRINCIPAL: new_money("5000", "CNY"),
    }
    parts = allocate_to_components(new_money(payment, "CNY"), owed, load_rules("cn").allocation.at(day))
    assert parts[Component.FEE] + parts[Component.INTEREST] == new_money(to_charges, "CNY")
    assert parts[Component.PRINCIPAL] == new_money(to_principal, "CNY")


def test_what_is_overpaid_is_a_credit_of_principal(new_money):
    parts = allocate_to_components(new_money("50"), {Component.FEE: new_money("20")}, (Component.FEE,))
    assert parts == {Component.FEE: new_money("20"), Component.PRINCIPAL: new_money("30")}


def test_a_component_with_a_credit_takes_nothing(new_money):
    owed = {Component.FEE: new_money("-20"), Component.PRINCIPAL: new_money("30")}
    parts = allocate_to_components(new_money("10"), owed, (Component.FEE, Component.PRINCIPAL))
    assert parts == {Component.FEE: new_money("0"), Component.PRINCIPAL: new_money("10")}


def test_the_oldest_obligation_is_met_first(unmet, new_money):
    due = unmet({DUE: "100", DUE + timedelta(days=30): "100", DUE + timedelta(days=60): "100"})
    assert allocate_to_obligations(new_money("150"), due[::-1]) == (
        (DUE, new_money("100")),
        (DUE + timedelta(days=30), new_money("50")),
    )
    assert allocate_to_obligations(new_money("0"), due) == ()


def test_a_negative_payment_is_refused(new_money):
    with pytest.raises(InputError, match="cannot be allocated"):
        allocate_to_obligations(new_money("-1"), ())
    with pytest.raises(InputError, match="cannot be allocated"):
        allocate_to_components(new_money("-1"), {}, tuple(Component))


AMOUNTS = st.integers(0, 100_000).map(lambda minor: Money.of_minor(minor, "EUR"))


@settings(deadline=None)
@given(payment=AMOUNTS, owed=st.fixed_dictionaries(dict.fromkeys(Component, AMOUNTS)), order=st.permutations(Component))
def test_no_money_is_lost_between_components(payment, owed, order):
    parts = allocate_to_components(payment, owed, order)
    assert Money.total(parts.values(), "EUR") == payment
    assert all(part.amount >= 0 for part in parts.values())


@settings(deadline=None)
@given(
    amounts=st.lists(st.integers(1, 50_000), min_size=1, max_size=6), paid=st.lists(st.integers(0, 60_000), max_size=4)
)
def test_a_payment_in_parts_meets_what_the_whole_would(unmet, amounts, paid):
    due = unmet({DUE + timedelta(days=30 * i): str(amount) for i, amount in enumerate(amounts)})
    whole = dict(allocate_to_obligations(Money.of_minor(sum(paid), "EUR"), due))
    met = dict.fromkeys((o.due_on for o in due), Money.zero("EUR"))
    for part in paid:
        left = tuple(o.model_copy(update={"unmet": o.unmet - met[o.due_on]}) for o in due)
        for due_on, amount in allocate_to_obligations(Money.of_minor(part, "EUR"), left):
            met[due_on] += amount
    assert {day: amount for day, amount in met.items() if amount} == whole


def test_what_is_disputed_is_met_last(unmet, new_money):
    second, third = DUE + timedelta(days=30), DUE + timedelta(days=60)
    owed = unmet({DUE: "40", second: "60", third: "10"})
    assert allocate_to_obligations(new_money("65"), owed, {DUE}) == ((second, new_money("60")), (third, new_money("5")))
    assert allocate_to_obligations(new_money("75"), owed, {DUE}) == (
        (second, new_money("60")),
        (third, new_money("10")),
        (DUE, new_money("5")),
    )
