"""Doing one thing for many items: in order, a few at a time, and no further after a failure."""

import asyncio

import pytest

from starter.demo.together import for_each


async def test_results_come_in_the_order_of_the_items_whoever_is_done_first() -> None:
    first_may_end = asyncio.Event()

    async def work(item: int) -> int:
        if item == 0:
            await first_may_end.wait()
        else:
            first_may_end.set()
        return item * 10

    assert await for_each(range(5), work, at_once=2) == [0, 10, 20, 30, 40]


async def test_no_more_than_so_many_are_at_work_at_once() -> None:
    at_work, most = 0, 0

    async def work(_: int) -> None:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await asyncio.sleep(0)
        at_work -= 1

    await for_each(range(20), work, at_once=3)

    assert most == 3


async def test_the_first_failure_is_raised_as_it_is_and_the_rest_is_given_up() -> None:
    begun: list[int] = []

    async def work(item: int) -> None:
        begun.append(item)
        if item == 1:
            raise ValueError("number one")
        await asyncio.Event().wait()

    with pytest.raises(ValueError, match="number one"):
        await for_each(range(10), work, at_once=2)

    assert begun == [0, 1]


async def test_nothing_to_do_is_done_at_once() -> None:
    async def work(item: str) -> str:
        return item

    assert await for_each([], work, at_once=4) == []
