"""One account as people and programs see it: what it owes, since when, and how that came."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TypedDict

from sqlalchemy import Connection

from domain.calendar import local_day, local_instant
from domain.model.facts import Account
from domain.model.money import Money
from ledger import accounts, entries, info, obligations, statements
from ledger.backdating import recorded_since
from ledger.entries import Entry

LAST_ENTRIES = 12
"""Entries that the text shows; JSON has them all."""


class UnmetRow(TypedDict):
    """An obligation that is not wholly met."""

    due_on: str
    minimum: str
    unmet: str


class EntryRow(TypedDict):
    """A movement of the balance; what increases the debt is positive."""

    value_on: str
    kind: str
    reference: str
    amount: str
    principal: str
    interest: str
    fee: str


class AccountView(TypedDict):
    """An account on one day; amounts are strings in whole currency units."""

    account: str
    currency: str
    zone: str
    as_of: str
    balance: str
    past_due: str
    days_past_due: int
    oldest_due_on: str | None
    last_statement_on: str | None
    last_statement_balance: str | None
    unmet: list[UnmetRow]
    entries: list[EntryRow]


def plain_amount(money: Money) -> str:
    """The amount in whole currency units without needless zeros, for programs: "47511944", "0.5"."""
    amount = money.amount
    return f"{amount.normalize() if amount != amount.to_integral_value() else amount.to_integral_value():f}"


def known_by(day: date, now: datetime) -> datetime:
    """What is known now; of a day to come, what a history that reaches so far tells by its end, in every zone."""
    return max(now, datetime.combine(day, time(), UTC) + timedelta(days=2))


def recorded_by(day: date) -> datetime:
    """The end of a day in the last of all zones: what was known by then, and nothing that was told later."""
    return datetime.combine(day, time(), UTC) + timedelta(hours=36)


def account_view(
    conn: Connection, account_id: str, day: date | None, now: datetime, known_on: date | None = None
) -> AccountView:
    """The account on a day; None: today, or the last day of a history that has ended and was not added to.

    ``known_on``: only what was recorded by the end of that day; None: all that is known now.
    """
    account = accounts.get_account(conn, account_id)
    day = day or _default_day(conn, account, now)
    known_at = recorded_by(known_on) if known_on else known_by(day, now)
    balance = entries.balance(conn, account_id, day, known_at)
    unmet = obligations.unmet(conn, account_id, day, known_at) if balance.amount > 0 else ()
    past_due = min(balance, Money.total((o.unmet for o in unmet), account.currency)) if unmet else None
    closed = statements.closed_by(conn, account_id, day)
    return AccountView(
        account=account_id,
        currency=account.currency,
        zone=account.zone,
        as_of=day.isoformat(),
        balance=plain_amount(balance),
        past_due=plain_amount(past_due) if past_due else "0",
        days_past_due=(day - unmet[0].due_on).days if unmet else 0,
        oldest_due_on=unmet[0].due_on.isoformat() if unmet else None,
        last_statement_on=closed[-1].closed_on.isoformat() if closed else None,
        last_statement_balance=plain_amount(closed[-1].balance) if closed else None,
        unmet=[
            UnmetRow(due_on=o.due_on.isoformat(), minimum=plain_amount(o.minimum), unmet=plain_amount(o.unmet))
            for o in unmet
        ],
        entries=[_row(entry, account.currency) for entry in entries.visible(conn, account_id, day, known_at)],
    )


def _default_day(conn: Connection, account: Account, now: datetime) -> date:
    today, ends_on = local_day(now, account.zone), info.history_ends_on(conn)
    if ends_on is None or today <= ends_on:
        return today
    after = local_instant(ends_on + timedelta(days=1), time(), account.zone)
    return today if recorded_since(conn, account.account_id, after) else ends_on


def describe(view: AccountView) -> str:
    """The account in lines for people."""
    currency = view["currency"]
    lines = [f"account {view['account']} as of {view['as_of']}: balance {view['balance']} {currency}"]
    if view["oldest_due_on"]:
        lines.append(
            f"past due: {view['past_due']} {currency}, {view['days_past_due']} days, since {view['oldest_due_on']}"
        )
    else:
        lines.append("not past due")
    lines += [f"  unmet, due {row['due_on']}: {row['unmet']} of {row['minimum']}" for row in view["unmet"]]
    if view["last_statement_on"]:
        lines.append(f"last statement {view['last_statement_on']}: {view['last_statement_balance']} {currency}")
    shown = view["entries"][-LAST_ENTRIES:]
    lines.append(f"entries ({len(shown)} of {len(view['entries'])}):")
    lines += [f"  {row['value_on']}  {row['kind']:12} {row['amount']:>14}  {row['reference']}" for row in shown]
    return "\n".join(lines)


def _row(entry: Entry, currency: str) -> EntryRow:
    def plain(minor: int) -> str:
        return plain_amount(Money.of_minor(minor, currency))

    return EntryRow(
        value_on=entry.value_on.isoformat(),
        kind=entry.kind,
        reference=entry.reference,
        amount=plain(entry.total_minor),
        principal=plain(entry.principal_minor),
        interest=plain(entry.interest_minor),
        fee=plain(entry.fee_minor),
    )
