"""Caps: how many contacts of a unit, in which period, whose and about what."""

import pytest

from domain.model.contact import Direction, Outcome, Party, Place
from tests.domain.compliance.small_packs import (
    LOS_ANGELES,
    NEW_YORK,
    answer,
    ask,
    cap,
    contact,
    fact,
    pack,
    record,
    rule,
    verdict,
)

PARTIES = [rule("debtor", reach="free"), rule("guarantor", reach="free")]


def capped(*args, consents=(), **says):
    return pack(caps=[cap(*args, **says)], consents=list(consents), parties=PARTIES)


@pytest.mark.parametrize(
    ("period", "event", "asked", "expected"),
    [
        ({"n": 7}, "2026-03-02T23:59", "2026-03-08T00:00", "2026-03-09T00:00"),
        ({"n": 7}, "2026-03-02T00:00", "2026-03-09T00:00", "allow"),
        ({"n": 1}, "2026-03-02T23:59", "2026-03-03T00:00", "allow"),
        ({"kind": "calendar_day"}, "2026-03-03T00:00", "2026-03-03T23:00", "2026-03-04T00:00"),
        ({"kind": "calendar_day", "n": 2}, "2026-03-02T09:00", "2026-03-03T09:00", "2026-03-04T00:00"),
        ({"kind": "calendar_week"}, "2026-03-02T09:00", "2026-03-08T23:00", "2026-03-09T00:00"),
        ({"kind": "calendar_week"}, "2026-03-01T23:00", "2026-03-02T00:00", "allow"),
        ({"kind": "calendar_week", "n": 2}, "2026-03-01T23:00", "2026-03-02T00:00", "2026-03-09T00:00"),
        ({"kind": "calendar_month"}, "2026-03-01T00:00", "2026-03-31T23:00", "2026-04-01T00:00"),
        ({"kind": "calendar_month"}, "2026-02-28T23:59", "2026-03-01T00:00", "allow"),
        ({"kind": "calendar_month", "n": 2}, "2025-12-31T12:00", "2026-01-05T00:00", "2026-02-01T00:00"),
    ],
)
def test_a_period_is_made_of_dates_on_the_customers_wall(period, event, asked, expected):
    assert answer(ask(asked), record(contact(event)), capped(**period)) == expected


def test_the_place_of_the_newest_events_decides_however_the_record_is_ordered():
    events = [contact(f"2026-03-0{day}T09:00") for day in (5, 2, 3, 4)]
    assert answer(ask("2026-03-05T12:00"), record(*events), capped(2, n=7)) == "2026-03-11T00:00"
    assert answer(ask("2026-03-05T12:00"), record(*events), capped(5, n=7)) == "allow"


def test_every_zone_counts_its_own_dates():
    event = contact("2026-03-03T01:00", zone=NEW_YORK)  # 2 March on the Pacific coast
    both = record(event, zones=(NEW_YORK, LOS_ANGELES))
    assert answer(ask("2026-03-03T12:00", zone=NEW_YORK), both, capped(n=1), zone=NEW_YORK) == "2026-03-04T00:00"
    assert answer(ask("2026-03-03T02:00", zone=NEW_YORK), both, capped(n=1), zone=NEW_YORK) == "2026-03-04T00:00"


def test_none_at_all_is_never_but_where_a_warning_is_enough():
    assert answer(ask(), record(), capped(0)) == "never"
    found = verdict(ask(), None, capped(0, effect="warn"))
    assert (found.allowed, found.conditions) == (True, ("xx.cap",))


def test_a_presumption_refuses():
    assert answer(ask(), record(contact("2026-03-03T09:00")), capped(effect="presumption")) == "2026-03-04T00:00"


COUNTED = {
    "attempt": set(Outcome),
    "connected": set(Outcome) - {Outcome.BUSY, Outcome.NOT_IN_SERVICE, Outcome.FAILED},
    "conversation": {Outcome.CONVERSATION, Outcome.PENDING, Outcome.UNREPORTED},
    "contact": {
        Outcome.CONVERSATION,
        Outcome.DROPPED,
        Outcome.VOICEMAIL,
        Outcome.DELIVERED,
        Outcome.PENDING,
        Outcome.UNREPORTED,
    },
    "message": set(),
    "visit": set(),
}


