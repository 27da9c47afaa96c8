"""The report of a demo: what became of the cases, what was sent, what was owed, and what it cost the engine."""

from __future__ import annotations

from datetime import date

from domain.model.base import Model
from domain.model.case import Outcome
from domain.model.money import Money
from domain.model.strategy import Channel

OPEN = "open_at_the_end_of_the_data"
"""A case that is still open when the data ends; nothing is known of what it pays later."""


class OutcomeCount(Model):
    """How many cases ended so. ``outcome`` is an ``Outcome`` or OPEN."""

    outcome: Outcome | str
    cases: int


class DaysToCure(Model):
    """Calendar days from the day on which a case opened to the day of its cure, by payment (cured or paid in full).

    ``bands`` count cases by days: (first day, last day, cases), in order, the last one without an end.
    """

    cases: int
    p25: int | None
    median: int | None
    p75: int | None
    bands: tuple[tuple[int, int | None, int], ...]


class NoticeCount(Model):
    """How many notices of one step were sent on one channel."""

    step: str
    channel: Channel
    sent: int


class PastDue(Model):
    """What all accounts of the demo together had past due at the end of one day, and how many of them had any."""

    on: date
    amount: Money
    accounts: int


class Spread(Model):
    """Median, 95th percentile (nearest rank) and maximum over all cases."""

    p50: int
    p95: int
    max: int


class CostPerCase(Model):
    """What one case cost the engine."""

    actions: Spread
    events: Spread
    history_bytes: Spread


class AuditCount(Model):
    """What the audit at the end of the run found: every contact judged again, every chain of evidence checked."""

    contacts: int
    breaches: int
    chains: int
    tampered: int


class Report(Model):
    """Everything that the terminal and the page show."""

    portfolio: str
    strategy: str
    rules: str
    seed: int
    cases: int
    first_day: date
    last_day: date
    wall_seconds: float
    outcomes: tuple[OutcomeCount, ...]
    days_to_cure: DaysToCure
    notices: tuple[NoticeCount, ...]
    past_due: tuple[PastDue, ...]
    cost: CostPerCase
    audit: AuditCount
