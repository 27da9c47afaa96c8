"""What is asked of a case about a repayment plan: to agree on one, to change it, to end it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import Field

from domain.model.base import Model
from domain.model.money import Money
from domain.model.names import Code, MessageId, RuleId
from domain.model.plan import Rhythm
from domain.model.repayment import PlanCovers


class AcceptedHow(StrEnum):
    """How the customer accepted a plan."""

    WRITTEN = "written"
    RECORDED_CALL = "recorded_call"
    """Orally; the recording is kept until the debt is settled (China: Measures art. 70)."""
    ONLINE = "online"
    """In the bank's app or site, after signing in."""
    IN_PERSON = "in_person"


class AgreePlan(Model):
    """Tell that the customer and the bank agreed on a plan."""

    kind: Literal["agree_plan"] = "agree_plan"
    id: MessageId
    """Also the id of the plan."""
    instalments: int = Field(ge=1, le=1_200)
    first_on: date
    """Due date of the first instalment."""
    accepted: AcceptedHow
    accepted_on: date | None = None
    """None: today."""
    reference: Code
    """Of the agreement or the recording, in the bank's own system."""
    covers: PlanCovers = PlanCovers.BALANCE
    rhythm: Rhythm = Rhythm.MONTH
    rate: Decimal = Field(default=Decimal(0), ge=0, le=1_000)
    """Nominal annual rate in percent; 0: the interest stops."""
    contract_rate: Decimal | None = Field(default=None, ge=0, le=1_000)
    """That of the card's contract, for rules that compare with it."""
    fees: Money | None = None
    """What is charged beside interest, in all; None: nothing."""
    unit: Money | None = None
    """What instalments are multiples of; None: what can be paid in cash."""
    terms: tuple[RuleId, ...] = Field(default=(), max_length=20)
    """The items that the agreement states, by the names of the rule pack."""
    ability_report: MessageId | None = None
    """The report of the customer's ability that the plan rests on."""
    willing: bool = False
    """Whether the customer said that they want to repay by it."""
    replaces: MessageId | None = None
    """The plan that runs, of which this is a new version."""
    offer: MessageId | None = None
    """The offer that is signed by it; None: it was agreed beside the offer book."""
    by: Code | None = None
    """Who agreed to it for the bank."""
    spoken_by: Code | None = None
    """The representative who agreed to it for the customer, by the code of their authority; None: the customer did."""
    approved_by: Code | None = None
    """Who approved what is more than the customer can afford: somebody else."""


class MovePlan(Model):
    """Ask for a payment holiday: the next instalment moves, and the later ones with it."""

    kind: Literal["move_plan"] = "move_plan"
    id: MessageId
    plan_id: MessageId
    periods: int = Field(default=1, ge=1, le=6)
    """By so many of the plan's own periods."""
    by: Code | None = None


class SettlePlan(Model):
    """Ask what ends the plan on a day, and let that amount end it when it is paid until then."""

    kind: Literal["settle_plan"] = "settle_plan"
    id: MessageId
    plan_id: MessageId
    on: date
    by: Code | None = None


class TellMiss(Model):
    """Tell that the customer was told by a person of a missed instalment: its cure period begins."""

    kind: Literal["tell_miss"] = "tell_miss"
    id: MessageId
    plan_id: MessageId
    on: date | None = None
    """None: today."""
    reference: Code
    """Of the letter or the recording, in the bank's own system."""
    by: Code | None = None


class EndPlan(Model):
    """End a plan by agreement, before it is completed or broken: collection goes on."""

    kind: Literal["end_plan"] = "end_plan"
    id: MessageId
    plan_id: MessageId
    by: Code | None = None


PlanRequest = AgreePlan | MovePlan | SettlePlan | TellMiss | EndPlan
