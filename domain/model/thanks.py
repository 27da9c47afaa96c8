"""The one message of thanks at the end of a case: after what it leaves, what it tells, and the wait for its hour."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime, Field

from domain.model.base import Model

THANK_YOU = "thank-you"
"""The step, and the notice: a service notice that asks for nothing, and none of the ladder."""


class Reached(StrEnum):
    """What a customer is thanked for; each is the outcome of the same name."""

    CURED = "cured"
    """Nothing is past due any more."""
    PLAN_COMPLETED = "plan_completed"
    """The repayment plan was kept to its end."""
    PAID_IN_FULL = "paid_in_full"
    """Nothing is owed any more."""


class Thanked(Model):
    """With the message of thanks: what was reached, and for how long a record at a credit bureau is kept."""

    reached: Reached
    record_years: int | None = Field(default=None, ge=1)
    """By the rule packs, counted from the end of the arrears; None: they say nothing of it."""


class Parting(Model):
    """A case that is over but for the thanks, which wait for an hour at which they may leave."""

    reached: Reached
    since: date
    """The day on which it was reached."""
    days_past_due: int
    """Contractual days past due when the case was last seen late."""
    thanks_at: AwareDatetime
    """The hour."""


def thanks_key(case_id: str) -> str:
    """Of the one message of thanks of a case: under it nothing leaves twice."""
    return f"{case_id}/thanks"
