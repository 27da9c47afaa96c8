"""What a case says of a repayment plan: sentences for its page, its timeline and its answers. No personal data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.model.case import Next
from domain.model.debits import DebitState
from domain.model.plan import Instalment
from domain.model.repayment import EarlyEnd, Plan, PlanCovers, PlanStatus
from domain.plans.standing import Line

_ANSWERS = {
    DebitState.WANTED: "A debit is about to be asked for",
    DebitState.ASKED: "A debit waits for its answer",
    DebitState.COLLECTED: "A debit was collected",
    DebitState.DECLINED: "A debit was declined by the customer's bank",
    DebitState.FAILED: "Nothing was debited: something stood against it at the last look",
    DebitState.UNKNOWN: "Nobody knows whether a debit took money: a person must find out",
}
STATUSES = {
    PlanStatus.AGREED: "is agreed, and in force once the bank's card system has confirmed it",
    PlanStatus.PERFORMING: "is in force",
    PlanStatus.MISSED: "has a missed instalment that can still be made good",
    PlanStatus.BROKEN: "was broken",
    PlanStatus.COMPLETED: "was kept to its end",
    PlanStatus.VOID: "never came into force: the bank's card system refused it",
    PlanStatus.CANCELLED: "was ended by agreement",
}


def meaning(plan: Plan, instalments: Sequence[Instalment]) -> str:
    """What the case answers to a plan that is agreed."""
    first, last = instalments[0], instalments[-1]
    count = "one instalment" if len(instalments) == 1 else f"{len(instalments)} instalments"
    usual = f"of {first.amount}" + ("" if last.amount == first.amount else f", the last one of {last.amount}")
    covered = "all that is owed" if plan.covers is PlanCovers.BALANCE else "what is past due"
    days = f"on {first.due_on}" if first is last else f"from {first.due_on} until {last.due_on}"
    return (
        f"{count} {usual}, {days}, {plan.total} in all, repay {covered}; the plan {plan.id} "
        f"{STATUSES[PlanStatus.AGREED]}"
    )


def changed(plan: Plan) -> str:
    return f"The plan {plan.id} {STATUSES[plan.status]}: {plan.paid} of {plan.total} paid."


def renewed(plan: Plan) -> str:
    return f"The plan {plan.id} is version {plan.version} now: {plan.count} instalments, {plan.total} in all."


def moved(plan: Plan) -> str:
    """The answer to a payment holiday that is granted."""
    return f"the next instalment of the plan {plan.id} is due on {plan.terms.first_on}, and the later ones move with it"


def ends_early(plan: Plan, end: EarlyEnd) -> str:
    return f"The plan {plan.id} ends early when {end.paid_in_all} is paid on it in all by {end.on}."


def told(plan: Plan, on: date) -> str:
    return f"The customer was told by a person, on {on}, that an instalment of the plan {plan.id} is missing."


def waits_for_cards(plan: Plan) -> Next:
    why = f"the plan {plan.id} is in force once the bank's card system has confirmed what it needs"
    return Next(what="waits for the bank's card system", why=why)


def waits(plan: Plan, line: Line) -> Next:
    what = f"waits for the {line.unpaid} due on {line.due_on}"
    return Next(what=what, why=f"the plan {plan.id} is in force: nobody is asked for money but by it")


def debits(plan: Plan, line: Line, on: date) -> Next:
    why = f"the {line.unpaid} due on {line.due_on} under the plan {plan.id} are taken by the customer's mandate"
    return Next(what=f"debits {line.unpaid} on {on}", why=why)


def debit_stopped(plan: Plan, line: Line) -> Next:
    why = f"the {line.unpaid} due on {line.due_on} under the plan {plan.id} would be debited, and a stop closes it"
    return Next(what="waits for the end of an emergency stop", why=why)


def waits_for_debit(plan: Plan) -> Next:
    why = f"an instalment of the plan {plan.id} is being debited: nobody is asked for it meanwhile"
    return Next(what="waits for the money of a debit", why=why)


def debit_asked(plan: Plan, line: Line) -> str:
    return f"Debits {line.unpaid} due on {line.due_on} under the plan {plan.id}."


def debit_answered(plan: Plan, state: DebitState) -> str:
    return f"{_ANSWERS[state]} (plan {plan.id})."


def cures(plan: Plan, missed: Sequence[Line], ends_on: date | None) -> Next:
    since = f"what was due on {missed[0].due_on} under the plan {plan.id} is not paid"
    if ends_on is None:
        return Next(what="tells the customer that an instalment was missed", why=since)
    return Next(what=f"waits until {ends_on} for a missed instalment", why=f"{since}: it can be made good until then")


def waits_for_person(plan: Plan) -> Next:
    why = f"the plan {plan.id} is not broken before the customer was told that an instalment was missed"
    return Next(what="waits for a person to tell the customer", why=why)


def asked(plan: Plan, notice: str, channel: str, line: Line) -> str:
    what = "Reminds" if notice == "plan-reminder" else "Tells of a missed instalment"
    return f"{what} by {channel} under the plan {plan.id}: {line.unpaid} due on {line.due_on}."
