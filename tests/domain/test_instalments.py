"""Instalments: worked examples by hand, dates of short months, and what holds for every plan."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.annual_rate import effective_percent
from domain.instalments import schedule_of, settle
from domain.model.errors import InputError
from domain.model.money import Money
from domain.model.plan import PlanTerms, Rhythm

SIGNED = date(2026, 1, 1)


def terms(balance: str = "1200.00", count: int = 12, currency: str = "CNY", unit: str = "0.01", **more) -> PlanTerms:
    def money(amount: str) -> Money:
        return Money(amount=Decimal(amount), currency=currency)

    fees = money(more.pop("fees", "0"))
    asked = {"first_on": date(2026, 1, 31), "signed_on": SIGNED, **more}
    return PlanTerms(balance=money(balance), count=count, unit=money(unit), fees=fees, **asked)


def amounts(of: PlanTerms) -> list[str]:
    return [str(each.amount.amount) for each in schedule_of(of).instalments]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        # ACC-28: 325 over 6
        (terms("325.00", 6, "TWD", "1"), ["54.00"] * 5 + ["55.00"]),
        (terms("100.00", 3), ["33.33", "33.33", "33.34"]),
        (terms("750.00", 6), ["125.00"] * 6),
        (terms("1.000", 3, "KWD", "0.001"), ["0.333", "0.333", "0.334"]),
        (terms("100.00", 1), ["100.00"]),
        (terms("100.00", 3, "CHF", "0.05"), ["33.30", "33.30", "33.40"]),
        # interest that is rounded to nothing: two cents each would repay it before the last one
        (terms("2.38", 120, nominal_percent=Decimal("2.4")), ["0.01"] * 119 + ["1.19"]),
        # 12 % a year: 1 % of 1,000, then of 669.98, then of 336.66
        (terms("1000.00", 3, nominal_percent=Decimal(12)), ["340.02", "340.02", "340.03"]),
    ],
)
def test_equal_payments_are_rounded_down_and_the_last_takes_the_rest(asked, expected) -> None:
    assert amounts(asked) == expected


def test_interest_is_that_of_the_balance_before_each_payment_half_up() -> None:
    parts = [
        (str(each.principal.amount), str(each.interest.amount))
        for each in schedule_of(terms("1000.00", 3, nominal_percent=Decimal(12))).instalments
    ]
    assert parts == [("330.02", "10.00"), ("333.32", "6.70"), ("336.66", "3.37")]
    assert str(schedule_of(terms("1000.00", 3, nominal_percent=Decimal(12))).total.amount) == "1020.07"


def test_fees_are_spread_and_bear_no_interest() -> None:
    plan = schedule_of(terms("300.00", 3, fees="10.00", nominal_percent=Decimal(12)))
    without = schedule_of(terms("300.00", 3, nominal_percent=Decimal(12)))
    assert [str(each.fees.amount) for each in plan.instalments] == ["3.33", "3.33", "3.34"]
    assert [each.interest for each in plan.instalments] == [each.interest for each in without.instalments]


@pytest.mark.parametrize(
    ("first_on", "rhythm", "days"),
    [
        (date(2026, 1, 31), Rhythm.MONTH, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        (date(2028, 1, 31), Rhythm.MONTH, ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]),
        (date(2026, 11, 30), Rhythm.QUARTER, ["2026-11-30", "2027-02-28", "2027-05-30", "2027-08-30"]),
        (date(2026, 12, 25), Rhythm.FORTNIGHT, ["2026-12-25", "2027-01-08", "2027-01-22", "2027-02-05"]),
    ],
)
def test_dates_are_safe_at_the_ends_of_months_and_never_moved(first_on, rhythm, days) -> None:
    plan = schedule_of(terms("400.00", 4, first_on=first_on, rhythm=rhythm))
    assert [str(each.due_on) for each in plan.instalments] == days


def test_the_day_of_the_month_may_be_that_of_the_statement() -> None:
    plan = schedule_of(terms("300.00", 3, first_on=date(2026, 2, 28), due_day=31))
    assert [str(each.due_on) for each in plan.instalments] == ["2026-02-28", "2026-03-31", "2026-04-30"]


@pytest.mark.parametrize(
    ("rhythm", "interest"), [(Rhythm.MONTH, "10.00"), (Rhythm.QUARTER, "30.00"), (Rhythm.FORTNIGHT, "4.62")]
)
def test_a_period_bears_its_part_of_the_annual_rate(rhythm, interest) -> None:
    first = schedule_of(terms("1000.00", 2, rhythm=rhythm, nominal_percent=Decimal(12))).instalments[0]
    assert str(first.interest.amount) == interest


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"count": 0}, "0 instalments: a plan has at least one"),
        ({"balance": "0.00"}, "a plan repays more than nothing"),
        ({"balance": "-5.00"}, "a plan repays more than nothing"),
        ({"unit": "0"}, "instalments are multiples of more than nothing"),
        ({"fees": "-1"}, "from nothing to the balance"),
        ({"fees": "1200.01"}, "from nothing to the balance"),
        ({"nominal_percent": Decimal(-1)}, "an annual rate is from 0 to 1000 %"),
        ({"nominal_percent": Decimal(1001)}, "an annual rate is from 0 to 1000 %"),
        ({"balance": "0.11"}, "less than 0.01 CNY each: choose fewer of them"),
        ({"first_on": date(2025, 12, 31)}, "before the signing on 2026-01-01"),
        ({"first_on": date(2199, 12, 1)}, "choose other days, or fewer instalments"),
        ({"first_on": date(1969, 2, 1), "signed_on": date(1969, 1, 1)}, "choose other days, or fewer instalments"),
        ({"balance": "12.00", "unit": "1.00", "nominal_percent": Decimal(120)}, "repay nothing of 12.00 CNY"),
    ],
)
def test_what_is_no_plan_is_refused(wrong, why) -> None:
    with pytest.raises(InputError, match=why):
        schedule_of(terms(**wrong))


# --- early settlement


@pytest.mark.parametrize(
    ("on", "principal", "interest"),
    [
        (date(2026, 1, 1), "1000.00", "0.00"),
        (date(2026, 1, 16), "1000.00", "4.93"),  # 15 days of 12 % on 1,000, days/365
        (date(2026, 1, 31), "669.98", "0.00"),  # the instalment of the day is paid
        (date(2026, 2, 14), "669.98", "3.08"),
        (date(2026, 3, 31), "0.00", "0.00"),
        (date(2027, 1, 1), "0.00", "0.00"),
    ],
)
def test_settling_early_takes_the_principal_and_simple_interest_since_the_last_instalment(
    on, principal, interest
) -> None:
    plan = schedule_of(terms("1000.00", 3, nominal_percent=Decimal(12), fees="30.00"))
    settlement = settle(plan, on)
    assert (str(settlement.principal.amount), str(settlement.interest.amount)) == (principal, interest)
    assert settlement.amount == settlement.principal + settlement.interest, "fees not yet due are dropped"


def test_interest_runs_from_signing_when_that_is_later_than_a_period_before_the_first() -> None:
    plan = schedule_of(terms("1000.00", 3, nominal_percent=Decimal(12), signed_on=date(2026, 1, 21)))
    assert str(settle(plan, date(2026, 1, 31)).principal.amount) == "669.98"
    assert str(settle(plan, date(2026, 1, 26)).interest.amount) == "1.64"
    with pytest.raises(InputError, match="cannot be settled on 2026-01-20: choose a later day"):
        settle(plan, date(2026, 1, 20))


# --- the annual rate


@pytest.mark.parametrize(
    ("asked", "percent"),
    [
        (terms("1200.00", 12), "0.00"),
        (terms("12000.00", 12, nominal_percent=Decimal(12)), "12.68"),  # 1.01 ** 12 - 1
        (terms("12000.00", 4, nominal_percent=Decimal(12), rhythm=Rhythm.QUARTER), "12.55"),  # 1.03 ** 4 - 1
        (terms("1200.00", 1, fees="12.00"), "12.68"),  # 1 % for one month
    ],
)
def test_the_effective_rate_counts_interest_and_fees(asked, percent) -> None:
    assert str(effective_percent(schedule_of(asked))) == percent


# --- what holds for every plan

MONEY = st.integers(1, 10**8)
PLANS = st.tuples(
    MONEY,
    st.integers(1, 120),
    st.sampled_from([1, 5, 100]),
    st.integers(0, 4000),
    st.sampled_from(list(Rhythm)),
    st.integers(0, 10**5),
)


@given(PLANS)
def test_every_schedule_sums_exactly_and_repays_the_balance(plan) -> None:
    minor, count, unit, hundredths, rhythm, fees = plan
    assume(minor >= count * unit and fees <= minor)
    asked = terms(
        str(Decimal(minor) / 100),
        count,
        unit=str(Decimal(unit) / 100),
        nominal_percent=Decimal(hundredths) / 100,
        rhythm=rhythm,
        fees=str(Decimal(fees) / 100),
    )
    try:
        found = schedule_of(asked)
    except InputError as refused:
        why = str(refused)
        assume("repay nothing" not in why)
        raise
    parts = found.instalments
    assert len(parts) == count
    assert sum(each.principal.minor for each in parts) == minor
    assert sum(each.fees.minor for each in parts) == fees
    assert sum(each.amount.minor for each in parts) == found.total.minor
    for each in parts:
        assert each.amount == each.principal + each.interest + each.fees
        assert each.principal.minor > 0
        assert each.interest.minor >= 0
    assert len({each.amount for each in parts[:-1]}) <= 1
    assert all(each.amount.minor % unit == 0 for each in parts[:-1])
    assert list(parts) == sorted(parts, key=lambda each: each.due_on)
    assert effective_percent(found) >= 0
