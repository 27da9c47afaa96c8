"""Holds of the rule packs that a case lays on its customer, and what ends them: both count in this very step."""

from __future__ import annotations

from domain.case.draft import Draft
from domain.model.entries import HoldPerson, TellPerson
from domain.model.names import RuleId


def lay(draft: Draft, opened_by: RuleId, of: str) -> None:
    """Lay every hold that the packs open by this event, about this debt; ``of`` tells apart what they are laid for."""
    packs = draft.facts.rules.packs
    names = dict.fromkeys(hold.id for pack in packs for hold in pack.holds if hold.opened_by == opened_by)
    holds = [
        HoldPerson(fact_id=f"{draft.case.case_id}/{name}/{of}", hold=name, at=draft.at, debts=_this_debt(draft))
        for name in names
    ]
    draft.entries += holds
    draft.on_record(*(hold.fact for hold in holds))


def tell(draft: Draft, event: RuleId, of: str, *, of_all_debts: bool = False) -> None:
    """Record what happened to the customer: it ends the holds that the packs close by it."""
    debts = () if of_all_debts else _this_debt(draft)
    told = TellPerson(fact_id=f"{draft.case.case_id}/{event}/{of}", event=event, at=draft.at, debts=debts)
    draft.entries.append(told)
    draft.on_record(told.fact)


def _this_debt(draft: Draft) -> tuple[str, ...]:
    return (draft.facts.account.account_id,)
