"""The gate: the one call before every message; it returns every rule that refuses, never only the first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.calendar import local_day, local_instant, local_time
from domain.model.contact import ContactAsk, Verdict
from domain.model.rules import Rules


@dataclass(frozen=True)
class Refusal:
    """One rule that refuses, and the next instant at which it does not."""

    rule: str
    next_at: datetime


def check(ask: ContactAsk, rules: Rules) -> Verdict:
    """May this contact be made? All refusing rules, and the earliest instant that suits them all."""
    refusals = [refusal for rule in _RULES if (refusal := rule(ask, rules)) is not None]
    if not refusals:
        return _ALLOWED
    return Verdict(
        allowed=False,
        refused_by=tuple(refusal.rule for refusal in refusals),
        next_at=max(refusal.next_at for refusal in refusals),
    )


def _window(ask: ContactAsk, rules: Rules) -> Refusal | None:
    """Local hours of contact: open inclusive, close exclusive."""
    clock, window = local_time(ask.at, ask.zone), rules.window
    if window.open <= clock < window.close:
        return None
    day = local_day(ask.at, ask.zone)
    opens_on = day if clock < window.open else day + timedelta(days=1)
    return Refusal(f"{rules.name}.window", local_instant(opens_on, window.open, ask.zone))


_RULES: tuple[Callable[[ContactAsk, Rules], Refusal | None], ...] = (_window,)
"""In the order in which refusals are listed; caps, cool-downs, consents and parties join here."""
_ALLOWED = Verdict(allowed=True)
