"""The auditor knows what the customer stopped."""

from __future__ import annotations

import pytest

from domain.model.contact import Direction, Purpose

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
