"""A stream cut into batches, each of them one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_batches(source: Iterable[T], size: int) -> Iterator[list[T]]:
    """So many at a time; the last batch may be smaller."""
    rest = iter(source)
    while batch := list(islice(rest, size)):
        yield batch
