"""Representing: what a checked authority puts on record, when it counts, and what refuses it."""

from datetime import UTC, date, datetime

import pytest

from domain.model.contact import FactKind, Party, PastFact
from domain.model.representative import (
    AUTHORITY,
    PROPOSING,
    KnownRepresentative,
    MayDo,
    Representative,
    RepresentativeKind,
)
from domain.model.strategy import Channel
from domain.representing import counts, counts_until, facts_of, fault_of_check, fault_of_entry, fault_of_reopening
from policies import load_rules

ZONE = "Asia/Taipei"
FIRST, LAST = date(2026, 3, 2), date(2026, 4, 1)
CHECKED_AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
"""10:00 in Taipei on the first day."""
NOON = datetime(2026, 3, 4, 4, tzinfo=UTC)
"""A Wednesday, 12:00 in Taipei."""


def says(kind=RepresentativeKind.ATTORNEY, may_do=(MayDo.CONTACT,), **more):
    said = {"representative_id": "auth-1", "person_id": "P-1", "party_id": "adv-7", "from_on": FIRST, **more}
    return Representative(kind=kind, may_do=may_do, evidence="DOC-1", evidence_channel=Channel.LETTER, **said)


def known(by="op-1", checked=True, ended=False, **more):
    steps = {"checked_by": "op-2", "checked_at": CHECKED_AT} if checked else {}
    steps |= {"ended_by": "op-3", "ended_at": NOON, "reason": "revoked"} if ended else {}
    return KnownRepresentative(representative=says(**more), asked_by=by, asked_at=CHECKED_AT, **steps)


# --- what is on record


@pytest.mark.parametrize(
    ("kind", "may_do", "names"),
    [
        (RepresentativeKind.ATTORNEY, (MayDo.CONTACT,), {AUTHORITY, "attorney_represented"}),
        (RepresentativeKind.ATTORNEY, tuple(MayDo), {AUTHORITY, PROPOSING, "attorney_represented"}),
        (RepresentativeKind.ATTORNEY, (MayDo.PROPOSALS,), {PROPOSING}),
        (RepresentativeKind.ATTORNEY, (MayDo.PAYMENTS,), set()),
        (RepresentativeKind.DEBT_ADVISER, (MayDo.CONTACT,), {AUTHORITY, "attorney_represented"}),
        (RepresentativeKind.GUARDIAN, (MayDo.CONTACT,), {AUTHORITY, "guardian_appointed"}),
        (RepresentativeKind.RELATIVE, (MayDo.CONTACT,), {AUTHORITY}),
    ],
)
def test_what_is_on_record_follows_from_the_kind_and_what_it_is_for(kind, may_do, names) -> None:
    assert set(facts_of(says(kind, may_do), CHECKED_AT, ZONE)) == names


def test_the_authority_is_that_of_one_person_for_its_accounts_until_its_last_midnight() -> None:
    found = facts_of(says(accounts=("A-1",), until_on=LAST), CHECKED_AT, ZONE)
    until = datetime(2026, 3, 31, 16, tzinfo=UTC)
    same = {"at": CHECKED_AT, "debts": ("A-1",), "until": until}
    opened = PastFact(kind=FactKind.CONSENT, name=AUTHORITY, party=Party.ATTORNEY, party_id="adv-7", **same)
    closed = PastFact(kind=FactKind.HOLD, name="attorney_represented", **same)
    assert found == {AUTHORITY: opened, "attorney_represented": closed}


@pytest.mark.parametrize(
    ("from_on", "at"),
    [(FIRST, CHECKED_AT), (date(2026, 1, 1), CHECKED_AT), (date(2026, 3, 5), datetime(2026, 3, 4, 16, tzinfo=UTC))],
)
def test_nothing_counts_before_the_check_or_before_the_first_day(from_on, at) -> None:
    assert {fact.at for fact in facts_of(says(from_on=from_on), CHECKED_AT, ZONE).values()} == {at}


