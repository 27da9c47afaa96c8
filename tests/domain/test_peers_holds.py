"""Holds and pauses: cases that peers' own suites publish; pauses are clipped at the due date."""

from datetime import date

import pytest

from domain.delinquency import assess, treatment_days, unmet_by_bucket
from domain.model.facts import Pause

MAY = date(2012, 5, 31)


@pytest.fixture
def invoiced(new_world):
    world = new_world({"od1": 5, "od2": 40}, buckets=(("OD1", 5),))
    world.owe(MAY, "249.95")
    return world


def test_acc_10a_a_written_off_invoice_is_left_out_until_the_hold_is_released(invoiced, hold, release):
    invoiced.open(date(2012, 6, 1))
    step = invoiced.ring(date(2012, 6, 1), hold("written-off", "left_out", obligations_due_on=(MAY,)))
    assert step.answers[0].accepted
    invoiced.end_of(date(2012, 6, 6))
    assert invoiced.sent == []
    invoiced.ring(date(2012, 6, 7), release("back", "written-off"))
    assert invoiced.sent == [(date(2012, 6, 7), "od1")]


def test_acc_10a_what_is_not_left_out_goes_on(invoiced, hold):
    invoiced.owe(date(2012, 6, 10), "30")
    invoiced.open(date(2012, 6, 1))
    invoiced.ring(date(2012, 6, 1), hold("written-off", "left_out", obligations_due_on=(MAY,)))
    invoiced.ring(date(2012, 6, 11))
    invoiced.end_of(date(2012, 6, 20))
    assert invoiced.sent == [(date(2012, 6, 15), "od1")]
    command = next(s.commands[0] for s in invoiced.steps if s.commands)
    assert (command.oldest_due_on, str(command.past_due)) == (date(2012, 6, 10), "30.00 EUR")
    assert str(invoiced.case.arrears.past_due) == "279.95 EUR", "the case itself keeps the contractual arrears"


def test_acc_10b_no_stage_is_entered_while_enforcement_is_off(invoiced, hold, release):
    invoiced.open(date(2012, 6, 1))
    invoiced.ring(date(2012, 6, 1), hold("off"))
    invoiced.end_of(date(2012, 7, 6))
    assert invoiced.sent == [], "day 36"
    invoiced.ring(date(2012, 7, 6), release("on", "off"))
    assert invoiced.sent == [(date(2012, 7, 6), "od1")]


def test_acc_10c_a_hold_set_within_a_stage_stops_the_next(invoiced, hold, release):
    invoiced.open(date(2012, 6, 5))
    invoiced.ring(date(2012, 6, 6), hold("off"))
    invoiced.end_of(date(2012, 7, 20))
    assert invoiced.sent == [(date(2012, 6, 5), "od1")]
    invoiced.ring(date(2012, 7, 21), release("on", "off"))
    assert invoiced.sent[-1] == (date(2012, 7, 21), "od2")


RANGES = (
    *(("RANGE_1", 1), ("RANGE_3", 4), ("RANGE_30", 31), ("RANGE_60", 61), ("RANGE_90", 91)),
    *(("RANGE_120", 121), ("RANGE_150", 151), ("RANGE_180", 181), ("RANGE_240", 241)),
)
OCT_1 = date(2023, 10, 1)
INSTALMENTS = {OCT_1: "250", date(2023, 10, 16): "250", date(2023, 10, 31): "250", date(2023, 11, 15): "250"}


@pytest.fixture
def loan(unmet, new_rules, new_money):
    """The delinquency of the loan on a day of 2023: class, amount, treatment days, days past due, instalments."""
    rules = new_rules(treatment_grace=3, buckets=RANGES)

    def on(today, pauses):
        due = unmet({day: amount for day, amount in INSTALMENTS.items() if day < today})
        arrears = assess(due, new_money("1000"), today, rules, pauses)
        amounts = unmet_by_bucket(due, today, rules.classification, pauses)
        return (
            rules.classification.of(arrears.treatment_days),
            arrears.past_due.amount,
            arrears.treatment_days,
            arrears.days_past_due,
            {name: int(amount.amount) for name, amount in amounts.items()} if arrears.treatment_days else {},
        )

    return on


def pause(start, end=None):
    return Pause(starts_on=date(2023, *start), ends_on=None if end is None else date(2023, *end))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ((10, 2), (None, 250, 0, 1, {})),
        ((10, 4), (None, 250, 0, 3, {})),
        ((10, 5), ("RANGE_1", 250, 1, 4, {"RANGE_3": 250})),
        ((10, 6), ("RANGE_1", 250, 2, 5, {"RANGE_3": 250})),
        ((10, 30), ("RANGE_1", 500, 2, 29, {"RANGE_3": 250})),
        ((10, 31), ("RANGE_1", 500, 3, 30, {"RANGE_3": 250, "RANGE_1": 250})),
    ],
)
def test_acc_15_a_pause_freezes_treatment_days(loan, day, expected):
    assert loan(date(2023, *day), (pause((10, 6), (10, 30)),)) == expected


