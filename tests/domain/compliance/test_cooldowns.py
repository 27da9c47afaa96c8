"""Cool-downs: closed for some calendar days, the day of the event being the first."""

import pytest

from domain.model.contact import Direction, Party
from tests.domain.compliance.small_packs import (
    LOS_ANGELES,
    NEW_YORK,
    answer,
    ask,
    contact,
    cooldown,
    fact,
    pack,
    record,
    rule,
    verdict,
)

PARTIES = [rule("debtor", reach="free"), rule("guarantor", reach="free")]


def cooled(*args, consents=(), **says):
    return pack(cooldowns=[cooldown(*args, **says)], consents=list(consents), parties=PARTIES)


SPOKE = contact("2026-03-02T10:15", "conversation")


@pytest.mark.parametrize(
    ("asked", "says", "expected"),
    [
        ("2026-03-08T20:00", {}, "2026-03-09T00:00"),
        ("2026-03-09T00:00", {}, "allow"),
        ("2026-03-09T00:00", {"first_day": "next_day"}, "2026-03-10T00:00"),
        ("2026-03-02T10:15", {"days": 1}, "2026-03-03T00:00"),
        ("2026-03-02T10:14", {}, "allow"),
        ("2026-03-03T12:00", {"event": "busy"}, "allow"),
        ("2026-03-03T12:00", {"after": {"directions": ["in"]}}, "allow"),
        ("2026-03-03T12:00", {"after": {"channels": ["sms"]}}, "allow"),
        ("2026-03-03T12:00", {"blocks": {"channels": ["sms"]}}, "allow"),
        ("2026-03-03T12:00", {"blocks": {"parties": ["guarantor"]}}, "allow"),
    ],
)
def test_a_conversation_closes_the_days_that_follow(asked, says, expected):
    assert answer(ask(asked), record(SPOKE), cooled(**says)) == expected


def test_only_the_newest_event_matters_and_each_zone_has_its_midnight():
    events = record(SPOKE, contact("2026-03-04T01:00", "conversation", zone=NEW_YORK), zones=(NEW_YORK, LOS_ANGELES))
    question = ask("2026-03-10T23:00", zone=NEW_YORK)
    assert answer(question, events, cooled(), zone=NEW_YORK) == "2026-03-11T00:00"


@pytest.mark.parametrize(
    ("event", "says", "begins"),
    [
        ({"direction": Direction.IN}, {}, True),
        ({"collector": "agency-1"}, {}, True),
        ({"collector": "agency-1"}, {"actors_added": "each"}, False),
        ({"collector": "agency-1", "direction": Direction.IN}, {"actors_added": "each"}, True),
        ({"party": Party.GUARANTOR}, {}, False),
        ({"party": Party.GUARANTOR}, {"scope": ["debt"]}, True),
        ({"debts": ("a", "b")}, {"scope": ["debt"]}, True),
        ({"debts": ("b",)}, {"scope": ["debt"]}, False),
        ({"debts": ("b",)}, {}, True),
    ],
)
def test_an_event_begins_a_cool_down_as_far_as_the_scopes_reach(event, says, begins):
    events = record(contact("2026-03-02T10:15", "conversation", **event))
    assert (answer(ask(debts=("a",)), events, cooled(**says)) != "allow") is begins


def test_a_cool_down_is_skipped_while_the_consent_holds():
    rules = cooled(ignore_while=["yes"], consents=[rule("yes", grants="extra_calls", max_days=3)])
    events = record(SPOKE, fact("2026-03-02T10:20", "consent", "yes"))
    assert answer(ask("2026-03-04T23:00"), events, rules) == "allow"
    assert answer(ask("2026-03-05T00:00"), events, rules) == "2026-03-09T00:00"


def test_a_cool_down_may_be_a_warning_only():
    assert verdict(ask(), record(SPOKE), cooled(effect="warn")).conditions == ("xx.cool",)
