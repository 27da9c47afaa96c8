"""The auditor asks whether a consent held at that instant."""

from __future__ import annotations

import pytest

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
