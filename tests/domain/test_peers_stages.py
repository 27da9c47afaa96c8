"""Stages, anchors and refunds: cases that peers' own suites publish."""

from datetime import date

import pytest

from domain.delinquency import assess
from domain.model.case import Outcome
from domain.model.facts import MessageState

OVERDUE = (("OD1", 30), ("OD2", 40), ("OD3", 50))
MAY, JUNE = date(2012, 5, 31), date(2012, 6, 30)


def bucket(world, today):
    arrears = assess(world.unmet(today), world.facts(world.instant(today)).balance, today, world.rules)
    return None if arrears is None else arrears.bucket


@pytest.fixture
def invoiced(new_world):
    """Two invoices of 249.95, of the end of May and of June."""
    world = new_world({"od1": 30, "od2": 40, "od3": 50}, buckets=OVERDUE)
    world.owe(MAY, "249.95")
    world.owe(JUNE, "249.95")
    return world


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ((6, 8), None),
        ((6, 16), None),
        ((6, 24), None),
        ((6, 30), "OD1"),
        ((7, 2), "OD1"),
        ((7, 8), "OD1"),
        ((7, 10), "OD2"),
        ((7, 16), "OD2"),
        ((7, 18), "OD2"),
        ((7, 20), "OD3"),
    ],
)
def test_acc_01_the_bucket_follows_the_oldest_unpaid_invoice(invoiced, day, expected):
    assert bucket(invoiced, date(2012, *day)) == expected


def test_acc_01_the_notices_leave_on_the_days_of_the_stages(invoiced):
    invoiced.open(date(2012, 6, 1))
    invoiced.end_of(date(2012, 7, 31))
    assert invoiced.sent == [(date(2012, 6, 30), "od1"), (date(2012, 7, 10), "od2"), (date(2012, 7, 20), "od3")]


def test_acc_01_paying_newest_first_clears_only_with_the_oldest(invoiced):
    today = date(2012, 7, 20)
    invoiced.pay(today, d20120630="249.95")
    assert bucket(invoiced, today) == "OD3"
    invoiced.pay(today, d20120531="249.95")
    assert bucket(invoiced, today) is None


def test_acc_04_a_refund_reopens_the_arrears_at_once(invoiced):
    today = date(2012, 7, 5)
    paid = invoiced.pay(today, d20120531="249.95", d20120630="249.95")
    assert bucket(invoiced, today) is None
    paid.taken_back_on = today
    assert bucket(invoiced, today) == "OD1"


def test_acc_04_a_returned_payment_before_the_close_is_seen_by_the_next_step(invoiced):
    invoiced.open(date(2012, 7, 1))
    paid = invoiced.pay(date(2012, 7, 3), d20120531="249.95")
    step = invoiced.ring(date(2012, 7, 3))
    assert step.case.arrears.oldest_due_on == JUNE
    paid.taken_back_on = date(2012, 7, 5)
    step = invoiced.ring(date(2012, 7, 5))
    assert (step.case.arrears.oldest_due_on, step.case.arrears.bucket) == (MAY, "OD1")
    invoiced.end_of(date(2012, 7, 31))
    assert [name for _, name in invoiced.sent] == ["od1", "od2", "od3"], "nothing is given twice in the episode"


def test_acc_06_paying_only_the_oldest_moves_the_anchor_to_the_second(invoiced):
    invoiced.pay(date(2012, 7, 5), d20120531="249.95")
    assert bucket(invoiced, date(2012, 7, 5)) is None
    assert bucket(invoiced, date(2012, 7, 10)) is None
    assert bucket(invoiced, date(2012, 7, 15)) is None
    assert bucket(invoiced, date(2012, 8, 4)) == "OD1", "35 days after the second invoice"
    invoiced.pay(date(2012, 8, 4), d20120630="249.95")
    assert bucket(invoiced, date(2012, 8, 4)) is None


@pytest.fixture
def shifting(new_world):
    """Invoices whose oldest unpaid one moves while the ladder waits."""
    world = new_world({"warning": 5, "blocked": 7, "cancellation": 11})
    world.owe(date(2012, 5, 31), "749.95")
    return world


