"""The draft: what one step changes in a case, while it is being decided."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from domain.calendar import local_day, local_time
from domain.case.holds import Holds
from domain.compliance.holidays import next_business_day
from domain.model.case import KEEP_ANSWERS, KEEP_LAST, Case, Remark
from domain.model.causes import ToldCause
from domain.model.commands import Command
from domain.model.complaints import OpenComplaint
from domain.model.contact import PastFact
from domain.model.disputes import DisputeAnswer, OpenDispute
from domain.model.entries import Entry
from domain.model.events import Answer, HoldReason, WithdrawReason
from domain.model.facts import Facts
from domain.model.hardship import Hardship
from domain.model.money import Money
from domain.model.negotiation import Negotiation
from domain.model.promise import JudgedPromise, Promise
from domain.model.re_age import ReAge, ReAgeState
from domain.model.repayment import Plan
from domain.model.thanks import Parting
from domain.plans.judging import Judged


@dataclass
class Draft:
    """A case at work: what was heard, answered and noted in this step."""

    case: Case
    facts: Facts
    at: datetime
    today: date
    holds: Holds
    cause: ToldCause | None
    complaints: tuple[OpenComplaint, ...]
    blocked: str | None
    retry_at: datetime | None
    quarantined: int
    promise: Promise | None
    judged: JudgedPromise | None
    promises_made: int
    promises_broken: int
    plan: Plan | None
    plans_agreed: int
    has_new_plan: bool = False
    """Whether a plan, or a version of one, was agreed in this step: the facts are not about it yet."""
    judged_plan: Judged | None = None
    """How the plan stands, when it was judged in this step."""
    disputes: tuple[OpenDispute, ...] = ()
    dispute_answer: DisputeAnswer | None = None
    hardship: Hardship | None = None
    negotiation: Negotiation | None = None
    conceded: bool = False
    resumes_on: date | None = None
    re_age: ReAge | None = None
    parting: Parting | None = None
    """What the case waits for before it closes, as this step finds it."""
    report_not_before: datetime | None = None
    """The notice before a report did not leave, heard of in this step: not asked for again before then."""
    withdrawn: WithdrawReason | None = None
    answers: list[Answer] = field(default_factory=list)
    """One for each request of this step, in order."""
    kept: dict[str, Answer] = field(default_factory=dict)
    """The first answer to each id of this step: it stays, also when another request comes under the same id."""
    in_ledger_only: set[str] = field(default_factory=set)
    """Ids whose answers do not travel with the case: those about contacts are many, and the ledger has them."""
    remarks: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    """What the ledger must keep besides the case."""
    commands: list[Command] = field(default_factory=list)
    unconfirmed: dict[str, datetime | None] = field(default_factory=dict)
    """Confirmations of opt-outs that did not leave, heard of in this step: by key, when they may."""
    wake_by: datetime | None = None
    """The case wakes then at the latest, whatever else it waits for."""

    @classmethod
    def of(cls, case: Case, facts: Facts, as_of: datetime) -> Draft:
        if facts.as_of != as_of:
            raise ValueError(f"the facts were read as of {facts.as_of}, the decision is asked as of {as_of}")
        return cls(
            case=case,
            facts=facts,
            at=as_of,
            today=local_day(as_of, facts.account.zone),
            holds=Holds(case.holds, case.pauses_over),
            cause=case.cause,
            complaints=case.complaints,
            blocked=case.blocked,
            retry_at=case.retry_at if case.retry_at is not None and case.retry_at > as_of else None,
            quarantined=case.quarantined,
            promise=case.promise,
            judged=case.promise_judged,
            promises_made=case.promises_made,
            promises_broken=case.promises_broken,
            plan=case.plan,
            plans_agreed=case.plans_agreed,
            disputes=case.disputes,
            dispute_answer=case.dispute_answer,
            hardship=case.hardship,
            negotiation=case.negotiation,
            conceded=case.conceded or bool(facts.concessions),
            resumes_on=case.resumes_on,
            re_age=case.re_age,
        )

    @property
    def is_closed(self) -> bool:
        """Closed before this step, or withdrawn in it."""
        return self.case.closure is not None or self.withdrawn is not None

    @property
    def running_plan(self) -> Plan | None:
        """The plan, while it is kept or can still be made good."""
        return self.plan if self.plan is not None and self.plan.runs else None

    @property
    def quiet_until(self) -> date:
        """The day from which on the ladder may go on: after a promise, a plan, a dispute, what the bank decides."""
        promised = None if self.judged is None else self.judged.resumes_on
        planned = None if self.plan is None else self.plan.resumes_on
        silent_until = None if self.negotiation is None else self.negotiation.silent_until
        if self.re_age is not None and self.re_age.state is ReAgeState.ASKED:
            silent_until = max(silent_until or date.min, self.re_age.decide_by)
        decided = None if silent_until is None else next_business_day(silent_until, self.facts.rules.packs)
        return max(day or date.min for day in (promised, planned, self.resumes_on, decided))

    def paid_on(self, promise: Promise) -> Money:
        """What was paid on a promise that an earlier step knew of."""
        paid = (each.paid for each in self.facts.promises_paid if each.promise_id == promise.id)
        return next(paid, Money.zero(promise.amount.currency))

    def was_answered(self, message_id: str) -> bool:
        """In an earlier step."""
        return message_id in self.case.answers or message_id in self.facts.answered

    def on_record(self, *told: PastFact) -> None:
        """What this step puts on record about the person counts in this very step: nothing more leaves against it."""
        if told:
            record = replace(self.facts.record, facts=(*self.facts.record.facts, *told))
            self.facts = self.facts.model_copy(update={"record": record})

    def wake_no_later(self, at: datetime) -> None:
        self.wake_by = at if self.wake_by is None else min(at, self.wake_by)

    def note(self, text: str) -> None:
        self.remarks.append(text)

    def end_holds(self) -> None:
        """End the holds whose last day has passed."""
        for hold in self.holds.expired(self.today):
            self.holds = self.holds.ended(hold, hold.ends_on or self.today)
            name = "pause" if hold.reason is HoldReason.PAUSE else "hold"
            self.note(f"The {name} {hold.id} ended on {hold.ends_on}.")

    def becomes(self, **changes: object) -> Case:
        """The case after this step: what every step changes, and these fields."""
        case = self.case
        remarks = self._remarks() if self.remarks else ()
        every = {
            "as_of": self.at,
            "step_no": case.step_no + 1,
            "holds": self.holds.lying,
            "pauses_over": self.holds.pauses_over,
            "cause": self.cause,
            "complaints": self.complaints,
            "blocked": self.blocked,
            "retry_at": self.retry_at,
            "quarantined": self.quarantined,
            "promise": self.promise,
            "promise_judged": self.judged,
            "promises_made": self.promises_made,
            "promises_broken": self.promises_broken,
            "plan": self.plan,
            "plans_agreed": self.plans_agreed,
            "disputes": self.disputes,
            "dispute_answer": self.dispute_answer,
            "hardship": self.hardship,
            "negotiation": self.negotiation,
            "conceded": self.conceded,
            "resumes_on": self.resumes_on,
            "re_age": self.re_age,
            "parting": self.parting,
            "answers": _bounded(case.answers, self._travelling()) if self.kept else case.answers,
            "timeline": (*case.timeline, *remarks)[-KEEP_LAST:] if remarks else case.timeline,
        }
        # Nothing here comes from outside, so nothing is validated again: this is the hot path of every case.
        return case.model_copy(update=every | changes)

    def _travelling(self) -> dict[str, Answer]:
        return {name: answer for name, answer in self.kept.items() if name not in self.in_ledger_only}

    def _remarks(self) -> tuple[Remark, ...]:
        wall = f"{self.today} {local_time(self.at, self.facts.account.zone):%H:%M}"
        return tuple(Remark(at=self.at, text=text, local=wall) for text in self.remarks)


def _bounded(known: dict[str, Answer], new: dict[str, Answer]) -> dict[str, Answer]:
    """The latest answers by message id, the oldest dropped."""
    return dict(list({**known, **new}.items())[-KEEP_ANSWERS:])
