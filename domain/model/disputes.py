"""Disputes: what a customer contests of the debt, its clock, its outcome, and the bank's correction. Codes only."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from domain.model.base import Model
from domain.model.money import Money
from domain.model.names import Code, MessageId, RuleId

DISPUTE_ESCALATES_BEFORE = 3
"""So many days before its last day a dispute, or a correction, comes before a supervisor."""
MOST_REPORTS = 5
"""How many contacts that told of one dispute are remembered; each has its own tasks."""


class DisputeOutcome(StrEnum):
    """How a dispute was resolved."""

    UPHELD = "upheld"
    """The customer was right in all of it: the bank corrects it."""
    PARTLY_UPHELD = "partly_upheld"
    """The customer was right in a part, which the bank corrects; the rest is owed."""
    NOT_UPHELD = "not_upheld"
    """The sum is owed as it was asked for."""
    WITHDRAWN = "withdrawn"
    """The customer took it back: no answer is owed."""


class DisputeWord(StrEnum):
    """What a notice says about what is or was disputed."""

    UNDER_REVIEW = "under_review"
    """A part of the balance is disputed: it is left out of what is asked for."""
    ALL_UNDER_REVIEW = "all_under_review"
    """All of it is disputed: only what the law makes the bank say leaves at all."""
    CORRECTING = "correcting"
    """The customer was right, and the bank's correction is not in the ledger yet."""
    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    NOT_UPHELD = "not_upheld"


class DisputeTerms(Model):
    """The bank's own days for disputes."""

    resolve_days: int = Field(default=30, ge=1, le=366)
    """Calendar days within which a dispute is resolved, where no rule pack has a clock."""
    correct_days: int = Field(default=15, ge=1, le=366)
    """Calendar days within which the correction of one that was upheld must be in the ledger."""


class OpenDispute(Model):
    """A dispute that is not resolved yet, or was upheld and waits for the bank's correction."""

    id: MessageId
    """That of the report which told it."""
    contact_id: Code
    told_at: AwareDatetime
    """Credits of the bank that are recorded from here on count as its correction."""
    since: date
    """Local day of the contact."""
    due_on: tuple[date, ...] = ()
    """Due dates of the disputed obligations; none: the whole debt."""
    resolve_by: date
    """The last day on which it is resolved in time; of one that was upheld, on which the correction is."""
    reports: Annotated[tuple[str, ...], Field(min_length=1)]
    """Digests of the reports that told it: the ids of their tasks end so."""
    about: Code | None = None
    """Code of the person or agency whose work it is about: they do not resolve it."""
    person_hold: RuleId | None = None
    """The rule packs' hold that lies on the person for it."""
    escalated: bool = False
    """Whether it was brought before a supervisor."""
    outcome: DisputeOutcome | None = None
    """None: nobody has resolved it."""
    correction: Money | None = None
    """What the bank corrects; None until it is upheld."""
    used: Money | None = None
    """What other disputes took of the credits since it was told: a credit corrects one thing."""

    @property
    def hold_id(self) -> str:
        """Of the hold that lies on the case for it."""
        return f"dispute/{self.reports[0]}"


class DisputeAnswer(Model):
    """The outcome of the dispute resolved last: the next notice tells it once."""

    dispute: MessageId
    outcome: DisputeOutcome
    on: date
    told_in: str | None = None
    """Key of the notice that tells it."""


class CorrectionSeen(Model):
    """What the bank credited since a dispute was told."""

    dispute: MessageId
    seen: Money
    """Credits that nobody took back, and charges taken back; payments do not count."""


class ResolveDispute(Model):
    """Tell how a dispute was resolved."""

    kind: Literal["resolve_dispute"] = "resolve_dispute"
    id: MessageId
    dispute: Code
    """Its id, as the case names it, or the id of the contact that told it."""
    outcome: DisputeOutcome
    by: Code
    """Who resolved it: not whom it is about."""
    reference: Code | None = None
    """Of the answer to the customer, in the bank's own system."""
    amount: Money | None = None
    """By which the bank corrects; None: by what is unmet of the obligations in question, or the whole balance."""
    corrected_due_on: tuple[date, ...] = Field(default=(), max_length=12)
    """When it is upheld in part: due dates of the obligations that are corrected; the others are asked for again."""
