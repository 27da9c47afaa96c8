"""A contact on record is the message that was intended, sealed and sent, or the report that was told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.audit.matching import judge_message
from domain.model.contact import Actor, Direction, Outcome, Party, Place, Purpose
from domain.model.facts import MessageState
from domain.model.strategy import Channel
from tests.domain.audit.sealing import KEY, at, contact, intended, message, point

DIFFERS, UNASKED = "gate.contact_differs", "gate.unasked"
CANCELLED = {"is_cancelled": True}
SEALED = (intended(),)


def found(kept, on_record, points=None, seals=SEALED):
    return list(judge_message(kept, on_record, point() if points is None else points, seals))


def rules(*asked, **more):
    return [breach.rule for breach in found(*asked, **more)]


def test_a_message_and_its_contact_that_are_one_break_nothing():
    assert found(message(), contact()) == []
    assert found(message(), contact(), seals=()) == [], "that rows are missing is another finding"


def test_a_task_to_call_has_no_contact():
    assert found(message(channel=Channel.CALL), None, seals=[intended(channel="call")]) == []
    assert found(message(channel=Channel.CALL), None, seals=()) == []


def test_a_message_that_became_a_task_to_call_needs_its_contact_all_the_same():
    assert rules(message(channel=Channel.CALL), None) == [UNASKED]
    as_call = contact(made={"channel": Channel.CALL})
    (breach,) = found(message(channel=Channel.CALL), as_call, points=point(channel=Channel.CALL))
    assert breach.why.endswith("channel call, the sealed row says sms")


def test_a_contact_under_the_key_of_a_task_to_call_is_not_believed():
    on_record = contact(made={"channel": Channel.CALL})
    (breach,) = found(message(channel=Channel.CALL), on_record, seals=[intended(channel="call")])
    assert (breach.rule, breach.reference) == (DIFFERS, KEY)


@pytest.mark.parametrize(
    ("state", "on_record", "is_unasked"),
    [
        ("sent", None, True),
        ("unknown", None, True),
        ("failed", None, True),
        ("sent", contact(**CANCELLED), True),
        ("unknown", contact(made={"outcome": Outcome.PENDING}, **CANCELLED), True),
        ("sent", contact(made={"direction": Direction.IN}), True),
        ("unknown", contact(made={"outcome": Outcome.PENDING, "direction": Direction.IN}), True),
        ("sent", contact(made={"outcome": Outcome.PENDING}), True),
        ("unknown", contact(made={"outcome": Outcome.PENDING}), False),
        ("sending", contact(made={"outcome": Outcome.PENDING}), False),
        ("failed", contact(made={"outcome": Outcome.FAILED}), False),
        ("refused", contact(made={"outcome": Outcome.PENDING}, **CANCELLED), False),
    ],
)
def test_what_left_or_may_have_left_is_on_record(state, on_record, is_unasked):
    assert rules(message(state=MessageState(state)), on_record) == ([UNASKED] if is_unasked else [])


@pytest.mark.parametrize("state", ["failed", "refused"])
def test_what_was_never_intended_and_never_left_needs_no_contact(state):
    assert found(message(state=MessageState(state)), None, seals=()) == []


@pytest.mark.parametrize(
    ("state", "on_record"),
    [
        ("sending", contact(made={"outcome": Outcome.FAILED})),
        ("sending", contact(made={"outcome": Outcome.PENDING}, **CANCELLED)),
        ("sending", contact(made={"outcome": Outcome.PENDING, "direction": Direction.IN})),
        ("failed", contact()),
        ("refused", contact(made={"outcome": Outcome.PENDING})),
        ("sent", contact(made={"outcome": Outcome.FAILED})),
    ],
)
def test_an_outcome_that_is_not_the_messages_is_named(state, on_record):
    assert rules(message(state=MessageState(state)), on_record) == [DIFFERS]


@pytest.mark.parametrize(
    ("on_record", "name"),
    [
        (contact(made={"at": at(1)}), "instant"),
        (replace(contact(), person_id="p2"), "person"),
        (contact(case_id="a2/1"), "case"),
        (contact(purpose=Purpose.LEGAL_NOTICE), "purpose"),
        (contact(notice="letter"), "notice"),
        (contact(made={"channel": Channel.EMAIL}), "channel"),
        (contact(made={"actor": Actor.AGENCY}), "actor"),
        (contact(made={"collector": "x"}), "collector"),
        (contact(made={"party": Party.SPOUSE}), "party"),
        (contact(made={"party_id": "x"}), "party_id"),
        (contact(made={"place": Place.WORKPLACE}), "place"),
        (contact(made={"address": "n2"}), "contact point"),
        (contact(made={"debts": ()}), "debts"),
        (contact(made={"consented": "agreed_calls"}), "consented"),
    ],
)
def test_in_what_a_contact_differs_is_told_in_words(on_record, name):
    (breach,) = found(message(), on_record)
    assert (breach.rule, breach.reference, breach.at) == (DIFFERS, KEY, on_record.made.at)
    assert name in breach.why


def test_ids_and_addresses_are_not_told():
    (breach,) = found(message(), contact(made={"address": "Canary"}))
    assert breach.why.endswith("contact point not as the message says; contact point not as the sealed row says")
    (breach,) = found(message(notice="letter"), contact(), seals=[intended(legal_notice="letter")])
    assert breach.why.endswith("notice none, the message says letter; notice none, the sealed row says letter")


@pytest.mark.parametrize(
    "points",
    [
        {},
        point(channel=Channel.CALL),
        point(party=Party.SPOUSE),
        point(party_id="x"),
        point(place=Place.WORKPLACE),
    ],
)
def test_a_contact_point_is_the_persons_and_as_the_contact_says(points):
    assert rules(message(), contact(), points=points) == [DIFFERS]


def test_a_message_to_no_certain_address_is_asked_for_none():
    no_address = [intended(contact_point_id=None)]
    assert rules(message(address=None), contact(made={"address": None}), points={}, seals=no_address) == []
    assert list(judge_message(message(), contact(), None, [intended()])) == [], "nobody knows whose it is"


@pytest.mark.parametrize("name", ["at", "content"])
def test_a_message_is_as_it_was_first_intended(name):
    changed = {"at": at(1)} if name == "at" else {"content": "others"}
    assert rules(replace(message(), **changed), contact()) == [DIFFERS]


def test_a_message_that_was_tried_again_has_its_contact_at_the_last_instant():
    again = intended(2, "notice_tried_again", at=at(9), contact_at=at(9).isoformat(), content="others")
    assert rules(message(), contact(made={"at": at(9)}), seals=[intended(), again]) == []
    assert rules(message(), contact(), seals=[intended(), again]) == [DIFFERS]


@pytest.mark.parametrize("name", ["contact_at", "person_id", "party", "place", "collector", "actor", "purpose"])
def test_a_row_that_does_not_say_it_is_no_evidence_of_it(name):
    assert rules(message(), contact(), seals=[intended(**{name: None})]) == [DIFFERS]
