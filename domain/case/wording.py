"""The sentences of a case: what it does next and why, and the lines of its timeline. No personal data."""

from __future__ import annotations

from datetime import date, datetime
from typing import assert_never

from domain.calendar import local_day, local_time
from domain.case.channels import WayOut
from domain.case.draft import Draft
from domain.case.ladder import Halt, NextNotice
from domain.model.blocker import Blocker
from domain.model.case import Closure, HeldBy, Next, Outcome
from domain.model.contact import NextKind, Verdict
from domain.model.events import HoldReason, NoticeNotSent
from domain.model.facts import Arrears, Facts, MessageState, Notice
from domain.model.strategy import AfterPrevious, Channel, DaysPastDue, LadderStep, MonthEnd
from domain.model.thanks import Parting
from domain.stopping import Stopped


def days(count: int) -> str:
    """``1 day``, ``2 days``."""
    return f"{count} day" if count == 1 else f"{count} days"


def owed(arrears: Arrears) -> str:
    """The past-due amount, since when, for how long."""
    return f"{arrears.past_due} past due since {arrears.oldest_due_on} ({days(arrears.days_past_due)})"


def clock(at: datetime, facts: Facts) -> str:
    """An instant on the account's wall."""
    zone = facts.account.zone
    return f"{local_day(at, zone)} at {local_time(at, zone):%H:%M}"


def opens_later(opens_at: datetime, facts: Facts) -> Next:
    why = "the case was started ahead of the first day that is past due"
    return Next(wake_at=opens_at, what=f"opens on {clock(opens_at, facts)}", why=why)


def sends(draft: Draft, plan: NextNotice, way: WayOut, anchor: Arrears) -> Next:
    """The next notice, its day and the reason for that day."""
    what = f"sends the notice {plan.step.notice} by {way.channel} on {clock(way.leaves_at, draft.facts)}"
    why = _timing(plan.step, anchor) + _moved(draft, plan, way)
    return Next(wake_at=way.leaves_at, what=what, why=why, deferred_by=way.deferred_by)


def _timing(step: LadderStep, anchor: Arrears) -> str:
    oldest = anchor.oldest_due_on
    left_out = "" if anchor.treatment_days == anchor.days_past_due else ", paused days left out"
    match step.due:
        case DaysPastDue(days=count):
            return f"it is due {days(count)} after the oldest unpaid due date {oldest}{left_out}"
        case MonthEnd(days=count):
            month = f"the month in which the oldest unpaid due date {oldest} is {days(count)} past"
            return f"it is due at the end of {month}{left_out}"
        case AfterPrevious(days=count):
            return f"it is due {days(count)} after the notice before it"
        case _:
            assert_never(step.due)


def _moved(draft: Draft, plan: NextNotice, way: WayOut) -> str:
    """Why a notice leaves later than at the strategy's time of the day on which it falls due."""
    rules = ", ".join(way.deferred_by[:_MOST_REASONS])
    by_rule = f"; deferred by the rule{'s' if len(way.deferred_by) > 1 else ''} {rules}" if rules else ""
    return _later_day(draft, plan, way) + by_rule


def _later_day(draft: Draft, plan: NextNotice, way: WayOut) -> str:
    leaves_on = local_day(way.leaves_at, draft.facts.account.zone)
    if leaves_on <= plan.due_on:
        return ""
    judged = draft.judged
    if judged is not None and judged.resumes_on > max(plan.leaves_on, draft.today):
        return f", on {plan.due_on}; after the promise {judged.promise.id} it goes on on a business day"
    if draft.resumes_on is not None and draft.resumes_on > max(plan.leaves_on, draft.today):
        return f", on {plan.due_on}; after a dispute it goes on on a business day"
    hold = draft.holds.stopping(max(plan.leaves_on, draft.today))
    if hold is not None:
        return f", on {plan.due_on}; {hold_sentence(hold)}"
    if plan.leaves_on > plan.due_on:
        gap = days(draft.facts.strategy.days_between)
        return f", on {plan.due_on}; at least {gap} lie between two notices"
    return f", on {plan.due_on}: it is owed and leaves at the next hour of contact"


