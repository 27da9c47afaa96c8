"""Speakers: who is contacted instead of the customer, where a hold of the packs turns to them."""

import pytest

from domain.compliance.speakers import CUSTOMER, Speaker, addressee, speakers
from domain.model.contact import Actor, Party, Place, Purpose
from domain.model.facts import Reach
from domain.model.strategy import Channel
from tests.domain.compliance.small_packs import ask, fact, pack, record, rule

DAY = "2026-03-01T10:00"
ADVOCATE, OTHER = Speaker(Party.ATTORNEY, "adv-7"), Speaker(Party.ATTORNEY, "adv-8")


def rules(id="xx", *, hold=None, **says):
    """A hold that turns to attorneys, and authorities."""
    given = {"opened_by": "on", "closed_by": ["off"], "blocks": ["collect_contact"], "turns_to": ["attorney"]}
    parties = [rule("debtor", reach="free"), rule("attorney", reach="conditional", condition="authority")]
    consents = [rule("authority", grants="third_party")]
    holds = [rule("represented", **{**given, "parties": ["debtor"], **(hold or {})})]
    return pack(id, **{"holds": holds, "parties": parties, "consents": consents, **says})


def lies(**more):
    return fact(DAY, "hold", "represented", **more)


def may_speak(party_id="adv-7", at=DAY, **more):
    return fact(at, "consent", "authority", party=Party.ATTORNEY, party_id=party_id, **more)


def found(*facts, packs=None, **asked):
    return speakers(ask(**{"debts": ("a",), **asked}), record(*facts), packs or (rules(),))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((), ()),
        ((lies(),), ()),
        ((may_speak(),), ()),
        ((lies(), may_speak()), (ADVOCATE,)),
        ((lies(debts=("b",)), may_speak()), ()),
        ((lies(), may_speak(debts=("b",))), ()),
        ((lies(debts=("a",)), may_speak(debts=("a", "b"))), (ADVOCATE,)),
        ((lies(party=Party.GUARANTOR), may_speak()), ()),
        ((lies(), may_speak(until="2026-03-03T12:00")), ()),
        ((lies(), may_speak(until="2026-03-03T12:01")), (ADVOCATE,)),
        ((lies(), may_speak(at="2026-03-03T12:01")), ()),
        ((lies(), may_speak(), fact("2026-03-02T10:00", "event", "off")), ()),
        ((lies(), may_speak(), may_speak("adv-8", at="2026-03-02T10:00")), (OTHER, ADVOCATE)),
        ((lies(), may_speak(), may_speak(at="2026-03-02T10:00")), (ADVOCATE,)),
        ((lies(), fact(DAY, "consent", "authority", party=Party.SPOUSE)), ()),
        ((lies(), fact(DAY, "consent", "another", party=Party.ATTORNEY, party_id="adv-7")), ()),
    ],
)
def test_who_speaks_is_whom_a_hold_turns_to_and_whose_authority_holds(facts, expected):
    assert found(*facts, packs=(rules(hold={"scope": "debt"}),)) == expected


@pytest.mark.parametrize(
    ("hold", "asked", "turns"),
    [
        ({}, {}, True),
        ({"turns_to": []}, {}, False),
        ({"turns_to": ["guardian"]}, {}, False),
        ({"parties": ["guarantor"]}, {}, False),
        ({"channels": ["sms"]}, {}, False),
        ({"place": "workplace"}, {}, False),
        ({"place": "workplace"}, {"place": Place.WORKPLACE}, True),
        ({"allows": ["legal_notice"]}, {"purpose": Purpose.LEGAL_NOTICE}, False),
        ({}, {"purpose": Purpose.SERVICE_NOTICE}, False),
        ({}, {"party": Party.GUARANTOR}, False),
    ],
)
def test_only_what_the_hold_closes_to_the_customer_goes_to_who_speaks(hold, asked, turns):
    assert bool(found(lies(), may_speak(), packs=(rules(hold=hold),), **asked)) is turns


def test_a_hold_on_the_person_turns_for_every_debt():
    assert found(lies(debts=("b",)), may_speak()) == (ADVOCATE,)


