"""What is offered on all accounts of a person together is affordable together, and what each would be offered alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.affordability import share_out
from domain.model.ability import Share
from domain.model.money import Money
from domain.model.offers import OfferBook
from domain.model.plan import Rhythm
from domain.model.repayment import PlanCovers, RunningPlan
from domain.model.rules import Component
from domain.offers.customer import Customer
from domain.offers.proposing import propose
from domain.offers.shares import affordable_on
from domain.offers.together import Overdue, together

TODAY = date(2026, 11, 27)
BOOK = OfferBook.model_validate(
    {
        "entries": [
            {"id": "now", "kind": "pay_now", "within_days": 10, "gives": [{"component": "fee", "percent": 100}]},
            {"id": "free", "kind": "instalments", "counts": [3, 6, 12]},
            {"id": "rate", "kind": "instalments", "counts": [24, 60], "percent": 6},
            {"id": "less", "kind": "settlement", "level": "supervisor", "least_percent": 60, "within_days": 30},
            {"id": "relief", "kind": "hardship", "token": 5, "review_months": 3},
            {"id": "pause", "kind": "hardship", "token": 0, "review_months": 3},
        ]
    }
)


def money(amount: str | int, currency: str = "TWD") -> Money:
    return Money(amount=Decimal(amount), currency=currency)


def overdue(name: str, owed: int = 1_200, past_due: int = 400, currency: str = "TWD", **more: object) -> Overdue:
    """An account of which only principal is owed; ``more`` is of the account."""
    nothing = money(0, currency)
    parts = {Component.PRINCIPAL: money(owed, currency), Component.INTEREST: nothing, Component.FEE: nothing}
    late = money(past_due, currency)
    who = Customer(TODAY, parts, late, bucket="m1", affordable=None, packs=(), unit=money(1, currency))
    return Overdue(name, who, **{"book": BOOK, **more})


def share(name: str, monthly: int, balance: int = 1_200) -> Share:
    return Share(account_id=name, balance=money(balance), monthly=money(monthly))


def plan(name: str, largest: int, currency: str = "TWD") -> RunningPlan:
    said = {"covers": PlanCovers.BALANCE, "rhythm": Rhythm.MONTH}
    return RunningPlan(account_id=name, plan_id=f"plan-{name}", largest=money(largest, currency), **said)


def test_each_account_is_offered_what_it_would_be_alone_and_all_of_it_is_affordable() -> None:
    found = together([overdue("a1"), overdue("a2", 600)], "TWD", [share("a1", 210), share("a2", 105, 600)], ())
    assert [(each.offers[0].entry, each.offers[0].count, each.monthly) for each in found.accounts] == [
        ("free", 6, money(200)),
        ("free", 6, money(100)),
    ]
    assert (found.affordable, found.spoken_for, found.monthly) == (money(315), money(0), money(300))
    alone = propose(replace(overdue("a1").customer, affordable=money(210)), BOOK)
    assert found.accounts[0].offers == alone


def test_a_plan_that_runs_is_told_with_what_it_takes_and_the_others_get_what_it_leaves() -> None:
    shares = [share("a1", 200), share("a2", 200), share("a3", 200)]
    found = together([overdue("a1"), overdue("a2"), overdue("a3")], "TWD", shares, [plan("a1", 390)])
    first, *others = found.accounts
    assert (first.offers, first.why_not) == ((), "the plan plan-a1 runs and takes 390.00 TWD a month")
    assert [(each.share, each.monthly) for each in others] == [(money(105), money(100))] * 2
    assert first.share == money(390)
    assert (found.affordable, found.spoken_for, found.monthly) == (money(600), money(390), money(200))


@pytest.mark.parametrize(
    ("account", "running", "why"),
    [
        (overdue("a9", currency="USD"), (), "it is in USD and the ability report in TWD: a person must look"),
        (overdue("a9"), (), "the ability report does not know this account: take the customer's statement anew"),
        (overdue("a1", book=None), (), "its strategy has no offer book: give it the section offers"),
        (overdue("a1", kept_back="c-1 is disputed"), (), "c-1 is disputed"),
        (overdue("a1", kept_back="c-1 is disputed", book=None), (), "c-1 is disputed"),
        (overdue("a1", 60_000, 6_000), (), "nothing in the book is lawful and affordable: a person must look"),
        (
            overdue("a1"),
            (plan("a2", 900),),
            "the plans that run take all that can be paid in a month: a person must look",
        ),
        (
            overdue("a1", 60_000, 6_000),
            (plan("a2", 190),),
            "nothing in the book is lawful and affordable: a person must look",
        ),
        (overdue("a9", currency="USD"), (plan("a9", 5, "USD"),), "the plan plan-a9 runs and takes 5.00 USD a month"),
    ],
)
def test_where_nothing_is_offered_a_sentence_says_why(account, running, why) -> None:
    found = together([account], "TWD", [share("a1", 200), share("a2", 200)], running)
    assert [(each.offers, each.why_not) for each in found.accounts] == [((), why)]
    assert found.monthly == money(0)
    in_another_currency = account.customer.past_due.currency == "USD"
    assert (found.accounts[0].share is None) is (in_another_currency or account.account_id == "a9")
    assert found.accounts[0].monthly == Money.zero(account.customer.past_due.currency)


def test_who_told_a_hardship_and_can_pay_nothing_is_eased_on_every_account() -> None:
    accounts = [overdue(name) for name in ("a1", "a2")]
    eased = [replace(each, customer=replace(each.customer, in_hardship=True)) for each in accounts]
    found = together(eased, "TWD", [share("a1", 5), share("a2", 4)], ())
    assert [each.offers[0].entry for each in found.accounts] == ["relief", "pause"]
    assert found.monthly == money(5)


MINOR = st.integers(0, 200_000)
ACCOUNT = st.tuples(st.integers(1, 2_000_000), st.integers(0, 100), st.booleans(), st.sampled_from(["TWD", "USD"]))
PLANS = st.dictionaries(st.integers(0, 6), st.tuples(MINOR, st.sampled_from(PlanCovers), st.sampled_from(Rhythm)))


@given(MINOR, st.lists(ACCOUNT, min_size=1, max_size=5), st.lists(st.integers(1, 10**6), max_size=2), PLANS)
def test_whatever_the_accounts_all_that_is_offered_together_is_affordable(left, accounts, elsewhere, plans) -> None:
    """Also beside plans that run; and each account has just the offers that it would have by its own share."""
    reported = {str(no): debt for no, (debt, _, _, currency) in enumerate(accounts) if currency == "TWD"}
    parts = share_out(left, [*reported.values(), *elsewhere])
    shares = [
        Share(account_id=name, balance=Money.of_minor(debt, "TWD"), monthly=Money.of_minor(part, "TWD"))
        for (name, debt), part in zip(reported.items(), parts, strict=False)
    ]
    running = [
        RunningPlan(
            account_id=str(no), plan_id=f"p{no}", covers=covers, rhythm=rhythm, largest=Money.of_minor(minor, "TWD")
        )
        for no, (minor, covers, rhythm) in plans.items()
    ]
    asked = [
        _of(str(no), debt, late, currency, in_hardship=hard) for no, (debt, late, hard, currency) in enumerate(accounts)
    ]
    found = together(asked, "TWD", shares, running)
    first = sum(each.offers[0].monthly.minor for each in found.accounts if each.offers)
    assert found.monthly.minor == first <= max(found.affordable.minor - found.spoken_for.minor, 0)
    if not plans:
        assert sum(each.share.minor for each in found.accounts if each.share is not None) == found.affordable.minor
    for each, account in zip(found.accounts, asked, strict=True):
        assert (each.why_not is None) is bool(each.offers)
        assert all(offer.monthly.currency == "TWD" for offer in each.offers)
        if each.offers:
            can_pay = affordable_on(each.account_id, shares, running)
            assert each.offers == propose(replace(account.customer, affordable=can_pay), BOOK)


def _of(name: str, debt: int, late_percent: int, currency: str, *, in_hardship: bool) -> Overdue:
    owed, late = (Money.of_minor(minor, currency) for minor in (debt, debt * late_percent // 100))
    parts = {Component.PRINCIPAL: owed, Component.INTEREST: Money.zero(currency), Component.FEE: Money.zero(currency)}
    unit = Money.of_minor(1, currency)
    who = Customer(TODAY, parts, late, bucket="m1", affordable=None, packs=(), unit=unit, in_hardship=in_hardship)
    return Overdue(name, who, BOOK)
