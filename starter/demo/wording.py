"""The words of the report, the same on the page and in the terminal."""

from __future__ import annotations

from datetime import date

from babel import Locale

from domain.model.case import Outcome
from starter.demo.report import OPEN, AuditCount, Setting

NONE = "none"
"""Where nothing can be said: the median of no cases."""
OUTCOMES = {
    str(Outcome.CURED): "Cured, arrears paid",
    str(Outcome.PAID_IN_FULL): "Cured, paid in full",
    str(Outcome.CLEARED_BY_STATUS): "Cleared by the bank's status",
    str(Outcome.PLAN_COMPLETED): "Repayment plan kept",
    str(Outcome.SETTLED_FOR_LESS): "Settled for less",
    str(Outcome.RE_AGED): "Re-aged by the bank",
    str(Outcome.WITHDRAWN): "Withdrawn by a person",
    OPEN: "Open at the end of the data",
}
"""Each outcome, in the order of the report."""
OUTCOME_NOTES = {
    str(Outcome.CURED): "the past-due amount was paid or validly credited",
    str(Outcome.PAID_IN_FULL): "by payment; nothing is owed any more",
    str(Outcome.CLEARED_BY_STATUS): "the bank's status says current, though no payment was seen",
    str(Outcome.PLAN_COMPLETED): "every instalment of the agreed plan was paid",
    str(Outcome.SETTLED_FOR_LESS): "less than all that was owed was paid as final, by agreement",
    str(Outcome.RE_AGED): "the account was brought current without the arrears being paid",
    str(Outcome.WITHDRAWN): "the case was ended by a person",
    OPEN: "the data ends first: what was paid later is not known",
}
COSTS = {"actions": "Actions", "events": "Events", "history_bytes": "Bytes of history"}
"""What a case costs the engine, by field of ``CostPerCase``."""
SPREAD = ("p50", "p95", "max")
"""Fields of a ``Spread``."""
KEPT_BACK = {"deferred": "Deferred", "left_later": "Left later", "barred": "Barred"}
"""What rules did to notices, by field of ``KeptBack``."""
WHAT_IS_KEPT_BACK = (
    "Deferred: planned for a later time than its own, which the clock alone brings; left later: those of them that "
    "left, the others were not needed any more or their time has not come. Barred: due, and not sent, because "
    "something must happen first; a person was asked. Several rules may keep back one notice."
)
NOTHING_KEPT_BACK = "Contacts deferred or barred by rules: none; every notice left at its own time."
JOURNEYS = {
    "keeps-promise": ("Promises, and pays", "is short of money, promises to pay within a week, and pays when reminded"),
    "mends-by-plan": (
        "Breaks a promise, keeps a plan",
        "states what can be paid, agrees on instalments, is given part of the interest back for three in time, and "
        "pays the rest early",
    ),
    "falls-ill": ("Falls ill", "contact pauses, aid is granted and advice is named; pays after the pause"),
    "has-paid": ("Has paid already", "says so, and is right: contact pauses, and the bank finds the payment"),
}
"""Each journey of a played customer: its name, and what happens."""
JOURNEY = {
    "of_a_hundred": "Of 100",
    "customers": "Customers",
    "called": "Called",
    "ended": "Closed well",
    "open": "Open",
}
"""How far the customers of a journey came, by field of ``JourneyCount``."""
PLAYED = (
    "The data does not tell who talked to the bank. These customers are taken out of it on the day on which their case "
    "opens: from then on they answer the messages that reach them, each by the journey that chance gave them, and "
    "their accounts show what they do. Closed well: by payment, or by a plan that was kept."
)
MADE_UP = "What customers tell (wishes, opt-outs, holds) is made up for the demo."
CALLS_MADE_UP = (
    "Who calls whom, and what comes of it, is made up too: all calls about a case are asked for in the same instant, "
    "they are more than its rules allow, and an operator has stopped one of the agencies. Several rules may refuse one "
    "call."
)
AN_ACTION = (
    "An action is what a hosted Temporal service charges for: the start of a run, an activity or a retry of it, "
    "a timer, a signal, an update, a change of search attributes; all local activities of one workflow task are one. "
    "The calls at the end are counted with the rest."
)


def outcome_label(outcome: str) -> str:
    """The outcome as people read it."""
    return OUTCOMES.get(outcome, words(outcome))


def notice_label(step: str, channel: str) -> str:
    """A step of the ladder on its channel as people read it."""
    return f"{words(step)} ({channel})"


def journey_label(journey: str) -> str:
    """A journey as people read it."""
    return JOURNEYS[journey][0] if journey in JOURNEYS else words(journey)


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


def reviewed(setting: Setting) -> str:
    """How far the rules were looked at by those who answer for them."""
    review = "reviewed" if setting.reviewed else "not reviewed"
    return f"{review}: {'' if setting.production else 'not '}for production"


def elsewhere(setting: Setting) -> str:
    """What must be said of rules that are tried on accounts for which they are not made; empty when they are."""
    if not setting.is_elsewhere:
        return ""
    country = setting.made_for_country and Locale("en").territories.get(setting.made_for_country)
    currency = setting.made_for_currency and f"amounts in {setting.made_for_currency}"
    made_for = " and ".join(part for part in (country, currency) if part)
    return f"The rules are made for {made_for}: on these accounts they are tried, they are not their law."
