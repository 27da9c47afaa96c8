"""The stated figures of the real portfolio, met exactly by the ledger."""

from datetime import UTC, date, datetime

import pytest

from ledger.arrears import PortfolioArrears, one_currency, portfolio_arrears
from ledger.engine import Ledger
from ledger.importers import uci
from ledger.importers.history import AccountHistory
from ledger.importers.writer import store_histories

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def figures(ledger: Ledger, day: date) -> PortfolioArrears:
    with ledger.read() as conn:
        return portfolio_arrears(conn, day, NOW, one_currency(conn, None))


@pytest.mark.parametrize(
    ("day", "accounts", "amount", "stated_late"),
    [
        (date(2005, 6, 30), 2_916, 28_060_679, 52),
        (date(2005, 10, 31), 5_129, 47_511_944, 1_689),
    ],
)
def test_the_figures_of_the_data_are_met(
    real_ledger: Ledger, day: date, accounts: int, amount: int, stated_late: int
) -> None:
    found = figures(real_ledger, day)
    assert (found.accounts_past_due, found.past_due_minor, found.stated_late_nothing_owed) == (
        accounts,
        amount * 100,
        stated_late,
    )


def test_the_days_past_due_of_the_last_day_are_met(real_ledger: Ledger) -> None:
    assert figures(real_ledger, date(2005, 10, 31)).days_past_due == {
        11: 3_053,
        41: 1_687,
        72: 278,
        103: 58,
        133: 23,
        164: 2,
        194: 9,
        225: 19,
    }


def test_in_mid_month_those_who_have_just_paid_are_stated_late_too(real_ledger: Ledger) -> None:
    assert figures(real_ledger, date(2005, 6, 21)).stated_late_nothing_owed == 973


def test_nobody_is_past_due_on_the_due_day_itself_or_before_the_first_statement(real_ledger: Ledger) -> None:
    assert figures(real_ledger, date(2005, 4, 29)).accounts_past_due == 0
    assert 1 not in figures(real_ledger, date(2005, 10, 20)).days_past_due
    assert 1 in figures(real_ledger, date(2005, 10, 21)).days_past_due


def test_the_whole_import_repeated_changes_nothing(real_ledger: Ledger, real: list[AccountHistory]) -> None:
    before = figures(real_ledger, uci.LAST_DAY)
    again = store_histories(real_ledger, real, uci.LAST_DAY)
    assert (again.read, again.new) == (30_000, 0)
    assert figures(real_ledger, uci.LAST_DAY) == before
