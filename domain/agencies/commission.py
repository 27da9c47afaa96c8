"""Commission: the rate of an account, and what is wrong with a schedule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from domain.model.agency import Segment
from domain.model.commission import CommissionSchedule
from domain.model.money import Money


def rate_at(schedule: CommissionSchedule, days_past_due: int, amount: Money) -> Decimal | None:
    """The rate in percent of an account so many contractual days past due when so much was placed.

    None: none is agreed, also for the account's currency, and the account is not placed.
    """
    return next((band.percent for band in schedule.bands if band.covers(days_past_due, amount)), None)


def by_recoveries_alone(schedule: CommissionSchedule) -> bool:
    """Whether recoveries alone decide what the agency is paid: no conduct, or conduct that moves nothing."""
    return schedule.conduct is None or schedule.conduct.least == schedule.conduct.most


def without_a_use(schedule: CommissionSchedule, segments: Sequence[Segment]) -> Iterator[tuple[int, str]]:
    """The place of each rate in a currency that no segment allows, and what is wrong."""
    allowed = sorted({segment.currency for segment in segments})
    for i, band in enumerate(schedule.bands):
        if band.currency not in allowed:
            yield i, f"no segment allows {band.currency}, only {', '.join(allowed)}: write the rate in one of these"


def without_a_rate(schedule: CommissionSchedule, segments: Sequence[Segment]) -> Iterator[tuple[int, str]]:
    """The place of each segment in a currency without a rate, and what is wrong."""
    agreed = sorted({band.currency for band in schedule.bands})
    for i, segment in enumerate(segments):
        if segment.currency not in agreed:
            yield i, f"no rate is agreed in {segment.currency}, only in {', '.join(agreed)}: nothing could be placed"
