"""What the audit says of a step and of a message: codes, amounts and dates, no text and no address."""

from collections.abc import Mapping
from datetime import date, datetime

from pydantic import JsonValue

from domain.model.case import Advance, Case, Step
from domain.model.commands import SendNotice
from domain.model.contact import ContactAsk
from domain.model.facts import BureauFacts, Facts
from domain.model.re_age import ReAgeFacts
from domain.model.repayment import PlanFacts

Body = Mapping[str, JsonValue]
STEP = "step"
"""Kind of the audit row of a decision."""


def of_step(ask: Advance, facts: Facts, step: Step) -> Body:
    """A decision: what arrived, what was read, what was decided."""
    return {
        "step_no": step.case.step_no,
        "events": [event.kind for event in ask.events],
        "answers": {answer.id: answer.accepted for answer in step.answers},
        "facts": _of_facts(facts),
        "decision": _of_decision(step),
    }


def of_notice(command: SendNotice, **more: JsonValue | date | datetime) -> Body:
    """A message, and what became of it."""
    body: dict[str, JsonValue] = {
        "key": command.key,
        "step": command.step,
        "notice": command.notice,
        "attempt": command.attempt,
        "channel": command.channel,
        "decided_at": command.as_of.isoformat(),
        "oldest_due_on": command.oldest_due_on.isoformat(),
        "past_due": str(command.past_due),
        "purpose": command.purpose.value,
    }
    if command.legal_notice is not None:
        body["legal_notice"] = command.legal_notice
    if command.disputed:
        body["disputed"] = [word.value for word in command.disputed]
    for name, value in more.items():
        body[name] = value.isoformat() if isinstance(value, date) else value
    return body


def of_contact(ask: ContactAsk) -> dict[str, JsonValue | datetime]:
    """Whom a message reaches, who sends it, and the instant for which the gate allowed it."""
    return {
        "contact_at": ask.at,
        "actor": ask.actor.value,
        "collector": ask.collector,
        "party": ask.party.value,
        "party_id": ask.party_id,
        "contact_point_id": ask.address,
        "place": ask.place.value,
    }


def _of_facts(facts: Facts) -> dict[str, JsonValue]:
    promised: dict[str, JsonValue] = {each.promise_id: str(each.paid) for each in facts.promises_paid}
    corrected: dict[str, JsonValue] = {each.dispute: str(each.seen) for each in facts.corrections}
    return {
        "as_of": facts.as_of.isoformat(),
        "balance": str(facts.balance),
        "oldest_due_on": facts.obligations[0].due_on.isoformat() if facts.obligations else None,
        "unmet": len(facts.obligations),
        "notices": {notice.key: notice.state.value for notice in facts.notices},
        "strategy": f"{facts.strategy.name} v{facts.strategy.version}",
        "rules": f"{facts.rules.name} v{facts.rules.version}",
        **({"promises_paid": promised} if promised else {}),
        **({"corrections": corrected} if corrected else {}),
        **({} if facts.plan is None else {"plan": _of_plan(facts.plan)}),
        **({} if facts.re_age is None else {"re_age": _of_re_age(facts.re_age)}),
        **({} if facts.bureau is None else {"bureau": _of_bureau(facts.bureau)}),
    }


def _of_bureau(known: BureauFacts) -> dict[str, JsonValue]:
    """What was read of the reports to a credit bureau, and of the notices before them."""
    return {
        "reports": {each.report.key: each.state.value for each in known.reports},
        "notices": {each.key: each.state.value for each in known.notices},
    }


def _of_re_age(known: ReAgeFacts) -> dict[str, JsonValue]:
    """What was read of an account that may be re-aged: its age, what was paid, earlier ones, the card system's word."""
    return {
        "opened_on": None if known.opened_on is None else known.opened_on.isoformat(),
        "billed": [f"{each.due_on} {each.minimum}" for each in known.billed[-12:]],
        "payments": [f"{each.on} {each.amount}" for each in known.payments[-12:]],
        "re_aged_on": [on.isoformat() for on in known.re_aged_on],
        "unanswered": list(known.unanswered),
        "adjustments": {each.adjustment.key: each.state.value for each in known.adjustments},
        "still_paid": None if known.still_paid is None else str(known.still_paid),
    }


def _of_plan(plan: PlanFacts) -> dict[str, JsonValue]:
    """What was read of the plan: what came in on it, what was taken back, what the card system said, what was told."""
    return {
        "instalments": len(plan.instalments),
        "payments": [f"{each.value_on} {each.amount}" for each in plan.payments],
        "returned": plan.returned,
        "adjustments": {each.adjustment.key: each.state.value for each in plan.adjustments},
        "notices": {each.key: each.state for each in plan.notices},
        **({"debits": {each.key: each.state.value for each in plan.debits}} if plan.debits else {}),
        **({"mandates": [each.id for each in plan.mandates]} if plan.mandates else {}),
    }


def _deferral(case: Case) -> dict[str, JsonValue]:
    """The rules that keep the next notice from its own time, which one it is, and its day (None: it is barred)."""
    if not case.next.deferred_by:
        return {}
    ahead = case.ladder
    later_on = ahead.next_on.isoformat() if ahead.next_on else None
    return {"deferred_by": list(case.next.deferred_by), "step": ahead.next_step, "on": later_on}


def _of_decision(step: Step) -> dict[str, JsonValue]:
    case = step.case
    return {
        "stage": case.stage.value,
        "past_due": str(case.arrears.past_due) if case.arrears else None,
        "days_past_due": case.arrears.days_past_due if case.arrears else None,
        "commands": [command.key for command in step.commands],
        "next": {
            "wake_at": case.next.wake_at.isoformat() if case.next.wake_at else None,
            "what": case.next.what,
            "why": case.next.why,
            **_deferral(case),
        },
        "outcome": case.closure.outcome.value if case.closure else None,
        **({} if case.plan is None else {"plan": case.plan.status.value}),
    }
