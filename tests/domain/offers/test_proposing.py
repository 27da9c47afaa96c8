"""What is offered: affordable, lawful, inside the book, and the best of it as brute force finds it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache

import pytest
from pydantic import ValidationError

from domain.calendar import months_after
from domain.model.money import Money
from domain.model.offers import Level, NoOffer, OfferBook
from domain.model.pack import Pack
from domain.model.rules import Component
from domain.offers.customer import Customer
from domain.offers.proposing import propose

TODAY = date(2026, 11, 27)
BOOK = OfferBook.model_validate(
    {
        "expires_days": 14,
        "first_within_days": 30,
        "entries": [
            {
                "id": "now",
                "kind": "pay_now",
                "within_days": 10,
                "gives": [{"component": "fee", "percent": 100}],
            },
            {"id": "free", "kind": "instalments", "counts": [3, 6, 12]},
            {"id": "rate", "kind": "instalments", "counts": [24, 36, 60], "percent": 6, "balance_from": 1000},
            {
                "id": "less",
                "kind": "settlement",
                "level": "supervisor",
                "buckets": ["loss"],
                "least_percent": 70,
                "within_days": 30,
            },
            {
                "id": "relief",
                "kind": "hardship",
                "token": 50,
                "review_months": 6,
                "gives": [{"component": "interest", "percent": 100, "earned": "on_completion"}],
            },
            {"id": "pause", "kind": "hardship", "token": 0, "review_months": 3, "evidence": False},
        ],
    }
)


def money(amount: str | int) -> Money:
    return Money(amount=Decimal(amount), currency="TWD")


def pack(**plan: object) -> Pack:
    return Pack.model_validate(
        {
            "pack": {"id": "xx", "version": 1, "title": "test", "valid_from": date(2000, 1, 1)},
            "sources": {"law": {"instrument": "Law", "citation": "art. 1", "status": "P", "force": "law"}},
            "plan": {"source": "law", **plan},
        }
    )


def customer(
    principal: int = 900,
    *,
    interest: int = 60,
    fee: int = 40,
    past_due: int = 200,
    affordable: int | None = 100,
    **more: object,
) -> Customer:
    owed = {Component.PRINCIPAL: money(principal), Component.INTEREST: money(interest), Component.FEE: money(fee)}
    can_pay = None if affordable is None else money(affordable)
    said = {"bucket": "special", "packs": (), **more}
    return Customer(TODAY, owed, money(past_due), affordable=can_pay, unit=money(1), **said)


def offered(found) -> list[tuple[str, int, int]]:
    return [(offer.entry, offer.count, int(offer.monthly.amount)) for offer in found]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (customer(affordable=1000), [("free", 3, 334), ("free", 6, 170), ("free", 12, 87), ("rate", 24, 52)]),
        (customer(affordable=169), [("free", 12, 87), ("rate", 24, 52)]),
        (customer(affordable=86), [("rate", 24, 52)]),
        (customer(899, affordable=83), []),  # below the balance of the entry
    ],
)
def test_what_is_affordable_is_offered_and_the_best_gives_up_least_and_is_soonest_over(who, expected) -> None:
    found = propose(who, BOOK)
    if not expected:
        assert found is NoOffer.NOTHING_FITS
        return
    assert offered(found)[: len(expected)] == expected
    assert {offer.level for offer in found} == {Level.AGENT}
    assert {offer.expires_on for offer in found} == {date(2026, 12, 11)}


def test_what_is_paid_at_once_comes_after_what_gives_up_nothing() -> None:
    found = propose(customer(affordable=200), BOOK)
    now = next(offer for offer in found if offer.entry == "now")
    assert (now.monthly, now.forgiven, now.first_on) == (money(160), {Component.FEE: money(40)}, date(2026, 12, 7))
    assert found[-1] == now


def test_nothing_past_due_is_nothing_to_pay_now() -> None:
    assert "now" not in [offer.entry for offer in propose(customer(past_due=40, affordable=200), BOOK)]


def test_less_than_a_unit_each_is_no_plan() -> None:
    assert offered(propose(customer(2, interest=0, fee=0, past_due=2), BOOK)) == [("now", 1, 2)]


def test_a_settlement_takes_the_floor_and_leaves_principal_unpaid_last() -> None:
    who = customer(affordable=700, bucket="loss", past_due=1000)
    less = next(offer for offer in propose(who, BOOK) if offer.entry == "less")
    assert (less.total, less.level) == (money(700), Level.SUPERVISOR)
    assert less.forgiven == {
        Component.FEE: money(40),
        Component.INTEREST: money(60),
        Component.PRINCIPAL: money(200),
    }
    assert propose(who, BOOK)[-1] == less
    only_fees = customer(0, interest=0, fee=100, affordable=70, bucket="loss", past_due=100)
    settled = next(offer for offer in propose(only_fees, BOOK) if offer.entry == "less")
    assert settled.forgiven == {Component.FEE: money(30)}


def test_an_instalment_plan_may_give_up_a_component_and_then_repays_the_rest() -> None:
    gives = [{"component": "interest", "percent": 50, "earned": "on_completion"}, {"component": "fee", "percent": 1}]
    book = OfferBook.model_validate(
        {"entries": [{"id": "half", "kind": "instalments", "counts": [10], "gives": gives}]}
    )
    (offer,) = propose(customer(affordable=200), book)
    assert (offer.total, offer.forgiven) == (
        Money(amount=Decimal("969.60"), currency="TWD"),
        {Component.INTEREST: money(30), Component.FEE: Money(amount=Decimal("0.40"), currency="TWD")},
    )


@pytest.mark.parametrize(
    ("law", "entries"),
    [
        ({"max_instalments": 6}, {"free"}),
        ({"max_term_months": 12}, {"free"}),
        ({"interest": "must_stop"}, {"free"}),
        ({"interest": "must_not_rise"}, {"free"}),
        ({}, {"free", "rate"}),
    ],
)
def test_nothing_is_offered_that_a_pack_forbids_or_that_cannot_be_judged(law, entries) -> None:
    found = propose(customer(affordable=1000, packs=(pack(**law),)), BOOK)
    assert {offer.entry for offer in found} - {"now"} == entries


def test_a_rate_below_that_of_the_contract_does_not_rise() -> None:
    law = pack(interest="must_not_rise")
    who = customer(affordable=50, packs=(law,), contract_percent=Decimal(15))
    assert offered(propose(who, BOOK))[0] == ("rate", 36, 46)


def test_without_an_ability_report_nothing_is_offered() -> None:
    assert propose(customer(affordable=None), BOOK) is NoOffer.ABILITY_UNKNOWN


@pytest.mark.parametrize(
    ("affordable", "entry", "monthly", "count"), [(50, "relief", 50, 6), (20, "pause", 0, 0)], ids=["token", "pause"]
)
def test_when_nothing_is_affordable_a_hardship_eases_the_terms_until_a_review(
    affordable, entry, monthly, count
) -> None:
    who = customer(20_000, affordable=affordable, in_hardship=True)
    best = propose(who, BOOK)[0]
    assert (best.entry, best.monthly, best.count, best.total) == (entry, money(monthly), count, money(monthly * count))
    assert best.review_on == (date(2027, 5, 27) if entry == "relief" else date(2027, 2, 27))
    assert best.evidence is (entry == "relief")


def test_without_a_cause_a_person_looks() -> None:
    assert propose(customer(20_000, affordable=20), BOOK) is NoOffer.NOTHING_FITS


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ({"kind": "instalments", "counts": [6, 3]}, "the counts of x must rise from 1 on"),
        ({"kind": "instalments", "counts": [0, 3]}, "the counts of x must rise from 1 on"),
        (
            {"kind": "pay_now", "within_days": 5, "gives": [{"component": "principal", "percent": 1}]},
            "the entry x gives up principal: only a supervisor may agree to it",
        ),
        (
            {"kind": "pay_now", "within_days": 5, "gives": [{"component": "fee", "percent": 1}] * 2},
            "the entry x gives up a component twice",
        ),
        ({"kind": "settlement", "least_percent": 70, "within_days": 5}, "only a supervisor may agree to it"),
        ({"kind": "pay_now", "within_days": 5, "gives": [{"component": "fee", "percent": 101}]}, "less than or equal"),
    ],
)
def test_a_book_that_cannot_be_is_refused(entry, fault) -> None:
    with pytest.raises(ValidationError, match=fault):
        OfferBook.model_validate({"entries": [{"id": "x", **entry}]})


def test_each_entry_stands_in_the_book_once() -> None:
    entry = {"id": "x", "kind": "pay_now", "within_days": 5}
    with pytest.raises(ValidationError, match="the entry x stands in the book twice"):
        OfferBook.model_validate({"entries": [entry, entry]})


# --- brute force


@dataclass(frozen=True)
class Law:
    """What a generated law says of plans."""

    months: int | None
    count: int | None
    stops: bool


@cache
def pack_of(law: Law) -> Pack:
    limits = {"max_term_months": law.months, "max_instalments": law.count}
    return pack(interest="must_stop" if law.stops else "contract", **{k: v for k, v in limits.items() if v})


def payments(balance: int, count: int, percent: Fraction) -> list[int]:
    """Equal payments in whole hundreds of minor units, rounded down, the rest in the last one."""
    rate = percent / 1200
    exact = balance * rate / (1 - (1 + rate) ** -count) if rate else Fraction(balance, count)
    each = int(exact / 100) * 100
    left, made = balance, []
    for _ in range(count - 1):
        left += int(left * rate + Fraction(1, 2)) - each
        made.append(each)
    return [*made, left + int(left * rate + Fraction(1, 2))]


def everything(who: Customer, law: Law) -> Iterator[tuple[tuple[int, int, int, int], str, int]]:
    """Every offer of the book, by hand: what makes it better, its entry and its largest payment."""
    owed = {name: money.minor for name, money in who.owed.items()}
    balance, can_pay = sum(owed.values()), who.affordable.minor
    now = who.past_due.minor - owed[Component.FEE]
    if 0 < now <= can_pay:
        yield (0, owed[Component.FEE], 1, now), "now", now
    for entry, percent, counts in (("free", 0, (3, 6, 12)), ("rate", 6, (24, 36, 60))):
        for count in counts:
            last = months_after(TODAY + timedelta(days=30), count - 1, (TODAY + timedelta(days=30)).day)
            too_long = law.months is not None and last > months_after(TODAY, law.months, TODAY.day)
            too_many = law.count is not None and count > law.count
            too_small = balance < count * 100 or (entry == "rate" and balance < 100_000)
            if too_long or too_many or too_small or (law.stops and percent):
                continue
            made = payments(balance, count, Fraction(percent))
            if max(made) <= can_pay:
                yield (0, 0, count, sum(made)), entry, max(made)
    floor = -(-balance * 70 // 10_000) * 100
    if who.bucket == "loss" and floor <= can_pay:
        left = balance - floor
        fee = min(left, owed[Component.FEE])
        interest = min(left - fee, owed[Component.INTEREST])
        yield (left - fee - interest, fee + interest, 1, floor), "less", floor


def generated(chance: random.Random) -> tuple[Customer, Law]:
    law = Law(chance.choice([None, 12, 60]), chance.choice([None, 2, 12, 36]), chance.random() < 0.2)
    principal = chance.choice([chance.randint(50, 3_000), chance.randint(3_000, 200_000)])
    who = customer(
        principal,
        interest=chance.randint(0, principal // 5),
        fee=chance.randint(0, 300),
        past_due=chance.randint(1, principal),
        affordable=chance.choice([chance.randint(0, 400), chance.randint(400, 20_000)]),
        bucket=chance.choice(["special", "loss"]),
        packs=(pack_of(law),),
    )
    return who, law


def test_the_best_offer_is_that_of_brute_force_for_ten_thousand_customers() -> None:
    seed = 20261127
    chance = random.Random(seed)
    kinds: dict[str, int] = {}
    for number in range(10_000):
        who, law = generated(chance)
        found, best = propose(who, BOOK), min(everything(who, law), default=None)
        told = f"customer {number} of seed {seed}: {who}"
        if best is None:
            assert found is NoOffer.NOTHING_FITS, told
        else:
            assert (found[0].entry, found[0].monthly.minor) == best[1:], told
            assert all(offer.monthly <= who.affordable for offer in found), told
        kinds[best[1] if best else "none"] = kinds.get(best[1] if best else "none", 0) + 1
    assert set(kinds) == {"now", "free", "rate", "less", "none"}, f"the customers reach every kind: {kinds}"
