"""What a task is about, in words; a task itself holds codes only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from pydantic import JsonValue

from domain.calendar import local_day
from domain.model.contact import Party
from ledger.tasks import Task
from starter.calling import Script

_ABOUT = {
    "call": "call about the notice {notice}",
    "barred": "the rules bar {message}: look what may be done for this customer",
    "wording": "there is no text that may leave for {message}: mend the wording",
    "unknown_outcome": "find out whether {message} left, then `duecourse message settle {message}`",
    "opt_out_confirmation": "confirm to the customer, once, that messages by {channel} have ended",
    "breach": "a contact was made against the rules, by {breach}: look into it",
    "hardship_assessment": "assess what the customer can bear after {cause}, then `duecourse hardship assess`",
    "payment_trace": "find the payment that the customer says was made, then `duecourse case release`",
    "dispute_review": "look into what the customer disputes, then `duecourse dispute resolve`",
    "dispute_acknowledgement": "write to the customer that the dispute {dispute} came in",
    "dispute_escalation": "a supervisor looks: the dispute {dispute} is due and not resolved",
    "dispute_correction": "correct what the dispute {dispute} was about, in the card system: the case waits for it",
    "correction_escalation": "a supervisor looks: the correction after the dispute {dispute} is not in the ledger",
    "hardship_review": "look again at what was granted after {cause}, then `duecourse hardship assess`",
    "fraud_review": "find out who made the debt: the customer says that somebody else did",
    "contact_search": "find out how the customer can be reached",
    "bereavement_specialist": "find out whether the customer has died, and who speaks for the estate",
    "insolvency_specialist": "find out whether the customer is insolvent, and file the claim",
    "approval": "decide on {offer}, a {kind} of {total} {currency} that gives up {forgiven}: `duecourse offer approve`",
    "re_age_approval": "decide on the re-age {re_age}: {past_due} {currency} past due, {paid} paid since it was late; "
    "`duecourse offer approve`",
    "re_age_silent": "find out why the card system has not done {re_age}, or the ledger does not show it",
    "adjustment_silent": "find out why the card system has not confirmed what the plan {plan} needs",
    "adjustment_refused": "the card system refused {adjustment}: agree on something else with the customer",
    "debit_beyond_mandate": "more is due on {due_on} than the customer's mandate allows: ask for a wider one",
    "debit_unknown": "find out whether {debit} took money, then `duecourse debit confirm` or `decline`",
    "debit_silent": "find out why {debit} has no answer, or its money has not come: nobody was told of a miss",
    "bureau_notice": "the customer could not be told before a report to the credit bureau: nothing is reported",
    "bureau_report": "see that the credit bureau answers {report}, then `duecourse bureau confirm | refuse`",
    "bureau_refused": "the credit bureau refused {report}: put right what it has",
    "bureau_review": "the case was withdrawn after {report}: tell the credit bureau what is right",
    "repair_notice": "tell the customer that the payment due on {due_on} is missing, then `duecourse plan told`",
    "complaint": "answer the complaint {complaint}: `duecourse complaint answer`",
    "complaint_escalation": "a supervisor looks: the complaint {complaint} is due and not answered",
    "complaint_extension": "tell the customer why the answer to the complaint {complaint} takes longer",
    "representative_check": "check the evidence, then `duecourse person representative check {representative}`",
    "treatment_review": "ask whether the customer still needs to be treated so: {treatment}",
    "cause_review": "read the recording: the customer told another cause, and no path is set for it",
    "referral": "ask the customer whether the advice helped, then `duecourse hardship follow-up`",
    "customer_wish": "read what the customer wrote by {channel}, and record what it means",
}
"""For the kinds that need more than their name and codes."""
_TOLD = (
    "message",
    "notice",
    "channel",
    "breach",
    "cause",
    "complaint",
    "dispute",
    "treatment",
    "representative",
    "plan",
    "adjustment",
    "debit",
    "report",
    "due_on",
    "offer",
    "total",
    "currency",
    "kind",
    "forgiven",
    "re_age",
    "past_due",
    "paid",
)


def about(task: Task) -> str:
    """One line: what there is to do, and its codes."""
    said = {name: _written(value) for name, value in task.detail.items()}
    known = {name: said.get(name, f"an unnamed {name}") for name in _TOLD}
    template = _ABOUT.get(task.kind)
    line = template.format_map(known) if template else task.kind.replace("_", " ")
    used = [name for name in _TOLD if f"{{{name}}}" in (template or "")]
    if task.task_id.endswith(said.get("message", " ")):
        used.append("message")
    more = [f"{name.replace('_', ' ')} {value}" for name, value in said.items() if value and name not in used]
    return f"{line} ({'; '.join(more)})" if more else line


def in_full(task: Task, zone: str, script: Script | None) -> Iterator[str]:
    """A task as its reader needs it; with a call, what must be said and the guide for the talk."""
    yield f"Task     {task.task_id}"
    yield f"To do    {about(task)}"
    yield f"Account  {task.account_id or 'none'}"
    yield f"Since    {local_day(task.at, zone)}"
    if task.due_at:
        yield f"Due      {due_on(task.due_at, zone)}"
    if task.closed_at:
        yield f"Closed   {local_day(task.closed_at, zone)} by {task.closed_by}: {task.outcome}"
    if task.must_say:
        yield f"Rules    {', '.join(task.must_say)}"
    if script is not None:
        yield from _script(task, script)


def due_on(due_at: datetime, zone: str) -> str:
    """The last local day on which the task is in time: what is due at midnight is due on the day before."""
    return str(local_day(due_at - timedelta(microseconds=1), zone))


def _script(task: Task, script: Script) -> Iterator[str]:
    if script.less_is_owed:
        yield from ("", "Money came in since this call was planned: look at the account before you call.")
    if script.disputed_since:
        yield from (
            "",
            "The customer disputed something since this call was planned: look at the case first.",
        )
    whom = f" --party {script.party}" if script.party is not Party.DEBTOR else ""
    whom += f" --party-id {script.party_id}" if script.party_id else ""
    where = f" --address-id {script.address_id}" if script.address_id else ""
    yield from ("", f"Before: duecourse contact request {task.account_id} --channel call{whom}{where}")
    yield f"After:  duecourse contact report {task.account_id} --permit ID --outcome …"
    yield from ("", "Must be said:", *(f"- {sentence}" for sentence in script.words.must_say))
    yield from ("", script.words.text)


def _written(value: JsonValue) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
