"""The auditor knows whom one may reach, and when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.model.contact import Direction, Outcome, Party

SPOUSE = {"party": Party.SPOUSE}
TO_SPOUSE = {"party": Party.SPOUSE, "outcome": "no_answer"}


def refused(w, rule, *what, question=None, **sections):
    pack = w.pack(parties=[{"id": "spouse", "reach": "free"} | rule], **sections)
    found = w.judged(w.ask(**(SPOUSE | (question or {}))), pack, *what)
    assert found in ((), ("cn.spouse",))
    return bool(found)


@pytest.mark.parametrize(
    ("rule", "closed"),
    [({}, False), ({"reach": "never"}, True), ({"content": "none"}, True), ({"content": "relay_only"}, False)],
)
def test_a_party_that_is_never_reached_is_a_breach(w, rule, closed):
    assert refused(w, rule) == closed


@pytest.mark.parametrize(
    ("most", "made", "closed"),
    [
        (0, [], True),
        (1, [], False),
        (1, [{}], True),
        (1, [{"outcome": "pending"}], True),
        (1, [{"outcome": "busy"}], False),
        (1, [{"party": Party.RELATIVE}], False),
        (1, [{"direction": Direction.IN}], False),
        (1, [{"party_id": "other"}], False),
        (2, [{}, {"when": "2020-01-01T10:00"}], True),
        (None, [{}, {}], False),
    ],
)
def test_a_party_is_reached_so_often_in_all(w, most, made, closed):
    past = [w.call(**({"when": "2026-03-01T10:00"} | TO_SPOUSE | one)) for one in made]
    assert refused(w, {"max_contacts": most}, *past, question={"party_id": "one"}) == closed


@pytest.mark.parametrize(
    ("rule", "said", "closed"),
    [
        ({}, {}, True),
        ({"stop_on_refusal": False}, {}, False),
        ({}, {"party": Party.RELATIVE}, False),
        ({}, {"party_id": "one"}, True),
        ({}, {"party_id": "two"}, False),
    ],
)
def test_a_party_that_refused_is_left_alone(w, rule, said, closed):
    asked = w.fact("2026-03-01T09:00", "refusal", **(SPOUSE | said))
    assert refused(w, rule, asked, question={"party_id": "one"}) == closed


def test_each_pack_that_names_the_party_judges_it(w):
    free = w.pack(parties=[{"id": "spouse", "reach": "free"}])
    never = w.pack("bank", parties=[{"id": "spouse", "reach": "never"}])
    assert w.judged(w.ask(**SPOUSE), (free, never)) == ("bank.spouse",)


def lost(w, signs, *what, zone_names=("Asia/Shanghai",), **more):
    predicate = {"id": "debtor_lost", "any": signs}
    rule = {"id": "spouse", "reach": "conditional", "condition": "debtor_lost"}
    found = w.judged(w.ask(**SPOUSE), w.pack(parties=[rule], predicates=[predicate], **more), *what, zones=zone_names)
    assert found in ((), ("cn.spouse",))
    return not found


ROW_3 = {"failed_attempts_in_a_row": {"n": 3}}
AT_ONCE = {"failed_attempts_in_a_row": {"n": 3, "then": "at_once"}}
FAILURES = ["no_answer", "busy", "not_in_service", "voicemail", "failed", "unreported"]


@pytest.mark.parametrize(
    ("outcomes", "signs", "day", "true"),
    [
        (FAILURES[:3], ROW_3, 2, True),
        (FAILURES[3:], ROW_3, 2, True),
        (FAILURES[:3], ROW_3, 3, False),
        (FAILURES[:3], AT_ONCE, 3, True),
        (FAILURES[:2], AT_ONCE, 2, False),
        (["busy", "busy", "conversation", "busy"], AT_ONCE, 2, False),
        (["busy", "busy", "dropped", "busy"], AT_ONCE, 2, False),
        (["busy", "busy", "delivered", "busy"], AT_ONCE, 2, False),
        (["busy", "busy", "pending", "busy"], AT_ONCE, 2, False),
        (["pending", "busy", "busy", "busy"], AT_ONCE, 2, True),
        (["busy", "busy", "busy", "pending"], AT_ONCE, 2, True),
        (["busy", "busy", "busy", "delivered"], AT_ONCE, 2, True),
        (["busy", "busy", "busy", "conversation"], AT_ONCE, 2, False),
        (["conversation", "busy", "busy", "busy"], AT_ONCE, 2, True),
        (["busy", "busy", "busy"], {}, 2, False),
    ],
)
def test_the_debtor_is_lost_after_so_many_failures_in_a_row(w, outcomes, signs, day, true):
    """China Banking Association 2026, lost contact: what is still open has not failed, so it ends the row."""
    calls = [w.call(f"2026-03-0{day}T09:0{i}", outcome) for i, outcome in enumerate(outcomes)]
    assert lost(w, signs, *calls) == true


def test_it_is_the_day_of_the_failure_that_completes_the_row_that_must_be_over(w):
    row = [w.call(f"2026-03-02T09:0{i}") for i in range(3)]
    assert lost(w, ROW_3, *row, w.call("2026-03-03T09:00"))


def test_the_day_must_be_over_in_each_zone(w):
    row = [w.call(f"2026-03-02T23:0{i}") for i in range(3)]
    assert lost(w, ROW_3, *row)
    assert not lost(w, ROW_3, *row, zone_names=("Asia/Shanghai", "America/Los_Angeles"))


@pytest.mark.parametrize("other", [{"party": Party.RELATIVE}, {"direction": Direction.IN}])
def test_only_attempts_of_ours_to_reach_the_debtor_count(w, other):
    assert not lost(w, AT_ONCE, *[w.call(f"2026-03-02T09:0{i}", **other) for i in range(3)])


@pytest.mark.parametrize(
    ("days", "true"),
    [
        (["2026-02-28", "2026-03-01", "2026-03-02"], True),
        (["2026-03-01", "2026-03-02", "2026-03-03"], False),
        (["2026-02-27", "2026-03-01", "2026-03-02"], False),
        (["2026-02-01", "2026-02-02", "2026-02-03", "2026-02-20"], True),
        (["2026-03-01", "2026-03-02"], False),
    ],
)
def test_the_debtor_is_lost_after_so_many_days_of_failures(w, days, true):
    assert lost(w, {"days_unreachable": {"n": 3}}, *[w.call(f"{day}T09:00") for day in days]) == true


def test_a_day_on_which_something_was_reached_is_no_day_of_failure(w):
    calls = [w.call(f"{day}T09:00") for day in ("2026-02-28", "2026-03-01", "2026-03-02")]
    assert not lost(w, {"days_unreachable": {"n": 3}}, *calls, w.call("2026-03-01T12:00", "dropped"))


@pytest.mark.parametrize(
    ("attempts", "true"),
    [
        ([], False),
        ([("n1", "call", "not_in_service")], True),
        ([("n1", "call", "no_answer"), ("n1", "call", "not_in_service")], True),
        ([("n1", "call", "not_in_service"), ("n1", "sms", "delivered")], False),
        ([("n1", "call", "not_in_service"), ("n2", "call", "busy")], False),
        ([("n1", "call", "not_in_service"), ("n2", "call", "not_in_service")], True),
        ([("n1", "call", "not_in_service"), ("m1", "email", "delivered")], True),
        ([("n2", "call", "conversation"), ("n1", "call", "not_in_service")], True),
        ([("n1", "call", "not_in_service"), ("n2", "call", "conversation")], False),
    ],
)
def test_the_debtor_is_lost_when_every_number_tried_is_out_of_service(w, attempts, true):
    calls = [
        w.call(f"2026-03-02T09:0{i}", outcome, channel, address=address)
        for i, (address, channel, outcome) in enumerate(attempts)
    ]
    assert lost(w, {"number_invalid": True}, *calls) == true


def test_an_attempt_that_is_permitted_for_later_says_nothing_of_the_debtor_yet(w):
    found = w.call("2026-03-02T09:00", "not_in_service", address="n1")
    ahead = w.call("2026-03-04T09:00", "pending", address="n2")
    assert lost(w, {"number_invalid": True}, found, ahead)
    assert not lost(w, {"number_invalid": True}, found, replace(ahead, at=w.at("2026-03-03T09:00")))


DEATH = {"id": "deceased", "opened_by": "died", "max_days": 30, "blocks": ["interest"]}


@pytest.mark.parametrize(
    ("said", "true"),
    [
        ({}, True),
        ({"days": 1}, False),
        ({"name": "other"}, False),
        ({"when": "2026-02-01T09:00"}, False),
        ({"party": Party.GUARANTOR}, False),
        ({"party": Party.SPOUSE}, False),
    ],
)
def test_the_debtor_is_lost_while_a_hold_says_so(w, said, true):
    """GB/T 45251-2025: the debtor is dead or lacks capacity; that the guarantor or the spouse died is not it."""
    known = [DEATH, DEATH | {"id": "other"}]
    opened = w.fact(kind="hold", **({"when": "2026-03-01T09:00", "name": "deceased"} | said))
    assert lost(w, {"holds": ["deceased"]}, opened, holds=known) == true


@pytest.mark.parametrize(("spoken", "true"), [(None, True), ("2026-02-28T09:00", True), ("2026-03-02T09:00", False)])
def test_a_fact_says_that_contact_is_lost_until_the_next_conversation(w, spoken, true):
    said = w.fact("2026-03-01T09:00", "lost_contact")
    calls = [w.call(spoken, Outcome.CONVERSATION, direction=Direction.IN)] if spoken else []
    assert lost(w, {}, said, *calls) == true
    assert lost(w, {}, said, *[w.call("2026-03-02T09:00", "conversation", party=Party.SPOUSE)])


@pytest.mark.parametrize(
    ("grants", "name", "of_whom", "held"),
    [
        ("third_party", "ok", Party.SPOUSE, True),
        ("third_party", "ok", Party.DEBTOR, False),
        ("window", "ok", Party.SPOUSE, False),
        ("third_party", "no", Party.SPOUSE, False),
    ],
)
def test_a_consent_for_third_parties_meets_the_condition_that_names_it(w, grants, name, of_whom, held):
    given = w.fact("2026-03-01T09:00", "consent", name, party=of_whom)
    rule = {"reach": "conditional", "condition": "ok"}
    assert refused(w, rule, given, consents=[{"id": "ok", "grants": grants}]) != held


def test_without_a_zone_no_sign_is_seen(w):
    rule = {"id": "spouse", "reach": "conditional", "condition": "debtor_lost"}
    pack = w.pack(parties=[rule], predicates=[{"id": "debtor_lost", "any": {"number_invalid": True}}])
    called = w.call("2026-03-02T09:00", "not_in_service")
    assert w.judged(w.ask(**SPOUSE), pack, called, zones=()) == ("gate.zone_evidence", "cn.spouse")
