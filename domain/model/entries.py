"""Entries: what a step has the ledger keep besides the case, stored in the step's own transaction."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from domain.model.adjustments import Adjustment
from domain.model.base import Model
from domain.model.bureau import BureauReport
from domain.model.complaints import ComplaintOutcome, OpenComplaint
from domain.model.concessions import Concession
from domain.model.contact import FactKind, PastFact
from domain.model.disputes import OpenDispute
from domain.model.hardship import FollowUpOutcome, Hardship, HardshipOutcome
from domain.model.money import Money
from domain.model.names import Code, MessageId, RuleId
from domain.model.negotiation import Negotiation, NegotiationRequest
from domain.model.offers import Verdict
from domain.model.permits import PermitGiven, ReportContact, RequestContact
from domain.model.plan import Instalment
from domain.model.plan_requests import AgreePlan, MovePlan
from domain.model.promise import JudgedPromise, Promise
from domain.model.re_age import ReAge
from domain.model.repayment import EarlyEnd, Plan, PlanStatus


class GivePermit(Model):
    """Keep a permit: its contact holds its place in every cap until it is reported or expires."""

    kind: Literal["give_permit"] = "give_permit"
    request: RequestContact
    given: PermitGiven


class ClosePermit(Model):
    """A permit is over.

    Its time went by, or it was *taken back* within it: its contact counts as made. Given back unused, or taken back
    before its time began, it is *cancelled* and counts for nothing.
    """

    kind: Literal["close_permit"] = "close_permit"
    permit_id: str
    how: Literal["expired", "taken_back", "cancelled"]


class KeepContact(Model):
    """Keep what was reported of a contact."""

    kind: Literal["keep_contact"] = "keep_contact"
    contact_id: str
    """The permit's id; without a permit one of its own."""
    report: ReportContact
    breach: str | None = None
    """Code of what was wrong with it, such as ``no_permit``."""


class KeepCause(Model):
    """Keep why the customer is late, as a contact brought it to light."""

    kind: Literal["keep_cause"] = "keep_cause"
    contact_id: str
    report: ReportContact


class HoldPerson(Model):
    """Lay a hold of the rule pack on the person, once under its id: every open case of theirs hears of it."""

    kind: Literal["hold_person"] = "hold_person"
    fact_id: str
    hold: RuleId
    at: AwareDatetime
    until: AwareDatetime | None = None
    """None: until an event of its rule ends it."""
    debts: tuple[str, ...] = ()
    """Ids of the debts that it is about; none: all of the person's."""
    evidence: str | None = None
    """Reference of what shows it."""

    @property
    def fact(self) -> PastFact:
        """The hold as it stands on record about the person."""
        return PastFact(self.at, FactKind.HOLD, name=self.hold, debts=self.debts, until=self.until)


class TellPerson(Model):
    """Record what happened to the person, once under its id: it may end a hold of the rule pack."""

    kind: Literal["tell_person"] = "tell_person"
    fact_id: str
    event: RuleId
    at: AwareDatetime
    debts: tuple[str, ...] = ()

    @property
    def fact(self) -> PastFact:
        """The event as it stands on record about the person."""
        return PastFact(self.at, FactKind.EVENT, name=self.event, debts=self.debts)


class KeepComplaint(Model):
    """Keep how far a complaint has come: it came in, its answer was put off, or it was answered."""

    kind: Literal["keep_complaint"] = "keep_complaint"
    complaint: OpenComplaint
    outcome: ComplaintOutcome | None = None
    """None: it is open."""
    by: str | None = None
    """Who answered it, or approved that it takes longer."""
    reason: str | None = None
    """Code of why the answer was put off."""
    reference: str | None = None
    """Of the complaint or of its answer, in the bank's own system."""

    @property
    def step(self) -> str:
        """Tells apart what is kept of one complaint."""
        if self.outcome is not None:
            return "answered"
        extensions = self.complaint.extensions
        return f"extended/{extensions}" if extensions else "received"


class KeepDispute(Model):
    """Keep how far a dispute has come."""

    kind: Literal["keep_dispute"] = "keep_dispute"
    step: Literal["opened", "resolved", "corrected", "released"]
    """``released``: a person ended the wait for the correction."""
    dispute: OpenDispute
    """As the step leaves it."""
    awaits: bool = False
    """Whether it goes on: it is open, or the bank's correction is awaited."""
    by: str | None = None
    """Who resolved it."""
    reference: str | None = None
    """Of the answer, in the bank's own system."""
    resumes_on: date | None = None
    """The business day from which on the ladder may go on."""


