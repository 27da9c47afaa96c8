"""The ladder: which notice is next, and when; a function of the oldest unpaid due date and of the notices tried.

No step is skipped and none is given twice in an episode. When a part payment moves the oldest unpaid due date, the
next step moves with it; what is owed after an outage is given in order, spaced by the strategy's least gap.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never

from domain.calendar import days_after, month_end
from domain.case.channels import failures
from domain.delinquency import treatment_day_reached_on
from domain.model.case import KEEP_LAST, LadderView, NoticeMark
from domain.model.facts import Arrears, MessageState, Notice, Pause
from domain.model.strategy import AfterPrevious, Channel, DaysPastDue, LadderStep, MonthEnd, Strategy


class Halt(StrEnum):
    """Why the ladder names no next notice."""

    ALL_GIVEN = "all_given"
    """Every step was given."""
    FATE_OPEN = "fate_open"
    """The last notice is on its way, or nobody knows whether it left."""
    MOST_ATTEMPTS = "most_attempts"
    """As many notices were tried as the strategy allows in one episode."""
    TOO_LITTLE = "too_little"
    """The past-due amount is below the strategy's least amount."""
    CLOCK_STOPPED = "clock_stopped"
    """An open pause stops the treatment days before the step falls due."""


@dataclass(frozen=True)
class NextNotice:
    """The step to give next: due by the strategy on ``due_on``, and after the least gap not before ``leaves_on``."""

    step: LadderStep
    attempt: int
    due_on: date
    leaves_on: date


def next_notice(
    treated: Arrears,
    notices: Sequence[Notice],
    strategy: Strategy,
    pauses: Sequence[Pause],
    grace: int,
    *,
    usable: Collection[Channel] = (),
    receipts_expected: bool = False,
) -> NextNotice | Halt:
    """The next notice for what is treated, or why there is none; ``grace`` is that of treatment days.

    ``usable``: the channels that lead to the customer; one that is left when another failed is taken the day after.

    With ``receipts_expected`` the notices on their way count as given: what the ladder says when all goes well.
    """
    given = _GIVEN_OR_ON_ITS_WAY if receipts_expected else _GIVEN
    step = _next_step(notices, strategy, given)
    if step is None:
        return Halt.ALL_GIVEN
    if (halt := _halt(treated, notices, strategy, given)) is not None:
        return halt
    due_on = _due_on(step, treated.oldest_due_on, notices, pauses, grace)
    if due_on is None:
        return Halt.CLOCK_STOPPED
    attempt = 1 + max((n.attempt for n in notices if n.step == step.id), default=0)
    return NextNotice(step, attempt, due_on, max(due_on, _earliest_on(step, notices, strategy, usable)))


_GIVEN = frozenset({MessageState.SENT})
_GIVEN_OR_ON_ITS_WAY = frozenset({MessageState.SENT, MessageState.SENDING})
_FATE_OPEN = frozenset({MessageState.SENDING, MessageState.UNKNOWN})


def _next_step(notices: Sequence[Notice], strategy: Strategy, given: frozenset[MessageState]) -> LadderStep | None:
    """The first step that was not given in this episode."""
    done = {n.step for n in notices if n.state in given}
    return next((step for step in strategy.ladder if step.id not in done), None)


def view_of(strategy: Strategy, notices: Sequence[Notice], next_on: date | None = None) -> LadderView:
    """The ladder for the operator's page: what was given or is on its way, what is next, what comes after."""
    shown = [n for n in notices if n.state is not MessageState.REFUSED]
    given = {n.step for n in shown if n.state in _GIVEN_OR_ON_ITS_WAY}
    steps = [step.id for step in strategy.ladder if step.id not in given]
    return LadderView(
        given=tuple(NoticeMark(step=n.step, state=n.state, on=n.on) for n in shown[-KEEP_LAST:]),
        total_given=len(given),
        next_step=steps[0] if steps else None,
        next_on=next_on,
        to_come=tuple(steps[1:]),
    )


def given_of(strategy: Strategy, notices: Sequence[Notice]) -> LadderView:
    """The ladder of an episode that is over: nothing is to come."""
    return view_of(strategy, notices).model_copy(update={"next_step": None, "to_come": ()})


def _halt(
    treated: Arrears, notices: Sequence[Notice], strategy: Strategy, given: frozenset[MessageState]
) -> Halt | None:
    fate_open = _FATE_OPEN - given
    if any(n.state in fate_open for n in notices):
        return Halt.FATE_OPEN
    if len(_tried(notices)) >= strategy.most_attempts:
        return Halt.MOST_ATTEMPTS
    least = strategy.least_amount.get(treated.past_due.currency)
    if least is not None and treated.past_due.amount < least:
        return Halt.TOO_LITTLE
    return None


def _due_on(
    step: LadderStep, anchor: date, notices: Sequence[Notice], pauses: Sequence[Pause], grace: int
) -> date | None:
    match step.due:
        case DaysPastDue(days=days):
            return treatment_day_reached_on(anchor, days, pauses, grace)
        case MonthEnd(days=days):
            reached_on = treatment_day_reached_on(anchor, days, pauses, grace)
            return None if reached_on is None else month_end(reached_on)
        case AfterPrevious(days=days):
            # Not the first step, and every step before it was given: the last given is the one before.
            return days_after(max(n.on for n in notices if n.state in _GIVEN_OR_ON_ITS_WAY), days)
        case _:
            assert_never(step.due)


def _earliest_on(step: LadderStep, notices: Sequence[Notice], strategy: Strategy, usable: Collection[Channel]) -> date:
    """After the least gap since the last notice tried; one that reached nobody is not followed on the same day."""
    falls_back = any(c in usable and not failures(step, c, notices) for c in step.channels)
    spaced = [n.on for n in _tried(notices) if not (falls_back and n.step == step.id)]
    after_tried = days_after(max(spaced, default=date.min), strategy.days_between + 1)
    after_any = days_after(max((n.on for n in notices), default=date.min), 1)
    return max(after_tried, after_any)


def _tried(notices: Sequence[Notice]) -> list[Notice]:
    """Those that reached the provider or may have: a refused one never left."""
    return [n for n in notices if n.state is not MessageState.REFUSED]
