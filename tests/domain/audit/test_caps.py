"""The auditor counts what lay in the period, date by date."""

from __future__ import annotations

from datetime import date

import pytest

from domain.audit.caps import first_date
from domain.model.contact import Actor, Direction, Outcome, Party, Place
from domain.model.pack import Period

DAYS_7 = {"kind": "rolling_dates", "n": 7}
CAP = {"id": "most", "max": 1, "unit": "attempt", "scope": [], "actors_added": "all", "period": DAYS_7}
DEBTS = {"scope": ["debt"], "debts_mode": "per_debt"}


def full(w, cap, *what, **more):
    found = w.judged(
        w.ask(**more), w.pack(caps=[CAP | cap], parties=[{"id": p, "reach": "free"} for p in Party]), *what
    )
    assert found in ((), ("cn.most",))
    return bool(found)


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
}


@pytest.mark.parametrize("unit", COUNTED)
@pytest.mark.parametrize("outcome", Outcome)
def test_a_unit_counts_its_outcomes_and_whatever_is_pending(w, unit, outcome):
    assert full(w, {"unit": unit}, w.call("2026-03-02T10:00", outcome)) == (outcome in COUNTED[unit])


@pytest.mark.parametrize(
    ("unit", "channel", "outcome", "counts"),
    [
        ("message", "sms", "delivered", True),
        ("message", "letter", "pending", True),
        ("message", "email", "failed", False),
        ("message", "call", "pending", False),
        ("visit", "visit", "no_answer", True),
        ("visit", "call", "conversation", False),
    ],
)
def test_messages_and_visits_are_told_by_their_channel(w, unit, channel, outcome, counts):
    assert full(w, {"unit": unit}, w.call("2026-03-02T10:00", outcome, channel)) == counts


@pytest.mark.parametrize(("already", "max_", "refused"), [(0, 0, True), (1, 2, False), (2, 2, True), (3, 2, True)])
def test_the_contact_after_the_last_allowed_one_is_refused(w, already, max_, refused):
    assert full(w, {"max": max_}, *[w.call(f"2026-03-02T1{i}:00") for i in range(already)]) == refused


@pytest.mark.parametrize(
    ("period", "when", "counts"),
    [
        (DAYS_7, "2026-02-25T00:00", True),
        (DAYS_7, "2026-02-24T23:59", False),
        ({"kind": "rolling_dates", "n": 1}, "2026-03-03T00:00", True),
        ({"kind": "rolling_dates", "n": 1}, "2026-03-02T23:59", False),
        ({"kind": "calendar_day", "n": 2}, "2026-03-02T00:00", True),
        ({"kind": "calendar_week"}, "2026-03-02T00:00", True),
        ({"kind": "calendar_week"}, "2026-03-01T23:59", False),
        ({"kind": "calendar_week", "n": 2}, "2026-02-23T00:00", True),
        ({"kind": "calendar_month"}, "2026-03-01T00:00", True),
        ({"kind": "calendar_month"}, "2026-02-28T23:59", False),
        ({"kind": "calendar_month", "n": 3}, "2026-01-01T00:00", True),
        ({"kind": "calendar_month", "n": 3}, "2025-12-31T23:59", False),
    ],
)
def test_a_period_is_of_calendar_dates_where_the_customer_is(w, period, when, counts):
    assert full(w, {"period": period}, w.call(when)) == counts


def test_months_are_walked_back_over_a_year(w):
    assert first_date(Period(kind="calendar_month", n=13), date(2026, 3, 31)) == date(2025, 3, 1)


def test_a_date_is_told_in_each_zone(w):
    cap = w.pack(caps=[CAP | {"period": {"kind": "rolling_dates", "n": 1}}])
    before = w.call("2026-03-03T23:30")
    after = w.ask("2026-03-04T00:30")
    assert w.judged(after, cap, before) == ()
    assert w.judged(after, cap, before, zones=("Asia/Shanghai", "Asia/Kolkata")) == ("cn.most",)


