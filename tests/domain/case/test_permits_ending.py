"""Permits in time: the places that they hold, and how each ends: reported, expired, returned or taken back."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.model.contact import Direction, Outcome
from domain.model.events import CancelRequested, Hold, Withdraw
from domain.model.permits import PermitState, ReportContact, RequestContact, ReturnPermit
from domain.model.stops import StopInForce, StopKind
from tests.domain.case.desk import packs_of
from tests.domain.compliance.small_packs import cap, cooldown, fact, local, rule

TODAY, TOMORROW = date(2026, 3, 3), date(2026, 3, 4)
OPEN, CANCELLED, EXPIRED = PermitState.OPEN, PermitState.CANCELLED, PermitState.EXPIRED


@given(most=st.integers(1, 5), back=st.integers(0, 4), how=st.sampled_from(["return", "expire", "report"]))
@settings(max_examples=30, deadline=None)
def test_a_cap_gives_as_many_permits_as_it_has_places_and_one_more_for_each_that_is_returned(
    desk_of, most, back, how
) -> None:
    desk = desk_of(packs_of(caps=[cap(most)]))
    given = [desk.request().permit.permit_id for _ in range(most)]
    assert desk.request().refused_by == ("xx.cap",)
    permit_id = given[back % most]
    if how == "return":
        assert desk.give_back(permit_id).accepted
    elif how == "report":
        assert desk.report(permit_id=permit_id).accepted
    else:
        desk.step(at="2026-03-03T12:00")
    assert desk.request().accepted is (how == "return")
    assert not desk.request().accepted


def test_two_requests_of_one_inbox_share_the_last_place(desk_of) -> None:
    desk = desk_of(packs_of(caps=[cap(1)]))
    first, second = desk.step(RequestContact(id="r-1"), RequestContact(id="r-2")).answers
    assert (first.accepted, second.accepted, second.refused_by) == (True, False, ("xx.cap",))


def test_what_another_message_of_the_inbox_frees_or_takes_counts_at_once(desk_of) -> None:
    desk = desk_of(packs_of(caps=[cap(1)]))
    name = desk.request("r-1").permit.permit_id
    _, second = desk.step(ReturnPermit(id="b-1", permit_id=name), RequestContact(id="r-2")).answers
    assert second.accepted
    desk = desk_of(packs_of(caps=[cap(1)]))
    inbound = ReportContact(id="c-1", outcome=Outcome.NO_ANSWER, made_at=desk.now)
    _, refused = desk.step(inbound, RequestContact(id="r-1")).answers
    assert refused.refused_by == ("xx.cap",)


def test_an_unreported_permit_expires_by_itself_and_counts_as_an_attempt(desk_of) -> None:
    desk = desk_of(packs_of(caps=[cap(1)]))
    given = desk.request(minutes=5).permit
    assert desk.world.case.wake_at == given.expires_at
    step = desk.step(at=given.expires_at)
    assert [(e.permit_id, e.how) for e in step.entries] == [(given.permit_id, "expired")]
    assert desk.record.contacts[0].outcome is Outcome.UNREPORTED
    assert desk.world.case.timeline[-1].text == "Permit expired unreported, and counts as made: call, debtor."
    assert not desk.request().accepted
    assert desk.step().entries == ()


def test_of_several_permits_the_case_wakes_for_the_first_that_ends(desk) -> None:
    later, sooner = desk.request(minutes=60).permit, desk.request(minutes=10).permit
    assert desk.world.case.wake_at == sooner.expires_at
    desk.step(at=sooner.expires_at)
    assert desk.world.case.wake_at == later.expires_at
    desk.step(at=later.expires_at)
    assert desk.world.case.wake_at > local("2026-03-04T00:00")


def test_a_permit_is_given_back_once_and_its_id_is_not_used_again(desk) -> None:
    name = desk.request("r-1").permit.permit_id
    answer = desk.give_back(name)
    assert answer.text == f"the permit {name} is given back: no contact may be made under it"
    assert desk.state(name) is CANCELLED
    assert desk.give_back(name).accepted
    assert len([entry for step in desk.steps for entry in step.entries if entry.kind == "close_permit"]) == 1


@pytest.mark.parametrize(
    ("then", "text"),
    [
        (lambda desk, name: desk.step(at="2026-03-03T12:00"), "expired on 2026-03-03 at 12:00: report what became"),
        (lambda desk, name: desk.report("busy", permit_id=name), "was made: it was reported as busy"),
    ],
)
def test_a_permit_that_is_over_cannot_be_given_back(desk, then, text) -> None:
    name = desk.request("r-1").permit.permit_id
    then(desk, name)
    assert text in desk.give_back(name).text


def test_a_permit_of_nobody_or_of_another_account_cannot_be_given_back(desk) -> None:
    other = "a9/1/permit/r-1"
    assert desk.give_back(other).text == f"no permit {other} was given for this account"
    name = desk.request("r-1").permit.permit_id
    held = desk.permits.pop(name)
    of_other = {
        "contact": replace(held.contact, debts=("a9",)),
        "given": held.given.model_copy(update={"permit_id": other}),
    }
    desk.permits[other] = held.model_copy(update=of_other)
    assert not desk.give_back(other).accepted
    assert desk.step(at="2026-03-03T12:00").entries == ()
    desk.step(Withdraw(id="w-1"))
    assert desk.state(other) is OPEN


@pytest.mark.parametrize(
    ("said", "by"),
    [
        (lambda desk: setattr(desk, "stops", (StopInForce(stop_id="s", kind=StopKind.ALL),)), "stop.s"),
        (lambda desk: desk.said.append(fact("2026-03-03T10:05", "hold", "cease")), "xx.cease"),
    ],
)
def test_what_refuses_now_takes_an_open_permit_back(desk_of, said, by) -> None:
    cease = rule("cease", opened_by="ceased", closed_by=["on"], blocks=["collect_contact"])
    desk = desk_of(packs_of(holds=[cease]))
    name = desk.request().permit.permit_id
    said(desk)
    desk.step(at="2026-03-03T10:06")
    assert desk.state(name) is not OPEN
    assert desk.world.case.timeline[-1].text == (
        f"Permit taken back: call, debtor ({by}); unless it is given back it counts as made."
    )


def test_a_hold_of_the_case_takes_the_permits_of_its_days_back(desk) -> None:
    today, tomorrow = desk.request(day=TODAY).permit.permit_id, desk.request(day=TOMORROW).permit.permit_id
    desk.step(Hold(id="h-1", starts_on=TOMORROW))
    assert (desk.state(today), desk.state(tomorrow)) == (OPEN, CANCELLED)


def test_a_conversation_that_starts_a_rest_takes_the_other_permits_back(desk_of) -> None:
    desk = desk_of(packs_of(cooldowns=[cooldown(7)]))
    first, second = desk.request().permit.permit_id, desk.request().permit.permit_id
    desk.report("conversation", at="2026-03-03T10:30", permit_id=first)
    assert (desk.state(first), desk.state(second)) == (PermitState.REPORTED, EXPIRED)
    assert desk.world.case.timeline[-1].text.startswith("Permit taken back: call, debtor (xx.cool)")


def test_a_call_of_the_customer_that_starts_a_rest_takes_permits_back_too(desk_of) -> None:
    desk = desk_of(packs_of(cooldowns=[cooldown(7)]))
    name = desk.request().permit.permit_id
    desk.report("conversation", direction=Direction.IN)
    assert desk.state(name) is EXPIRED


def test_a_permit_taken_back_within_its_time_keeps_its_place_as_its_contact_may_have_been_made(desk_of) -> None:
    desk = desk_of(packs_of(caps=[cap(1)]))
    name = desk.request(at="2026-03-03T10:00").permit.permit_id
    desk.stops = (StopInForce(stop_id="s", kind=StopKind.ALL),)
    step = desk.step(at="2026-03-03T10:06")
    assert [(entry.permit_id, entry.how) for entry in step.entries] == [(name, "taken_back")]
    assert [c.outcome for c in desk.record.contacts] == [Outcome.UNREPORTED]
    desk.stops = ()
    assert desk.request(at="2026-03-03T10:10").refused_by == ("xx.cap",)
    assert desk.step(at="2026-03-03T12:00").entries == ()


def test_a_permit_taken_back_before_its_time_frees_its_place(desk_of) -> None:
    desk = desk_of(packs_of(caps=[cap(1)]))
    desk.request(day=TOMORROW)
    desk.stops = (StopInForce(stop_id="s", kind=StopKind.ALL),)
    step = desk.step(at="2026-03-03T10:06")
    assert [entry.how for entry in step.entries] == ["cancelled"]
    assert desk.world.case.timeline[-1].text == "Permit taken back: call, debtor (stop.s)."
    desk.stops = ()
    assert desk.request(day=TOMORROW).accepted


@pytest.mark.parametrize(("back_at", "is_free"), [("2026-03-03T11:59", True), ("2026-03-03T12:00", False)])
def test_who_did_not_use_a_permit_that_was_taken_back_gives_it_back_within_its_time(desk_of, back_at, is_free) -> None:
    desk = desk_of(packs_of(caps=[cap(1)]))
    name = desk.request(at="2026-03-03T10:00").permit.permit_id
    desk.stops = (StopInForce(stop_id="s", kind=StopKind.ALL),)
    desk.step(at="2026-03-03T10:06")
    desk.stops = ()
    answer = desk.give_back(name, at=back_at)
    assert answer.accepted is is_free
    assert desk.request().accepted is is_free
    if is_free:
        assert desk.permits[name].cancelled_at == local("2026-03-03T10:06")
        assert desk.give_back(name).accepted
    else:
        assert "expired on 2026-03-03 at 12:00: report what became of the contact" in answer.text


def test_what_is_given_back_and_reported_in_one_inbox_was_over_when_it_was_taken_back(desk) -> None:
    name = desk.request(at="2026-03-03T10:00").permit.permit_id
    desk.stops = (StopInForce(stop_id="s", kind=StopKind.ALL),)
    desk.step(at="2026-03-03T10:06")
    told = ReportContact(id="c", permit_id=name, outcome=Outcome.BUSY, made_at=local("2026-03-03T10:07"))
    step = desk.step(ReturnPermit(id="b", permit_id=name), told, at="2026-03-03T10:30")
    assert step.answers[1].text == "recorded as a breach (permit_cancelled): call, debtor, out, busy"


def test_no_permit_is_taken_back_for_the_places_that_the_permits_hold_themselves(desk_of) -> None:
    desk = desk_of(packs_of(caps=[cap(2)]))
    names = [desk.request().permit.permit_id for _ in range(2)]
    desk.step()
    assert {desk.state(name) for name in names} == {OPEN}


@pytest.mark.parametrize("event", [Withdraw(id="w-1"), CancelRequested()])
def test_a_case_that_closes_takes_its_permits_back(desk, event) -> None:
    name = desk.request().permit.permit_id
    step = desk.step(event)
    assert (desk.state(name), step.case.wake_at) == (EXPIRED, None)


def test_a_permit_that_expires_in_the_step_that_closes_the_case_is_closed_once(desk) -> None:
    name = desk.request(minutes=1).permit.permit_id
    step = desk.step(Withdraw(id="w-1"), at="2026-03-03T10:02")
    assert [(entry.permit_id, entry.how) for entry in step.entries] == [(name, "expired")]
    assert [remark.text for remark in step.case.timeline if "ermit" in remark.text] == [
        "Permit given until 2026-03-03 at 10:01: call, debtor.",
        "Permit expired unreported, and counts as made: call, debtor.",
    ]


def test_a_case_that_is_cured_takes_its_permits_back(desk) -> None:
    name = desk.request().permit.permit_id
    desk.world.pay(TODAY, d20260217="100")
    step = desk.step(at="2026-03-03T10:30")
    assert (step.case.closure.outcome, desk.state(name)) == ("cured", EXPIRED)
    assert step.case.timeline[-2].text.startswith("Permit taken back: call, debtor (case.closed)")


def test_a_closed_case_looks_after_a_permit_that_was_left_open(desk) -> None:
    name = desk.request().permit.permit_id
    desk.step(Withdraw(id="w-1"))
    desk.permits[name] = desk.permits[name].model_copy(update={"state": OPEN})
    desk.step()
    assert desk.state(name) is EXPIRED
