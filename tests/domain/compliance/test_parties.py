"""Parties: never, free, or only while the debtor is out of contact."""

import pytest

from domain.model.contact import Actor, Direction, Party
from tests.domain.compliance.small_packs import (
    LOS_ANGELES,
    NEW_YORK,
    answer,
    ask,
    contact,
    fact,
    pack,
    record,
    rule,
    verdict,
)


def third(signs=None, **says):
    """Relatives are reached only while the debtor is out of contact by these signs."""
    return pack(
        parties=[rule("relative", **{"reach": "conditional", "condition": "lost", **says})],
        predicates=[rule("lost", any=signs or {})],
        holds=[rule("death", opened_by="died", max_days=5, blocks=["interest"], parties=["debtor"])],
    )


RELATIVE = ask(party=Party.RELATIVE)


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ({"reach": "free"}, "allow"),
        ({"reach": "never"}, "never"),
        ({"reach": "free", "content": "none"}, "never"),
        ({"reach": "free", "max_contacts": 0}, "never"),
        ({"reach": "free", "max_contacts": 1}, "allow"),
    ],
)
def test_a_party_is_free_or_never_reached(says, expected):
    assert answer(RELATIVE, record(), third(**{"condition": None, **says})) == expected


def test_a_party_that_no_binding_pack_names_is_never_reached():
    assert verdict(RELATIVE, None, pack()).refused_by == ("gate.party",)
    agencies = pack("yy", parties=[rule("relative", reach="free")], applies_to={"actors": ["agency"]})
    assert answer(RELATIVE, record(), pack(), agencies) == "never"
    assert answer(ask(party=Party.RELATIVE, actor=Actor.AGENCY), record(), pack(), agencies) == "allow"


def test_every_pack_that_names_the_party_judges_it():
    never = pack("yy", parties=[rule("relative", reach="never")])
    found = verdict(RELATIVE, record(fact("2026-03-03T09:00", "lost_contact")), third(), never)
    assert found.refused_by == ("yy.relative",)
    assert (found.refusals[0].source, str(found.next)) == ("Law, art. 1", "never")


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ({}, "event"),
        ({"outcome": "busy"}, "allow"),
        ({"outcome": "pending"}, "event"),
        ({"direction": Direction.IN}, "allow"),
        ({"party": Party.DEBTOR}, "allow"),
        ({"party_id": "p2"}, "allow"),
        ({"party_id": "p1"}, "event"),
    ],
)
def test_a_party_is_reached_so_often_in_all(made, expected):
    rules = third(reach="free", condition=None, max_contacts=1)
    made = contact("2025-03-01T09:00", **{"party": Party.RELATIVE, **made})
    assert answer(ask(party=Party.RELATIVE, party_id="p1"), record(made), rules) == expected


@pytest.mark.parametrize(
    ("refused", "says", "expected"),
    [
        ({}, {}, "never"),
        ({"party": Party.SPOUSE}, {}, "allow"),
        ({"party_id": "p1"}, {}, "never"),
        ({"party_id": "p2"}, {}, "allow"),
        ({}, {"stop_on_refusal": False}, "allow"),
    ],
)
def test_a_party_that_refused_is_never_reached_again(refused, says, expected):
    rules = third(reach="free", condition=None, **says)
    refusal = fact("2026-03-01T09:00", "refusal", **{"party": Party.RELATIVE, **refused})
    assert answer(ask(party=Party.RELATIVE, party_id="p1"), record(refusal), rules) == expected


def test_a_condition_that_the_pack_does_not_know_waits_for_an_event():
    rules = pack(
        parties=[rule("relative", reach="conditional", condition="talks")],
        consents=[rule("talks", grants="extra_calls")],
    )
    assert answer(RELATIVE, record(fact("2026-03-01T09:00", "consent", "talks")), rules) == "event"


SPOKE = contact("2026-03-02T10:00", "conversation")
LOST = fact("2026-03-02T11:00", "lost_contact")


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], "event"),
        ([LOST], "allow"),
        ([SPOKE, LOST], "allow"),
        ([LOST, contact("2026-03-02T11:00", "conversation")], "event"),
        ([LOST, contact("2026-03-03T09:00", "conversation", "visit", direction=Direction.IN)], "event"),
        ([LOST, contact("2026-03-03T09:00", "conversation", party=Party.RELATIVE)], "allow"),
    ],
)
def test_a_conversation_with_the_debtor_ends_lost_contact(entries, expected):
    assert answer(RELATIVE, record(*entries), third()) == expected


def calls(*outcomes, days=None, hours=1, **says):
    """Calls on the second of March, or on these days; so many hours apart."""
    days = days or (2,) * len(outcomes)
    return [
        contact(f"2026-03-{day:02}T{9 + i * hours:02}:00", outcome, **says)
        for i, (day, outcome) in enumerate(zip(days, outcomes, strict=True))
    ]


INVALID = {"number_invalid": True}


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], "event"),
        (calls("not_in_service", address="m1"), "allow"),
        (calls("not_in_service", "busy", address="m1"), "event"),
        (calls("busy", "not_in_service", address="m1"), "allow"),
        (calls("not_in_service", address="m1") + calls("no_answer", address="m2"), "event"),
        (calls("not_in_service", address="m1") + calls("delivered", channel="email", address="e1"), "allow"),
        (calls("not_in_service", address="m1") + calls("delivered", channel="sms", address="m2"), "event"),
        ([*calls("not_in_service", address="m1"), SPOKE], "event"),
        (calls("busy", "not_in_service", hours=0, address="m1"), "allow"),
        (calls("not_in_service", "busy", hours=0, address="m1"), "event"),
        (calls("conversation", "not_in_service", hours=0, address="m1"), "allow"),
        (calls("not_in_service", "conversation", hours=0, address="m1"), "event"),
        (calls("not_in_service", party=Party.RELATIVE), "event"),
        (calls("not_in_service", direction=Direction.IN), "event"),
    ],
)
def test_the_number_is_invalid_when_the_last_attempt_at_each_found_it_so(entries, expected):
    assert answer(RELATIVE, record(*entries), third(INVALID)) == expected


