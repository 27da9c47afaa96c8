"""Opt-outs: how wide they are, what takes them back, and what may leave in spite of them."""

import pytest

from domain.model.contact import Direction, Party, Purpose
from domain.model.strategy import Channel
from tests.domain.compliance.small_packs import answer, ask, contact, fact, pack, record, rule

SMS, EMAIL, CALL = Channel.SMS, Channel.EMAIL, Channel.CALL


GUARANTOR = Party.GUARANTOR


def stops(scope="address", **says):
    return pack(
        opt_outs=[rule("stop", **{"channels": ["sms", "email", "letter"], "scope": scope, **says})],
        parties=[rule("debtor", reach="free"), rule("guarantor", reach="free")],
    )


def out(at="2026-03-01T09:00", kind="opt_out", **says):
    return fact(at, kind, **says)


@pytest.mark.parametrize(
    ("said", "asked", "refused_at"),
    [
        ({"address": "m1", "channel": SMS}, {"channel": "sms", "address": "m1"}, {"address", "channel", "all"}),
        ({"address": "m1", "channel": SMS}, {"channel": "sms", "address": "m2"}, {"channel", "all"}),
        ({"address": "m1", "channel": SMS}, {"channel": "sms"}, {"address", "channel", "all"}),
        ({"address": "m1", "channel": SMS}, {"channel": "email"}, {"all"}),
        ({"address": "m1", "channel": SMS}, {"channel": "email", "address": "m1"}, {"address", "channel", "all"}),
        ({"address": "m1"}, {"channel": "email", "address": "e1"}, {"channel", "all"}),
        ({"address": "m1"}, {"channel": "email"}, {"address", "channel", "all"}),
        ({"channel": SMS}, {"channel": "sms", "address": "m2"}, {"address", "channel", "all"}),
        ({"channel": SMS}, {"channel": "email", "address": "m2"}, {"all"}),
        ({}, {"channel": "email", "address": "m2"}, {"address", "channel", "all"}),
        ({}, {"channel": "call", "address": "m2"}, set()),
        ({"channel": CALL}, {"channel": "call"}, set()),
    ],
)
@pytest.mark.parametrize("scope", ["address", "channel", "all"])
def test_an_opt_out_is_as_wide_as_was_said_and_at_least_as_the_rule(scope, said, asked, refused_at):
    expected = "event" if scope in refused_at else "allow"
    assert answer(ask(**asked), record(out(**said)), stops(scope)) == expected


@pytest.mark.parametrize(
    ("back", "expected"),
    [
        ({"address": "m1", "channel": SMS}, "allow"),
        ({"address": "m1"}, "event"),
        ({"channel": SMS}, "event"),
        ({"address": "m2", "channel": SMS}, "event"),
        ({"address": "m1", "channel": SMS, "at": "2026-02-01T09:00"}, "event"),
        ({"address": "m1", "channel": SMS, "at": "2026-03-01T09:00"}, "allow"),  # the order of the record counts
        ({"address": "m1", "channel": SMS, "party": GUARANTOR}, "event"),
        ({"address": "m1", "channel": SMS, "party_id": "p1"}, "event"),
    ],
)
def test_only_a_later_opt_in_of_the_same_scope_takes_it_back(back, expected):
    said = out(address="m1", channel=SMS)
    entries = record(said, out(**{"at": "2026-03-02T09:00", "kind": "opt_in", **back}))
    assert answer(ask(channel="sms", address="m1"), entries, stops()) == expected


def test_an_opt_in_on_record_before_an_opt_out_of_the_same_instant_takes_nothing_back():
    entries = record(out(kind="opt_in"), out())
    assert answer(ask(channel="sms"), entries, stops()) == "event"


