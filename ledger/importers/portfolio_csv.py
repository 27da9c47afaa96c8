"""Our own portfolio format (docs/portfolio-format.md) as histories, without a ledger: what a demo runs on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ledger.importers.allocation import Allocation
from ledger.importers.applying import apply_records
from ledger.importers.csv_groups import ReportBad, groups
from ledger.importers.history import AccountHistory
from ledger.importers.rebase import moved
from ledger.importers.replay import Known, Replay


def histories(path: Path, allocation: Allocation, bad_row: ReportBad, shift_days: int = 0) -> Iterator[AccountHistory]:
    """The file's accounts one by one, every date moved by whole days. Its customers are reached by the file channel.

    Their names and addresses are left out: who only looks at a portfolio writes to nobody.
    """
    owners: dict[str, str] = {}
    for group in groups(path, bad_row):
        replay = Replay(group.account, Known(), allocation)
        apply_records(replay, group, owners, bad_row)
        yield moved(replay.new, shift_days)
