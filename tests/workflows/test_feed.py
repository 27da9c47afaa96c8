"""The feed on the real server: a schedule, a worker, and a ledger that changes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from temporalio.client import ScheduleBackfill, ScheduleOverlapPolicy

from ledger import cases
from starter import schedules
from starter.connection import register_search_attributes
from starter.server import Embedded, embedded_server
from starter.settings import Settings
from workflows.names import FEED_SCHEDULE


async def until(done: Callable[[], Awaitable[bool]], what: str) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(60):
            while not await done():
                await asyncio.sleep(0.1)
            return
    pytest.fail(f"it did not come to this: {what}")


@pytest_asyncio.fixture(loop_scope="session")
async def server() -> AsyncIterator[Embedded]:
    """One of its own: a turn of the schedule that is left over would be taken by the worker of another test."""
    async with embedded_server(Settings(), skip_time=True) as embedded:
        await register_search_attributes(embedded.client)
        yield embedded


@pytest.fixture
async def fed(bank):
    """A bank whose schedules are applied; they are gone afterwards."""
    await schedules.apply(bank.client, bank.settings)
    yield bank
    for one in schedules.planned(bank.settings):
        await bank.client.get_schedule_handle(one.schedule_id).delete()


async def test_a_ledger_that_changes_opens_rings_and_ends_cases_by_itself(fed) -> None:
    fed.add_account("fed", (10, 500))
    await until(lambda: stepped(fed, "fed"), "the newly past due account has a case")
    fed.pay("fed", "500.00")
    closure = await asyncio.wait_for(fed.handle("fed").result(), 60)
    assert closure.outcome == "cured"


async def test_schedules_are_applied_as_often_as_one_likes(fed) -> None:
    async def how() -> list[str]:
        return [one.how for one in await schedules.apply(fed.client, fed.settings)]

    assert await how() == ["unchanged", "unchanged"]
    handle = fed.client.get_schedule_handle(FEED_SCHEDULE)
    await handle.pause(note="audit in the building")
    fed.settings = fed.settings.model_copy(update={"feed_every": 61})
    assert (await how(), await how()) == (["changed", "unchanged"], ["unchanged", "unchanged"])
    feed, *_ = await schedules.standing(fed.client, fed.settings)
    assert (feed.every, feed.paused, feed.note) == (timedelta(seconds=61), True, "audit in the building")


async def test_a_schedule_that_is_not_there_is_told(bank) -> None:
    feed, *_ = await schedules.standing(bank.client, bank.settings)
    assert (feed.schedule_id, feed.every) == (FEED_SCHEDULE, None)


async def test_a_day_that_is_made_up_for_twice_has_one_effect(fed) -> None:
    fed.add_account("day", (10, 500))
    await until(lambda: stepped(fed, "day"), "the account has a case")
    handle = fed.client.get_schedule_handle(FEED_SCHEDULE)
    now, step_no = datetime.now(UTC), (await fed.state("day")).step_no
    before = (await handle.describe()).info.num_actions
    hour = ScheduleBackfill(now - timedelta(minutes=5), now, ScheduleOverlapPolicy.ALLOW_ALL)
    await handle.backfill(hour, hour)

    async def all_ran() -> bool:
        info = (await handle.describe()).info
        return info.num_actions >= before + 20 and not info.running_actions

    await until(all_ran, "the schedule made up for every turn, twice")
    assert (await fed.state("day")).step_no == step_no
    assert len([run async for run in fed.client.list_workflows("WorkflowId = 'case/day'")]) == 1
    await fed.handle("day").terminate()


async def stepped(bank, account_id: str) -> bool:
    with bank.ledger.read() as conn:
        row = cases.open_row(conn, account_id)
    return row is not None and row.step_no > 0
