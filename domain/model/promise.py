"""A promise to pay: what the customer said they would pay, and by when; what became of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime

from domain.model.base import Model
from domain.model.money import Money
from domain.model.names import Code, MessageId

PROMISE_REMINDER = "promise-reminder"
"""The step, and the notice, that reminds of a promise: it is none of the ladder."""


class PromiseState(StrEnum):
    """What became of a promise."""

    ACTIVE = "active"
    """It runs, until its last day of grace is over."""
    KEPT = "kept"
    """At least the strategy's part of the amount has its value within the promise and its grace."""
    PARTLY_KEPT = "partly_kept"
    """Some of it, but less."""
    BROKEN = "broken"
    """Nothing of it; money of a later value date does not unbreak it."""
    REPLACED = "replaced"
    """A repayment plan, or an offer, was agreed in its place before it was due: it is not judged."""
    MENDED = "mended"
    """Judged short, then kept after all: by money of a value date in time that was posted late."""


FULFILLED = (PromiseState.KEPT, PromiseState.MENDED)
"""The states in which the customer did what they said."""


class MakePromise(Model):
    """Tell that the customer promises to pay."""

    kind: Literal["promise"] = "promise"
    id: MessageId
    """Also the id of the promise."""
    amount: Money
    due_on: date
    """The last day on which the money may have its value, but for the strategy's grace."""
    by: Code | None = None
    """Who took the promise: an id of the bank's."""
    spoken_by: Code | None = None
    """The representative who promised for the customer, by the code of their authority; None: the customer did."""


class Promise(Model):
    """A promise that runs."""

    id: MessageId
    amount: Money
    made_at: AwareDatetime
    made_on: date
    """The local day of ``made_at``."""
    due_on: date
    grace_ends_on: date
    """The last day on which money counts, by its value date."""
    reminded: bool = False
    remind_not_before: AwareDatetime | None = None
    """With a reminder that was deferred: the next instant at which it is allowed."""

    def reminder_key(self, case_id: str) -> str:
        """Of the one message that reminds of it."""
        return f"{case_id}/promise/{self.id}/reminder"


class JudgedPromise(Model):
    """The promise judged last: money that is posted late, or taken back, judges it again."""

    promise: Promise
    state: PromiseState
    paid: Money
    judged_at: AwareDatetime
    """Of the last change of its state."""
    resumes_on: date
    """The business day from which on the ladder may go on."""


class Promised(Model):
    """What a message says of a promise."""

    id: MessageId
    amount: Money
    due_on: date
