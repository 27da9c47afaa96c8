"""What an agency's file does not show that rules or register ask for: licence, contract, approval, pay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.agencies.commission import by_recoveries_alone
from domain.agencies.stated import Bars, Stated, own_bar
from domain.model.agency import Agency, Contract, Validity
from domain.model.agency_standing import Bar
from domain.model.pack import Pack

_FREEDOM = ("forbidden", "with_written_consent", "free")
"""Of subcontracting, the strictest first."""


ALONE = "it is paid by recoveries alone: agree on a conduct factor with a least and a most that differ"


def file_bars(file: Agency, packs: Sequence[Pack], day: date) -> Bars:
    """Every reason that the file gives on the day: by itself, and under a stack of packs, bases first."""
    yield from _validity(file, day)
    if (stated := Stated.by(packs)) is not None:
        yield from _of_the_rules(file, stated, day)
    yield from _impact(file, packs, day)


def _validity(file: Agency, day: date) -> Bars:
    """Without a contract that holds nothing is placed, and with a stated licence that does not; whatever the rules."""
    licence = file.licence
    if licence is not None and not licence.holds_on(day):
        yield own_bar("licence", _does_not_hold(f"the licence {licence.number}", licence, day), freezes=True)
    if file.contract_on(day) is None:
        yield own_bar("contract", _no_contract(file, day), freezes=True)


def _of_the_rules(file: Agency, stated: Stated, day: date) -> Bars:
    bar, rule, approval = stated.bar, stated.rule, file.head_office_approval
    if rule.licence.required and file.licence is None:
        yield bar("licence", "it has no licence, and needs one: state its number, authority and days", freezes=True)
    if (contract := file.contract_on(day)) is not None:
        yield from _contract(contract, stated)
    if rule.approved_by == "head_office" and (approval is None or day < approval.on):
        yield bar("approved_by", "the head office has not approved it: state who did, when and where")
    if not rule.pay_may_depend_only_on_recoveries and by_recoveries_alone(file.commission):
        yield bar("pay_may_depend_only_on_recoveries", ALONE)


def _no_contract(file: Agency, day: date) -> str:
    if not file.contracts:
        return "there is no contract with it: state one"
    over = [each for each in file.contracts if each.valid_from <= day]
    shown = over[-1] if over else file.contracts[0]
    return _does_not_hold(f"the contract {shown.reference}", shown, day)


def _does_not_hold(what: str, validity: Validity, day: date) -> str:
    if day < validity.valid_from:
        return f"{what} holds from {validity.valid_from} on: wait for that day"
    return f"{what} held until {validity.valid_until}: renew it"


def _contract(contract: Contract, stated: Stated) -> Bars:
    """What the contract of the day leaves out, or allows although the rules forbid it."""
    bar, rule, name = stated.bar, stated.rule, f"the contract {contract.reference}"
    for item in rule.contract_items:
        if not contract.states(item):
            yield bar(f"contract_items.{item}", f"{name} does not state {item}: agree on it and say where it stands")
    if _FREEDOM.index(contract.subcontracting) > _FREEDOM.index(rule.subcontracting):
        why = f"{name} says {contract.subcontracting} of subcontracting: {rule.subcontracting} is the most"
        yield bar("subcontracting", why)
    if contract.may_take_money and not rule.may_receive_payments:
        yield bar("may_receive_payments", f"{name} lets it take money: customers pay the bank alone")


def _impact(file: Agency, packs: Sequence[Pack], day: date) -> Bars:
    """Where a stack says for how long assessments of the sharing of data are kept, there is one to keep."""
    kept = next(((pack, pack.retention) for pack in reversed(packs) if pack.retention is not None), None)
    if kept is None or kept[1].impact_assessment_years is None:
        return
    pack, retention = kept
    if file.impact_assessment is None or day < file.impact_assessment.on:
        why = "no assessment of what sharing data with it does to customers is on file: state its reference and day"
        source = str(pack.sources[retention.source])
        yield Bar(rule=f"{pack.id}.retention.impact_assessment_years", why=why, source=source)
