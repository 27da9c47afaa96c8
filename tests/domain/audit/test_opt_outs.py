"""The auditor knows what the customer stopped."""

from __future__ import annotations

import pytest

from domain.model.contact import Direction, Party, Purpose

STOP = {"id": "stop", "channels": ["sms", "email", "letter"], "scope": "address"}


def stopped(w, rule, *what, **question):
    found = w.judged(w.ask(**({"channel": "sms"} | question)), w.pack(opt_outs=[STOP | rule]), *what)
    assert found in ((), ("cn.stop",))
    return bool(found)


@pytest.mark.parametrize(
    ("scope", "said", "question", "closed"),
    [
        ("address", {"address": "n1"}, {"address": "n1"}, True),
        ("address", {"address": "n1"}, {"address": "n2"}, False),
        ("address", {"address": "n1"}, {}, True),
        ("address", {"address": "n1", "channel": "sms"}, {}, True),
        ("address", {"address": "n1", "channel": "email"}, {}, False),
        ("address", {"channel": "sms"}, {"address": "n2"}, True),
        ("address", {"channel": "email"}, {}, False),
        ("address", {}, {"address": "n2"}, True),
        ("address", {}, {"channel": "call"}, False),
        ("channel", {"address": "n1", "channel": "sms"}, {"address": "n2"}, True),
        ("channel", {"address": "n1", "channel": "email"}, {"address": "n2"}, False),
        ("channel", {"address": "n1"}, {"address": "n2"}, True),
        ("channel", {}, {"address": "n2"}, True),
        ("all", {"address": "n1", "channel": "email"}, {"address": "n2"}, True),
        ("all", {"channel": "email"}, {}, True),
        ("all", {"channel": "email"}, {"channel": "call"}, False),
    ],
)
def test_an_opt_out_is_as_wide_as_it_was_said_and_at_least_as_wide_as_the_rule(w, scope, said, question, closed):
    assert stopped(w, {"scope": scope}, w.fact("2026-03-01T09:00", "opt_out", **said), **question) == closed


@pytest.mark.parametrize(
    ("back", "closed"),
    [
        ({"address": "n1"}, False),
        ({"address": "n2"}, True),
        ({"channel": "sms"}, True),
        ({}, True),
        ({"address": "n1", "when": "2026-02-28T09:00"}, True),
        ({"address": "n1", "when": "2026-03-04T09:00"}, True),
    ],
)
def test_only_a_later_opt_in_of_the_same_scope_takes_it_back(w, back, closed):
    said = w.fact("2026-03-01T09:00", "opt_out", address="n1")
    taken = w.fact(kind="opt_in", **({"when": "2026-03-02T09:00"} | back))
    assert stopped(w, {}, said, taken, address="n1") == closed


@pytest.mark.parametrize(
    ("purpose", "question", "allowed_n", "sent", "closed"),
    [
        ("confirm_opt_out", {}, 1, [], False),
        ("confirm_opt_out", {}, 0, [], True),
        ("confirm_opt_out", {}, 1, [{"address": "n1"}], True),
        ("confirm_opt_out", {}, 1, [{}], True),
        ("confirm_opt_out", {}, 1, [{"address": "n2"}], False),
        ("confirm_opt_out", {}, 1, [{"address": "n1", "direction": Direction.IN}], False),
        ("confirm_opt_out", {}, 1, [{"address": "n1", "when": "2026-02-28T10:00"}], False),
        ("legal_notice", {"channel": "letter"}, 1, [], False),
        ("legal_notice", {"channel": "email"}, 1, [], True),
        ("service_notice", {}, 1, [], True),
    ],
)
def test_one_confirmation_and_legal_letters_pass(w, purpose, question, allowed_n, sent, closed):
    said = w.fact("2026-03-01T09:00", "opt_out", address="n1")
    after = [w.call(s.pop("when", "2026-03-02T09:00"), "delivered", "sms", **s) for s in map(dict, sent)]
    question = {"address": "n1", "purpose": Purpose(purpose)} | question
    assert stopped(w, {"confirmations_allowed": allowed_n}, said, *after, **question) == closed


def test_a_confirmation_of_a_stop_of_everything_to_nowhere_passes_once(w):
    said, confirm = w.fact("2026-03-01T09:00", "opt_out"), {"purpose": Purpose.CONFIRM_OPT_OUT}
    assert not stopped(w, {}, said, **confirm)
    assert stopped(w, {}, said, w.call("2026-03-01T10:00", "delivered", "sms", address="n3"), **confirm)


@pytest.mark.parametrize(("address", "closed"), [("n1", False), ("n2", True), (None, False)])
def test_a_stop_that_a_rule_widens_is_confirmed_to_the_address_that_it_names_and_to_no_other(w, address, closed):
    """docs/rule-packs.md, the one confirmation of an opt-out."""
    said = w.fact("2026-03-01T09:00", "opt_out", address="n1", channel="sms")
    asked = {"purpose": Purpose.CONFIRM_OPT_OUT, "address": address}
    assert stopped(w, {"scope": "channel"}, said, **asked) == closed


MEDIUM = {"id": "medium", "channels": ["call", "visit", "letter"], "scope": "address", "confirmations_allowed": 0}
KEYWORD = {"id": "keyword", "channels": ["sms", "email"], "scope": "address"}


