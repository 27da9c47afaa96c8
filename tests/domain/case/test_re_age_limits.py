"""What stands against a re-age, each in one sentence, with the day on which the clock alone lifts it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import months_after
from domain.case import re_age_limits as limits
from domain.case.answering import STALE
from domain.model.ability import Share
from domain.model.contact import FactKind, PastFact
from domain.model.disputes import OpenDispute
from domain.model.duties import MostReAges, ReAgeRule
from domain.model.events import Hold, HoldReason, Release
from domain.model.money import Money
from domain.model.re_age import BilledMinimum, MetOn, PaidOn, ReAgeFacts
from domain.model.repayment import KnownAbility
from policies import load_rules, load_stack, pack_names
from tests.domain.case.re_aged import DUE, LATE_SINCE, TODAY, Office, approve, ask, office
from tests.domain.tiny_world import money

US = ReAgeRule(
    source="law",
    least_months_open=9,
    minimums_in_a_row=3,
    least_months_between=12,
    most=MostReAges(n=2, per_months=60),
)
NOTHING = money(0)


def ask_of(world: Office) -> str:
    answer = ask(world)
    assert not answer.accepted
    return answer.text


# --- the case and the customer


def test_an_old_feed_refuses() -> None:
    world = office()
    world.about["fresh_until"] = world.instant(TODAY - timedelta(days=2))
    assert ask_of(world) == STALE


def test_where_nothing_is_past_due_there_is_nothing_to_make_current() -> None:
    world = office()
    world.give(TODAY - timedelta(days=1), 400)
    world.case = world.case.model_copy(update={"next": world.case.next.model_copy(update={"wake_at": None})})
    assert ask_of(world) == "nothing is past due on this account: it is current already"


def test_what_is_disputed_refuses() -> None:
    world = office()
    dispute = OpenDispute(
        id="d-1",
        contact_id="a1/1/report/d-1",
        told_at=world.instant(TODAY),
        since=TODAY,
        due_on=(DUE[3],),
        resolve_by=TODAY + timedelta(days=30),
        reports=("0",),
    )
    world.case = world.case.model_copy(update={"disputes": (dispute,)})
    assert ask_of(world) == "d-1 is disputed: what is past due is known once it is resolved and corrected"


def test_a_hold_on_the_case_refuses_with_the_day_of_its_end() -> None:
    world = office()
    ends_on = TODAY + timedelta(days=9)
    world.ring(TODAY, Hold(id="h-1", reason=HoldReason.PAUSE, ends_on=ends_on), clock="10:00")
    answer = ask(world)
    assert answer.text == f"the hold h-1 lies on this case, until then: possible from {ends_on} on"
    world.ring(TODAY, Release(id="r-9", hold_id="h-1"), Hold(id="h-2"), clock="13:00")
    assert ask(world, "r-2", clock="14:00").text == "the hold h-2 lies on this case, until it is released"


@pytest.mark.parametrize("name", ["cease", "a_hold_that_nobody_knows"])
def test_a_hold_on_the_customer_refuses(name) -> None:
    world = office()
    world.said = (PastFact(world.instant(TODAY, "08:00"), FactKind.HOLD, name=name),)
    assert ask_of(world).endswith("lies on the customer: nothing is agreed with them until it is lifted")


def test_only_the_newest_ability_report_shows_anything() -> None:
    world = office()
    world.about["ability"] = able("rep-2", 200)
    old = ask(world, evidence=None, ability_report="rep-1")
    assert old.text == "rep-1 is not the newest ability report of the customer: the newest is rep-2"
    assert ask(world, "r-2", clock="13:00", evidence=None, ability_report="rep-2").accepted


def test_a_report_that_leaves_nothing_shows_no_ability() -> None:
    world = office()
    world.about["ability"] = able("rep-2", 0)
    told = ask(world, evidence=None, ability_report="rep-2").text
    assert told == "rep-2 says that nothing can be paid in a month: offer hardship terms instead"


def test_the_approval_looks_at_the_newest_report_again() -> None:
    world = office()
    world.about["ability"] = able("rep-1", 200)
    assert ask(world, evidence=None, ability_report="rep-1").accepted
    world.about["ability"] = able("rep-2", 0)
    assert approve(world).text.startswith("rep-1 is not the newest ability report of the customer")


def able(report: str, monthly: int) -> KnownAbility:
    share = Share(account_id="a1", balance=money(1000), monthly=money(monthly))
    return KnownAbility(report_id=report, on=TODAY, shares=(share,))


# --- the rules


def test_a_young_account_waits_for_its_months() -> None:
    world = office()
    world.opened_on = date(2025, 10, 15)
    assert ask_of(world) == (
        "the account exists since 2025-10-15, and must for 9 months: possible from 2026-07-15 on "
        "(cn.re_age, Law, art. 1)"
    )
    world.opened_on = None
    assert ask(world, "r-2", clock="13:00").text.startswith("nobody can say since when the account exists")
    world.opened_on = date(2025, 9, 2)
    assert ask(world, "r-3", clock="14:00").accepted


def test_too_little_was_paid_since_it_was_late() -> None:
    assert ask_of(office(paid=2)) == (
        f"3 minimum payments in a row, or as much at once, must have come since {LATE_SINCE}: "
        "600.00 EUR are needed and 400.00 EUR were paid (cn.re_age, Law, art. 1)"
    )
    one = office(paid=0, rule={"minimums_in_a_row": 1})
    assert ask_of(one).startswith(f"one minimum payment, must have come since {LATE_SINCE}: 200.00 EUR are needed")


def test_as_much_at_once_is_enough_and_what_was_paid_before_is_not() -> None:
    world = office(paid=0)
    world.give(LATE_SINCE - timedelta(days=1), 0)
    world.payments[-1].met[DUE[0]] = Decimal(150)
    world.give(TODAY, 449)
    assert ask_of(world).split(": ")[1].startswith("600.00 EUR are needed and 449.00 EUR were paid")
    world.give(TODAY, 151)
    assert ask(world, "r-2", clock="13:00").accepted


def test_between_two_lie_months_and_there_are_so_many_in_some_years() -> None:
    world = office()
    world.re_aged_on = (date(2025, 6, 3),)
    assert ask_of(world).startswith(
        "it was re-aged on 2025-06-03, and 12 months must lie between: possible from 2026-06-03 on"
    )
    world.re_aged_on = (date(2025, 6, 2),)
    assert ask(world, "r-2", clock="13:00").accepted
    world = office()
    world.re_aged_on = (date(2024, 1, 31), date(2021, 6, 3))
    assert ask_of(world).startswith("it was re-aged 2 times in 60 months, as often as may be: possible from 2026-06-03")
    world.re_aged_on = (date(2024, 1, 31), date(2021, 6, 2))
    assert ask(world, "r-2", clock="13:00").accepted
    once = office(rule={"most": {"n": 1, "per_months": 120}})
    once.re_aged_on = (date(2024, 1, 31),)
    assert "it was re-aged once in 120 months" in ask_of(once)


def test_one_that_nobody_answered_is_found_out_first() -> None:
    world = office()
    world.unanswered = ("a1/0/re-age/r-0/re_age/1",)
    assert ask_of(world) == ("the card system has not said what became of a1/0/re-age/r-0/re_age/1: find out first")


# --- the packs


def test_of_our_packs_only_the_bank_s_own_in_the_united_states_have_it() -> None:
    stated = [name for name in pack_names() if limits.rule_of(load_rules(name).packs) is not None]
    assert stated == ["us.first_party"]
    found = limits.rule_of(load_stack(["us.first_party"]))
    assert found is not None
    rule, source = found
    assert rule.model_copy(update={"source": "law"}) == US
    assert source.startswith(
        "us.first_party.re_age, Uniform Retail Credit Classification and Account Management Policy"
    )
    assert "65 FR 36903" in source


# --- how long it is late, and what that comes to


def billed(*lines: tuple[date, int, list[tuple[date, int]]]) -> list[BilledMinimum]:
    return [
        BilledMinimum(
            due_on=on, minimum=money(minimum), met=tuple(MetOn(on=at, amount=money(part)) for at, part in met)
        )
        for on, minimum, met in lines
    ]


MAY, JUNE, JULY = (date(2026, month, 1) for month in (5, 6, 7))
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("lines", "tolerance", "since"),
    [
        ([], 0, JULY),
        ([(MAY, 100, [(MAY, 100)])], 0, JULY),
        ([(MAY, 100, [])], 0, MAY + DAY),
        ([(MAY, 100, [(JUNE - DAY, 100)]), (JUNE, 100, [])], 0, JUNE + DAY),
        ([(MAY, 100, [(JUNE + DAY, 100)]), (JUNE, 100, [])], 0, MAY + DAY),
        ([(MAY, 100, [(JUNE - DAY, 95)]), (JUNE, 100, [])], 5, JUNE + DAY),
        ([(MAY, 100, [(MAY, 100), (MAY, -100)]), (JUNE, 100, [])], 0, MAY + DAY),
        ([(MAY, 100, [(MAY + DAY, 150)]), (JUNE, 100, [])], 0, JUNE + DAY),
        ([(JULY, 100, [])], 0, JULY),
    ],
)
def test_the_unbroken_stretch_of_days_past_due(lines, tolerance, since) -> None:
    assert limits.late_since(billed(*lines), JULY, Decimal(tolerance)) == since


@pytest.mark.parametrize(
    ("minimums", "needed"), [((), 0), ((70,), 210), ((50, 70), 190), ((900, 50, 60, 70), 180), ((10, 20, 30), 60)]
)
def test_what_is_needed_is_the_sum_of_the_last_ones_never_less_than_so_many(minimums, needed) -> None:
    lines = [(MAY + n * DAY, minimum, []) for n, minimum in enumerate(minimums)]
    assert limits.needed_of(billed(*lines), US, "EUR") == money(needed)


# --- properties


DAYS = st.dates(min_value=date(2015, 1, 1), max_value=date(2035, 12, 31))
STATED = (US, "us.first_party.re_age, source")


@given(opened=DAYS, done=st.lists(DAYS, max_size=5), today=DAYS)
def test_never_within_the_months_of_the_rules_and_never_more_than_the_most(opened, done, today) -> None:
    known = ReAgeFacts(opened_on=opened, re_aged_on=tuple(done))
    allowed = limits.of_the_rules(known, STATED, today, NOTHING, today) == []
    until_now = [on for on in done if months_after(on, 60, on.day) > today]
    recent = [on for on in done if months_after(on, 12, on.day) > today]
    old_enough = months_after(opened, 9, opened.day) <= today
    assert allowed is (old_enough and not recent and len(until_now) < 2)


@given(opened=DAYS, done=st.lists(DAYS, max_size=4), today=DAYS)
def test_on_the_day_that_a_refusal_names_it_no_longer_refuses(opened, done, today) -> None:
    known = ReAgeFacts(opened_on=opened, re_aged_on=tuple(done))
    day = today
    for _ in range(8):
        faults = limits.of_the_rules(known, STATED, day, NOTHING, day)
        if not faults:
            break
        named = date.fromisoformat(faults[0].split("possible from ")[1][:10])
        assert named > day
        day = named
    assert limits.of_the_rules(known, STATED, day, NOTHING, day) == []


PAYMENTS = st.lists(
    st.tuples(st.dates(min_value=date(2026, 1, 1), max_value=TODAY), st.integers(1, 90_000)), max_size=6
)


@given(payments=PAYMENTS, shuffle=st.randoms(use_true_random=False))
def test_in_whatever_order_money_is_told_the_answer_is_the_same_and_less_is_never_enough(payments, shuffle) -> None:
    told = [PaidOn(on=on, amount=Money.of_minor(minor, "EUR")) for on, minor in payments]
    mixed = list(told)
    shuffle.shuffle(mixed)
    known = [ReAgeFacts(opened_on=date(2020, 1, 1), payments=tuple(each)) for each in (told, mixed)]
    answers = [limits.of_the_rules(each, STATED, LATE_SINCE, money(600), TODAY) for each in known]
    counted = sum(minor for on, minor in payments if on >= LATE_SINCE)
    assert answers[0] == answers[1]
    assert (answers[0] == []) is (counted >= 60_000)
