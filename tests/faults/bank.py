"""A bank in real time: its ledger and folder, the server it uses, and the operating-system processes that serve it."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO

from sqlalchemy import select
from temporalio.client import Client, WorkflowHandle

from activities.channels.base import Outgoing
from activities.channels.file import render
from activities.channels.folder import file_name
from domain.calendar import local_day
from domain.model.case import Closure
from domain.model.contact import FactKind, PastFact
from domain.model.message import NoticeValues, TextAsk, reference_of
from domain.model.money import Money
from domain.model.strategy import Channel
from ledger import audit, messages, person_facts, tables
from ledger.engine import Ledger, open_ledger
from ledger.importers import insertion
from ledger.importers.history import AccountHistory, Due, Entry, Statement
from ledger.messages import MessageRow
from ledger.person_facts import PersonFact
from policies import Policies, load_rules, load_strategy
from policies.texts import texts_of
from starter.cases import Started, start_case
from starter.posting import Payment, post_payment
from starter.processes import child_environment
from starter.settings import Settings
from workflows.names import DOORBELL, case_workflow_id

ROOT = Path(__file__).parents[2]
WITHIN_S = 120
"""Nothing here takes so long on a machine that works."""


def zone_where_it_is_noon(now: datetime) -> str:
    """A zone in which notices that are due leave at once, at whatever hour this runs."""
    offset = 12 - now.astimezone(UTC).hour
    return f"Etc/GMT{-offset:+d}"  # POSIX counts westwards


async def until(done: Callable[[], Awaitable[bool]], what: str) -> None:
    """Look again and again until it is so."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(WITHIN_S):
            while not await done():
                await asyncio.sleep(0.2)
            return
    raise AssertionError(f"it did not come to this: {what}")


async def next_line(lines: IO[str], log: Path) -> str:
    """The key of the next send that the worker holds."""
    line = ""
    with contextlib.suppress(TimeoutError):
        line = await asyncio.wait_for(asyncio.to_thread(lines.readline), WITHIN_S)
    assert line, f"the worker did not hold another send: {log.read_text(encoding='utf-8')[-2000:]}"
    return line.split()[0]


