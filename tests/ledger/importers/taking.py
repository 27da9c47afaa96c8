"""Takes a file as `duecourse intake` does, for tests that look at the ledger afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from ledger.engine import Ledger
from ledger.importers import intake
from ledger.importers.allocation import Allocation
from ledger.importers.batches import Asks, Counts
from ledger.importers.rejects import Rejects
from ledger.importers.rows import BadRow
from starter import addresses


def take(
    ledger: Ledger,
    file: Path,
    allocation: Allocation,
    at: datetime,
    bad_row: Callable[[BadRow], None],
    *,
    strictly: bool = False,
) -> Counts:
    """What the file came to; one that was taken before changes nothing."""
    source = intake.source_of(file)
    with ledger.read() as conn:
        start = intake.beginning(conn, source, Rejects(file.with_name(f"{file.name}.rejects.csv")), at)
    asks = Asks(allocation, addresses, lambda: at)
    load = intake.take_strictly if strictly else intake.take
    if start.taken_before:
        return Counts(**start.intake.counts)
    return Counts(**load(ledger, source, start, asks, bad_row, lambda _: None).counts)
