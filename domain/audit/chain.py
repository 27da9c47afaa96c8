"""The chain: whether the audit rows of a case are as they were written, and where they were written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

FIRST = ""
"""What stands for the hash before the first row."""
_GONE = 100
"""So many numbers that lie together and are gone are named one by one, and those after them at once."""


@dataclass(frozen=True, slots=True)
class Link:
    """One audit row; ``body`` is the text as stored."""

    case_id: str
    case_seq: int
    kind: str
    at: datetime
    body: str
    previous_hash: str
    hash: str


class Tampering(StrEnum):
    """What happened to a row."""

    CHANGED = "changed"
    """It is not as it was written."""
    DELETED = "deleted"
    """It is gone; one that was the last leaves no trace in the chain."""
    INSERTED = "inserted"
    """It was not written with the others."""
    REORDERED = "reordered"
    """It does not stand where it was written."""
    MISSING = "missing"
    """It is gone from the end of a chain that holds so far: the ledger has what it must have told of."""
    ALONE = "alone"
    """It tells of something that the ledger does not have."""


@dataclass(frozen=True, slots=True)
class ChainFinding:
    """One row of a case with which the chain does not hold."""

    case_id: str
    case_seq: int
    """Its number as it stands, or as it stood when it is gone."""
    what: Tampering
    why: str
    """One sentence for people."""


def check(case_id: str, rows: Sequence[Link]) -> tuple[ChainFinding, ...]:
    """What happened to the rows of the case, given in the order in which they are stored."""
    own = [row for row in rows if row.case_id == case_id]
    numbers = [_written(row, len(own)) for row in own]
    line: dict[int, list[Link]] = {}
    for row, number in zip(own, numbers, strict=True):
        line.setdefault(number, []).append(row)
    found = [_found(r, Tampering.INSERTED, "it is of another case") for r in rows if r.case_id != case_id]
    found += [_found(own[i], Tampering.INSERTED, "the first number is 1") for i, n in enumerate(numbers) if n < 1]
    found += [*_moved(own, numbers), *_gaps(case_id, line), *_strangers(line), *_changes(line), *_breaks(line)]
    once: dict[tuple[int, Tampering], ChainFinding] = {}
    for finding in found:
        once.setdefault((finding.case_seq, finding.what), finding)
    return tuple(sorted(once.values(), key=lambda finding: finding.case_seq))


def digest(row: Link) -> str:
    """SHA-256, in hex, of a JSON list without blanks: case, number, kind, UTC instant, body, hash before."""
    instant = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    content = [row.case_id, row.case_seq, row.kind, instant, row.body, row.previous_hash]
    text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _found(row: Link, what: Tampering, why: str) -> ChainFinding:
    return ChainFinding(row.case_id, row.case_seq, what, why)


def _is_sealed(row: Link, number: int) -> bool:
    """Whether the row's hash is that of its content under this number."""
    return digest(replace(row, case_seq=number)) == row.hash


def _written(row: Link, rows: int) -> int:
    """The number under which the row was written: one that fits its hash, or its own when none does."""
    # Not every number up to the row's own: who gave it one of a thousand million would keep the audit busy for ever.
    nearby = (*range(1, 2 * rows + 1), *range(max(1, row.case_seq - rows), row.case_seq + rows + 1))
    return next((number for number in (row.case_seq, *nearby) if _is_sealed(row, number)), row.case_seq)


def _moved(own: Sequence[Link], numbers: Sequence[int]) -> Iterator[ChainFinding]:
    highest = 0
    for row, number in zip(own, numbers, strict=True):
        if number != row.case_seq:
            yield _found(row, Tampering.REORDERED, f"it was written as number {number}")
        elif 0 < row.case_seq < highest:
            yield _found(row, Tampering.REORDERED, f"it stands after number {highest}")
        highest = max(highest, row.case_seq)


def _gaps(case_id: str, line: dict[int, list[Link]]) -> Iterator[ChainFinding]:
    for gap in gaps(line, max(line, default=0)):
        for number in gap[:_GONE]:
            yield ChainFinding(case_id, number, Tampering.DELETED, "later numbers are there, and it is not")
        if more := gap[_GONE:]:
            why = f"later numbers are there, and neither it nor one up to {more[-1]} is"
            yield ChainFinding(case_id, more[0], Tampering.DELETED, why)


def gaps(there: Iterable[int], last: int) -> Iterator[range]:
    """The numbers from 1 to the last that are not there, one range for those that lie together."""
    expected = 1
    for number in sorted({number for number in there if 1 <= number <= last} | {last + 1}):
        if number > expected:
            yield range(expected, number)
        expected = number + 1


def _strangers(line: dict[int, list[Link]]) -> Iterator[ChainFinding]:
    """Of several rows with one number the one that the chain goes through was written; the others were not."""
    for number, rows in line.items():
        why = f"the chain goes through another row with the number {number}"
        yield from (_found(row, Tampering.INSERTED, why) for row in rows if row is not _true(number, line))


def _changes(line: dict[int, list[Link]]) -> Iterator[ChainFinding]:
    for number in line:
        row = _true(number, line)
        if not _is_sealed(row, number):
            yield _found(row, Tampering.CHANGED, "its hash is not that of its content")


def _breaks(line: dict[int, list[Link]]) -> Iterator[ChainFinding]:
    """Links that do not hold though each row's own hash does: somebody hashed a row anew."""
    last = max(line, default=0)
    for number in sorted(line):
        row = _true(number, line)
        if _holds(number, line) or not _is_sealed(row, number):
            continue
        if number == 1 or (number < last and not _holds(number + 1, line)):
            yield _found(row, Tampering.CHANGED, "neither side of the chain holds it")
        elif number == last:
            yield _found(row, Tampering.INSERTED, f"it is not built on number {number - 1} as that stands")
        elif _holds(number - 1, line):
            yield _found(_true(number - 1, line), Tampering.CHANGED, f"number {number} was built on other content")


def _true(number: int, line: dict[int, list[Link]]) -> Link:
    """The row that the chain goes through."""
    after = {row.previous_hash for row in line.get(number + 1, [])}
    before = {row.hash for row in line.get(number - 1, [])} or {FIRST}

    def trust(row: Link) -> tuple[bool, bool, bool]:
        return row.hash in after, _is_sealed(row, number), row.previous_hash in before

    return max(line[number], key=trust)


def _holds(number: int, line: dict[int, list[Link]]) -> bool:
    """Whether the row is built on the one before; what is missing is another finding."""
    if number == 1:
        return _true(1, line).previous_hash == FIRST
    if number not in line or number - 1 not in line:
        return True
    return _true(number, line).previous_hash == _true(number - 1, line).hash
