"""Worked examples: what is said about broken ones, one line for each fault, at its place."""

from __future__ import annotations

import pytest

from domain.model.contact import PastFact
from domain.model.errors import InputError
from policies.examples import parse_examples
from tests.policies.plain_example import PLAIN, one, with_event

EVENT = "events: [{at: '2026-03-02T09:00', "
"""It begins in column 12 of the fourth line; what follows, in column 37."""


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("expect: allow", "expect: perhaps", '6:11: expect: "perhaps" is none of allow, deny'),
        ("expect: allow", "expect: alow", '6:11: expect: "alow" is not known: did you mean "allow"?'),
        ("expect: allow", "expct: allow", '6:3: unknown key "expct": did you mean "expect"?'),
        ("expect: allow", "", '1:3: "expect" is missing'),
        ("id: A-1", "basis: design", '1:3: "id" is missing'),
        ("id: A-1", 'id: "\\ud800"', "1:7: U+D800 is a surrogate, half a character: remove it"),
        ("id: A-1", 'id: "a\\0b"', "1:7: U+0000 is a control character: remove it"),
        ("pack: us.reg_f", "pack: atlantis", '2:9: no rule pack "atlantis": there are au, base'),
        ("pack: us.reg_f", "pack: us.reg_g", '2:9: no rule pack "us.reg_g": did you mean "us.reg_f"?'),
        ("pack: us.reg_f", "pack: [[cn]]", "2:10: pack: this must be a text"),
        ("  pack: us.reg_f\n", "", '1:3: "pack" is missing'),
        ("America/New_York", "America/Atlantis", '3:7: no time zone "America/Atlantis"'),
        ("[America/New_York]", '["a\\0b"]', "3:8: U+0000 is a"),
        ("T10:00", "T25:00", '5:13: at: "2026-03-03T25:00" is no time: write "2026-03-03T09:30"'),
        ('"2026-03-03T10:00"', '"9999-12-31T23:59"', "5:13: at: 9999-12-31 is out of range: write"),
        ('"2026-03-03T10:00"', '"0001-01-01T00:00Z"', "5:13: at: 0001-01-01 is out of range"),
        ("tz: [America/New_York]", "tz: []", '3:7: "tz" is missing: times without Z'),
        ("  tz: [America/New_York]\n", "", '1:3: "tz" is missing'),
        ("channel: call", "channel: pigeon", '5:42: channel: "pigeon" is none of call, sms'),
        ("channel: call", "channel: [call]", "5:42: channel: this must be a text"),
        ("channel: call", "channel: call, notice: n1", '5:56: notice: no pack of this example knows the notice "n1"'),
        ('ask: {at: "2026-03-03T10:00", channel: call}', "ask: now", '5:8: "ask" is missing'),
        ('  ask: {at: "2026-03-03T10:00", channel: call}\n', "", '1:3: "ask" is missing'),
        ("events: []", "events: {}", "4:11: events are a list"),
        ("events: []", "events: [now]", "4:12: this must be a mapping"),
        ("events: []", EVENT + "kind: song}]", '4:43: kind: "song" is none of call, sms, email'),
        ("events: []", EVENT + "kind: cal}]", '4:43: kind: "cal" is not known: did you mean "call"'),
        ("events: []", EVENT + "outcome: busy}]", '4:12: "kind" is missing'),
        ("events: []", EVENT + "kind: call}]", '4:12: "outcome" is missing'),
        ("events: []", EVENT + "kind: sms, why: x}]", '4:48: unknown key "why"'),
        ("events: []", EVENT + "kind: opt_out, days: -1}]", "4:58: days: this must be a whole number"),
        ("events: []", EVENT + f"kind: opt_out, days: {'9' * 5000}}}]", "4:58: a number of 5000 digits: write"),
        ("events: []", EVENT + "kind: opt_out, until: 2026-03-02T08:59}]", '4:59: until: it lies before "at"'),
        ("events: []", EVENT + "kind: opt_out, until: soon}]", '4:59: until: "soon" is no time'),
        ("events: []", EVENT + "kind: agreed_window, open: 9, close: '10:00'}]", '4:64: "9" is no time'),
        ("events: []", EVENT + "kind: agreed_window, open: '09:00'}]", '4:12: "close" is missing'),
        ("events: []", EVENT + "kind: refusal}]", "4:43: kind: a debtor who refuses is a hold, such as"),
        ("events: []", EVENT + "kind: zone, name: Bogus/Nowhere}]", '4:55: no time zone "Bogus/Nowhere"'),
        ("events: []", EVENT + "kind: hold}]", '4:12: "hold" is missing'),
        ("events: []", EVENT + "kind: hold, hold: bankrupcy}]", '4:55: hold: no pack has a hold "bankrupcy"'),
        ("events: []", EVENT + "kind: release, hold: bankrupcy}]", '4:58: hold: no pack has a hold "bankrupcy"'),
        ("events: []", EVENT + "kind: event, name: verification_maild}]", 'the event "verification_maild": did'),
        ("events: []", EVENT + "kind: consent, consent: prior}]", '4:61: consent: no pack of this example knows'),
        ("events: []", EVENT + "kind: revocation, name: prior_consnt}]", '4:61: name: no pack of this example knows'),
        ("events: []", EVENT + "kind: notice, notice: validation}]", 'the notice "validation": did you mean'),
        ("events: []", EVENT + "kind: sms, consented: prior}]", '4:59: consented: no pack of this example'),
    ],
)  # fmt: skip
def test_a_broken_example_is_refused_in_one_line_at_its_place(old, new, fault):
    assert old in PLAIN
    with pytest.raises(InputError) as refused:
        parse_examples(PLAIN.replace(old, new, 1), "own.yaml")
    (line,) = str(refused.value).splitlines()
    assert line.startswith("own.yaml:")
    assert fault in line
    assert len(line) < 250


