"""Affordability: what is left after what a household needs, and how debts share it."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.affordability import assess_ability, share_out
from domain.model.ability import HouseholdStatement
from domain.model.errors import InputError
from domain.model.money import Money


def cny(amount: str | int) -> Money:
    return Money(amount=Decimal(amount), currency="CNY")


def item(kind: str, amount: str, every: str = "month") -> dict[str, object]:
    return {"kind": kind, "amount": cny(amount), "every": every}


def statement(**more: object) -> HouseholdStatement:
    told = {
        "currency": "CNY",
        "income": [item("wages", "6000")],
        "essentials": [item("housing", "2500"), item("food", "1500")],
    }
    return HouseholdStatement.model_validate(told | more)


def test_what_is_left_after_essentials_and_priority_debts_goes_to_the_debts_pro_rata() -> None:
    told = statement(
        priority_debts=[item("tax_arrears", "500")], other_debts=[{"creditor": "bank-b", "balance": cny(10_000)}]
    )
    ability = assess_ability(told, {"card-2": cny(5_000), "card-1": cny(15_000)})
    assert (ability.income, ability.essentials, ability.priority_debts) == (cny(6_000), cny(4_000), cny(500))
    assert ability.left == cny(1_500)
    assert [(share.account_id, share.monthly) for share in ability.shares] == [
        ("card-1", cny(750)),
        ("card-2", cny(250)),
    ]
    assert (ability.at_this_bank, ability.elsewhere) == (cny(1_000), cny(500))


@pytest.mark.parametrize(
    ("every", "monthly"),
    [("week", "433.33"), ("fortnight", "216.67"), ("month", "100"), ("quarter", "33.33"), ("year", "8.33")],
)
def test_what_comes_at_another_rhythm_is_counted_by_the_month(every, monthly) -> None:
    ability = assess_ability(statement(income=[item("wages", "100", every)]), {})
    assert ability.income == cny(monthly)


def test_many_small_amounts_are_rounded_once() -> None:
    weekly = [item("food", "0.10", "week") for _ in range(12)]
    assert assess_ability(statement(essentials=weekly), {}).essentials == cny("5.20")


def test_where_nothing_is_left_nothing_is_affordable() -> None:
    ability = assess_ability(statement(income=[item("benefits", "3000")]), {"card-1": cny(5_000)})
    assert (ability.left, ability.at_this_bank) == (cny(-1_000), cny(0))
    assert [share.monthly for share in ability.shares] == [cny(0)]


def test_no_debt_gets_more_than_is_owed_and_one_that_owes_nothing_nothing() -> None:
    ability = assess_ability(statement(), {"card-1": cny(300), "card-2": cny(0), "card-3": cny(-50)})
    assert [(share.account_id, share.monthly) for share in ability.shares] == [("card-1", cny(300))]
    assert (ability.left, ability.elsewhere) == (cny(2_000), cny(0))


def test_an_account_in_another_currency_is_refused() -> None:
    with pytest.raises(InputError, match="account card-9 is in TWD, the statement in CNY"):
        assess_ability(statement(), {"card-9": Money(amount=Decimal(1), currency="TWD")})


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"income": [item("wages", "0")]}, "0.00 CNY is not above zero: leave out what does not come or go"),
        ({"essentials": []}, "at least 1 item"),
        ({"other_debts": [{"creditor": "b", "balance": cny(0)}]}, "0.00 CNY is not above zero: leave out what is not"),
        ({"other_debts": [{"creditor": "b", "balance": cny(1)}] * 2}, "a creditor stands here twice"),
        ({"income": [item("wages", "1") | {"amount": Money.of_minor(1, "TWD")}]}, "0.01 TWD is not in CNY"),
        ({"offers_monthly": cny(-1)}, "-1.00 CNY is offered: an offer is not below zero"),
        ({"income": [item("lottery", "1")]}, "Input should be 'wages'"),
        ({"household": 0}, "greater than or equal to 1"),
    ],
)
def test_a_statement_that_cannot_be_so_is_refused(wrong, why) -> None:
    with pytest.raises(ValidationError, match=why):
        statement(**wrong)


def test_what_the_customer_said_and_offered_stands_beside_it() -> None:
    told = statement(willingness="willing", offers_monthly=cny(400), household=3)
    assert (told.willingness, told.offers_monthly, told.household) == ("willing", cny(400), 3)


@given(st.integers(0, 10**9), st.lists(st.integers(1, 10**9), max_size=12))
def test_shares_sum_exactly_and_none_is_above_its_debt(amount, weights) -> None:
    parts = share_out(amount, weights)
    assert sum(parts) == min(amount, sum(weights))
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))


@given(st.integers(0, 10**6), st.lists(st.integers(1, 10**6), min_size=2, max_size=8))
def test_who_is_owed_more_gets_no_less_but_for_what_cannot_be_divided(amount, weights) -> None:
    pairs = sorted(zip(weights, share_out(amount, weights), strict=True))
    assert all(less[1] <= more[1] + 1 for less, more in pairwise(pairs))
