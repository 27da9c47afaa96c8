"""Conditions: what an allowed contact must say and keep to."""

import pytest

from domain.model.contact import Direction, Party
from tests.domain.compliance.small_packs import ask, cap, contact, fact, pack, record, rule, verdict


def says(when, **terms):
    return pack(
        disclosures=[rule("who", when=when, tokens=["name"], **terms)],
        parties=[rule("debtor", reach="free"), rule("guarantor", reach="free"), rule("relative", reach="free")],
    )


@pytest.mark.parametrize(
    ("when", "channels"),
    [
        ("every_contact", {"call", "sms", "email", "im", "letter", "visit", "file"}),
        ("every_electronic", {"sms", "email", "im"}),
        ("letter", {"letter"}),
        ("first_contact", {"call", "sms", "email", "im", "letter", "visit", "file"}),
        ("first_written", {"sms", "email", "im", "letter", "file"}),
    ],
)
@pytest.mark.parametrize("channel", ["call", "sms", "email", "im", "letter", "visit", "file"])
def test_a_disclosure_belongs_to_its_channels(when, channels, channel):
    expected = ("xx.who",) if channel in channels else ()
    assert verdict(ask(channel=channel), None, says(when)).conditions == expected


@pytest.mark.parametrize(
    ("made", "first_contact", "first_written"),
    [
        (contact("2026-03-01T09:00", "conversation"), False, True),
        (contact("2026-03-01T09:00", "no_answer"), True, True),
        (contact("2026-03-01T09:00", "delivered", "sms"), False, False),
        (contact("2026-03-01T09:00", "failed", "sms"), True, True),
        (contact("2026-03-01T09:00", "pending", "sms"), True, True),
        (contact("2026-03-01T09:00", "delivered", "sms", direction=Direction.IN), True, True),
        (contact("2026-03-01T09:00", "delivered", "sms", party=Party.GUARANTOR), True, True),
    ],
)
def test_the_first_is_the_first_that_reached_this_person(made, first_contact, first_written):
    for when, expected in (("first_contact", first_contact), ("first_written", first_written)):
        found = verdict(ask(channel="sms"), record(made), says(when))
        assert found.conditions == (("xx.who",) if expected else ())


def test_a_disclosure_belongs_to_its_parties_and_named_channels():
    assert verdict(ask(party=Party.RELATIVE), None, says("every_contact")).conditions == ()
    assert verdict(ask(), None, says("every_contact", channels=["sms"])).conditions == ()


def test_conditions_come_in_order_each_once_and_only_with_a_permission():
    rules = pack(
        parties=[rule("debtor", reach="free", content="relay_only"), rule("guarantor", reach="never")],
        disclosures=[rule("who", when="every_contact", tokens=["name"])],
        windows=[rule("day", open="08:00", close="09:00", effect="warn", on_holiday="warn")],
        holidays={"calendar": "AU", "extra": ["2026-03-03"]},
        caps=[cap(effect="warn")],
        notices=[rule("rights", due={"n": 5, "unit": "calendar_days", "after": "talk"})],
    )
    entries = record(contact("2026-03-03T09:00"), fact("2026-03-01T09:00", "event", "talk"))
    assert verdict(ask(), entries, rules).conditions == (
        "xx.who",
        "xx.debtor.relay_only",
        "xx.day",
        "xx.cap",
        "xx.rights",
    )
    assert verdict(ask(party=Party.GUARANTOR), entries, rules).conditions == ()