@pytest.mark.parametrize(
    ("opens", "closes", "is_empty"),
    [
        ("09:00", "09:00", True),
        ("00:00", "00:00", True),
        ("24:00", "24:00", True),
        ("24:00", "00:00", True),
        ("00:00", "24:00", False),
        ("09:00", "08:59", False),
    ],
)
@pytest.mark.parametrize("kind", ["agreed_window", "preferred_window", "inconvenient_window"])
@pytest.mark.parametrize("close", ["close", "closes"])
def test_hours_that_close_when_they_open_are_refused(kind, opens, closes, is_empty, close):
    event = f"kind: {kind}, open: '{opens}', {close}: '{closes}'"
    if not is_empty:
        assert isinstance(with_event(event), PastFact)
        return
    with pytest.raises(InputError) as refused:
        with_event(event)
    assert str(refused.value).endswith(f": {close}: the hours are empty: they close when they open")


def test_every_fault_is_one_line_and_those_that_follow_from_another_are_none():
    text = """- id: A-1
  pack: us.reg_f
  tz: [Bogus/Nowhere]
  events:
    - {at: "2026-03-02T09:00", kind: telegraph}
    - {at: "2026-03-02T09:00", kind: agreed_window, open: "09:00", close: "09:00", until: "2026-03-01T09:00"}
  expect: deny
  next: tomorrow
- id: A-2
  pack: us.regf
  ask: {at: "2026-03-03T10:00", chanel: call}
  expect: allow
"""
    with pytest.raises(InputError) as refused:
        parse_examples(text, "own.yaml")
    assert [line.split(": ", 1)[1][:24] for line in str(refused.value).splitlines()] == [
        '"ask" is missing',
        'no time zone "Bogus/Nowh',
        'next: "tomorrow" is no t',
        'no rule pack "us.regf": ',
    ]


def test_packs_that_cannot_stand_together_are_refused_where_they_are_named():
    with pytest.raises(InputError, match="2:9: cn and uk cannot stand together: country CN and GB"):
        one(PLAIN.replace("us.reg_f", "[cn, uk]"))


def test_consent_to_calls_needs_a_pack_that_knows_one():
    with pytest.raises(InputError, match="no pack of this example has a consent that grants extra calls"):
        with_event("kind: consent_calls, days: 7", "uk")


def test_two_examples_with_one_id_and_a_file_that_is_no_list_are_refused():
    with pytest.raises(InputError, match='7:7: a second example "A-1"'):
        parse_examples(PLAIN + PLAIN, "own.yaml")
    with pytest.raises(InputError, match="an examples file is a list"):
        parse_examples("a: b\n", "own.yaml")
