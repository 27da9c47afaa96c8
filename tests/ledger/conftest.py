"""A small portfolio to write the ledger's tests in."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, event

from domain.model.case import Case
from domain.model.commands import SendNotice
from domain.model.facts import Account
from domain.model.money import Money
from domain.model.pack import Pack
from domain.model.rules import (
    AllocationBand,
    AllocationOrder,
    Bucket,
    Buckets,
    Component,
    Lateness,
    Rules,
)
from domain.model.strategy import Channel, DaysPastDue, LadderStep, PolicyRef, Strategy
from ledger import accounts, cases, entries, meetings, obligations, policies
from ledger.cases import CaseRow
from ledger.engine import Ledger
from ledger.entries import Entry, EntryKind
from ledger.meetings import Allocated

ZONE = ZoneInfo("Asia/Taipei")
PACK = Pack.model_validate(
    {
        "pack": {"id": "tw", "version": 1, "title": "Rules", "valid_from": date(2000, 1, 1)},
        "sources": {"law": {"instrument": "Law", "citation": "art. 1", "status": "P", "force": "law"}},
        "windows": [{"id": "day", "open": "08:00", "close": "22:00", "source": "law"}],
    }
)
ACCOUNT = Account(account_id="a1", currency="TWD", zone=ZONE.key)


EXPLAIN = {"sqlite": ("EXPLAIN QUERY PLAN ", "SCAN "), "postgresql": ("EXPLAIN ", "Seq Scan")}


def instant(text: str) -> datetime:
    """An instant written in UTC without its zone."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def midnight(day: date) -> datetime:
    """When the local day begins: the recorded time of an imported fact."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


@dataclass(frozen=True)
class Book:
    """One connection, one account "a1" of person "p1", amounts in whole TWD."""

    conn: Connection
    account: Account = ACCOUNT

    def money(self, amount: str | int) -> Money:
        return Money(amount=Decimal(amount), currency="TWD")

    def oblige(self, due_on: date, amount: int = 1000, statement_on: date | None = None) -> None:
        self.post(f"billed {due_on}", statement_on or date(due_on.year, due_on.month, 1), amount, EntryKind.NET_CHARGES)
        billed_at = midnight(statement_on or date(due_on.year, due_on.month, 1))
        minimum = self.money(amount)
        obligations.add(self.conn, "a1", due_on, minimum, statement_on=statement_on, recorded_at=billed_at)

    def post(
        self,
        reference: str,
        value_on: date,
        amount: int,
        kind: EntryKind = EntryKind.PAYMENT,
        recorded_at: datetime | None = None,
    ) -> bool:
        at = recorded_at or midnight(value_on)
        return entries.append(self.conn, Entry("a1", reference, kind, value_on, at, principal_minor=amount * 100))

    def pay(self, reference: str, value_on: date, due: dict[date, int], recorded_at: datetime | None = None) -> None:
        """Post a payment of so much for each obligation, named by its due date."""
        at = recorded_at or midnight(value_on)
        self.post(reference, value_on, -sum(due.values()), recorded_at=at)
        parts = tuple(Allocated(due_on, amount * 100) for due_on, amount in due.items())
        meetings.allocate(self.conn, "a1", parts, value_on=value_on, recorded_at=at, entry_reference=reference)

    def unmet(self, day: date, at: datetime | None = None) -> dict[date, Decimal]:
        known_at = at or midnight(day)
        return {o.due_on: o.unmet.amount for o in obligations.unmet(self.conn, "a1", day, known_at)}

    def publish(self) -> tuple[PolicyRef, PolicyRef]:
        return published(self.conn)

    def open_case(self, at: datetime) -> tuple[CaseRow, bool]:
        return cases.open_case(self.conn, "a1", *self.publish(), at)

    def case_of(self, row: CaseRow, **state: object) -> Case:
        return Case(
            case_id=row.case_id,
            account=self.account,
            episode_no=row.episode_no,
            strategy=row.strategy,
            rules=row.rules,
            as_of=row.opened_at,
            **state,
        )


def a_strategy() -> Strategy:
    step = LadderStep(id="first", notice="reminder", channels=(Channel.FILE,), due=DaysPastDue(days=3))
    return Strategy(
        name="cards",
        version=1,
        title="Cards",
        rules="tw",
        send_at=time(9),
        days_between=2,
        most_attempts=5,
        ladder=(step,),
    )


def a_rules() -> Rules:
    order = (Component.FEE, Component.INTEREST, Component.PRINCIPAL)
    return Rules(
        name="tw",
        version=1,
        title="Rules",
        lateness=Lateness(),
        classification=Buckets(bands=(Bucket(name="1+", dpd_min=1),)),
        allocation=AllocationOrder(bands=(AllocationBand(dpd_min=0, order=order),)),
        packs=(PACK,),
    )


def published(conn: Connection) -> tuple[PolicyRef, PolicyRef]:
    at = instant("2005-01-01")
    return policies.publish_strategy(conn, a_strategy(), at), policies.publish_rules(conn, a_rules(), at)


@pytest.fixture
def book(ledger: Ledger) -> Iterator[Book]:
    """The portfolio in one write transaction, which commits at the end of the test."""
    with ledger.write() as conn:
        opened = Book(conn)
        accounts.add_account(conn, opened.account, "p1", credit_limit_minor=5_000_000)
        yield opened


@pytest.fixture
def notice(book: Book) -> SendNotice:
    """The first notice of the case that this fixture opens."""
    row, _ = book.open_case(instant("2005-06-21T01:00:00"))
    return SendNotice(
        key=f"{row.case_id}/first/1",
        case_id=row.case_id,
        account_id="a1",
        step="first",
        notice="reminder",
        attempt=1,
        channel=Channel.FILE,
        as_of=instant("2005-06-23T01:00:00"),
        oldest_due_on=date(2005, 6, 20),
        past_due=book.money(1000),
    )


@pytest.fixture
def policy_refs() -> Callable[[Connection], tuple[PolicyRef, PolicyRef]]:
    """Publishes the strategy and the rules, and names them."""
    return published


@pytest.fixture
def strategy() -> Strategy:
    """A ladder of one step."""
    return a_strategy()


@pytest.fixture
def rules() -> Rules:
    """Rules without grace or tolerance."""
    return a_rules()


class Statements(list[tuple[str, object]]):
    """Statements that were executed on a connection, with their parameters."""

    def __init__(self, conn: Connection) -> None:
        super().__init__()
        self._conn = conn

    def reading_whole_tables(self) -> list[str]:
        """Those that no index helps."""
        prefix, whole_table = EXPLAIN[self._conn.dialect.name]
        if self._conn.dialect.name == "postgresql":  # else it reads a table of three rows whole, index or not
            self._conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
        found = []
        for statement, parameters in list(self):
            plan = [str(row) for row in self._conn.exec_driver_sql(prefix + statement, parameters)]
            assert plan or statement.startswith("INSERT"), "a row that is inserted is looked up nowhere"
            if any(whole_table in line and "CONSTANT ROW" not in line for line in plan):
                found.append(statement)
        return found


@pytest.fixture
def statements_of() -> Callable[[Connection], AbstractContextManager[Statements]]:
    """Records what is executed on a connection within a block."""

    @contextmanager
    def recorded(conn: Connection) -> Iterator[Statements]:
        statements = Statements(conn)

        def record(_conn, _cursor, statement, parameters, _context, _many) -> None:
            statements.append((statement, parameters))

        event.listen(conn.engine, "before_cursor_execute", record)
        try:
            yield statements
        finally:
            event.remove(conn.engine, "before_cursor_execute", record)

    return recorded
