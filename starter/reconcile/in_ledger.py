"""What the ledger alone tells: accounts that nobody looks after, permits and opt-outs that nobody ended.

Each function takes one page in one transaction, mends it unless it is only to look, and says where the next begins.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from domain.model.entries import ClosePermit
from domain.model.reconcile import Found, Repair
from ledger import cases, keeping, permits, suspects, watches
from ledger.exposures import exposures
from ledger.keeping import Kept
from ledger.suspects import Expired
from policies import Policies
from starter.feed.needs import needs_of
from starter.reconcile import evidence
from starter.reconcile.times import Clock, at_place, place_of

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Page:
    """What one page came to."""

    found: Sequence[Found]
    following: str
    """Where the next page begins; "": there is none."""
    looked: int = 0


def accounts(conn: Connection, policies: Policies, clock: Clock, after: str, size: int) -> Page:
    """Accounts that are past due without a case are rung; those that will be are watched."""
    ids = suspects.accounts_after(conn, after, size)
    with_case = cases.with_open_case(conn, ids)
    alone = set(ids) - set(with_case) - suspects.on_their_way(conn, ids)
    found = tuple(_unseen(conn, policies, clock, alone))
    return Page(found, ids[-1] if len(ids) == size else "", len(ids))


def _unseen(conn: Connection, policies: Policies, clock: Clock, alone: Collection[str]) -> Iterator[Found]:
    now = clock.now()
    watched = suspects.watched(conn, alone)
    for account_id, owes in exposures(conn, alone, now).items():
        needs = needs_of(owes, policies.rules)
        if needs.case:
            found = Found(repair=Repair.MISSING_CASE, account_id=account_id)
            if not clock.ask.dry_run:
                evidence.ring(conn, account_id, now)
        elif needs.look_at is not None and watched.get(account_id, _NEVER) > needs.look_at:
            found = Found(repair=Repair.MISSING_WATCH, account_id=account_id)
            if not clock.ask.dry_run:
                watches.put(conn, {account_id: needs.look_at})
        else:  # an earlier watch is as good: the account is looked at again then
            continue
        if not clock.ask.dry_run:
            evidence.of_system(conn, found, now)
        yield found


def expired_permits(conn: Connection, clock: Clock, after: str, size: int) -> Page:
    """Permits that are open past their end: an open case is rung and closes them, else the ledger does."""
    page = suspects.expired_permits(conn, clock.settled, at_place(after), size)
    found = tuple(one for each in page if (one := _expire(conn, each, clock)) is not None)
    return Page(found, place_of(page[-1].expires_at, page[-1].permit_id) if len(page) == size else "")


def _expire(conn: Connection, permit: Expired, clock: Clock) -> Found | None:
    found, now = Found(repair=Repair.EXPIRED_PERMIT, account_id=permit.account_id, of=permit.permit_id), clock.now()
    if not permit.is_closed and permit.case_id and not evidence.may_ring(conn, permit.case_id, now):
        return None
    if clock.ask.dry_run:
        return found
    if permit.case_id is None or permit.account_id is None:
        permits.expire(conn, permit.permit_id, now)
        evidence.of_system(conn, found, now)
        return found
    if permit.is_closed:
        whose = Kept(permit.case_id, permit.account_id, permit.person_id, now)
        keeping.keep(conn, [ClosePermit(permit_id=permit.permit_id, how="expired")], whose)
    else:
        evidence.ring(conn, permit.account_id, now)
    evidence.of_case(conn, found, permit.case_id, now)
    return found


def opt_outs(conn: Connection, clock: Clock) -> Page:
    """Open cases that have not looked since an opt-out of their person waits for its confirmation are rung."""
    now, all_found = clock.now(), list[Found]()
    for task_id, account_id in suspects.unheard_opt_outs(conn, now):
        row = cases.open_row(conn, account_id)
        if row is None or not evidence.may_ring(conn, row.case_id, now):
            continue
        found = Found(repair=Repair.UNHEARD_OPT_OUT, account_id=account_id, of=task_id)
        if not clock.ask.dry_run:
            evidence.ring(conn, account_id, now)
            evidence.of_case(conn, found, row.case_id, now)
        all_found.append(found)
    return Page(tuple(all_found), "")


def adjustments(conn: Connection, clock: Clock) -> Page:
    """Open cases that have not looked since something was to be asked of the card system are rung."""
    now, all_found = clock.now(), list[Found]()
    for key, case_id, account_id in suspects.unasked_adjustments(conn, now):
        if not evidence.may_ring(conn, case_id, now):
            continue
        found = Found(repair=Repair.UNASKED_ADJUSTMENT, account_id=account_id, of=key)
        if not clock.ask.dry_run:
            evidence.ring(conn, account_id, now)
            evidence.of_case(conn, found, case_id, now)
        all_found.append(found)
    return Page(tuple(all_found), "")
