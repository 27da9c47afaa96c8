"""Which debit an instalment waits for: its day, amount and key; and what never happens, whatever the world does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.model.debits import OPEN_DEBITS, DebitState, KnownDebit, KnownMandate
from domain.model.money import Money
from domain.model.strategy import Debits
from domain.plans.debiting import Collecting, NoDebit, Taken, Unsettled, Wanted, debit_key
from domain.plans.standing import Line

PLAN = "a1/1/plan/1"
SIGNED, MONDAY, SATURDAY = date(2026, 6, 1), date(2026, 6, 15), date(2026, 6, 20)
TERMS = Debits(at="10:00", retry_days=(1, 3))
DAY = timedelta(days=1)
DECLINED, COLLECTED = DebitState.DECLINED, DebitState.COLLECTED


def money(amount: int | str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def line(due_on: date = MONDAY, amount: int = 200, met: int = 0) -> Line:
    return Line(due_on, money(amount), money(met), 1)


def tried(state: DebitState, on: date = MONDAY, number: int = 1, **more: object) -> KnownDebit:
    said = {"plan": PLAN, "version": 1, "due_on": MONDAY, "mandate": "m-1", **more}
    key = debit_key(said["plan"], said["version"], said["due_on"], number)
    return KnownDebit(key=key, on=on, amount=money(200), state=state, attempt=number, **said)


def mandate(name: str = "m-1", **more: object) -> KnownMandate:
    return KnownMandate(id=name, signed_on=SIGNED, valid_from=SIGNED, **more)


MANDATES = (mandate(),)


def collecting(*debits: KnownDebit, mandates=MANDATES, terms: Debits = TERMS, **more: object) -> Collecting:
    said = {"plan": PLAN, "version": 1, "packs": (), "owed": money(10_000), **more}
    return Collecting(terms=terms, debits=debits, mandates=mandates, **said)


def outlook(found: Collecting, of: Line | None = None, today: date = MONDAY, grace: int = 3):
    wanted = of or line()
    return found.outlook(wanted, today, wanted.due_on + grace * DAY)


@pytest.mark.parametrize(
    ("due_on", "today", "on"),
    [
        (MONDAY, SIGNED, MONDAY),
        (MONDAY, MONDAY, MONDAY),
        (MONDAY, MONDAY + DAY, MONDAY + DAY),
        (SATURDAY, SIGNED, SATURDAY + 2 * DAY),
        (SATURDAY, SATURDAY, SATURDAY + 2 * DAY),
    ],
    ids=["ahead", "on the day", "late", "weekend ahead", "on a weekend"],
)
def test_it_is_debited_on_its_day_or_the_next_business_day(due_on, today, on) -> None:
    wanted = outlook(collecting(), line(due_on), today)
    assert wanted == Wanted(debit_key(PLAN, 1, due_on, 1), 1, on, money(200), "m-1")


def test_no_more_is_taken_than_is_open_nor_than_is_owed() -> None:
    assert outlook(collecting(), line(met=50)).amount == money(150)
    assert outlook(collecting(owed=money(120)), line(met=50)).amount == money(120)


def test_a_hold_of_the_case_puts_it_off_within_the_grace() -> None:
    free_on = MONDAY + 2 * DAY
    assert outlook(collecting(may=lambda day: day >= free_on)).on == free_on
    assert outlook(collecting(may=lambda _: False)) is NoDebit.NO_DAY


@pytest.mark.parametrize(
    ("debits", "today", "found"),
    [
        ([tried(DECLINED)], MONDAY, (MONDAY + DAY, 2)),
        ([tried(DECLINED)], MONDAY + 2 * DAY, (MONDAY + 2 * DAY, 2)),
        ([tried(DECLINED), tried(DECLINED, MONDAY + DAY, 2)], MONDAY + DAY, (MONDAY + 3 * DAY, 3)),
        ([tried(DECLINED, MONDAY + n * DAY, n + 1) for n in range(3)], MONDAY + 2 * DAY, NoDebit.EXHAUSTED),
        ([tried(DECLINED)], MONDAY + 4 * DAY, NoDebit.NO_DAY),
        ([tried(DECLINED, hard=True)], MONDAY, NoDebit.HARD_DECLINE),
        ([tried(DECLINED, hard=True, version=2, due_on=SIGNED)], MONDAY, NoDebit.HARD_DECLINE),
        ([tried(DECLINED, SIGNED, hard=True, plan="a1/1/plan/0")], MONDAY, (MONDAY, 1)),
        ([tried(DebitState.FAILED)], MONDAY, (MONDAY + DAY, 1)),
        ([tried(DECLINED, SIGNED, due_on=SIGNED)], MONDAY, (MONDAY, 1)),
        ([tried(COLLECTED, MONDAY, plan="a1/1/plan/0")], MONDAY, (MONDAY + DAY, 1)),
    ],
    ids=[
        *("again on the next day", "later than planned", "on the last day of grace", "three times", "after grace"),
        *(
            "hard",
            "hard for another instalment",
            "hard for another plan",
            "kept off",
            "another instalment",
            "once a day",
        ),
    ],
)
def test_a_decline_that_may_pass_is_tried_again_on_later_days(debits, today, found) -> None:
    ahead = outlook(collecting(*debits), today=today)
    assert (ahead if isinstance(ahead, NoDebit) else (ahead.on, ahead.attempt)) == found


def test_each_try_has_a_key_of_its_own() -> None:
    kept_off = tried(DebitState.FAILED)
    assert outlook(collecting(kept_off)).key == f"{PLAN}/debit/1/{MONDAY}/2"
    assert outlook(collecting(), line(SATURDAY)).key == f"{PLAN}/debit/1/{SATURDAY}/1"


def test_a_strategy_without_retries_tries_once() -> None:
    assert outlook(collecting(tried(DECLINED), terms=Debits(at="10:00"))) is NoDebit.EXHAUSTED


@pytest.mark.parametrize("state", [*OPEN_DEBITS, COLLECTED])
def test_while_money_may_be_under_way_nothing_else_is_tried(state) -> None:
    debit = tried(state)
    assert outlook(collecting(debit)) == Unsettled(debit)


def test_what_was_collected_once_is_not_debited_again_though_it_was_taken_back() -> None:
    debit = tried(COLLECTED, arrived=True)
    assert outlook(collecting(debit)) == Taken(debit)


@pytest.mark.parametrize(
    ("mandates", "found"),
    [
        ((), NoDebit.NO_MANDATE),
        ((mandate(valid_until=MONDAY - DAY),), NoDebit.NO_MANDATE),
        ((mandate(most=money(199)),), NoDebit.BEYOND_MANDATE),
        ((mandate("m-2", most=money(199)), mandate("m-1")), "m-1"),
        ((mandate("m-2", most=money(200)), mandate("m-1")), "m-2"),
    ],
    ids=["none", "over", "too much", "an older one allows it", "the newest"],
)
def test_it_takes_a_mandate_that_runs_and_allows_it(mandates, found) -> None:
    ahead = outlook(collecting(mandates=mandates))
    assert (ahead if isinstance(ahead, NoDebit) else ahead.mandate) == found


ANSWERS = st.sampled_from([DECLINED, DECLINED, DECLINED, COLLECTED, DebitState.FAILED, DebitState.UNKNOWN])
WORLDS = st.fixed_dictionaries(
    {
        "due_after": st.integers(0, 20),
        "grace": st.integers(0, 14),
        "retry": st.sampled_from([(), (1,), (1, 3), (2, 5)]),
        "answers": st.lists(st.tuples(ANSWERS, st.booleans()), min_size=1, max_size=6),
        "paid": st.dictionaries(st.integers(0, 39), st.integers(0, 120), max_size=3),
        "held": st.sets(st.integers(0, 39), max_size=5),
        "most": st.none() | st.integers(150, 300),
        "looks": st.integers(1, 3),
    }
)


@given(WORLDS)
def test_never_early_never_twice_a_day_never_too_much_never_after_a_hard_decline(world) -> None:
    due_on = SIGNED + world["due_after"] * DAY
    terms = Debits(at="10:00", retry_days=world["retry"])
    limit = None if world["most"] is None else money(world["most"])
    asked: list[KnownDebit] = []
    met, answers = 0, cycle(world["answers"])
    for number in range(40):
        today = SIGNED + number * DAY
        met = min(200, met + world["paid"].get(number, 0))
        for _ in range(world["looks"]):
            held = number in world["held"]
            found = collecting(*asked, mandates=(mandate(most=limit),), terms=terms, may=lambda _, h=held: not h)
            ahead = found.outlook(line(due_on, met=met), today, due_on + world["grace"] * DAY) if met < 200 else None
            if not isinstance(ahead, Wanted) or ahead.on != today:
                continue
            state, hard = next(answers)
            final = hard and state is DECLINED
            made = tried(state, today, len(asked) + 1, due_on=due_on, hard=final, arrived=True)
            asked.append(made.model_copy(update={"amount": ahead.amount}))
            _check(asked, 200 - met, due_on, due_on + world["grace"] * DAY, limit)
            met += int(ahead.amount.amount) if state is COLLECTED else 0


def _check(asked: list[KnownDebit], still_open: int, due_on: date, grace_ends_on: date, limit: Money | None) -> None:
    last, before = asked[-1], asked[:-1]
    assert due_on <= last.on <= grace_ends_on
    assert last.on.weekday() < 5
    assert last.amount <= money(still_open)
    assert limit is None or last.amount <= limit
    assert all(each.on < last.on for each in before)
    assert not any(each.hard or each.state in (COLLECTED, DebitState.UNKNOWN) for each in before)
    assert sum(each.state is not DebitState.FAILED for each in before) < 3


def test_a_look_changes_nothing() -> None:
    found = collecting(tried(DECLINED))
    assert outlook(found) == outlook(replace(found))
