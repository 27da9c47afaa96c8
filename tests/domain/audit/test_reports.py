"""A contact on record is the one that was reported, and as it was."""

from __future__ import annotations

import pytest

from domain.audit.reports import judge_report
from domain.model.contact import Actor, Direction, Outcome, Party
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


def test_a_consent_is_compared_where_the_report_tells_of_one():
    claimed = contact("r1", made=BUSY | {"consented": "texts"})
    assert of_report(claimed, reported()) == []
    assert of_report(claimed, reported(consented=None)) == ["consented texts, its report says none"]


def test_a_bounce_tells_anew_what_became_of_it_and_nothing_else():
    bounce = reported(3, minutes=30, outcome="failed")
    assert of_report(contact("r1", made=BUSY | {"outcome": Outcome.FAILED}), reported(), bounce) == []
    assert len(of_report(contact("r1", made=BUSY), reported(), bounce)) == 1


def test_what_was_reported_counts():
    assert of_report(contact("r1", made=BUSY, is_cancelled=True), reported()) == [
        "it counts as not made, and was reported"
    ]
