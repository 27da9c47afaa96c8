from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from domain.model.errors import InputError
from domain.model.facts import Account
from domain.model.money import Money
from domain.model.strategy import Channel
from ledger import accounts, entries, info, obligations
from ledger.engine import Ledger, open_ledger
from ledger.importers import uci
from ledger.importers.generate import generate_portfolio
from ledger.importers.history import AccountHistory
from ledger.importers.writer import BATCH, store_histories
from ledger.tables import metadata

LAST_DAY = date(2026, 3, 31)


def portfolio(accounts: int, seed: int = 1) -> Iterator[AccountHistory]:
    return generate_portfolio(accounts, seed, LAST_DAY)


def rows(ledger: Ledger) -> dict[str, int]:
    with ledger.read() as conn:
        return {t.name: conn.scalar(select(func.count()).select_from(t)) or 0 for t in metadata.sorted_tables}


def test_a_portfolio_is_stored_once_however_often_it_is_imported(ledger: Ledger) -> None:
    first = store_histories(ledger, portfolio(40), LAST_DAY)
    before = rows(ledger)
    again = store_histories(ledger, portfolio(40), LAST_DAY)
    assert (first.read, first.new, again.read, again.new) == (40, 40, 40, 0)
    assert rows(ledger) == before
    assert (before["accounts"], before["statements"], before["contact_points"]) == (40, 240, 40)
    assert (before["entries"], before["obligations"]) == (first.entries, first.obligations)


def test_a_larger_portfolio_of_the_same_seed_adds_only_what_is_new(ledger: Ledger) -> None:
    store_histories(ledger, portfolio(10), LAST_DAY)
    assert store_histories(ledger, portfolio(15), LAST_DAY).new == 5


def test_each_account_can_be_reached_by_file_and_is_recorded_at_its_value_dates(ledger: Ledger) -> None:
    (history,) = portfolio(1)
    store_histories(ledger, [history], LAST_DAY)
    closed_on, balance = history.statements[2]
    local_midnight = datetime(closed_on.year, closed_on.month, closed_on.day, tzinfo=UTC) - timedelta(hours=8)
    with ledger.read() as conn:
        point = accounts.contact_point(conn, history.person_id, Channel.FILE, LAST_DAY)
        known = entries.balance(conn, history.account_id, closed_on, local_midnight)
        unknown = entries.balance(conn, history.account_id, closed_on, local_midnight - timedelta(seconds=1))
        billed = obligations.billed_unmet(conn, history.account_id, closed_on, local_midnight)
    assert point is not None
    assert known == Money.of_minor(balance, "TWD")
    charged = sum(e.amount_minor for e in history.entries if e.value_on == closed_on)
    assert unknown == Money.of_minor(balance - charged, "TWD")
    assert any(obligation.due_on == history.dues[-4].due_on for obligation in billed) or balance <= 0


def test_the_ledger_says_when_the_history_ends(ledger: Ledger) -> None:
    store_histories(ledger, portfolio(1), LAST_DAY)
    with ledger.read() as conn:
        assert info.history_ends_on(conn) == LAST_DAY


def test_the_same_accounts_moved_to_other_days_are_refused_and_nothing_is_mixed(ledger: Ledger, shared: Path) -> None:
    file = shared / "data" / "uci_credit_card.csv"
    wanted = {"9", "38", "29604"}
    store_histories(ledger, uci.histories(file, pytest.fail, accounts=wanted), uci.LAST_DAY)
    before = rows(ledger)
    moved = uci.histories(file, pytest.fail, shift_days=7, accounts=wanted)
    with pytest.raises(InputError, match="history that ends on 2005-10-31, not on 2005-11-07"):
        store_histories(ledger, moved, uci.LAST_DAY + timedelta(days=7))
    assert rows(ledger) == before


def test_another_history_of_a_stored_account_is_refused(ledger: Ledger) -> None:
    store_histories(ledger, portfolio(3), LAST_DAY)
    before = rows(ledger)
    with pytest.raises(InputError, match="account G000001 is in this ledger with another history"):
        store_histories(ledger, portfolio(4, seed=2), LAST_DAY)
    assert rows(ledger) == before


def test_a_history_is_not_added_to_a_live_ledger(ledger: Ledger) -> None:
    with ledger.write() as conn:
        accounts.add_account(conn, Account(account_id="live", currency="TWD", zone="Asia/Taipei"), "p")
    with pytest.raises(InputError, match="this ledger is live"):
        store_histories(ledger, portfolio(1), LAST_DAY)


def test_a_failure_loses_at_most_the_batch_at_hand_and_the_import_can_be_repeated(ledger: Ledger) -> None:
    def broken() -> Iterator[AccountHistory]:
        for number, history in enumerate(portfolio(BATCH + 10)):
            if number == BATCH + 5:
                raise RuntimeError("the source broke off")
            yield history

    with pytest.raises(RuntimeError):
        store_histories(ledger, broken(), LAST_DAY)
    assert rows(ledger)["accounts"] == BATCH
    done: list[int] = []
    assert store_histories(ledger, portfolio(BATCH + 10), LAST_DAY, done.append).new == 10
    assert done == [BATCH, 10]


def test_the_histories_are_read_a_batch_at_a_time(new_sqlite: str) -> None:
    made = 0

    def counted() -> Iterator[AccountHistory]:
        nonlocal made
        for history in portfolio(BATCH * 2 + 1):
            made += 1
            yield history

    ahead: list[int] = []
    ledger = open_ledger(new_sqlite)
    store_histories(ledger, counted(), LAST_DAY, lambda _: ahead.append(made))
    ledger.close()
    assert ahead == [BATCH, BATCH * 2, BATCH * 2 + 1]
