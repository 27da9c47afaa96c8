"""What an agency's file does not show that rules or register ask for: licence, contract, approval, pay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.agencies.commission import by_recoveries_alone
from domain.agencies.stated import Bars, Judged, own_bar
from domain.model.agency import Agency, Contract, Validity
from domain.model.agency_standing import Bar
from domain.model.pack import Pack

_FREEDOM = ("forbidden", "with_written_consent", "free")
"""Of subcontracting, the strictest first."""


ALONE = "it is paid by recoveries alone: agree on a conduct factor with a least and a most that differ"


def validity_bars(file: Agency, day: date) -> Bars:
    """Without a contract that holds nothing is placed, and with a stated licence that does not; whatever the rules."""
    licence = file.licence
    if licence is not None and not licence.holds_on(day):
        yield own_bar("licence", _does_not_hold(f"the licence {licence.number}", licence, day), freezes=True)
    if file.contract_on(day) is None:
        yield own_bar("contract", _no_contract(file, day), freezes=True)


def file_bars(judged: Judged, packs: Sequence[Pack]) -> Bars:
    """Every reason that the file gives under the rules."""
    bar, rule, contract = judged.stated.bar, judged.rule, judged.file.contract_on(judged.today)
    if rule.licence.required and judged.file.licence is None:
        yield bar("licence", "it has no licence, and needs one: state its number, authority and days", freezes=True)
    if contract is not None:
        yield from _contract(judged, contract)
    yield from _head_office(judged)
    yield from _impact(judged, packs)
    if not rule.pay_may_depend_only_on_recoveries and by_recoveries_alone(judged.file.commission):
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


def _contract(judged: Judged, contract: Contract) -> Bars:
    """What the contract of the day leaves out, or allows although the rules forbid it."""
    bar = judged.stated.bar
    name = f"the contract {contract.reference}"
    for item in judged.rule.contract_items:
        if not contract.states(item):
            yield bar(f"contract_items.{item}", f"{name} does not state {item}: agree on it and say where it stands")
    if _FREEDOM.index(contract.subcontracting) > _FREEDOM.index(judged.rule.subcontracting):
        allowed = f"{judged.rule.subcontracting} is the most"
        yield bar("subcontracting", f"{name} says {contract.subcontracting} of subcontracting: {allowed}")
    if contract.may_take_money and not judged.rule.may_receive_payments:
        yield bar("may_receive_payments", f"{name} lets it take money: customers pay the bank alone")


def _head_office(judged: Judged) -> Bars:
    approval = judged.file.head_office_approval
    if judged.rule.approved_by == "head_office" and (approval is None or judged.today < approval.on):
        yield judged.stated.bar("approved_by", "the head office has not approved it: state who did, when and where")


def _impact(judged: Judged, packs: Sequence[Pack]) -> Bars:
    """Where a stack says for how long assessments of the sharing of data are kept, there is one to keep."""
    pack = next((pack for pack in reversed(packs) if pack.retention is not None), None)
    if pack is None or pack.retention is None or pack.retention.impact_assessment_years is None:
        return
    assessed = judged.file.impact_assessment
    if assessed is None or judged.today < assessed.on:
        why = "no assessment of what sharing data with it does to customers is on file: state its reference and day"
        source = str(pack.sources[pack.retention.source])
        yield Bar(rule=f"{pack.id}.retention.impact_assessment_years", why=why, source=source)