def hold_sentence(hold: HeldBy) -> str:
    """What a hold does, and how long."""
    until = "until it is released" if hold.ends_on is None else f"until {hold.ends_on}"
    name = "pause" if hold.reason is HoldReason.PAUSE else "hold"
    return f"the {name} {hold.id} lies on the case from {hold.starts_on} {until}: {_HOLDS[hold.reason]}"


_HOLDS = {
    HoldReason.OPERATOR: "no notice leaves",
    HoldReason.PAUSE: "no notice leaves and treatment days stand still",
    HoldReason.LEFT_OUT: "these obligations are left out, the rest goes on",
    HoldReason.TRACE: "no notice leaves while the payment is looked for",
}


def held(hold: HeldBy) -> Next:
    return Next(what=f"waits until the hold {hold.id} is released", why=hold_sentence(hold))


def stopped(by: Stopped) -> Next:
    """The notice that is due waits for an operator, or for the bank's data."""
    stops = f" ({', '.join(by.ids)})" if by.ids else ""
    return Next(what="waits until contact goes on", why=_REASONS[by.blocker].removeprefix("because ") + stops)


def silent(facts: Facts) -> Next:
    """Nothing is judged by data that is too old."""
    assert facts.fresh_until is not None, "without a feed nothing is too old"
    hours = facts.strategy.fresh_within_hours
    why = f"the bank's data is complete until {clock(facts.fresh_until, facts)} only: nothing older than {hours} hours"
    return Next(what="waits for the bank's data", why=f"{why} is acted on")


def barred(verdict: Verdict) -> Next:
    """No notice is allowed until something happens: the rules that say so."""
    reasons = "; ".join(f"{refusal.why} ({refusal.rule})" for refusal in verdict.refusals[:_MOST_REASONS])
    what = "sends no notice" if verdict.next is NextKind.NEVER else "waits until contact is allowed again"
    return Next(what=what, why=reasons, deferred_by=verdict.refused_by)


_MOST_REASONS = 3
"""How many refusing rules the page names; all of them are in the ledger."""


def halted(draft: Draft, halt: Halt, treated: Arrears) -> Next:
    """Why the ladder stands."""
    strategy = draft.facts.strategy
    match halt:
        case Halt.ALL_GIVEN:
            return Next(what="waits for payment", why=f"all {len(strategy.ladder)} notices of the ladder were given")
        case Halt.MOST_ATTEMPTS:
            most = strategy.most_attempts
            return Next(what="waits for payment", why=f"{most} notices were tried, the most that the strategy allows")
        case Halt.TOO_LITTLE:
            least = f"{strategy.least_amount[treated.past_due.currency]:,} {treated.past_due.currency}"
            return Next(what="waits for payment", why=f"{treated.past_due} past due is below the least amount {least}")
        case Halt.CLOCK_STOPPED:
            pause = next(h for h in draft.holds.lying if h.reason is HoldReason.PAUSE and h.ends_on is None)
            return held(pause)
        case Halt.FATE_OPEN:
            return Next(what="looks again at the last notice", why="its receipt is not in the ledger yet")
        case _:
            assert_never(halt)


def blocked(key: str, facts: Facts) -> Next:
    """The next notice waits for a person."""
    state = _state(key, facts)
    if state is MessageState.UNKNOWN:
        why = f"a person must say whether the notice {key} left: the provider cannot, and nothing is sent twice"
    else:
        why = f"a person must enter an address for this channel: the notice {key} could not leave without one"
    return Next(what="waits for a person", why=why)


def _state(key: str, facts: Facts) -> MessageState | None:
    return next((n.state for n in facts.notices if n.key == key), None)


def nothing_treated(late_from: date | None) -> Next:
    """All that is past due is left out by holds, or what remains is within grace or tolerance."""
    why = "what is past due is left out by a hold"
    return Next(what="waits for payment" if late_from is None else f"waits for payment until {late_from}", why=why)


