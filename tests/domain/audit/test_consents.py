"""The auditor asks whether a consent held at that instant."""

from __future__ import annotations

import pytest

from domain.model.contact import Direction, Party

SMS = {"id": "texts", "grants": "channel", "channels": ["sms"]}


@pytest.mark.parametrize(
    ("rule", "given", "more", "held"),
    [
        ({}, {}, [], True),
        ({}, {"when": "2026-03-03T10:00"}, [], True),
        ({}, {"when": "2026-03-03T10:01"}, [], False),
        ({}, {"name": "other"}, [], False),
        ({}, {"days": 2}, [], False),
        ({}, {"days": 3}, [], True),
        ({"max_days": 2}, {}, [], False),
        ({"max_days": 2}, {"days": 3}, [], False),
        ({"max_days": 9}, {"days": 2}, [], False),
        ({"max_days": 2, "first_day": "next_day"}, {}, [], True),
        ({"max_days": 1, "first_day": "next_day"}, {}, [], False),
        ({}, {"until": "2026-03-03T10:00"}, [], False),
        ({}, {"until": "2026-03-03T10:01"}, [], True),
        ({}, {}, [("revocation", "2026-03-02T09:00")], False),
        ({}, {}, [("revocation", "2026-03-01T08:00")], True),
        ({}, {}, [("revocation", "2026-03-02T09:00"), ("consent", "2026-03-03T09:00")], True),
        ({"ends_on": ["conversation"]}, {}, [("call", "2026-03-02T09:00")], False),
        ({"ends_on": ["conversation"]}, {}, [("call", "2026-03-01T09:00")], True),
        ({"ends_on": ["revocation"]}, {}, [("call", "2026-03-02T09:00")], True),
        ({"must_be_given_to": "this_actor"}, {}, [], True),
        ({"must_be_given_to": "this_actor"}, {"collector": "agency-1"}, [], False),
        ({"must_be_given_to": "any"}, {"collector": "agency-1"}, [], True),
    ],
)
def test_a_channel_is_closed_unless_its_consent_held(w, rule, given, more, held):
    said = {"when": "2026-03-01T09:00", "name": "texts"} | given
    later = [w.call(t, "conversation") if kind == "call" else w.fact(t, kind, "texts") for kind, t in more]
    found = w.judged(w.ask(channel="sms"), w.pack(consents=[SMS | rule]), w.fact(kind="consent", **said), *later)
    assert found == (() if held else ("cn.texts",))


def test_other_channels_and_other_consents_need_none(w):
    assert w.judged(w.ask(), w.pack(consents=[SMS])) == ()
    assert w.judged(w.ask(channel="sms"), w.pack(consents=[SMS | {"grants": "extra_calls"}])) == ()


def test_without_a_zone_no_consent_is_made_up(w):
    assert w.judged(w.ask(channel="sms"), w.pack(consents=[SMS]), zones=()) == ("gate.zone_evidence", "cn.texts")


def test_a_consent_must_hold_in_each_zone(w):
    given = w.fact("2026-03-02T23:30", "consent", "texts", days=1)
    pack, late = w.pack(consents=[SMS]), w.ask("2026-03-03T00:30", "sms")
    assert w.judged(late, pack, given, zones=("UTC",)) == ()
    assert w.judged(late, pack, given, zones=("UTC", "Asia/Shanghai")) == ("cn.texts",)


@pytest.mark.parametrize(
    ("given", "asked", "breach"),
    [
        ({"channel": "sms"}, {}, False),
        ({"channel": "email"}, {}, True),
        ({"debts": ["A"]}, {"debts": ["A"]}, False),
        ({"debts": ["A"]}, {"debts": ["A", "B"]}, True),
        ({"debts": ["A"]}, {}, True),
    ],
)
def test_a_consent_opens_its_channel_and_its_debts_only(w, given, asked, breach):
    said = w.fact(kind="consent", when="2026-03-01T09:00", name="texts", **given)
    assert w.judged(w.ask(channel="sms", **asked), w.pack(consents=[SMS]), said) == (("cn.texts",) if breach else ())


