"""The gate: hours of contact on the wall clock of the customer."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.compliance.gate import check
from domain.model.contact import ContactAsk
from domain.model.strategy import Channel
from policies import load_rules


def ask(at, zone="Asia/Shanghai"):
    return ContactAsk(channel=Channel.FILE, at=at, zone=zone, debts=("a1",))


@pytest.mark.parametrize(
    ("hour", "minute", "allowed"), [(7, 59, False), (8, 0, True), (21, 59, True), (22, 0, False), (3, 0, False)]
)
def test_acc_52_china_allows_contact_from_eight_to_ten_at_night(hour, minute, allowed):
    at = datetime(2024, 5, 2, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert check(ask(at), load_rules("cn")).allowed is allowed


def test_before_opening_the_next_instant_is_on_the_same_day():
    verdict = check(ask(datetime(2024, 5, 1, 23, 0, tzinfo=UTC)), load_rules("cn"))
    assert (verdict.refused_by, verdict.next_at) == (("cn.window",), datetime(2024, 5, 2, 0, 0, tzinfo=UTC))


def test_after_closing_the_next_instant_is_on_the_next_day():
    verdict = check(ask(datetime(2024, 5, 1, 14, 0, tzinfo=UTC)), load_rules("cn"))
    assert verdict.next_at == datetime(2024, 5, 2, 0, 0, tzinfo=UTC)


def test_an_allowed_contact_names_no_rule():
    verdict = check(ask(datetime(2024, 5, 1, 2, 0, tzinfo=UTC)), load_rules("cn"))
    assert (verdict.allowed, verdict.refused_by, verdict.next_at, verdict.conditions) == (True, (), None, ())
