"""The ends of a chain: what the ledger has and no row tells of, and what rows tell of and the ledger does not have."""

from __future__ import annotations

import pytest

from domain.audit.ends import check_case, left_alone
from domain.audit.missed import Kept
from domain.audit.told import KeptCase
from domain.model.contact import Outcome
from domain.model.facts import MessageState
from domain.model.permits import PermitState
from tests.domain.audit.sealing import CASE, KEY, at, contact, given, intended, message, permit, reported, seal

CALLED = {"channel": "call", "outcome": Outcome.BUSY, "address": None}
REMINDING = {"stage": "reminding", "outcome": None}
NEW = KeptCase(CASE, 0, None, "waiting")


def stands(step_no, minutes=0, **more):
    return KeptCase(CASE, step_no, at(minutes), **{"stage": "reminding", **more})


def step(number, minutes=0, row=1, decision=REMINDING):
    return seal("step", row, minutes, step_no=number, decision=decision)


def of_notice(kind, number=2, **body):
    return seal(kind, number, key=KEY, **body)


def check(*seals, case=NEW, messages=(), contacts=(), permits=(), holds=True):
    kept = Kept(
        {one.key: one for one in messages},
        {one.contact_id: one for one in contacts},
        {one.permit_id: one for one in permits},
        seals,
    )
    return list(check_case(case, len(seals), seals, kept, holds=holds))


def missed(*seals, **kept):
    """What is told to be missing at the end."""
    found = check(*seals, **kept)
    assert all((one.what, one.case_seq) == ("missing", len(seals) + 1) for one in found)
    return [one.why.removeprefix("at the end: no row tells of ") for one in found]


def alone(*seals, **kept):
    return [(one.case_seq, str(one.what)) for one in check(*seals, **kept)]


def test_a_case_that_did_nothing_has_nothing_to_tell():
    assert check() == []


# --- steps


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        ((1, 2, 3), []),
        ((1, 2), ["step 3"]),
        ((1,), ["step 2, step 3"]),
        ((), ["step 1, step 2, step 3"]),
    ],
)
def test_the_row_of_every_step_is_there(told, missing):
    rows = [step(number, row=number) for number in told]
    assert missed(*rows, case=stands(3, 0)) == missing


def test_of_many_things_the_first_are_named_and_the_rest_are_counted():
    assert missed(case=stands(9, 0)) == ["step 1, step 2, step 3, step 4, step 5 and 4 more"]


def test_steps_without_end_are_counted_without_going_through_them():
    (told,) = missed(step(1), case=stands(10**12, 0))
    assert told.startswith("step 2, step 3, step 4, step 5, step 6 and 96 more")


def test_the_last_run_of_a_step_that_ran_again_is_missed_by_its_instant():
    case = stands(1, 5)
    assert missed(step(1), step(1, 5, 2), case=case) == []
    assert missed(step(1), case=case) == [f"what the case did at {at(5).isoformat()}"]


def test_a_case_that_was_resumed_stands_at_the_instant_of_that():
    case = stands(1, 5)
    assert missed(step(1), seal("episode_resumed", 2, 5), case=case) == []


@pytest.mark.parametrize("body", [{}, {"step_no": "2"}, {"step_no": [1]}, {"step_no": 3}])
def test_a_last_step_that_the_case_never_took_stands_alone(body):
    assert alone(step(1), seal("step", 2, 0, **body), case=stands(1, 0)) == [(2, "alone")]


def test_a_step_after_the_last_stands_alone_and_so_does_one_of_a_case_that_took_none():
    assert alone(step(1), step(2, 5, 2), case=stands(1, 0)) == [(2, "alone")]
    assert alone(step(1), case=NEW) == [(1, "alone")]


@pytest.mark.parametrize(
    ("decision", "more", "fits"),
    [
        (REMINDING, {}, True),
        (REMINDING, {"stage": "closed", "outcome": "withdrawn"}, False),
        ({"stage": "closed", "outcome": "cured"}, {"stage": "closed", "outcome": "withdrawn"}, False),
        ({"stage": "closed", "outcome": "cured"}, {"stage": "closed", "outcome": "cured"}, True),
        (None, {}, False),
        ("reminding", {}, False),
    ],
)
def test_a_case_stands_where_its_last_step_left_it(decision, more, fits):
    assert alone(step(1, decision=decision), case=stands(1, **more)) == ([] if fits else [(1, "alone")])


def test_two_steps_of_one_instant_are_two():
    assert missed(step(1), step(2, row=2), case=stands(3, 0)) == ["step 3"]


def test_a_run_that_an_operator_set_back_goes_back_in_its_steps():
    assert check(step(1), step(2, 1, 2), step(2, 2, 3), case=stands(2, 2)) == []
    assert check(step(1), step(2, 1, 2), step(1, 2, 3), case=stands(1, 2)) == []


