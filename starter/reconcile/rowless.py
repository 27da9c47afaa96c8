"""Runs of which the ledger has no case: it takes the case in, or ends the run that stands in another case's place.

A ledger that was restored from before a case began does not know it; a run that somebody began by hand it never knew.
A worker on the wrong ledger knows none: so nothing is done to a run of an account that is not there, nor to crowds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from domain.model.case import Case
from domain.model.reconcile import Found, Repair
from ledger import accounts, cases, policies
from ledger.engine import Ledger
from policies import Policies
from starter.reconcile import evidence
from starter.reconcile.each import each
from starter.reconcile.server import Run, Server, Unreadable
from starter.reconcile.times import Clock

_A_CROWD = 10
"""More strays on one page are no accident: rather is this the wrong ledger."""


@dataclass(frozen=True)
class Settled:
    """What became of the runs of one page."""

    found: Sequence[Found] = ()
    failed: int = 0
    strangers: int = 0


@dataclass(frozen=True)
class _Judged:
    run: Run
    found: Found | None
    """None: a stranger."""


@dataclass(frozen=True)
class Rowless:
    """Judges the runs of one server by one ledger."""

    server: Server
    ledger: Ledger
    policies: Policies

    async def settle(self, runs: Sequence[Run], clock: Clock) -> Settled:
        """Take in what can be taken in, end what stands in the way, and count the rest as strangers."""
        looked = await each([self._judge(run, clock) for run in runs])
        strays = [one for one in looked.found if one.found and one.found.repair is Repair.STRAY_RUN]
        known = [one.found for one in looked.found if one.found and one not in strays]
        strangers = sum(one.found is None for one in looked.found)
        if len(strays) > _A_CROWD:
            return Settled(known, looked.failed, strangers + len(strays))
        ended = await each([self._end(one.run, one.found, clock) for one in strays if one.found])
        return Settled((*known, *ended.found), looked.failed + ended.failed, strangers)

    async def _judge(self, run: Run, clock: Clock) -> _Judged | None:
        if not run.is_readable:
            return _Judged(run, None)
        try:
            begun = await self.server.begins_with(run)
        except Unreadable:
            return _Judged(run, None)
        return await asyncio.to_thread(self._by_ledger, run, begun, clock)

    def _by_ledger(self, run: Run, begun: Case | None, clock: Clock) -> _Judged | None:
        with self.ledger.read() if clock.ask.dry_run else self.ledger.write() as conn:
            account_id = run.account_id
            if account_id is None or not accounts.exists(conn, account_id):
                return _Judged(run, None)
            if begun is not None and begun.account.account_id != account_id:
                begun = None
            there = cases.open_row(conn, account_id)
            if there is None:
                return _Judged(run, None if begun is None else self._adopt(conn, begun, run, clock))
            if begun is not None and begun.case_id == there.case_id:
                return None  # its own run, only begun by another hand than ours
            if begun is not None and begun.episode_no > there.episode_no:
                return _Judged(run, None)  # the ledger is from before this case: not the run is wrong
            return _Judged(run, Found(repair=Repair.STRAY_RUN, account_id=account_id, of=run.run_id))

    def _adopt(self, conn: Connection, begun: Case, run: Run, clock: Clock) -> Found | None:
        if not clock.ask.dry_run:  # a ledger from before the case may be from before its policies too
            policies.publish_strategy(conn, self.policies.strategy, clock.now())
            policies.publish_rules(conn, self.policies.rules, clock.now())
        if not policies.are_published(conn, begun.strategy, begun.rules):
            return None
        found = Found(repair=Repair.MISSING_ROW, account_id=begun.account.account_id, of=begun.case_id)
        if not clock.ask.dry_run:
            if not cases.adopt(conn, begun):
                return None
            evidence.of_case(conn, found, begun.case_id, clock.now(), run=run.run_id)
        return found

    async def _end(self, run: Run, found: Found, clock: Clock) -> Found:
        if not clock.ask.dry_run:
            await asyncio.to_thread(self._tell, found, clock)  # before: no run is ever ended without a trace here
            await self.server.end(run, "the ledger has another case of this account open, which runs in its place")
        return found

    def _tell(self, found: Found, clock: Clock) -> None:
        with self.ledger.write() as conn:
            evidence.of_system(conn, found, clock.now())
