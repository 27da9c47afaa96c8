"""How a plan stands on a day: performing, missed, broken, completed, by value dates and by the notice of a miss."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.model.adjustments import Adjustment, AdjustmentKind, AdjustmentState, KnownAdjustment
from domain.model.duties import BrokenBy
from domain.model.money import Money
from domain.model.plan import Instalment
from domain.model.repayment import PlanFacts, PlanNotice, PlanPayment, PlanStatus
from domain.plans.judging import Judge, repair_key

FIRST, SECOND, THIRD = date(2026, 6, 5), date(2026, 7, 3), date(2026, 8, 5)
"""Friday, Friday, Wednesday."""
RULE = BrokenBy(missed_instalments=1, grace_days=3, repair_notice=True, cure_days=7)
GRACE_ENDS, NOTICE_ON, CURE_ENDS = date(2026, 6, 8), date(2026, 6, 9), date(2026, 6, 16)
CONFIRMED = AdjustmentState.CONFIRMED


def money(amount: int) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def instalment(due_on: date) -> Instalment:
    return Instalment(due_on=due_on, amount=money(50), principal=money(50), interest=money(0), fees=money(0))


def adjusted(state: AdjustmentState, kind: AdjustmentKind = AdjustmentKind.BLOCK) -> KnownAdjustment:
    return KnownAdjustment(adjustment=Adjustment(key=f"k/{kind}", kind=kind), state=state)


def told(on: date, miss: date = FIRST, returned: int = 0, state: str = "sent") -> PlanNotice:
    return PlanNotice(key=repair_key("a1/1/plan/1", miss, returned, 1), state=state, on=on)


def facts(*paid: tuple[date, int], **more: object) -> PlanFacts:
    return PlanFacts(
        **{
            "instalments": [instalment(on) for on in (FIRST, SECOND, THIRD)],
            "payments": [PlanPayment(value_on=on, amount=money(amount)) for on, amount in paid],
            "adjustments": [adjusted(CONFIRMED)],
            **more,
        }
    )


def judge(known: PlanFacts, today: date, rule: BrokenBy = RULE, complete_until: date | None = None):
    return Judge(known, rule, (), complete_until or today - timedelta(days=1)).judge(today)


@pytest.mark.parametrize(
    ("states", "status"),
    [
        ([], PlanStatus.AGREED),
        ([AdjustmentState.WANTED], PlanStatus.AGREED),
        ([CONFIRMED, AdjustmentState.ASKED], PlanStatus.AGREED),
        ([AdjustmentState.ASKED, AdjustmentState.REFUSED], PlanStatus.VOID),
        ([CONFIRMED, CONFIRMED], PlanStatus.PERFORMING),
    ],
)
def test_a_plan_is_in_force_once_every_adjustment_is_confirmed(states, status) -> None:
    known = facts(adjustments=[adjusted(state) for state in states])
    assert judge(known, date(2026, 6, 1)).status is status


def test_what_puts_things_back_is_no_condition_of_the_plan() -> None:
    restored = adjusted(AdjustmentState.WANTED, AdjustmentKind.RESTORE)
    assert judge(facts(adjustments=[adjusted(CONFIRMED), restored]), date(2026, 6, 1)).status is PlanStatus.PERFORMING


@pytest.mark.parametrize(
    ("known", "today", "status"),
    [
        (facts(), date(2026, 6, 8), PlanStatus.PERFORMING),  # the grace lasts
        (facts(), date(2026, 6, 9), PlanStatus.MISSED),
        (facts((GRACE_ENDS, 50)), date(2026, 6, 9), PlanStatus.PERFORMING),
        (facts((GRACE_ENDS, 49)), date(2026, 6, 9), PlanStatus.MISSED),
        (facts((date(2026, 5, 20), 50)), date(2026, 6, 9), PlanStatus.PERFORMING),  # early
        (facts((FIRST, 50), (SECOND, 50), (date(2026, 8, 1), 50)), date(2026, 8, 2), PlanStatus.COMPLETED),
        (facts((FIRST, 150)), FIRST, PlanStatus.COMPLETED),
        (facts((FIRST, 150)), date(2026, 6, 4), PlanStatus.PERFORMING),
    ],
)
def test_an_instalment_is_missed_when_its_grace_is_over(known, today, status) -> None:
    assert judge(known, today).status is status


def test_a_due_date_on_a_weekend_is_kept_by_money_of_monday() -> None:
    sunday = date(2026, 6, 7)
    known = facts(instalments=[instalment(sunday)])
    assert Judge(known, RULE, (), sunday).grace_ends_on(sunday) == date(2026, 6, 11)


def test_nothing_is_missed_of_which_the_ledger_does_not_know_yet() -> None:
    assert judge(facts(), date(2026, 6, 20), complete_until=date(2026, 6, 7)).status is PlanStatus.PERFORMING


def test_without_its_notice_a_miss_breaks_nothing() -> None:
    judged = judge(facts(), date(2026, 6, 30))
    assert (judged.status, judged.cure_ends_on, judged.missed[0].due_on) == (PlanStatus.MISSED, None, FIRST)


@pytest.mark.parametrize("state", ["sending", "failed", "unknown", "refused"])
def test_a_notice_that_did_not_leave_begins_no_cure_period(state) -> None:
    known = facts(notices=[told(NOTICE_ON, state=state)])
    assert judge(known, date(2026, 6, 30)).cure_ends_on is None


@pytest.mark.parametrize(
    ("paid", "today", "status"),
    [
        ([], CURE_ENDS, PlanStatus.MISSED),
        ([], date(2026, 6, 17), PlanStatus.BROKEN),
        ([(CURE_ENDS, 50)], date(2026, 6, 17), PlanStatus.PERFORMING),
        ([(date(2026, 6, 17), 50)], date(2026, 6, 18), PlanStatus.BROKEN),  # too late mends nothing
        ([(CURE_ENDS, 49)], date(2026, 6, 17), PlanStatus.BROKEN),
        ([(CURE_ENDS, 50)], date(2026, 7, 7), PlanStatus.MISSED),  # the next one
    ],
)
def test_the_cure_period_counts_from_the_notice(paid, today, status) -> None:
    judged = judge(facts(*paid, notices=[told(NOTICE_ON)]), today)
    assert judged.status is status


def test_a_broken_plan_needs_data_of_the_whole_cure_period() -> None:
    known = facts(notices=[told(NOTICE_ON)])
    assert judge(known, date(2026, 6, 20), complete_until=date(2026, 6, 15)).status is PlanStatus.MISSED


def test_a_notice_tells_of_no_miss_that_came_after_it() -> None:
    known = facts((date(2026, 6, 10), 50), notices=[told(NOTICE_ON)])
    judged = judge(known, date(2026, 7, 20))
    assert (judged.status, judged.cure_ends_on, judged.missed[0].due_on) == (PlanStatus.MISSED, None, SECOND)


def test_a_returned_payment_reveals_an_old_miss_and_its_cure_counts_from_a_new_notice() -> None:
    """The notice from before the return told of something else."""
    first = told(NOTICE_ON)
    known = facts(returned=1, notices=[first])
    assert judge(known, date(2026, 6, 30)).cure_ends_on is None
    again = told(date(2026, 7, 1), returned=1)
    known = facts(returned=1, notices=[first, again])
    assert judge(known, date(2026, 7, 2)).cure_ends_on == date(2026, 7, 8)
    assert judge(known, date(2026, 7, 9)).status is PlanStatus.BROKEN


def test_rules_without_a_notice_count_the_cure_from_the_end_of_grace() -> None:
    rule = RULE.model_copy(update={"repair_notice": False})
    assert judge(facts(), date(2026, 6, 15), rule).cure_ends_on == date(2026, 6, 15)
    assert judge(facts(), date(2026, 6, 15), rule).status is PlanStatus.MISSED
    assert judge(facts(), date(2026, 6, 16), rule).status is PlanStatus.BROKEN
    from_due = RULE.model_copy(update={"cure_from": "due_date"})
    assert judge(facts(), date(2026, 6, 16), from_due).status is PlanStatus.BROKEN


def test_rules_may_let_more_than_one_be_missed() -> None:
    rule = RULE.model_copy(update={"missed_instalments": 2})
    assert judge(facts(), date(2026, 6, 30), rule).status is PlanStatus.PERFORMING
    assert judge(facts(), date(2026, 7, 8), rule).status is PlanStatus.MISSED


DAYS = st.integers(0, 90).map(lambda days: date(2026, 5, 25) + timedelta(days=days))


@given(st.lists(st.tuples(DAYS, st.integers(1, 80)), max_size=6), DAYS, st.randoms(use_true_random=False))
def test_permutations_of_the_money_end_in_the_same_state(paid, today, chance) -> None:
    shuffled = list(paid)
    chance.shuffle(shuffled)
    notices = [told(NOTICE_ON)]
    assert judge(facts(*paid, notices=notices), today) == judge(facts(*shuffled, notices=notices), today)


@given(st.lists(st.tuples(DAYS, st.integers(1, 80)), max_size=6), DAYS)
def test_more_money_never_makes_a_plan_stand_worse(paid, today) -> None:
    order = [PlanStatus.BROKEN, PlanStatus.MISSED, PlanStatus.PERFORMING, PlanStatus.COMPLETED]
    notices = [told(NOTICE_ON)]
    less = judge(facts(*paid, notices=notices), today).status
    more = judge(facts(*paid, (date(2026, 5, 25), 50), notices=notices), today).status
    assert order.index(more) >= order.index(less)
