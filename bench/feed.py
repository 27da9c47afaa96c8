"""What one pass of the feed costs: by how much changed, and by how many accounts there are.

`python -m bench.feed [URL] [ACCOUNTS]` fills a fresh ledger (default: an embedded one; else an empty PostgreSQL
database) with more and more accounts, a tenth of them with an open case, and measures passes over 1,000 changes among
them; then passes over more changes among all of them. Cases are not called: a sink takes the rings, so that only the
ledger counts.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, text

from domain.model.feed import FeedAsk
from ledger import policies
from ledger.engine import Ledger, init_ledger, open_ledger
from ledger.entries import EntryKind
from ledger.inserts import bulk_insert
from ledger.tables import accounts, cases, entries, obligations, persons
from policies import Policies
from starter.feed.delivery import Delivered, Failed, ToOpen
from starter.feed.relay import Relay

TARGET_SECONDS, CHANGES = 2.0, 1_000
_ROUNDS, _BATCH, _WITH_CASE = 5, 20_000, 10
_DAY = date(2026, 1, 5)
_AT = datetime(2026, 2, 1, 4, tzinfo=UTC)


async def _sink(to_ring: Sequence[str], to_open: Sequence[ToOpen], at: datetime) -> Sequence[Delivered | Failed]:  # noqa: ARG001 the shape of what delivers
    return [Delivered(one) for one in (*to_ring, *(each.account_id for each in to_open))]


class Bank:
    """A ledger that grows."""

    def __init__(self, url: str) -> None:
        init_ledger(url)
        self.ledger: Ledger = open_ledger(url)
        self.policies = Policies.named("card-standard")
        self.accounts = self._posted = 0
        self._random = random.Random(1)

    def grow(self, to: int) -> None:
        """Add accounts that owe something which falls due later; what the growing changed is taken as relayed."""
        while self.accounts < to:
            some = range(self.accounts, min(self.accounts + _BATCH, to))
            with self.ledger.write() as conn:
                self._add(conn, some)
                conn.execute(text("DELETE FROM changes"))
            self.accounts = some.stop
        with self.ledger.write() as conn:
            conn.execute(text("ANALYZE"))

    def _add(self, conn: Connection, numbers: range) -> None:
        ids = [f"a{number:08}" for number in numbers]
        refs = (
            policies.publish_strategy(conn, self.policies.strategy, _AT),
            policies.publish_rules(conn, self.policies.rules, _AT),
        )
        pinned = {
            f"{kind}_{part}": value
            for kind, ref in zip(("strategy", "rules"), refs, strict=True)
            for part, value in ref.model_dump().items()
        }
        bulk_insert(conn, persons, [{"person_id": f"p{one}"} for one in ids])
        owners = [{"account_id": o, "person_id": f"p{o}", "currency": "CNY", "zone": "Asia/Shanghai"} for o in ids]
        bulk_insert(conn, accounts, owners)
        due = {"due_on": _DAY + timedelta(days=40), "minimum_minor": 10_000, "statement_on": _DAY, "recorded_at": _AT}
        bulk_insert(conn, obligations, [{"account_id": one, **due} for one in ids])
        bulk_insert(conn, entries, [_entry(one, f"{one}/opening", EntryKind.OPENING, 100_000) for one in ids])
        rows = [
            {"case_id": f"{one}/1", "account_id": one, "episode_no": 1, "opened_at": _AT, "stage": "reminding"}
            | {"step_no": 1, "notices": 0, **pinned}
            for one in ids[::_WITH_CASE]
        ]
        bulk_insert(conn, cases, rows)

    def change(self, count: int) -> None:
        """Charge a fee to so many accounts, anywhere among all."""
        chosen = self._random.sample(range(self.accounts), count)
        self._posted += 1
        with self.ledger.write() as conn:
            rows = [_entry(f"a{n:08}", f"fee-{self._posted}-{n}", EntryKind.FEE, 100) for n in sorted(chosen)]
            bulk_insert(conn, entries, rows)

    def seconds(self, count: int) -> float:
        """Median of the passes over so many changes."""
        return statistics.median(self._pass(count) for _ in range(_ROUNDS))

    def _pass(self, count: int) -> float:
        self.change(count)
        relay = Relay(self.ledger, self.policies, _sink)
        began = time.perf_counter()
        done = asyncio.run(relay.run(FeedAsk(as_of=_AT)))
        took = time.perf_counter() - began
        if done.rung + done.watched != count:
            raise RuntimeError(f"{count} accounts changed, and the pass told of {done}")
        return took


def _entry(account_id: str, reference: str, kind: EntryKind, minor: int) -> dict[str, object]:
    legs = {"principal_minor": minor, "interest_minor": 0, "fee_minor": 0}
    return {"account_id": account_id, "reference": reference, "kind": kind, "value_on": _DAY, "recorded_at": _AT} | legs


def measure(url: str, most: int) -> float:
    """Print the figures; the seconds of a pass over 1,000 changes among the most accounts."""
    bank, first, last = Bank(url), 0.0, 0.0
    print(f"{'accounts':>12} {'changes':>9} {'s a pass':>9} {'against the first':>18}")
    sizes = [size for size in (10_000, 100_000, 1_000_000, 10_000_000) if size < most]
    for size in (*sizes, most):
        bank.grow(size)
        last = bank.seconds(CHANGES)
        first = first or last
        print(f"{size:>12,} {CHANGES:>9,} {last:>9.3f} {last / first:>17.2f}x", flush=True)
    for count in (100, 10_000):
        took = bank.seconds(count)
        print(f"{most:>12,} {count:>9,} {took:>9.3f} {took / last:>17.2f}x", flush=True)
    bank.ledger.close()
    return last


def main(arguments: list[str]) -> int:
    """Exit code 1 when a pass over 1,000 changes takes longer than the target."""
    url = next((one for one in arguments if ":" in one), "")
    most = int(next((one for one in arguments if one.isdigit()), "1000000"))
    with tempfile.TemporaryDirectory() as folder:
        took = measure(url or f"sqlite:///{folder}/ledger.db", most)
    print(f"target: {CHANGES:,} changes in under {TARGET_SECONDS:.0f} s")
    return int(took > TARGET_SECONDS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
