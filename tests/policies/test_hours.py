"""The hours of a week that a stack leaves open, and the strategies that must fit into them."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.model.contact import Actor
from domain.model.errors import InputError
from domain.model.strategy import Channel
from policies import Policies, load_stack, parse_rules
from policies.hours import hours_of, is_open_on_some_day, open_minutes

OWN = """schema_version: 1
pack: {id: own, version: 1, title: Our own, extends: [cn], valid_from: 2026-01-01}
sources:
  board: {instrument: Policy of the board, citation: section 1, status: design, force: bank_policy}
windows:
  - {id: morning, open: "07:00", close: "12:00", source: board, channels: [sms]}
  - {id: morning, open: "14:00", close: "23:00", source: board, channels: [sms]}
"""
STRATEGY = """name: own
version: 1
title: Our own
rules: RULES
send_at: "SEND"
days_between: 6
most_attempts: 4
ladder:
  - {id: first, notice: first, channels: [CHANNEL], due: {rule: days_past_due, days: 9}}
"""


def test_pieces_of_one_window_are_a_union_and_windows_intersect():
    stack = parse_rules(OWN, "own.yaml").packs
    assert hours_of(open_minutes(stack, Actor.CREDITOR, Channel.SMS)) == ((8 * 60, 12 * 60), (14 * 60, 22 * 60))
    assert hours_of(open_minutes(stack, Actor.CREDITOR, Channel.CALL)) == ((8 * 60, 22 * 60),)


def test_windows_that_warn_or_bind_somebody_else_close_nothing():
    for names in (("us.first_party",), ("us.reg_f",)):
        assert hours_of(open_minutes(load_stack(names), Actor.CREDITOR, Channel.CALL)) == ((0, 24 * 60),)


def test_weekends_may_have_hours_of_their_own():
    australia = open_minutes(load_stack(("au",)), Actor.AGENCY, Channel.CALL)
    assert is_open_on_some_day(australia, 7 * 60 + 30)
    assert not is_open_on_some_day(australia, 7 * 60 + 29)
    assert not australia >> (5 * 24 * 60 + 8 * 60 + 59) & 1
    assert australia >> (5 * 24 * 60 + 9 * 60) & 1
    assert hours_of(0) == ()


@pytest.mark.parametrize(
    ("rules", "send", "channel", "refused"),
    [
        ("cn", "21:59", "call", None),
        ("cn", "22:00", "call", r"5:10: send_at: 22:00 is outside the hours of contact of cn \(08:00 to 22:00\)"),
        ("in", "19:00", "sms", r"outside the hours of contact of in \(08:00 to 19:00\)"),
        ("au", "07:30", "sms", None),
        ("au", "03:00", "letter", None),
        ("us.first_party", "23:00", "file", None),
    ],
)
def test_a_strategy_sends_within_the_hours_of_its_channels(tmp_path: Path, rules, send, channel, refused):
    file = tmp_path / "own.yaml"
    text = STRATEGY.replace("RULES", rules).replace("SEND", send).replace("CHANNEL", channel)
    file.write_text(text, encoding="utf-8")
    if refused is None:
        assert Policies.named(str(file)).strategy.rules == rules
        return
    with pytest.raises(InputError, match=refused):
        Policies.named(str(file))
