"""Complaints: what a customer objects to about how they were treated, its clock, and its answer. Codes only."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from domain.model.base import Model
from domain.model.names import Code, MessageId

MOST_OPEN = 5
"""How many complaints a case can have open at once."""


class ComplaintOutcome(StrEnum):
    """How a complaint was answered."""

    UPHELD = "upheld"
    """The customer was right."""
    PARTLY_UPHELD = "partly_upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    """The customer took it back: no answer is owed."""


class OpenComplaint(Model):
    """A complaint that is not answered yet."""

    id: MessageId
    received_on: date
    answer_by: date
    """The last day on which the answer is in time."""
    about: Code | None = None
    """Code of the person or agency that it is about: they do not answer it. None: about nobody in particular."""
    extensions: int = 0
    """How often the day of the answer was put off."""
    escalated: bool = False
    """Whether it was brought before a supervisor."""


class Complain(Model):
    """A customer complains."""

    kind: Literal["complain"] = "complain"
    id: MessageId
    received_on: date | None = None
    """Local day on which it came in; None: today. The clock runs from it."""
    about: Code | None = None
    reference: Code | None = None
    """Of the letter, the message or the recording, in the bank's own system."""


class ExtendComplaint(Model):
    """Put off the day of the answer, as far as the rules allow it: the customer is told why."""

    kind: Literal["extend_complaint"] = "extend_complaint"
    id: MessageId
    complaint_id: MessageId
    reason: Code
    """Code of why the answer takes longer."""
    approved_by: Code | None = None
    """Who approved it, where the rules ask for that."""


class AnswerComplaint(Model):
    """A complaint is answered, or was withdrawn."""

    kind: Literal["answer_complaint"] = "answer_complaint"
    id: MessageId
    complaint_id: MessageId
    outcome: ComplaintOutcome
    by: Code
    """Who answers it: not whom it is about."""
    reference: Code | None = None
    """Of the answer, in the bank's own system."""


ComplaintRequest = Complain | ExtendComplaint | AnswerComplaint

ESCALATES_BEFORE = 3
"""So many days before the last day of the answer a complaint comes before a supervisor."""
