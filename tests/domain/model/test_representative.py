"""Representatives in words: in which capacity, about what, and how far an authority has come."""

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from domain.model.contact import Party
from domain.model.representative import (
    REPRESENTATIVES,
    KnownRepresentative,
    MayDo,
    Representative,
    RepresentativeKind,
    RepresentativeState,
)
from domain.model.strategy import Channel

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)


def says(**more):
    said = {
        "representative_id": "auth-1",
        "person_id": "P-1",
        "kind": RepresentativeKind.ATTORNEY,
        "party_id": "adv-7",
        "may_do": (MayDo.CONTACT,),
        "evidence": "DOC-1",
        "evidence_channel": Channel.LETTER,
        "from_on": date(2026, 3, 2),
        **more,
    }
    return Representative.model_validate(said)


@pytest.mark.parametrize(
    ("kind", "party", "hold"),
    [
        (RepresentativeKind.GUARDIAN, Party.GUARDIAN, "guardian_appointed"),
        (RepresentativeKind.ATTORNEY, Party.ATTORNEY, "attorney_represented"),
        (RepresentativeKind.DEBT_ADVISER, Party.AGENCY_OF_DEBTOR, "attorney_represented"),
        (RepresentativeKind.RELATIVE, Party.AUTHORISED_PERSON, None),
    ],
)
def test_each_kind_is_a_party_of_the_rules_and_may_close_contact_with_the_customer(kind, party, hold) -> None:
    assert (kind.party, kind.hold) == (party, hold)
    assert party in REPRESENTATIVES


@pytest.mark.parametrize("until_on", [date(2026, 3, 2), date(2026, 3, 1)])
def test_an_authority_has_a_day_at_least(until_on) -> None:
    with pytest.raises(ValidationError, match="before its first day 2026-03-02 is over"):
        says(until_on=until_on)


def test_an_authority_is_for_something_and_never_for_a_name() -> None:
    with pytest.raises(ValidationError, match="may_do"):
        says(may_do=())
    with pytest.raises(ValidationError, match="party_id"):
        says(party_id="Dr Anna Example")


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ({}, RepresentativeState.ASKED),
        ({"checked_by": "op-2", "checked_at": AT}, RepresentativeState.CHECKED),
        ({"checked_by": "op-2", "checked_at": AT, "ended_by": "op-1", "ended_at": AT}, RepresentativeState.ENDED),
        ({"ended_by": "op-1", "ended_at": AT}, RepresentativeState.ENDED),
    ],
)
def test_an_authority_is_asked_then_checked_then_ended(steps, state) -> None:
    assert KnownRepresentative(representative=says(), asked_by="op-1", asked_at=AT, **steps).state is state
