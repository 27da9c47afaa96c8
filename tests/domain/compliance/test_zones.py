"""Zones and holidays: where the person may be, and which days are holidays there."""

from dataclasses import replace
from datetime import date

import pytest

from domain.compliance.holidays import is_holiday
from domain.compliance.zones import evident, stack_zones, zones_of
from domain.model.contact import ZoneEvidence
from domain.model.errors import InputError
from domain.model.pack import Clock, Holidays
from tests.domain.compliance.small_packs import LOS_ANGELES, NEW_YORK, TAIPEI, pack

TAIPEI_PHONE, NEW_YORK_PHONE, SATELLITE = "+886223456789", "+12125550123", "+881612345678"


@pytest.mark.parametrize(
    ("on_file", "zones"),
    [
        ({}, ()),
        ({"addresses": [LOS_ANGELES], "phones": [NEW_YORK_PHONE]}, (LOS_ANGELES, NEW_YORK)),
        ({"declared": [TAIPEI], "addresses": [LOS_ANGELES], "phones": [NEW_YORK_PHONE]}, (TAIPEI,)),
        ({"declared": [TAIPEI, NEW_YORK, TAIPEI]}, (TAIPEI, NEW_YORK)),
        ({"phones": [TAIPEI_PHONE, NEW_YORK_PHONE, TAIPEI_PHONE]}, (TAIPEI, NEW_YORK)),
        ({"account_zone": TAIPEI}, ()),
        ({"phones": [SATELLITE]}, ()),
    ],
)
def test_what_was_declared_stands_alone_and_all_other_evidence_counts(on_file, zones):
    assert zones_of(Clock(), **on_file) == zones


@pytest.mark.parametrize(
    ("evidence", "on_file", "zones"),
    [
        (("address", "account"), {"account_zone": TAIPEI, "addresses": [NEW_YORK]}, (NEW_YORK, TAIPEI)),
        (("account",), {"account_zone": None}, ()),
        (("address",), {"declared": [TAIPEI], "addresses": [NEW_YORK]}, (NEW_YORK,)),
        (("address", "declared"), {"declared": [TAIPEI], "addresses": [NEW_YORK]}, (TAIPEI,)),
    ],
)
def test_only_evidence_that_the_pack_trusts_counts(evidence, on_file, zones):
    assert zones_of(Clock(zone_evidence=evidence), **on_file) == zones


def test_a_pack_that_looks_at_one_zone_takes_the_most_trusted():
    clock = Clock(multi_zone="first")
    on_file = {"addresses": [LOS_ANGELES, TAIPEI], "phones": [NEW_YORK_PHONE]}
    assert zones_of(clock, **on_file) == (LOS_ANGELES,)
    assert zones_of(clock, phones=[NEW_YORK_PHONE]) == (NEW_YORK,)
    assert zones_of(clock, declared=[TAIPEI, NEW_YORK], **on_file) == (TAIPEI,)


def test_a_stack_sees_all_zones_of_its_packs_and_first_that_of_a_pack_that_looks_at_one():
    wide = pack(clock={"zone_evidence": ["address"]})
    first = pack("yy", clock={"zone_evidence": ["phone_area_code", "address"], "multi_zone": "first"})
    on_file = {"addresses": [LOS_ANGELES], "phones": [NEW_YORK_PHONE]}
    assert stack_zones((wide, first), **on_file) == (NEW_YORK, LOS_ANGELES)
    assert stack_zones((wide, wide), **on_file) == (LOS_ANGELES,)


@pytest.mark.parametrize("phone", ["02 2345 6789", "", "+", "home"])
def test_a_number_that_is_none_is_refused_without_a_digit_of_it(phone):
    with pytest.raises(InputError, match=r"E\.164") as refused:
        zones_of(Clock(), phones=[phone])
    assert not set("0123456789") & set(str(refused.value).replace("E.164", ""))
    assert refused.value.__suppress_context__


@pytest.mark.parametrize(
    ("says", "day", "expected"),
    [
        ({"calendar": "AU"}, date(2026, 1, 26), True),
        ({"calendar": "AU"}, date(2026, 1, 27), False),
        ({"calendar": "AU", "extra": (date(2026, 1, 27),)}, date(2026, 1, 27), True),
        ({"calendar": "AU", "exclude": (date(2026, 1, 26),)}, date(2026, 1, 26), False),
        ({"calendar": "AU", "kinds": ("regional",)}, date(2026, 1, 26), False),
        ({"calendar": "AU-VIC"}, date(2026, 11, 3), False),
        ({"calendar": "AU-VIC", "kinds": ("regional",)}, date(2026, 11, 3), True),
        ({"calendar": "AU-VIC", "kinds": ("national", "regional")}, date(2026, 1, 26), True),
        ({"calendar": "AU-VIC", "kinds": ("national", "regional")}, date(2026, 11, 4), False),
    ],
)
def test_a_holiday_is_one_of_the_kinds_of_the_calendar_with_its_corrections(says, day, expected):
    assert is_holiday(Holidays(**says), day) is expected


@pytest.mark.parametrize(("calendar", "kinds"), [("QQ", ("national",)), ("AU-QQ", ("regional",))])
def test_an_unknown_calendar_is_refused(calendar, kinds):
    with pytest.raises(InputError, match=calendar):
        is_holiday(Holidays(calendar=calendar, kinds=kinds), date(2026, 1, 27))


def test_one_number_that_is_none_leaves_no_zone_unless_the_person_declared_one():
    packs = (pack(),)
    broken = ZoneEvidence(declared=(), addresses=(), phones=("12",), account="Asia/Taipei")
    assert evident(packs, broken) == ()
    assert evident(packs, replace(broken, phones=(TAIPEI_PHONE,))) == ("Asia/Taipei",)
    assert evident(packs, replace(broken, declared=("Europe/Paris",))) == ("Europe/Paris",)
