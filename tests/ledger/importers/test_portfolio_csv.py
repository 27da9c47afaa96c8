from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from domain.model.errors import InputError
from domain.model.facts import Obligation
from domain.model.money import Money
from domain.model.rules import Component
from ledger import entries, info, obligations
from ledger.engine import Ledger, open_ledger
from ledger.importers.batches import Counts
from ledger.importers.portfolio_csv import histories
from ledger.importers.rebase import moved
from ledger.importers.rows import BadRow
from ledger.tables import metadata
from tests.ledger.importers.taking import take

NOW = datetime(2026, 6, 1, tzinfo=UTC)
EXAMPLE = Path(__file__).parents[3] / "docs" / "portfolio-example.csv"
HEADER = "record,account,date,amount,reference,currency,zone,minimum,due_on,reverses,principal,interest,fee"
ACCOUNT = "account,a,,,,CNY,Asia/Shanghai,,,,,,"
BILL = "statement,a,2026-01-31,1000.00,,,,100.00,2026-02-20,,,,"


class OldestFirst:
    """Everything to principal, the oldest obligation first: the importer's part, without the rules of a pack."""

    def legs(
        self, amount: Money, owed: Mapping[Component, Money], unmet: Sequence[Obligation], value_on: date
    ) -> Mapping[Component, Money]:
        nothing = Money.zero(amount.currency)
        return {Component.PRINCIPAL: amount, Component.INTEREST: nothing, Component.FEE: nothing}

    def met(self, amount: Money, unmet: Sequence[Obligation]) -> Sequence[tuple[date, Money]]:
        parts = []
        for obligation in unmet:
            part = min(amount, obligation.unmet)
            parts.append((obligation.due_on, part))
            amount -= part
        return [(due_on, part) for due_on, part in parts if part]