@pytest.mark.parametrize(
    ("cap", "question", "bound"),
    [
        ({"channels": ["sms"]}, {}, False),
        ({"parties": ["guarantor"]}, {}, False),
        ({"place": "workplace"}, {}, False),
        ({"place": "workplace"}, {"place": Place.WORKPLACE}, True),
        ({"effect": "warn"}, {}, False),
        ({"channels": ["call"]}, {"channel": "visit"}, False),
        ({"effect": "presumption"}, {}, True),
    ],
)
def test_a_cap_binds_only_questions_that_it_names(w, cap, question, bound):
    assert full(w, {"max": 0} | cap, **question) == bound


@pytest.mark.parametrize(
    ("cap", "event", "question", "counts"),
    [
        ({"channels": ["call"]}, {"channel": "sms"}, {}, False),
        ({}, {"direction": Direction.IN}, {}, False),
        ({"directions": ["in", "out"]}, {"direction": Direction.IN}, {}, True),
        ({"outcomes_excluded": ["conversation"]}, {"outcome": "conversation"}, {}, False),
        ({"outcomes_excluded": ["pending"]}, {"outcome": "pending"}, {}, True),
        ({"actors_added": "each"}, {"collector": "agency-1"}, {}, False),
        ({"actors_added": "all"}, {"collector": "agency-1"}, {}, True),
        ({"scope": ["person"]}, {"party": Party.GUARANTOR}, {}, False),
        ({"scope": ["person"]}, {"party_id": "a"}, {"party_id": "b"}, False),
        ({"scope": ["person"]}, {"party_id": "a"}, {}, True),
        ({"scope": ["person"]}, {}, {"party_id": "b"}, True),
        ({"scope": ["debt_party"]}, {"party": Party.GUARANTOR}, {}, False),
        ({"scope": ["debt_party"]}, {"party_id": "a"}, {"party_id": "b"}, True),
        ({"scope": ["number"]}, {"address": "n1"}, {"address": "n2"}, False),
        ({"scope": ["number"]}, {"address": "n1"}, {"address": "n1"}, True),
        ({"scope": ["number"]}, {"address": "n1"}, {}, True),
        ({"scope": ["number"]}, {}, {"address": "n2"}, True),
        ({"scope": ["channel"]}, {"channel": "sms"}, {}, False),
        ({"scope": ["channel"]}, {}, {}, True),
        ({}, {"party": Party.EMPLOYER, "address": "n1", "channel": "sms"}, {"address": "n2"}, True),
        (DEBTS, {"debts": ("a",)}, {"debts": ("b",)}, False),
        (DEBTS, {"debts": ("a", "b")}, {"debts": ("b",)}, True),
        (DEBTS, {"debts": ("a",)}, {}, True),
        (DEBTS, {}, {"debts": ("b",)}, True),
        (DEBTS | {"debts_mode": "any_debt"}, {"debts": ("a",)}, {"debts": ("b",)}, True),
        ({"debts_mode": "per_debt"}, {"debts": ("a",)}, {"debts": ("b",)}, True),
    ],
)
def test_an_event_counts_when_all_that_the_cap_compares_is_the_same(w, cap, event, question, counts):
    assert full(w, cap, w.call("2026-03-02T10:00", **event), **question) == counts


def test_each_debt_is_counted_by_itself(w):
    about = [w.call("2026-03-02T10:00", debts=(debt,)) for debt in "abc"]
    assert not full(w, DEBTS | {"max": 2}, *about, debts=("a", "b"))
    assert full(w, DEBTS | {"max": 2}, *about, w.call("2026-03-02T11:00", debts=("b", "c")), debts=("a", "b"))


def test_what_lies_ahead_counts_only_while_it_is_pending(w):
    assert not full(w, {}, w.call("2026-03-03T10:01"))
    assert full(w, {}, w.call("2026-03-05T10:00", "pending"))
    assert not full(w, {}, w.call("2026-02-01T10:00", "pending"))


