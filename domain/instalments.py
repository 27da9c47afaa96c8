"""The instalments of a repayment plan, and what settling it early takes.

Equal payments, rounded down to the cash unit, the rest in the last one. A period's interest is the balance before the
payment times the nominal annual rate over the periods of a year (12, 26 or 4), half up to the minor unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from domain.calendar import months_after
from domain.model.days import FIRST_DAY, LAST_DAY
from domain.model.errors import InputError
from domain.model.money import Money
from domain.model.plan import Instalment, PlanTerms, Rhythm, Schedule, Settlement

HIGHEST_PERCENT = 1000
"""Above it a rate is a slip of the pen."""
_MONTHS = {Rhythm.MONTH: 1, Rhythm.QUARTER: 3}
_FORTNIGHT = timedelta(days=14)
_DAYS_OF_A_YEAR = 365


def schedule_of(terms: PlanTerms) -> Schedule:
    """The instalments of these terms.

    Raises InputError when there is no such plan: amounts, rate or dates that cannot be, less than a unit for each
    instalment, or payments that would repay nothing.
    """
    _refuse_impossible(terms)
    fees = _fees(terms)
    instalments = tuple(
        _instalment(terms, index, principal, interest, fee)
        for index, ((principal, interest), fee) in enumerate(zip(_repaid(terms), fees, strict=True))
    )
    total = Money.total((instalment.amount for instalment in instalments), terms.balance.currency)
    return Schedule(terms=terms, instalments=instalments, total=total)


def due_on(terms: PlanTerms, index: int) -> date:
    """Due date of an instalment, the first having index 0; -1 is the day from which that one bears interest.

    The same day each month, in shorter months the last one (31 January, 28 February, 31 March); no business day is
    looked for.
    """
    months = _MONTHS.get(terms.rhythm)
    if index == 0:
        return terms.first_on
    if months is None:
        return terms.first_on + index * _FORTNIGHT
    return months_after(terms.first_on, index * months, terms.due_day or terms.first_on.day)


def settle(schedule: Schedule, on: date) -> Settlement:
    """What ends the plan on this day, every instalment due until then being paid on its day.

    The principal that is left, and simple interest on it at the nominal rate, days/365, half up to the minor unit:
    since the last due date; before the first, since one period before it, or since signing when that was later. Fees
    not yet due are dropped. Raises InputError for a day before signing.
    """
    terms = schedule.terms
    if on < terms.signed_on:
        raise InputError(f"a plan signed on {terms.signed_on} cannot be settled on {on}: choose a later day")
    paid = [instalment for instalment in schedule.instalments if instalment.due_on <= on]
    since = paid[-1].due_on if paid else max(terms.signed_on, due_on(terms, -1))
    left = terms.balance - Money.total((instalment.principal for instalment in paid), terms.balance.currency)
    years = Fraction(max(0, (on - since).days), _DAYS_OF_A_YEAR)
    interest = Money.of_minor(_half_up(left.minor * _annual_rate(terms) * years), left.currency)
    return Settlement(on=on, amount=left + interest, principal=left, interest=interest)


def _refuse_impossible(terms: PlanTerms) -> None:
    balance, unit = terms.balance, terms.unit
    if terms.count < 1:
        raise InputError(f"{terms.count} instalments: a plan has at least one")
    if balance.amount <= 0:
        raise InputError(f"a balance of {balance}: a plan repays more than nothing")
    if unit.amount <= 0:
        raise InputError(f"a unit of {unit}: instalments are multiples of more than nothing")
    if terms.fees.amount < 0 or terms.fees > balance:
        raise InputError(f"fees of {terms.fees} beside a balance of {balance}: they are from nothing to the balance")
    if not 0 <= terms.nominal_percent <= HIGHEST_PERCENT:
        raise InputError(f"a rate of {terms.nominal_percent} %: an annual rate is from 0 to {HIGHEST_PERCENT} %")
    if balance.minor < terms.count * unit.minor:
        raise InputError(f"{balance} in {terms.count:,} instalments: less than {unit} each: choose fewer of them")
    _refuse_days(terms)


def _refuse_days(terms: PlanTerms) -> None:
    if terms.first_on < terms.signed_on:
        raise InputError(f"the first instalment is due on {terms.first_on}, before the signing on {terms.signed_on}")
    first_in_range = terms.signed_on >= FIRST_DAY and terms.first_on <= LAST_DAY
    last_year = terms.first_on.year + (terms.count - 1) // terms.rhythm.periods_a_year
    if not first_in_range or last_year > LAST_DAY.year or due_on(terms, terms.count - 1) > LAST_DAY:
        raise InputError(f"a plan lies between {FIRST_DAY} and {LAST_DAY}: choose other days, or fewer instalments")


def _repaid(terms: PlanTerms) -> tuple[tuple[int, int], ...]:
    """Principal and interest of each instalment in minor units.

    Where a rate is so low that its interest is rounded to nothing, the annuity repays more than there is: then the
    payment is a unit less.
    """
    payment = _annuity(terms)
    while (parts := tuple(_split(terms, payment)))[-1][0] <= 0:
        payment -= terms.unit.minor
    return parts


def _annuity(terms: PlanTerms) -> int:
    """The payment that repays the balance in equal instalments, rounded down to the unit; exact, in minor units."""
    rate, balance = _period_rate(terms), Fraction(terms.balance.minor)
    payment = balance * rate / (1 - 1 / (1 + rate) ** terms.count) if rate else balance / terms.count
    return _floor_to_unit(payment, terms)


def _split(terms: PlanTerms, payment: int) -> Iterator[tuple[int, int]]:
    rate, left = _period_rate(terms), terms.balance.minor
    for _ in range(terms.count - 1):
        interest = _half_up(left * rate)
        if payment <= interest:
            raise InputError(_repays_nothing(terms, payment, interest))
        yield payment - interest, interest
        left -= payment - interest
    yield left, _half_up(left * rate)


def _repays_nothing(terms: PlanTerms, payment: int, interest: int) -> str:
    paid, due = (Money.of_minor(minor, terms.balance.currency) for minor in (payment, interest))
    return (
        f"instalments of {paid} repay nothing of {terms.balance}, its interest for one {terms.rhythm} is {due}: {_MEND}"
    )


_MEND = "choose fewer instalments, a lower rate or a smaller unit"


def _fees(terms: PlanTerms) -> Iterator[int]:
    """Spread like the payments: equal parts, rounded down to the unit, the rest in the last one."""
    each = _floor_to_unit(Fraction(terms.fees.minor, terms.count), terms)
    for _ in range(terms.count - 1):
        yield each
    yield terms.fees.minor - (terms.count - 1) * each


def _instalment(terms: PlanTerms, index: int, principal: int, interest: int, fee: int) -> Instalment:
    def money(minor: int) -> Money:
        return Money.of_minor(minor, terms.balance.currency)

    return Instalment(
        due_on=due_on(terms, index),
        amount=money(principal + interest + fee),
        principal=money(principal),
        interest=money(interest),
        fees=money(fee),
    )


def _annual_rate(terms: PlanTerms) -> Fraction:
    return Fraction(terms.nominal_percent) / 100


def _period_rate(terms: PlanTerms) -> Fraction:
    return _annual_rate(terms) / terms.rhythm.periods_a_year


def _floor_to_unit(minor: Fraction, terms: PlanTerms) -> int:
    return int(minor // terms.unit.minor) * terms.unit.minor


def _half_up(minor: Fraction) -> int:
    return int((minor + Fraction(1, 2)) // 1)
