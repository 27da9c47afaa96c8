"""Negotiating in a case: a proposal is answered by the offer book, and what is offered is kept until it expires."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import assert_never

from domain import stopping
from domain.calendar import local_instant
from domain.case import agreeing, conceding
from domain.case import offer_words as words
from domain.case.answering import STALE, accepted, offered, refused
from domain.case.disputes import midnight_after
from domain.case.draft import Draft
from domain.case.plan_limits import affordable
from domain.delinquency import assess
from domain.model.entries import AddTask, CloseTask, KeepNegotiation
from domain.model.events import Answer
from domain.model.names import Code
from domain.model.negotiation import (
    APPROVAL,
    ROUNDS_SHOWN,
    SILENT_OFFERS,
    Approve,
    Decline,
    MadeOffer,
    Negotiation,
    NegotiationRequest,
    Offered,
    OfferState,
    Proposer,
    ProposeTerms,
    Round,
)
from domain.model.offers import Considered, Level, OfferBook, Proposal, Verdict
from domain.model.repayment import Plan
from domain.offers.customer import Customer
from domain.offers.negotiating import as_proposal, consider

_STATES = {
    Verdict.ACCEPTED: OfferState.AGREED,
    Verdict.NEEDS_APPROVAL: OfferState.AWAITING,
    Verdict.COUNTERED: OfferState.STANDING,
    Verdict.ENDED: OfferState.STANDING,
}
_LOOKED_AT = "what is signed was looked at before"
_OWN = (Proposer.AGENT, Proposer.AGENCY)
"""Who proposes what they want the bank to agree to: somebody else answers above an agent's limit."""


def ask(draft: Draft, request: NegotiationRequest) -> Answer:
    """The answer to a request of a negotiation, and its effect."""
    book = draft.facts.strategy.offers
    if book is None:
        return refused(request, f"the strategy {draft.case.strategy} has no offer book: nothing is negotiated by it")
    if (refusal := next(_of_the_case(draft), None)) is not None:
        return refused(request, refusal)
    match request:
        case ProposeTerms():
            return _propose(draft, request, book)
        case Approve():
            return _approve(draft, request, book)
        case Decline():
            return _decline(draft, request)
        case _:
            assert_never(request)


def review(draft: Draft, *, closing: bool = False) -> None:
    """An offer whose time is over expires; one that keeps the ladder silent wakes the case for it."""
    negotiation = draft.negotiation
    made = None if negotiation is None else negotiation.offer
    if negotiation is None or made is None or not made.is_open or draft.case.closure is not None:
        return
    if not closing and draft.today <= made.offer.expires_on:
        if made.state in SILENT_OFFERS:
            draft.wake_no_later(midnight_after(draft, made.offer.expires_on))
        return
    _close_task(draft, made, None, "case_closed" if closing else OfferState.EXPIRED.value)
    _keep(draft, negotiation, made, OfferState.EXPIRED)
    if not closing:
        draft.note(words.expired(made))


def signed(draft: Draft, plan: Plan, by: Code | None) -> None:
    """A plan was signed by the offer that waited for it: what the offer gives up is earned when the plan is kept."""
    negotiation = draft.negotiation
    made = None if negotiation is None else negotiation.offer
    assert negotiation is not None, _LOOKED_AT
    assert made is not None, _LOOKED_AT
    _keep(draft, negotiation, made, OfferState.TAKEN, plan=plan.id, by=by)
    conceding.grant(draft, made, plan.id, needed=plan.total, plan=plan.key(draft.case.case_id))


def _of_the_case(draft: Draft) -> Iterator[str]:
    """Where nothing is negotiated, whatever is proposed."""
    facts = draft.facts
    if stopping.is_stale(facts.fresh_until, facts.strategy, draft.at):
        yield STALE
    if draft.running_plan is not None:
        yield f"the plan {draft.running_plan.id} runs: agree on a new version, a holiday or an early end of it"
    if draft.disputes:
        yield f"{draft.disputes[0].id} is disputed: terms would be about it too, so resolve the dispute first"
    if assess(facts.obligations, facts.balance, draft.today, facts.rules, draft.holds.pauses()) is None:
        yield "nothing is past due on this account: there is nothing to negotiate"


def _propose(draft: Draft, asked: ProposeTerms, book: OfferBook) -> Answer:
    before = _current(draft)
    last = before.offer
    stands = last is not None and last.is_open and draft.today <= last.offer.expires_on
    if stands and last is not None and last.state is OfferState.AWAITING:
        return refused(asked, f"a supervisor decides on {last.id} until {last.offer.expires_on}: wait for the answer")
    if asked.answers is not None and (not stands or last is None or last.id != asked.answers):
        return refused(asked, words.stands_no_more(asked.answers, last, draft.today))
    proposal = asked.proposal
    if proposal is None:
        assert last is not None, "what a proposal takes as it is stands"
        proposal = as_proposal(last.offer)
    listens = Level.AGENT if asked.proposer in _OWN else asked.role
    found = consider(proposal, _customer(draft), book, listens, before.rounds)
    return _answered(draft, asked, proposal, found, before)


