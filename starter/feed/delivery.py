"""Delivery: rings the cases that are open and opens those that are needed, many at once, each failure by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.model.errors import InputError, SurroundingsError
from domain.model.reconcile import Found, Repair
from ledger.engine import Ledger
from policies import Policies
from policies.stacks import expired
from starter.cases import Begun, open_cases, start_run
from starter.reconcile import evidence
from workflows.names import DOORBELL, case_workflow_id

AT_ONCE = 50
"""Calls to the server that are under way together."""
OPENED_TOGETHER = 25
"""Cases opened in one transaction: few enough that the first of them start soon."""
_CALL = timedelta(seconds=10)
_AWAY = frozenset(
    (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED, RPCStatusCode.UNKNOWN)
)
"""How a server answers that is not there."""


@dataclass(frozen=True)
class Delivered:
    """The case of this account knows."""

    account_id: str
    opened: bool = False


@dataclass(frozen=True)
class Failed:
    """The case of this account could not be told; ``why``: the code of the server's refusal."""

    account_id: str
    why: str
    away: bool = False
    """The server did not answer at all."""


@dataclass(frozen=True)
class ToOpen:
    """An account that needs a case; ``opens_at``: ahead of the day on which it falls past due, None: now."""

    account_id: str
    opens_at: datetime | None = None


class Deliver(Protocol):
    """How rings reach cases."""

    async def __call__(
        self, to_ring: Sequence[str], to_open: Sequence[ToOpen], at: datetime
    ) -> Sequence[Delivered | Failed]:
        """Ring the cases of the first accounts, and open cases for the others; what became of each.

        Raises SurroundingsError when the server answers none of it.
        """


@dataclass(frozen=True)
class Door:
    """The cases of one server."""

    client: Client
    ledger: Ledger
    policies: Policies
    history_bound: int = 1_000
    at_once: int = AT_ONCE

    async def __call__(
        self, to_ring: Sequence[str], to_open: Sequence[ToOpen], at: datetime
    ) -> Sequence[Delivered | Failed]:
        """Ring and open, each by itself: one case that refuses is no hindrance for the others.

        No case is opened under rules that ended: those accounts wait until the bank has others.
        """
        if to_open and any(expired(self.policies.rules.packs, at.date())):
            refused = [Failed(each.account_id, "rules_ended") for each in to_open]
            return [*refused, *(await self(to_ring, (), at))] if to_ring else refused
        slots = asyncio.Semaphore(self.at_once)
        calls = [asyncio.create_task(self._one(slots, each, self._ring(each, at))) for each in to_ring]
        try:
            for some in _parts(to_open):  # while the runs of one part are started, the next one is opened in the ledger
                for account_id, begun in (await self._begin(some, at)).items():
                    calls.append(asyncio.create_task(self._one(slots, account_id, self._start(begun))))
            ended = await asyncio.gather(*calls)
        finally:
            for call in calls:
                call.cancel()
        failed = [each for each in ended if isinstance(each, Failed)]
        if failed and len(failed) == len(ended) and all(each.away for each in failed):
            raise SurroundingsError("the Temporal server does not answer: no case was told, all of them wait")
        return ended

    async def _one(
        self, slots: asyncio.Semaphore, account_id: str, call: Coroutine[Any, Any, bool]
    ) -> Delivered | Failed:
        try:
            async with slots:
                return Delivered(account_id, opened=await call)
        except RPCError as error:
            return Failed(account_id, error.status.name.lower(), away=error.status in _AWAY)
        except SurroundingsError as error:
            cause = error.__cause__
            away = isinstance(cause, RPCError) and cause.status in _AWAY
            return Failed(account_id, cause.status.name.lower() if isinstance(cause, RPCError) else "not_started", away)
        except InputError:  # it was past due when it was looked at, and is not any more: it is looked at again
            return Failed(account_id, "not_opened")

    async def _ring(self, account_id: str, at: datetime) -> bool:
        """Ring an open case; one whose run is gone is started anew. Whether a run was started."""
        try:
            await self.client.get_workflow_handle(case_workflow_id(account_id)).signal(DOORBELL, rpc_timeout=_CALL)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            begun = (await self._begin([ToOpen(account_id)], at))[account_id]
            opened = await self._start(begun)
            if opened and isinstance(begun, Begun) and not begun.is_new:
                await asyncio.to_thread(self._tell_repair, begun, at)
            return opened
        return False

    def _tell_repair(self, begun: Begun, at: datetime) -> None:
        found = Found(repair=Repair.LOST_RUN, account_id=begun.case.account.account_id, of=begun.case.case_id)
        with self.ledger.write() as conn:
            evidence.of_case(conn, found, begun.case.case_id, at)

    async def _begin(self, some: Sequence[ToOpen], at: datetime) -> dict[str, Begun | InputError]:
        """Open cases in the ledger, in one transaction beside the event loop: calls under way do not wait for it."""

        def transaction() -> dict[str, Begun | InputError]:
            wanted = {each.account_id: each.opens_at for each in some}
            with self.ledger.write() as conn:
                return open_cases(conn, self.policies, wanted, at, self.history_bound)

        return await asyncio.to_thread(transaction)

    async def _start(self, begun: Begun | InputError) -> bool:
        if isinstance(begun, InputError):
            raise begun
        return (await start_run(self.client, begun)).opened


def _parts(to_open: Sequence[ToOpen]) -> Iterator[Sequence[ToOpen]]:
    for start in range(0, len(to_open), OPENED_TOGETHER):
        yield to_open[start : start + OPENED_TOGETHER]
