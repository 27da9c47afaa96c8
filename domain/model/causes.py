"""Causes: why a customer is late, as told or found in a contact, and where each leads by the strategy."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from domain.model.base import Model
from domain.model.names import Code, RuleId, Slug


class Cause(StrEnum):
    """Why nothing was paid. A code: what the customer said in words is in the recording, and nowhere here."""

    FORGOT = "forgot"
    """Forgot the day, or did not see the statement."""
    TEMPORARY_SHORTAGE = "temporary_shortage"
    """Short of money for a while: the income goes on."""
    LOST_INCOME = "lost_income"
    """Lost work or other income."""
    ILLNESS = "illness"
    """Illness of the customer or of somebody they care for. Which one is nobody's business here."""
    DISASTER = "disaster"
    """A disaster, natural or other, struck the household."""
    SAYS_PAID = "says_paid"
    """Says that it is paid, or that the bank is wrong: the payment is traced."""
    DISPUTE = "dispute"
    """Disputes all of it, or the part that is named."""
    FRAUD = "fraud"
    """Says that somebody else made the debt: fraud, or not my debt."""
    UNREACHABLE = "unreachable"
    """Cannot be reached: the collector's finding, not the customer's word."""
    UNWILLING = "unwilling"
    """Could pay and does not want to."""
    DECEASED = "deceased"
    """Somebody said that the customer has died."""
    INSOLVENCY = "insolvency"
    """Somebody said that the customer is insolvent, or in a proceeding that protects from creditors."""
    OTHER = "other"
    """Another cause: a person looks at it."""


FOUND_WITHOUT_TALK = frozenset({Cause.UNREACHABLE})
"""Causes that nobody tells: they are found by trying."""
TOLD_BY_ANYBODY = frozenset({Cause.DECEASED, Cause.INSOLVENCY})
"""Causes that count whoever tells them, and unproved: going on would hurt more than waiting."""


class Days(Model):
    """Calendar days from the day on which the cause was told."""

    days: Annotated[int, Field(ge=1, le=366)]


class LaidOnPerson(Days):
    """A hold of the rule pack that is laid on the person, on all accounts or on this debt as its rule says."""

    hold: RuleId
    """Name of the pack's hold, such as ``deceased``; it ends after the days unless it is proved by then."""


class WorkForPeople(Days):
    """Work that somebody in the bank does, due within the days."""

    task: RuleId
    """Kind of the task, such as ``hardship_assessment``."""


class Referral(Days):
    """Advice and support that the customer is told of; somebody asks after the days whether it helped."""

    services: tuple[Slug, ...] = Field(min_length=1)
    """Codes of the services."""


class CausePath(Model):
    """Where a cause leads: what waits meanwhile, who works on it, and what the customer is offered."""

    pause: Days | None = None
    """A hardship pause of this case: no notice leaves, and treatment days stand still."""
    trace: Days | None = None
    """A payment is looked for: no notice leaves until it is found or not."""
    person: LaidOnPerson | None = None
    work: tuple[WorkForPeople, ...] = ()
    referral: Referral | None = None
    programmes: tuple[Slug, ...] = ()
    """Codes of the aid programmes that the assessment looks at."""
    offers: tuple[Slug, ...] = ()
    """Codes of what the agent offers in the same talk, such as ``auto-debit``."""

    @model_validator(mode="after")
    def _waits_in_one_way(self) -> CausePath:
        if self.pause is not None and self.trace is not None:
            raise ValueError("a cause pauses the case or traces a payment, not both")
        return self


class ToldCause(Model):
    """The cause that a case goes by: the one told last."""

    cause: Cause
    on: date
    """Local day of the contact."""
    contact_id: Code
