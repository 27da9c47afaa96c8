"""The file that names the bad rows of another: line, column and reason of each, and nothing of what they hold."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

from domain.model.errors import InputError, SurroundingsError
from ledger.importers.rows import BadRow

_HEADER = "line,column,reason\n"


class Rejects:
    """Grows batch by batch; what was written after the last batch that the ledger kept is cut off first."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def size(self) -> int:
        """Bytes; 0 when it is not there."""
        return self.path.stat().st_size if self.path.exists() else 0

    def refuse_unusable(self, source: Path) -> None:
        """Raises InputError when it cannot be written, or something else would be lost by it."""
        try:
            if self.path.exists() and source.exists() and self.path.samefile(source):
                raise InputError(f"--rejects {self.path}: that is the file to read; choose another one")
            if self.size and not self._is_ours():
                raise InputError(f"--rejects {self.path}: it exists and names no bad rows; choose another file")
            was_there = self.path.exists()
            self.path.open("ab").close()
            if not was_there:
                self.path.unlink()
        except OSError as error:
            why = f"the bad rows cannot be written to {self.path}: {error.strerror}; use --rejects"
            raise InputError(why) from None

    def put(self, rows: Sequence[BadRow], at: int) -> int:
        """Write rows after the first ``at`` bytes, to stay; the size then. Raises SurroundingsError when it cannot."""
        if not rows:
            return at
        try:
            with self.path.open("r+b" if at else "wb") as file:
                if file.seek(0, os.SEEK_END) < at:
                    raise SurroundingsError(f"{self.path} was cut short meanwhile: begin again")
                file.seek(at)
                file.truncate()
                file.write(_written(rows, header=at == 0))
                file.flush()
                os.fsync(file.fileno())
                return file.tell()
        except OSError as error:
            raise SurroundingsError(f"the bad rows cannot be written to {self.path}: {error.strerror}") from error

    def close(self, at: int) -> None:
        """Leave the first ``at`` bytes; an empty file goes."""
        if self.size > at:
            os.truncate(self.path, at)
        if at == 0:
            self.path.unlink(missing_ok=True)

    def _is_ours(self) -> bool:
        with self.path.open("rb") as file:
            return file.read(len(_HEADER)) == _HEADER.encode()


def _written(rows: Sequence[BadRow], *, header: bool) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in sorted(rows, key=lambda row: row.line):
        writer.writerow((row.line, row.column, row.reason))
    return ((_HEADER if header else "") + text.getvalue()).encode()
