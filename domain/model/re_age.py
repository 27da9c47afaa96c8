"""Re-age: the lender makes an open-end account current without full payment of its arrears, by an act of its own."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field, model_validator

from domain.model.adjustments import AdjustmentKind, AdjustmentState, KnownAdjustment
from domain.model.base import Model
from domain.model.money import Money
from domain.model.names import Code, MessageId
from domain.model.offers import Level

RE_AGE_APPROVAL, RE_AGE_SILENT = "re_age_approval", "re_age_silent"
"""Kinds of the tasks: to decide on one, and to find out why the card system does not do it."""


class ReAgeTerms(Model):
    """Who approves a re-age, and how long a request waits. Whether there may be one is said by the rule packs."""

    level: Level = Level.SUPERVISOR
    """Whose authority it needs; in any case that of somebody else than who asked for it."""
    expires_days: int = Field(default=14, ge=1, le=90)
    """The last day on which it may be approved lies so many days after the one on which it was asked for."""
    confirm_within_days: int = Field(default=3, ge=1, le=31)
    """The card system has so many days to do it; then a person looks."""


class AskReAge(Model):
    """Ask that the account be re-aged: the customer has shown that they are willing and able to repay."""

    kind: Literal["re_age"] = "re_age"
    id: MessageId
    """Also the id of the re-age, by which it is approved or declined."""
    evidence: Code | None = None
    """Reference of what shows it, in the bank's own system."""
    ability_report: MessageId | None = None
    """Or the newest report of what the customer can pay."""
    by: Code
    """Who asks: they do not approve it."""

    @model_validator(mode="after")
    def _shows_something(self) -> AskReAge:
        if self.evidence is None and self.ability_report is None:
            raise ValueError("say what shows that the customer is willing and able: evidence, or ability_report")
        return self


class ReAgeState(StrEnum):
    """How far a re-age came."""

    ASKED = "asked"
    """Somebody else decides on it; the ladder is silent meanwhile."""
    APPROVED = "approved"
    """The card system is asked to do it, and nothing is past due only once it has."""
    CONFIRMED = "confirmed"
    """The card system did it, and the ledger shows that nothing is past due."""
    DECLINED = "declined"
    """Somebody else said no."""
    EXPIRED = "expired"
    """Nobody decided in time, or the case closed before anybody did."""
    REFUSED = "refused"
    """The card system will not do it: a person must look."""
    TAKEN_BACK = "taken_back"
    """A payment that it rested on was returned: the card system is asked to undo it."""


OPEN_RE_AGES = (ReAgeState.ASKED, ReAgeState.APPROVED)
"""States of one that can still come into force."""
GRANTED_RE_AGES = (ReAgeState.APPROVED, ReAgeState.CONFIRMED)
"""States of one that was approved and not undone."""
_IN_WORDS = {
    ReAgeState.ASKED: "waits for a decision until {decide_by}",
    ReAgeState.APPROVED: "is approved, and in force once the bank's card system has done it",
    ReAgeState.CONFIRMED: "is in force since {since}: the account was brought current without the arrears being paid",
    ReAgeState.DECLINED: "was declined on {since}",
    ReAgeState.EXPIRED: "ended on {since} without a decision",
    ReAgeState.REFUSED: "was refused by the bank's card system",
    ReAgeState.TAKEN_BACK: "was taken back on {since}: a payment that it rested on was returned",
}


class ReAge(Model):
    """A re-age of a case, as it stands."""

    id: MessageId
    asked_by: Code
    evidence: Code | None = None
    ability_report: MessageId | None = None
    past_due: Money
    """When it was asked for, or approved."""
    paid_since: date
    """The first day on which the account was late: payments of that value date or a later one count."""
    needed: Money
    """What must have been paid since then: the minimum payments in a row that the rules ask for, in sum."""
    decide_by: date
    state: ReAgeState = ReAgeState.ASKED
    since: date
    """The day on which it came so far."""
    changes: int = 1
    """Numbers the rows of evidence."""
    approved_by: Code | None = None
    approved_at: AwareDatetime | None = None
    """Payments that were posted by then are what it rests on."""

    def key(self, case_id: str) -> str:
        """With what the keys of its adjustments begin."""
        return f"{case_id}/re-age/{self.id}"

    @property
    def stands(self) -> str:
        """How far it came, in words."""
        return _IN_WORDS[self.state].format(decide_by=self.decide_by, since=self.since)


class MetOn(Model):
    """What of a minimum payment was met on a day; negative: it was taken back."""

    on: date
    amount: Money


class BilledMinimum(Model):
    """A minimum payment that fell due, and how it was met."""

    due_on: date
    minimum: Money
    met: tuple[MetOn, ...] = ()


class PaidOn(Model):
    """A payment that nobody took back, by its value date."""

    on: date
    amount: Money


class ReAgeFacts(Model):
    """What the ledger has of an account that may be re-aged, or was."""

    opened_on: date | None = None
    """The first trace of the account: an entry, a statement, a due date; None: there is none."""
    billed: tuple[BilledMinimum, ...] = ()
    """Minimum payments that fell due before today, the oldest first."""
    payments: tuple[PaidOn, ...] = ()
    re_aged_on: tuple[date, ...] = ()
    """Days on which the card system confirmed a re-age of the account, also one that was undone later."""
    unanswered: tuple[str, ...] = ()
    """Keys of re-ages of the account on which the card system has not answered."""
    adjustments: tuple[KnownAdjustment, ...] = ()
    """What was asked of the card system for the case's own re-age."""
    still_paid: Money | None = None
    """With one that was approved: what counted for it then, and nobody has taken back."""

    @property
    def answer(self) -> AdjustmentState | None:
        """What the card system said to the case's own re-age; None: it was not asked for."""
        found = (each.state for each in self.adjustments if each.adjustment.kind is AdjustmentKind.RE_AGE)
        return next(found, None)
