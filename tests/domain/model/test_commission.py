"""Commission as it is agreed: never below zero, in one currency a band, one rate for an account."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.model.commission import CommissionSchedule, RateBand
from domain.model.money import Money


def amount(value: str, currency: str = "CNY") -> dict[str, str]:
    return {"amount": value, "currency": currency}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"percent": "-1"}, "greater than or equal to 0"),
        ({"percent": "100.1"}, "less than or equal to 100"),
        ({"percent": "NaN"}, "finite number"),
        ({"dpd_min": 0}, "greater than or equal to 1"),
        ({"dpd_min": 90, "dpd_max": 89}, "dpd_max 89 lies below dpd_min 90"),
        ({"least": amount("1", "USD")}, "1.00 USD is not in CNY: write every amount in the currency beside it"),
        ({"below": amount("1", "USD")}, "1.00 USD is not in CNY"),
        ({"least": amount("-1")}, "-1.00 CNY is below zero"),
        ({"least": amount("5"), "below": amount("5")}, "no amount lies under 5.00 CNY"),
        ({"below": amount("0")}, "no amount lies under 0.00 CNY"),
    ],
)
def test_a_band_that_says_something_impossible_is_refused(said: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError) as refused:
        RateBand.model_validate({"currency": "CNY", "percent": "10", **said})
    (error,) = refused.value.errors()
    assert why in error["msg"]


@pytest.mark.parametrize(
    ("conduct", "why"),
    [
        ({"least": "1.1", "most": "1"}, "most 1 lies below least 1.1"),
        ({"least": "-0.1", "most": "1"}, "greater than or equal to 0"),
        ({"least": "1", "most": "10.5"}, "less than or equal to 10"),
    ],
)
def test_conduct_has_a_range(conduct: dict[str, str], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        CommissionSchedule.model_validate({"bands": [{"currency": "CNY", "percent": "10"}], "conduct": conduct})


def test_a_schedule_has_a_rate() -> None:
    with pytest.raises(ValidationError, match="at least 1 item"):
        CommissionSchedule.model_validate({"bands": []})


DAYS = st.tuples(st.integers(1, 6), st.none() | st.integers(1, 6)).filter(lambda d: d[1] is None or d[0] <= d[1])
AMOUNTS = st.tuples(st.none() | st.integers(0, 5), st.none() | st.integers(1, 6)).filter(
    lambda a: a[1] is None or (a[0] or 0) < a[1]
)
BANDS = st.builds(
    lambda days, amounts, currency: RateBand(
        dpd_min=days[0],
        dpd_max=days[1],
        currency=currency,
        least=None if amounts[0] is None else Money(amount=Decimal(amounts[0]), currency=currency),
        below=None if amounts[1] is None else Money(amount=Decimal(amounts[1]), currency=currency),
        percent=Decimal(5),
    ),
    DAYS,
    AMOUNTS,
    st.sampled_from(["CNY", "USD"]),
)
PLACED = [(days, Money(amount=Decimal(a), currency=c)) for days in range(8) for a in range(8) for c in ("CNY", "USD")]


@given(bands=st.lists(BANDS, min_size=1, max_size=4))
def test_a_schedule_stands_exactly_when_no_account_could_have_two_rates(bands: list[RateBand]) -> None:
    twice = any(sum(band.covers(days, owed) for band in bands) > 1 for days, owed in PLACED)
    if twice:
        with pytest.raises(ValidationError, match="let their days or amounts part"):
            CommissionSchedule(bands=tuple(bands))
    else:
        CommissionSchedule(bands=tuple(bands))
