"""Entries: everything that moved an account's balance, each once, by value date and recorded time, in three legs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, select

from domain.model.errors import InputError
from domain.model.money import Money
from domain.model.rules import Component
from ledger.inserts import insert_new
from ledger.tables import accounts, entries


class EntryKind(StrEnum):
    """What moved the balance."""

    OPENING = "opening"
    """The balance with which the ledger begins."""
    PAYMENT = "payment"
    """Money that came in."""
    NET_CHARGES = "net_charges"
    """What a statement adds besides payments, unsplit."""
    FEE = "fee"
    """A fee charged."""
    INTEREST = "interest"
    """Interest charged."""
    CREDIT = "credit"
    """A valid credit that is no payment."""
    WAIVER = "waiver"
    """What the bank gave up of the debt by agreement."""
    RE_AGE = "re_age"
    """What was past due is met without being paid, by the bank's own act: nothing of the balance moves."""
    REVERSAL = "reversal"
    """Takes back one earlier entry exactly."""


@dataclass(frozen=True)
class Entry:
    """One posting. Legs are signed minor units: what increases the debt is positive, a payment negative."""

    account_id: str
    reference: str
    kind: EntryKind
    value_on: date
    recorded_at: datetime
    principal_minor: int = 0
    interest_minor: int = 0
    fee_minor: int = 0
    reverses: str | None = None
    """Reference of the entry that this one takes back."""

    @property
    def total_minor(self) -> int:
        return self.principal_minor + self.interest_minor + self.fee_minor


_COLUMNS = [entries.c[name] for name in Entry.__dataclass_fields__]


def append(conn: Connection, entry: Entry) -> bool:
    """Post an entry once; False when it was posted before; raises InputError when its reference says something else."""
    if insert_new(conn, entries, asdict(entry)):
        return True
    there = find(conn, entry.reference)
    if there is None:
        raise InputError(f"entry {entry.reverses} was taken back before, by another reference than {entry.reference}")
    if replace(there, recorded_at=entry.recorded_at) != entry:
        raise InputError(f"reference {entry.reference} was used for another entry of account {there.account_id}")
    return False


def find(conn: Connection, reference: str) -> Entry | None:
    """The entry of this reference."""
    row = conn.execute(select(*_COLUMNS).where(entries.c.reference == reference)).mappings().one_or_none()
    return _entry(row) if row else None


def visible(conn: Connection, account_id: str, day: date, instant: datetime) -> tuple[Entry, ...]:
    """The account's entries of value on or before the day, as known at the instant, oldest first."""
    statement = (
        select(*_COLUMNS)
        .where(entries.c.account_id == account_id, _visible(day, instant))
        .order_by(entries.c.value_on, entries.c.entry_id)
    )
    return tuple(_entry(row) for row in conn.execute(statement).mappings())


def balance(conn: Connection, account_id: str, day: date, instant: datetime) -> Money:
    """What is owed on the day as known at the instant; negative: a credit balance."""
    legs = component_balances(conn, account_id, day, instant)
    return sum(legs.values(), start=Money.zero(legs[Component.PRINCIPAL].currency))


def component_balances(conn: Connection, account_id: str, day: date, instant: datetime) -> dict[Component, Money]:
    """What is owed, by principal, interest and fee; raises InputError when the ledger has no such account."""
    c = entries.c
    sums = [func.coalesce(func.sum(leg), 0) for leg in (c.principal_minor, c.interest_minor, c.fee_minor)]
    statement = (
        select(accounts.c.currency, *sums)
        .outerjoin(entries, and_(c.account_id == accounts.c.account_id, _visible(day, instant)))
        .where(accounts.c.account_id == account_id)
        .group_by(accounts.c.currency)
    )
    row = conn.execute(statement).one_or_none()
    if row is None:
        raise InputError(f"no account {account_id} in the ledger")
    currency, principal, interest, fee = row
    return {
        Component.PRINCIPAL: Money.of_minor(int(principal), currency),
        Component.INTEREST: Money.of_minor(int(interest), currency),
        Component.FEE: Money.of_minor(int(fee), currency),
    }


def _visible(day: date, instant: datetime) -> ColumnElement[bool]:
    return and_(entries.c.value_on <= day, entries.c.recorded_at <= instant)


def _entry(row: RowMapping) -> Entry:
    return Entry(**{**row, "kind": EntryKind(row["kind"])})
