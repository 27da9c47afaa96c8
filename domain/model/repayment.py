"""A repayment plan as part of a case: how it is agreed and changed, how it stands, and what became of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import AwareDatetime, Field

from domain.model.ability import Share
from domain.model.adjustments import KnownAdjustment
from domain.model.base import Model
from domain.model.debits import KnownDebit, KnownMandate
from domain.model.money import Money
from domain.model.names import MessageId
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


class Mark(StrEnum):
    """How an instalment stands."""

    TO_COME = "to_come"
    PAID = "paid"
    PARTLY_PAID = "partly_paid"
    DUE = "due"
    """Its day is over, and its grace is not."""
    MISSED = "missed"
    DEBIT_ASKED = "debit_asked"
    """It is being debited, and what became of that is not known yet."""
    ENDED = "ended"
    """The plan ended early before it fell due: nothing is to be paid on it."""


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
    stated_by: int = 1
    """The version that stated the balance: payment holidays since then moved what was left of it."""
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


class RunningPlan(Model):
    """A plan that runs on one of a person's accounts: what it asks for."""

    account_id: str
    plan_id: MessageId
    covers: PlanCovers
    rhythm: Rhythm
    largest: Money
    """The largest of its instalments."""


class KnownAbility(Model):
    """What the customer can pay: the newest report of it, and the plans that run on the customer's accounts."""

    report_id: MessageId
    on: date
    shares: tuple[Share, ...]
    """What each account at this bank gets of it in a month, as if no plan ran."""
    running: tuple[RunningPlan, ...] = ()


class PlanFacts(Model):
    """What the ledger has of the plan in a case."""

    instalments: tuple[Instalment, ...] = ()
    payments: tuple[PlanPayment, ...] = ()
    returned: int = 0
    """How many payments posted since it was agreed were taken back."""
    minimums: tuple[MinimumDue, ...] = ()
    adjustments: tuple[KnownAdjustment, ...] = ()
    notices: tuple[PlanNotice, ...] = ()
    debits: tuple[KnownDebit, ...] = ()
    """Of this plan, and those of the account on the local day; oldest first."""
    mandates: tuple[KnownMandate, ...] = ()
    """Of the account, not ended; the newest first."""


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
    debit_on: date | None = None
    """With one that a mandate is there for: the day on which it is debited."""
