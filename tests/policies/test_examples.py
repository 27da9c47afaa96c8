"""Worked examples: how a file of them is read."""

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
from policies.examples import load_examples, packaged_examples
from tests.policies.plain_example import PLAIN, one, with_event


def test_times_are_on_the_wall_clock_of_the_first_zone_or_in_utc():
    assert one().ask.at == datetime(2026, 3, 3, 15, tzinfo=UTC)
    in_utc = one(PLAIN.replace("T10:00", "T10:00Z"))
    assert (in_utc.ask.at, in_utc.in_utc) == (datetime(2026, 3, 3, 10, tzinfo=UTC), True)


@pytest.mark.parametrize(
    ("pack", "actor", "collector"),
    [
        ("us.reg_f", Actor.AGENCY, "agency"),
        ("us.ma_940cmr7", Actor.AGENCY, "agency"),
        ("us.first_party", Actor.CREDITOR, "bank"),
        ("[us.first_party, us.ma_940cmr7]", Actor.AGENCY, "agency"),
        ("hk", Actor.CREDITOR, "bank"),
        ("eu", Actor.PURCHASER, "purchaser"),
    ],
)
def test_who_asks_is_the_first_whom_all_packs_bind(pack, actor, collector):
    ask = one(PLAIN.replace("us.reg_f", pack)).ask
    assert (ask.actor, ask.collector) == (actor, collector)


def test_the_question_is_read_whole():
    text = PLAIN.replace(
        "channel: call}",
        "channel: sms, party: guarantor, party_id: g1, debts: [A], number: m1, actor: creditor, collector: branch, "
        "place: workplace, purpose: service_notice, notice: validation_notice}",
    )
    ask = one(text).ask
    assert (ask.channel, ask.party, ask.party_id, ask.debts) == (Channel.SMS, Party.GUARANTOR, "g1", ("A",))
    assert (ask.address, ask.actor, ask.collector) == ("m1", Actor.CREDITOR, "branch")
    assert (ask.place, ask.purpose, ask.notice) == (
        Place.WORKPLACE,
        Purpose.SERVICE_NOTICE,
        "validation_notice",
    )


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
        ("kind: event, name: initial_communication", FactKind.EVENT, "initial_communication"),
        ("kind: event, name: cease_requested", FactKind.HOLD, "cease_communication"),
        ("kind: hold, name: breathing_space", FactKind.HOLD, "breathing_space"),
        ("kind: zone, name: America/Los_Angeles", FactKind.ZONE, "America/Los_Angeles"),
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


@pytest.mark.parametrize(
    ("event", "collector"),
    [
        ("kind: consent_calls, days: 7", "agency"),
        ("kind: consent_calls, actor: agency", "agency"),
        ("kind: consent_calls, actor: creditor", "bank"),
        ("kind: agreed_window, open: '20:00', close: '22:00', actor: law_firm", "law_firm"),
        ("kind: consent_calls, actor: creditor, collector: branch", "branch"),
    ],
)
def test_a_fact_was_said_to_the_actor_that_it_names(event, collector):
    assert with_event(event).collector == collector


@pytest.mark.parametrize(
    ("at", "zones"),
    [
        ("2026-03-03T09:59", ("America/New_York", "America/Los_Angeles")),
        ("2026-03-03T10:00", ("America/New_York", "America/Los_Angeles")),
        ("2026-03-03T10:01", ("America/New_York",)),
    ],
)
def test_a_zone_that_the_customer_told_is_possible_too_from_then_on(at, zones):
    events = f"[{{at: '{at}', kind: zone, name: America/Los_Angeles}}]"
    assert one(PLAIN.replace("events: []", f"events: {events}")).record.zones == zones


@pytest.mark.parametrize(
    ("asked", "event", "party"),
    [
        ("reserved_contact", "", Party.RESERVED_CONTACT),
        ("reserved_contact", ", party: relative", Party.RELATIVE),
        ("debtor", ", party: relative", Party.RELATIVE),
    ],
)
def test_a_refusal_is_that_of_the_party_asked_about_unless_it_names_another(asked, event, party):
    text = PLAIN.replace("channel: call", f"channel: call, party: {asked}")
    refusal = f"[{{at: '2026-03-02T09:00', kind: refusal{event}}}]"
    assert one(text.replace("events: []", f"events: {refusal}")).record.facts[0].party is party


def test_hours_and_ends_of_a_fact_are_read():
    fact = with_event("kind: agreed_window, open: '20:00', close: '24:00', days: 3, until: '2026-04-01T00:00Z'")
    assert isinstance(fact, PastFact)
    assert (fact.opens, fact.closes, fact.days) == (1200, 1440, 3)
    assert fact.until == datetime(2026, 4, 1, tzinfo=UTC)


def test_events_are_on_record_oldest_first():
    late, early = "{at: '2026-03-02T09:00', kind: sms}", "{at: '2026-03-01T09:00', kind: email}"
    record = one(PLAIN.replace("events: []", f"events: [{late}, {early}]")).record
    assert [contact.channel for contact in record.contacts] == [Channel.EMAIL, Channel.SMS]


def test_a_file_is_read_and_one_that_is_not_there_is_told(tmp_path):
    (tmp_path / "own.yaml").write_text(PLAIN, encoding="utf-8")
    assert [example.id for example in load_examples(tmp_path / "own.yaml")] == ["A-1"]
    with pytest.raises(InputError, match="cannot be read"):
        load_examples(tmp_path / "none.yaml")


def test_every_pack_names_examples_that_exist():
    ids = {example.id for example in packaged_examples()}
    for name in pack_names():
        assert set(load_pack(name).examples) <= ids