@pytest.mark.parametrize(
    ("of", "at", "expected"),
    [
        ({}, CHECKED_AT, True),
        ({"checked": False}, CHECKED_AT, False),
        ({"ended": True}, CHECKED_AT, False),
        ({"from_on": date(2026, 3, 3)}, CHECKED_AT, False),
        ({"until_on": date(2026, 3, 4)}, datetime(2026, 3, 3, 15, 59, tzinfo=UTC), True),
        ({"until_on": date(2026, 3, 4)}, datetime(2026, 3, 3, 16, tzinfo=UTC), False),
    ],
)
def test_it_counts_once_checked_until_ended_and_within_its_days(of, at, expected) -> None:
    assert counts(known(**of), at, ZONE) is expected


def test_without_a_last_day_no_date_ends_it() -> None:
    assert counts_until(says(), ZONE) is None


# --- what may not be entered, checked, or opened again


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ({}, "None"),
        ({"accounts": ("A-1",)}, "None"),
        ({"accounts": ("A-1", "A-9")}, "A-9 is no account of this person"),
        ({"until_on": date(2026, 3, 5)}, "None"),
        ({"until_on": date(2026, 3, 4)}, "it ended on 2026-03-04"),
    ],
)
def test_an_authority_is_about_the_customers_own_accounts_and_still_holds(more, fault) -> None:
    assert str(fault_of_entry(says(**more), ("A-1", "A-2"), date(2026, 3, 4))).startswith(fault)


@pytest.mark.parametrize(
    ("of", "fault"),
    [
        ({}, "None"),
        ({"until_on": date(2026, 3, 4)}, "auth-1 ended on 2026-03-04"),
        ({"until_on": date(2026, 3, 5)}, "None"),
        ({"ended": True}, "auth-1 was ended by op-3"),
    ],
)
def test_only_what_still_holds_is_checked(of, fault) -> None:
    assert str(fault_of_check(known(checked=False, **of), NOON, ZONE)).startswith(fault)


def told(name="attorney_represented", kind=FactKind.RELEASE, debts=()):
    return PastFact(NOON, kind, name=name, debts=debts)


def reopening(fact, **of):
    return fault_of_reopening(fact, (known(**of),), load_rules("cn").packs, ZONE)


@pytest.mark.parametrize(
    ("fact", "of"),
    [
        (told(), {}),
        (told(), {"accounts": ("A-1",)}),
        (told(debts=("A-1",)), {}),
        (told("representation_ended", FactKind.EVENT), {}),
        (told("guardian_appointed"), {"kind": RepresentativeKind.GUARDIAN}),
    ],
    ids=["a release", "of one account", "for one account", "an event", "of a guardian"],
)
def test_what_an_authority_closes_is_opened_by_its_end_alone(fact, of) -> None:
    ended_by = "`duecourse person representative end auth-1` ends it"
    assert reopening(fact, **of) == f"the authority auth-1 closes this: {ended_by}"


@pytest.mark.parametrize(
    ("fact", "of"),
    [
        (told(), {"checked": False}),
        (told(), {"ended": True}),
        (told(), {"until_on": date(2026, 3, 4)}),
        (told(), {"may_do": (MayDo.PROPOSALS,)}),
        (told(), {"kind": RepresentativeKind.RELATIVE}),
        (told(debts=("A-2",)), {"accounts": ("A-1",)}),
        (told("guardian_appointed"), {}),
        (told("guardianship_ended", FactKind.EVENT), {}),
        (told(kind=FactKind.HOLD), {}),
    ],
    ids=[
        "not checked",
        "ended",
        "over",
        "not for contact",
        "closes nothing",
        "another account",
        "another hold",
        "another event",
        "a hold",
    ],
)
def test_what_no_authority_closes_is_told_as_ever(fact, of) -> None:
    assert reopening(fact, **of) is None
