"""Debiting: where the customer gave a mandate, an instalment is taken on its day instead of being asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import assert_never

from domain import stopping
from domain.calendar import days_after, local_instant
from domain.case import plan_words as words
from domain.case import timing
from domain.case.draft import Draft
from domain.compliance.spared import spared_by
from domain.model.case import Next
from domain.model.debits import Debit, DebitState, KnownDebit
from domain.model.entries import AddTask
from domain.model.events import DebitAnswered
from domain.model.repayment import Plan, PlanFacts
from domain.model.strategy import Debits, Plans
from domain.plans.debiting import Collecting, NoDebit, Taken, Unsettled, Wanted, unsettled
from domain.plans.standing import Line

_BEYOND_TASK, _SILENT_TASK = "debit_beyond_mandate", "debit_silent"


@dataclass(frozen=True)
class Following:
    """No reminder asks for the line: it is debited, or was."""

    what: Next
    at: datetime | None = None
    """When the case looks at it again."""
    on: date | None = None
    """The day of the debit that is still to come."""


def follow(draft: Draft, plan: Plan, line: Line, ends_on: date) -> Following | None:
    """Ask for the debit of an open line when its time has come; None: there is none, so the customer is reminded.

    ``ends_on`` is the last day on which money for the line is in time.
    """
    found = _collecting(draft, plan)
    if found is None or line.no is None:
        return None
    section, collecting = found
    match collecting.outlook(line, draft.today, ends_on):
        case Wanted() as wanted:
            return _take(draft, plan, line, wanted, collecting.terms)
        case Unsettled() as waiting:
            return Following(_wait(draft, plan, waiting))
        case Taken():
            return Following(words.waits(plan, line))
        case NoDebit.BEYOND_MANDATE:
            _tell_person(draft, plan, line, section)
            return None
        case NoDebit.NO_MANDATE | NoDebit.HARD_DECLINE | NoDebit.EXHAUSTED | NoDebit.NO_DAY:
            return None
        case other:
            assert_never(other)


def awaits(draft: Draft, plan: Plan, line: Line) -> Next | None:
    """What a missed line waits for whose debit is not settled: nobody is told to pay what may have been taken."""
    found = _collecting(draft, plan)
    waiting = None if found is None else unsettled(found[1].of_line(line.due_on))
    if not isinstance(waiting, Unsettled):
        return None
    if waiting.debit.state is not DebitState.UNKNOWN:  # of that one a person knows
        key = waiting.debit.key
        draft.entries.append(AddTask(task_id=f"{_SILENT_TASK}/{key}", task=_SILENT_TASK, detail={"debit": key}))
    return _wait(draft, plan, waiting)


def answered(draft: Draft, event: DebitAnswered) -> None:
    """What became of a debit is in the ledger; here it is noted."""
    plan = draft.running_plan
    if plan is not None and event.state is not None:
        draft.note(words.debit_answered(plan, event.state))


def _collecting(draft: Draft, plan: Plan) -> tuple[Plans, Collecting] | None:
    known, section = draft.facts.plan, draft.facts.strategy.plans
    if known is None or section is None or section.debit is None:
        return None
    return section, _of(draft, plan, section.debit, known)


def _of(draft: Draft, plan: Plan, terms: Debits, known: PlanFacts) -> Collecting:
    return Collecting(
        plan=plan.key(draft.case.case_id),
        version=plan.version,
        terms=terms,
        debits=known.debits,
        mandates=known.mandates,
        packs=draft.facts.rules.packs,
        owed=draft.facts.balance,
        may=lambda day: draft.holds.stopping(day) is None,
    )


def _take(draft: Draft, plan: Plan, line: Line, wanted: Wanted, terms: Debits) -> Following | None:
    """Ask for it at the strategy's hour, unless something stands against taking money from this customer now."""
    facts, tomorrow = draft.facts, timing.slot(days_after(draft.today, 1), draft.facts)
    at = local_instant(wanted.on, terms.at, facts.account.zone)
    if _stands_against(draft):
        draft.wake_no_later(at if at > draft.at else tomorrow)
        return None
    if at > draft.at:
        return Following(words.debits(plan, line, wanted.on), at, wanted.on)
    if stopping.of_debits(facts.stops, facts.strategy, facts.rules):
        return Following(words.debit_stopped(plan, line), tomorrow)
    draft.note(words.debit_asked(plan, line))
    key = plan.key(draft.case.case_id)
    draft.commands.append(_command(draft, wanted, plan=key, version=plan.version, due_on=line.due_on))
    return Following(words.waits_for_debit(plan))


def _stands_against(draft: Draft) -> bool:
    """A dispute that is open, or a hold of the rules on the person (China: Measures art. 69; insolvency, death)."""
    facts = draft.facts
    account_id = facts.account.account_id
    return bool(draft.disputes or spared_by(account_id, facts.record, facts.rules.packs, draft.at))


def _wait(draft: Draft, plan: Plan, waiting: Unsettled) -> Next:
    """For the provider; one of which nobody knows whether it was asked for is asked for again, under the same key."""
    debit = waiting.debit
    if debit.state is DebitState.WANTED:
        draft.commands.append(_command(draft, debit, plan=debit.plan, version=debit.version, due_on=debit.due_on))
    return words.waits_for_debit(plan)


def _command(draft: Draft, debit: Wanted | KnownDebit, *, plan: str, version: int, due_on: date) -> Debit:
    case = draft.case
    return Debit(
        key=debit.key,
        case_id=case.case_id,
        account_id=case.account.account_id,
        as_of=draft.at,
        plan=plan,
        version=version,
        due_on=due_on,
        attempt=debit.attempt,
        amount=debit.amount,
        mandate=debit.mandate,
        on=debit.on,
    )


def _tell_person(draft: Draft, plan: Plan, line: Line, section: Plans) -> None:
    """Once the customer would have been told of the debit: more is due than the mandate allows."""
    assert section.debit is not None, "without debits none is beyond a mandate"
    days = max(section.remind_days_before or 0, section.debit.notify_days_before or 0)
    if draft.today < days_after(line.due_on, -days):
        return
    key, due_on = plan.key(draft.case.case_id), str(line.due_on)
    task_id = f"{_BEYOND_TASK}/{key}/{plan.version}/{due_on}"
    draft.entries.append(AddTask(task_id=task_id, task=_BEYOND_TASK, detail={"plan": key, "due_on": due_on}))