def held(w, rule, given, *what, **question):
    said = w.fact(kind="consent", name="texts", **({"when": "2026-03-01T09:00"} | given))
    everybody = [{"id": party, "reach": "free"} for party in Party]
    pack = w.pack(consents=[SMS | rule], parties=everybody)
    found = w.judged(w.ask(channel="sms", **question), pack, said, *what)
    assert found in ((), ("cn.texts",))
    return not found


DEBTOR, GUARANTOR = {"party": Party.DEBTOR}, {"party": Party.GUARANTOR}
P1, P2 = GUARANTOR | {"party_id": "p1"}, GUARANTOR | {"party_id": "p2"}


@pytest.mark.parametrize(
    ("given", "asked", "opens"),
    [
        (DEBTOR, DEBTOR, True),
        (DEBTOR, GUARANTOR, False),
        (GUARANTOR, DEBTOR, False),
        (P1, P1, True),
        (P1, P2, False),
        (P1, GUARANTOR, False),
        (GUARANTOR, P1, True),
        ({"address": "m1"}, {"address": "m1"}, True),
        ({"address": "m1"}, {"address": "m2"}, False),
        ({"address": "m1"}, {}, False),
        ({}, {"address": "m2"}, True),
    ],
)
def test_a_consent_counts_for_who_gave_it_and_for_the_number_that_it_names(w, given, asked, opens):
    """12 CFR 1006.14(b)(3)(i): the consent of this person, given directly to the collector."""
    assert held(w, {}, given, **asked) == opens


DIRECT = {"ends_on": ["conversation"], "must_be_given_to": "this_actor"}
TO_ANY = {"ends_on": ["conversation"], "must_be_given_to": "any"}


@pytest.mark.parametrize(
    ("rule", "given", "spoken", "ends"),
    [
        (DIRECT, {}, {}, True),
        (DIRECT, {}, {"outcome": "voicemail"}, False),
        (DIRECT, {}, {"direction": Direction.IN}, True),
        (DIRECT, {}, GUARANTOR, False),
        (DIRECT, {}, {"collector": "agency-1"}, False),
        (TO_ANY, {}, {"collector": "agency-1"}, True),
        (DIRECT, {"debts": ("A",)}, {"debts": ("B",)}, False),
        (DIRECT, {"debts": ("A", "B")}, {"debts": ("B",)}, True),
        (DIRECT, {"debts": ("A",)}, {}, True),
        (DIRECT, {}, {"debts": ("B",)}, True),
        (DIRECT, {}, {"when": "2026-03-01T09:00"}, False),
        (DIRECT, P1, P1, True),
        (DIRECT, P1, P2, False),
        (DIRECT, P1, GUARANTOR, True),
        (DIRECT, GUARANTOR, P1, True),
        ({"ends_on": ["revocation"]}, {}, {}, False),
    ],
)
def test_a_consent_ends_with_the_conversation_that_it_was_given_for(w, rule, given, spoken, ends):
    """Comment 14(b)(3)(i)-2: with that person, about that debt, and by the collector to whom it was given."""
    who = {key: given[key] for key in ("party", "party_id", "debts") if key in given}
    talk = w.call(**({"when": "2026-03-02T09:00", "outcome": "conversation"} | spoken))
    assert held(w, rule, given, talk, **who) != ends


@pytest.mark.parametrize(("kinds", "opens"), [(("consent", "revocation"), False), (("revocation", "consent"), True)])
def test_of_what_was_said_at_one_instant_the_order_of_the_record_tells_the_later(w, kinds, opens):
    said = [w.fact("2026-03-02T09:00", kind, "texts") for kind in kinds]
    assert w.judged(w.ask(channel="sms"), w.pack(consents=[SMS]), *said) == (() if opens else ("cn.texts",))
