"""What is past due in a whole portfolio on one day: contractual, without grace or tolerance, read set by set.

The set-based twin of what a case reads of one account: an account is past due on a day when an obligation with a
minimum fell due before it, is not met by it, and the balance is above zero.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CTE, Connection, Select, and_, case, func, select

from domain.model.errors import InputError
from domain.model.facts import MeetingOrigin
from ledger.tables import accounts, entries, meetings, obligations, stated_lateness

_FETCH = 2_000


@dataclass(frozen=True, slots=True)
class Position:
    """An account that is past due: since when, how much, and what it owes in all."""

    account_id: str
    oldest_due_on: date
    past_due_minor: int
    balance_minor: int


@dataclass(frozen=True, slots=True)
class PortfolioArrears:
    """The arrears of a portfolio on one day."""

    as_of: date
    accounts_past_due: int
    past_due_minor: int
    stated_late_nothing_owed: int
    """Accounts that are not past due though the bank's latest status states them late; meant for month ends."""
    days_past_due: dict[int, int]
    """Days past due → accounts."""


def currencies(conn: Connection) -> list[str]:
    """The currencies of the ledger's accounts, in alphabetical order."""
    return list(conn.scalars(select(accounts.c.currency).distinct().order_by(accounts.c.currency)))


def one_currency(conn: Connection, wanted: str | None) -> str | None:
    """The currency to report: the wanted one, else the ledger's only one; None for a ledger without accounts.

    Raises InputError when the ledger has several and none is named, or when no account has the wanted one.
    """
    known = currencies(conn)
    if wanted is None and len(known) > 1:
        raise InputError(f"this ledger has accounts in {', '.join(known)}: choose one with --currency")
    if wanted is not None and wanted not in known:
        raise InputError(f"no account in {wanted}: this ledger has {', '.join(known) or 'no accounts'}")
    return wanted or next(iter(known), None)


def portfolio_arrears(conn: Connection, day: date, known_at: datetime, currency: str | None = None) -> PortfolioArrears:
    """The figures of ``day`` as known at an instant, of the accounts in one currency."""
    past_due: set[str] = set()
    amount, days = 0, Counter[int]()
    for position in positions(conn, day, known_at, currency):
        past_due.add(position.account_id)
        amount += position.past_due_minor
        days[(day - position.oldest_due_on).days] += 1
    return PortfolioArrears(
        as_of=day,
        accounts_past_due=len(past_due),
        past_due_minor=amount,
        stated_late_nothing_owed=sum(account not in past_due for account in stated_late(conn, day, currency)),
        days_past_due=dict(sorted(days.items())),
    )


def positions(conn: Connection, day: date, known_at: datetime, currency: str | None = None) -> Iterator[Position]:
    """Every account past due on ``day`` as known at an instant, in the order of account ids, streamed."""
    rows = conn.execution_options(yield_per=_FETCH).execute(_past_due(day, known_at, currency))
    for account_id, oldest_due_on, unmet, balance in rows:
        yield Position(account_id, oldest_due_on, min(int(unmet), int(balance)), int(balance))


def stated_late(conn: Connection, day: date, currency: str | None = None) -> Iterator[str]:
    """Accounts that the bank's latest status known on ``day`` states late, in the order of their ids, streamed."""
    latest = (
        select(stated_lateness.c.account_id, func.max(stated_lateness.c.known_on).label("known_on"))
        .where(stated_lateness.c.known_on <= day)
        .group_by(stated_lateness.c.account_id)
        .cte("latest")
    )
    query = (
        select(stated_lateness.c.account_id)
        .join(
            latest,
            and_(stated_lateness.c.account_id == latest.c.account_id, stated_lateness.c.known_on == latest.c.known_on),
        )
        .where(stated_lateness.c.months_late >= 1)
        .order_by(stated_lateness.c.account_id)
    )
    if currency is not None:
        query = query.join(accounts, accounts.c.account_id == stated_lateness.c.account_id).where(
            accounts.c.currency == currency
        )
    yield from conn.execution_options(yield_per=_FETCH).scalars(query)


def _past_due(day: date, known_at: datetime, currency: str | None) -> Select[str, date, int, int]:
    unmet = _unmet(day, known_at)
    owed = _balances(day, known_at)
    query = (
        select(unmet.c.account_id, func.min(unmet.c.due_on), func.sum(unmet.c.unmet_minor), owed.c.balance_minor)
        .join(owed, owed.c.account_id == unmet.c.account_id)
        .where(unmet.c.unmet_minor > 0, owed.c.balance_minor > 0)
        .group_by(unmet.c.account_id, owed.c.balance_minor)
        .order_by(unmet.c.account_id)
    )
    if currency is None:
        return query
    return query.join(accounts, accounts.c.account_id == unmet.c.account_id).where(accounts.c.currency == currency)


def _unmet(day: date, known_at: datetime) -> CTE:
    """Obligations that fell due before the day, with what is not met of each."""
    met = meetings.c.origin == MeetingOrigin.BANK_STATUS.value
    remaining = obligations.c.minimum_minor - func.coalesce(func.sum(meetings.c.amount_minor), 0)
    visible = and_(
        meetings.c.account_id == obligations.c.account_id,
        meetings.c.due_on == obligations.c.due_on,
        meetings.c.value_on <= day,
        meetings.c.recorded_at <= known_at,
    )
    return (
        select(
            obligations.c.account_id,
            obligations.c.due_on,
            case((func.max(case((met, 1), else_=0)) == 1, 0), else_=remaining).label("unmet_minor"),
        )
        .join(meetings, visible, isouter=True)
        .where(obligations.c.due_on < day, obligations.c.minimum_minor > 0, obligations.c.recorded_at <= known_at)
        .group_by(obligations.c.account_id, obligations.c.due_on, obligations.c.minimum_minor)
        .cte("unmet")
    )


def _balances(day: date, known_at: datetime) -> CTE:
    legs = entries.c.principal_minor + entries.c.interest_minor + entries.c.fee_minor
    return (
        select(entries.c.account_id, func.sum(legs).label("balance_minor"))
        .where(entries.c.value_on <= day, entries.c.recorded_at <= known_at)
        .group_by(entries.c.account_id)
        .cte("owed")
    )
