"""The case: the whole state of one episode, small enough to travel through continue-as-new."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime, Field, JsonValue, SerializerFunctionWrapHandler, field_serializer

from domain.model.base import Model
from domain.model.causes import ToldCause
from domain.model.commands import Command
from domain.model.complaints import OpenComplaint
from domain.model.disputes import DisputeAnswer, OpenDispute
from domain.model.entries import Entry
from domain.model.events import Answer, Event, HoldReason, WithdrawReason
from domain.model.facts import Account, Arrears, MessageState
from domain.model.hardship import Hardship
from domain.model.money import Money
from domain.model.names import Slug
from domain.model.negotiation import Negotiation
from domain.model.promise import JudgedPromise, Promise
from domain.model.re_age import ReAge
from domain.model.repayment import Plan, PlanStatus
from domain.model.strategy import PolicyRef
from domain.model.thanks import Parting

KEEP_LAST = 10
"""How many recent entries of a kind the state keeps; the rest is in the ledger."""
KEEP_ANSWERS = 10
"""How many answered message ids travel with the state; older ones, and those about contacts, are in the ledger."""
MOST_HOLDS = 10
"""How many holds may lie on a case at once."""


class Stage(StrEnum):
    """Where a case stands."""

    WAITING = "waiting"
    """Not past due yet, or within the days of grace."""
    REMINDING = "reminding"
    """The ladder runs."""
    PLANNING = "planning"
    """A repayment plan is in force, and nobody is asked for money but by it."""
    CLOSED = "closed"
    """The episode is over."""


NEXT_STAGES: dict[Stage, tuple[Stage, ...]] = {
    Stage.WAITING: (Stage.REMINDING, Stage.CLOSED),
    Stage.REMINDING: (Stage.PLANNING, Stage.CLOSED),
    Stage.PLANNING: (Stage.REMINDING, Stage.CLOSED),
    Stage.CLOSED: (),
}
"""Where a case may go from each stage: the picture of a journey, and a bound on every decision."""


class Outcome(StrEnum):
    """How an episode ended."""

    CURED = "cured"
    """The past-due amount is zero by payment or valid credit."""
    CLEARED_BY_STATUS = "cleared_by_status"
    """The bank's status says current, though no payment was seen."""
    PAID_IN_FULL = "paid_in_full"
    """Nothing is owed any more."""
    PLAN_COMPLETED = "plan_completed"
    """A repayment plan was kept to its end."""
    SETTLED_FOR_LESS = "settled_for_less"
    """Less than all that was owed was paid as final, by agreement; the rest was given up."""
    RE_AGED = "re_aged"
    """The account was brought current by the lender without the arrears being paid; it is no cure."""
    WITHDRAWN = "withdrawn"
    """The case was ended by a person."""


class Closure(Model):
    """The end of an episode, and the result of its workflow."""

    case_id: str
    outcome: Outcome
    closed_at: AwareDatetime
    days_past_due: int
    """Contractual days past due when last seen late."""
    notices: int
    """Notices sent in this episode."""
    reason: WithdrawReason | None = None


class HeldBy(Model):
    """A hold in force."""

    id: str
    reason: HoldReason
    starts_on: date
    ends_on: date | None = None
    obligations_due_on: tuple[date, ...] = ()


class NoticeMark(Model):
    """A notice as the operator's page shows it."""

    step: Slug
    state: MessageState
    on: date


class LadderView(Model):
    """The ladder as the operator's page shows it: given, next, still to come."""

    given: tuple[NoticeMark, ...] = ()
    total_given: int = 0
    next_step: Slug | None = None
    next_on: date | None = None
    to_come: tuple[Slug, ...] = ()


class Next(Model):
    """What the case will do by itself, when, and why, in a sentence for people."""

    wake_at: AwareDatetime | None = None
    """None: the case is closed, or the history that it follows ends before."""
    deferred_by: tuple[str, ...] = ()
    """Rules that keep the next notice from leaving at its own time."""
    what: str = "opens"
    why: str = "the case was just started"


class Remark(Model):
    """One line of the case's own timeline."""

    at: AwareDatetime
    text: str
    local: str = ""
    """Day and time on the wall of the account's zone, for people."""


