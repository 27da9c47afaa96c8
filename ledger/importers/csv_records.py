"""The rows of our portfolio format (docs/portfolio-format.md), read into typed records."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.model.days import out_of_range
from domain.model.money import Money, decimal_places
from ledger.entries import EntryKind
from ledger.importers.rows import RowError

NEEDED = ("record", "account", "date", "amount", "reference", "currency", "zone", "minimum", "due_on")
OPTIONAL = ("customer", "credit_limit", "principal", "interest", "fee", "reverses")
_AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]+)?")
_ID = re.compile(r"[^\s/][^/\n\r]{0,99}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_INCREASE = {"charge": EntryKind.NET_CHARGES, "interest": EntryKind.INTEREST, "fee": EntryKind.FEE}
_DECREASE = {"payment": EntryKind.PAYMENT, "credit": EntryKind.CREDIT}
KINDS = ("account", "opening", "statement", *_DECREASE, *_INCREASE, "reversal")

Fields = Mapping[str, str]
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
    account_id, currency, zone = _id(fields, "account"), fields["currency"], fields["zone"]
    if not re.fullmatch("[A-Z]{3}", currency):
        raise RowError("currency", f"{currency!r} is not a currency code of ISO 4217")
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise RowError("zone", f"{zone!r} is not the name of a time zone") from None
    limit = _money(fields, "credit_limit", currency) if fields["credit_limit"] else None
    customer = fields["customer"] or f"person-{account_id}"
    return AccountRecord(line, account_id, customer, currency, zone, limit)


def record_of(line: int, fields: Fields, currency: str) -> Record:
    """The record of any other row."""
    kind = fields["record"]
    if kind == "statement":
        return _statement(line, fields, currency)
    if kind == "reversal":
        reference, reverses = _id(fields, "reference", slash=True), _id(fields, "reverses", slash=True)
        return ReversalRecord(line, _date(fields, "date"), reference, reverses)
    return _entry(line, fields, currency)


def _statement(line: int, fields: Fields, currency: str) -> StatementRecord:
    on = _date(fields, "date")
    minimum = _money(fields, "minimum", currency) if fields["minimum"] else 0
    if minimum < 0:
        raise RowError("minimum", f"{fields['minimum']} is negative")
    due_on = _date(fields, "due_on") if fields["due_on"] else None
    if minimum and due_on is None:
        raise RowError("due_on", "a statement with a minimum payment needs its due date")
    if due_on is not None and due_on <= on:
        raise RowError("due_on", f"{due_on} is not after the statement's date {on}")
    return StatementRecord(line, on, _money(fields, "amount", currency), minimum, due_on)


def _entry(line: int, fields: Fields, currency: str) -> EntryRecord:
    kind, on, amount = fields["record"], _date(fields, "date"), _money(fields, "amount", currency)
    if amount <= 0 and kind != "opening":
        raise RowError("amount", f"{fields['amount']}: write a {kind} as an amount above zero")
    sign = -1 if kind in _DECREASE else 1
    legs = _split(fields, currency, amount, sign)
    if legs is None and kind not in _DECREASE:
        legs = _whole(kind, amount)
    entry_kind = (_DECREASE | _INCREASE).get(kind, EntryKind.OPENING)
    return EntryRecord(line, on, entry_kind, _id(fields, "reference", slash=True), sign * amount, legs)


def _split(fields: Fields, currency: str, amount: int, sign: int) -> Legs | None:
    parts = ("principal", "interest", "fee")
    if not any(fields[part] for part in parts):
        return None
    principal, interest, fee = (_money(fields, part, currency) if fields[part] else 0 for part in parts)
    if principal + interest + fee != amount:
        total = Money.of_minor(principal + interest + fee, currency)
        raise RowError("principal", f"principal, interest and fee are {total} together, not the amount")
    return sign * principal, sign * interest, sign * fee


def _whole(kind: str, amount: int) -> Legs:
    return (0, amount, 0) if kind == "interest" else (0, 0, amount) if kind == "fee" else (amount, 0, 0)


def _money(fields: Fields, column: str, currency: str) -> int:
    text = fields[column]
    if not _AMOUNT.fullmatch(text):
        raise RowError(column, f"{text[:40]!r} is not an amount: write digits and a point, like 1234.50")
    minor = Decimal(text).scaleb(decimal_places(currency))
    if minor != int(minor):
        raise RowError(column, f"{text} has more decimal places than {currency} has ({decimal_places(currency)})")
    return int(minor)


def _date(fields: Fields, column: str) -> date:
    text = fields[column]
    if not _DATE.fullmatch(text):
        raise RowError(column, f"{text[:40]!r} is not a date: write YYYY-MM-DD")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise RowError(column, f"{text} is no day of the calendar") from None
    if why := out_of_range(day):
        raise RowError(column, why)
    return day


def _id(fields: Fields, column: str, slash: bool = False) -> str:
    text = fields[column]
    if not _ID.fullmatch(text.replace("/", "-") if slash else text):
        what = "empty" if not text else f"{text[:40]!r} cannot be used"
        raise RowError(column, f"{what}: write up to 100 characters{'' if slash else ' without a slash'}")
    return text
