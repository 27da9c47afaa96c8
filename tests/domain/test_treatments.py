"""Treatments: every rule pack knows the hold that each lays, and the hold closes just what the treatment says."""

import pytest

from domain.model.contact import Purpose
from domain.model.pack import Blocked
from domain.model.strategy import Channel
from domain.model.treatment import Treatment
from policies import load_rules
from policies.packs import Shelf


@pytest.mark.parametrize("rules", Shelf().names())
@pytest.mark.parametrize("treatment", Treatment)
def test_every_stack_knows_the_hold_of_every_treatment(rules, treatment) -> None:
    known = {hold.id for pack in load_rules(rules).packs for hold in pack.holds}
    assert treatment.hold in known, "a hold that no pack knows would stop everything"


@pytest.mark.parametrize(
    ("treatment", "closed"),
    [
        (Treatment.NO_CALLS, {Channel.CALL, Channel.VISIT}),
        (Treatment.LETTERS_ONLY, set(Channel) - {Channel.LETTER, Channel.FILE}),
        (Treatment.SPECIALIST, set(Channel)),
        (Treatment.MORE_TIME, set()),
    ],
)
def test_each_closes_what_it_says(treatment, closed) -> None:
    (hold,) = (hold for hold in load_rules("base").packs[0].holds if hold.id == treatment.hold)
    stops_contact = Blocked.COLLECT_CONTACT in hold.blocks
    assert (set(hold.channels) if stops_contact else set()) == closed
    assert Purpose.COLLECT not in hold.allows