@pytest.mark.parametrize(
    ("said", "asked", "refused"),
    [
        ({"channel": "call"}, {"channel": "call"}, "cn.medium"),
        ({"channel": "call"}, {"channel": "visit"}, None),
        ({"channel": "call"}, {"channel": "sms"}, None),
        ({"channel": "visit"}, {"channel": "visit"}, "cn.medium"),
        ({"channel": "letter"}, {"channel": "letter"}, "cn.medium"),
        ({"channel": "letter"}, {"channel": "letter", "purpose": "legal_notice"}, None),
        ({"channel": "call"}, {"channel": "call", "purpose": "legal_notice"}, "cn.medium"),
        ({"channel": "call"}, {"channel": "call", "purpose": "confirm_opt_out"}, "cn.medium"),
        ({}, {"channel": "call"}, "cn.medium"),
        ({}, {"channel": "sms"}, "cn.keyword"),
        ({"address": "m1"}, {"channel": "call", "address": "m1"}, "cn.medium"),
        ({"address": "m1"}, {"channel": "call", "address": "m2"}, None),
        ({"address": "m1", "channel": "call"}, {"channel": "call", "address": "m1"}, "cn.medium"),
        ({"address": "m1", "channel": "call"}, {"channel": "call"}, "cn.medium"),
        ({"address": "m1", "channel": "sms"}, {"channel": "call", "address": "m1"}, None),
        ({"address": "m1", "channel": "sms"}, {"channel": "sms", "address": "m1"}, "cn.keyword"),
        ({"address": "m1", "channel": "call"}, {"channel": "sms", "address": "m1"}, None),
    ],
)
def test_a_customer_says_how_they_are_reached(w, said, asked, refused):
    """12 CFR 1006.14(h), CONC 7.9.4R, and the house: no calls, visits or letters, as well as no messages."""
    pack = w.pack(opt_outs=[MEDIUM, KEYWORD])
    question = asked | {"purpose": Purpose(asked.get("purpose", "collect"))}
    found = w.judged(w.ask(**question), pack, w.fact("2026-03-01T09:00", "opt_out", **said))
    assert found == ((refused,) if refused else ())


GUARANTOR = {"party": Party.GUARANTOR}
P1, P2 = GUARANTOR | {"party_id": "p1"}, GUARANTOR | {"party_id": "p2"}


@pytest.mark.parametrize(
    ("scope", "said", "asked", "closed"),
    [
        ("address", {"channel": "sms"}, GUARANTOR, False),
        ("address", {}, GUARANTOR, False),
        ("address", {"channel": "sms"} | GUARANTOR, {}, False),
        ("address", {"channel": "sms"} | GUARANTOR, GUARANTOR, True),
        ("address", {"channel": "sms"} | P1, P1, True),
        ("address", {"channel": "sms"} | P1, P2, False),
        ("address", {"channel": "sms"} | P1, GUARANTOR, True),
        ("address", GUARANTOR, P2, True),
        ("address", {"address": "n1"}, GUARANTOR | {"address": "n1"}, True),
        ("address", {"address": "n1"} | P1, P2 | {"address": "n1"}, True),
        ("address", {"address": "n1"}, GUARANTOR | {"address": "n2"}, False),
        ("address", {"address": "n1"}, GUARANTOR, True),
        ("channel", {"address": "n1"}, GUARANTOR | {"address": "n1"}, True),
        ("channel", {"address": "n1"}, GUARANTOR | {"address": "n2"}, False),
        ("all", {"channel": "email"}, GUARANTOR, False),
    ],
)
def test_a_channel_is_closed_for_who_said_so_and_an_address_for_whomever(w, scope, said, asked, closed):
    """12 CFR 1006.6(e) and 1006.14(h): each consumer stops their own channels; an address is the same for everyone."""
    everybody = [{"id": party, "reach": "free"} for party in Party]
    pack = w.pack(opt_outs=[STOP | {"scope": scope}], parties=everybody)
    found = w.judged(w.ask(channel="sms", **asked), pack, w.fact("2026-03-01T09:00", "opt_out", **said))
    assert found == (("cn.stop",) if closed else ())


@pytest.mark.parametrize(
    ("said", "back", "closed"),
    [
        ({"channel": "sms", "address": "n1"}, {"channel": "sms", "address": "n1"}, False),
        ({"channel": "sms", "address": "n1"}, {"address": "n1"}, True),
        ({"address": "n1"}, {"channel": "sms", "address": "n1"}, True),
        ({"channel": "sms"}, {"channel": "sms"}, False),
        ({"channel": "sms"}, {"channel": "sms"} | GUARANTOR, True),
        ({}, {"party_id": "d1"}, True),
        ({"party_id": "d1"}, {"party_id": "d1"}, False),
        ({"channel": "sms"}, {}, True),
    ],
)
def test_an_opt_in_takes_back_only_what_was_said_in_the_same_words(w, said, back, closed):
    """The house: channel, address and person are the same; what is not plainly taken back stands."""
    facts = w.fact("2026-03-01T09:00", "opt_out", **said), w.fact("2026-03-02T09:00", "opt_in", **back)
    assert stopped(w, {}, *facts, address="n1") == closed


@pytest.mark.parametrize(
    ("kinds", "closed"), [("opt_out opt_in", False), ("opt_in opt_out", True), ("opt_out opt_in opt_out", True)]
)
def test_of_what_was_said_at_one_instant_the_order_of_the_record_tells_the_later(w, kinds, closed):
    assert stopped(w, {}, *[w.fact("2026-03-01T09:00", kind) for kind in kinds.split()]) == closed
