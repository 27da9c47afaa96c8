"""Statements: the closing balance of each billing cycle, as the bank sent it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from domain.model.money import Money
from ledger.inserts import insert_new
from ledger.tables import accounts, statements


@dataclass(frozen=True)
class Statement:
    """The end of one cycle; a negative balance is a credit."""

    closed_on: date
    balance: Money


def add(conn: Connection, account_id: str, statement: Statement) -> bool:
    """Store a statement; False when one of this day is there."""
    row = {"account_id": account_id, "closed_on": statement.closed_on, "balance_minor": statement.balance.minor}
    return insert_new(conn, statements, row)


def closed_by(conn: Connection, account_id: str, day: date) -> tuple[Statement, ...]:
    """The statements closed on or before the day, oldest first."""
    c = statements.c
    statement = (
        select(c.closed_on, c.balance_minor, accounts.c.currency)
        .join(accounts, accounts.c.account_id == c.account_id)
        .where(c.account_id == account_id, c.closed_on <= day)
        .order_by(c.closed_on)
    )
    return tuple(Statement(on, Money.of_minor(minor, currency)) for on, minor, currency in conn.execute(statement))
