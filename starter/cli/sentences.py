"""The audit in sentences: what each of its rows tells, for people who never saw its format."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue

from domain.calendar import zone_of
from domain.model.sealed import (
    ADJUSTMENT_ANSWERED,
    ADJUSTMENT_WANTED,
    CAUSE_TOLD,
    COMPLAINT_STEPS,
    CONCESSION_GRANTED,
    DEBIT_ANSWERED,
    DEBIT_WANTED,
    DISPUTE_STEPS,
    HARDSHIP_STEPS,
    NEGOTIATION_STEPS,
    PERSON_HELD,
    PERSON_TOLD,
    PLAN_AGREED,
    PLAN_STANDS,
    PROMISE_JUDGED,
    PROMISE_MADE,
    RE_AGE_STEPS,
    REPORT_ENDED,
    REPORT_WANTED,
)
from ledger.audit import AuditRow

_HEARD = {
    "opened": "the case was opened",
    "woken": "the time had come",
    "ledger_changed": "the ledger changed",
    "cancel_requested": "an operator cancelled the case",
    "quarantined": "a message could not be read and was set aside",
    "hold": "a hold was asked for",
    "release": "the release of a hold was asked for",
    "promise": "a promise to pay was told",
    "propose_terms": "terms were proposed",
    "re_age": "a re-age was asked for",
    "approve": "an approval was told",
    "decline": "a decline was told",
    "agree_plan": "a repayment plan was told",
    "move_plan": "a payment holiday was asked for",
    "settle_plan": "the early end of a plan was asked for",
    "tell_miss": "a person told the customer of a missed instalment",
    "end_plan": "the end of a plan was asked for",
    "adjustment_answered": "the card system answered",
    "debit_answered": "a debit was not collected",
    "bureau_unheard": "nobody knows whether the credit bureau has heard",
    "withdraw": "the withdrawal of the case was asked for",
    "notice_not_sent": "a notice did not leave",
    "request_contact": "leave for a contact was asked for",
    "report_contact": "a contact was reported",
    "return_permit": "a permit came back",
    "complain": "a complaint came in",
    "extend_complaint": "the answer to a complaint was to be put off",
    "answer_complaint": "a complaint was answered",
    "resolve_dispute": "the outcome of a dispute was told",
    "assess_hardship": "a hardship was assessed",
    "follow_up": "the customer was asked whether the advice helped",
}
_BY_HAND = {
    "permit_given": "One contact by hand is permitted: {channel} to the {party}",
    "permit_closed": "The permit {permit} is over: {how}",
    "contact_reported": "A contact by hand was reported: {channel}, {party}, {outcome}",
}
_UNDERSTOOD = {
    CAUSE_TOLD: "The customer is late because of: {cause}",
    PERSON_HELD: "The hold {hold} lies on the customer",
    PERSON_TOLD: "Of the customer it is known: {event}",
    COMPLAINT_STEPS["received"]: "A complaint came in ({complaint}), to be answered by {answer_by}",
    COMPLAINT_STEPS["extended"]: "The answer to the complaint {complaint} was put off to {answer_by}: {reason}",
    COMPLAINT_STEPS["answered"]: "The complaint {complaint} is {outcome}, says {by}",
    DISPUTE_STEPS["opened"]: "The dispute {dispute} is to be resolved by {resolve_by}",
    DISPUTE_STEPS["resolved"]: "The dispute {dispute} is {outcome}, says {by}",
    DISPUTE_STEPS["corrected"]: "The bank corrected what the dispute {dispute} was about: {correction}",
    DISPUTE_STEPS["released"]: "For the correction after the dispute {dispute} nobody waits any more: {correction}",
    HARDSHIP_STEPS["told"]: "A hardship is to be assessed: {cause}",
    HARDSHIP_STEPS["assessed"]: "The hardship was assessed by {by}: {outcome}",
    HARDSHIP_STEPS["followed_up"]: "Whether the advice helped was asked by {by}: {outcome}",
    PROMISE_MADE: "The customer promises {amount} by {due_on} (promise {promise})",
    PROMISE_JUDGED: "The promise {promise} is {state}: {paid} of {amount} by {due_on}",
    PLAN_AGREED: "The plan {id} is agreed: {instalments} instalments from {first_on}, {total} in all",
    PLAN_STANDS: "The plan {plan} of the case is {status}: {paid} of {total} paid",
    NEGOTIATION_STEPS["proposed"]: "Terms were proposed, as {by} tells: {verdict} (round {round})",
    NEGOTIATION_STEPS["approved"]: "What {offer_id} proposed was approved by {by}",
    NEGOTIATION_STEPS["declined"]: "What {offer_id} proposed was declined by {by}: {reason}",
    NEGOTIATION_STEPS["signed"]: "By the offer {offer_id} the plan {plan_id} was signed",
    NEGOTIATION_STEPS["expired"]: "The offer {offer_id} expired",
    RE_AGE_STEPS["asked"]: "The re-age {re_age} of {past_due} is asked for by {by}, to be decided by {decide_by}",
    RE_AGE_STEPS["approved"]: "The re-age {re_age} of {past_due}, asked for by {asked_by}, was approved by {by}",
    RE_AGE_STEPS["declined"]: "The re-age {re_age} was declined by {by}: {reason}",
    RE_AGE_STEPS["expired"]: "The re-age {re_age} expired",
    RE_AGE_STEPS["confirmed"]: "By the re-age {re_age} the account is current; {past_due} were not paid",
    RE_AGE_STEPS["refused"]: "The card system refused the re-age {re_age}",
    RE_AGE_STEPS["taken_back"]: "The re-age {re_age} is taken back: a payment that it rested on was returned",
    CONCESSION_GRANTED: "Something is given up once {needed} are paid ({concession})",
    ADJUSTMENT_WANTED: "The card system is to be asked: {kind} ({adjustment})",
    REPORT_WANTED: "The credit bureau is to be told: {kind}, {status} ({report})",
    REPORT_ENDED: "The report to the credit bureau is {state}: {kind}, {status} ({report})",
    ADJUSTMENT_ANSWERED: "The card system answers: {kind} is {state} ({adjustment})",
    DEBIT_WANTED: "A debit of {amount} is to be asked for, due on {due_on} ({debit})",
}
_IDS = (
    *("promise", "complaint", "dispute", "by", "reason", "id", "adjustment"),
    *("debit", "code", "offer_id", "plan_id", "concession", "report", "re_age", "asked_by"),
)
"""Names and codes: they stand as they were given."""
_NOTICES = {
    "notice_intended": "is about to leave by {channel}: {past_due} past due since {oldest_due_on}",
    "notice_tried_again": "is tried again",
    "notice_sent": "was sent by {channel}: {past_due} past due since {oldest_due_on}",
    "notice_refused": "did not leave",
    "notice_deferred": "waits for the hours of contact",
    "notice_failed": "could not be delivered",
    "notice_unknown": "may have left or not: the provider cannot say, a person must check",
    "notice_accepted": "is on its way, as its provider reports",
    "notice_delivered": "reached the customer's address, as its provider reports",
    "notice_bounced": "did not reach the customer's address, as its provider reports: it counts as failed",
    "notice_contradicted": "is {stored} in the ledger and {found} at the provider: a person must check",
}
_BLOCKERS = {
    "paid": "money arrived",
    "held": "a hold lies on the case",
    "promised": "a promise to pay runs",
    "plan_over": "the repayment plan runs no more",
    "past_due": "something is past due again",
    "closed": "the case is closed",
    "contact_window": "contact is not allowed at this hour",
    "no_contact_point": "there is no address for this channel",
    "provider": "the provider refused it",
    "no_answer": "the provider cannot say whether it has it",
}


def sentence(link: AuditRow, zone: str) -> str:
    """One row of the audit in words; instants on the wall of the zone."""
    content = link.content
    decision = content.get("decision")
    if isinstance(decision, Mapping):
        return _decision(content, decision)
    if link.kind in _NOTICES:
        return _notice(link.kind, content, zone)
    if link.kind in _BY_HAND:
        return _by_hand(link.kind, content, zone)
    if link.kind == DEBIT_ANSWERED:
        why = f", {content['code']}" if content.get("code") else ""
        return f"The debit of {content['amount']} is {content['state']}{why} ({content['debit']})."
    if link.kind in _UNDERSTOOD:
        told = {name: value if name in _IDS else _words(value) for name, value in content.items()}
        return f"{_UNDERSTOOD[link.kind].format_map(told)}."
    if link.kind == "episode_resumed":
        return f"The case goes on: what had ended it ({_words(content.get('outcome_undone'))}) was taken back."
    return f"{_words(link.kind).capitalize()}."


def _decision(content: Mapping[str, JsonValue], decision: Mapping[str, JsonValue]) -> str:
    parts = [_heard(content.get("events"))]
    answers = content.get("answers")
    if isinstance(answers, Mapping):
        parts += [f"the request {name} is {'accepted' if yes else 'refused'}" for name, yes in answers.items()]
    if decision.get("outcome"):
        return f"{_joined(parts)}. The case is closed: {_words(decision['outcome'])}."
    if decision.get("past_due"):
        parts.append(f"{decision['past_due']} is past due for {_days(decision.get('days_past_due'))}")
    coming = decision.get("next")
    then = f" Next, the case {coming['what']}: {coming['why']}." if isinstance(coming, Mapping) else ""
    return f"{_joined(parts)}.{then}"


def _heard(events: JsonValue) -> str:
    kinds = dict.fromkeys(str(event) for event in events) if isinstance(events, list) else {}
    return ", ".join(_HEARD.get(kind, _words(kind)) for kind in kinds) or "nothing new"


def _notice(kind: str, content: Mapping[str, JsonValue], zone: str) -> str:
    told = {name: _words(value) for name, value in content.items()}
    text = f"The notice {content.get('notice')} {_NOTICES[kind].format_map(told | _as_written(content))}"
    reason, blocker, retry_at = content.get("reason"), content.get("blocker"), content.get("retry_at")
    if reason:
        text += f" ({_words(reason)})"
    if blocker:
        text += f", because {_BLOCKERS.get(str(blocker), _words(blocker))}"
    if retry_at:
        text += f"; not before {_wall(retry_at, zone)}"
    if content.get("paid_meanwhile"):
        text += "; money arrived while it left"
    return f"{text}."


def _by_hand(kind: str, content: Mapping[str, JsonValue], zone: str) -> str:
    told = {name: _words(content.get(name, "?")) for name in ("channel", "party", "outcome", "how")}
    text = _BY_HAND[kind].format_map(told | {"permit": str(content.get("permit", "?"))})
    if content.get("breach"):
        text += f", a breach ({_words(content['breach'])})"
    if content.get("expires_at"):
        text += f", until {_wall(content['expires_at'], zone)}"
    return f"{text}."


def _wall(instant: JsonValue, zone: str) -> str:
    return f"{datetime.fromisoformat(str(instant)).astimezone(zone_of(zone)):%Y-%m-%d %H:%M}"


def _as_written(content: Mapping[str, JsonValue]) -> dict[str, str]:
    return {name: str(content.get(name, "?")) for name in ("past_due", "oldest_due_on", "channel")}


def _joined(parts: list[str]) -> str:
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}"


def _days(count: JsonValue) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _words(value: JsonValue) -> str:
    return str(value).replace("_", " ")
