"""How a plan stands, as a function of its instalments, the money and the notices: nothing else, and no memory.

An instalment is missed when its grace is over and the payments of a value date until then did not meet it. A due date
on no business day is kept by money of the next business day; the grace begins after that. A missed instalment can be
made good until the cure period ends, which counts from the notice of it, also when a returned payment reveals an old
miss: a notice from before that return told of something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from domain.calendar import days_after
from domain.compliance.holidays import next_business_day
from domain.model.adjustments import AdjustmentKind, AdjustmentState
from domain.model.duties import BrokenBy
from domain.model.facts import MessageState
from domain.model.pack import Pack
from domain.model.repayment import PLAN_REPAIR, PlanFacts, PlanNotice, PlanStatus
from domain.plans.standing import Course, Line, Standing, course_of

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Judged:
    """A plan on one day."""

    on: date
    status: PlanStatus
    standing: Standing
    missed: tuple[Line, ...] = ()
    """Those missed and still open, the oldest first."""
    missed_since: date = date.min
    """With missed ones: the last day of grace of the oldest."""
    cure_ends_on: date | None = None
    """With missed ones: the last day of the cure period; None: the notice of them has not left yet."""


@dataclass(frozen=True)
class Judge:
    """What a judgement rests on."""

    known: PlanFacts
    rule: BrokenBy
    packs: Sequence[Pack]
    complete_until: date
    """The last day whose payments the ledger has all: nothing is concluded of a later one."""

    def judge(self, today: date) -> Judged:
        """How the plan stands on this day."""
        course = self._course
        standing = course.on(today)
        if (waits := _adjusting(self.known)) is not None:
            return Judged(today, waits, standing)
        if standing.is_complete:
            return Judged(today, PlanStatus.COMPLETED, standing)
        missed = tuple(standing.lines[index] for index in self._late if not standing.lines[index].is_met)
        if any(self._is_broken_by(notice) for notice in self._told):
            return Judged(today, PlanStatus.BROKEN, standing, missed)
        if len(missed) < self.rule.missed_instalments:
            return Judged(today, PlanStatus.PERFORMING, standing, missed)
        cure_ends_on = self.cure_ends_on(missed)
        over = not self.waits_for_notice and cure_ends_on is not None and cure_ends_on <= self.complete_until
        status = PlanStatus.BROKEN if over else PlanStatus.MISSED
        return Judged(today, status, standing, missed, self.grace_ends_on(missed[0].due_on), cure_ends_on)

    def grace_ends_on(self, due_on: date) -> date:
        """The last day on which money for this due date is in time."""
        in_time = next_business_day(due_on - _DAY, self.packs)
        return days_after(in_time, self.rule.grace_days)

    def cure_ends_on(self, missed: Sequence[Line]) -> date | None:
        """The last day on which these can be made good; None: that counts from a notice which has not left yet."""
        if not self.waits_for_notice:
            return days_after(self.grace_ends_on(missed[0].due_on), self.rule.cure_days)
        told = [notice for notice in self._told if self._tells_of(notice, missed[0])]
        return days_after(told[-1].on, self.rule.cure_days) if told else None

    def streaks(self, of: int) -> tuple[Line, ...]:
        """The instalments that complete so many paid in time, one after the other; early is in time."""
        completed, run = [], 0
        for index, line in enumerate(self._course.lines):
            if line.no is None:
                continue
            run = run + 1 if self._course.is_met(index, self.grace_ends_on(line.due_on)) else 0
            if run and run % of == 0:
                completed.append(line)
        return tuple(completed)

    @property
    def waits_for_notice(self) -> bool:
        """Whether nothing is broken before the customer was told of a miss."""
        return self.rule.repair_notice and self.rule.cure_from == "notice"

    @cached_property
    def _course(self) -> Course:
        return course_of(self.known.instalments, self.known.payments, self.known.minimums)

    @cached_property
    def _late(self) -> tuple[int, ...]:
        """The lines that were not met when their grace ended."""
        ends = [(index, self.grace_ends_on(line.due_on)) for index, line in enumerate(self._course.lines)]
        return tuple(i for i, on in ends if on <= self.complete_until and not self._course.is_met(i, on))

    @cached_property
    def _told(self) -> tuple[PlanNotice, ...]:
        """The notices of a miss that have left since the last return of a payment, oldest first."""
        sent = (each for each in self.known.notices if each.state == MessageState.SENT)
        told = (each for each in sent if is_repair(each.key, self.known.returned))
        return tuple(sorted(told, key=lambda each: each.on))

    def _tells_of(self, notice: PlanNotice, line: Line) -> bool:
        """A notice tells of everything that is missed on the day on which it leaves."""
        return self.grace_ends_on(line.due_on) < notice.on

    def _is_broken_by(self, notice: PlanNotice) -> bool:
        """Whether what the notice told of was not made good in its time."""
        ends_on = days_after(notice.on, self.rule.cure_days)
        if not self.waits_for_notice or ends_on > self.complete_until:
            return False
        told = (index for index in self._late if self._tells_of(notice, self._course.lines[index]))
        return sum(not self._course.is_met(index, ends_on) for index in told) >= self.rule.missed_instalments


def repair_key(plan: str, oldest_due_on: date, returned: int, attempt: int) -> str:
    """Key of a notice that something is missed: one for each miss, and again after a payment was taken back."""
    return f"{plan}/{PLAN_REPAIR}/{oldest_due_on}/{returned}/{attempt}"


def is_repair(key: str, returned: int) -> bool:
    """Whether this is the key of such a notice, after so many returns."""
    parts = key.split("/")
    return PLAN_REPAIR in parts and parts[-2] == str(returned)


def _adjusting(known: PlanFacts) -> PlanStatus | None:
    """What the answers of the card system make of the plan; None: they are all there."""
    found = (each for each in known.adjustments if each.adjustment.kind is not AdjustmentKind.RESTORE)
    states = {each.state for each in found}
    if AdjustmentState.REFUSED in states:
        return PlanStatus.VOID
    return None if states == {AdjustmentState.CONFIRMED} else PlanStatus.AGREED
