"""Doing one thing for many items, a few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def for_each(items: Sequence[T], work: Callable[[T], Awaitable[R]], at_once: int) -> list[R]:
    """What ``work`` makes of each item, in their order; the first failure is raised, and the rest is given up."""
    done: dict[int, R] = {}
    waiting = iter(enumerate(items))

    async def take() -> None:
        for place, item in waiting:
            done[place] = await work(item)

    try:
        async with asyncio.TaskGroup() as takers:
            for _ in range(at_once):
                takers.create_task(take())
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return [done[place] for place in range(len(items))]
