"""Rows of a delimited file: read one by one, and what is wrong with one told by line, column and reason."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from domain.model.errors import InputError


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be loaded."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.reason}"


class RowError(ValueError):
    """A value of the row at hand is wrong."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """The file as UTF-8 text; one that cannot be read is an ``InputError``."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield file
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not a UTF-8 text file: byte {error.start} cannot be read") from error
    except csv.Error as error:
        raise InputError(f"{path} is not a CSV file: {error}") from error


def header_of(reader: Iterator[list[str]], path: Path, needed: Sequence[str]) -> dict[str, int]:
    """Column name → position; a missing or repeated column is an ``InputError``."""
    names = [name.strip() for name in next(reader, [])]
    if missing := [name for name in needed if name not in names]:
        raise InputError(f"{path}, line 1: column {', '.join(missing)} missing")
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(f"{path}, line 1: column {', '.join(repeated)} appears twice")
    return {name: position for position, name in enumerate(names)}


def count_lines(path: Path) -> int:
    """Lines of the file, for a progress bar; one that cannot be read is an ``InputError``."""
    with opened(path) as file:
        return sum(1 for _ in file)
