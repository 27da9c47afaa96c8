"""Suspects: rows of the ledger that stand as if somebody had forgotten them, page by page, each by an index."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnClause, Connection, func, literal_column, select, tuple_, union

from domain.model.adjustments import AdjustmentState
from domain.model.facts import MessageState
from domain.model.permits import PermitState
from ledger import audit, confirmations, postings, watermarks
from ledger.contact_tables import contacts, permits, tasks
from ledger.feed_tables import changes, rings, watches
from ledger.plan_tables import adjustments
from ledger.tables import accounts, cases, messages
from ledger.tables import audit as audit_table

# Written into the statement: of a value that is bound the database cannot know that an index of what is open fits.
_OPEN: ColumnClause[str] = literal_column(f"'{PermitState.OPEN}'")
_SENDING: ColumnClause[str] = literal_column(f"'{MessageState.SENDING}'")
_OVERDUE = timedelta(minutes=15)
_UNCONFIRMED = timedelta(days=1)
_NOT_ASKED = timedelta(hours=48)
_UNANSWERED = timedelta(days=3)
_FORGOTTEN = timedelta(days=7)
_MOST = 1_000

At = tuple[datetime, str]
"""Where a page begins that is ordered by time: after this instant and id."""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case that is open in the ledger."""

    account_id: str
    case_id: str
    opened_at: datetime
    as_of: datetime | None
    """Business time of its last step."""


@dataclass(frozen=True, slots=True)
class Expired:
    """A permit that is open past its end, and whose it is."""

    expires_at: datetime
    permit_id: str
    person_id: str
    case_id: str | None
    account_id: str | None
    is_closed: bool
    """Whether its case is, or it has none."""


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """A message whose intent is stored and whose end is not."""

    intent_at: datetime
    key: str
    case_id: str
    account_id: str
    is_closed: bool
    """Whether its case is."""
    not_taken: bool
    """Whether the channel surely does not have it."""
    case_seq: int
    """Number of the newest row of its case's audit: an attempt that begins adds one."""


def accounts_after(conn: Connection, after: str, limit: int) -> list[str]:
    """The next accounts by their ids."""
    c = accounts.c
    return list(conn.scalars(select(c.account_id).where(c.account_id > after).order_by(c.account_id).limit(limit)))


def on_their_way(conn: Connection, account_ids: Collection[str]) -> set[str]:
    """Those of the accounts that the feed will look at anyway."""
    parts = [select(t.c.account_id).where(t.c.account_id.in_(account_ids)) for t in (rings, changes)]
    return set(conn.scalars(union(*parts)))


def watched(conn: Connection, account_ids: Collection[str]) -> dict[str, datetime]:
    """Until when those of the accounts are watched that are."""
    c = watches.c
    found = conn.execute(select(c.account_id, c.look_at).where(c.account_id.in_(account_ids)))
    return {row.account_id: row.look_at for row in found}


def open_cases_after(conn: Connection, after: str, limit: int) -> list[OpenCase]:
    """The next open cases by their accounts."""
    c = cases.c
    columns = (c.account_id, c.case_id, c.opened_at, c.as_of)
    statement = select(*columns).where(c.closed_at.is_(None), c.account_id > after).order_by(c.account_id).limit(limit)
    return [OpenCase(*row) for row in conn.execute(statement)]


def open_case_ids(conn: Connection, account_ids: Collection[str]) -> dict[str, str]:
    """Account → the case that it has open."""
    c = cases.c
    found = conn.execute(select(c.account_id, c.case_id).where(c.closed_at.is_(None), c.account_id.in_(account_ids)))
    return {row.account_id: row.case_id for row in found}


