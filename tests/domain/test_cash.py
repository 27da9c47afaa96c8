"""The smallest amount that can be paid in cash."""

from __future__ import annotations

import pytest

from domain.cash import cash_unit


@pytest.mark.parametrize(
    ("currency", "unit"),
    [("TWD", "1"), ("JPY", "1"), ("CNY", "0.01"), ("EUR", "0.01"), ("KWD", "0.001"), ("CHF", "0.05")],
)
def test_cash_units_are_those_of_cldr(currency, unit) -> None:
    assert str(cash_unit(currency).amount.normalize()) == unit
