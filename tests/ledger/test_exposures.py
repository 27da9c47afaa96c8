"""What many accounts owe, set by set: the same as each account read by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.model.contact import FactKind, PastFact
from domain.model.facts import Account
from ledger import accounts, entries, meetings, obligations, person_facts
from ledger.engine import Ledger
from ledger.exposures import exposures
from ledger.importers.generate import generate_portfolio
from ledger.importers.insertion import insert
from ledger.later import known_later
from ledger.meetings import Allocated
from ledger.person_facts import PersonFact

ENDS = date(2026, 1, 31)


def test_they_are_those_of_each_account_by_itself(ledger: Ledger) -> None:
    histories = list(generate_portfolio(120, 7, ENDS, 6))
    with ledger.write() as conn:
        insert(conn, histories)
    checked = 0
    for ago in (0, 11, 40, 100):
        at = datetime(2026, 1, 31, 4, tzinfo=UTC) - timedelta(days=ago)
        with ledger.read() as conn:
            found = exposures(conn, [h.account_id for h in histories] + ["nobody"], at)
            assert found.keys() == {h.account_id for h in histories}
            for account_id, owes in found.items():
                today = at.astimezone(ZoneInfo(owes.account.zone)).date()
                assert owes.today == today
                assert owes.balance == entries.balance(conn, account_id, today, at)
                fallen = tuple(o for o in owes.unmet if o.due_on < today)
                assert fallen == obligations.unmet(conn, account_id, today, at)
                checked += len(fallen)
    assert checked > 20


def test_what_falls_due_later_and_what_counts_later_is_told(book) -> None:
    today = date(2026, 1, 10)
    at = datetime(2026, 1, 10, 4, tzinfo=UTC)
    book.oblige(date(2026, 1, 20), 100, statement_on=date(2026, 1, 1))
    book.oblige(date(2026, 1, 8), 50, statement_on=date(2026, 1, 1))
    book.post("later", today + timedelta(days=5), 10, recorded_at=at)
    book.post("tomorrow", today + timedelta(days=1), 10, recorded_at=at)
    owes = exposures(book.conn, ["a1"], at)["a1"]
    assert [o.due_on for o in owes.unmet] == [date(2026, 1, 8), date(2026, 1, 20)]
    assert owes.next_value_on == date(2026, 1, 11)


def test_each_account_has_the_day_of_its_own_zone(ledger: Ledger) -> None:
    at = datetime(2026, 1, 10, 12, tzinfo=UTC)
    with ledger.write() as conn:
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"):
            accounts.add_account(conn, Account(account_id=zone.replace("/", "-"), currency="TWD", zone=zone), "p1")
        found = exposures(conn, ["Pacific-Kiritimati", "Pacific-Pago_Pago", "UTC"], at)
    days = {account_id: owes.today.day for account_id, owes in found.items()}
    assert days == {"Pacific-Kiritimati": 11, "Pacific-Pago_Pago": 10, "UTC": 10}


def test_what_the_bank_states_as_met_is_met(book) -> None:
    due, at = date(2026, 1, 8), datetime(2026, 1, 20, tzinfo=UTC)
    book.oblige(due, 50, statement_on=date(2026, 1, 1))
    meetings.clear_by_status(book.conn, "a1", due, value_on=due, recorded_at=at)
    assert exposures(book.conn, ["a1"], at)["a1"].unmet == ()


def test_what_begins_to_count_later_is_found_with_its_first_instant(book) -> None:
    at = datetime(2026, 1, 10, 4, tzinfo=UTC)
    assert known_later(book.conn, ["a1", "nobody"], at) == {}
    for hours in (3, 1, 0, -1):
        book.post(f"e{hours}", date(2026, 1, 10), 10, recorded_at=at + timedelta(hours=hours))
    assert known_later(book.conn, ["a1"], at) == {"a1": at + timedelta(hours=1)}
    fact = PersonFact("f1", "p1", PastFact(kind=FactKind.HOLD, at=at, name="cease"), at + timedelta(minutes=5))
    person_facts.add(book.conn, fact)
    assert known_later(book.conn, ["a1"], at) == {"a1": at + timedelta(minutes=5)}


def test_no_statement_reads_a_whole_table(book, statements_of) -> None:
    book.oblige(date(2026, 1, 8), 50)
    meetings.allocate(
        book.conn,
        "a1",
        (Allocated(date(2026, 1, 8), 100),),
        value_on=date(2026, 1, 8),
        recorded_at=datetime(2026, 1, 8, tzinfo=UTC),
        entry_reference="x",
    )
    with statements_of(book.conn) as executed:
        exposures(book.conn, ["a1"], datetime(2026, 1, 20, tzinfo=UTC))
        known_later(book.conn, ["a1"], datetime(2026, 1, 20, tzinfo=UTC))
    assert len(executed) == 5
    assert executed.reading_whole_tables() == []
