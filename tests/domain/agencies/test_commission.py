"""The rate of an account, and what is wrong with a schedule."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.agencies.commission import by_recoveries_alone, rate_at, without_a_rate, without_a_use
from domain.model.agency import Segment
from domain.model.commission import CommissionSchedule
from domain.model.money import Money

EDGES = st.lists(st.integers(1, 400), min_size=1, max_size=5, unique=True).map(sorted)


def cny(amount: int | str) -> Money:
    return Money(amount=Decimal(amount), currency="CNY")


def band(percent: str, dpd: tuple[int, int | None] = (1, None), least=None, below=None, currency="CNY") -> dict:
    bounds = {"least": least, "below": below}
    amounts = {key: {"amount": value, "currency": currency} for key, value in bounds.items() if value is not None}
    return {"dpd_min": dpd[0], "dpd_max": dpd[1], "currency": currency, "percent": percent, **amounts}


def schedule(*bands: dict, conduct: tuple[str, str] | None = None) -> CommissionSchedule:
    factor = None if conduct is None else {"least": conduct[0], "most": conduct[1]}
    return CommissionSchedule.model_validate({"bands": bands, "conduct": factor})


AGREED = schedule(
    band("8", (1, 120)),
    band("12.5", (121, 180), below="5000"),
    band("10", (121, 180), least="5000"),
    band("20", (181, None), least="0", below="1"),
)


@pytest.mark.parametrize(
    ("days", "amount", "percent"),
    [
        (0, "100", None),
        (1, "100", "8"),
        (120, "100", "8"),
        (121, "4999.99", "12.5"),
        (121, "5000", "10"),
        (180, "999999", "10"),
        (181, "0.99", "20"),
        (181, "1", None),
        (181, "-1", None),
    ],
)
def test_the_rate_is_that_of_the_days_and_the_amount(days: int, amount: str, percent: str | None) -> None:
    assert rate_at(AGREED, days, cny(amount)) == (None if percent is None else Decimal(percent))


def test_no_rate_is_agreed_in_another_currency() -> None:
    assert rate_at(AGREED, 30, Money(amount=Decimal(100), currency="USD")) is None


@given(days=EDGES, amounts=EDGES, asked=st.integers(0, 500), owed=st.integers(0, 500))
def test_bands_that_meet_without_a_gap_give_exactly_one_rate(days, amounts, asked, owed) -> None:
    """Cut both axes at the edges: every account past due has the rate of its own cell, and no other."""
    last_days = [*(edge - 1 for edge in days[1:]), None]
    ends = [*map(str, amounts[1:]), None]
    cells = [
        (first, last, low, high)
        for first, last in zip(days, last_days, strict=True)
        for low, high in zip(amounts, ends, strict=True)
    ]
    agreed = schedule(*(band(f"{i}.5", (c[0], c[1]), str(c[2]), c[3]) for i, c in enumerate(cells)))
    mine = [
        i
        for i, (first, last, low, high) in enumerate(cells)
        if first <= asked and (last is None or asked <= last) and low <= owed and (high is None or owed < int(high))
    ]
    assert len(mine) == (asked >= days[0] and owed >= amounts[0])
    assert rate_at(agreed, asked, cny(owed)) == (Decimal(f"{mine[0]}.5") if mine else None)


@pytest.mark.parametrize(("conduct", "alone"), [(None, True), (("1", "1.0"), True), (("0.8", "1.1"), False)])
def test_pay_by_recoveries_alone_is_pay_that_no_conduct_moves(conduct, alone: bool) -> None:
    assert by_recoveries_alone(schedule(band("8"), conduct=conduct)) is alone


def test_rates_and_segments_in_currencies_that_do_not_meet_are_named() -> None:
    agreed = schedule(band("8"), band("9", currency="USD"))
    segments = [Segment(currency="EUR", buckets=("late",)), Segment(currency="CNY", buckets=("late",))]
    assert list(without_a_use(agreed, segments)) == [
        (1, "no segment allows USD, only CNY, EUR: write the rate in one of these")
    ]
    assert list(without_a_rate(agreed, segments)) == [
        (0, "no rate is agreed in EUR, only in CNY, USD: nothing could be placed")
    ]
    assert list(without_a_use(agreed, [*segments, Segment(currency="USD", buckets=("late",))])) == []
    assert list(without_a_rate(agreed, segments[1:])) == []