def test_a_pack_that_does_not_bind_turns_to_nobody():
    agencies = rules(applies_to={"actors": ["agency"]})
    assert found(lies(), may_speak(), packs=(agencies,)) == ()
    assert found(lies(), may_speak(), packs=(agencies,), actor=Actor.AGENCY, collector="north") == (ADVOCATE,)


def test_under_packs_that_know_no_authority_nobody_speaks():
    assert found(lies(), may_speak(), packs=(rules(consents=[], parties=[rule("debtor", reach="free")]),)) == ()


def test_every_pack_that_knows_authorities_must_let_them_speak():
    short = [rule("authority", grants="third_party", max_days=1)]
    assert found(lies(), may_speak(), packs=(rules(), rules("yy", consents=short))) == ()


def test_a_pack_that_looks_at_the_first_zone_counts_its_days_there():
    zones, ends_on_the_third = (
        ("Asia/Taipei", "Pacific/Kiritimati"),
        [rule("authority", grants="third_party", max_days=3)],
    )
    facts, at_night = record(lies(), may_speak(), zones=zones), ask("2026-03-03T20:00", debts=("a",))
    of_the_first = rules(clock={"multi_zone": "first"}, consents=ends_on_the_third)
    assert speakers(at_night, facts, (of_the_first,)) == (ADVOCATE,)
    assert speakers(at_night, facts, (rules(consents=ends_on_the_third),)) == ()


# --- whom a message is for


def point(channel="letter", party=Party.ATTORNEY, party_id="adv-7"):
    return Reach(address=f"{party}-{party_id}", channel=Channel(channel), party=party, party_id=party_id)


OWN = point(party=Party.DEBTOR, party_id=None)


def to(*points, facts=()):
    return addressee(ask(channel="letter"), record(*facts), (rules(),), points)


def test_a_message_is_for_the_customer_when_nobody_speaks_for_them():
    assert to(OWN, point()) == CUSTOMER
    assert to() == CUSTOMER


def test_a_message_is_for_the_one_told_of_last_who_can_be_reached():
    both = (lies(), may_speak(), may_speak("adv-8", at="2026-03-02T10:00"))
    assert to(OWN, point(), point(party_id="adv-8"), facts=both) == OTHER
    assert to(OWN, point(), point("email", party_id="adv-8"), facts=both) == ADVOCATE
    assert to(OWN, facts=both) == OTHER, "never the customer: that nobody can be reached is told by name"


def test_a_notice_that_the_law_requires_is_for_the_customer_though_the_hold_closes_it():
    facts, points = record(lies(), may_speak()), (OWN, point())
    whom = {
        purpose: addressee(ask(channel="letter", purpose=purpose), facts, (rules(),), points)
        for purpose in (Purpose.COLLECT, Purpose.LEGAL_NOTICE)
    }
    assert whom == {Purpose.COLLECT: ADVOCATE, Purpose.LEGAL_NOTICE: CUSTOMER}


@pytest.mark.parametrize(
    ("speaker", "where", "expected"),
    [
        (CUSTOMER, OWN, True),
        (CUSTOMER, point(party=Party.DEBTOR, party_id="d-1"), True),
        (CUSTOMER, point(), False),
        (ADVOCATE, point(), True),
        (ADVOCATE, point(party_id="adv-8"), False),
        (ADVOCATE, point(party_id=None), False),
        (ADVOCATE, OWN, False),
    ],
)
def test_a_point_that_does_not_tell_whose_it_is_belongs_to_no_speaker(speaker, where, expected):
    assert speaker.is_reached_at(where) is expected


def test_the_first_point_on_the_channel_is_taken():
    points = (OWN, point("email"), point(party_id="adv-8"), point())
    assert ADVOCATE.point_on(Channel.LETTER, points) == point()
    assert ADVOCATE.point_on(Channel.SMS, points) is None


def test_a_speaker_is_named_by_codes():
    assert [str(ADVOCATE), str(CUSTOMER)] == ["attorney adv-7", "debtor"]
