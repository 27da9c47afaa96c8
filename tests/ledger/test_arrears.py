from datetime import UTC, date, datetime, timedelta

import pytest

from domain.model.errors import InputError
from domain.model.facts import MeetingOrigin
from ledger.arrears import Position, currencies, one_currency, portfolio_arrears, positions, stated_late
from ledger.engine import Ledger
from ledger.importers import insertion
from ledger.importers.generate import generate_portfolio
from ledger.importers.history import AccountHistory, Due, Entry, Met, StatedLateness, Statement
from ledger.importers.writer import store_histories

LAST_DAY = date(2026, 3, 31)
LATER = datetime(2027, 1, 1, tzinfo=UTC)
DAY = date(2026, 3, 1)


def account(
    account_id: str,
    balance: int = 1_000,
    met: tuple[Met, ...] = (),
    stated: tuple[StatedLateness, ...] = (),
    currency: str = "TWD",
) -> AccountHistory:
    """Owes ``balance``; minimums of 300 fell due on 20 January and 20 February."""
    closed = date(2025, 12, 31), date(2026, 1, 31)
    return AccountHistory(
        account_id=account_id,
        person_id=f"p-{account_id}",
        currency=currency,
        zone="Asia/Taipei",
        credit_limit_minor=None,
        statements=tuple(Statement(day, balance) for day in closed),
        dues=tuple(
            Due(day.replace(day=20), 300, day - timedelta(days=40)) for day in (date(2026, 1, 1), date(2026, 2, 1))
        ),
        met=met,
        entries=(Entry(f"{account_id}/opening", "opening", closed[0], balance),),
        stated=stated,
    )


def paid(amount: int | None, due_month: int, on: date) -> Met:
    origin = MeetingOrigin.BANK_STATUS if amount is None else MeetingOrigin.ALLOCATION
    return Met(date(2026, due_month, 20), on, f"pay-{on}-{due_month}", origin, amount)


def store(ledger: Ledger, *histories: AccountHistory) -> None:
    with ledger.write() as conn:
        insertion.insert(conn, histories)


def past_due(ledger: Ledger, day: date = DAY, known_at: datetime = LATER) -> list[Position]:
    with ledger.read() as conn:
        return list(positions(conn, day, known_at))


def test_the_oldest_unmet_obligation_counts_and_the_amounts_add_up(ledger: Ledger) -> None:
    store(ledger, account("1"))
    assert past_due(ledger) == [Position("1", date(2026, 1, 20), 600, 1_000)]


def test_on_the_due_day_nobody_is_late_yet(ledger: Ledger) -> None:
    store(ledger, account("1"))
    assert past_due(ledger, date(2026, 1, 20)) == []
    assert past_due(ledger, date(2026, 1, 21)) == [Position("1", date(2026, 1, 20), 300, 1_000)]


def test_no_more_is_past_due_than_is_owed_and_who_owes_nothing_is_not_past_due(ledger: Ledger) -> None:
    store(ledger, account("1", balance=450), account("2", balance=0), account("3", balance=-10))
    assert past_due(ledger) == [Position("1", date(2026, 1, 20), 450, 450)]


def test_the_banks_status_meets_an_obligation_wholly_and_an_allocation_in_part(ledger: Ledger) -> None:
    day = date(2026, 2, 25)
    store(ledger, account("1", met=(paid(None, 1, day),)), account("2", met=(paid(100, 1, day), paid(300, 2, day))))
    assert past_due(ledger) == [
        Position("1", date(2026, 2, 20), 300, 1_000),
        Position("2", date(2026, 1, 20), 200, 1_000),
    ]
    assert past_due(ledger, date(2026, 2, 24))[0] == Position("1", date(2026, 1, 20), 600, 1_000)


def test_an_allocation_taken_back_counts_no_more(ledger: Ledger) -> None:
    back = Met(date(2026, 1, 20), date(2026, 2, 28), "returned", MeetingOrigin.ALLOCATION, -300)
    store(ledger, account("1", met=(paid(300, 1, date(2026, 2, 1)), back)))
    assert past_due(ledger, date(2026, 2, 27))[0].oldest_due_on == date(2026, 2, 20)
    assert past_due(ledger)[0] == Position("1", date(2026, 1, 20), 600, 1_000)


def test_what_was_not_yet_recorded_is_not_seen(ledger: Ledger) -> None:
    store(ledger, account("1", met=(paid(None, 1, date(2026, 2, 25)),)))
    before = datetime(2026, 2, 24, 15, 59, 59, tzinfo=UTC)  # one second before the 25th begins in Taipei
    assert past_due(ledger, known_at=before)[0].oldest_due_on == date(2026, 1, 20)
    assert past_due(ledger, known_at=before + timedelta(seconds=1))[0].oldest_due_on == date(2026, 2, 20)


def test_stated_late_is_what_the_latest_known_status_says(ledger: Ledger) -> None:
    changes = (StatedLateness(date(2026, 1, 31), 2), StatedLateness(date(2026, 2, 28), 0))
    store(ledger, account("1", 0, stated=changes), account("2", 0, stated=changes[:1]), account("3", 0))
    with ledger.read() as conn:
        assert list(stated_late(conn, date(2026, 1, 30))) == []
        assert list(stated_late(conn, date(2026, 1, 31))) == ["1", "2"]
        assert list(stated_late(conn, date(2026, 2, 28))) == ["2"]
        assert portfolio_arrears(conn, date(2026, 2, 28), LATER).stated_late_nothing_owed == 1


def test_several_currencies_are_never_added_up(ledger: Ledger) -> None:
    stated = (StatedLateness(date(2026, 1, 31), 1),)
    store(ledger, account("1"), account("2", currency="CNY"), account("3", 0, stated=stated, currency="CNY"))
    with ledger.read() as conn:
        assert currencies(conn) == ["CNY", "TWD"]
        with pytest.raises(InputError, match="choose one with --currency"):
            one_currency(conn, None)
        with pytest.raises(InputError, match="no account in EUR"):
            one_currency(conn, "EUR")
        found = portfolio_arrears(conn, DAY, LATER, one_currency(conn, "CNY"))
    assert (found.accounts_past_due, found.past_due_minor, found.stated_late_nothing_owed) == (1, 600, 1)
    assert found.days_past_due == {40: 1}


def test_an_empty_ledger_has_no_arrears(ledger: Ledger) -> None:
    with ledger.read() as conn:
        assert one_currency(conn, None) is None
        assert portfolio_arrears(conn, DAY, LATER).accounts_past_due == 0


def test_the_sets_agree_with_a_count_account_by_account(ledger: Ledger) -> None:
    histories = list(generate_portfolio(300, 5, LAST_DAY))
    store_histories(ledger, histories, LAST_DAY)
    for day in (date(2025, 12, 21), date(2026, 2, 5), LAST_DAY):
        counted = [position for history in histories if (position := _position(history, day))]
        assert past_due(ledger, day) == sorted(counted, key=lambda p: p.account_id)
        assert counted


def _position(history: AccountHistory, day: date) -> Position | None:
    met = {m.due_on for m in history.met if m.value_on <= day}
    unmet = [d for d in history.dues if d.due_on < day and d.minimum_minor > 0 and d.due_on not in met]
    balance = sum(e.amount_minor for e in history.entries if e.value_on <= day)
    if not unmet or balance <= 0:
        return None
    return Position(history.account_id, unmet[0].due_on, min(balance, sum(d.minimum_minor for d in unmet)), balance)
