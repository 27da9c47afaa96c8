"""Posting payments to the ledger and taking them back: one write transaction each, harmless when repeated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection

from domain.calendar import local_day
from domain.delinquency import assess
from domain.model.errors import InputError
from domain.model.facts import Obligation
from domain.model.money import Money, decimal_places
from domain.model.rules import Component, Rules
from ledger import accounts, backdating, disputes, entries, meetings, obligations, reversals
from ledger.engine import Ledger
from ledger.entries import Entry, EntryKind
from ledger.meetings import Allocated
from starter.allocation import PackAllocation
from starter.planned import split_under

_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,9})?")
_REFERENCE = re.compile(r"\S[^\r\n]{0,199}")


@dataclass(frozen=True)
class Payment:
    """Money that came in for an account, under the sender's own reference."""

    account_id: str
    amount: Money
    reference: str
    value_on: date | None = None
    """None: the local day on which it is posted."""


@dataclass(frozen=True)
class Posted:
    """What became of a posting; ``new`` is False when it had been made before."""

    new: bool
    entry: Entry
    met: tuple[Allocated, ...]


def parse_amount(text: str, currency: str) -> Money:
    """A payment's amount as people write it, "1234.50"; raises InputError in one line."""
    text = text.strip()
    if text.startswith("-"):
        raise InputError(f"amount {text}: a payment is above zero; to take one back use `ledger reverse-payment`")
    if not _AMOUNT.fullmatch(text):
        raise InputError(f"amount {text!r}: write digits and a point, like 1234.50")
    amount, places = Decimal(text), decimal_places(currency)
    if amount != round(amount, places):
        raise InputError(f"amount {text}: {currency} has {places} decimal places")
    return Money(amount=amount, currency=currency)


def post_payment(ledger: Ledger, rules: Rules, payment: Payment, recorded_at: datetime) -> Posted:
    """Append the payment in a transaction of its own, as ``payment_in`` does."""
    with ledger.write() as conn:
        return payment_in(conn, rules, payment, recorded_at)


def payment_in(conn: Connection, rules: Rules, payment: Payment, recorded_at: datetime) -> Posted:
    """Append the payment, and what it meets of the obligations unmet at its value date, oldest first.

    Raises InputError for an unknown account, another currency, an amount that is not above zero, a value date before
    the account's first entry, and a reference that says something else.
    """
    if payment.amount.amount <= 0:
        raise InputError(f"a payment of {payment.amount} cannot be posted: give an amount above zero")
    if not _REFERENCE.fullmatch(payment.reference):
        raise InputError("a payment needs a reference of 1 to 200 characters in one line")
    account = accounts.get_account(conn, payment.account_id)
    if account.currency != payment.amount.currency:
        raise InputError(
            f"account {account.account_id} is kept in {account.currency}, not in {payment.amount.currency}"
        )
    accounts.lock_person(conn, accounts.person_of(conn, account.account_id))
    if there := entries.find(conn, payment.reference):
        return _same(conn, there, payment)
    day = payment.value_on or local_day(recorded_at, account.zone)
    return _append(conn, rules, payment, day, recorded_at)


def reverse_payment(
    ledger: Ledger, reference: str, recorded_at: datetime, value_on: date | None = None, by: str | None = None
) -> Posted:
    """Take a payment back in a transaction of its own, as ``reversal_in`` does."""
    with ledger.write() as conn:
        return reversal_in(conn, reference, recorded_at, value_on, by)


