"""What a case says of a re-age: sentences for its page, its timeline and its answers. No personal data."""

from __future__ import annotations

from datetime import date

from domain.model.adjustments import AdjustmentState
from domain.model.case import HeldBy, Next
from domain.model.money import Money
from domain.model.offers import Level
from domain.model.re_age import ReAge, ReAgeState
from domain.model.repayment import Plan, PlanCovers

NOTHING_PAST_DUE = "nothing is past due on this account: it is current already"
UNKNOWN_AGE = "nobody can say since when the account exists: the ledger has no entry and no statement of it"


def no_rule(rules: object) -> str:
    return f"the rules {rules} let no account be re-aged: it becomes current when what is past due is paid"


def no_terms(strategy: object) -> str:
    return f"the strategy {strategy} re-ages no account"


def asked(made: ReAge, level: Level) -> str:
    """The answer to a request that is taken."""
    who = "somebody else" if level is Level.AGENT else f"a {level}, somebody else,"
    return f"the re-age {made.id} is in force only when {who} approves it, until {made.decide_by}"


def approved(made: ReAge) -> str:
    return f"the re-age {made.id} {made.stands}"


def declined(made: ReAge) -> str:
    return f"the re-age {made.id} is declined: collection goes on"


def changed(made: ReAge, reason: str | None = None) -> str:
    """The line of the timeline."""
    why = "" if reason is None else f" ({reason})"
    return f"The re-age {made.id} {made.stands}{why}."


def not_waiting(name: str, made: ReAge) -> str:
    return f"the re-age {name} waits for no decision: it {made.stands}"


def over_in_time(made: ReAge) -> str:
    return f"the time to decide on {made.id} was over on {made.decide_by}: ask for the re-age again"


def own(made: ReAge) -> str:
    return f"{made.asked_by} cannot approve what {made.asked_by} asked for: somebody else must"


def needs_supervisor(made: ReAge, role: Level) -> str:
    return f"the re-age {made.id} is more than an {role} may decide on: a supervisor must"


def goes_on(made: ReAge) -> str:
    """Why another one is not asked for."""
    return f"the re-age {made.id} {made.stands}: wait for that"


def disputed(dispute: str) -> str:
    return f"{dispute} is disputed: what is past due is known once it is resolved and corrected"


def plan_runs(plan: Plan) -> str:
    if plan.covers is PlanCovers.BALANCE:
        return f"the plan {plan.id} repays all that is owed and runs: it ends by being kept, or end it first"
    return f"the plan {plan.id} for the arrears does not perform: a re-age rewards one that is kept"


def held(hold: HeldBy) -> str:
    until = "until it is released" if hold.ends_on is None else f"until then: possible from {hold.ends_on} on"
    return f"the hold {hold.id} lies on this case, {until}"


def barred(holds: tuple[str, ...]) -> str:
    return f"{', '.join(holds)} lies on the customer: nothing is agreed with them until it is lifted"


def too_young(opened_on: date, months: int, from_on: date, source: str) -> str:
    return f"the account exists since {opened_on}, and must for {months} months: possible from {from_on} on ({source})"


def too_little_paid(count: int, since: date, needed: Money, paid: Money, source: str) -> str:
    what = "one minimum payment" if count == 1 else f"{count} minimum payments in a row, or as much at once"
    return f"{what}, must have come since {since}: {needed} are needed and {paid} were paid ({source})"


def too_soon(last_on: date, months: int, from_on: date, source: str) -> str:
    return f"it was re-aged on {last_on}, and {months} months must lie between: possible from {from_on} on ({source})"


def too_often(most: int, months: int, from_on: date, source: str) -> str:
    times = "once" if most == 1 else f"{most} times"
    return f"it was re-aged {times} in {months} months, as often as may be: possible from {from_on} on ({source})"


def unanswered(key: str) -> str:
    return f"the card system has not said what became of {key}: find out first"


def not_newest(report: str, newest: str | None) -> str:
    there = "there is none" if newest is None else f"the newest is {newest}"
    return f"{report} is not the newest ability report of the customer: {there}"


def cannot_pay(report: str) -> str:
    return f"{report} says that nothing can be paid in a month: offer hardship terms instead"


def waits_for_cards(made: ReAge, answer: AdjustmentState | None) -> Next:
    if made.state is ReAgeState.TAKEN_BACK:
        what = "waits for the bank's card system to undo the re-age"
        return Next(what=what, why=f"the re-age {made.id} {made.stands}")
    done = answer is AdjustmentState.CONFIRMED
    what = (
        "waits until the ledger shows the re-age" if done else "waits for the bank's card system to re-age the account"
    )
    return Next(what=what, why=f"the re-age {made.id} is approved: no notice leaves meanwhile")
