"""A repayment plan in words: what is asked for, what falls due when, and what settling it early takes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from domain.model.base import Model
from domain.model.money import Money


class Rhythm(StrEnum):
    """How often an instalment falls due."""

    MONTH = "month"
    """The same day each month; a period's interest is a twelfth of the annual rate."""
    FORTNIGHT = "fortnight"
    """Every 14 days; a period's interest is a twenty-sixth of the annual rate."""
    QUARTER = "quarter"
    """The same day every third month; a period's interest is a quarter of the annual rate."""

    @property
    def periods_a_year(self) -> int:
        """Into how many equal periods the annual rate is divided."""
        return {Rhythm.MONTH: 12, Rhythm.FORTNIGHT: 26, Rhythm.QUARTER: 4}[self]


class PlanTerms(Model):
    """What a plan is asked to be; whether there is such a plan, and whether the rules allow it, is judged elsewhere."""

    balance: Money
    """What is repaid, and bears interest."""
    count: int
    """How many instalments."""
    rhythm: Rhythm = Rhythm.MONTH
    nominal_percent: Decimal = Decimal(0)
    """Annual rate in percent; 0: the interest stops."""
    contract_percent: Decimal | None = None
    """Annual rate of the card's contract in percent, for rules that forbid a higher one; None: not told."""
    fees: Money
    """What is charged beside interest, in all; it bears no interest (China: 银发〔2016〕111号)."""
    unit: Money
    """Of what all instalments but the last are multiples: what can be paid in cash (CLDR's cash digits)."""
    signed_on: date
    """From here rules count the term (China: Measures art. 70)."""
    first_on: date
    """Due date of the first instalment, which bears one whole period's interest."""
    due_day: int | None = None
    """Day of the month of the later ones, in shorter months the last day; None: that of the first."""


class Instalment(Model):
    """What falls due on one day: ``amount`` is the sum of the other three."""

    due_on: date
    """Never moved: when it is no business day, money of the next one is in time."""
    amount: Money
    principal: Money
    interest: Money
    fees: Money


class Schedule(Model):
    """All instalments of a plan in order; their principals add up to the balance."""

    terms: PlanTerms
    instalments: tuple[Instalment, ...]
    total: Money
    """Sum of all amounts."""


class Settlement(Model):
    """What ends a plan on a day, when every instalment due until then was paid: principal and interest, no fees."""

    on: date
    amount: Money
    principal: Money
    interest: Money
    """Simple interest for the days since the last instalment, a year having 365."""


class PlanRefusal(Model):
    """Why the terms of a plan are forbidden."""

    rule: str
    """Pack and key, as ``cn.plan.max_term_months``."""
    why: str
    source: str