@dataclass
class Bank:
    """A ledger, standard policies, and a connection to the server."""

    client: Client
    address: str
    settings: Settings
    ledger: Ledger
    policies: Policies
    zone: str
    today: date

    @classmethod
    def founded(cls, folder: Path, template: Path, client: Client, address: str, **settings: int) -> Bank:
        """A bank without customers, on a copy of an empty ledger."""
        folder.mkdir(parents=True, exist_ok=True)
        return cls.on(f"sqlite:///{shutil.copy(template, folder / 'ledger.db')}", folder, client, address, **settings)

    @classmethod
    def on(cls, ledger_url: str, folder: Path, client: Client, address: str, **settings: int) -> Bank:
        """A bank on the ledger at this address."""
        chosen = Settings(data_dir=folder, ledger_url=ledger_url, **settings)
        now = datetime.now(UTC)
        zone = zone_where_it_is_noon(now)
        return cls(client, address, chosen, open_ledger(chosen.ledger), standard(), zone, local_day(now, zone))

    # --- what happens

    def add_accounts(self, names: Sequence[str], days_late: int) -> None:
        """Accounts of people who want no text messages: nobody thanks them, so a case ends at any hour at once."""
        histories = [account_history(name, self.today - timedelta(days=days_late), self.zone) for name in names]
        told_at = datetime.now(UTC)
        no_texts = PastFact(kind=FactKind.OPT_OUT, at=told_at, channel=Channel.SMS)
        with self.ledger.write() as connection:
            insertion.insert(connection, histories)
            for name in names:
                fact = PersonFact(f"{name}/no-texts", f"person-{name}", no_texts, told_at)
                person_facts.add(connection, fact)

    async def start_all(self, names: Sequence[str]) -> list[Started]:
        return await asyncio.gather(*(start_case(self.client, self.ledger, self.policies, name) for name in names))

    def post(self, name: str) -> None:
        """A payment of all that is past due."""
        money = Money(amount=Decimal("500.00"), currency="TWD")
        payment = Payment(name, money, f"{name}/payment", self.today)
        post_payment(self.ledger, self.policies.rules, payment, datetime.now(UTC))

    async def pay(self, name: str) -> None:
        """All that is past due, and the doorbell."""
        self.post(name)
        await self.handle(name).signal(DOORBELL)

    def handle(self, name: str) -> WorkflowHandle[object, Closure]:
        return self.client.get_workflow_handle(case_workflow_id(name), result_type=Closure)

    # --- who serves it

    @contextlib.asynccontextmanager
    async def process(
        self,
        module: str,
        log: Path,
        pass_fds: Sequence[int] = (),
        *,
        arguments: Sequence[str] = (),
        talks: bool = False,
        **environment: str,
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """A process that works on this bank's ledger and server; ended by force when the block does not end it.

        With ``talks`` its standard input and output are pipes; else all that it says goes into the log.
        """
        given = child_environment(self.settings, self.address) | {"TEMPORAL_NAMESPACE": self.client.namespace}
        with log.open("ab") as output:
            started = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", module, *arguments),
                stdin=asyncio.subprocess.PIPE if talks else asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE if talks else output,
                stderr=output,
                cwd=ROOT,
                env=given | environment,
                pass_fds=pass_fds,
                start_new_session=True,
            )
        try:
            yield started
        finally:
            if started.returncode is None:
                started.kill()
                await started.wait()

    @contextlib.asynccontextmanager
    async def plain_worker(self, log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
        """`python -m worker`, stopped as an operator stops it."""
        async with self.process("worker", log) as process:
            yield process
            process.terminate()
            assert await process.wait() == 0, log.read_text(encoding="utf-8")

    # --- what is seen

    def rows(self) -> list[MessageRow]:
        """Every message, whichever case it belongs to."""
        with self.ledger.read() as connection:
            keys = connection.scalars(select(tables.messages.c.key).order_by(tables.messages.c.key)).all()
            return [row for key in keys if (row := messages.get(connection, key))]

    def files(self) -> dict[str, str]:
        """The outbox: text by file name, leftovers of unfinished writing aside."""
        paths = [path for path in self.settings.outbox.glob("[!.]*/*") if path.is_file()]
        texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
        assert len(texts) == len(paths), "one key, two files"
        return texts

    def audit_of(self, name: str) -> tuple[int | None, list[str]]:
        """Where the account's chain breaks (None: nowhere), and the kinds of its rows."""
        with self.ledger.read() as connection:
            chain = audit.rows(connection, f"{name}/1")
            return audit.verify(connection, f"{name}/1"), [row.kind for row in chain]

    async def quiet(self, names: Sequence[str]) -> bool:
        """Nothing is under way any more in these cases: no later attempt can add a message."""
        described = await asyncio.gather(*(self.handle(name).describe() for name in names))
        return not any(one.raw_description.pending_activities for one in described)

    async def until_all_sent(self, names: Sequence[str]) -> None:
        async def done() -> bool:
            sent = sum(row.state == "sent" for row in self.rows())
            return sent >= len(names) and await self.quiet(names)

        await until(done, f"{len(names)} messages are sent and nothing is under way")


def standard() -> Policies:
    strategy = load_strategy("card-standard")
    return Policies(strategy, load_rules(strategy.rules))


def account_history(name: str, due_on: date, zone: str) -> AccountHistory:
    """One unmet obligation of 500.00."""
    billed_on = due_on - timedelta(days=20)
    return AccountHistory(
        account_id=name,
        person_id=f"person-{name}",
        currency="TWD",
        zone=zone,
        credit_limit_minor=None,
        statements=(Statement(billed_on, 50_000),),
        dues=(Due(due_on, 50_000, billed_on),),
        met=(),
        entries=(Entry(f"{name}/opening", "opening", billed_on, 100_000),),
    )


def expected_file(row: MessageRow) -> tuple[str, str]:
    """Name and whole content of the file that belongs to a message."""
    values = NoticeValues(
        account_ref=row.account_id,
        past_due=row.past_due,
        balance=Money.of_minor(100_000, "TWD"),
        oldest_due_on=row.oldest_due_on,
        on=row.on_date,
        reference=reference_of(row.account_id, row.on_date, row.step),
        verified=True,
    )
    ask = TextAsk(notice=row.notice, channel=row.channel, locale="en", values=values)
    outgoing = Outgoing(
        key=row.key,
        channel=row.channel,
        address=row.account_id,
        on=row.on_date,
        account_id=row.account_id,
        reference=values.reference,
        locale="en",
        content=texts_of().message(ask, load_rules("cn").packs),
    )
    return file_name(row.key), render(outgoing)
