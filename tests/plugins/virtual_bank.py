"""A real server with virtual time for the session; for each test a ledger, a worker, and accounts made to measure."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import delete, select
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

import worker
from domain.calendar import local_day
from domain.model.case import Case, Closure
from domain.model.feed import FeedAsk, FeedPass
from domain.model.money import Money
from domain.model.strategy import Strategy
from ledger import tables
from ledger.contact_tables import watermarks
from ledger.engine import Ledger, open_ledger
from ledger.importers import insertion
from ledger.importers.history import AccountHistory, Due, Entry, Statement
from policies import Policies, load_rules, load_strategy
from starter.cases import Started, start_case
from starter.connection import register_search_attributes
from starter.feed.delivery import Door
from starter.feed.relay import Relay
from starter.posting import Payment, post_payment
from starter.requests import look
from starter.server import Embedded, embedded_server
from starter.settings import Settings
from tests.plugins.embedded import new_ledger
from workflows.case import CaseWorkflow

ZONE = "Asia/Taipei"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def server() -> AsyncIterator[Embedded]:
    async with embedded_server(Settings(), skip_time=True) as embedded:
        await register_search_attributes(embedded.client)
        yield embedded


@dataclass
class Bank:
    """A bank in small: a ledger, policies, and a worker that serves its cases."""

    client: Client
    settings: Settings
    ledger: Ledger
    policies: Policies
    today: date

    def add_account(self, account_id: str, *dues: tuple[int, int], zone: str = ZONE) -> None:
        """An account with obligations: (days ago that it fell due, minimum in whole units), oldest first."""
        days = [(self.today - timedelta(days=ago), minimum * 100) for ago, minimum in dues]
        opened_on = days[0][0] - timedelta(days=20)
        owed = sum(minimum for _, minimum in days)
        history = AccountHistory(
            account_id=account_id,
            person_id=f"person-{account_id}",
            currency="TWD",
            zone=zone,
            credit_limit_minor=None,
            statements=(Statement(opened_on, owed),),
            dues=tuple(Due(on, minimum, on - timedelta(days=20)) for on, minimum in days),
            met=(),
            entries=(Entry(f"{account_id}/opening", "opening", opened_on, 2 * owed),),
        )
        with self.ledger.write() as connection:
            insertion.insert(connection, [history])

    def pay(self, account_id: str, amount: str, days_on: int = 0, reference: str = "") -> str:
        """Post a payment that has its value so many days from today; returns its reference."""
        value_on = self.today + timedelta(days=days_on)
        reference = reference or f"{account_id}/payment/{days_on}"
        money = Money(amount=Decimal(amount), currency="TWD")
        post_payment(self.ledger, self.policies.rules, Payment(account_id, money, reference, value_on), self.now())
        return reference

    def now(self) -> datetime:
        return datetime.now(UTC)

    def plan(self, **changes: object) -> None:
        """Use a strategy that differs from the standard one in these fields."""
        changed = Strategy.model_validate(self.policies.strategy.model_dump() | {"name": "made-for-a-test"} | changes)
        self.policies = replace(self.policies, strategy=changed)

    async def start(self, account_id: str, **more: int) -> Started:
        return await start_case(self.client, self.ledger, self.policies, account_id, **more)

    async def relay(self) -> FeedPass:
        """Let cases know of what changed, as the feed does at its turn."""
        door = Door(self.client, self.ledger, self.policies)
        done = await Relay(self.ledger, self.policies, door).run(FeedAsk(as_of=self.now()))
        with self.ledger.write() as conn:  # the cases run ahead of this clock, and would find the ledger out of date
            conn.execute(delete(watermarks))
        return done

    def handle(self, account_id: str) -> WorkflowHandle[CaseWorkflow, Closure]:
        return self.client.get_workflow_handle(f"case/{account_id}", result_type=Closure)

    async def state(self, account_id: str) -> Case:
        return await look(self.client, account_id)

    async def until(self, account_id: str, so: Callable[[Case], bool]) -> Case:
        """The state of the case once it is so; half a minute at most."""
        for _ in range(600):
            if so(state := await self.state(account_id)):
                return state
            await asyncio.sleep(0.05)
        raise AssertionError(f"the case never came so far: {state.next}, {state.plan}, {state.promise_judged}")

    async def end(self) -> None:
        """End what runs still: a case of the next test with the same name would else be taken for one that goes on."""
        with self.ledger.read() as conn:
            accounts = conn.scalars(select(tables.cases.c.account_id).where(tables.cases.c.closed_at.is_(None))).all()
        for account_id in accounts:
            try:
                await self.handle(account_id).terminate("the test is over")
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:  # else it has ended by itself, or never began
                    raise


def new_bank(client: Client, settings: Settings) -> Bank:
    """A bank without customers."""
    strategy = load_strategy("card-standard")
    policies = Policies(strategy, load_rules(strategy.rules))
    ledger = open_ledger(new_ledger(settings.data_dir / "ledger.db"))
    return Bank(client, settings, ledger, policies, local_day(datetime.now(UTC), ZONE))


@pytest_asyncio.fixture(loop_scope="session")
async def make_bank(server: Embedded, tmp_path: Path) -> AsyncIterator[Callable[[], Bank]]:
    made: list[Bank] = []

    def make() -> Bank:
        made.append(new_bank(server.client, Settings(data_dir=tmp_path)))
        return made[-1]

    yield make
    for bank in made:
        await bank.end()


@pytest_asyncio.fixture(loop_scope="session")
async def bank(make_bank: Callable[[], Bank]) -> AsyncIterator[Bank]:
    made = make_bank()
    async with serving(made):
        yield made


@contextlib.asynccontextmanager
async def serving(bank: Bank) -> AsyncIterator[None]:
    ways_out = worker.channels(bank.settings, bank.ledger)
    async with worker.running_workers(bank.client, bank.settings, bank.ledger, ways_out):
        yield


@pytest.fixture
def skipper(server: Embedded) -> TimeSkipper:
    """Moves one run's own clock."""
    return TimeSkipper(server.client, config=TimeSkippingConfig(max_session_skip_count=5_000))
