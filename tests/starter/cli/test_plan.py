"""`duecourse plan quote`: the instalments as they are agreed, and one clear line for what is no plan."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.model.plan import Rhythm
from starter.quoting import one_period_after
from tests.starter.cli.conftest import Office

QUOTE = ("plan", "quote")


def amounts(office: Office, *words: str) -> list[str]:
    return [each["amount"] for each in office.json(*QUOTE, *words)["instalments"]]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--balance", "325", "--instalments", "6", "--currency", "TWD"), ["54.00"] * 5 + ["55.00"]),
        (("--balance", "100.00", "--instalments", "3", "--currency", "CNY"), ["33.33", "33.33", "33.34"]),
        (("--balance", "1", "--instalments", "3", "--currency", "KWD"), ["0.333", "0.333", "0.334"]),
        (("--balance", "1000", "--instalments", "3", "--currency", "JPY"), ["333", "333", "334"]),
        (("--balance", "100", "--instalments", "3", "--currency", "CNY", "--unit", "10"), ["30.00", "30.00", "40.00"]),
    ],
)
def test_instalments_are_what_can_be_paid_in_cash(office: Office, words, expected) -> None:
    assert amounts(office, *words) == expected


def test_json_has_every_part_the_total_and_the_rate(office: Office) -> None:
    told = office.json(
        *(*QUOTE, "--balance", "1000", "--instalments", "3", "--rules", "cn", "--rate", "12", "--fees", "3"),
        *("--signed", "2026-12-31", "--from", "2027-01-31", "--settle-on", "2027-02-14"),
    )
    assert told["instalments"][0] == {
        "due_on": "2027-01-31",
        "amount": "341.02",
        "principal": "330.02",
        "interest": "10.00",
        "fees": "1.00",
    }
    assert [each["due_on"] for each in told["instalments"]] == ["2027-01-31", "2027-02-28", "2027-03-31"]
    assert (told["total"], told["currency"]) == ("1023.07", "CNY")
    assert told["rate"] == {"nominal_percent": "12", "effective_percent": "14.70"}
    assert told["settlement"] == {"on": "2027-02-14", "amount": "673.06", "principal": "669.98", "interest": "3.08"}


def test_people_read_a_table_the_total_and_the_annual_rate(office: Office) -> None:
    lines = office.done(
        *(*QUOTE, "--balance", "12000", "--instalments", "12", "--rules", "cn", "--rate", "12"),
        *("--signed", "2026-12-31", "--settle-on", "2027-05-15"),
    )
    assert lines[0].split() == ["due", "on", "amount", "principal", "interest", "fees"]
    assert len(lines) == 1 + 12 + 3
    assert lines[-3] == "total 12,794.24 CNY, 794.24 CNY more than the balance of 12,000.00 CNY"
    assert lines[-2] == "annual rate 12 %, effective 12.68 %"
    assert lines[-1].startswith("settled on 2027-05-15 by 8,198.36 CNY: 8,158.13 CNY and interest of 40.23 CNY")


def test_the_first_instalment_is_due_a_period_from_now_when_nobody_says(office: Office) -> None:
    before = datetime.now(UTC).date()
    told = office.json(*QUOTE, "--balance", "100", "--instalments", "2", "--currency", "CNY", "--every", "fortnight")
    after = datetime.now(UTC).date()
    due_on = told["instalments"][0]["due_on"]
    assert due_on in {str(one_period_after(day, Rhythm.FORTNIGHT)) for day in (before, after)}


def test_sixty_months_are_allowed_in_china_and_sixty_one_are_not(office: Office) -> None:
    words = (*QUOTE, "--balance", "60000", "--rules", "cn", "--signed", "2026-01-15")
    assert len(office.json(*words, "--instalments", "60")["instalments"]) == 60
    refused = office.refused(*words, "--instalments", "61")
    assert "cn.plan.max_term_months: at most 60 months from signing, until 2031-01-15" in refused
    assert "art. 70" in refused


def test_what_the_rules_ask_beside_is_a_note(office: Office) -> None:
    words = ("--balance", "100", "--instalments", "2", "--rules", "us.first_party", "--rate", "10")
    assert office.done(*QUOTE, *words)[-1].startswith("note: us.first_party.plan.interest: the rate must not be above")


def test_a_rate_above_that_of_the_contract_is_refused_where_it_must_not_rise(office: Office) -> None:
    words = (*QUOTE, "--balance", "100", "--instalments", "2", "--rules", "us.first_party", "--rate", "20")
    assert "the rate must not rise: 20 % is above the 18.5 %" in office.refused(*words, "--contract-rate", "18.5")
    assert not any(line.startswith("note") for line in office.done(*words, "--contract-rate", "21"))


def test_a_plan_that_began_in_the_past_was_signed_a_period_before(office: Office) -> None:
    words = (*QUOTE, "--balance", "60000", "--rules", "cn", "--from", "2020-02-29")
    assert len(office.json(*words, "--instalments", "60")["instalments"]) == 60
    assert "until 2025-01-29" in office.refused(*words, "--instalments", "61")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--balance", "-1", "--instalments", "2"), "--balance: '-1' is no number"),
        (("--balance", "1e9", "--instalments", "2"), "--balance: '1e9' is no number"),
        (("--balance", "1.005", "--instalments", "2"), "--balance: 1.005 has more decimal places than CNY"),
        (("--balance", "0", "--instalments", "2"), "a plan repays more than nothing"),
        (("--balance", "100", "--instalments", "0"), "--instalments: 0 is not from 1 to 1,200"),
        (("--balance", "100", "--instalments", "1000000000"), "--instalments: 1,000,000,000 is not from 1 to 1,200"),
        (("--balance", "100", "--instalments", "2", "--rate", "x"), "--rate: 'x' is no number"),
        (("--balance", "100", "--instalments", "2", "--unit", "0"), "instalments are multiples of more than nothing"),
        (
            ("--balance", "100", "--instalments", "2", "--rate", "1", "--contract-rate", "x"),
            "--contract-rate: 'x' is no",
        ),
        (("--balance", "100", "--instalments", "2", "--from", "tomorrow"), "tomorrow"),
        (("--balance", "100", "--instalments", "2", "--rules", "atlantis"), "atlantis"),
        (("--balance", "100", "--instalments", "2", "--currency", "XQZ"), "'XQZ' is no currency"),
    ],
)
def test_what_is_no_plan_is_one_line(office: Office, words, why) -> None:
    given = words if "--currency" in words else (*words, "--currency", "CNY")
    assert why in office.refused(*QUOTE, *given)


def test_without_rules_a_currency_must_be_said(office: Office) -> None:
    assert "--currency: say in which currency" in office.refused(*QUOTE, "--balance", "1", "--instalments", "1")
