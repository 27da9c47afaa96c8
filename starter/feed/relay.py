"""The relay: takes what changed in the ledger, and lets every case that it concerns know.

Two stages, so that a crash at any place loses nothing. In the ledger alone: changes become rings, one for each account,
in the transaction that moves the cursor. Then each ring is delivered: a case that is open is rung, an account that
needs one gets it, any other is watched until the day on which it may fall past due. A ring goes when it was heard.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from domain.model.errors import InputError
from domain.model.feed import FeedAsk, FeedPass
from ledger import accounts, cases, changes, info, postings, rings, watches, watermarks
from ledger.changes import Change
from ledger.engine import Ledger
from ledger.exposures import exposures
from ledger.later import known_later
from ledger.postings import Posting, PostingKind
from ledger.rings import Ring
from ledger.watermarks import RELAY
from policies import Policies
from starter.feed.delivery import Deliver, Delivered, Failed, ToOpen
from starter.feed.needs import needs_of
from starter.posting import Payment, parse_amount, payment_in, reversal_in

T = TypeVar("T")

PAGE = 2_000
"""Changes, postings or watches taken in one transaction."""
RINGS = 100
"""So many rings are well delivered before a claim ends, on a server of two cores too."""
_SILENCE = timedelta(hours=1)
"""After a stop of this length every open case looks anew: some may have kept silent because of it."""


@dataclass
class Relay:
    """Relays changes of one ledger to the cases of one server."""

    ledger: Ledger
    policies: Policies
    deliver: Deliver
    ahead: Callable[[str], datetime | None] = lambda _: None
    """When to open the case of an account that is not past due yet; None: when it is. A run in virtual time, whose
    ledger tells of the days to come, opens cases ahead."""
    page: int = RINGS
    """Rings claimed together."""
    told: Callable[[FeedPass], None] = lambda _: None
    """Hears how far a pass has come, after each page."""
    done: FeedPass = field(default_factory=FeedPass, init=False)

    async def run(self, ask: FeedAsk) -> FeedPass:
        """One pass: until nothing is left to do, or its time is over. Raises SurroundingsError when nobody answers."""
        self.done, began = FeedPass(), time.monotonic()

        def now() -> datetime:
            return ask.as_of + timedelta(seconds=time.monotonic() - began)

        while True:
            more = await self._ledger(lambda conn: self._take(conn, now()))
            more |= await self._deliver_page(now)
            self.told(self.done)
            if not more or time.monotonic() - began > ask.seconds:
                break
        await self._ledger(lambda conn: self._mark(conn, ask.as_of, now()))
        return self.done

    # --- in the ledger

    async def _ledger(self, work: Callable[[Connection], T]) -> T:
        def transaction() -> T:
            with self.ledger.write() as conn:
                return work(conn)

        return await asyncio.to_thread(transaction)

    def _take(self, conn: Connection, now: datetime) -> bool:
        """One page of what the bank posted, what changed and what fell due becomes rings; whether there is more."""
        posted = self._settle(conn, now)
        place = changes.cursor(conn, changes.FEED)
        page = changes.after(conn, place, PAGE)
        if page:
            _ask(conn, page, now)
            changes.move(conn, changes.FEED, page[-1].place, now)
        fallen = rings.ask_watched(conn, page[-1].place[1] if page else place[1], now, PAGE)
        self._did(FeedPass(changes=len(page)))
        return PAGE in (posted, len(page), fallen)

    def _settle(self, conn: Connection, now: datetime) -> int:
        waiting = postings.waiting(conn, PAGE)
        for number, posting in waiting:
            refusal = self._post(conn, posting, now)
            postings.settle(conn, number, now, refusal)
            self._did(FeedPass(postings_refused=1) if refusal else FeedPass(posted=1))
        return len(waiting)

    def _post(self, conn: Connection, posting: Posting, now: datetime) -> str | None:
        """Make an entry of a posting; why not, if it cannot be."""
        try:
            with conn.begin_nested():
                _enter(conn, posting, self.policies, now)
        except InputError as refused:
            return str(refused)
        return None

    def _mark(self, conn: Connection, as_of: datetime, now: datetime) -> None:
        """Until when all is relayed. A run in virtual time has no such instant: its ledger is from another time."""
        waiting = changes.waiting(conn, changes.FEED)
        fresh_until = min(as_of, waiting.since) if waiting.since else as_of
        before = watermarks.get(conn, RELAY)
        moved = _is_live(conn) and watermarks.advance(conn, RELAY, fresh_until, now)
        if moved and before is not None and fresh_until - before > _SILENCE:
            changes.note_for_all(conn, now)
        self._did(FeedPass(fresh_until=fresh_until if waiting.since is None else None))

    # --- to the cases

    async def _deliver_page(self, now: Callable[[], datetime]) -> bool:
        """Deliver the rings that are due; whether there may be more."""
        claimed = await self._ledger(lambda conn: rings.claim(conn, now(), self.page))
        if not claimed:
            return False
        to_ring, to_open = await self._ledger(lambda conn: self._sorted(conn, claimed, now()))
        try:
            ended = await self.deliver(to_ring, to_open, now())
        except BaseException:
            await self._ledger(lambda conn: rings.give_back(conn, claimed, now()))
            raise
        await self._ledger(lambda conn: self._settle_rings(conn, claimed, ended, now()))
        return len(claimed) == self.page

    def _sorted(self, conn: Connection, claimed: Sequence[Ring], now: datetime) -> tuple[list[str], list[ToOpen]]:
        """Accounts with an open case, and those that need one; the others are watched, if time can change them."""
        ids = [ring.account_id for ring in claimed]
        to_ring = cases.with_open_case(conn, ids)
        later = known_later(conn, ids, now) if _is_live(conn) else {}
        to_open: list[ToOpen] = []
        watched: dict[str, datetime | None] = {each: later.get(each) for each in to_ring}
        for account_id, owes in exposures(conn, set(ids) - set(to_ring), now).items():
            needs = needs_of(owes, self.policies.rules)
            watched[account_id] = min((at for at in (needs.look_at, later.get(account_id)) if at), default=None)
            opens_at = None if needs.case else self.ahead(account_id)
            if needs.case or opens_at is not None:
                to_open.append(ToOpen(account_id, opens_at))
        watches.put(conn, watched)
        self._did(FeedPass(watched=len(watched) - len(to_ring) - len(to_open)))
        return to_ring, to_open

    def _settle_rings(
        self, conn: Connection, claimed: Sequence[Ring], ended: Sequence[Delivered | Failed], now: datetime
    ) -> None:
        failed = {each.account_id: each.why for each in ended if isinstance(each, Failed)}
        rings.heard(conn, [ring for ring in claimed if ring.account_id not in failed], now)
        for ring in claimed:
            if ring.account_id in failed:
                rings.refused(conn, ring, failed[ring.account_id], now)
        done = [each for each in ended if isinstance(each, Delivered)]
        opened = sum(each.opened for each in done)
        self._did(FeedPass(rung=len(done) - opened, opened=opened, unheard=len(failed)))

    def _did(self, more: FeedPass) -> None:
        self.done += more


def _is_live(conn: Connection) -> bool:
    """Whether the ledger's time is the real one; a history tells of days that have not come for its cases."""
    return info.history_ends_on(conn) is None


def _ask(conn: Connection, page: Sequence[Change], now: datetime) -> None:
    number = page[-1].place[1]
    rings.ask(conn, {one.account_id for one in page if one.account_id is not None}, number, now)
    rings.ask_persons(conn, {one.person_id for one in page if one.person_id is not None}, number, now)
    if any(one.account_id is None and one.person_id is None for one in page):
        rings.ask_all(conn, number, now)


def _enter(conn: Connection, posting: Posting, policies: Policies, now: datetime) -> None:
    """The entry that a posting asks for; raises InputError when the ledger cannot take it."""
    if posting.kind == PostingKind.PAYMENT:
        kept_in = accounts.get_account(conn, posting.account_id).currency
        if posting.currency != kept_in:
            raise InputError(f"account {posting.account_id} is kept in {kept_in}, not in {posting.currency}")
        amount = parse_amount(posting.amount or "", kept_in)
        payment_in(conn, policies.rules, Payment(posting.account_id, amount, posting.reference, posting.value_on), now)
        return
    posted = reversal_in(conn, posting.reverses or "", now, posting.value_on, by=posting.reference)
    if posted.entry.account_id != posting.account_id:
        raise InputError(f"{posting.reverses} is no payment of account {posting.account_id}")