def _answered(draft: Draft, asked: ProposeTerms, proposal: Proposal, found: Considered, before: Negotiation) -> Answer:
    """Keep the round, and let what is accepted become an agreement."""
    made, why, state = before.offer, found.why, None
    if found.offer is not None:
        state = _STATES[found.verdict]
        made = MadeOffer(id=asked.id, offer=found.offer, state=state, asked_by=asked.by)
        if state is OfferState.AGREED:
            outcome = agreeing.take(draft, made, asked.id, asked.by)
            if isinstance(outcome, agreeing.Impossible):
                return refused(asked, outcome.why)
            state, why = outcome.state, outcome.told
            made = made.model_copy(update={"state": state})
    said = words.said(proposal)
    line = Round(
        no=before.rounds + 1, on=draft.today, proposer=asked.proposer, said=said, verdict=found.verdict, answer=why
    )
    update = {"rounds": line.no, "changes": before.changes + 1, "offer": made}
    draft.negotiation = before.model_copy(update={**update, "last": (*before.last, line)[-ROUNDS_SHOWN:]})
    kept = KeepNegotiation(negotiation=draft.negotiation, request=asked, verdict=found.verdict, by=asked.by)
    draft.entries.append(kept)
    draft.note(words.proposed(asked.proposer, said, why))
    if state is OfferState.AWAITING and made is not None:
        _ask_supervisor(draft, made)
    offer_id = None if found.offer is None else asked.id
    return offered(asked, Offered(verdict=found.verdict, offer=found.offer, why=why, offer_id=offer_id))


def _approve(draft: Draft, asked: Approve, book: OfferBook) -> Answer:
    found = _awaiting(draft, asked)
    if isinstance(found, str):
        return refused(asked, found)
    before, made = found
    if asked.by == made.asked_by:
        return refused(asked, f"{asked.by} cannot approve what {asked.by} proposed: somebody else must")
    now = consider(as_proposal(made.offer), _customer(draft), book, Level.SUPERVISOR)
    if now.verdict is not Verdict.ACCEPTED or now.offer is None or now.offer.total != made.offer.total:
        return refused(asked, "what is owed, or can be paid, has changed: propose the terms again")
    approved = made.model_copy(update={"offer": now.offer, "approved_by": asked.by})
    outcome = agreeing.take(draft, approved, asked.id, asked.by)
    if isinstance(outcome, agreeing.Impossible):
        return refused(asked, outcome.why)
    _keep(draft, before, approved, outcome.state, request=asked, by=asked.by)
    _close_task(draft, made, asked.by, "approved")
    draft.note(words.agreed(approved))
    return accepted(asked, outcome.told)


def _decline(draft: Draft, asked: Decline) -> Answer:
    found = _awaiting(draft, asked)
    if isinstance(found, str):
        return refused(asked, found)
    before, made = found
    _keep(draft, before, made, OfferState.DECLINED, request=asked, by=asked.by)
    _close_task(draft, made, asked.by, "declined")
    draft.note(words.declined(made, asked.reason))
    return accepted(asked, f"what {made.id} proposed is declined: the customer may propose other terms")


def _keep(draft: Draft, before: Negotiation, made: MadeOffer, state: OfferState, **more: object) -> None:
    """Keep that an offer came so far, or was taken so far."""
    now = before.model_copy(update={"offer": made.model_copy(update={"state": state}), "changes": before.changes + 1})
    draft.negotiation = now
    draft.entries.append(KeepNegotiation(negotiation=now, **more))


def _awaiting(draft: Draft, asked: Approve | Decline) -> tuple[Negotiation, MadeOffer] | str:
    """The offer that waits for a decision; or why this one does not decide on it."""
    negotiation = draft.negotiation
    made = None if negotiation is None else negotiation.offer
    if negotiation is None or made is None or made.id != asked.offer or made.state is not OfferState.AWAITING:
        return f"no offer {asked.offer} waits for a decision on this case"
    if draft.today > made.offer.expires_on:
        return f"the time to decide on {asked.offer} was over on {made.offer.expires_on}: propose the terms again"
    if asked.role is not Level.SUPERVISOR:
        return f"{asked.offer} is more than an {asked.role} may decide on: a supervisor must"
    return negotiation, made


def _current(draft: Draft) -> Negotiation:
    """The negotiation that goes on; a new report of what can be paid begins another one: the facts have changed."""
    ability, known = draft.facts.ability, draft.negotiation
    rests_on = None if ability is None else ability.report_id
    if known is None:
        return Negotiation(rests_on=rests_on)
    if known.rests_on == rests_on:
        return known
    return known.model_copy(update={"rests_on": rests_on, "rounds": 0})


def _customer(draft: Draft) -> Customer:
    facts = draft.facts
    arrears = assess(facts.obligations, facts.balance, draft.today, facts.rules, draft.holds.pauses())
    path = None if draft.cause is None else (facts.strategy.causes or {}).get(draft.cause.cause)
    in_hardship = path is not None and path.pause is not None
    return Customer.of(draft.today, facts.owed, arrears, affordable(draft), facts.rules, in_hardship=in_hardship)


def _ask_supervisor(draft: Draft, made: MadeOffer) -> None:
    offer = made.offer
    parts = tuple(f"{name}:{money.digits}" for name, money in offer.forgiven.items())
    detail: dict[str, str | tuple[str, ...]] = {
        "offer": made.id,
        "kind": offer.kind,
        "total": offer.total.digits,
        "currency": offer.total.currency,
        "forgiven": parts,
        "asked_by": made.asked_by,
    }
    due_at = local_instant(offer.expires_on, time(), draft.facts.account.zone)
    draft.entries.append(AddTask(task_id=_task_id(draft, made), task=APPROVAL, due_at=due_at, detail=detail))
    draft.wake_no_later(midnight_after(draft, offer.expires_on))


def _close_task(draft: Draft, made: MadeOffer, by: str | None, outcome: str) -> None:
    if made.state is OfferState.AWAITING:
        draft.entries.append(CloseTask(task_id=_task_id(draft, made), by=by or "duecourse", outcome=outcome))


def _task_id(draft: Draft, made: MadeOffer) -> str:
    return f"{APPROVAL}/{draft.case.case_id}/{made.id}"
