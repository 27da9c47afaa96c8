"""Opt-outs: how wide they are, what takes them back, and what may leave in spite of them."""

import pytest

from domain.model.contact import Direction, Purpose
from domain.model.strategy import Channel
from tests.domain.compliance.small_packs import answer, ask, contact, fact, pack, record, rule

SMS, EMAIL, CALL = Channel.SMS, Channel.EMAIL, Channel.CALL


def stops(scope="address", **says):
    return pack(opt_outs=[rule("stop", **{"channels": ["sms", "email", "letter"], "scope": scope, **says})])


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
        ({"address": "m1", "channel": SMS, "at": "2026-03-01T09:00"}, "event"),
    ],
)
def test_only_a_later_opt_in_of_the_same_scope_takes_it_back(back, expected):
    said = out(address="m1", channel=SMS)
    entries = record(said, out(**{"at": "2026-03-02T09:00", "kind": "opt_in", **back}))
    assert answer(ask(channel="sms", address="m1"), entries, stops()) == expected


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
