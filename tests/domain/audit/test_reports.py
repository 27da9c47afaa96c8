"""A contact on record is the one that was reported, and as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.audit.reports import judge_report
from domain.model.contact import Actor, Direction, Outcome, Party, Place, Purpose
from domain.model.strategy import Channel
from tests.domain.audit.sealing import TEN, at, contact, reported

BUSY = {"channel": Channel.CALL, "outcome": Outcome.BUSY, "address": None}


def of_report(on_record, *seals):
    return [breach.why.partition(": ")[2] for breach in judge_report(on_record, seals)]


def test_a_contact_that_is_as_it_was_reported_breaks_nothing():
    assert of_report(contact("r1", made=BUSY), reported()) == []
    assert of_report(contact("r1", made=BUSY)) == [], "that it was reported nowhere is another finding"


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ({"at": at(1)}, f"instant {at(1)}, its report says {TEN}"),
        ({"channel": Channel.VISIT}, "channel visit, its report says call"),
        ({"party": Party.SPOUSE}, "party spouse, its report says debtor"),
        ({"direction": Direction.IN}, "direction in, its report says out"),
        ({"actor": Actor.AGENCY}, "actor agency, its report says creditor"),
        ({"collector": "x"}, "collector x, its report says bank"),
        ({"outcome": Outcome.FAILED}, "outcome failed, its report says busy"),
    ],
)
def test_in_what_a_contact_differs_from_its_report_is_told_in_words(made, told):
    assert of_report(contact("r1", made=BUSY | made), reported()) == [told]


def test_a_breach_that_was_wiped_is_told():
    assert of_report(contact("r1", made=BUSY), reported(breach="stopped")) == ["breach none, its report says stopped"]


def test_who_named_nobody_in_a_report_meant_whom_the_permit_named():
    assert of_report(contact("r1", made=BUSY | {"address": "n1", "party_id": "x"}), reported()) == []
    named = reported(party_id="y", address_id="n2")
    assert len(of_report(contact("r1", made=BUSY | {"address": "n1", "party_id": "x"}), named)) == 1
    assert of_report(contact("r1", made=BUSY), named) == []


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"made": BUSY | {"consented": "texts"}}, "consented"),
        ({"made": BUSY | {"place": Place.WORKPLACE}}, "place"),
        ({"made": BUSY, "purpose": Purpose.LEGAL_NOTICE}, "purpose"),
        ({"made": BUSY, "notice": "letter"}, "notice"),
    ],
)
def test_what_a_report_need_not_tell_is_compared_where_it_does(changed, name):
    assert of_report(contact("r1", **changed), reported()) == []
    (told,) = of_report(contact("r1", **changed), reported(**{name: None}))
    assert told.startswith(name)


def test_a_contact_is_of_the_case_that_heard_of_it_unless_another_gave_leave():
    elsewhere = contact("r1", made=BUSY, case_id="a1/2")
    assert of_report(elsewhere, reported()) == ["case not as its report says"]
    assert of_report(replace(elsewhere, permit_id="r1"), reported()) == []


def test_a_bounce_tells_anew_what_became_of_it_and_nothing_else():
    bounce = reported(3, minutes=30, outcome="failed")
    assert of_report(contact("r1", made=BUSY | {"outcome": Outcome.FAILED}), reported(), bounce) == []
    assert len(of_report(contact("r1", made=BUSY), reported(), bounce)) == 1


def test_what_was_reported_counts():
    assert of_report(contact("r1", made=BUSY, is_cancelled=True), reported()) == [
        "it counts as not made, and was reported"
    ]