@pytest.mark.parametrize("unit", COUNTED)
@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_call_counts_for_a_unit_by_its_outcome(unit, outcome):
    refused = answer(ask(), record(contact("2026-03-03T09:00", outcome)), capped(unit=unit)) != "allow"
    assert refused is (outcome in COUNTED[unit])


@pytest.mark.parametrize("channel", ["sms", "email", "im", "letter", "file"])
@pytest.mark.parametrize(("outcome", "counts"), [("delivered", True), ("unreported", True), ("failed", False)])
def test_a_message_that_did_not_fail_counts_as_one(channel, outcome, counts):
    sent = record(contact("2026-03-03T09:00", outcome, channel))
    assert (answer(ask(channel="sms"), sent, capped(unit="message")) != "allow") is counts


def test_a_visit_counts_and_is_bound_where_the_cap_names_visits():
    visited = record(contact("2026-03-03T09:00", "conversation", "visit"))
    assert answer(ask(channel="visit"), visited, capped(unit="visit")) == "2026-03-04T00:00"
    assert answer(ask(channel="visit"), visited, capped(unit="attempt", channels=["call"])) == "allow"


@pytest.mark.parametrize(
    ("event", "says", "counts"),
    [
        ({}, {"channels": ["call"]}, True),
        ({"channel": "sms"}, {"channels": ["call"]}, False),
        ({"direction": Direction.IN}, {}, False),
        ({"direction": Direction.IN}, {"directions": ["in", "out"]}, True),
        ({"outcome": "conversation"}, {"outcomes_excluded": ["conversation"]}, False),
        ({"outcome": "pending"}, {"outcomes_excluded": ["conversation", "pending"]}, True),
        ({"collector": "agency-1"}, {}, True),
        ({"collector": "agency-1"}, {"actors_added": "each"}, False),
        ({"collector": "agency-1", "direction": Direction.IN}, {"actors_added": "each", "directions": ["in"]}, False),
        ({"party": Party.GUARANTOR}, {"scope": ["person"]}, False),
        ({"party": Party.GUARANTOR}, {"scope": ["debt_party"]}, False),
        ({"party": Party.GUARANTOR}, {"scope": ["number"]}, True),
        ({"party_id": "p2"}, {"scope": ["person"]}, False),
        ({"party_id": "p2"}, {"scope": ["debt_party"]}, True),
        ({"party_id": "p1"}, {"scope": ["person"]}, True),
        ({"party_id": None}, {"scope": ["person"]}, True),
        ({"address": "m1"}, {"scope": ["number"]}, True),
        ({"address": "m2"}, {"scope": ["number"]}, False),
        ({"address": None}, {"scope": ["number"]}, True),
        ({"channel": "sms"}, {"scope": ["channel"]}, False),
        ({"channel": "sms"}, {"scope": ["person"]}, True),
        ({"debts": ("a",)}, {"scope": ["debt"]}, True),
        ({"debts": ("b",)}, {"scope": ["debt"]}, False),
        ({"debts": ()}, {"scope": ["debt"]}, True),
        ({"debts": ("b",)}, {"scope": ["debt"], "debts_mode": "any_debt"}, True),
        ({"debts": ("b",)}, {"scope": ["person"]}, True),
        ({"consented": "yes"}, {"ignore_while": ["yes"]}, False),
        ({"consented": "other"}, {"ignore_while": ["yes"]}, True),
    ],
)
def test_an_event_counts_as_far_as_the_scopes_reach(event, says, counts):
    rules = capped(**says, consents=[rule("yes", grants="extra_calls")])
    question = ask(party_id="p1", address="m1", debts=("a",))
    refused = answer(question, record(contact("2026-03-03T09:00", **event)), rules) != "allow"
    assert refused is counts


def test_an_unknown_address_or_person_of_the_question_counts_as_every_one():
    events = record(contact("2026-03-03T09:00", address="m2", party_id="p2", debts=("b",)))
    assert answer(ask(), events, capped(scope=["person", "number", "debt"])) == "2026-03-04T00:00"


