"""Hardship: a customer who cannot pay for a while, what an assessment grants, and whether advice helped. Codes only."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from domain.model.base import Model
from domain.model.causes import Cause
from domain.model.names import Code, MessageId, Slug

HARDSHIP_ASSESSMENT, HARDSHIP_REVIEW, REFERRAL = "hardship_assessment", "hardship_review", "referral"
"""Kinds of the tasks: to assess, to look again at what was granted, to ask whether the advice helped."""


class HardshipOutcome(StrEnum):
    """What an assessment came to."""

    GRANTED = "granted"
    """Aid by a named programme: the pause goes on."""
    DECLINED = "declined"
    """There is hardship, and no aid that fits: the pause ends."""
    NO_HARDSHIP = "no_hardship"
    """The customer can pay: the pause ends."""


class FollowUpOutcome(StrEnum):
    """Whether the advice and support helped that the customer was told of."""

    HELPED = "helped"
    NOT_HELPED = "not_helped"
    NOT_TAKEN_UP = "not_taken_up"
    """The customer did not go there."""
    NOT_REACHED = "not_reached"
    """Nobody could ask the customer."""


class HardshipTerms(Model):
    """How far aid may go."""

    most_pause_days: int = Field(default=180, ge=1, le=731)
    """The pause ends at most so many calendar days after the day on which the hardship was told."""
    review_days: int = Field(default=60, ge=1, le=366)
    """What is granted is looked at again after so many calendar days, where the assessment names no day."""


class Hardship(Model):
    """A hardship that a case goes by, from the talk to the day on which nothing is left to ask."""

    cause: Cause
    since: date
    """Local day of the contact that told it first."""
    reports: Annotated[tuple[str, ...], Field(min_length=1)]
    """Digests of the reports that told it: the ids of their tasks end so."""
    outcome: HardshipOutcome | None = None
    """Of the assessment made last; None: nobody has assessed it."""
    programme: Slug | None = None
    """Code of the aid programme that was granted."""
    review_on: date | None = None
    """The day on which somebody looks again at what was granted."""
    review_asked: bool = False
    """Whether that task was given."""
    follow_up_on: date | None = None
    """The last day on which the customer is asked whether the advice helped; None: no such question is open."""


class AssessHardship(Model):
    """Tell what the assessment of a hardship came to."""

    kind: Literal["assess_hardship"] = "assess_hardship"
    id: MessageId
    outcome: HardshipOutcome
    programme: Slug | None = None
    """With ``granted``: code of a programme that the strategy names for this cause."""
    pause_until: date | None = None
    """With ``granted``: the day on which contact may go on again; None: the day of the review."""
    review_on: date | None = None
    """With ``granted``: None: after the strategy's days."""
    by: Code
    """Who assessed it."""
    evidence: Code | None = None
    """Reference of what shows it, in the bank's own system."""


class FollowUp(Model):
    """Tell whether the advice helped."""

    kind: Literal["follow_up"] = "follow_up"
    id: MessageId
    outcome: FollowUpOutcome
    by: Code
    """Who asked the customer."""


HardshipRequest = AssessHardship | FollowUp
