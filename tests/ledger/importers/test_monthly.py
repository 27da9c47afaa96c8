from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.importers.history import AccountHistory
from ledger.importers.monthly import MonthlyAccount, history_of, minimum_of, months_late
from ledger.importers.months import Calendar

CALENDAR = Calendar(first_year=2005, first_month=4, months=6)


def account(balances: list[int], paid: list[int], statuses: list[int]) -> AccountHistory:
    source = MonthlyAccount("1", "test", "TWD", "Asia/Taipei", 50_000, balances, paid, statuses)
    return history_of(source, CALENDAR)


@pytest.mark.parametrize(
    ("balance", "minimum"),
    [(-500, 0), (0, 0), (1, 1), (999, 999), (1_000, 1_000), (9_999, 1_000), (10_001, 1_001), (25_000, 2_500)],
)
def test_the_minimum_is_a_tenth_at_least_a_thousand_at_most_the_balance(balance: int, minimum: int) -> None:
    assert minimum_of(balance) == minimum


@pytest.mark.parametrize(
    ("statuses", "late", "cut"),
    [
        ([0, -1, -2, 0, 0, 0], [0, 0, 0, 0, 0, 0], 0),
        ([0, 2, 2, 2, 2, 2], [0, 1, 2, 2, 2, 2], 1),
        ([3, 2, 0, 2, 3, 4], [3, 2, 0, 1, 2, 3], 3),
        ([8, 8, 8, 8, 8, 8], [8, 8, 8, 8, 8, 8], 0),
    ],
)
def test_a_debt_cannot_be_older_than_its_obligations(statuses: list[int], late: list[int], cut: int) -> None:
    assert months_late(statuses) == (late, cut)


def test_an_account_late_in_the_first_month_has_earlier_obligations_without_a_statement() -> None:
    history = account([20_000] * 6, [0] * 6, [3, 4, 5, 6, 7, 8])
    earlier = [due for due in history.dues if due.statement_on is None]
    assert [due.due_on for due in earlier] == [date(2005, 3, 20), date(2005, 4, 20)]
    assert {due.minimum_minor for due in earlier} == {2_000_00}
    assert not history.met


def test_an_account_never_late_meets_each_obligation_on_the_15th_before_it_falls_due() -> None:
    history = account([5_000] * 6, [1_000, 1_000, 0, 1_000, 1_000, 1_000], [0] * 6)
    assert all(met.value_on.day == 15 and met.value_on < met.due_on for met in history.met)
    assert [met.entry_reference is None for met in history.met] == [False, True, False, False, False, True]
    assert history.cleared_by_status == 0


def test_a_late_account_pays_on_the_26th_and_its_oldest_obligations_are_met_then() -> None:
    history = account([5_000] * 6, [0, 0, 0, 1_500, 0, 0], [0, 1, 1, 0, 0, 0])
    late = [met for met in history.met if met.value_on > met.due_on]
    assert [(met.due_on, met.value_on) for met in late] == [
        (date(2005, 6, 20), date(2005, 7, 26)),
        (date(2005, 7, 20), date(2005, 8, 15)),
    ]
    assert [met.entry_reference for met in late] == ["test/1/payment/2005-07", None]
    assert history.cleared_by_status == 1


def test_an_obligation_of_nothing_is_never_met() -> None:
    history = account([0, -100, 0, 0, 0, 0], [0] * 6, [0] * 6)
    assert len(history.dues) == 6
    assert not history.met


def test_what_the_bank_states_is_kept_where_it_changes_and_known_a_month_later() -> None:
    history = account([5_000] * 6, [0] * 6, [0, 1, 2, 2, 0, 0])
    assert [(s.known_on, s.months_late) for s in history.stated] == [
        (date(2005, 6, 30), 1),
        (date(2005, 7, 31), 2),
        (date(2005, 9, 30), 0),
    ]


months = st.lists(st.integers(-50_000, 500_000), min_size=6, max_size=6)
paid_months = st.lists(st.integers(0, 100_000), min_size=6, max_size=6)
status_months = st.lists(st.integers(-2, 8), min_size=6, max_size=6)


@given(balances=months, paid=paid_months, statuses=status_months)
@settings(deadline=None)
def test_the_entries_add_up_to_every_statement(balances: list[int], paid: list[int], statuses: list[int]) -> None:
    history = account(balances, paid, statuses)
    for statement in history.statements:
        assert statement.balance_minor == sum(
            entry.amount_minor for entry in history.entries if entry.value_on <= statement.closed_on
        )


@given(balances=months, paid=paid_months, statuses=status_months)
@settings(deadline=None)
def test_the_latest_obligations_are_unmet_at_each_month_end_as_many_as_the_status_says(
    balances: list[int], paid: list[int], statuses: list[int]
) -> None:
    history = account([abs(balance) + 1 for balance in balances], paid, statuses)
    late, _ = months_late(statuses)
    for month, unmet in enumerate(late):
        day = CALENDAR.end(month + 1)
        met = {m.due_on for m in history.met if m.value_on <= day}
        fallen_due = [due.due_on for due in history.dues if due.due_on < day]
        assert [due_on for due_on in fallen_due if due_on not in met] == fallen_due[len(fallen_due) - unmet :]
