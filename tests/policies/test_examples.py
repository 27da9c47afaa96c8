"""Worked examples: how a file of them is read, and what is said about broken ones."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from domain.model.contact import (
    Actor,
    Direction,
    FactKind,
    NextKind,
    Outcome,
    Party,
    PastContact,
    PastFact,
    Place,
    Purpose,
)
from domain.model.errors import InputError
from domain.model.strategy import Channel
from policies import load_pack, pack_names
from policies.examples import Example, load_examples, packaged_examples, parse_examples

PLAIN = """- id: A-1
  pack: us.reg_f
  tz: [America/New_York]
  events: []
  ask: {at: "2026-03-03T10:00", channel: call}
  expect: allow
"""


def one(text: str = PLAIN) -> Example:
    (example,) = parse_examples(text, "own.yaml")
    return example


def with_event(event: str, pack: str = "us.reg_f") -> PastContact | PastFact:
    text = PLAIN.replace("events: []", f"events: [{{at: '2026-03-02T09:00', {event}}}]").replace("us.reg_f", pack)
    record = one(text).record
    return [*record.contacts, *record.facts][0]


def test_times_are_on_the_wall_clock_of_the_first_zone_or_in_utc():
    assert one().ask.at == datetime(2026, 3, 3, 15, tzinfo=UTC)
    in_utc = one(PLAIN.replace("T10:00", "T10:00Z"))
    assert (in_utc.ask.at, in_utc.in_utc) == (datetime(2026, 3, 3, 10, tzinfo=UTC), True)


@pytest.mark.parametrize(
    ("pack", "actor", "collector"),
    [
        ("us.reg_f", Actor.AGENCY, "agency"),
        ("us.first_party", Actor.CREDITOR, "bank"),
        ("eu", Actor.PURCHASER, "purchaser"),
    ],
)
def test_who_asks_is_an_agency_where_the_pack_binds_agencies(pack, actor, collector):
    ask = one(PLAIN.replace("us.reg_f", pack)).ask
    assert (ask.actor, ask.collector) == (actor, collector)


def test_the_question_is_read_whole():
    text = PLAIN.replace(
        "channel: call}",
        "channel: sms, party: guarantor, party_id: g1, debts: [A], number: m1, actor: creditor, collector: branch, "
        "place: workplace, purpose: service_notice, notice: n1}",
    )
    ask = one(text).ask
    assert (ask.channel, ask.party, ask.party_id, ask.debts) == (Channel.SMS, Party.GUARANTOR, "g1", ("A",))
    assert (ask.address, ask.actor, ask.collector) == ("m1", Actor.CREDITOR, "branch")
    assert (ask.place, ask.purpose, ask.notice) == (Place.WORKPLACE, Purpose.SERVICE_NOTICE, "n1")


def test_several_packs_an_actor_at_the_top_and_what_is_next():
    example = one(
        PLAIN.replace("us.reg_f", "[us.first_party, us.ma_940cmr7]").replace("  ask", "  actor: creditor\n  ask")
    )
    assert (example.packs, example.ask.actor) == (("us.first_party", "us.ma_940cmr7"), Actor.CREDITOR)
    assert one(PLAIN.replace("allow", "deny\n  next: never")).next is NextKind.NEVER
    told = one(PLAIN.replace("allow", 'deny\n  next: "2026-03-04T08:00"'))
    assert (told.expect, told.next) == (False, datetime(2026, 3, 4, 13, tzinfo=UTC))


@pytest.mark.parametrize(
    ("event", "channel", "outcome", "direction"),
    [
        ("kind: call, outcome: busy", Channel.CALL, Outcome.BUSY, Direction.OUT),
        ("kind: inbound_call, outcome: conversation", Channel.CALL, Outcome.CONVERSATION, Direction.IN),
        ("kind: sms", Channel.SMS, Outcome.DELIVERED, Direction.OUT),
        ("kind: visit", Channel.VISIT, Outcome.CONVERSATION, Direction.OUT),
        ("kind: permit, channel: email", Channel.EMAIL, Outcome.PENDING, Direction.OUT),
        ("kind: pending", Channel.CALL, Outcome.PENDING, Direction.OUT),
    ],
)
def test_contacts_are_read(event, channel, outcome, direction):
    contact = with_event(event)
    assert isinstance(contact, PastContact)
    assert (contact.channel, contact.outcome, contact.direction) == (channel, outcome, direction)
    assert contact.collector == "agency"


def test_a_contact_of_another_actor_has_another_collector():
    contact = with_event("kind: call, outcome: busy, actor: creditor")
    assert isinstance(contact, PastContact)
    assert (contact.actor, contact.collector) == (Actor.CREDITOR, "bank")


@pytest.mark.parametrize(
    ("event", "kind", "name"),
    [
        ("kind: hold, hold: bankruptcy", FactKind.HOLD, "bankruptcy"),
        ("kind: bankruptcy", FactKind.HOLD, "bankruptcy"),
        ("kind: cease_requested", FactKind.HOLD, "cease_communication"),
        ("kind: release, hold: bankruptcy", FactKind.RELEASE, "bankruptcy"),
        ("kind: verification_mailed", FactKind.EVENT, "verification_mailed"),
        ("kind: event, name: verification_mailed", FactKind.EVENT, "verification_mailed"),
        ("kind: consent_calls, days: 7", FactKind.CONSENT, "prior_consent"),
        ("kind: consent, consent: prior_consent", FactKind.CONSENT, "prior_consent"),
        ("kind: revocation", FactKind.REVOCATION, "prior_consent"),
        ("kind: notice, notice: validation_notice", FactKind.NOTICE_GIVEN, "validation_notice"),
        ("kind: validation_notice", FactKind.NOTICE_GIVEN, "validation_notice"),
        ("kind: opt_out, channel: sms, number: m1", FactKind.OPT_OUT, ""),
        ("kind: opt_in", FactKind.OPT_IN, ""),
        ("kind: lost_contact", FactKind.LOST_CONTACT, ""),
        ("kind: refusal, party: relative", FactKind.REFUSAL, ""),
    ],
)
def test_facts_are_read(event, kind, name):
    fact = with_event(event)
    assert isinstance(fact, PastFact)
    assert (fact.kind, fact.name, fact.collector) == (kind, name, "agency")


def test_hours_and_ends_of_a_fact_are_read():
    fact = with_event("kind: agreed_window, open: '20:00', close: '24:00', days: 3, until: '2026-04-01T00:00Z'")
    assert isinstance(fact, PastFact)
    assert (fact.opens, fact.closes, fact.days) == (1200, 1440, 3)
    assert fact.until == datetime(2026, 4, 1, tzinfo=UTC)


def test_events_are_on_record_oldest_first():
    late, early = "{at: '2026-03-02T09:00', kind: sms}", "{at: '2026-03-01T09:00', kind: email}"
    record = one(PLAIN.replace("events: []", f"events: [{late}, {early}]")).record
    assert [contact.channel for contact in record.contacts] == [Channel.EMAIL, Channel.SMS]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("expect: allow", "expect: perhaps", '6:11: expect: "perhaps" is none of allow, deny'),
        ("expect: allow", "expct: allow", '6:3: unknown key "expct": did you mean "expect"?'),
        ("expect: allow", "", '1:3: "expect" is missing'),
        ("id: A-1", "basis: design", '1:3: "id" is missing'),
        ("pack: us.reg_f", "pack: atlantis", '2:9: no rule pack "atlantis"'),
        ("pack: us.reg_f", "pack: [cn, uk]", "2:9: cn and uk cannot stand together: country CN and GB"),
        ("  pack: us.reg_f\n", "", '"pack" is missing'),
        ("America/New_York", "America/Atlantis", 'no time zone "America/Atlantis"'),
        ("T10:00", "T25:00", 'at: "2026-03-03T25:00" is no time'),
        ("tz: [America/New_York]", "tz: []", "is no time: write"),
        ("channel: call", "channel: pigeon", 'channel: "pigeon" is none of call, sms'),
        ("channel: call", "chanel: call", 'unknown key "chanel": did you mean "channel"?'),
        ("channel: call", "channel: [call]", "channel: this must be a text"),
        ('ask: {at: "2026-03-03T10:00", channel: call}', "ask: now", '"ask" is missing'),
        ("events: []", "events: {}", "events are a list"),
        ("events: []", "events: [now]", "this must be a mapping"),
        ("events: []", "events: [{at: '2026-03-02T09:00', kind: song}]", 'kind: "song" is none of call, sms'),
        ("events: []", "events: [{at: '2026-03-02T09:00', kind: call}]", '"outcome" is missing'),
        ("events: []", "events: [{at: '2026-03-02T09:00', kind: sms, why: x}]", 'unknown key "why"'),
        ("events: []", "events: [{at: '2026-03-02T09:00', kind: opt_out, days: -1}]", "must be a whole number"),
        ("events: []", "events: [{at: '2026-03-02T09:00', kind: agreed_window, open: 9}]", '"9" is no time'),
        ("events: []", "events: [{at: '2026-03-02T09:00', kind: agreed_window, open: '09:00'}]", '"close" is missing'),
    ],
)  # fmt: skip
def test_a_broken_example_is_refused_at_its_place(old, new, fault):
    assert old in PLAIN
    with pytest.raises(InputError) as refused:
        parse_examples(PLAIN.replace(old, new, 1), "own.yaml")
    lines = str(refused.value).splitlines()
    assert all(line.startswith("own.yaml:") for line in lines)
    assert any(fault in line for line in lines), lines


def test_consent_to_calls_needs_a_pack_that_knows_one():
    with pytest.raises(InputError, match="no pack of this example has a consent that grants extra calls"):
        with_event("kind: consent_calls, days: 7", "uk")


def test_two_examples_with_one_id_and_a_file_that_is_no_list_are_refused():
    with pytest.raises(InputError, match='7:7: a second example "A-1"'):
        parse_examples(PLAIN + PLAIN, "own.yaml")
    with pytest.raises(InputError, match="an examples file is a list"):
        parse_examples("a: b\n", "own.yaml")


def test_a_file_is_read_and_one_that_is_not_there_is_told(tmp_path):
    (tmp_path / "own.yaml").write_text(PLAIN, encoding="utf-8")
    assert [example.id for example in load_examples(tmp_path / "own.yaml")] == ["A-1"]
    with pytest.raises(InputError, match="cannot be read"):
        load_examples(tmp_path / "none.yaml")


def test_every_pack_names_examples_that_exist():
    ids = {example.id for example in packaged_examples()}
    for name in pack_names():
        assert set(load_pack(name).examples) <= ids
