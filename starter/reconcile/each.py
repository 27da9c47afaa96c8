"""Suspects of one page, each by itself: one that cannot be mended is no hindrance for the others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from temporalio.service import RPCError

from domain.model.errors import InputError, SurroundingsError

_log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Looked(Generic[T]):
    """What became of the suspects of one page."""

    found: Sequence[T]
    failed: int = 0


async def each(looks: Sequence[Coroutine[Any, Any, T | None]]) -> Looked[T]:
    """Look at all of them at once; None: it was none."""
    ended = await asyncio.gather(*looks, return_exceptions=True)
    found, failed = list[T](), 0
    for end in ended:
        if isinstance(end, (InputError, SurroundingsError, RPCError)):
            failed += 1
            _log.warning("not mended now: %s", " ".join(str(end).split()))
        elif isinstance(end, BaseException):
            raise end
        elif end is not None:
            found.append(end)
    return Looked(found, failed)