@pytest.mark.parametrize(
    ("events", "refused"),
    [
        ([{"when": "2026-03-02T12:00"}], True),
        ([{"when": "2026-03-02T12:00", "consented": "extra"}], False),
        ([{"when": "2026-03-02T12:00", "consented": "other"}], True),
        ([{"when": "2026-02-27T12:00"}], False),
        ([{"when": "2026-02-27T12:00", "outcome": "conversation"}], False),
        ([{"when": "2026-02-27T12:00", "outcome": "conversation"}, {"when": "2026-02-27T13:00"}], True),
    ],
)
def test_contacts_made_under_a_consent_do_not_count(w, events, refused):
    extra = {"id": "extra", "grants": "extra_calls", "max_days": 2, "ends_on": ["conversation", "revocation"]}
    pack = w.pack(caps=[CAP | {"ignore_while": ["extra"]}], consents=[extra])
    given = w.fact("2026-02-27T09:00", "consent", "extra")
    found = w.judged(w.ask(), pack, given, *[w.call(event.pop("when"), **event) for event in map(dict, events)])
    assert found == (("cn.most",) if refused else ())


def test_a_consent_given_to_an_agency_excuses_the_calls_of_that_agency(w):
    extra = {"id": "extra", "grants": "extra_calls", "max_days": 2, "must_be_given_to": "this_actor"}
    pack = w.pack(caps=[CAP | {"ignore_while": ["extra"]}], consents=[extra])
    given = w.fact("2026-02-27T09:00", "consent", "extra", collector="agency-1")
    called = w.call("2026-02-27T12:00", collector="agency-1", actor=Actor.AGENCY)
    assert w.judged(w.ask(), pack, given, called) == ()
    assert w.judged(w.ask(), pack, given, w.call("2026-02-27T12:00")) == ("cn.most",)


def test_a_cap_is_not_asked_while_a_consent_holds(w):
    extra = {"id": "extra", "grants": "extra_calls"}
    pack = w.pack(caps=[CAP | {"max": 0, "ignore_while": ["extra"]}], consents=[extra])
    assert w.judged(w.ask(), pack) == ("cn.most",)
    assert w.judged(w.ask(), pack, w.fact("2026-03-03T09:00", "consent", "extra")) == ()


@pytest.mark.parametrize(
    ("cap", "made", "asked", "counts"),
    [
        ({"place": "home"}, Place.HOME, Place.HOME, True),
        ({"place": "home"}, Place.WORKPLACE, Place.HOME, False),
        ({"place": "workplace"}, Place.HOME, Place.WORKPLACE, False),
        ({"place": "workplace"}, Place.WORKPLACE, Place.WORKPLACE, True),
        ({}, Place.HOME, Place.WORKPLACE, True),
        ({}, Place.WORKPLACE, Place.HOME, True),
    ],
)
def test_a_cap_of_one_place_counts_only_contacts_made_there(w, cap, made, asked, counts):
    """940 CMR 7.04(1)(f): two in seven days to personal numbers; calls elsewhere, as at work, are counted apart."""
    assert full(w, cap, w.call("2026-03-02T10:00", place=made), place=asked) == counts


@pytest.mark.parametrize(
    ("outcomes", "counted"), [(["no_answer", "conversation"], 0), (["conversation", "no_answer"], 1)]
)
def test_of_calls_at_one_instant_those_after_the_conversation_count(w, outcomes, counted):
    """Comment 14(b)(3)(i)-2: the consent ends with the conversation; the order of the record says what came after."""
    extra = {"id": "extra", "grants": "extra_calls", "ends_on": ["conversation"]}
    pack = w.pack(caps=[CAP | {"max": 1, "ignore_while": ["extra"]}], consents=[extra])
    given = w.fact("2026-03-01T09:00", "consent", "extra")
    calls = [w.call("2026-03-02T10:00", outcome) for outcome in outcomes]
    assert w.judged(w.ask(), pack, given, *calls) == (("cn.most",) if counted else ())
