"""An agency's file: the example of the documents can be read, and each fault stands at its line and column."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from domain.agencies.commission import rate_at
from domain.agencies.file_bars import file_bars
from domain.model.agency import Agency, Contract, Segment
from domain.model.commission import RateBand
from domain.model.errors import InputError
from domain.model.money import Money
from policies import load_rules
from starter.agency_file import read_agency

EXAMPLE = Path(__file__).parents[2] / "docs" / "agency-example.yaml"
TEXT = EXAMPLE.read_text(encoding="utf-8")
CHINA = load_rules("cn")


def changed(folder: Path, *replaced: tuple[str, str]) -> Path:
    text = TEXT
    for old, new in replaced:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file = folder / "agency.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def faults(file: Path) -> list[str]:
    with pytest.raises(InputError) as refused:
        read_agency(file, CHINA)
    return [line.removeprefix(f"{file}:") for line in str(refused.value).splitlines()]


def test_the_example_of_the_documents_is_an_agency_that_shows_everything() -> None:
    found = read_agency(EXAMPLE, CHINA)
    assert (found.id, found.capacity, len(found.segments)) == ("agency-north", 500, 2)
    assert found.segments[0].least == Money(amount=Decimal(500), currency="CNY")
    assert rate_at(found.commission, 100, Money(amount=Decimal("9999.99"), currency="CNY")) == Decimal("12.5")
    assert rate_at(found.commission, 100, Money(amount=Decimal(10_000), currency="CNY")) == 10
    assert list(file_bars(found, CHINA.packs, date(2026, 6, 15))) == []


def test_every_key_and_every_reason_stands_in_the_document() -> None:
    document = (EXAMPLE.parent / "agencies.md").read_text(encoding="utf-8")
    for key in sorted({*Agency.model_fields, *Contract.model_fields, *RateBand.model_fields, *Segment.model_fields}):
        assert f"`{key}`" in document, key
    reasons = {
        f"{'register' if own else '….agency'}.{key}"
        for source in (EXAMPLE.parents[1] / "domain" / "agencies").glob("*.py")
        for own, key in re.findall(r'(own_)?bar\(\s*f?"([a-z_.]+)', source.read_text(encoding="utf-8"))
    }
    assert {"register.contract", "….agency.train", "….agency.contract_items."} <= reasons
    for reason in sorted(reasons):
        assert f"`{reason.removesuffix('.')}" in document, reason


def test_json_is_read_like_yaml(tmp_path: Path) -> None:
    file = tmp_path / "agency.json"
    example = read_agency(EXAMPLE, CHINA)
    said = example.model_dump(mode="json", exclude_none=True)
    file.write_text(str(said).replace("'", '"').replace("False", "false"), encoding="utf-8")
    assert read_agency(file, CHINA) == example, "amounts with their currency inside are read too"


LEAST, BELOW = 'doubtful], least: "500"', 'below: "10000", percent: "12.5"'


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('percent: "12.5"', 'percent: "-12.5"', "26:75: percent: input should be greater than or equal to 0"),
        (LEAST, 'doubtful], least: "-500"', "21:5: -500.00 CNY is below zero"),
        (LEAST, "doubtful], least: {amount: 5, currency: USD}", "21:5: 5.00 USD is not in CNY"),
        (LEAST, 'doubtful], least: "much"', "21:62: amount: input should be a valid decimal"),
        ("currency: CNY, buckets: [loss]", "currency: USD, buckets: [loss]", "22:16: no rate is agreed in USD, only"),
        ("{dpd_min: 181, currency: CNY", "{dpd_min: 181, currency: EUR", "28:32: no segment allows EUR, only CNY"),
        ("{dpd_min: 181, currency: CNY", "{dpd_min: 181, currency: eur", "28:32: currency: string should match"),
        ("{dpd_min: 181, currency: CNY, ", "{dpd_min: 181, ", '28:7: "currency" is missing'),
        ("{dpd_min: 181,", "{dpd_min: 180,", "25:3: an account could have the rate 1 and the rate 3"),
        ("[loss]", "[lost]", '22:31: cn has no bucket "lost": it has special_mention, substandard, doubtful, loss'),
        ("Asia/Urumqi", "Asia/Nowhere", "19:24: no time zone 'Asia/Nowhere'"),
        ("capacity: 500", "capcity: 500", '23:1: unknown key "capcity": did you mean "capacity"?'),
        ("id: agency-north", "id: bank", "2:5: bank is the bank itself"),
        ("valid_until: 2027-12-31", "valid_until: 2025-12-31", "8:5: valid_until 2025-12-31 lies before valid_from"),
        ("conduct: {least", "conduct: {lest", '29:12: "least" is missing'),
        (
            '  conduct: {least: "0.7", most: "1.1"}\n',
            "",
            "25:3: cn.agency.pay_may_depend_only_on_recoveries: it is paid by recoveries alone",
        ),
    ],
)
def test_each_fault_is_told_at_its_line_and_column(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert told in "\n".join(faults(changed(tmp_path, (old, new))))


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    file = changed(tmp_path, ("capacity: 500", "capacity: -1"), ('percent: "12.5"', "percent: 101"))
    assert len(faults(file)) == 2
    file = changed(tmp_path, ("[loss]", "[lost]"), ("Asia/Urumqi", "Mars"))
    assert [fault.split(":")[0] for fault in faults(file)] == ["19", "22"]


def test_pay_by_recoveries_alone_is_fine_where_the_rules_let_it_be(tmp_path: Path) -> None:
    alone = ('  conduct: {least: "0.7", most: "1.1"}\n', "")
    in_days = (("[substandard, doubtful]", "[days_90_119]"), ("[loss]", "[days_180_up]"))
    assert read_agency(changed(tmp_path, alone, *in_days), load_rules("hk")).commission.conduct is None


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"agency file .*none\.yaml cannot be read: No such file"):
        read_agency(tmp_path / "none.yaml", CHINA)
