"""How fast a file comes in, and how fast the feed starts cases: `python -m bench.intake [ROWS [CASES]]`.

The intake writes into a fresh embedded ledger. The feed's rate is set against the server's own: bare starts of the same
workflow type with the same arguments by the same client, at the concurrency that is best for them. Both take turns on
one server, so that what else the machine does burdens both.
"""

from __future__ import annotations

import asyncio
import csv
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

from temporalio.client import Client

from domain.model.feed import FeedAsk
from ledger import changes
from ledger.engine import Ledger, init_ledger, open_ledger
from ledger.importers import csv_records, intake
from ledger.importers.batches import Asks
from ledger.importers.rejects import Rejects
from ledger.importers.rows import BadRow
from policies import Policies
from starter import addresses
from starter.allocation import PackAllocation
from starter.cases import Begun, open_cases, start_run
from starter.connection import leave_cleanly, register_search_attributes
from starter.feed.delivery import Door
from starter.feed.relay import Relay
from starter.server import embedded_server
from starter.settings import Settings

TARGET_ROWS_S = 100_000 / 120
TARGET_RATIO = 0.8
_ROUNDS = 5
_TRIED = (8, 16, 32, 64)
"""Bare starts under way together."""
_POLICIES = Policies.named("card-standard")


def write_portfolio(file: Path, accounts: int, today: date, prefix: str = "B") -> int:
    """Ten rows an account: customer, mobile number, mail, two statements, what was charged and paid; all past due."""
    columns = (*csv_records.NEEDED, *csv_records.OPTIONAL)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns, restval="")
        writer.writeheader()
        for number in range(accounts):
            writer.writerows(_rows(f"{prefix}{number:07}", number, today))
    return accounts * 10


def _rows(account: str, number: int, today: date) -> Iterator[dict[str, object]]:
    due_on = today - timedelta(days=12)
    before, on = due_on - timedelta(days=51), due_on - timedelta(days=20)
    first = {"record": "account", "account": account, "customer": f"C-{account}", "currency": "CNY"}
    yield {**first, "zone": "Asia/Shanghai", "credit_limit": "20000.00"}
    yield {"record": "person", "account": account, "name": f"Customer {number}", "locale": "zh-CN"}
    mobile = {"reference": f"{account}-mobile", "channel": "sms", "address": f"+86138{number % 10**8:08}"}
    mail = {"reference": f"{account}-mail", "channel": "email", "address": f"c{number}@bank.example"}
    for point in (mobile, mail):
        yield {"record": "contact", "account": account, **point}
    yield _statement(account, before, "1000.00", before + timedelta(days=20))
    yield {**_entry("charge", account, before + timedelta(days=3), "200.00"), "reference": f"{account}-c"}
    yield {**_entry("payment", account, before + timedelta(days=18), "100.00"), "reference": f"{account}-p"}
    yield {**_entry("interest", account, on, "15.00"), "reference": f"{account}-i"}
    yield _statement(account, on, "1115.00", due_on)
    yield {**_entry("payment", account, due_on - timedelta(days=5), "40.00"), "reference": f"{account}-q"}


def _statement(account: str, on: date, balance: str, due_on: date) -> dict[str, object]:
    return {**_entry("statement", account, on, balance), "minimum": "100.00", "due_on": due_on}


def _entry(kind: str, account: str, on: date, amount: str) -> dict[str, object]:
    return {"record": kind, "account": account, "date": on, "amount": amount}


def load(ledger: Ledger, file: Path) -> float:
    """Seconds of an intake without cases."""
    began = time.perf_counter()
    source = intake.source_of(file)
    with ledger.read() as conn:
        start = intake.beginning(conn, source, Rejects(file.with_suffix(".rejects.csv")), datetime.now(UTC))
    asks = Asks(PackAllocation(_POLICIES.rules), addresses, lambda: datetime.now(UTC))
    intake.take(ledger, source, start, asks, _refuse, lambda _: None)
    return time.perf_counter() - began


def _refuse(bad: BadRow) -> None:
    raise RuntimeError(str(bad))


