"""Money: exact, of one currency, in whole minor units."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.model.errors import InputError
from domain.model.money import Money


@pytest.mark.parametrize(("minor", "currency", "text"), [(123456, "EUR", "1,234.56 EUR"), (500, "JPY", "500 JPY")])
def test_the_minor_unit_is_that_of_the_currency(minor, currency, text):
    amount = Money.of_minor(minor, currency)
    assert (str(amount), amount.minor) == (text, minor)


def test_parts_of_a_minor_unit_are_refused():
    with pytest.raises(ValidationError, match="more decimal places"):
        Money(amount=Decimal("0.001"), currency="EUR")


@pytest.mark.parametrize("mix", [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b])
def test_two_currencies_never_mix(mix):
    with pytest.raises(InputError, match="EUR and USD"):
        mix(Money.of_minor(1, "EUR"), Money.of_minor(1, "USD"))


def test_nothing_is_false_and_a_debt_turned_round_is_a_credit():
    assert not Money.zero("EUR")
    assert -Money.of_minor(5, "EUR") == Money.of_minor(-5, "EUR")
    assert Money.of_minor(5, "EUR") >= Money.of_minor(4, "EUR")


@settings(deadline=None)
@given(st.lists(st.integers(-(10**9), 10**9), max_size=8))
def test_a_total_is_exact(amounts):
    assert Money.total((Money.of_minor(a, "EUR") for a in amounts), "EUR").minor == sum(amounts)