class Desk:
    """Imports rows into a ledger and looks at account `a`."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self.ledger, self.folder, self.bad = ledger, folder, list[BadRow]()

    def load(self, *rows: str, header: str = HEADER, strictly: bool = False, at: datetime = NOW) -> Counts:
        file = self.folder / "portfolio.csv"
        file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return self.load_file(file, strictly, at)

    def load_file(self, file: Path, strictly: bool = False, at: datetime = NOW) -> Counts:
        return take(self.ledger, file, OldestFirst(), at, self.bad.append, strictly=strictly)

    def unmet(self, day: str, known_at: datetime = NOW) -> dict[str, int]:
        with self.ledger.read() as conn:
            found = obligations.unmet(conn, "a", date.fromisoformat(day), known_at)
        return {obligation.due_on.isoformat(): obligation.unmet.minor for obligation in found}

    def balance(self, day: str, known_at: datetime = NOW, account: str = "a") -> int:
        with self.ledger.read() as conn:
            return entries.balance(conn, account, date.fromisoformat(day), known_at).minor

    def rows(self) -> dict[str, int]:
        with self.ledger.read() as conn:
            tables = [table for table in metadata.sorted_tables if table.name != "intakes"]
            return {t.name: conn.scalar(select(func.count()).select_from(t)) or 0 for t in tables}


@pytest.fixture
def desk(ledger: Ledger, tmp_path: Path) -> Desk:
    return Desk(ledger, tmp_path)


def test_the_example_of_the_docs_is_loaded_and_adds_up(desk: Desk) -> None:
    done = desk.load_file(EXAMPLE)
    assert not desk.bad
    assert (done.rows, done.new_accounts, done.statements, done.obligations) == (23, 3, 6, 5)
    assert desk.balance("2026-03-31", account="A-1001") == 1452_00
    assert desk.balance("2026-03-24", account="A-1002") == 0
    assert desk.balance("2026-04-02", account="A-1003") == 300_00
    with desk.ledger.read() as conn:
        assert info.history_ends_on(conn) is None
        legs = entries.component_balances(conn, "A-1001", date(2026, 1, 31), NOW)
    assert {component.value: money.minor for component, money in legs.items()} == {
        "principal": 1000_00,
        "interest": 150_00,
        "fee": 50_00,
    }


def test_a_file_imported_twice_changes_nothing(desk: Desk) -> None:
    desk.load_file(EXAMPLE)
    before = desk.rows()
    again = desk.load(*EXAMPLE.read_text().splitlines()[1:], "", header=EXAMPLE.read_text().splitlines()[0])
    assert (again.rows, again.new_accounts, again.statements, again.entries) == (23, 0, 0, 0)
    assert desk.rows() == before
    assert not desk.bad


def test_a_row_that_is_repeated_in_the_file_counts_once(desk: Desk) -> None:
    payment = "payment,a,2026-02-10,40.00,p1,,,,,,,,"
    desk.load(ACCOUNT, BILL, payment, payment, BILL)
    assert not desk.bad
    assert desk.balance("2026-02-10") == 960_00
    assert desk.unmet("2026-02-21") == {"2026-02-20": 60_00}


def test_rows_may_stand_in_any_order_of_time(desk: Desk) -> None:
    desk.load(ACCOUNT, "payment,a,2026-02-10,100.00,p1,,,,,,,,", "charge,a,2026-02-05,5.00,c1,,,,,,,,", BILL)
    assert not desk.bad
    assert desk.unmet("2026-02-21") == {}
    assert desk.balance("2026-02-10") == 905_00


def test_what_the_entries_do_not_explain_is_charged_on_the_statements_day(desk: Desk) -> None:
    next_bill = "statement,a,2026-02-28,1250.00,,,,125.00,2026-03-20,,,,"
    desk.load(ACCOUNT, BILL, "charge,a,2026-02-05,200.00,c1,,,,,,,,", next_bill)
    assert [desk.balance(day) for day in ("2026-01-31", "2026-02-27", "2026-02-28")] == [1000_00, 1200_00, 1250_00]
    with desk.ledger.read() as conn:
        kinds = [entry.kind for entry in entries.visible(conn, "a", date(2026, 2, 28), NOW)]
    assert kinds == ["opening", "net_charges", "net_charges"]


def test_a_returned_payment_takes_exactly_back_what_it_met(desk: Desk) -> None:
    returned = "reversal,a,2026-02-25,,r1,,,,,p1,,,"
    desk.load(ACCOUNT, BILL, "payment,a,2026-02-10,60.00,p1,,,,,,,,", "payment,a,2026-02-12,10.00,p2,,,,,,,,", returned)
    assert not desk.bad
    assert desk.unmet("2026-02-24") == {"2026-02-20": 30_00}
    assert desk.unmet("2026-02-25") == {"2026-02-20": 90_00}
    assert desk.balance("2026-02-25") == 990_00


def test_a_later_file_adds_to_a_known_account_what_is_new_as_of_its_import(desk: Desk) -> None:
    desk.load(ACCOUNT, BILL)
    payment = "payment,a,2026-02-10,40.00,p1,,,,,,,,"
    done = desk.load(ACCOUNT, BILL, payment)
    assert (done.new_accounts, done.entries) == (0, 1)
    assert desk.unmet("2026-02-21") == {"2026-02-20": 60_00}
    before = NOW - timedelta(seconds=1)
    assert desk.unmet("2026-02-21", before) == {"2026-02-20": 100_00}
    assert desk.balance("2026-02-21", before) == 1000_00


def test_a_payment_that_comes_late_leaves_to_later_payments_what_they_met(desk: Desk) -> None:
    second = "statement,a,2026-02-28,1000.00,,,,50.00,2026-03-20,,,,"
    desk.load(ACCOUNT, BILL, second, "payment,a,2026-03-10,100.00,p2,,,,,,,,")
    assert desk.unmet("2026-03-21") == {"2026-03-20": 50_00}
    desk.load(ACCOUNT, "payment,a,2026-03-05,50.00,p1,,,,,,,,")
    assert desk.unmet("2026-03-21") == {}


def test_an_overpayment_stays_a_credit(desk: Desk) -> None:
    desk.load(ACCOUNT, BILL, "payment,a,2026-02-10,1300.00,p1,,,,,,,,")
    assert desk.balance("2026-02-10") == -300_00
    assert desk.unmet("2026-02-21") == {}


def test_two_accounts_may_belong_to_one_customer(desk: Desk) -> None:
    header = HEADER + ",customer"
    desk.load(ACCOUNT + ",c", "account,b,,,,CNY,Asia/Shanghai,,,,,,,c", header=header)
    assert not desk.bad
    assert (desk.rows()["persons"], desk.rows()["accounts"], desk.rows()["contact_points"]) == (1, 2, 2)


BAD_ROWS: list[tuple[str, str, str]] = [
    ("cheque,a,2026-02-10,1.00,p,,,,,,,,", "record", "not one of account, opening"),
    ("payment,b,2026-02-10,1.00,p,,,,,,,,", "account", "no readable account row of this account stands"),
    ("payment,a,10.02.2026,1.00,p,,,,,,,,", "date", "not a date: write YYYY-MM-DD"),
    ("payment,a,2026-02-30,1.00,p,,,,,,,,", "date", "2026-02-30 is no day of the calendar"),
    ("payment,a,2026-02-10,-1.00,p,,,,,,,,", "amount", "write a payment as an amount above zero"),
    ("payment,a,2026-02-10,0,p,,,,,,,,", "amount", "write a payment as an amount above zero"),
    ('payment,a,2026-02-10,"1,00",p,,,,,,,,', "amount", "not an amount"),
    ("payment,a,2026-02-10,1.001,p,,,,,,,,", "amount", "more decimal places than CNY has (2)"),
    ("payment,a,2026-02-10,1.00,,,,,,,,,", "reference", "empty"),
    ("payment,a,2026-02-10,1.00,p,,,,,,0.50,0.40,", "principal", "are 0.90 CNY together, not the amount"),
    ("statement,a,2026-02-28,9.00,,,,1.00,,,,,", "due_on", "a statement with a minimum payment needs its due date"),
    ("statement,a,2026-02-28,9.00,,,,1.00,2026-02-28,,,,", "due_on", "2026-02-28 is not after the statement's date"),
    ("statement,a,2026-02-28,9.00,,,,-1.00,2026-03-20,,,,", "minimum", "negative"),
    ("statement,a,2026-01-31,9.00,,,,100.00,2026-02-20,,,,", "amount", "is known with another balance"),
    ("statement,a,2026-01-31,1000.00,,,,90.00,2026-02-20,,,,", "minimum", "is known with another minimum or due date"),
    (
        "statement,a,2026-02-10,9.00,,,,1.00,2026-02-20,,,,",
        "due_on",
        "due on 2026-02-20 is known already",
    ),
    ("opening,a,2026-02-10,9.00,o,,,,,,,,", "record", "an opening comes first"),
    ("reversal,a,2026-02-10,,r,,,,,none,,,", "reverses", "account a has no entry none before this"),
    ("reversal,a,2026-02-01,,r,,,,,good,,,", "reverses", "account a has no entry good before this"),
    ("payment,a,2026-02-09,6.00,good,,,,,,,,", "reference", "good is known with another kind, date or amount"),
    ("payment,a,2026-02-10", "record", "3 values, expected 13"),
    ("account,a,,,,CNY,Asia/Shanghai,,,,,,", "account", "account a came before: its rows must stand together"),
    ("account,b,,,,cny,Asia/Shanghai,,,,,,", "currency", "not a currency code of ISO 4217"),
    ("account,b,,,,CNY,Asia/Nowhere,,,,,,", "zone", "not the name of a time zone"),
    ("account,b/c,,,,CNY,Asia/Shanghai,,,,,,", "account", "cannot be used"),
]


@pytest.mark.parametrize(("row", "column", "reason"), BAD_ROWS)
def test_a_bad_row_is_told_and_the_good_ones_are_loaded(
    new_sqlite: str, tmp_path: Path, row: str, column: str, reason: str, opened: Callable[[str], Ledger]
) -> None:
    desk = Desk(opened(new_sqlite), tmp_path)
    desk.load(ACCOUNT, BILL, "payment,a,2026-02-09,5.00,good,,,,,,,,", row)
    (bad,) = desk.bad
    assert (bad.line, bad.column) == (5, column)
    assert reason in bad.reason
    assert desk.balance("2026-02-09") == 995_00


@pytest.fixture
def opened() -> Callable[[str], Ledger]:
    return open_ledger


def test_the_rows_of_a_bad_account_are_left_out_with_it(desk: Desk) -> None:
    desk.load("account,b,,,,XX,Asia/Shanghai,,,,,,", "statement,b,2026-01-31,1.00,,,,,,,,,", ACCOUNT, BILL)
    assert [bad.line for bad in desk.bad] == [2, 3]
    assert desk.balance("2026-01-31") == 1000_00


def test_a_reference_belongs_to_one_account(desk: Desk) -> None:
    payment = "payment,{},2026-02-10,1.00,p1,,,,,,,,"
    other = "account,b,,,,CNY,Asia/Shanghai,,,,,,"
    desk.load(ACCOUNT, payment.format("a"), other, payment.format("b"))
    desk.load(other, payment.format("b"))
    assert [str(bad) for bad in desk.bad] == [
        "line 5, column reference: p1 is an entry of account a",
        "line 3, column reference: p1 is an entry of account a",
    ]


def test_an_account_known_in_another_currency_is_refused_with_its_rows(desk: Desk) -> None:
    desk.load(ACCOUNT, BILL)
    with pytest.raises(InputError, match="no row can be loaded"):
        desk.load(ACCOUNT.replace("CNY", "EUR"), "payment,a,2026-02-10,1.00,p1,,,,,,,,")
    assert [str(bad) for bad in desk.bad] == ["line 2, column currency: account a is known with another currency"]
    assert desk.balance("2026-02-10") == 1000_00


def test_a_strict_import_with_one_bad_row_stores_nothing(desk: Desk) -> None:
    before = desk.rows()
    with pytest.raises(InputError, match="bad rows: 1, nothing loaded"):
        desk.load(ACCOUNT, BILL, "reversal,a,2026-02-10,,r,,,,,none,,,", strictly=True)
    assert len(desk.bad) == 1
    assert desk.rows() == before
    assert desk.load(ACCOUNT, BILL, strictly=True).new_accounts == 1


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (HEADER + ",phone", "column phone is not part of the portfolio format"),
        (HEADER.replace(",zone", ""), "column zone missing"),
        (HEADER + ",zone", "column zone appears twice"),
    ],
)
def test_a_wrong_header_is_refused(desk: Desk, header: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        desk.load(ACCOUNT, header=header)


def test_histories_are_what_an_import_into_an_empty_ledger_makes_and_move_as_a_whole() -> None:
    bad: list[BadRow] = []
    read = list(histories(EXAMPLE, OldestFirst(), bad.append))

    assert bad == []
    assert [history.account_id for history in read] == ["A-1001", "A-1002", "A-1003"]
    assert [history.currency for history in read] == ["CNY", "CNY", "EUR"]
    # a returned payment is met and taken back; what the entries do not explain is charged on the statement's day
    assert [(met.value_on, met.amount_minor) for met in read[0].met if met.value_on.day > 18] == [
        (date(2026, 3, 25), 10_000),
        (date(2026, 3, 30), -10_000),
    ]
    assert sum(entry.amount_minor for entry in read[0].entries) == 145_200
    assert list(histories(EXAMPLE, OldestFirst(), bad.append, 100)) == [moved(history, 100) for history in read]


def test_histories_leave_out_a_row_whose_reference_another_account_has(tmp_path: Path) -> None:
    bad: list[BadRow] = []
    file = tmp_path / "portfolio.csv"
    paid = "payment,{},2026-02-10,10.00,p-1,,,,,,,,"
    rows = (ACCOUNT, BILL, paid.format("a"), ACCOUNT.replace(",a,", ",b,"), paid.format("b"))
    file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")

    _, second = histories(file, OldestFirst(), bad.append)

    assert second.entries == ()
    assert [(row.line, row.column) for row in bad] == [(6, "reference")]


@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31", "2200-01-01", "9999-12-31"])
def test_a_date_out_of_range_is_a_bad_row(desk: Desk, day: str) -> None:
    desk.load(ACCOUNT, BILL, f"payment,a,{day},40.00,p1,,,,,,,,", f"statement,a,2026-02-28,1.00,,,,1.00,{day},,,,")
    why = f"{day} is out of range: write a day from 1970-01-01 to 2199-12-31"
    assert [(row.line, row.reason) for row in desk.bad if row.column == "date"] == [(4, why)]
    assert [row.line for row in desk.bad if row.column == "due_on"] == [5]