async def bare(client: Client, ledger: Ledger, account_ids: Sequence[str], at_once: int) -> float:
    """Starts a second by the client alone; the arguments are made before."""
    with ledger.write() as conn:
        begun = open_cases(conn, _POLICIES, dict.fromkeys(account_ids), datetime.now(UTC)).values()
    slots = asyncio.Semaphore(at_once)

    async def one(each: Begun) -> None:
        async with slots:
            await start_run(client, each)

    began = time.perf_counter()
    await asyncio.gather(*(one(each) for each in begun if isinstance(each, Begun)))
    return len(account_ids) / (time.perf_counter() - began)


async def relayed(client: Client, ledger: Ledger, account_ids: Sequence[str]) -> float:
    """Starts a second by the feed, from the change in the ledger on."""
    with ledger.write() as conn:
        changes.note(conn, account_ids, datetime.now(UTC))
    relay = Relay(ledger, _POLICIES, Door(client, ledger, _POLICIES))
    began = time.perf_counter()
    done = await relay.run(FeedAsk(as_of=datetime.now(UTC)))
    if done.opened != len(account_ids):
        raise RuntimeError(f"{done.opened} of {len(account_ids)} cases were opened: {done}")
    return done.opened / (time.perf_counter() - began)


async def starts(folder: Path, cases: int) -> tuple[list[float], list[float], int]:
    """Rates of the feed and of bare starts, round by round, and the concurrency that was best for the latter."""
    rounds = len(_TRIED) + 2 * _ROUNDS + 1
    ledger = _fresh(folder / "starts.db")
    write_portfolio(folder / "starts.csv", cases * rounds, datetime.now(UTC).date(), prefix="S")
    load(ledger, folder / "starts.csv")
    with ledger.write() as conn:  # each round relays its own accounts
        place = changes.after(conn, changes.cursor(conn, changes.FEED), cases * rounds * 2)[-1].place
        changes.move(conn, changes.FEED, place, datetime.now(UTC))
    ids = iter([[f"S{number:07}" for number in range(n * cases, (n + 1) * cases)] for n in range(rounds)])
    async with embedded_server(Settings(data_dir=folder), file=folder / "temporal.db") as server:
        await register_search_attributes(server.client)
        await relayed(server.client, ledger, next(ids))  # warms both up
        tried = {at_once: await bare(server.client, ledger, next(ids), at_once) for at_once in _TRIED}
        best = max(tried, key=lambda at_once: tried[at_once])
        by_feed, by_client = [], []
        for _ in range(_ROUNDS):
            by_client.append(await bare(server.client, ledger, next(ids), best))
            by_feed.append(await relayed(server.client, ledger, next(ids)))
    ledger.close()
    return by_feed, by_client, best


def _fresh(file: Path) -> Ledger:
    init_ledger(f"sqlite:///{file}")
    return open_ledger(f"sqlite:///{file}")


def main() -> None:
    """Print the measured rates."""
    if len(sys.argv) > 3:
        sys.exit("usage: python -m bench.intake [ROWS [CASES]]")
    rows, cases = map(int, (*sys.argv[1:], *("100000", "400")[len(sys.argv) - 1 :]))
    leave_cleanly()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = write_portfolio(folder / "portfolio.csv", rows // 10, datetime.now(UTC).date())
        seconds = load(_fresh(folder / "ledger.db"), folder / "portfolio.csv")
        told = f"{rows:,} rows in {seconds:.1f} s, {rows / seconds:,.0f} rows/s"
        print(f"intake: {told} (target: {TARGET_ROWS_S:,.0f} rows/s)", flush=True)
        by_feed, by_client, best = asyncio.run(starts(folder, cases))
    feed, bare_rate = median(by_feed), median(by_client)
    print("feed:   " + ", ".join(f"{rate:.0f}" for rate in by_feed) + " starts/s")
    print("bare:   " + ", ".join(f"{rate:.0f}" for rate in by_client) + f" starts/s, {best} at once")
    print(f"starts: {feed:.0f} to {bare_rate:.0f} a second, ratio {feed / bare_rate:.2f} (target: {TARGET_RATIO})")


if __name__ == "__main__":
    main()
