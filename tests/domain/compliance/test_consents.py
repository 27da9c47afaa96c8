"""Consents: for whom, for how long, and what ends them."""

import pytest

from domain.model.contact import Direction, Party
from domain.model.strategy import Channel
from tests.domain.compliance.small_packs import (
    LOS_ANGELES,
    NEW_YORK,
    answer,
    ask,
    contact,
    fact,
    pack,
    record,
    rule,
    verdict,
)

PARTIES = [rule("debtor", reach="free"), rule("guarantor", reach="free")]


def closed(**says):
    return pack(consents=[rule("mail", grants="channel", channels=["email"], **says)], parties=PARTIES)


def given(at="2026-03-01T12:00", name="mail", **says):
    return fact(at, "consent", name, **says)


def test_a_channel_is_closed_without_consent_and_the_others_are_not():
    assert answer(ask(channel="email"), record(), closed()) == "event"
    assert answer(ask(channel="sms"), record(), closed()) == "allow"


@pytest.mark.parametrize(
    ("says", "terms", "asked", "holds"),
    [
        ({}, {}, {}, True),
        ({"name": "other"}, {}, {}, False),
        ({"at": "2026-03-03T12:01"}, {}, {}, False),
        ({"days": 2}, {}, {}, False),
        ({"days": 3}, {}, {}, True),
        ({"days": 9}, {"max_days": 2}, {}, False),
        ({}, {"max_days": 3}, {}, True),
        ({"days": 2}, {"first_day": "next_day"}, {}, True),
        ({"until": "2026-03-03T12:00"}, {}, {}, False),
        ({"until": "2026-03-03T12:01"}, {}, {}, True),
        ({"collector": "agency-1"}, {}, {}, True),
        ({"collector": "agency-1"}, {"must_be_given_to": "this_actor"}, {}, False),
        ({"collector": "agency-1"}, {"must_be_given_to": "this_actor"}, {"collector": "agency-1"}, True),
        ({"channel": Channel.EMAIL}, {}, {}, True),
        ({"channel": Channel.SMS}, {}, {}, False),
        ({"debts": ("a",)}, {}, {"debts": ("a",)}, True),
        ({"debts": ("a",)}, {}, {"debts": ("a", "b")}, False),
    ],
)
def test_a_consent_holds_within_its_terms(says, terms, asked, holds):
    allowed = answer(ask(channel="email", **asked), record(given(**says)), closed(**terms)) == "allow"
    assert allowed is holds


def test_a_consent_must_hold_in_every_zone():
    said = given("2026-03-02T01:00", days=1, zone=NEW_YORK)  # 1 March on the Pacific coast
    both = record(said, zones=(NEW_YORK, LOS_ANGELES))
    assert answer(ask("2026-03-02T02:00", "email", zone=NEW_YORK), both, closed()) == "allow"
    assert answer(ask("2026-03-02T03:00", "email", zone=NEW_YORK), both, closed()) == "event"


@pytest.mark.parametrize(
    ("ender", "terms", "holds"),
    [
        (fact("2026-03-02T12:00", "revocation", "mail"), {}, False),
        (fact("2026-03-02T12:00", "revocation", "mail"), {"ends_on": []}, False),
        (fact("2026-03-01T12:00", "revocation", "mail"), {}, False),  # of one instant, the order of the record counts
        (fact("2026-03-01T11:59", "revocation", "mail"), {}, True),
        (fact("2026-03-02T12:00", "revocation", "other"), {}, True),
        (contact("2026-03-02T12:00", "conversation"), {}, True),
        (contact("2026-03-02T12:00", "conversation"), {"ends_on": ["conversation"]}, False),
        (contact("2026-03-03T12:00", "conversation"), {"ends_on": ["conversation"]}, False),
        (contact("2026-03-01T12:00", "conversation"), {"ends_on": ["conversation"]}, True),
        (contact("2026-03-02T12:00", "voicemail"), {"ends_on": ["conversation"]}, True),
    ],
)
def test_what_comes_later_ends_a_consent(ender, terms, holds):
    allowed = answer(ask(channel="email"), record(given(), ender), closed(**terms)) == "allow"
    assert allowed is holds