@pytest.mark.parametrize(
    ("said", "asked", "refused_at"),
    [
        # 12 CFR 1006.14(h): a person's request not to use a medium is about communication with that person
        ({"channel": SMS}, {"party": GUARANTOR}, set()),
        ({}, {"party": GUARANTOR}, set()),
        ({"channel": SMS, "party": GUARANTOR}, {}, set()),
        ({"channel": SMS, "party": GUARANTOR}, {"party": GUARANTOR}, {"address", "channel", "all"}),
        ({"channel": SMS, "party_id": "p1"}, {"party_id": "p2"}, set()),
        ({"channel": SMS, "party_id": "p1"}, {}, {"address", "channel", "all"}),
        ({"channel": SMS}, {"party_id": "p1"}, {"address", "channel", "all"}),
        # 12 CFR 1006.6(e): a request about an address is about the address
        ({"address": "m1"}, {"party": GUARANTOR, "address": "m1"}, {"address", "channel", "all"}),
        ({"address": "m1"}, {"party": GUARANTOR}, {"address", "channel", "all"}),
        ({"address": "m1"}, {"party": GUARANTOR, "address": "m2"}, set()),
        ({"address": "m1"}, {"address": "m2"}, {"channel", "all"}),
    ],
)
@pytest.mark.parametrize("scope", ["address", "channel", "all"])
def test_an_address_is_closed_for_whomever_and_a_channel_for_who_said_so(scope, said, asked, refused_at):
    expected = "event" if scope in refused_at else "allow"
    assert answer(ask(channel="sms", **asked), record(out(**said)), stops(scope)) == expected


@pytest.mark.parametrize(
    ("channel", "said", "expected"),
    [("call", SMS, "allow"), ("call", CALL, "event"), ("call", None, "event"), ("visit", CALL, "event")],
)
def test_what_was_said_of_a_channel_of_other_rules_closes_no_address_here(channel, said, expected):
    medium = stops(channels=["call", "visit"])
    entries = record(out(address="m1", channel=said))
    assert answer(ask(channel=channel, address="m1"), entries, medium) == expected


def sent(at="2026-03-02T09:00", **says):
    return contact(at, "delivered", "sms", **says)


@pytest.mark.parametrize(
    ("entries", "asked", "terms", "expected"),
    [
        ([], {}, {}, "allow"),
        ([], {}, {"confirmations_allowed": 0}, "event"),
        ([], {"purpose": Purpose.COLLECT}, {}, "event"),
        ([sent(address="m1")], {}, {}, "event"),
        ([sent(address="m2")], {}, {}, "allow"),
        ([sent()], {}, {}, "event"),
        ([sent(address="m2")], {"address": None}, {}, "allow"),
        ([sent(address="m1", direction=Direction.IN)], {}, {}, "allow"),
        ([sent("2026-03-01T09:00", address="m1")], {}, {}, "allow"),
        ([contact("2026-03-02T09:00", "pending", "sms", address="m1")], {}, {}, "event"),
        ([], {}, {"scope": "channel"}, "allow"),
        ([], {"address": "m2"}, {"scope": "channel"}, "event"),
        ([], {"address": "m2"}, {"scope": "all"}, "event"),
        ([], {"address": None}, {"scope": "channel"}, "allow"),
    ],
)
def test_one_confirmation_may_leave_for_the_address(entries, asked, terms, expected):
    question = ask(channel="sms", **{"address": "m1", "purpose": Purpose.CONFIRM_OPT_OUT, **asked})
    assert answer(question, record(out(address="m1", channel=SMS), *entries), stops(**terms)) == expected


def test_a_confirmation_without_any_address_counts_whatever_was_sent():
    question = ask(channel="sms", purpose=Purpose.CONFIRM_OPT_OUT)
    assert answer(question, record(out(), sent(address="m9")), stops()) == "event"


@pytest.mark.parametrize(
    ("purpose", "channel", "expected"),
    [
        (Purpose.LEGAL_NOTICE, "letter", "allow"),
        (Purpose.LEGAL_NOTICE, "sms", "event"),
        (Purpose.COLLECT, "letter", "event"),
    ],
)
def test_a_notice_that_the_law_requires_leaves_as_a_letter(purpose, channel, expected):
    assert answer(ask(channel=channel, purpose=purpose), record(out()), stops()) == expected
