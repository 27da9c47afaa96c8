"""Leave for a contact: by what the chain says was given, and when it was taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.audit.permits import as_given, breach, changed
from domain.model.contact import Direction, Outcome, Party, Place, Purpose
from domain.model.permits import PermitState
from tests.domain.audit.sealing import at, called, contact, given, permit, seal

MADE = {"channel": "call", "address": None, "outcome": Outcome.BUSY}
WAITING = MADE | {"at": at(-5), "outcome": Outcome.PENDING}


def rule(made, *seals, kept=None, contact_id="r1"):
    found = breach(made, contact_id, as_given(kept or permit(), seals))
    return None if found is None else found.rule


def closed(minutes, how="cancelled"):
    return seal("permit_closed", 2, minutes, permit="r1", how=how)


def test_a_contact_that_nobody_permitted_had_no_leave():
    found = breach(called(), "r1", None)
    assert found is not None
    assert (found.rule, found.source) == ("gate.no_permit", "design")
    assert rule(called(), given(), contact_id="c1") == "gate.no_permit"


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(-6, "gate.no_permit"), (-5, None), (0, None), (59, None), (60, "gate.outside_permit")],
)
def test_a_permit_gives_leave_for_its_time(minutes, expected):
    assert rule(called(minutes=minutes), given()) == expected
    assert rule(called(minutes=minutes)) == expected, "as the ledger has it, where no row says more"


def test_a_permit_that_is_not_valid_yet_gives_no_leave_but_people_write_minutes():
    later = given(valid_from=at(10).replace(second=30).isoformat())
    assert [rule(called(minutes=minutes), later) for minutes in (9, 10)] == ["gate.outside_permit", None]


@pytest.mark.parametrize("how", ["cancelled", "taken_back"])
@pytest.mark.parametrize(
    ("minutes", "expected"), [(-1, "gate.permit_cancelled"), (0, "gate.permit_cancelled"), (1, None)]
)
def test_a_permit_that_was_taken_back_gives_no_leave_from_then_on(how, minutes, expected):
    assert rule(called(), given(), closed(minutes, how)) == expected
    assert rule(called(), given(), closed(9), closed(minutes, how)) == expected, "over from the first on"


def test_of_what_nobody_reported_it_is_not_known_that_it_came_after():
    assert rule(called(Outcome.UNREPORTED), given(), closed(0, "taken_back")) is None


def test_a_permit_that_only_expired_gave_leave():
    assert rule(called(), given(), closed(0, "expired")) is None


def test_a_permit_that_is_cancelled_without_a_row_gives_none():
    assert rule(called(), given(), kept=permit(state=PermitState.CANCELLED)) == "gate.permit_cancelled"


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("channel", "visit"),
        ("party", "guarantor"),
        ("party_id", "x"),
        ("actor", "agency"),
        ("collector", "x"),
        ("address_id", "x"),
    ],
)
def test_a_permit_gives_leave_for_what_was_asked(name, asked):
    assert rule(called(), given(**{name: asked})) == "gate.no_permit"


def test_what_the_question_left_open_is_left_open():
    assert rule(called(address="n1", party_id="x"), given()) is None


# --- the permit itself


def how(kept, made=MADE):
    return list(changed(kept, contact("r1", made=made), [given()]))


def test_a_permit_that_is_as_it_was_given_says_nothing():
    assert how(permit()) == []
    waiting = MADE | {"at": at(-5), "outcome": Outcome.PENDING}
    assert how(permit(), waiting) == []
    assert how(permit(), waiting | {"outcome": Outcome.UNREPORTED}) == []


@pytest.mark.parametrize("name", ["issued_at", "valid_from", "expires_at"])
def test_times_that_are_not_as_they_were_given_are_named(name):
    assert how(replace(permit(), **{name: at(-30)})) == [f"its permit's {name} is not as the sealed row says"]


def test_a_contact_under_a_permit_is_of_the_case_that_gave_it():
    elsewhere = contact("r1", made=MADE, case_id="a1/2")
    assert list(changed(permit(), elsewhere, [given()])) == ["case not as its permit's sealed row says"]
    assert list(changed(permit(), elsewhere, [])) == []


def test_a_contact_that_waits_is_as_it_was_asked_for():
    waiting = MADE | {"outcome": Outcome.PENDING, "party": Party.SPOUSE}
    told = how(permit(), waiting)
    assert told == [f"{name} not as its permit's sealed row says" for name in ("instant", "party")]


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"made": WAITING | {"place": Place.WORKPLACE}}, "place"),
        ({"purpose": Purpose.LEGAL_NOTICE}, "purpose"),
        ({"notice": "letter"}, "notice"),
    ],
)
def test_where_and_what_for_a_contact_waits_is_as_it_was_permitted_where_the_row_tells_it(more, name):
    on_record, still_open = contact("r1", **{"made": WAITING} | more), permit(state=PermitState.OPEN)
    told = given(place="home", purpose="collect", notice=None)
    assert list(changed(still_open, on_record, [told])) == [f"{name} not as its permit's sealed row says"]
    assert list(changed(still_open, on_record, [given()])) == []
    assert list(changed(still_open, on_record, [])) == []


def test_what_was_changed_before_the_report_is_told_after_it():
    """The report seals the contact as it finds it."""
    on_record = contact("r1", made=MADE, purpose=Purpose.LEGAL_NOTICE)
    told = given(place="home", purpose="collect", notice=None)
    assert list(changed(permit(), on_record, [told])) == ["purpose not as its permit's sealed row says"]


@pytest.mark.parametrize("outcome", [Outcome.PENDING, Outcome.UNREPORTED])
@pytest.mark.parametrize(
    ("made", "breach", "said"),
    [
        ({"direction": Direction.IN}, None, "it counts as made by the customer, and nobody reported it"),
        ({"consented": "calls"}, None, "it counts as made with consent, and nobody reported it"),
        ({}, "stopped", "it counts as a breach, and nobody reported it"),
    ],
)
def test_a_contact_that_nobody_reported_says_nothing_that_only_a_report_can_say(outcome, made, breach, said):
    waits = outcome is Outcome.PENDING
    on_record = contact("r1", made=WAITING | {"outcome": outcome} | made, breach=breach)
    rows = [given()] if waits else [given(), closed(0, "expired")]
    kept = permit(state=PermitState.OPEN if waits else PermitState.EXPIRED)
    assert list(changed(kept, on_record, rows)) == [said]


def test_a_permit_is_given_once():
    anew = given(3, expires_at=at(90).isoformat())
    assert as_given(permit(), [given(), anew]).expires_at == at(60)
    assert list(changed(replace(permit(), expires_at=at(90)), contact("r1", made=MADE), [given(), anew]))


LAPSED = WAITING | {"outcome": Outcome.UNREPORTED}


@pytest.mark.parametrize(
    ("made", "is_cancelled", "state", "rows"),
    [
        (WAITING, False, PermitState.OPEN, []),
        (LAPSED, False, PermitState.EXPIRED, ["expired"]),
        (LAPSED, False, PermitState.EXPIRED, ["taken_back"]),
        (WAITING, True, PermitState.CANCELLED, ["cancelled"]),
        (LAPSED, True, PermitState.CANCELLED, ["taken_back", "cancelled"]),
        (LAPSED, True, PermitState.CANCELLED, []),
    ],
)
def test_a_permit_that_ended_as_its_rows_say_says_nothing(made, is_cancelled, state, rows):
    on_record = contact("r1", made=made, is_cancelled=is_cancelled)
    assert list(changed(permit(state=state), on_record, [given(), *(closed(0, each) for each in rows)])) == []


@pytest.mark.parametrize(
    ("made", "is_cancelled", "state", "rows", "told"),
    [
        (WAITING, True, "open", [], "it counts as not made, and its permit is open by the sealed rows"),
        (LAPSED, False, "open", [], "outcome unreported, and its permit is open by the sealed rows"),
        (LAPSED, True, "expired", ["expired"], "it counts as not made, and its permit is expired by the sealed rows"),
        (WAITING, False, "expired", ["expired"], "outcome pending, and its permit is expired by the sealed rows"),
        (WAITING, False, "cancelled", ["cancelled"], "it counts, and its permit is cancelled by the sealed rows"),
        (
            LAPSED,
            True,
            "cancelled",
            ["cancelled"],
            "outcome unreported, and its permit is cancelled by the sealed rows",
        ),
        (LAPSED, False, "open", ["expired"], "its permit is open, and the sealed rows say expired"),
    ],
)
def test_a_permit_that_did_not_end_as_its_rows_say_is_told(made, is_cancelled, state, rows, told):
    on_record = contact("r1", made=made, is_cancelled=is_cancelled)
    seals = [given(), *(closed(0, each) for each in rows)]
    assert list(changed(permit(state=PermitState(state)), on_record, seals)) == [told]
