"""What the ledger and the server tell together: cases without their run, and runs without their case.

The server's list lags: whoever is missing there, or too many, is looked at by itself before anything is done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import Connection

from domain.model.reconcile import Found, Repair
from ledger import cases, suspects
from ledger.engine import Ledger
from ledger.suspects import OpenCase
from policies import Policies
from starter.cases import start_case
from starter.reconcile import evidence
from starter.reconcile.each import Looked, each
from starter.reconcile.rowless import Rowless, Settled
from starter.reconcile.server import Run, Server
from starter.reconcile.times import Clock
from workflows.names import case_workflow_id

T = TypeVar("T")


@dataclass(frozen=True)
class Runs:
    """Brings the runs of one server in line with one ledger."""

    server: Server
    ledger: Ledger
    policies: Policies
    history_bound: int

    @property
    def rowless(self) -> Rowless:
        """Judges the runs of which the ledger has no case."""
        return Rowless(self.server, self.ledger, self.policies)

    async def of_cases(self, page: Sequence[OpenCase], clock: Clock) -> Looked[Found]:
        """Start the open cases that do not run again, from what the ledger knows of them."""
        running = await self.server.running([case.account_id for case in page])
        lost = [case for case in page if running.get(case.account_id) != case.case_id]
        return await each([self._start(case, clock) for case in lost])

    async def of_server(self, page: Sequence[Run], clock: Clock) -> Settled:
        """Ring the runs whose case is closed in the ledger; those of which it has no case are taken in, or judged."""
        ids = [run.account_id for run in page if run.account_id is not None]
        open_now = await self._read(lambda conn: suspects.open_case_ids(conn, ids))
        late = [run for run in page if run.account_id is not None and not _fits(run, open_now.get(run.account_id))]
        looked = await each([self._apart(run, clock) for run in late])
        rung = [one for one in looked.found if isinstance(one, Found)]
        judged = await self.rowless.settle([one for one in looked.found if isinstance(one, Run)], clock)
        return replace(judged, found=(*rung, *judged.found), failed=looked.failed + judged.failed)

    async def _start(self, case: OpenCase, clock: Clock) -> Found | None:
        if clock.is_new(case.opened_at, case.as_of):
            return None
        run = await self.server.look(case_workflow_id(case.account_id))
        if run is not None:  # the list lags; or a run of an episode before, which is rung as such
            return None
        row = await self._read(lambda conn: cases.get(conn, case.case_id))
        if row is None or row.closed_at is not None or row.as_of != case.as_of:
            return None
        found = Found(repair=Repair.LOST_RUN, account_id=case.account_id, of=case.case_id)
        if clock.ask.dry_run:
            return found
        # Never before its last step: the ledger takes no step of a case that went back in time.
        at = max(clock.now(), case.as_of or clock.now())
        started = await start_case(
            self.server.client, self.ledger, self.policies, case.account_id, now=at, history_bound=self.history_bound
        )
        if not started.opened:
            return None
        await self._tell(found, case.case_id, started.run_id, clock)
        return found

    async def _apart(self, listed: Run, clock: Clock) -> Found | Run | None:
        """A late run that was rung; the run itself when the ledger has no row of its case."""
        run = await self.server.look(listed.workflow_id, listed.run_id)
        if run is None or clock.is_new(run.started_at):
            return None
        case_id = run.case_id
        row = None if case_id is None else await self._read(lambda conn: cases.get(conn, case_id))
        if row is None:
            return run
        if row.closed_at is None or clock.is_new(row.closed_at):
            return None
        if not await self._read(lambda conn: evidence.may_ring(conn, row.case_id, clock.now())):
            return None
        found = Found(repair=Repair.LATE_RUN, account_id=row.account_id, of=row.case_id)
        if not clock.ask.dry_run:
            await self._tell(found, row.case_id, run.run_id, clock)
            await self.server.ring(run)
        return found

    async def _read(self, work: Callable[[Connection], T]) -> T:
        """Beside the event loop: a ledger that is held by others does not hold up the worker's other work."""

        def transaction() -> T:
            with self.ledger.read() as conn:
                return work(conn)

        return await asyncio.to_thread(transaction)

    async def _tell(self, found: Found, case_id: str, run_id: str, clock: Clock) -> None:
        def transaction() -> None:
            with self.ledger.write() as conn:
                evidence.of_case(conn, found, case_id, clock.now(), run=run_id)

        await asyncio.to_thread(transaction)


def _fits(run: Run, case_id: str | None) -> bool:
    return case_id is not None and run.case_id == case_id
