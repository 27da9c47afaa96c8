"""The feed's pass as an activity: alive while it lasts, its failures worded, its work told in the log."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities import feed
from activities.feed import FeedActivities
from domain.model.errors import SurroundingsError
from domain.model.feed import FeedAsk, FeedPass

ASK = FeedAsk(as_of=datetime(2026, 3, 2, tzinfo=UTC))


async def test_a_slow_pass_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "_BEAT_S", 0.01)
    beats: list[FeedPass] = []

    async def slowly(ask: FeedAsk, hear) -> FeedPass:
        assert ask == ASK
        for rung in (1, 2):
            hear(FeedPass(rung=rung))
            seen = len(beats)
            while len(beats) < seen + 2:
                await asyncio.sleep(0.01)
        return FeedPass(rung=2)

    environment = ActivityEnvironment()
    environment.on_heartbeat = beats.append
    assert await environment.run(FeedActivities(slowly).relay, ASK) == FeedPass(rung=2)
    assert FeedPass(rung=1) in beats
    assert beats[-1] == FeedPass(rung=2)


async def test_a_server_that_is_away_is_one_line_and_tried_again() -> None:
    async def away(ask: FeedAsk, hear) -> FeedPass:
        raise SurroundingsError("the Temporal server does not answer")

    with pytest.raises(ApplicationError, match="the Temporal server does not answer") as told:
        await ActivityEnvironment().run(FeedActivities(away).relay, ASK)
    assert (told.value.type, told.value.non_retryable) == ("Surroundings", False)


@pytest.mark.parametrize(("done", "lines"), [(FeedPass(opened=1), 1), (FeedPass(fresh_until=ASK.as_of), 0)])
async def test_a_pass_that_did_nothing_is_not_worth_a_line(caplog, done: FeedPass, lines: int) -> None:
    async def relay(ask: FeedAsk, hear) -> FeedPass:
        return done

    with caplog.at_level(logging.INFO, logger="activities.feed"):
        await ActivityEnvironment().run(FeedActivities(relay).relay, ASK)
    assert len(caplog.records) == lines