class Case(Model):
    """The state of one case: start input, continue-as-new input and query result in one."""

    case_id: str
    account: Account
    episode_no: int = Field(ge=1)
    strategy: PolicyRef
    rules: PolicyRef
    as_of: AwareDatetime
    """Business time of the last step; never runs back."""
    opens_at: AwareDatetime | None = None
    """A case started ahead of its first past-due day sleeps until then."""
    step_no: int = 0
    stage: Stage = Stage.WAITING
    balance: Money | None = None
    arrears: Arrears | None = None
    ladder: LadderView = LadderView()
    holds: tuple[HeldBy, ...] = ()
    pauses_over: tuple[HeldBy, ...] = ()
    """Pauses of this episode that ended: they go on shortening treatment days (the last ten)."""
    cause: ToldCause | None = None
    """Why the customer is late, as the last contact told that brought a cause to light."""
    complaints: tuple[OpenComplaint, ...] = ()
    """Those that are not answered."""
    disputes: tuple[OpenDispute, ...] = ()
    """Those that are not resolved, or wait for the bank's correction. Each is about something that no other is."""
    dispute_answer: DisputeAnswer | None = None
    """The outcome of the one resolved last."""
    hardship: Hardship | None = None
    resumes_on: date | None = None
    """After a dispute: the business day from which on the ladder may go on."""
    promise: Promise | None = None
    """The one that runs."""
    promise_judged: JudgedPromise | None = None
    """The one judged last."""
    promises_made: int = 0
    """In this episode."""
    promises_broken: int = 0
    """Of them, those that are broken as things stand."""
    plan: Plan | None = None
    """The repayment plan agreed last: the one that runs, or what became of it."""
    plans_agreed: int = 0
    """In this episode."""
    negotiation: Negotiation | None = None
    """What was proposed and offered last."""
    conceded: bool = False
    """Whether something of this account is given up once it is earned, or was."""
    re_age: ReAge | None = None
    """The one asked for last."""
    parting: Parting | None = None
    """It is over, and only the thanks are awaited."""
    thanked: bool = False
    """Whether the message of thanks was asked for before, in this episode: an end that was undone may come again."""
    blocked: str | None = None
    """Key of the notice whose fate a person must decide."""
    retry_at: AwareDatetime | None = None
    """With a deferred notice: not before this instant."""
    next: Next = Next()
    answers: dict[str, Answer] = Field(default_factory=dict)
    quarantined: int = 0
    history_bound: int = Field(default=1_000, ge=20)
    """Events after which the run continues as new; it travels with the case, so a replay takes the same turn."""
    one_timer: bool = False
    """Whether a run keeps its timer while the instant of waking stays; so too, as runs of before did not."""
    timeline: tuple[Remark, ...] = ()
    closure: Closure | None = None

    @property
    def outcome(self) -> Closure | None:
        return self.closure

    def after(self, step: Step) -> Case:
        """The case once the step is taken that it asked for: what the step says, and the rest as it was."""
        said = step.case
        return self.model_copy(update={name: getattr(said, name) for name in said.model_fields_set})

    @property
    def wake_at(self) -> AwareDatetime | None:
        return self.next.wake_at


class Attributes(Model):
    """Values of the search attributes, named by the recorded step; None leaves an attribute unset."""

    stage: Stage
    oldest_due_on: date | None
    past_due: Money | None
    currency: str
    strategy: str
    outcome: Outcome | None
    promise_due_on: date | None = None
    """Not set at all in steps that were recorded before there were promises."""
    plan_status: PlanStatus | None = None
    """Not set at all in steps that were recorded before there were plans."""


class Advance(Model):
    """The question to ``advance``: this case, these events, at this business time."""

    case: Case
    events: tuple[Event, ...]
    as_of: AwareDatetime


class Step(Model):
    """The recorded decision: the new state, what to do, what to answer, what to publish."""

    case: Case
    commands: tuple[Command, ...] = ()
    answers: tuple[Answer, ...] = ()
    entries: tuple[Entry, ...] = ()
    """What the ledger keeps of it; empty in a history, which needs none of it."""
    attributes: Attributes | None = None
    """None: nothing that people search for changed."""

    def since(self, before: Case) -> Step:
        """The step as it travels to the case that asked: of its state what changed, and nothing that the ledger keeps.

        A history has a step for each event: all of the state in each would be most of its bytes.
        """
        case = self.case
        changed = {name for name in Case.model_fields if getattr(case, name) != getattr(before, name)}
        travelling = Case.model_construct(_fields_set=changed | _ALWAYS_SAID, **dict(case))
        return self.model_copy(update={"case": travelling, "entries": ()})

    @field_serializer("case", mode="wrap")
    def _what_is_said(self, case: Case, dump: SerializerFunctionWrapHandler) -> dict[str, JsonValue]:
        return {name: value for name, value in dump(case).items() if name in case.model_fields_set}


_ALWAYS_SAID = frozenset(name for name, field in Case.model_fields.items() if field.is_required())
