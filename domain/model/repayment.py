"""A repayment plan as part of a case: how it is agreed and changed, how it stands, and what became of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field

from domain.model.adjustments import KnownAdjustment
from domain.model.base import Model
from domain.model.money import Money
from domain.model.names import Code, MessageId, RuleId
from domain.model.plan import Instalment, PlanTerms, Rhythm

PLAN_REMINDER = "plan-reminder"
"""The step, and the notice, that reminds of an instalment: a service notice, and none of the ladder."""
PLAN_REPAIR = "plan-repair"
"""The one that tells of a missed instalment, and until when it can be made good."""
PLAN_NOTICES = (PLAN_REMINDER, PLAN_REPAIR)
PLAN_SIGNED, PLAN_BROKEN, PLAN_COMPLETED, PLAN_CANCELLED = (
    "plan_signed",
    "plan_broken",
    "plan_completed",
    "plan_cancelled",
)
"""The events by which the rule packs open and close the hold of a plan."""
ROWS_SHOWN = 12
"""How many instalments travel with the case; all of them are in the ledger."""


class PlanCovers(StrEnum):
    """What a plan repays."""

    BALANCE = "balance"
    """All that is owed: the card is blocked, and no other minimum payment falls due."""
    ARREARS = "arrears"
    """What is past due: current minimum payments go on, and missing them breaks the plan."""


class PlanStatus(StrEnum):
    """How a plan stands."""

    AGREED = "agreed"
    """The card system has not confirmed yet what the plan asks of it: it is not in force."""
    PERFORMING = "performing"
    """It is kept so far."""
    MISSED = "missed"
    """An instalment is not paid and its grace is over: it can still be made good."""
    BROKEN = "broken"
    """It was not made good in time: collection goes on."""
    COMPLETED = "completed"
    """Everything agreed was paid."""
    VOID = "void"
    """The card system refused what the plan asks of it: it never came into force."""
    CANCELLED = "cancelled"
    """It was ended by agreement."""


RUNNING = (PlanStatus.AGREED, PlanStatus.PERFORMING, PlanStatus.MISSED)
"""While a plan is one of these, nobody is asked for money but by it."""


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
    by: Code | None = None
    """Who agreed to it for the bank."""
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


class Mark(StrEnum):
    """How an instalment stands."""

    TO_COME = "to_come"
    PAID = "paid"
    PARTLY_PAID = "partly_paid"
    DUE = "due"
    """Its day is over, and its grace is not."""
    MISSED = "missed"


class InstalmentMark(Model):
    """An instalment as the operator's page shows it; amounts in the plan's currency, as they travel with the case."""

    no: int
    due_on: date
    amount: Decimal
    paid: Decimal
    mark: Mark


class EarlyEnd(Model):
    """What ends a plan before its time, when it was paid in all by that day."""

    on: date
    paid_in_all: Money
    """On this version of the plan, since it was agreed."""


class Plan(Model):
    """The plan agreed last in a case, as the last step saw it."""

    id: MessageId
    no: int = Field(ge=1)
    """The how manieth of the case."""
    version: int = Field(default=1, ge=1)
    covers: PlanCovers
    terms: PlanTerms
    agreed_at: AwareDatetime
    """Of this version: what was posted before counts for the one before."""
    first_signed_on: date
    """Signing of its first version: from here rules count the term."""
    status: PlanStatus = PlanStatus.AGREED
    since: date
    """Local day of the last change of the status."""
    changes: int = 0
    """How often the status changed; numbers the rows of evidence."""
    total: Money
    paid: Money
    count: int
    """How many instalments there are."""
    met: int = 0
    rows: tuple[InstalmentMark, ...] = Field(default=(), max_length=ROWS_SHOWN)
    """Those around the next one."""
    cure_ends_on: date | None = None
    """With a missed instalment: the last day on which it can be made good, once the notice of it has left."""
    resumes_on: date | None = None
    """Once it is over: the business day from which on the ladder may go on."""
    returned: int = 0
    """Payments taken back by the time of the last change."""
    moves: int = 0
    """Payment holidays granted."""
    floor: str | None = None
    """The class of the account at signing: it is none better before ``observed_until``."""
    observed_until: date | None = None
    not_before: AwareDatetime | None = None
    """With a message of the plan that was deferred: the next instant at which it is allowed."""
    early_end: EarlyEnd | None = None
    told_on: date | None = None
    """When a person told the customer of what is missed, since the last payment that was taken back."""

    @property
    def runs(self) -> bool:
        return self.status in RUNNING

    def key(self, case_id: str) -> str:
        """Of the plan: with what the keys of its messages and adjustments begin."""
        return plan_key(case_id, self.no)


def plan_key(case_id: str, no: int) -> str:
    """``{case}/plan/{n}``."""
    return f"{case_id}/plan/{no}"


class PlanPayment(Model):
    """A payment that nobody took back, posted since the plan's version was agreed."""

    value_on: date
    amount: Money


class PlanNotice(Model):
    """A message of the plan that was tried."""

    key: str
    state: str
    """As of ``MessageState``."""
    on: date
    """The local day of the intent."""


class MinimumDue(Model):
    """A current minimum payment that goes on beside a plan for the arrears."""

    due_on: date
    amount: Money


class KnownAbility(Model):
    """The newest report of what the customer can pay, for this account."""

    report_id: MessageId
    on: date
    monthly: Money


class PlanFacts(Model):
    """What the ledger has of the plan in a case."""

    instalments: tuple[Instalment, ...] = ()
    payments: tuple[PlanPayment, ...] = ()
    returned: int = 0
    """How many payments posted since it was agreed were taken back."""
    minimums: tuple[MinimumDue, ...] = ()
    adjustments: tuple[KnownAdjustment, ...] = ()
    notices: tuple[PlanNotice, ...] = ()


class Planned(Model):
    """What a message says of a plan: one instalment, and until when it can be made good."""

    plan: str
    """Its key."""
    no: int
    amount: Money
    """What is open of it."""
    due_on: date
    until: date | None = None
    """With a missed one: the last day on which it can be made good."""
