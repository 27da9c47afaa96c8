"""Quotes of repayment plans: what people write, as terms; the cash unit of a currency; the rules of a stack."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from babel.numbers import is_currency

from domain.annual_rate import effective_percent
from domain.calendar import months_after
from domain.cash import cash_unit
from domain.instalments import schedule_of, settle
from domain.model.errors import InputError
from domain.model.money import Money
from domain.model.plan import PlanTerms, Rhythm, Schedule, Settlement
from domain.model.rules import Rules
from domain.plans.limits import refusals, unjudged

_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,8})?")
MOST_INSTALMENTS = 1_200
"""A hundred years of months: above it a number is a slip of the pen."""


@dataclass(frozen=True)
class Asked:
    """What is asked for, as people wrote it."""

    balance: str
    instalments: int
    currency: str
    rate: str
    fees: str
    unit: str | None
    every: Rhythm
    first_on: date | None
    signed_on: date | None
    """None: today, or one period before a first instalment that was due before."""
    today: date
    contract_rate: str | None = None
    """Annual rate of the card's contract; None: not told."""


@dataclass(frozen=True)
class Quote:
    """A plan that the rules allow, and what it costs."""

    schedule: Schedule
    effective_percent: Decimal
    notes: tuple[str, ...]
    """What the rules ask beside, that cannot be told from the terms."""
    settlement: Settlement | None = None


def quote(asked: Asked, rules: Rules | None, settle_on: date | None = None) -> Quote:
    """The plan; raises InputError when there is no such plan, or with the first rule that forbids it."""
    terms = terms_of(asked)
    if not 1 <= terms.count <= MOST_INSTALMENTS:
        raise InputError(f"--instalments: {terms.count:,} is not from 1 to {MOST_INSTALMENTS:,}")
    packs = () if rules is None else rules.packs
    for refusal in refusals(terms, packs):
        raise InputError(f"{refusal.rule}: {refusal.why} ({refusal.source})")
    schedule = schedule_of(terms)
    settlement = None if settle_on is None else settle(schedule, settle_on)
    return Quote(schedule, effective_percent(schedule), unjudged(terms, packs), settlement)


def terms_of(asked: Asked) -> PlanTerms:
    """What was written, as terms. Raises InputError, and names the option, for what cannot be read."""
    if not is_currency(asked.currency):
        raise InputError(f"--currency: {asked.currency!r} is no currency: write a code such as CNY")
    unit = _money("--unit", asked.unit, asked.currency) if asked.unit is not None else cash_unit(asked.currency)
    contract = None if asked.contract_rate is None else _decimal("--contract-rate", asked.contract_rate)
    signed_on = asked.signed_on or _signed_on(asked)
    return PlanTerms(
        balance=_money("--balance", asked.balance, asked.currency),
        count=asked.instalments,
        rhythm=asked.every,
        nominal_percent=_decimal("--rate", asked.rate),
        contract_percent=contract,
        fees=_money("--fees", asked.fees, asked.currency),
        unit=unit,
        signed_on=signed_on,
        first_on=asked.first_on or one_period_after(signed_on, asked.every),
    )


def one_period_after(day: date, every: Rhythm) -> date:
    """When the first instalment is due if nobody says."""
    return _periods_after(day, every, 1)


def _signed_on(asked: Asked) -> date:
    """A plan that began before today was signed before it, too."""
    if asked.first_on is None or asked.first_on >= asked.today:
        return asked.today
    return _periods_after(asked.first_on, asked.every, -1)


def _periods_after(day: date, every: Rhythm, count: int) -> date:
    if every is Rhythm.FORTNIGHT:
        return day + count * timedelta(days=14)
    return months_after(day, count * (3 if every is Rhythm.QUARTER else 1), day.day)


def _money(option: str, text: str, currency: str) -> Money:
    amount = _decimal(option, text)
    try:
        return Money(amount=amount, currency=currency)
    except ValueError as error:
        raise InputError(f"{option}: {text} has more decimal places than {currency}") from error


def _decimal(option: str, text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise InputError(f"{option}: {text!r} is no number: write digits and a point, such as 1234.50")
    return Decimal(text)
