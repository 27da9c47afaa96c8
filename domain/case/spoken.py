"""Spoken for: what a representative proposes is the customer's word, once their authority to propose is checked."""

from __future__ import annotations

from domain.case.draft import Draft
from domain.case.standing import record_of
from domain.compliance.situation import covers
from domain.model.contact import FactKind, PastFact
from domain.model.events import Answer
from domain.model.negotiation import ProposeTerms
from domain.model.plan_requests import AgreePlan
from domain.model.promise import MakePromise
from domain.model.representative import PROPOSING

_Said = MakePromise | AgreePlan | ProposeTerms


def fault_of(draft: Draft, request: _Said) -> str | None:
    """Why who speaks may not propose for the customer on this account, in one sentence; None: they may."""
    who = request.spoken_by
    if who is None or any(_lets(fact, who, draft) for fact in record_of(draft).facts):
        return None
    return f"no checked authority lets {who} propose for the customer here: enter one, or ask the customer"


def noted(draft: Draft, request: _Said, answer: Answer) -> Answer:
    """The same answer; of what is accepted the case tells whose word it was."""
    if answer.accepted and request.spoken_by is not None:
        draft.note(f"{request.spoken_by} spoke for the customer: {request.id}.")
    return answer


def _lets(fact: PastFact, who: str, draft: Draft) -> bool:
    in_time = fact.at <= draft.at and (fact.until is None or draft.at < fact.until)
    is_theirs = (fact.kind, fact.name, fact.party_id) == (FactKind.CONSENT, PROPOSING, who)
    return in_time and is_theirs and covers(fact, (draft.facts.account.account_id,))
