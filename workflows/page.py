"""The operator's page of a case, in sentences, as Markdown for the Web UI: written anew at every step, at no cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from domain.model.case import Case, Outcome, Stage
from domain.model.disputes import OpenDispute
from domain.model.events import HoldReason
from domain.model.facts import MessageState
from domain.model.money import Money
from domain.model.promise import Promise, PromiseState
from domain.model.repayment import Plan, PlanCovers

_STAGES = {
    Stage.WAITING: "Waiting: nothing is asked of the customer yet.",
    Stage.REMINDING: "Reminding: notices leave by the ladder below until the past-due amount is paid.",
    Stage.PLANNING: "Planning: a repayment plan is in force, and nobody is asked for money but by it.",
    Stage.CLOSED: "Closed.",
}
_OUTCOMES = {
    Outcome.CURED: "cured, nothing is past due any more",
    Outcome.CLEARED_BY_STATUS: "cleared by the bank's status, without a payment",
    Outcome.PAID_IN_FULL: "paid in full",
    Outcome.PLAN_COMPLETED: "the repayment plan was kept to its end",
    Outcome.SETTLED_FOR_LESS: "settled for less than all that was owed, by agreement",
    Outcome.RE_AGED: "brought current without the arrears being paid (re-aged)",
    Outcome.WITHDRAWN: "withdrawn",
}
_APART = "\u2003\u200b"
"""A space that the Web UI does not trim: it sets the cells of tables close together."""
_COVERED = {PlanCovers.BALANCE: "all that is owed", PlanCovers.ARREARS: "what was past due"}
_STATES = {
    MessageState.SENDING: "asked",
    MessageState.SENT: "sent",
    MessageState.REFUSED: "not sent, planned anew",
    MessageState.FAILED: "could not be delivered",
    MessageState.UNKNOWN: "nobody knows whether it arrived; a person must check",
}
_GIVEN = (MessageState.SENT, MessageState.SENDING)
_HOLDS = {
    HoldReason.OPERATOR: "Contact is on hold",
    HoldReason.PAUSE: "Hardship pause: no contact, and treatment days stand still",
    HoldReason.LEFT_OUT: "Left out of what the ladder treats",
    HoldReason.TRACE: "A payment is looked for, and no notice leaves meanwhile",
}


def title(case: Case) -> str:
    """One line for lists and headings."""
    if case.closure is not None:
        return f"Account {case.account.account_id}: {_OUTCOMES[case.closure.outcome]}"
    if case.arrears is None:
        return f"Account {case.account.account_id}: nothing past due"
    arrears = case.arrears
    return f"Account {case.account.account_id}: {arrears.past_due} past due, day {arrears.days_past_due}"


def render(case: Case) -> str:
    """The whole page."""
    parts = (
        *(_money, _next, _plan, _promise, _negotiation, _re_age, _ladder, _holds, _complaints, _disputes, _hardship),
        *(_doors, _timeline, _pinned),
    )
    blocks = (part(case) for part in parts)
    return "\n\n".join([f"## {title(case)}", _stage(case), *("\n".join(block) for block in blocks if block)])


def _stage(case: Case) -> str:
    return _STAGES[case.stage] if case.parting is None else "Over: the case closes when the customer has been thanked."


def _money(case: Case) -> list[str]:
    lines = []
    if case.arrears is not None and case.closure is None:
        late = case.arrears
        lines.append(
            f"**{late.past_due}** is past due; the oldest unpaid minimum payment fell due on **{late.oldest_due_on}**: "
            f"**{late.days_past_due} days past due** when last looked at ({late.treatment_days} treatment days"
            + (f", bucket *{_words(late.bucket)}*)." if late.bucket else ").")
        )
    if case.balance is not None:
        is_credit = case.balance.amount < 0
        lines.append(f"A credit of {-case.balance}." if is_credit else f"Everything owed: {case.balance}.")
    if case.cause is not None:
        lines.append(f"Why late: **{_words(case.cause.cause)}**, told on {case.cause.on}.")
    return lines


def _next(case: Case) -> list[str]:
    return [f"**Next:** {_sentence(case.next.what)}", f"**Why:** {_sentence(case.next.why)}"]


def _ladder(case: Case) -> list[str]:
    ladder = case.ladder
    lines = [f"- {mark.step}: {_STATES[mark.state]} on {mark.on}" for mark in ladder.given]
    if case.stage is Stage.PLANNING:  # nothing of it leaves while the plan is kept
        return ["**The ladder**", "", *lines] if lines else []
    if ladder.next_step is not None:
        when = f"next, on {ladder.next_on}" if ladder.next_on is not None else "next, when the clock goes on"
        lines.append(f"- **{ladder.next_step}: {when}**")
    lines += [f"- {step}: to come" for step in ladder.to_come]
    earlier = ladder.total_given - sum(mark.state in _GIVEN for mark in ladder.given)
    if earlier > 0:
        lines.insert(0, f"- {earlier} earlier: sent")
    return ["**The ladder**", "", *lines] if lines else []


def _plan(case: Case) -> list[str]:
    plan = case.plan
    if plan is None:
        return []
    again = "" if plan.version == 1 else f", version {plan.version}"
    heading = (
        f"**Repayment plan** `{plan.id}`{again}: {_words(plan.status)} since {plan.since}; {plan.met} of {plan.count} "
        f"instalments and **{plan.paid} of {plan.total}** paid, for {_COVERED[plan.covers]} at "
        f"{plan.terms.nominal_percent} % a year."
    )
    lines = [heading]
    if plan.cure_ends_on is not None:
        lines.append(f"**Missed:** it can be made good until {plan.cure_ends_on}.")
    if plan.early_end is not None and plan.runs:
        lines.append(f"Ends early when {plan.early_end.paid_in_all} is paid on it in all by {plan.early_end.on}.")
    rows = [
        (row.no, row.due_on, *(_in_currency(amount, plan) for amount in (row.amount, row.paid)), _words(row.mark))
        for row in plan.rows
    ]
    table = _table(("No", "Due", "Amount", "Paid", "Stands"), rows)
    return [*lines, "", *table] if rows else lines


def _in_currency(amount: Decimal, plan: Plan) -> Money:
    return Money(amount=amount, currency=plan.total.currency)


def _promise(case: Case) -> list[str]:
    running, judged = case.promise, case.promise_judged
    rows = [] if judged is None else [_promise_row(judged.promise, judged.state, str(judged.paid))]
    if running is not None:
        rows.append(_promise_row(running, PromiseState.ACTIVE, ""))
    heading = f"**Promises to pay** ({case.promises_made} made, {case.promises_broken} broken)"
    return [heading, "", *_table(("Amount", "Due", "Grace until", "State", "Paid"), rows)] if rows else []


def _promise_row(promise: Promise, state: PromiseState, paid: str) -> tuple[object, ...]:
    return promise.amount, promise.due_on, promise.grace_ends_on, _words(state), paid


def _negotiation(case: Case) -> list[str]:
    negotiation = case.negotiation
    if negotiation is None:
        return []
    rows = [
        (each.no, each.on, _words(each.proposer), each.said, f"**{_words(each.verdict)}:** {each.answer}")
        for each in negotiation.last
    ]
    table = _table(("No", "On", "By", "Proposed", "Answer"), rows)
    rounds = "one proposal" if negotiation.rounds == 1 else f"{negotiation.rounds} proposals"
    lines = [f"**Negotiation** ({rounds} answered)", "", *table]
    made = negotiation.offer
    if made is not None:
        lines += ["", f"The offer `{made.id}` {made.stands}."]
    return lines


def _re_age(case: Case) -> list[str]:
    made = case.re_age
    if made is None:
        return []
    approved = "" if made.approved_by is None else f", approved by `{made.approved_by}`"
    return [f"**Re-age** `{made.id}` of {made.past_due}, asked for by `{made.asked_by}`{approved}: it {made.stands}."]


def _holds(case: Case) -> list[str]:
    return ["**Holds**", "", *_hold_lines(case)] if case.holds else []


def _hold_lines(case: Case) -> Iterator[str]:
    for hold in case.holds:
        until = f"until {hold.ends_on}" if hold.ends_on else "until it is released"
        debts = ", ".join(f"the obligation due on {day}" for day in hold.obligations_due_on)
        yield f"- {_HOLDS[hold.reason]}{': ' + debts if debts else ''}, from {hold.starts_on} {until} (`{hold.id}`)."


def _complaints(case: Case) -> list[str]:
    if not case.complaints:
        return []
    rows = [(f"`{each.id}`", each.received_on, each.answer_by, _yes(each.escalated)) for each in case.complaints]
    return ["**Complaints**", "", *_table(("complaint", "came in", "answer by", "with a supervisor"), rows)]


def _yes(so: bool) -> str:
    return "yes" if so else "no"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A table in Markdown."""
    lines = (head, ["---"] * len(head), *rows)
    return ["| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines]


def _cell(content: object) -> str:
    return str(content) if content == "---" else f"{content}{_APART}"


def _disputes(case: Case) -> list[str]:
    rows = [_dispute_row(each) for each in case.disputes]
    head = ("| dispute | about | since | state | by | with a supervisor |", "| --- | --- | --- | --- | --- | --- |")
    lines = ["**Disputes**", "", *head, *rows] if rows else []
    if (last := case.dispute_answer) is not None:
        lines += ["", f"Resolved last: `{last.dispute}`, {_words(last.outcome)} on {last.on}."]
    return lines


def _dispute_row(dispute: OpenDispute) -> str:
    what = ", ".join(f"due {day}" for day in dispute.due_on) or "the whole debt"
    waits = f"{_words(dispute.outcome)}: {dispute.correction} to be corrected" if dispute.outcome else "open"
    with_a_supervisor = "yes" if dispute.escalated else "no"
    return f"| `{dispute.id}` | {what} | {dispute.since} | {waits} | {dispute.resolve_by} | {with_a_supervisor} |"


def _hardship(case: Case) -> list[str]:
    hardship = case.hardship
    if hardship is None:
        return []
    assessed = "not assessed" if hardship.outcome is None else _words(hardship.outcome)
    programme = f" ({hardship.programme})" if hardship.programme else ""
    review = f", looked at again on {hardship.review_on}" if hardship.review_on else ""
    advice = f", asked by {hardship.follow_up_on} whether the advice helped" if hardship.follow_up_on else ""
    told = f"**Hardship:** {_words(hardship.cause)}, told on {hardship.since}"
    return [f"{told}: {assessed}{programme}{review}{advice}."]


def _doors(case: Case) -> list[str]:
    lines = []
    if case.blocked is not None:
        lines.append(f"**A person must look:** the fate of message `{case.blocked}` is not known or it has no address.")
    if case.quarantined:
        lines.append(f"**Quarantine:** {case.quarantined} signals could not be read; see what happened last.")
    return lines


def _timeline(case: Case) -> list[str]:
    newest_first = [f"- {remark.local or _instant(remark.at)}: {remark.text}" for remark in reversed(case.timeline)]
    return [f"**What happened last** (times of {case.account.zone})", "", *newest_first] if newest_first else []


def _pinned(case: Case) -> list[str]:
    return [
        f"*Episode {case.episode_no}, strategy {case.strategy}, rules {case.rules}; step {case.step_no}, "
        f"as of {_instant(case.as_of)}.*"
    ]


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _words(code: str) -> str:
    return code.replace("_", " ")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")
