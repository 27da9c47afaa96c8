"""Taking a file into the ledger: batch by batch, to go on where it ended, or as a whole, or only on trial."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from domain.model.errors import InputError
from ledger import intakes
from ledger.engine import Ledger
from ledger.importers.batches import Asks, Before, Checked, Counts, check, store
from ledger.importers.batching import in_batches
from ledger.importers.csv_groups import Group, ReportBad, groups
from ledger.importers.locking import lock_persons, only_import
from ledger.importers.people import People
from ledger.importers.rejects import Rejects
from ledger.importers.rows import BadRow, count_lines
from ledger.intakes import Intake

BATCH = 200
"""Accounts in one transaction."""
Progress = Callable[[int], None]
"""Hears of lines that were read."""


@dataclass(frozen=True)
class Source:
    """A file to take."""

    path: Path
    digest: str
    """SHA-256 of its content."""
    lines: int


def source_of(path: Path) -> Source:
    """Look at the file once; one that is no UTF-8 text is an ``InputError``, before any of it is taken."""
    lines = count_lines(path)
    with path.open("rb") as file:
        return Source(path, hashlib.file_digest(file, "sha256").hexdigest(), lines)


@dataclass(frozen=True)
class Beginning:
    """Where an intake begins, and what was before."""

    intake: Intake
    same: Intake | None = None
    """What was taken of this content before."""
    other: Intake | None = None
    """The newest intake of another content under the same name."""

    @property
    def taken_before(self) -> bool:
        return self.intake.finished_at is not None

    @property
    def goes_on(self) -> bool:
        return not self.taken_before and self.intake.line > 0

    @property
    def is_first_line(self) -> bool:
        """Whether what was taken of it before, if anything was, counts for nothing."""
        return self.intake is not self.same


def beginning(conn: Connection, source: Source, rejects: Rejects, at: datetime) -> Beginning:
    """Where the file's intake goes on; at the first line when it is new, or its file of bad rows is not there."""
    same = intakes.find(conn, source.digest)
    if same and same.finished_at:
        return Beginning(same, same)
    path = str(rejects.path.resolve())
    if same and same.rejects == path and rejects.size >= same.reject_bytes:
        return Beginning(same, same)
    new = Intake(source.digest, source.path.name, 0, Counts().as_dict(), path, 0, at)
    return Beginning(new, same, None if same else intakes.last_named(conn, source.path.name))


def take(
    ledger: Ledger, source: Source, start: Beginning, asks: Asks, bad_row: ReportBad, progress: Progress
) -> Intake:
    """Store what the ledger does not have yet, from where it begins; each batch with its place, or not at all.

    Facts of a new account are recorded at their value dates: they are its history. What a later file adds to a known
    account is recorded when it is stored: before, nobody could act on it.

    Raises InputError when no row can be loaded, SurroundingsError when another one takes the same file.
    """
    bad: list[BadRow] = []
    at = start.intake
    if start.is_first_line:
        with ledger.write() as conn:
            only_import(conn)
            intakes.refuse_moved(conn, at, start.same)
            intakes.put(conn, at)
    for batch in in_batches(groups(source.path, bad.append, at.line), BATCH):
        with ledger.write() as conn:
            only_import(conn)
            intakes.refuse_moved(conn, at, at)
            checked = _stored(conn, batch, asks)
            after = _moved(at, batch[-1].ends_at, checked.counts, [*bad, *checked.bad])
            intakes.move(conn, after)
        _tell([*bad, *checked.bad], bad_row)
        bad.clear()
        progress(after.line - at.line)
        at = after
    with ledger.write() as conn:
        only_import(conn)
        intakes.refuse_moved(conn, at, at)
        after = _moved(at, source.lines, Counts(), bad)
        if after.counts["rows"]:
            intakes.move(conn, after := replace(after, finished_at=asks.now()))
    _tell(bad, bad_row)
    progress(source.lines - at.line)
    Rejects(Path(after.rejects)).close(after.reject_bytes)
    if not after.counts["rows"]:
        raise InputError(f"{source.path}: no row can be loaded")
    return after


def take_strictly(
    ledger: Ledger, source: Source, start: Beginning, asks: Asks, bad_row: ReportBad, progress: Progress
) -> Intake:
    """The same in one transaction; a single bad row raises InputError, and nothing is stored."""
    bad: list[BadRow] = []
    at, total, line = start.intake, Counts(), 0
    with ledger.write() as conn:
        only_import(conn)
        intakes.refuse_moved(conn, at, start.same)
        for batch in in_batches(groups(source.path, bad.append), BATCH):
            checked = _stored(conn, batch, asks)
            total += checked.counts
            bad += checked.bad
            progress(batch[-1].ends_at - line)
            line = batch[-1].ends_at
        _tell(bad, bad_row)
        rejects = Rejects(Path(at.rejects))
        rejects.close(rejects.put(bad, 0))
        if bad:
            raise InputError(refusal(source.path, len(bad)))
        if not total.rows:
            raise InputError(f"{source.path}: no row can be loaded")
        done = replace(at, line=source.lines, counts=total.as_dict(), reject_bytes=0, finished_at=asks.now())
        intakes.put(conn, done)
    progress(source.lines - line)
    return done


def try_out(ledger: Ledger, source: Source, asks: Asks, bad_row: ReportBad, progress: Progress) -> Counts:
    """Check all rows against the ledger as it is, and write nothing; what would come of it."""
    bad: list[BadRow] = []
    total, line, before = Counts(), 0, Before(People(asks.addresses))
    with ledger.read() as conn:
        for batch in in_batches(groups(source.path, bad.append), BATCH):
            checked = check(conn, batch, asks, before)
            total += checked.counts
            bad += checked.bad
            progress(batch[-1].ends_at - line)
            line = batch[-1].ends_at
    _tell(bad, bad_row)
    return replace(total, bad_rows=len(bad))


def refusal(path: Path, bad: int) -> str:
    """Why a strict intake stored nothing."""
    return f"{path}: bad rows: {bad:,}, nothing loaded; mend them or load without --strict"


def _stored(conn: Connection, batch: Sequence[Group], asks: Asks) -> Checked:
    lock_persons(conn, (group.account.person_id for group in batch))
    checked = check(conn, batch, asks, Before(People(asks.addresses)))
    store(conn, checked)
    return checked


def _moved(at: Intake, line: int, counts: Counts, bad: Sequence[BadRow]) -> Intake:
    """Further by some rows, the bad ones of which are in their file to stay."""
    total = Counts(**at.counts) + replace(counts, bad_rows=len(bad))
    size = Rejects(Path(at.rejects)).put(bad, at.reject_bytes)
    return replace(at, line=line, counts=total.as_dict(), reject_bytes=size)


def _tell(bad: Sequence[BadRow], bad_row: ReportBad) -> None:
    for row in sorted(bad, key=lambda row: row.line):
        bad_row(row)
