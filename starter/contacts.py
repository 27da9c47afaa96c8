"""Contacts by hand, on behalf of who makes them: asked of the open case, and reported also after its end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import TypeVar

from sqlalchemy import Connection

from domain.calendar import local_day
from domain.case.known import Known
from domain.case.permits import MOST_DAYS_AHEAD
from domain.case.reached import fault_of
from domain.case.reports import hear, is_in_time
from domain.compliance.zones import evident
from domain.model.errors import InputError
from domain.model.events import Answer
from domain.model.permits import PermitState, Reached, ReportContact, RequestContact
from ledger import accounts, cases, changes, keeping, obligations, people, permits, policies, stops
from ledger.cases import CaseRow
from ledger.engine import Ledger
from ledger.keeping import Kept
from ledger.record import record_of

AT_ONCE = 50
"""Cases that are asked together for a list."""
T = TypeVar("T")


def list_id(name: str, account_id: str, request: RequestContact) -> str:
    """Id of one line of a list: the same list asks the same again, and gets the same permit."""
    who = (request.party, request.party_id, request.address, request.actor, request.collector)
    digest = sha256("\n".join(map(str, (name, account_id, *who))).encode()).hexdigest()[:12]
    return f"{request.day}/{request.channel}/{digest}"


async def each(account_ids: Iterable[str], ask: Callable[[str], Awaitable[T]]) -> list[T]:
    """Ask for every account, so many at once."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(account_id: str) -> T:
        async with free:
            return await ask(account_id)

    return list(await asyncio.gather(*(one(account_id) for account_id in account_ids)))


def has_open_case(conn: Connection, account_id: str) -> bool:
    """Raises InputError when the ledger has no such account."""
    return cases.open_row(conn, accounts.get_account(conn, account_id).account_id) is not None


def note_others(ledger: Ledger, account_ids: Sequence[str], at: datetime) -> int:
    """Other open cases of the same persons must look again: caps and rests are the person's. How many there are."""
    with ledger.write() as conn:
        others = people.others_with_open_cases(conn, account_ids)
        changes.note(conn, others, at)
    return len(others)


def check_collector(reached: Reached) -> None:
    """Raise InputError when it does not say who makes the contact."""
    if (fault := fault_of(reached.model_copy(update={"address": None}), ())) is not None:
        raise InputError(fault)


def check_address(conn: Connection, account_id: str, reached: Reached) -> None:
    """Raise InputError when no contact point of the person has the id that is named, before any case is asked.

    What is sent to a case is kept for ever, and what stands there may be a number: it is not repeated.
    """
    points = accounts.contact_points(conn, accounts.person_of(conn, account_id), date.max)
    if reached.address not in (None, *(point.contact_point_id for point in points)):
        raise InputError(f"account {account_id}: its person has no contact point of this id: see `person show`")


def check_day(day: date, today: date) -> None:
    """Raise InputError for a day that no case of any zone gives a permit for."""
    if not today - timedelta(days=1) <= day <= today + timedelta(days=MOST_DAYS_AHEAD + 1):
        raise InputError(f"a permit is for a day from today up to {MOST_DAYS_AHEAD} days ahead, not for {day}")


def state_of(conn: Connection, answer: Answer) -> PermitState | None:
    """How far the permit of an answer came since: a request may be asked again, and its answer stays the first one."""
    permit = None if answer.permit is None else permits.get(conn, answer.permit.permit_id)
    return None if permit is None else permit.state


def report_closed(conn: Connection, account_id: str, told: ReportContact, at: datetime | None = None) -> Answer:
    """The answer to a report about an account without an open case, and its effect in the ledger.

    Raises InputError when the account never had a case, or has an open one, which must hear it itself.
    """
    account, person_id, at = (
        accounts.get_account(conn, account_id),
        accounts.person_of(conn, account_id),
        at or datetime.now(UTC),
    )
    accounts.lock_person(conn, person_id)
    today = local_day(at, account.zone)
    row = _closed_case(conn, account_id, told.permit_id)
    named = () if told.permit_id is None else (told.permit_id,)
    strategy, rules = policies.pinned(conn, row.strategy, row.rules)
    known = Known(
        case_id=row.case_id,
        account_id=account_id,
        at=at,
        permits={permit.given.permit_id: permit for permit in permits.known(conn, person_id, row.case_id, named)},
        reach=accounts.reach(conn, person_id, today),
        record=record_of(conn, person_id, account_id, at, partial(evident, rules.packs)),
        stops=stops.known(conn, told.made_at) if is_in_time(told.made_at, at) else (),
        zone=account.zone,
        obligations=obligations.unmet(conn, account_id, today, at),
        strategy=strategy,
        rules=rules,
    )
    heard = hear(told, known)
    keeping.keep(conn, heard.entries, Kept(row.case_id, account_id, person_id, at))
    return heard.answer


def _closed_case(conn: Connection, account_id: str, permit_id: str | None) -> CaseRow:
    """The case that gave the permit, else the last one of the account."""
    episodes = cases.episodes(conn, account_id)
    if not episodes:
        raise InputError(f"account {account_id} never had a case: no rules say who may contact whom about it")
    if episodes[-1].closed_at is None:
        raise InputError(f"the case of account {account_id} is open and did not hear this: try again")
    return next((row for row in episodes if permit_id and permit_id.startswith(f"{row.case_id}/")), episodes[-1])