def reversal_in(
    conn: Connection, reference: str, recorded_at: datetime, value_on: date | None = None, by: str | None = None
) -> Posted:
    """Take a payment back, and exactly what it met; by default at its own value date, as if it had never come.

    Raises InputError when there is no payment of this reference, or when it was taken back in another way.
    """
    payment = entries.find(conn, reference)
    if payment is None or payment.kind not in (EntryKind.PAYMENT, EntryKind.CREDIT):
        raise InputError(f"no payment {reference} in the ledger")
    accounts.lock_person(conn, accounts.person_of(conn, payment.account_id))
    by = by or f"{reference}/reversal"
    there = entries.find(conn, by)
    if there and value_on is None:
        value_on = there.value_on
    new = reversals.reverse(conn, reference, by=by, value_on=value_on or payment.value_on, recorded_at=recorded_at)
    return _posted(conn, by, new)


def is_past_due(conn: Connection, rules: Rules, account_id: str, now: datetime) -> bool:
    """Whether the account is past due today, beyond the days of grace: a case can be opened."""
    today = local_day(now, accounts.get_account(conn, account_id).zone)
    unmet = obligations.unmet(conn, account_id, today, now)
    return assess(unmet, entries.balance(conn, account_id, today, now), today, rules) is not None


def _append(conn: Connection, rules: Rules, payment: Payment, day: date, recorded_at: datetime) -> Posted:
    account_id, reference = payment.account_id, payment.reference
    if not entries.visible(conn, account_id, day, recorded_at):
        raise InputError(f"account {account_id} has no entry on or before {day}: give a later value date")
    allocation = PackAllocation(rules)
    owed = entries.component_balances(conn, account_id, day, recorded_at)
    late = obligations.unmet(conn, account_id, day, recorded_at)
    under = split_under(conn, account_id, day, recorded_at)
    legs = allocation.legs(payment.amount, owed, late, day) if under is None else under(payment.amount, owed)
    disputed = disputes.disputed_due_on(conn, account_id)
    met = allocation.met(payment.amount, _open(conn, account_id, day, recorded_at), disputed)
    parts = tuple(Allocated(due_on, part.minor) for due_on, part in met)
    entries.append(conn, _entry(payment, legs, day, recorded_at))
    meetings.allocate(conn, account_id, parts, value_on=day, recorded_at=recorded_at, entry_reference=reference)
    return _posted(conn, reference, new=True)


def _open(conn: Connection, account_id: str, day: date, known_at: datetime) -> list[Obligation]:
    """Billed and unmet on the day, less what later payments have met by now: their money is not spent twice."""
    later = backdating.allocated_after(conn, account_id, day, known_at)
    still_open = []
    for obligation in obligations.billed_unmet(conn, account_id, day, known_at):
        taken = Money.of_minor(max(0, later.get(obligation.due_on, 0)), obligation.unmet.currency)
        if obligation.unmet > taken:
            still_open.append(obligation.model_copy(update={"unmet": obligation.unmet - taken}))
    return still_open


def _same(conn: Connection, there: Entry, payment: Payment) -> Posted:
    said = (there.account_id, there.kind, there.value_on, -there.total_minor)
    day = payment.value_on or there.value_on
    if said != (payment.account_id, EntryKind.PAYMENT, day, payment.amount.minor):
        raise InputError(
            f"reference {payment.reference} was used for another entry: {there.kind} of account {there.account_id}, "
            f"value date {there.value_on}; use a reference of its own"
        )
    return _posted(conn, payment.reference, new=False)


def _entry(payment: Payment, legs: Mapping[Component, Money], day: date, recorded_at: datetime) -> Entry:
    return Entry(
        account_id=payment.account_id,
        reference=payment.reference,
        kind=EntryKind.PAYMENT,
        value_on=day,
        recorded_at=recorded_at,
        principal_minor=-legs[Component.PRINCIPAL].minor,
        interest_minor=-legs[Component.INTEREST].minor,
        fee_minor=-legs[Component.FEE].minor,
    )


def _posted(conn: Connection, reference: str, new: bool) -> Posted:
    entry = entries.find(conn, reference)
    if entry is None:
        raise InputError(f"no entry {reference} in the ledger")
    return Posted(new=new, entry=entry, met=meetings.allocated_by(conn, entry.account_id, reference))