class KeepHardship(Model):
    """Keep how far a hardship has come: it was told, assessed, or the customer was asked whether advice helped."""

    kind: Literal["keep_hardship"] = "keep_hardship"
    id: str
    """Of the request or report that brought it so far."""
    step: Literal["told", "assessed", "followed_up"]
    hardship: Hardship
    """As the step leaves it."""
    is_over: bool = False
    """Whether nothing of it is left to do."""
    outcome: HardshipOutcome | FollowUpOutcome | None = None
    paused_until: date | None = None
    by: str | None = None
    evidence: str | None = None


class AddTask(Model):
    """Ask a person of the bank to do something, once under its key; codes only."""

    kind: Literal["add_task"] = "add_task"
    task_id: str
    task: str
    """Kind of the task, such as ``barred``."""
    due_at: AwareDatetime | None = None
    detail: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)


class CloseTask(Model):
    """What a task asked for is done; nothing happens when there is no such task."""

    kind: Literal["close_task"] = "close_task"
    task_id: str
    by: str
    outcome: str


class GivePromise(Model):
    """Keep a promise to pay."""

    kind: Literal["give_promise"] = "give_promise"
    promise: Promise
    by: str | None = None
    """Who took it."""


class JudgePromise(Model):
    """Keep what became of a promise, also when it is judged again."""

    kind: Literal["judge_promise"] = "judge_promise"
    judged: JudgedPromise


class KeepPlan(Model):
    """Keep a version of a plan: what was agreed, by whom, and what falls due when."""

    kind: Literal["keep_plan"] = "keep_plan"
    plan: Plan
    instalments: tuple[Instalment, ...]
    request: AgreePlan | MovePlan = Field(discriminator="kind")
    """What it was agreed by."""


class KeepPlanStep(Model):
    """Keep that a plan stands otherwise than before, and since when."""

    kind: Literal["keep_plan_step"] = "keep_plan_step"
    no: int
    version: int
    change_no: int
    status: PlanStatus
    on: date
    paid: Money
    total: Money
    resumes_on: date | None = None
    early_end: EarlyEnd | None = None
    told_on: date | None = None
    reference: str | None = None
    """Of how the customer was told."""
    returned: int = 0
    by: Code | None = None

    @classmethod
    def of(cls, plan: Plan, by: Code | None = None, reference: str | None = None) -> KeepPlanStep:
        """As the plan stands now."""
        same = plan.model_dump(include={"no", "version", "status", "resumes_on", "returned", "told_on"})
        money = {"paid": plan.paid, "total": plan.total}
        said = {"early_end": plan.early_end, "by": by, "reference": reference}
        return cls(**same, **money, **said, change_no=plan.changes, on=plan.since)


class KeepNegotiation(Model):
    """Keep how far a negotiation has come: something was proposed, decided, taken, or it expired."""

    kind: Literal["keep_negotiation"] = "keep_negotiation"
    negotiation: Negotiation
    """As the step leaves it."""
    request: NegotiationRequest | None = Field(default=None, discriminator="kind")
    """What brought it so far; None: its time was over, or a plan was signed by it."""
    verdict: Verdict | None = None
    """With a proposal."""
    by: Code | None = None
    plan: MessageId | None = None
    """The plan that was signed by it."""


class KeepConcession(Model):
    """Keep what is given up once an agreement is kept."""

    kind: Literal["keep_concession"] = "keep_concession"
    concession: Concession
    request_id: MessageId | None = None
    """Of the request by which both sides want it; None: it was earned without one."""


class KeepReAge(Model):
    """Keep how far a re-age has come."""

    kind: Literal["keep_re_age"] = "keep_re_age"
    re_age: ReAge
    """As the step leaves it."""
    request_id: MessageId | None = None
    """Of the request that brought it so far; None: what became of it by itself."""
    by: Code | None = None
    """Who asked for it, approved or declined it; None: nobody, it is what became of it."""
    reason: Code | None = None
    """Code of why it was declined."""


class AskAdjustment(Model):
    """Keep that the card system is to be asked for an adjustment, once under its key."""

    kind: Literal["ask_adjustment"] = "ask_adjustment"
    adjustment: Adjustment


class AskReport(Model):
    """Keep that a credit bureau is to be told, once under its key."""

    kind: Literal["ask_report"] = "ask_report"
    report: BureauReport


Entry = Annotated[
    GivePermit
    | ClosePermit
    | KeepContact
    | KeepCause
    | HoldPerson
    | TellPerson
    | KeepComplaint
    | KeepDispute
    | KeepHardship
    | AddTask
    | CloseTask
    | GivePromise
    | JudgePromise
    | KeepPlan
    | KeepPlanStep
    | KeepNegotiation
    | KeepConcession
    | KeepReAge
    | AskAdjustment
    | AskReport,
    Field(discriminator="kind"),
]