def expired_permits(conn: Connection, before: datetime, after: At | None, limit: int) -> list[Expired]:
    """The next open permits that ended before the instant, the oldest first."""
    p, c = permits.c, cases.c
    closed = (c.case_id.is_(None) | c.closed_at.is_not(None)).label("is_closed")
    statement = (
        select(p.expires_at, p.permit_id, contacts.c.person_id, contacts.c.case_id, c.account_id, closed)
        .join(contacts, contacts.c.contact_id == p.permit_id)
        .outerjoin(cases, c.case_id == contacts.c.case_id)
        .where(p.state == _OPEN, p.expires_at < before)
        .order_by(p.expires_at, p.permit_id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(p.expires_at >= after[0], tuple_(p.expires_at, p.permit_id) > after)
    return [Expired(*row) for row in conn.execute(statement)]


def on_its_way(conn: Connection, before: datetime, after: At | None, limit: int) -> list[OnItsWay]:
    """The next messages that are on their way since before the instant, the oldest first."""
    m, c, a = messages.c, cases.c, audit_table.c
    newest = select(func.coalesce(func.max(a.case_seq), 0)).where(a.case_id == m.case_id).scalar_subquery()
    statement = (
        select(m.intent_at, m.key, m.case_id, m.account_id, c.closed_at.is_not(None), m.not_taken, newest)
        .join(cases, c.case_id == m.case_id)
        .where(m.state == _SENDING, m.intent_at < before)
        .order_by(m.intent_at, m.key)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(m.intent_at >= after[0], tuple_(m.intent_at, m.key) > after)
    return [OnItsWay(*row) for row in conn.execute(statement)]


def unheard_opt_outs(conn: Connection, now: datetime) -> list[tuple[str, str]]:
    """Tasks to confirm an opt-out with the open cases of the person that have not looked since: (task, account)."""
    t, c = tasks.c, cases.c
    statement = (
        select(t.task_id, t.person_id, c.account_id)
        .join(accounts, accounts.c.person_id == t.person_id)
        .join(cases, c.account_id == accounts.c.account_id)
        .where(t.kind == confirmations.KIND, t.closed_at.is_(None), t.at > now - _FORGOTTEN, t.at < now - _OVERDUE)
        .where(c.closed_at.is_(None), c.as_of.is_(None) | (c.as_of < t.at))
        .order_by(t.at, t.task_id, c.account_id)
        .limit(_MOST)
    )
    found: list[tuple[str, str]] = []
    for row in conn.execute(statement):
        waiting = confirmations.to_confirm(conn, row.person_id, now)
        if row.task_id in {confirmations.task_id(each.fact_id) for each in waiting}:
            found.append((row.task_id, row.account_id))
    return found


def unasked_adjustments(conn: Connection, now: datetime) -> list[tuple[str, str, str]]:
    """What no open case has asked the card system for since it was wanted: (key, case, account).

    A card system that is away is asked again for a day and a half, and then by the case's next step.
    """
    a, c = adjustments.c, cases.c
    statement = (
        select(a.key, a.case_id, a.account_id)
        .join(cases, c.case_id == a.case_id)
        .where(a.settled_at.is_(None), a.wanted_at < now - _NOT_ASKED, a.state == AdjustmentState.WANTED)
        .where(c.closed_at.is_(None), c.as_of.is_(None) | (c.as_of <= a.wanted_at))
        .order_by(a.wanted_at, a.key)
        .limit(_MOST)
    )
    return [(row.key, row.case_id, row.account_id) for row in conn.execute(statement)]


def unanswered_adjustments(conn: Connection, now: datetime) -> int:
    """How many the card system has not answered for too long."""
    a = adjustments.c
    late = (a.settled_at.is_(None), a.wanted_at < now - _UNANSWERED)
    return int(conn.scalar(select(func.count()).select_from(adjustments).where(*late)) or 0)


def overdue(conn: Connection, now: datetime) -> tuple[int, int, int]:
    """Rings unheard, postings untaken and opt-outs unconfirmed for longer than they should be."""
    late = conn.scalar(select(func.count()).select_from(rings).where(rings.c.since < now - _OVERDUE))
    ran_at = watermarks.get(conn, watermarks.RELAY)
    untaken = 0 if ran_at is None or ran_at > now - _OVERDUE else postings.counts(conn).waiting
    t = tasks.c
    old = (t.kind == confirmations.KIND, t.closed_at.is_(None), t.at < now - _UNCONFIRMED)
    return int(late or 0), untaken, int(conn.scalar(select(func.count()).select_from(tasks).where(*old)) or 0)


def has_moved(conn: Connection, case_id: str, kind: str, since: datetime) -> bool:
    """Whether the case's chain goes on after a row of this kind, or that row is older: else asking again is noise."""
    last = audit.last(conn, case_id)
    return last is None or last.kind != kind or last.at < since