@pytest.mark.parametrize(
    ("day", "pauses", "expected"),
    [
        ((10, 15), "first", (250, 11, 14)),
        ((10, 26), "resumed", (500, 12, 25)),
        ((11, 13), "both", (750, 30, 43)),
        ((11, 14), "both", (750, 31, 44)),
        ((11, 30), "both", (1000, 31, 60)),
        ((12, 1), "both", (1000, 32, 61)),
    ],
)
def test_acc_17_a_resumed_pause_ends_on_that_day_and_a_second_adds_up(loan, day, pauses, expected):
    known = {
        "first": (pause((10, 15), (10, 30)),),
        "resumed": (pause((10, 15), (10, 25)),),
        "both": (pause((10, 15), (10, 25)), pause((11, 14), (11, 30))),
    }
    assert loan(date(2023, *day), known[pauses])[1:4] == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ((11, 13), {"RANGE_3": 500, "RANGE_30": 250}),
        ((11, 14), {"RANGE_3": 500, "RANGE_30": 250}),
        ((11, 30), {"RANGE_3": 500, "RANGE_30": 250}),
        ((12, 1), {"RANGE_1": 250, "RANGE_3": 500, "RANGE_30": 250}),
    ],
)
def test_acc_17_instalment_buckets_are_clipped_at_their_due_dates(loan, day, expected):
    assert loan(date(2023, *day), (pause((10, 15), (10, 25)), pause((11, 14), (11, 30))))[4] == expected


def test_acc_17_the_class_before_and_after_the_second_pause(loan):
    pauses = (pause((10, 15), (10, 25)), pause((11, 14), (11, 30)))
    assert loan(date(2023, 11, 13), pauses)[0] == "RANGE_3"
    assert loan(date(2023, 12, 1), pauses)[0] == "RANGE_30"


def test_acc_17_a_released_pause_goes_on_shortening_treatment_days(new_world, hold, release):
    world = new_world({"first": 40}, treatment_grace=3, buckets=RANGES)
    world.owe(OCT_1, "250")
    world.open(date(2023, 10, 10))
    world.ring(date(2023, 10, 15), hold("pause-1", "pause", ends_on=date(2023, 10, 30)))
    step = world.ring(date(2023, 10, 25), release("resume", "pause-1"))
    assert (step.case.holds, step.case.pauses_over[0].ends_on) == ((), date(2023, 10, 25))
    assert world.ring(date(2023, 10, 26)).case.arrears.treatment_days == 12
    world.ring(date(2023, 11, 14), hold("pause-2", "pause", ends_on=date(2023, 11, 30)))
    assert world.ring(date(2023, 11, 30), clock="09:00").case.arrears.treatment_days == 31
    assert world.ring(date(2023, 12, 1)).case.arrears.treatment_days == 32
    assert len(world.case.pauses_over) == 2
    world.end_of(date(2023, 12, 31))
    assert world.sent == [(date(2023, 12, 9), "first")], "69 days past due, 26 of them paused, 3 of grace"


def test_acc_19_a_backdated_pause_takes_its_days_back(loan):
    assert loan(date(2023, 10, 25), ())[:4] == ("RANGE_3", 500, 21, 24)
    assert loan(date(2023, 10, 27), (pause((10, 25), (11, 15)),))[:4] == ("RANGE_3", 500, 21, 26)


def test_acc_19_a_backdated_pause_is_accepted_by_the_case(new_world, hold):
    world = new_world({"first": 40}, treatment_grace=3, buckets=RANGES)
    world.owe(OCT_1, "250")
    world.open(date(2023, 10, 20))
    request = hold("back", "pause", starts_on=date(2023, 10, 25), ends_on=date(2023, 11, 15))
    step = world.ring(date(2023, 10, 27), request)
    assert step.answers[0].accepted
    assert (step.case.arrears.days_past_due, step.case.arrears.treatment_days) == (26, 21)


def test_pauses_are_clipped_where_the_peer_does_not():
    first, second = pause((10, 6), (10, 30)), pause((10, 15), (10, 25))
    assert treatment_days(date(2023, 10, 16), date(2023, 10, 31), (first,), 0) == 1
    assert treatment_days(date(2023, 10, 31), date(2023, 11, 13), (second,), 0) == 13