def test_one_full_debt_of_several_refuses_until_all_have_room():
    events = [contact("2026-03-02T09:00", debts=("a",)), contact("2026-03-03T09:00", debts=("b",))]
    full = capped(n=7, scope=["debt"])
    assert answer(ask("2026-03-04T09:00", debts=("a", "b", "c")), record(*events), full) == "2026-03-10T00:00"
    assert answer(ask("2026-03-04T09:00", debts=("c",)), record(*events), full) == "allow"
    assert answer(ask("2026-03-04T09:00", debts=("a", "b")), record(*events), capped(2, n=7, scope=["debt"])) == "allow"


def test_what_came_after_the_question_does_not_count_but_open_permits_do():
    later = [contact("2026-03-03T13:00"), contact("2026-03-03T14:00", "pending")]
    assert answer(ask(), record(later[0]), capped()) == "allow"
    assert answer(ask(), record(later[1]), capped()) == "2026-03-04T00:00"


def test_an_open_permit_of_a_later_day_holds_its_place_from_now_on():
    ahead = contact("2026-03-05T09:00", "pending")
    assert answer(ask(), record(ahead), capped()) == "2026-03-06T00:00"
    assert answer(ask(), record(ahead), capped(2, kind="calendar_week")) == "allow"
    assert answer(ask(), record(contact("2026-03-03T09:00"), ahead), capped(2)) == "2026-03-04T00:00"


CALLED_BACK = rule("yes", grants="extra_calls", max_days=3, ends_on=["conversation", "revocation"])


def test_a_cap_is_not_asked_while_the_consent_holds_and_is_again_afterwards():
    rules = capped(0, ignore_while=["yes"], consents=[CALLED_BACK])
    given = fact("2026-03-01T12:00", "consent", "yes")
    assert answer(ask("2026-03-03T23:59"), record(given), rules) == "allow"
    assert answer(ask("2026-03-04T00:00"), record(given), rules) == "never"


def test_contacts_made_under_a_consent_do_not_count_when_it_is_over():
    rules = capped(n=7, ignore_while=["yes"], consents=[CALLED_BACK])
    given = fact("2026-03-01T12:00", "consent", "yes")
    assert answer(ask("2026-03-05T12:00"), record(given, contact("2026-03-01T11:59")), rules) == "2026-03-08T00:00"
    assert answer(ask("2026-03-05T12:00"), record(given, contact("2026-03-01T12:00")), rules) == "allow"
    assert answer(ask("2026-03-05T12:00"), record(given, contact("2026-03-04T09:00")), rules) == "2026-03-11T00:00"


def test_the_conversation_that_uses_up_a_consent_was_made_under_it_and_the_next_contact_was_not():
    rules = capped(n=7, ignore_while=["yes"], consents=[CALLED_BACK])
    given = fact("2026-03-01T12:00", "consent", "yes")
    spoke = contact("2026-03-02T09:00", "conversation")
    assert answer(ask("2026-03-02T12:00"), record(given, spoke), rules) == "allow"
    after = contact("2026-03-02T10:00")
    assert answer(ask("2026-03-02T12:00"), record(given, spoke, after), rules) == "2026-03-09T00:00"


@pytest.mark.parametrize(
    ("place", "made_at", "counts"),
    [
        # 940 CMR 7.04(1)(f): two to a residence or personal number, and two elsewhere, each with a count of its own
        ("home", Place.HOME, True),
        ("home", Place.WORKPLACE, False),
        ("workplace", Place.WORKPLACE, True),
        ("workplace", Place.HOME, False),
        (None, Place.HOME, True),
        (None, Place.WORKPLACE, True),
    ],
)
def test_a_cap_of_a_place_counts_what_was_made_there(place, made_at, counts):
    question = ask(place=Place(place or "home"))
    refused = answer(question, record(contact("2026-03-03T09:00", place=made_at)), capped(place=place)) != "allow"
    assert refused is counts


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        (["conversation", "no_answer"], "2026-03-09T00:00"),
        (["no_answer", "conversation"], "allow"),
        (["conversation", "conversation"], "2026-03-09T00:00"),
    ],
)
def test_of_one_instant_what_stands_behind_the_conversation_was_made_after_it(outcomes, expected):
    rules = capped(n=7, ignore_while=["yes"], consents=[CALLED_BACK])
    made = [contact("2026-03-02T09:00", outcome) for outcome in outcomes]
    entries = record(fact("2026-03-01T12:00", "consent", "yes"), *made)
    assert answer(ask("2026-03-02T12:00"), entries, rules) == expected
