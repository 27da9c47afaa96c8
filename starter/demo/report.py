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


class Setting(Model):
    """Under which rules a demo ran, and on which accounts. Countries are ISO 3166-1, currencies ISO 4217."""

    rules_title: str
    reviewed: bool
    production: bool
    """Whether the rules, and all that they stand on, are for production."""
    made_for_country: str | None
    made_for_currency: str | None
    currency: str
    zones: tuple[str, ...]
    """Of the accounts: times of the run are those of each account's zone."""
    countries: tuple[str, ...]
    """In which these zones lie, where that is known."""

    @property
    def is_elsewhere(self) -> bool:
        """The rules are made for another country than that of the accounts, or for another currency."""
        other_country = self.made_for_country is not None and {*self.countries} - {self.made_for_country}
        return bool(other_country) or self.made_for_currency not in (None, self.currency)


class KeptBackByRule(Model):
    """How many notices one rule kept from leaving at their own time; several rules may keep back the same one."""

    rule: str
    """``<pack>.<id>``, or the id of an emergency stop."""
    why: str
    source: str
    deferred: int
    left_later: int
    barred: int


class KeptBack(Model):
    """How many notices rules of contact kept from leaving at their own time, each counted once."""

    persons: int
    """Customers who told something that bears on contact, or of whom it was told."""
    deferred: int
    """They were planned for a later time, which the clock alone brings."""
    left_later: int
    """Those of them that left; the others were not needed any more, or their time has not come."""
    barred: int
    """They were due and did not leave: something must happen first, and a person was asked."""
    rules: tuple[KeptBackByRule, ...]


class RefusedByRule(Model):
    """How many calls one rule refused; several rules may refuse the same one."""

    rule: str
    """``<pack>.<id>``, or the id of an emergency stop."""
    why: str
    source: str
    refused: int


class Calls(Model):
    """The calls that people of the bank and of agencies asked leave for, on a day at the end of the run."""

    cases: int
    """Open cases that were called about."""
    asked: int
    permitted: int
    conversations: int
    """Those of the permitted in which somebody spoke; nobody answered the others."""
    refused: int
    rules: tuple[RefusedByRule, ...]


class JourneyCount(Model):
    """How many customers were played by one journey, and how far they came."""

    journey: str
    of_a_hundred: int
    """The stated share of all customers; fewer have the time for it in a short run."""
    customers: int
    called: int
    """Those who got a message and called the bank."""
    ended: int
    """Those whose case was closed by payment or by a plan that was kept."""
    open: int
    """Those whose last case is still open at the end of the data."""


class Report(Model):
    """Everything that the terminal and the page show."""

    portfolio: str
    strategy: str
    rules: str
    setting: Setting
    seed: int
    cases: int
    first_day: date
    last_day: date
    wall_seconds: float
    outcomes: tuple[OutcomeCount, ...]
    days_to_cure: DaysToCure
    notices: tuple[NoticeCount, ...]
    kept_back: KeptBack
    calls: Calls
    journeys: tuple[JourneyCount, ...]
    past_due: tuple[PastDue, ...]
    cost: CostPerCase
    audit: AuditCount
