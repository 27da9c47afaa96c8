"""Zones from evidence: worked out apart from the gate, and to the same result."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audit.zones import ANYWHERE, zones_seen
from domain.compliance.zones import stack_zones
from domain.model.pack import Pack

KINDS = ("declared", "address", "phone_area_code", "account")
HOME, WORK, PHONE, BOOKS = "Asia/Taipei", "Asia/Tokyo", "Asia/Shanghai", "Europe/Berlin"


def a_pack(*kinds: str, looks_at: str = "intersect") -> Pack:
    return Pack.model_validate(
        {
            "pack": {"id": "xx", "version": 1, "title": "Test", "valid_from": "2000-01-01"},
            "sources": {},
            "clock": {"zone_evidence": list(kinds), "multi_zone": looks_at},
        }
    )


EVERYTHING = {"declared": [HOME], "address": [WORK], "phone_area_code": [PHONE], "account": [BOOKS]}
UNDECLARED = EVERYTHING | {"declared": []}
UNREADABLE = UNDECLARED | {"phone_area_code": [PHONE, ANYWHERE]}


@pytest.mark.parametrize(
    ("packs", "evidence", "zones"),
    [
        ([a_pack(*KINDS)], EVERYTHING, (HOME,)),
        ([a_pack("address", "declared")], EVERYTHING, (HOME,)),
        ([a_pack(*KINDS)], UNDECLARED, (WORK, PHONE, BOOKS)),
        ([a_pack("declared", "address")], UNDECLARED, (WORK,)),
        ([a_pack("declared")], UNDECLARED, ()),
        ([a_pack("declared")], {}, ()),
        ([], EVERYTHING, ()),
        ([a_pack("address"), a_pack("account")], EVERYTHING, (WORK, BOOKS)),
        ([a_pack("address"), a_pack("address", "account")], EVERYTHING, (WORK, BOOKS)),
        ([a_pack("account", "declared", looks_at="first")], EVERYTHING, (BOOKS,)),
        ([a_pack("address"), a_pack("account", looks_at="first")], EVERYTHING, (BOOKS, WORK)),
        ([a_pack(*KINDS)], UNREADABLE, ()),
        ([a_pack("phone_area_code", looks_at="first")], UNREADABLE, ()),
        ([a_pack("address"), a_pack(*KINDS)], UNREADABLE, ()),
        ([a_pack("address", "account")], UNREADABLE, (WORK, BOOKS)),
        ([a_pack("address", "phone_area_code", looks_at="first")], UNREADABLE, (WORK,)),
        ([a_pack(*KINDS)], UNREADABLE | {"declared": [HOME]}, (HOME,)),
    ],
    ids=[
        "declared-stands-alone",
        "declared-stands-alone-wherever-it-is-trusted",
        "all-that-is-left",
        "only-what-the-pack-trusts",
        "what-nobody-declared",
        "no-evidence",
        "no-packs",
        "each-pack-by-itself",
        "each-zone-once",
        "first-of-the-most-trusted",
        "packs-that-look-at-one-come-first",
        "an-unreadable-number-may-be-anywhere",
        "also-for-the-first-of-several",
        "also-for-one-pack-of-several",
        "a-number-that-no-pack-reads",
        "a-number-that-is-not-reached",
        "a-number-that-the-declaration-outweighs",
    ],
)
def test_the_zones_of_a_customer_follow_from_the_evidence(
    packs: list[Pack], evidence: dict[str, list[str]], zones: tuple[str, ...]
) -> None:
    assert zones_seen(packs, evidence) == zones


some_zones = st.lists(st.sampled_from([HOME, WORK, PHONE, BOOKS]), max_size=3)
some_packs = st.lists(
    st.builds(
        lambda kinds, looks_at: a_pack(*kinds, looks_at=looks_at),
        st.lists(st.sampled_from(["declared", "address", "account"]), unique=True),
        st.sampled_from(["intersect", "first"]),
    ),
    max_size=3,
)


@given(some_packs, some_zones, some_zones, st.sampled_from([HOME, BOOKS]))
def test_the_auditor_sees_the_zones_that_the_gate_sees(
    packs: list[Pack], declared: list[str], addresses: list[str], account: str
) -> None:
    seen = zones_seen(packs, {"declared": declared, "address": addresses, "account": [account]})
    assert seen == stack_zones(packs, declared, addresses, (), account)
