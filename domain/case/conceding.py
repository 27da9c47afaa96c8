"""Conceding: what the bank gives up is posted when it is earned, and given back when the money behind it is.

(The component that is forgiven is stated; what is given up is an instruction to the card system, which owns balances.)
"""

from __future__ import annotations

from datetime import date

from domain.case.draft import Draft
from domain.case.reminding import wakes
from domain.model.adjustments import Adjustment, AdjustmentKind
from domain.model.case import Next
from domain.model.concessions import Concession, KnownConcession
from domain.model.entries import AskAdjustment, KeepConcession
from domain.model.money import Money
from domain.model.names import MessageId
from domain.model.negotiation import MadeOffer
from domain.model.repayment import Plan, PlanStatus


def grant(
    draft: Draft,
    made: MadeOffer,
    request_id: MessageId,
    *,
    needed: Money,
    until: date | None = None,
    not_before: date | None = None,
    plan: str | None = None,
) -> None:
    """State what is given up once the agreement is kept; nothing where the offer gives up nothing.

    Args:
        request_id: of the request by which both sides want it.
    """
    if not made.offer.forgiven:
        return
    concession = Concession(
        id=f"{draft.case.case_id}/concession/{made.id}",
        parts=made.offer.forgiven,
        needed=needed,
        since=draft.at,
        since_on=draft.today,
        until=until,
        not_before=not_before,
        plan=plan,
        settles=made.offer.kind == "settlement",
        made_by=made.asked_by,
        checked_by=made.approved_by,
    )
    draft.entries.append(KeepConcession(concession=concession, request_id=request_id))
    draft.conceded = True


def give(draft: Draft, earned: Concession) -> None:
    """State what is earned already, and ask for it at once."""
    draft.entries.append(KeepConcession(concession=earned))
    draft.conceded = True
    nothing = Money.zero(earned.needed.currency)
    _ask(draft, KnownConcession(concession=earned, paid=earned.needed, returned=nothing), AdjustmentKind.WAIVE)


def review(draft: Draft) -> None:
    """Ask for what is earned, and ask back what no longer is; the feed is fresh."""
    for known in draft.facts.concessions:
        if _is_earned(draft, known) and not known.is_given:
            _ask(draft, known, AdjustmentKind.WAIVE)
        elif known.can_be_undone and known.returned.amount > 0 and not _is_earned(draft, known):
            _ask(draft, known, AdjustmentKind.REINSTATE)


def given_for(draft: Draft, plan: Plan) -> Money:
    """What the card system gave up, or is asked to, for keeping this plan since its balance was stated.

    A payment holiday is a new version and states no new balance; a renegotiation does.
    """
    versions = range(plan.stated_by, plan.version + 1)
    ids = tuple(f"-plan-{plan.no}.{version}-" for version in versions)
    known = [each.concession for each in _of_case(draft) if each.can_be_undone]
    given = (each for each in known if any(name in each.id for name in ids))
    parts = (money for each in given for money in each.parts.values())
    return Money.total(parts, draft.facts.balance.currency)


def is_settled(draft: Draft) -> bool:
    """Whether less than all was taken as final, and the card system gave up the rest."""
    return any(each.concession.settles and each.is_confirmed and _is_earned(draft, each) for each in _of_case(draft))


def waits(draft: Draft) -> Next | None:
    """What the case waits for while a settlement is paid and the card system has not given up the rest."""
    paid = [each for each in _of_case(draft) if each.concession.settles and _is_earned(draft, each)]
    if not paid or is_settled(draft):
        return None
    what = "waits for the bank's card system to give up the rest"
    why = f"the {paid[0].concession.needed} that settle everything are paid"
    return wakes(draft, Next(what=what, why=why), None, None)


def _of_case(draft: Draft) -> list[KnownConcession]:
    mine = f"{draft.case.case_id}/"
    return [each for each in draft.facts.concessions if each.concession.id.startswith(mine)]


def _is_earned(draft: Draft, known: KnownConcession) -> bool:
    """Everything agreed was paid: of a plan that runs in this case its own judgement tells, else the money does."""
    concession = known.concession
    if concession.not_before is not None and draft.today < concession.not_before:
        return False
    plan = draft.plan
    if plan is not None and concession.plan == plan.key(draft.case.case_id):
        return plan.status is PlanStatus.COMPLETED
    return known.paid >= concession.needed


def _ask(draft: Draft, known: KnownConcession, kind: AdjustmentKind) -> None:
    concession, number = known.concession, len(known.adjustments) // 2 + 1
    total = Money.total(concession.parts.values(), concession.needed.currency)
    asked = Adjustment(
        key=f"{concession.id}/{kind}/{number}",
        kind=kind,
        amount=total,
        parts=concession.parts,
        undoes=f"{concession.id}/{AdjustmentKind.WAIVE}/{number}" if kind is AdjustmentKind.REINSTATE else None,
        made_by=concession.made_by,
        checked_by=concession.checked_by,
    )
    draft.entries.append(AskAdjustment(adjustment=asked))
    given = "is earned: the card system is asked to give it up" if kind is AdjustmentKind.WAIVE else _TAKEN_BACK
    parts = " and ".join(f"{money} of {name}" for name, money in concession.parts.items())
    draft.note(f"What was promised to be given up, {parts}, {given}.")


_TAKEN_BACK = "is no longer earned, for a payment was taken back: the card system is asked to undo it"