ROW = {"failed_attempts_in_a_row": {"n": 3}}
FAILURES = ("no_answer", "busy", "not_in_service", "voicemail", "failed", "unreported")


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("broken_by", ["dropped", "delivered", "pending", "conversation"])
def test_a_row_is_made_of_failures_and_broken_by_all_else(failure, broken_by):
    row = third(ROW)
    assert answer(RELATIVE, record(*calls(failure, failure, failure)), row) == "allow"
    assert answer(RELATIVE, record(*calls(failure, failure, broken_by, failure)), row) == "event"


@pytest.mark.parametrize(
    ("sign", "asked", "expected"),
    [
        (ROW, "2026-03-02T12:00", "2026-03-03T00:00"),
        (ROW, "2026-03-02T10:30", "event"),
        ({"failed_attempts_in_a_row": {"n": 3, "then": "at_once"}}, "2026-03-02T12:00", "allow"),
    ],
)
def test_a_row_opens_at_once_or_on_the_next_day(sign, asked, expected):
    row = record(*calls("no_answer", "busy", "no_answer"))
    assert answer(ask(asked, party=Party.RELATIVE), row, third(sign)) == expected


def test_a_row_once_seen_holds_until_a_conversation():
    seen = record(*calls("busy", "busy", "busy", "dropped"))
    assert answer(RELATIVE, seen, third(ROW)) == "allow"


def test_the_next_day_must_have_come_in_every_zone():
    row = record(*calls("busy", "busy", "busy", zone=NEW_YORK), zones=(NEW_YORK, LOS_ANGELES))
    question = ask("2026-03-02T23:00", party=Party.RELATIVE, zone=NEW_YORK)
    assert answer(question, row, third(ROW), zone=LOS_ANGELES) == "2026-03-03T00:00"


def test_a_sign_that_shows_in_one_zone_only_is_none():
    days = {"days_unreachable": {"n": 2}}
    late = [contact("2026-03-01T23:30", zone=NEW_YORK), contact("2026-03-02T01:00", zone=NEW_YORK)]
    question = ask("2026-03-05T12:00", party=Party.RELATIVE, zone=NEW_YORK)
    assert answer(question, record(*late, zones=(NEW_YORK,)), third(days)) == "allow"
    assert answer(question, record(*late, zones=(NEW_YORK, LOS_ANGELES)), third(days)) == "event"


def test_a_hold_that_lies_in_one_zone_only_opens_no_door_by_itself():
    died = fact("2026-03-01T23:30", "hold", name="death", zone=NEW_YORK)
    question = ask("2026-03-06T01:00", party=Party.RELATIVE, zone=NEW_YORK)
    by_hold = third({"holds": ["death"]})
    assert answer(question, record(died, zones=(LOS_ANGELES,)), by_hold) == "allow"
    assert answer(question, record(died, zones=(NEW_YORK,)), by_hold) == "event"
    assert answer(question, record(died, zones=(NEW_YORK, LOS_ANGELES)), by_hold) == "event"


@pytest.mark.parametrize(
    ("entries", "asked", "expected"),
    [
        (calls("busy", "busy", "busy", days=(1, 2, 3)), "2026-03-03T12:00", "2026-03-04T00:00"),
        (calls("busy", "busy", "busy", days=(1, 2, 3)), "2026-03-04T00:00", "allow"),
        (calls("busy", "busy", "busy", days=(1, 1, 2)), "2026-03-05T00:00", "event"),
        (calls("busy", "busy", "busy", days=(1, 2, 4)), "2026-03-05T00:00", "event"),
        (calls("busy", "dropped", "busy", "busy", days=(1, 2, 2, 3)), "2026-03-05T00:00", "event"),
        (calls("dropped", "busy", "busy", "busy", days=(1, 2, 3, 4)), "2026-03-05T00:00", "allow"),
    ],
)
def test_days_in_a_row_on_which_every_attempt_failed_open_the_day_after(entries, asked, expected):
    question = ask(asked, party=Party.RELATIVE)
    assert answer(question, record(*entries), third({"days_unreachable": {"n": 3}})) == expected


@pytest.mark.parametrize(
    ("entries", "asked", "expected"),
    [
        ([fact("2026-03-03T09:00", "hold", "death")], "2026-03-03T12:00", "allow"),
        ([fact("2026-02-20T09:00", "hold", "death")], "2026-03-03T12:00", "event"),
        ([fact("2026-03-03T09:00", "hold", "death", party=Party.GUARANTOR)], "2026-03-03T12:00", "event"),
        ([fact("2026-03-01T09:00", "hold", "death"), SPOKE], "2026-03-03T12:00", "event"),
        ([], "2026-03-03T12:00", "event"),
    ],
)
def test_a_hold_on_the_debtor_is_a_sign_while_it_lies(entries, asked, expected):
    rules = third({"holds": ["death"]})
    assert answer(ask(asked, party=Party.RELATIVE), record(*entries), rules) == expected


def test_without_a_zone_no_sign_is_seen():
    found = verdict(RELATIVE, record(*calls("busy", "busy", "busy"), zones=()), third(ROW))
    assert found.refused_by == ("gate.zone_evidence", "xx.relative")


def test_the_earliest_of_several_signs_opens():
    both = third({**ROW, "days_unreachable": {"n": 2}})
    assert answer(RELATIVE, record(*calls("busy", "busy", days=(1, 2))), both) == "allow"
