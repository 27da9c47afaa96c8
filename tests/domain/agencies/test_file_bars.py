"""What an agency's file must show: one thing left out is one reason, with the rule and its source."""

from datetime import date

import pytest

from domain.agencies.standing import standing
from domain.model.pack import Pack
from policies import load_rules
from tests.domain.agencies.dossier import CHINA, FILE, TODAY, agency, contract, known

EUROPE = load_rules("eu").packs
LICENCE = FILE["licence"]


def bars(packs: tuple[Pack, ...] = CHINA.packs, day: date = TODAY, **changed: object) -> dict[str, str]:
    found = standing(known(agency(**changed)), packs, day).bars
    assert all(bar.source for bar in found)
    return {bar.rule: bar.why for bar in found}


def frozen(packs: tuple[Pack, ...] = CHINA.packs, day: date = TODAY, **changed: object) -> list[str]:
    return [bar.rule for bar in standing(known(agency(**changed)), packs, day).freezing]


def test_a_file_that_shows_everything_gives_no_reason() -> None:
    assert bars() == {}
    assert frozen() == []


@pytest.mark.parametrize(
    ("changed", "rule", "why"),
    [
        ({"contracts": []}, "register.contract", "there is no contract with it: state one"),
        ({"contracts": [contract(purpose=None)]}, "cn.agency.contract_items.purpose", "does not state purpose"),
        ({"contracts": [contract(valid_until=None)]}, "cn.agency.contract_items.term", "does not state term"),
        ({"contracts": [contract(method=[])]}, "cn.agency.contract_items.method", "does not state method"),
        ({"contracts": [contract(data_types=[])]}, "cn.agency.contract_items.data_types", "not state data_types"),
        ({"contracts": [contract(safeguards=[])]}, "cn.agency.contract_items.safeguards", "not state safeguards"),
        ({"contracts": [contract(rights_duties=[])]}, "cn.agency.contract_items.rights_duties", "rights_duties"),
        ({"contracts": [contract(subcontracting="free")]}, "cn.agency.subcontracting", "with_written_consent is the"),
        ({"contracts": [contract(may_take_money=True)]}, "cn.agency.may_receive_payments", "customers pay the bank"),
        ({"head_office_approval": None}, "cn.agency.approved_by", "the head office has not approved it"),
        (
            {"head_office_approval": {"by": "hq-1", "on": "2026-06-16", "reference": "HQ-1"}},
            "cn.agency.approved_by",
            "the head office has not approved it",
        ),
        ({"impact_assessment": None}, "cn.retention.impact_assessment_years", "no assessment"),
        (
            {"impact_assessment": {"reference": "P", "on": "2026-06-16"}},
            "cn.retention.impact_assessment_years",
            "no assessment",
        ),
        (
            {"commission": {"bands": FILE["commission"]["bands"]}},
            "cn.agency.pay_may_depend_only_on_recoveries",
            "it is paid by recoveries alone",
        ),
    ],
)
def test_each_thing_left_out_is_one_reason(changed: dict[str, object], rule: str, why: str) -> None:
    found = bars(**changed)
    assert list(found) == [rule]
    assert why in found[rule]


def test_a_licence_is_asked_for_where_the_rules_require_one() -> None:
    assert "cn.agency.licence" not in bars(licence=None)
    assert bars(EUROPE, licence=None)["eu.agency.licence"].startswith("it has no licence, and needs one")
    assert frozen(EUROPE, licence=None) == ["eu.agency.licence"]


@pytest.mark.parametrize(
    ("licence", "why"),
    [
        ({**LICENCE, "valid_until": "2026-06-14"}, "the licence L-1 held until 2026-06-14: renew it"),
        ({**LICENCE, "valid_from": "2026-06-16"}, "the licence L-1 holds from 2026-06-16 on: wait for that day"),
    ],
)
@pytest.mark.parametrize("packs", [CHINA.packs, EUROPE], ids=["cn", "eu"])
def test_a_licence_that_does_not_hold_freezes_required_or_not(packs, licence, why) -> None:
    assert bars(packs, licence=licence)["register.licence"] == why
    assert frozen(packs, licence=licence) == ["register.licence"]


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2025, 12, 31), "the contract C-1 holds from 2026-01-01 on: wait for that day"),
        (date(2026, 1, 1), None),
        (date(2026, 12, 31), None),
        (date(2027, 1, 1), "the contract C-1 held until 2026-12-31: renew it"),
        (date(2027, 2, 1), None),
        (date(2027, 3, 1), "the contract C-2 held until 2027-02-28: renew it"),
    ],
)
def test_both_days_of_a_contract_count_and_without_one_everything_freezes(day: date, why: str | None) -> None:
    following = contract(reference="C-2", valid_from="2027-01-15", valid_until="2027-02-28")
    found = bars(day=day, contracts=[contract(), following])
    assert found.get("register.contract") == why
    assert ("register.contract" in frozen(day=day, contracts=[contract(), following])) == (why is not None)


@pytest.mark.parametrize(
    ("said", "allowed", "refused"),
    [
        (said, allowed, refused)
        for allowed, fine in {"forbidden": 1, "with_written_consent": 2, "free": 3}.items()
        for i, said in enumerate(("forbidden", "with_written_consent", "free"))
        for refused in [i >= fine]
    ],
)
def test_subcontracting_is_never_freer_than_the_rules_let_it_be(said: str, allowed: str, refused: bool) -> None:
    packs = changed_pack(subcontracting=allowed)
    found = bars(packs, contracts=[contract(subcontracting=said)])
    assert ("cn.agency.subcontracting" in found) == refused


def test_what_a_pack_of_the_banks_own_asks_for_can_be_stated() -> None:
    packs = changed_pack(contract_items=("audit_rights",))
    assert list(bars(packs)) == ["cn.agency.contract_items.audit_rights"]
    assert bars(packs, contracts=[contract(also_states=["audit_rights"])]) == {}


def test_what_rules_do_not_ask_for_is_no_reason() -> None:
    packs = changed_pack(
        approved_by=None, may_receive_payments=True, pay_may_depend_only_on_recoveries=True, contract_items=()
    )
    bare = contract(purpose=None, method=[], may_take_money=True)
    alone = {"bands": FILE["commission"]["bands"]}
    assert bars(packs, contracts=[bare], commission=alone, head_office_approval=None) == {}


def test_no_assessment_is_asked_for_where_none_is_kept() -> None:
    unkept = tuple(pack.model_copy(update={"retention": None}) for pack in CHINA.packs)
    assert bars(unkept, impact_assessment=None) == {}
    assert "retention" not in " ".join(bars(load_rules("us.reg_f").packs, impact_assessment=None)), "it keeps others"


def changed_pack(**rule: object) -> tuple[Pack, ...]:
    """The packs of China with other words about agencies in the top one."""
    top = CHINA.packs[-1]
    assert top.agency is not None
    return (*CHINA.packs[:-1], top.model_copy(update={"agency": top.agency.model_copy(update=rule)}))
