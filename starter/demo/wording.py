"""The words of the report, the same on the page and in the terminal."""

from __future__ import annotations

from datetime import date

from domain.model.case import Outcome
from starter.demo.report import OPEN, AuditCount

NONE = "none"
"""Where nothing can be said: the median of no cases."""
OUTCOMES = {
    str(Outcome.CURED): "Cured, arrears paid",
    str(Outcome.PAID_IN_FULL): "Cured, paid in full",
    str(Outcome.CLEARED_BY_STATUS): "Cleared by the bank's status",
    str(Outcome.WITHDRAWN): "Withdrawn by a person",
    OPEN: "Open at the end of the data",
}
"""Each outcome, in the order of the report."""
OUTCOME_NOTES = {
    str(Outcome.CURED): "the past-due amount was paid or validly credited",
    str(Outcome.PAID_IN_FULL): "by payment; nothing is owed any more",
    str(Outcome.CLEARED_BY_STATUS): "the bank's status says current, though no payment was seen",
    str(Outcome.WITHDRAWN): "the case was ended by a person",
    OPEN: "the data ends first: what was paid later is not known",
}
COSTS = {"actions": "Actions", "events": "Events", "history_bytes": "Bytes of history"}
"""What a case costs the engine, by field of ``CostPerCase``."""
SPREAD = ("p50", "p95", "max")
"""Fields of a ``Spread``."""
AN_ACTION = (
    "An action is what a hosted Temporal service charges for: the start of a run, an activity or a retry of it, "
    "a timer, a signal, an update, a change of search attributes; all local activities of one workflow task are one."
)


def outcome_label(outcome: str) -> str:
    """The outcome as people read it."""
    return OUTCOMES.get(outcome, words(outcome))


def notice_label(step: str, channel: str) -> str:
    """A step of the ladder on its channel as people read it."""
    return f"{words(step)} ({channel})"


def words(slug: str) -> str:
    """A slug as people read it."""
    return slug.replace("-", " ").replace("_", " ").capitalize()


def day_text(day: date) -> str:
    """The day as people read it: 4 May 2005."""
    return f"{day.day} {day:%b} {day.year}"


def band_name(first: int, last: int | None) -> str:
    """A band of days as hooks and people name it: ``8-14``, ``91+``."""
    if last is None:
        return f"{first}+"
    return f"{first}-{last}" if first != last else str(first)


def audited(audit: AuditCount) -> str:
    """What the audit found, in one line."""
    found = f"{audit.contacts:,} contacts, {audit.breaches:,} breaches"
    return f"Audit of the run: {found}; {audit.chains:,} chains of evidence, {audit.tampered:,} rows changed afterwards"
