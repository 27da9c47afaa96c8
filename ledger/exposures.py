"""What many accounts owe at one instant, read set by set: for those who decide which of them need a case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, case, func, literal, select, union_all

from domain.model.facts import Account, MeetingOrigin, Obligation
from domain.model.money import Money
from ledger.tables import accounts, entries, meetings, obligations

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Exposure:
    """What one account owes, as known at the instant."""

    account: Account
    today: date
    """The local day of the account."""
    balance: Money
    unmet: tuple[Obligation, ...]
    """All that was billed and is not met, oldest first; also what falls due later."""
    next_value_on: date | None
    """The first day after today on which something that is known already begins to count."""


def exposures(conn: Connection, account_ids: Collection[str], at: datetime) -> dict[str, Exposure]:
    """Account → what it owes; an account that the ledger does not have is left out."""
    found: dict[str, Exposure] = {}
    ids = sorted(account_ids)
    for start in range(0, len(ids), _AT_ONCE):
        for today, some in _by_day(conn, ids[start : start + _AT_ONCE], at).items():
            found |= _of_day(conn, some, today, at)
    return found


def _by_day(conn: Connection, ids: list[str], at: datetime) -> Mapping[date, dict[str, Account]]:
    c = accounts.c
    days: defaultdict[date, dict[str, Account]] = defaultdict(dict)
    rows = conn.execute(select(c.account_id, c.currency, c.zone).where(c.account_id.in_(ids)).order_by(c.account_id))
    for account_id, currency, zone in rows:
        account = Account(account_id=account_id, currency=currency, zone=zone)
        days[at.astimezone(ZoneInfo(zone)).date()][account_id] = account
    return days


def _of_day(conn: Connection, some: Mapping[str, Account], today: date, at: datetime) -> dict[str, Exposure]:
    owed, unmet, later = _balances(conn, some, today, at), _unmet(conn, some, today, at), _later(conn, some, today)
    return {
        account_id: Exposure(
            account=account,
            today=today,
            balance=Money.of_minor(owed.get(account_id, 0), account.currency),
            unmet=tuple(unmet.get(account_id, ())),
            next_value_on=later.get(account_id),
        )
        for account_id, account in some.items()
    }


def _balances(conn: Connection, ids: Collection[str], today: date, at: datetime) -> dict[str, int]:
    c = entries.c
    legs = func.sum(c.principal_minor + c.interest_minor + c.fee_minor)
    visible = (c.account_id.in_(ids), c.value_on <= today, c.recorded_at <= at)
    return {
        account_id: int(minor)
        for account_id, minor in conn.execute(select(c.account_id, legs).where(*visible).group_by(c.account_id))
    }


def _unmet(conn: Connection, some: Mapping[str, Account], today: date, at: datetime) -> Mapping[str, list[Obligation]]:
    o, m = obligations.c, meetings.c
    met = func.coalesce(func.sum(m.amount_minor), 0)
    by_status = func.sum(case((m.origin == MeetingOrigin.BANK_STATUS, 1), else_=0))
    counts = and_(m.account_id == o.account_id, m.due_on == o.due_on, m.value_on <= today, m.recorded_at <= at)
    statement = (
        select(o.account_id, o.due_on, o.minimum_minor, o.minimum_minor - met)
        .outerjoin(meetings, counts)
        .where(o.account_id.in_(some), o.minimum_minor > 0, o.recorded_at <= at)
        .group_by(o.account_id, o.due_on, o.minimum_minor)
        .having(func.coalesce(by_status, 0) == literal(0), o.minimum_minor > met)
        .order_by(o.account_id, o.due_on)
    )
    found: defaultdict[str, list[Obligation]] = defaultdict(list)
    for account_id, due_on, *minors in conn.execute(statement):
        minimum, unmet = (Money.of_minor(int(minor), some[account_id].currency) for minor in minors)
        found[account_id].append(Obligation(due_on=due_on, minimum=minimum, unmet=unmet))
    return found


def _later(conn: Connection, ids: Collection[str], today: date) -> dict[str, date]:
    first = [
        select(t.c.account_id, func.min(t.c.value_on).label("on"))
        .where(t.c.account_id.in_(ids), t.c.value_on > today)
        .group_by(t.c.account_id)
        for t in (entries, meetings)
    ]
    found: dict[str, date] = {}
    for account_id, on in conn.execute(union_all(*first)):
        found[account_id] = min(on, found.get(account_id, on))
    return found
