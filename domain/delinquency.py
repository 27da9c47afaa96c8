"""Delinquency: what is past due on a day, for how long, and in which bucket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from domain.calendar import days_after
from domain.model.facts import Arrears, Obligation, Pause
from domain.model.money import Money
from domain.model.rules import Buckets, Rules

_NOTHING = Decimal(0)


def assess(
    obligations: Sequence[Obligation], balance: Money, today: date, rules: Rules, pauses: Sequence[Pause] = ()
) -> Arrears | None:
    """What is past due on ``today``; None when nothing is, or within grace or tolerance.

    Raises InputError when obligations and balance are of different currencies.
    """
    late_from = past_due_from(obligations, balance, today, rules)
    if late_from is None or late_from > today:
        return None
    oldest = late_from - timedelta(days=_until_late(rules))
    days = (today - oldest).days
    return Arrears(
        oldest_due_on=oldest,
        past_due=past_due_amount(obligations, balance, today),
        days_past_due=days,
        treatment_days=treatment_days(oldest, today, pauses, rules.lateness.treatment_grace_days),
        bucket=rules.classification.of(days),
    )


def past_due_from(obligations: Sequence[Obligation], balance: Money, today: date, rules: Rules) -> date | None:
    """First day on which the account is past due if nothing more is paid: the end of the grace; None: nothing is unmet.

    A shortfall within tolerance counts as met, so lateness starts with the obligation that carried it above.
    """
    tolerance = rules.lateness.tolerance.get(balance.currency, _NOTHING)
    if balance.amount <= tolerance:
        return None
    shortfall = _NOTHING
    for obligation in sorted((o for o in obligations if o.due_on < today), key=lambda o: o.due_on):
        shortfall += obligation.unmet.amount
        if shortfall > tolerance:
            return late_from(obligation.due_on, rules)
    return None


def late_from(due_on: date, rules: Rules) -> date:
    """First day on which what fell due then and is not met makes the account late: the end of the grace."""
    return days_after(due_on, _until_late(rules))


def past_due_amount(obligations: Iterable[Obligation], balance: Money, today: date) -> Money:
    """Sum of what is unmet of the obligations due before ``today``, never more than the balance."""
    unmet = [o.unmet for o in obligations if o.due_on < today]
    return min(balance, sum(unmet[1:], start=unmet[0])) if unmet else Money.zero(balance.currency)


def treatment_days(due_on: date, today: date, pauses: Sequence[Pause], grace: int) -> int:
    """Days past due less ``grace`` and less the paused days since the due date; a day paused twice counts once."""
    paused = sum((min(end or today, today) - start).days for start, end in _clipped(pauses, due_on) if start < today)
    return max(0, (today - due_on).days - grace - paused)


def treatment_day_reached_on(due_on: date, days: int, pauses: Sequence[Pause], grace: int) -> date | None:
    """First date with so many treatment days (at least 1); None while an open pause stops the clock before."""
    reached, left = due_on, days + grace
    for start, end in _clipped(pauses, due_on):
        running = (start - reached).days
        if left <= running:
            break
        if end is None:
            return None
        reached, left = end, left - running
    return days_after(reached, left)


def unmet_by_bucket(
    obligations: Iterable[Obligation], today: date, buckets: Buckets, pauses: Sequence[Pause] = ()
) -> dict[str, Money]:
    """What is unmet, by the bucket of each obligation's own treatment days (without days of grace)."""
    amounts: dict[str, Money] = {}
    for obligation in obligations:
        bucket = buckets.of(treatment_days(obligation.due_on, today, pauses, grace=0))
        if bucket is not None:
            before = amounts.get(bucket, Money.zero(obligation.unmet.currency))
            amounts[bucket] = before + obligation.unmet
    return amounts


def _until_late(rules: Rules) -> int:
    """Days from the due date to the first day that is past due."""
    return rules.lateness.grace_days + 1


def _clipped(pauses: Sequence[Pause], due_on: date) -> list[tuple[date, date | None]]:
    """The paused stretches since the due date, in order and without overlap; only the last may be open."""
    stretches: list[tuple[date, date | None]] = []
    for pause in sorted(pauses, key=lambda p: p.starts_on):
        start, end = max(pause.starts_on, due_on), pause.ends_on
        if stretches:
            latest_end = stretches[-1][1]
            if latest_end is None:
                break
            start = max(start, latest_end)
        if end is None or end > start:
            stretches.append((start, end))
    return stretches
