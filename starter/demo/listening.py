"""How a message reaches the played customers: the worker of a demo tells them of each that has left."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from temporalio import activity
from temporalio.client import Client
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from domain.model.commands import NoticeResult, SendNotice
from domain.model.errors import InputError
from ledger import info
from ledger.engine import Ledger
from policies import Policies
from starter.demo.acting import Bank, Customers
from starter.demo.customers import read_cast

_BEAT_S = 1.0


def listeners(client: Client, ledger: Ledger, policies: Policies, cast: Path | None) -> list[Interceptor]:
    """What a worker needs to play the customers of this file; nothing where people are real.

    Raises InputError for a file that is none, and for a ledger that replays no history: there people are real.
    """
    if cast is None:
        return []
    with ledger.read() as conn:
        if info.get(conn, info.REPLAYED_UNTIL) is None:
            raise InputError("DUECOURSE_DEMO_CAST: this ledger is a bank's own, and its customers are not played")
    return [Listening(Customers(Bank(client, ledger, policies), read_cast(cast)))]


class Listening(Interceptor):
    """Tells the customers of messages."""

    def __init__(self, customers: Customers) -> None:
        self._customers = customers

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Inbound(next, self._customers)


class _Inbound(ActivityInboundInterceptor):
    def __init__(self, inner: ActivityInboundInterceptor, customers: Customers) -> None:
        super().__init__(inner)
        self._customers = customers

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # the SDK's words
        result = await super().execute_activity(input)
        if isinstance(result, NoticeResult) and result.not_sent is None:
            (command,) = input.args
            if isinstance(command, SendNotice) and self._customers.knows(command.account_id):
                await self._hear(command)
        return result

    async def _hear(self, command: SendNotice) -> None:
        """With a sign of life meanwhile: without one the server takes the worker for dead after some seconds."""
        async with asyncio.TaskGroup() as group:
            beating = group.create_task(_beat())
            await self._customers.hear(command)
            beating.cancel()


async def _beat() -> None:
    """From a thread: the SDK lets a synchronous activity's heartbeat wait for this very loop."""
    while True:
        await asyncio.sleep(_BEAT_S)
        await asyncio.to_thread(activity.heartbeat)
