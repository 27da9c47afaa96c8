"""A worker that stops is not held up by the bell, whatever it was doing."""

from __future__ import annotations

import asyncio

import pytest
from temporalio.service import RPCError, RPCStatusCode

from ledger.engine import Ledger
from starter.feed import bell


async def test_a_call_that_is_cancelled_ends_the_bell_though_it_looks_like_a_time_out(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()

    async def run_now(*_: object) -> None:
        asked.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError as cancelled:  # as the SDK tells it
            raise RPCError("Timeout expired", RPCStatusCode.CANCELLED, b"") from cancelled

    monkeypatch.setattr(bell, "run_now", run_now)
    monkeypatch.setattr(bell.Bell, "wait", lambda *_: True)  # something changed
    rings = asyncio.create_task(bell.ring_at_changes(None, ledger))  # type: ignore[arg-type]  # no server is asked
    await asyncio.wait_for(asked.wait(), 10)
    rings.cancel()
    done, _ = await asyncio.wait([rings], timeout=3)
    assert done == {rings}
    assert rings.cancelled()