def within_grace(late_from: date, facts: Facts) -> Next:
    """Unmet, but not late yet."""
    grace = days(facts.rules.lateness.grace_days)
    why = f"an obligation is unmet, and within {grace} of grace nobody is late"
    return Next(what=f"waits for payment until {late_from}", why=why)


OPEN_AT_THE_END = Next(what="waits for what the bank tells next", why="the data ends before the case does")
"""A historical ledger tells nothing of what comes after its last day."""


def asked(step: LadderStep, channel: Channel, attempt: int, treated: Arrears) -> str:
    again = "" if attempt == 1 else f", attempt {attempt}"
    return f"Asked by {channel} for {owed(treated)}: {step.notice}{again}."


def not_sent(event: NoticeNotSent, facts: Facts) -> str:
    later = "" if event.retry_at is None else f"; not before {clock(event.retry_at, facts)}"
    reason = _REASONS[event.blocker]
    if event.blocker is Blocker.NO_ANSWER and _state(event.key, facts) is MessageState.UNKNOWN:
        reason = "or nobody knows whether it did: a person must say so"
    return f"The notice {event.step} did not leave, {reason}{later}."


def asked_again(notice: Notice) -> str:
    return f"Asked again for the notice {notice.step} of {notice.on}: its receipt is not in the ledger yet."


_REASONS = {
    Blocker.PAID: "because money arrived",
    Blocker.HELD: "because a hold lies on the case",
    Blocker.PROMISED: "because a promise to pay runs",
    Blocker.PLAN_OVER: "because the repayment plan runs no more",
    Blocker.PAST_DUE: "because something is past due again",
    Blocker.CLOSED: "because the case was closed",
    Blocker.CONTACT_WINDOW: "because a rule of contact does not allow it yet",
    Blocker.BARRED: "because a rule of contact forbids it until something happens",
    Blocker.STOPPED: "because contact is stopped by an operator",
    Blocker.STALE: "because the bank's data is older than the strategy allows",
    Blocker.WORDING: "because no text of it may leave: its wording must be mended",
    Blocker.NO_CONTACT_POINT: "because there is no address for its channel: a person must enter one",
    Blocker.PROVIDER: "because it could not be delivered: the timeline says why",
    Blocker.NO_ANSWER: "or its receipt is not in the ledger yet: what is still open is asked again",
}


def changed(before: Arrears | None, now: Arrears) -> str | None:
    """The line for arrears that moved; None while amount and oldest due date are the same."""
    if before is None:
        return f"Late: {owed(now)}."
    if (before.oldest_due_on, before.past_due) == (now.oldest_due_on, now.past_due):
        return None
    return f"Now {owed(now)}; before, {before.past_due} since {before.oldest_due_on}."


def closed(closure: Closure) -> str:
    """The last line of the episode."""
    notices = "1 notice" if closure.notices == 1 else f"{closure.notices} notices"
    after = f"after {days(closure.days_past_due)} past due and {notices}"
    return f"Closed: {_ENDS[closure.outcome]}, {after}."


def parting(waits: Parting) -> str:
    """The line of the timeline when a case is over but for the thanks."""
    return f"Over: {_ENDS[Outcome(waits.reached)]}; the case closes when the customer has been thanked."


def parts(waits: Parting, facts: Facts) -> Next:
    """What is left to do of a case that is over."""
    what = f"thanks the customer on {clock(waits.thanks_at, facts)} and closes"
    return Next(what=what, why=f"{_ENDS[Outcome(waits.reached)]}: nobody is asked for anything any more")


def over(closure: Closure) -> Next:
    return Next(what="nothing", why=f"the case is closed: {_ENDS[closure.outcome]}")


_ENDS = {
    Outcome.CURED: "nothing is past due any more",
    Outcome.CLEARED_BY_STATUS: "the bank's status says current, though no payment was seen",
    Outcome.PAID_IN_FULL: "nothing is owed any more",
    Outcome.PLAN_COMPLETED: "the repayment plan was kept to its end",
    Outcome.SETTLED_FOR_LESS: "settled for less than all that was owed, by agreement",
    Outcome.RE_AGED: "the account was brought current without the arrears being paid",
    Outcome.WITHDRAWN: "a person withdrew the case",
}