def test_a_revocation_on_record_before_a_consent_of_the_same_instant_leaves_it():
    entries = record(fact("2026-03-01T12:00", "revocation", "mail"), given())
    assert answer(ask(channel="email"), entries, closed()) == "allow"


GUARANTOR = Party.GUARANTOR


@pytest.mark.parametrize(
    ("says", "asked", "holds"),
    [
        # 12 CFR 1006.14(b)(3)(i): "prior consent given directly" is that of the person who is called
        ({}, {}, True),
        ({}, {"party": GUARANTOR}, False),
        ({"party": GUARANTOR}, {}, False),
        ({"party": GUARANTOR}, {"party": GUARANTOR}, True),
        ({"party_id": "p1"}, {"party_id": "p1"}, True),
        ({"party_id": "p1"}, {"party_id": "p2"}, False),
        ({"party_id": "p1"}, {}, False),
        ({}, {"party_id": "p1"}, True),
        # and goes no further than the number that it was given for
        ({"address": "e1"}, {"address": "e1"}, True),
        ({"address": "e1"}, {"address": "e2"}, False),
        ({"address": "e1"}, {}, False),
        ({}, {"address": "e1"}, True),
    ],
)
def test_a_consent_counts_for_who_gave_it_and_at_the_address_that_it_names(says, asked, holds):
    allowed = answer(ask(channel="email", **asked), record(given(**says)), closed()) == "allow"
    assert allowed is holds


THIS_ACTOR = {"must_be_given_to": "this_actor"}


@pytest.mark.parametrize(
    ("spoke", "says", "terms", "holds"),
    [
        # comment 14(b)(3)(i)-2: the consent ends with the conversation that was consented to
        ({}, {}, {}, False),
        ({"direction": Direction.IN}, {}, {}, False),
        ({"party": Party.SPOUSE}, {}, {}, True),
        ({"party_id": "p1"}, {}, {}, False),
        ({"party_id": "p2"}, {"party_id": "p1"}, {}, True),
        ({"collector": "agency-1"}, {}, {}, False),
        ({"collector": "agency-1"}, {}, THIS_ACTOR, True),
        ({"collector": "agency-1"}, {"collector": "agency-1"}, THIS_ACTOR, False),
        ({"debts": ("b",)}, {"debts": ("a",)}, {}, True),
        ({"debts": ("a", "b")}, {"debts": ("a",)}, {}, False),
        ({}, {"debts": ("a",)}, {}, False),
        ({"debts": ("b",)}, {}, {}, False),
    ],
)
def test_a_consent_ends_with_the_conversation_that_was_consented_to(spoke, says, terms, holds):
    rules = closed(ends_on=["conversation"], **terms)
    question = ask(channel="email", party_id="p1", debts=("a",), collector=says.get("collector", "bank"))
    entries = record(given(**says), contact("2026-03-02T12:00", "conversation", **spoke))
    assert (answer(question, entries, rules) == "allow") is holds


def test_a_new_consent_holds_after_the_old_one_was_taken_back():
    taken_back = fact("2026-03-02T12:00", "revocation", "mail")
    assert answer(ask(channel="email"), record(given(), taken_back, given("2026-03-02T13:00")), closed()) == "allow"


def test_a_consent_that_runs_out_before_the_window_opens_leaves_an_event():
    nightly = pack(
        consents=[rule("mail", grants="channel", channels=["email"], max_days=1)],
        windows=[rule("day", open="08:00", close="22:00")],
    )
    found = verdict(ask("2026-03-01T23:00", "email"), record(given()), nightly)
    assert (found.refused_by, str(found.next), found.next_at) == (("xx.day",), "event", None)
    assert str(found.refusals[0].next) == "instant"


def test_a_consent_opens_the_party_that_needs_it():
    rules = pack(
        parties=[rule("attorney", reach="conditional", condition="speak")],
        consents=[rule("speak", grants="third_party")],
    )
    question = ask(party=Party.ATTORNEY)
    assert answer(question, record(), rules) == "event"
    assert answer(question, record(given(name="speak", party=Party.ATTORNEY)), rules) == "allow"
    assert answer(question, record(given(name="speak")), rules) == "event", "the fact names whom it opens"
