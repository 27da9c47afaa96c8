"""Where the money of a plan went: which instalment each payment met, as a function of the payments alone.

Payments of one value date count together. They first meet what has fallen due by that day, the oldest first, then the
next one to come, though it is early; what is left comes off the end, from the last one backwards. What exceeds all of
them is the customer's credit.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from domain.model.money import Money
from domain.model.plan import Instalment
from domain.model.repayment import EarlyEnd, MinimumDue, PlanPayment


def ended_early_on(end: EarlyEnd | None, payments: Iterable[PlanPayment]) -> date | None:
    """The day by which the amount agreed for an early end was paid; None: there was none, or it was not paid."""
    if end is None:
        return None
    paid = sum(each.amount.minor for each in payments if each.value_on <= end.on)
    return end.on if paid >= end.paid_in_all.minor else None


@dataclass(frozen=True)
class Line:
    """What falls due on one day under a plan."""

    due_on: date
    amount: Money
    met: Money
    no: int | None
    """Number of the instalment, from 1; None: a current minimum payment beside the plan."""

    @property
    def unpaid(self) -> Money:
        """What is not paid of it."""
        return self.amount - self.met

    @property
    def is_met(self) -> bool:
        return self.met >= self.amount


@dataclass(frozen=True)
class Standing:
    """All lines with what met them, and what is left of the money."""

    lines: tuple[Line, ...]
    credit: Money

    @property
    def instalments(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.no is not None)

    @property
    def paid(self) -> Money:
        """On the instalments."""
        own = self.instalments
        return Money.total((line.met for line in own), self.credit.currency)

    @property
    def is_complete(self) -> bool:
        """Whether every instalment is paid."""
        return all(line.is_met for line in self.instalments)

    def next_open(self) -> Line | None:
        """The line that falls due first of those that are not paid."""
        return next((line for line in self.lines if not line.is_met), None)


@dataclass(frozen=True)
class Course:
    """The lines of a plan, and what had met them at the end of each day on which money came."""

    lines: tuple[Line, ...]
    days: tuple[date, ...]
    met: tuple[tuple[int, ...], ...]
    """In minor units, by day and line; the first for the time before any money came."""
    credits: tuple[int, ...]

    def on(self, day: date) -> Standing:
        """As the money of a value date up to this day left it."""
        at = bisect_right(self.days, day)
        done = (_with(line, minor) for line, minor in zip(self.lines, self.met[at], strict=True))
        return Standing(tuple(done), Money.of_minor(self.credits[at], self.lines[0].amount.currency))

    def is_met(self, index: int, day: date) -> bool:
        """Whether that line was paid by the end of the day."""
        return self.met[bisect_right(self.days, day)][index] >= self.lines[index].amount.minor


def course_of(
    instalments: Sequence[Instalment], payments: Iterable[PlanPayment], minimums: Sequence[MinimumDue] = ()
) -> Course:
    """What payments met of a plan's instalments, and of the minimum payments that go on beside it."""
    lines = sorted([*_own(instalments), *_beside(minimums)], key=lambda line: (line.due_on, line.no is not None))
    met, credit = [0] * len(lines), 0
    days, snapshots, credits = [], [tuple(met)], [0]
    for on, of_day in groupby(sorted(payments, key=_value_on), key=_value_on):
        credit += _spend(lines, met, on, sum(each.amount.minor for each in of_day))
        days.append(on)
        snapshots.append(tuple(met))
        credits.append(credit)
    return Course(tuple(lines), tuple(days), tuple(snapshots), tuple(credits))


def _value_on(payment: PlanPayment) -> date:
    return payment.value_on


def _own(instalments: Sequence[Instalment]) -> list[Line]:
    nothing = Money.zero(instalments[0].amount.currency)
    return [Line(each.due_on, each.amount, nothing, no) for no, each in enumerate(instalments, start=1)]


def _beside(minimums: Sequence[MinimumDue]) -> list[Line]:
    return [Line(each.due_on, each.amount, Money.zero(each.amount.currency), None) for each in minimums]


def _with(line: Line, minor: int) -> Line:
    return Line(line.due_on, line.amount, Money.of_minor(minor, line.amount.currency), line.no)


def _spend(lines: Sequence[Line], met: list[int], on: date, minor: int) -> int:
    """Meet lines with the money of one day; what is left of it."""
    for index in _order(lines, met, on):
        part = min(minor, lines[index].amount.minor - met[index])
        met[index] += part
        minor -= part
    return minor


def _order(lines: Sequence[Line], met: Sequence[int], on: date) -> list[int]:
    """What is due first, then the next day on which something falls due, then instalments from the last backwards."""
    still = [index for index, line in enumerate(lines) if met[index] < line.amount.minor]
    coming = min((lines[index].due_on for index in still if lines[index].due_on > on), default=on)
    first = [index for index in still if lines[index].due_on <= coming]
    rest = [index for index in still if lines[index].due_on > coming and lines[index].no is not None]
    return first + rest[::-1]
