"""An agency's file: what is refused by its shape."""

import pytest
from pydantic import ValidationError

from domain.model.agency import Agency, Contract
from domain.model.agency_events import AgencyEventKind
from tests.domain.agencies.dossier import FILE, GOOD, agency, contract, event, known

SECOND = {"reference": "C-2", "valid_from": "2027-01-01", "valid_until": "2027-12-31"}
SEGMENT = FILE["segments"][0]


def cny(amount: str, currency: str = "CNY") -> dict[str, str]:
    return {"amount": amount, "currency": currency}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"id": "bank"}, "bank is the bank itself"),
        ({"id": "Nord Inkasso"}, "string should match pattern"),
        ({"name": "two\nlines"}, "string should match pattern"),
        ({"contact": "  "}, "string should match pattern"),
        ({"capacity": -1}, "greater than or equal to 0"),
        ({"zones": []}, "at least 1 item"),
        ({"segments": []}, "at least 1 item"),
        (
            {"licence": {**FILE["licence"], "valid_until": "2024-12-31"}},
            "valid_until 2024-12-31 lies before valid_from",
        ),
        ({"licence": {**FILE["licence"], "valid_until": "9999-12-31"}}, "9999-12-31 is out of range"),
        ({"contracts": [contract(), contract(reference="C-2")]}, "C-2 begins before C-1 is over"),
        ({"contracts": [contract(valid_until=None), contract(**SECOND)]}, "C-2 begins before C-1 is over"),
        ({"contracts": [contract(**SECOND), contract()]}, "C-1 begins before C-2 is over"),
        (
            {"contracts": [contract(), contract(**{**SECOND, "reference": "C-1"})]},
            "two contracts have the same reference",
        ),
        ({"segments": [{**SEGMENT, "least": cny("5"), "most": cny("4")}]}, "most 4.00 CNY lies below least 5.00 CNY"),
        ({"segments": [{**SEGMENT, "least": cny("5", "USD")}]}, "5.00 USD is not in CNY"),
        ({"segments": [{**SEGMENT, "most": cny("-5")}]}, "-5.00 CNY is below zero"),
        ({"dossier_public_key": "-----BEGIN PRIVATE KEY-----"}, "is a private key: keep it secret"),
        ({"phone": "1"}, "extra inputs are not permitted"),
    ],
)
def test_a_file_that_says_something_impossible_is_refused(changed: dict[str, object], why: str) -> None:
    with pytest.raises(ValidationError) as refused:
        agency(**changed)
    first, *follows = refused.value.errors()
    assert why.lower() in first["msg"].lower()
    assert [error["type"] for error in follows] in ([], ["too_short"]), "pydantic counts only what is valid"


@pytest.mark.parametrize("missing", ["id", "name", "contact", "zone", "zones", "segments", "capacity", "commission"])
def test_what_every_agency_has_must_be_there(missing: str) -> None:
    with pytest.raises(ValidationError, match=missing):
        Agency.model_validate({key: value for key, value in FILE.items() if key != missing})


def test_ranges_with_equal_ends_and_a_public_key_are_fine() -> None:
    one_day = contract(valid_until="2026-01-01")
    made = agency(
        contracts=[one_day, contract(**SECOND)],
        segments=[{**SEGMENT, "least": cny("5"), "most": cny("5")}],
        dossier_public_key="-----BEGIN PUBLIC KEY-----",
        capacity=0,
    )
    assert [each.reference for each in made.contracts] == ["C-1", "C-2"]
    assert Agency.model_validate_json(made.model_dump_json()) == made


@pytest.mark.parametrize("item", ["purpose", "term", "method", "data_types", "safeguards", "rights_duties"])
def test_a_contract_states_what_it_states(item: str) -> None:
    key = "valid_until" if item == "term" else item
    full = Contract.model_validate(contract(also_states=["audit_rights"]))
    assert full.states(item)
    assert full.states("audit_rights")
    assert not full.states("subcontracting"), "no item that a pack asks for"
    assert not Contract.model_validate(contract(**{key: None})).states(item)


def test_the_last_word_decides_about_list_and_suspension() -> None:
    assert known().is_published
    assert known(events=()).suspension is None
    assert not known(events=()).is_published
    assert not known(events=(*GOOD, event("unpublished"))).is_published
    told = (*GOOD, event("suspended", reason="r"), event("suspended", reason="again"))
    suspension = known(events=told).suspension
    assert suspension is not None
    assert (suspension.kind, suspension.reason) == (AgencyEventKind.SUSPENDED, "again")


def test_the_newest_approved_version_is_what_holds() -> None:
    one, two = agency(), agency(capacity=5)
    assert known(one, events=()).approved is None
    assert known(one, two).approved == known(one, two).versions[0]
    both = (*GOOD, event("approved", version=2))
    assert known(one, two, events=both).approved == known(one, two).versions[1]
