"""A process that opens cases on demand: it says that it is ready, waits for the start, and tells what it got.

Reads account ids, one a line; one byte from the file descriptor `RACE_START` lets it go; answers one JSON line each.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import sys

from ledger.engine import open_ledger
from starter.cases import start_case
from starter.connection import connect
from starter.settings import load_settings
from tests.faults.bank import standard


async def race() -> None:
    settings = load_settings()
    client, ledger, policies, start = await connect(settings), open_ledger(settings.ledger), standard(), _start()
    for line in sys.stdin:
        print("ready", flush=True)
        os.read(start, 1)
        started = await start_case(client, ledger, policies, line.strip())
        print(json.dumps(dataclasses.asdict(started)), flush=True)
    ledger.close()


def _start() -> int:
    return int(os.environ["RACE_START"])


if __name__ == "__main__":
    asyncio.run(race())