def test_acc_12_no_stage_is_skipped_when_the_anchor_shifts(shifting):
    shifting.open(date(2012, 6, 1))
    shifting.owe(date(2012, 6, 2), "700")
    shifting.pay(date(2012, 6, 2), d20120531="749.95")
    assert shifting.ring(date(2012, 6, 3)).case.arrears.oldest_due_on == date(2012, 6, 2)
    shifting.owe(date(2012, 6, 3), "200")
    assert shifting.ring(date(2012, 6, 5)).commands == ()
    shifting.end_of(date(2012, 6, 20))
    assert shifting.sent == [
        (date(2012, 6, 7), "warning"),
        (date(2012, 6, 9), "blocked"),
        (date(2012, 6, 13), "cancellation"),
    ]


def test_acc_12_on_the_day_of_the_shift_nothing_is_past_due_and_the_case_would_be_cured(shifting):
    shifting.open(date(2012, 6, 1))
    shifting.owe(date(2012, 6, 2), "700")
    shifting.pay(date(2012, 6, 2), d20120531="749.95")
    assert shifting.ring(date(2012, 6, 2)).case.outcome.outcome is Outcome.CURED


def test_acc_12c_one_unpaid_invoice_is_warned_then_blocked(shifting):
    shifting.open(date(2012, 6, 1))
    shifting.end_of(date(2012, 6, 8))
    assert shifting.sent == [(date(2012, 6, 5), "warning"), (date(2012, 6, 7), "blocked")]


def test_acc_12d_after_an_outage_the_owed_notice_goes_first(shifting):
    shifting.open(date(2012, 6, 8))
    assert shifting.sent == [(date(2012, 6, 8), "warning")]
    shifting.end_of(date(2012, 6, 20))
    assert [name for _, name in shifting.sent] == ["warning", "blocked", "cancellation"]


def test_acc_12d_owed_notices_keep_the_least_gap(new_world):
    world = new_world({"warning": 5, "blocked": 7, "cancellation": 11}, days_between=2)
    world.owe(date(2012, 5, 31), "100")
    world.open(date(2012, 7, 2))
    world.end_of(date(2012, 7, 31))
    assert world.sent == [
        (date(2012, 7, 2), "warning"),
        (date(2012, 7, 5), "blocked"),
        (date(2012, 7, 8), "cancellation"),
    ]


@pytest.fixture
def levels(new_world):
    """A line of 100, levels at 5, 20 and 40 days."""
    world = new_world({"level-1": 5, "level-2": 20, "level-3": 40})
    world.owe(date(2024, 1, 1), "100")
    return world


def test_acc_38_a_draft_stops_the_next_level(levels):
    levels.fates["a1/1/level-1/1"] = MessageState.SENDING
    levels.open(date(2024, 1, 5))
    assert levels.notices == []
    levels.end_of(date(2024, 1, 6))
    assert [n.step for n in levels.notices] == ["level-1"]
    levels.end_of(date(2024, 1, 31))
    assert [n.step for n in levels.notices] == ["level-1"], "day 30: still a draft, still level 1"
    levels.settle("a1/1/level-1/1", MessageState.SENT)
    levels.end_of(date(2024, 2, 2))
    assert [n.step for n in levels.notices] == ["level-1", "level-2"]


def test_acc_38_a_block_stops_the_next_level_until_it_is_lifted(levels, hold, release):
    levels.open(date(2024, 1, 6))
    levels.ring(date(2024, 1, 10), hold("block"))
    levels.end_of(date(2024, 1, 30))
    assert [name for _, name in levels.sent] == ["level-1"]
    levels.ring(date(2024, 1, 31), release("free", "block"))
    assert levels.sent[-1] == (date(2024, 1, 31), "level-2")


def test_acc_38_a_reconciled_line_gets_no_further_level(levels):
    levels.open(date(2024, 1, 6))
    levels.pay(date(2024, 2, 1), d20240101="100")
    levels.ring(date(2024, 2, 1))
    levels.end_of(date(2024, 2, 20))
    assert [name for _, name in levels.sent] == ["level-1", "level-2"]
    assert levels.case.outcome.outcome is Outcome.CURED
