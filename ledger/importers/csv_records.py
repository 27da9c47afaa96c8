"""The rows of our portfolio format (docs/portfolio-format.md), read into typed records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from domain.model.money import Money
from ledger.entries import EntryKind
from ledger.importers import csv_persons
from ledger.importers.csv_values import Fields, an_id, day, minor_units, zone
from ledger.importers.rows import RowError

NEEDED = ("record", "account", "date", "amount", "reference", "currency", "zone", "minimum", "due_on")
OPTIONAL = ("customer", "credit_limit", "principal", "interest", "fee", "reverses", *csv_persons.COLUMNS)
_CURRENCY = re.compile("[A-Z]{3}")

_INCREASE = {"charge": EntryKind.NET_CHARGES, "interest": EntryKind.INTEREST, "fee": EntryKind.FEE}
_DECREASE = {"payment": EntryKind.PAYMENT, "credit": EntryKind.CREDIT}
KINDS = ("account", "opening", "statement", *_DECREASE, *_INCREASE, "reversal", *csv_persons.KINDS)

Legs = tuple[int, int, int]
"""Principal, interest and fee in minor units, signed like an entry's."""


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """The account that the rows after it belong to."""

    line: int
    account_id: str
    person_id: str
    currency: str
    zone: str
    credit_limit_minor: int | None


@dataclass(frozen=True, slots=True)
class StatementRecord:
    """A closed statement, and the minimum payment that it asks for."""

    line: int
    on: date
    balance_minor: int
    minimum_minor: int
    due_on: date | None


@dataclass(frozen=True, slots=True)
class EntryRecord:
    """A movement of the balance; ``legs`` None: a payment that the rules split."""

    line: int
    on: date
    kind: EntryKind
    reference: str
    amount_minor: int
    legs: Legs | None


@dataclass(frozen=True, slots=True)
class ReversalRecord:
    """The return of an earlier entry, by the value date of the return."""

    line: int
    on: date
    reference: str
    reverses: str


Record = StatementRecord | EntryRecord | ReversalRecord


def account_record(line: int, fields: Fields) -> AccountRecord:
    """The account of a row of the kind `account`."""
    account_id, currency = an_id(fields, "account"), fields["currency"]
    if not _CURRENCY.fullmatch(currency):
        raise RowError("currency", "not a currency code of ISO 4217")
    kept_in = zone(fields, "zone")
    limit = minor_units(fields, "credit_limit", currency) if fields["credit_limit"] else None
    customer = an_id(fields, "customer", slash=True) if fields["customer"] else f"person-{account_id}"
    return AccountRecord(line, account_id, customer, currency, kept_in, limit)


def record_of(line: int, fields: Fields, currency: str) -> Record:
    """The record of any other row."""
    kind = fields["record"]
    if kind == "statement":
        return _statement(line, fields, currency)
    if kind == "reversal":
        reference, reverses = an_id(fields, "reference", slash=True), an_id(fields, "reverses", slash=True)
        return ReversalRecord(line, day(fields, "date"), reference, reverses)
    return _entry(line, fields, currency)


def _statement(line: int, fields: Fields, currency: str) -> StatementRecord:
    on = day(fields, "date")
    minimum = minor_units(fields, "minimum", currency) if fields["minimum"] else 0
    if minimum < 0:
        raise RowError("minimum", "negative: write what is asked for, zero or above")
    due_on = day(fields, "due_on") if fields["due_on"] else None
    if minimum and due_on is None:
        raise RowError("due_on", "a statement with a minimum payment needs its due date")
    if due_on is not None and due_on <= on:
        raise RowError("due_on", f"{due_on} is not after the statement's date {on}")
    return StatementRecord(line, on, minor_units(fields, "amount", currency), minimum, due_on)


def _entry(line: int, fields: Fields, currency: str) -> EntryRecord:
    kind, on, amount = fields["record"], day(fields, "date"), minor_units(fields, "amount", currency)
    if amount <= 0 and kind != "opening":
        raise RowError("amount", f"write a {kind} as an amount above zero")
    sign = -1 if kind in _DECREASE else 1
    legs = _split(fields, currency, amount, sign)
    if legs is None and kind not in _DECREASE:
        legs = _whole(kind, amount)
    entry_kind = (_DECREASE | _INCREASE).get(kind, EntryKind.OPENING)
    return EntryRecord(line, on, entry_kind, an_id(fields, "reference", slash=True), sign * amount, legs)


def _split(fields: Fields, currency: str, amount: int, sign: int) -> Legs | None:
    parts = ("principal", "interest", "fee")
    if not any(fields[part] for part in parts):
        return None
    principal, interest, fee = (minor_units(fields, part, currency) if fields[part] else 0 for part in parts)
    if principal + interest + fee != amount:
        total = Money.of_minor(principal + interest + fee, currency)
        raise RowError("principal", f"principal, interest and fee are {total} together, not the amount")
    return sign * principal, sign * interest, sign * fee


def _whole(kind: str, amount: int) -> Legs:
    return (0, amount, 0) if kind == "interest" else (0, 0, amount) if kind == "fee" else (amount, 0, 0)
