"""Permits of one step: clocks that are apart, requests beside what forbids them, and steps that run again."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.model.contact import Direction, Outcome
from domain.model.events import Hold, Release, Withdraw
from domain.model.permits import PermitState, ReportContact, RequestContact
from domain.model.strategy import Channel
from tests.domain.case.desk import packs_of
from tests.domain.compliance.small_packs import cap, contact, cooldown, local

TODAY, TOMORROW = date(2026, 3, 3), date(2026, 3, 4)
OPEN, CANCELLED, EXPIRED = PermitState.OPEN, PermitState.CANCELLED, PermitState.EXPIRED


@pytest.mark.parametrize(
    ("ahead", "refused_by"), [(300, ("xx.cap",)), (301, ())], ids=["within five minutes", "in the future"]
)
def test_a_contact_of_a_clock_ahead_fills_the_cap_of_a_request(desk_of, ahead, refused_by) -> None:
    desk = desk_of(packs_of(caps=[cap(1)]))
    made = replace(contact("2026-03-03T10:00", "delivered", "sms"), at=desk.now + timedelta(seconds=ahead))
    desk.contacts = [made]
    answer = desk.request()
    assert answer.refused_by == refused_by
    assert answer.allowed_at == (local("2026-03-04T08:00") if refused_by else None)


def test_conversations_reported_by_a_clock_ahead_leave_no_permit_open_and_give_no_other(desk_of) -> None:
    desk = desk_of(packs_of(caps=[cap(3)]))
    given = [desk.request().permit.permit_id for _ in range(3)]
    for name in given:
        assert desk.report("conversation", permit_id=name, made="2026-03-03T10:04").accepted
    assert [desk.request().refused_by for _ in range(3)] == [("xx.cap",)] * 3


def test_a_rest_that_a_clock_ahead_begins_takes_the_other_permits_back_at_once(desk_of) -> None:
    desk = desk_of(packs_of(cooldowns=[cooldown(7)]))
    first, second = desk.request().permit.permit_id, desk.request().permit.permit_id
    desk.report("conversation", made="2026-03-03T10:04", permit_id=first)
    assert desk.state(second) is EXPIRED


def test_a_request_in_the_step_that_closes_the_case_is_refused_after_all(desk) -> None:
    step = desk.step(RequestContact(id="r-1"), Withdraw(id="w-1"), RequestContact(id="r-1"))
    first, withdrawn, again = step.answers
    assert (first.accepted, first.permit, first.refused_by) == (False, None, ("case.closed",))
    assert first.text == "contact is not allowed any more by case.closed"
    assert (withdrawn.accepted, again) == (True, first)
    assert (step.entries, desk.permits) == ((), {})


def test_a_request_before_the_report_that_forbids_it_is_refused_after_all(desk_of) -> None:
    desk = desk_of(packs_of(cooldowns=[cooldown(7)]))
    spoke = ReportContact(id="c-1", outcome=Outcome.CONVERSATION, made_at=desk.now, direction=Direction.IN)
    step = desk.step(RequestContact(id="r-1"), spoke)
    assert (step.answers[0].refused_by, [entry.kind for entry in step.entries]) == (("xx.cool",), ["keep_contact"])


def test_an_answer_of_an_earlier_step_stays_as_it_was_given(desk) -> None:
    given = desk.request("r-1")
    step = desk.step(Withdraw(id="w-1"), RequestContact(id="r-1"))
    assert step.answers[1] == given
    assert desk.state(given.permit.permit_id) is EXPIRED


def test_a_permit_of_a_run_that_was_not_adopted_is_the_one_that_is_answered(desk) -> None:
    lost = desk.step(RequestContact(id="r-1"), adopted=False).answers[0]
    step = desk.step(RequestContact(id="r-1"), at="2026-03-03T10:03")
    assert (step.answers[0].permit, step.entries) == (lost.permit, ())
    assert step.case.wake_at == lost.permit.expires_at


def test_a_lost_permit_that_is_refused_by_now_is_taken_back_and_never_given(desk) -> None:
    name = desk.step(RequestContact(id="r-1"), adopted=False).answers[0].permit.permit_id
    step = desk.step(RequestContact(id="r-1"), Withdraw(id="w-1"))
    assert (step.answers[0].accepted, desk.state(name)) == (False, CANCELLED)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"channel": Channel.VISIT}, "the id r-1 was used for a permit that is open: choose a new id"),
        ({}, "the id r-1 was used for a permit that is expired: choose a new id"),
    ],
)
def test_an_id_of_a_lost_run_is_not_free_for_another_contact_or_after_its_end(desk, change, text) -> None:
    desk.step(RequestContact(id="r-1"), adopted=False)
    at = None if change else "2026-03-03T12:00"
    assert desk.step(RequestContact(id="r-1", **change), at=at).answers[0].text == text


def test_a_permit_that_only_a_lost_run_gave_expires_like_any_other(desk) -> None:
    name = desk.step(RequestContact(id="r-1", minutes=5), adopted=False).answers[0].permit.permit_id
    assert desk.step().case.wake_at == local("2026-03-03T10:05")
    desk.step(at="2026-03-03T10:05")
    assert desk.state(name) is EXPIRED


def test_a_contact_that_a_lost_run_stored_counts_once_when_the_step_runs_again(desk_of) -> None:
    desk = desk_of(packs_of(caps=[cap(2)]))
    name = desk.request().permit.permit_id
    told = ReportContact(id="c-1", outcome=Outcome.NO_ANSWER, made_at=desk.now)
    desk.step(told, adopted=False)
    assert desk.state(name) is OPEN
    desk.step(told)
    assert (desk.state(name), len(desk.contacts)) == (OPEN, 1)
    assert desk.request().refused_by == ("xx.cap",)


def test_a_permit_that_was_given_back_takes_no_other_contact_off_the_record(desk_of) -> None:
    desk = desk_of(packs_of(caps=[cap(1)]))
    name = desk.request().permit.permit_id
    desk.give_back(name)
    desk.contacts = [desk.permits[name].contact]
    assert desk.request().refused_by == ("xx.cap",)


def test_a_hold_released_in_the_same_inbox_refuses_no_more(desk) -> None:
    desk.step(Hold(id="h-1"))
    assert desk.step(Release(id="l-1", hold_id="h-1"), RequestContact(id="r-1")).answers[1].accepted


def test_answers_about_contacts_stay_in_the_ledger_and_do_not_swell_the_case(desk) -> None:
    first = desk.request("r-1")
    for number in range(2, 15):
        desk.report("conversation", id=f"c-{number}", direction=Direction.IN)
    assert desk.world.case.answers == {}
    assert len(desk.world.case.model_dump_json()) < 3_000
    assert desk.request("r-1") == first
