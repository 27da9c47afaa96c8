"""A worker whose channel says where a send is, and holds it there: until it is killed, or until it is let go.

Run as a process: `CHAOS_MOMENT` before, during, after or mixed; `CHAOS_PASSES` sends go through first; each held send
writes its key as a line to the file descriptor `CHAOS_HELD`; all go on at the end of the pipe `CHAOS_LET_GO`.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
import threading
from collections.abc import Callable

import worker
from activities.channels.base import Outgoing, Receipt
from activities.channels.file import FileChannel
from domain.model.strategy import Channel
from ledger.engine import open_ledger
from starter.connection import connect
from starter.settings import Settings, load_settings

BEFORE = "before"
"""The intent is stored, the provider not called yet."""
WRITTEN = "written"
"""The text is on the disk, and not in the outbox yet."""
LINKED = "linked"
"""The file is in the outbox, its folder is not made safe yet."""
AFTER = "after"
"""The provider has it, the receipt is not stored yet."""

MOMENTS = {"before": (BEFORE,), "during": (WRITTEN, LINKED), "after": (AFTER,)}
MOMENTS["mixed"] = tuple(place for places in MOMENTS.values() for place in places)


class Holding:
    """Counts the sends, and holds those after the first few at their place."""

    def __init__(self, moment: str, passes: int, held: int, let_go: int | None) -> None:
        self._places = MOMENTS[moment]
        self._passes = passes
        self._held = held
        self._lock = threading.Lock()
        self._open = threading.Event()
        self._here = threading.local()
        if let_go is not None:
            threading.Thread(target=self._wait_for, args=(let_go,), daemon=True).start()

    def begin(self, key: str) -> None:
        """A send begins in this thread: choose its place, the same in every run of a seed."""
        with self._lock:
            self._passes -= 1
            passes = self._passes >= 0
        number = int(hashlib.sha256(key.encode()).hexdigest(), 16)
        self._here.key = key
        self._here.place = None if passes else self._places[number % len(self._places)]

    def at(self, place: str) -> None:
        """Say so and stay, when this is the place of this thread's send."""
        if getattr(self._here, "place", None) == place and not self._open.is_set():
            os.write(self._held, f"{self._here.key} {place}\n".encode())
            self._open.wait()

    def _wait_for(self, let_go: int) -> None:
        os.read(let_go, 1)
        self._open.set()


class HoldingChannel(FileChannel):
    """The file channel, held before it begins or after it is done; between, its call to the system is."""

    def __init__(self, settings: Settings, holding: Holding) -> None:
        super().__init__(settings.outbox)
        self._holding = holding

    def deliver(self, message: Outgoing) -> Receipt:
        self._holding.begin(message.key)
        self._holding.at(BEFORE)
        receipt = super().deliver(message)
        self._holding.at(AFTER)
        return receipt


def held_link(holding: Holding) -> Callable[..., None]:
    """The system call by which a file appears in the outbox, held on both sides."""
    link = os.link

    def held(*arguments: object) -> None:
        holding.at(WRITTEN)
        link(*arguments)
        holding.at(LINKED)

    return held


async def serve(settings: Settings) -> None:
    let_go = os.environ.get("CHAOS_LET_GO")
    holding = Holding(
        os.environ["CHAOS_MOMENT"],
        int(os.environ["CHAOS_PASSES"]),
        int(os.environ["CHAOS_HELD"]),
        int(let_go) if let_go else None,
    )
    os.link = held_link(holding)
    client = await connect(settings)
    ways_out = {Channel.FILE: HoldingChannel(settings, holding)}
    async with worker.running_workers(client, settings, open_ledger(settings.ledger), ways_out):
        print(worker.READY, file=sys.stderr, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(load_settings()))
