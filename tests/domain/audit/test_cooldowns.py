"""The auditor counts days of rest, the first being day 1."""

from __future__ import annotations

import pytest

from domain.model.contact import Direction, Party

REST = {
    "id": "rest",
    "after": {"event": "conversation"},
    "days": 7,
    "blocks": {"channels": ["call"], "parties": ["debtor"]},
    "scope": ["person", "debt"],
    "actors_added": "each",
}


def rests(w, rule, *what, consents=(), **more):
    pack = w.pack(cooldowns=[REST | rule], consents=list(consents), parties=[{"id": p, "reach": "free"} for p in Party])
    found = w.judged(w.ask(**more), pack, *what)
    assert found in ((), ("cn.rest",))
    return bool(found)


@pytest.mark.parametrize(
    ("first_day", "when", "closed"),
    [
        ("event_day", "2026-02-24T10:15", False),
        ("event_day", "2026-02-25T10:15", True),
        ("event_day", "2026-03-03T09:59", True),
        ("event_day", "2026-03-03T10:01", False),
        ("next_day", "2026-02-23T10:15", False),
        ("next_day", "2026-02-24T10:15", True),
        ("next_day", "2026-03-03T09:59", True),
    ],
)
def test_the_days_of_rest_begin_with_the_event_or_the_day_after(w, first_day, when, closed):
    assert rests(w, {"first_day": first_day}, w.call(when, "conversation")) == closed


@pytest.mark.parametrize(
    ("rule", "event", "question", "closed"),
    [
        ({}, {"outcome": "voicemail"}, {}, False),
        ({}, {"direction": Direction.IN}, {}, True),
        ({}, {"direction": Direction.IN, "collector": "agency-1"}, {}, True),
        ({}, {"collector": "agency-1"}, {}, False),
        ({"actors_added": "all"}, {"collector": "agency-1"}, {}, True),
        ({"after": {"event": "conversation", "directions": ["out"]}}, {"direction": Direction.IN}, {}, False),
        ({}, {"channel": "visit"}, {}, False),
        ({}, {}, {"channel": "sms"}, False),
        ({}, {}, {"party": Party.GUARANTOR}, False),
        ({}, {"party": Party.GUARANTOR}, {}, False),
        ({}, {"debts": ("a",)}, {"debts": ("b",)}, False),
        ({}, {"debts": ("a", "b")}, {"debts": ("b", "c")}, True),
        ({}, {"debts": ("a",)}, {}, True),
        ({"scope": []}, {"debts": ("a",), "party": Party.GUARANTOR}, {"debts": ("b",)}, True),
        ({"effect": "warn"}, {}, {}, False),
        ({"effect": "presumption"}, {}, {}, True),
    ],
)
def test_a_cooldown_begins_with_its_event_and_closes_what_it_blocks(w, rule, event, question, closed):
    spoken = w.call("2026-03-02T10:15", **({"outcome": "conversation"} | event))
    assert rests(w, rule, spoken, **question) == closed


def test_a_consent_lifts_the_rest_until_the_conversation_that_it_was_given_for(w):
    prior = {"id": "prior", "grants": "extra_calls", "max_days": 7, "ends_on": ["conversation"]}
    rule = {"ignore_while": ["prior"]}
    spoken, given = w.call("2026-03-02T10:15", "conversation"), w.fact("2026-03-02T10:20", "consent", "prior")
    again = w.call("2026-03-03T09:00", "conversation")
    assert rests(w, rule, spoken, consents=[prior])
    assert not rests(w, rule, spoken, given, consents=[prior])
    assert rests(w, rule, spoken, given, again, consents=[prior])


def test_the_dates_are_told_in_each_zone(w):
    pack = w.pack(cooldowns=[REST | {"days": 1}])
    spoken = w.call("2026-03-02T23:30", "conversation")
    assert w.judged(w.ask("2026-03-03T00:30"), pack, spoken) == ()
    assert w.judged(w.ask("2026-03-03T00:30"), pack, spoken, zones=("Asia/Shanghai", "UTC")) == ("cn.rest",)
