"""The reconciler's pass: part by part and page by page, from its place, until all is seen or its time is over."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Connection

from domain.model.reconcile import Overdue, Part, Place, ReconcileAsk, Reconciled
from ledger import suspects
from ledger.engine import Ledger
from policies import Policies
from starter.reconcile import in_ledger, on_their_way, server
from starter.reconcile.in_ledger import Page
from starter.reconcile.in_server import Runs
from starter.reconcile.on_their_way import OnTheirWay, Settle
from starter.reconcile.server import Server
from starter.reconcile.times import Clock, at_place, place_of

T = TypeVar("T")
PAGE = 500
"""Accounts, runs or permits looked at in one transaction."""
_PARTS = tuple(Part)


@dataclass
class Reconciler:
    """Reconciles one ledger with one server."""

    ledger: Ledger
    policies: Policies
    server: Server
    history_bound: int = 1_000
    settle: Settle | None = None
    """Asks the channel of a stuck message; None: such messages are only counted."""
    told: Callable[[Reconciled], None] = lambda _: None
    """Hears how far a pass has come, after each page."""
    done: Reconciled = field(default_factory=Reconciled, init=False)

    async def run(self, ask: ReconcileAsk) -> Reconciled:
        """One call of a pass. Raises SurroundingsError when the server does not answer."""
        clock = Clock(ask)
        place: Place | None = ask.place
        self.done = Reconciled(place=place)
        while place is not None:
            following = await self._page(place, clock)
            place = _next(place, following)
            self.done = self.done.model_copy(update={"place": place})
            self.told(self.done)
            if place is not None and clock.is_over:
                return self.done
        rings, postings, opt_outs = await self._ledger(clock, lambda conn: suspects.overdue(conn, clock.now()))
        adjustments = await self._ledger(clock, lambda conn: suspects.unanswered_adjustments(conn, clock.now()))
        overdue = {"rings": rings, "postings": postings, "opt_outs": opt_outs, "adjustments": adjustments}
        self.done = self.done.model_copy(update={"overdue": self.done.overdue.model_copy(update=overdue)})
        return self.done

    async def _page(self, place: Place, clock: Clock) -> str:
        after = place.after
        if place.part is Part.CASES:
            return await self._cases(after, clock)
        if place.part is Part.RUNS:
            return await self._runs(after, clock)
        if place.part is Part.MESSAGES:
            return await self._messages(after, clock)
        page = await self._ledger(clock, lambda conn: self._in_ledger(conn, place.part, after, clock))
        self._did(Reconciled(accounts=page.looked).with_found(*page.found))
        return page.following

    def _in_ledger(self, conn: Connection, part: Part, after: str, clock: Clock) -> Page:
        if part is Part.ACCOUNTS:
            return in_ledger.accounts(conn, self.policies, clock, after, PAGE)
        if part is Part.PERMITS:
            return in_ledger.expired_permits(conn, clock, after, PAGE)
        return in_ledger.opt_outs(conn, clock) if part is Part.OPT_OUTS else in_ledger.adjustments(conn, clock)

    async def _cases(self, after: str, clock: Clock) -> str:
        page = await self._ledger(clock, lambda conn: suspects.open_cases_after(conn, after, server.PAGE))
        mended = await self._on_server.of_cases(page, clock)
        self._did(Reconciled(cases=len(page), failed=mended.failed).with_found(*mended.found))
        return page[-1].account_id if len(page) == server.PAGE else ""

    async def _runs(self, after: str, clock: Clock) -> str:
        page, following = await self.server.page(after, PAGE)
        done = await self._on_server.of_server(page, clock)
        more = Reconciled(runs=len(page), failed=done.failed, strangers=done.strangers)
        self._did(more.with_found(*done.found))
        return following

    async def _messages(self, after: str, clock: Clock) -> str:
        before, size = clock.now() - on_their_way.LEAVES_AFTER, on_their_way.PAGE
        page = await self._ledger(clock, lambda conn: suspects.on_its_way(conn, before, at_place(after), size))
        settled = await OnTheirWay(self.server, self.settle).of_page(page, clock)
        if self.settle is None and not clock.ask.dry_run:
            self._did(Reconciled(failed=settled.failed, overdue=Overdue(messages=len(settled.found))))
        else:
            self._did(Reconciled(failed=settled.failed).with_found(*settled.found))
        return place_of(page[-1].intent_at, page[-1].key) if len(page) == size else ""

    @property
    def _on_server(self) -> Runs:
        return Runs(self.server, self.ledger, self.policies, self.history_bound)

    async def _ledger(self, clock: Clock, work: Callable[[Connection], T]) -> T:
        def transaction() -> T:
            with self.ledger.read() if clock.ask.dry_run else self.ledger.write() as conn:
                return work(conn)

        return await asyncio.to_thread(transaction)

    def _did(self, more: Reconciled) -> None:
        self.done += more


def _next(place: Place, following: str) -> Place | None:
    if following:
        return Place(part=place.part, after=following)
    later = _PARTS[_PARTS.index(place.part) + 1 :]
    return Place(part=later[0]) if later else None