def test_rows_of_a_kind_that_nobody_writes_were_put_in():
    assert alone(seal("forged")) == [(1, "inserted")]


def test_where_the_chain_does_not_hold_nothing_is_missed_at_its_end():
    assert check(case=stands(3, 0), holds=False) == []
    assert [one.what for one in check(seal("forged"), holds=False)] == ["inserted"]


# --- messages


@pytest.mark.parametrize(
    ("state", "rows", "missing"),
    [
        ("sending", [intended()], []),
        ("sending", [intended(), intended(2, "notice_tried_again")], []),
        ("sending", [], [f"the message {KEY} as sending"]),
        ("sent", [intended(), of_notice("notice_sent")], []),
        ("sent", [intended()], [f"the message {KEY} as sent"]),
        ("sent", [of_notice("notice_sent")], [f"the intent of the message {KEY}"]),
        ("refused", [of_notice("notice_refused")], []),
        ("refused", [], [f"the message {KEY} as refused"]),
        ("failed", [intended(), of_notice("notice_failed")], []),
        ("unknown", [intended(), of_notice("notice_unknown")], []),
        ("sent", [intended(), of_notice("notice_unknown"), of_notice("notice_resolved", 3, state="sent")], []),
        (
            "unknown",
            [intended(), of_notice("notice_unknown"), of_notice("notice_contradicted", 3, stored="unknown")],
            [],
        ),
        ("failed", [intended(), of_notice("notice_sent"), of_notice("notice_bounced", 3, state="failed")], []),
        ("sent", [intended(), of_notice("notice_accepted", state="sent", stored="sending")], []),
        ("sent", [intended(), of_notice("notice_refused"), of_notice("notice_sent", 3)], []),
        ("sent", [intended(), of_notice("notice_sent"), of_notice("notice_delivered", 3, state="lost")], []),
    ],
)
def test_how_far_a_message_came_stands_in_its_rows(state, rows, missing):
    assert missed(*rows, messages=[message(state=MessageState(state))]) == missing


def test_messages_of_other_cases_are_told_of_in_their_chains():
    assert missed(messages=[message(case_id="a2/1")]) == []


def test_a_refusal_of_a_message_that_is_nowhere_stands_alone():
    assert alone(of_notice("notice_refused", 1)) == [(1, "alone")]
    assert alone(of_notice("notice_deferred", 1)) == [], "what waits has no message yet"
    assert alone(seal("notice_refused")) == [(1, "alone")]


def test_a_message_that_left_and_is_nowhere_is_a_breach_and_not_told_twice():
    rows = [intended(), of_notice("notice_refused"), of_notice("notice_sent", 3)]
    assert check(*rows) == []
    (breach,) = left_alone(CASE, rows, ())
    assert (breach.reference, breach.rule) == (KEY, "gate.unasked")
    assert breach.why == f"row 3 of chain {CASE} says notice_sent, and the ledger has no such message"
    assert list(left_alone(CASE, rows, {KEY})) == []
    assert list(left_alone(CASE, [of_notice("notice_deferred"), of_notice("notice_refused")], ())) == []


# --- permits and reports

CLOSED = seal("permit_closed", 2, permit="r1", how="expired")


@pytest.mark.parametrize(
    ("outcome", "state", "rows", "missing"),
    [
        ("pending", "open", [given()], []),
        ("pending", "open", [], ["the permit r1"]),
        ("busy", "reported", [given(), reported()], []),
        ("busy", "reported", [given()], ["the report about r1"]),
        ("busy", "reported", [reported()], ["the permit r1"]),
        ("unreported", "expired", [given(), CLOSED], []),
        ("unreported", "expired", [given()], ["the end of the permit r1"]),
        ("pending", "cancelled", [given()], ["the end of the permit r1"]),
        ("busy", "reported", [], ["the permit r1, the report about r1"]),
    ],
)
def test_how_far_a_permit_came_stands_in_its_rows(outcome, state, rows, missing):
    made = contact("r1", made=CALLED | {"outcome": Outcome(outcome)})
    assert missed(*rows, contacts=[made], permits=[permit(state=PermitState(state))]) == missing


def test_a_contact_without_a_permit_was_reported():
    made = contact("c1", made=CALLED)
    assert missed(contacts=[made]) == ["the contact c1"]
    assert missed(reported(1, "c1"), contacts=[made]) == []
    assert missed(contacts=[contact("c1", made=CALLED, case_id=None)]) == [], "of no case there is no chain"
    assert missed(intended(), contacts=[contact()], messages=[message(state=MessageState.SENDING)]) == []


def test_rows_of_permits_and_reports_that_are_nowhere_stand_alone():
    assert alone(given(), CLOSED, reported(3)) == [(1, "alone"), (2, "alone"), (3, "alone")]
    made = contact("r1", made=CALLED)
    assert alone(given(), reported(), contacts=[made]) == [(1, "alone")]
    assert alone(given(), permits=[permit()]) == [(1, "alone")]
