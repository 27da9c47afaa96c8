"""Permits: what the gate allows by hand, from when until when, and when it is taken back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.model.case import Stage
from domain.model.contact import Actor, Direction, Outcome, Party, Place
from domain.model.events import CancelRequested, Hold, HoldReason, Release, Withdraw
from domain.model.facts import Reach
from domain.model.permits import PermitState, ReportContact, RequestContact, ReturnPermit
from domain.model.stops import StopInForce, StopKind
from domain.model.strategy import Channel
from tests.domain.case.desk import MINUTE, Desk, packs_of
from tests.domain.compliance.small_packs import LOS_ANGELES, NEW_YORK, TAIPEI, cap, contact, cooldown, fact, local, rule

TODAY, TOMORROW = date(2026, 3, 3), date(2026, 3, 4)
OPEN, CANCELLED, EXPIRED = PermitState.OPEN, PermitState.CANCELLED, PermitState.EXPIRED


# --- from when until when


def test_a_permit_is_for_one_contact_from_now_on_and_holds_its_place(desk) -> None:
    answer = desk.request("r-1")
    given = answer.permit
    assert answer.accepted
    assert given.permit_id == f"{desk.world.case.case_id}/permit/r-1"
    assert (given.valid_from, given.expires_at) == (local("2026-03-03T10:00"), local("2026-03-03T12:00"))
    assert answer.text == (
        "one contact (call, debtor) is permitted from 2026-03-03 at 10:00 until 2026-03-03 at 12:00: "
        "report what becomes of it"
    )
    assert [c.outcome for c in desk.record.contacts] == [Outcome.PENDING]
    assert desk.world.case.timeline[-1].text == "Permit given until 2026-03-03 at 12:00: call, debtor."


@pytest.mark.parametrize(
    ("at", "minutes", "ends"),
    [
        ("2026-03-03T10:00", 30, "2026-03-03T10:30"),
        ("2026-03-03T21:30", 29, "2026-03-03T21:59"),
        ("2026-03-03T21:30", 60, "2026-03-03T22:00"),
        ("2026-03-03T21:59", 1440, "2026-03-03T22:00"),
        ("2026-03-03T08:00", 1440, "2026-03-03T22:00"),
    ],
)
def test_a_permit_ends_with_its_minutes_or_with_the_hours_of_contact(desk, at, minutes, ends) -> None:
    assert desk.request(at=at, minutes=minutes).permit.expires_at == local(ends)


def test_seconds_are_kept_at_the_beginning_and_cut_at_the_end(desk) -> None:
    desk.now = local("2026-03-03T21:58") + timedelta(seconds=37)
    given = desk.request().permit
    assert (given.valid_from, given.expires_at) == (desk.now, local("2026-03-03T22:00"))


def test_a_permit_ends_with_the_consent_that_it_rests_on_to_the_second(desk_of) -> None:
    calls = rule("calls", grants="channel", channels=["call"])
    desk = desk_of(packs_of(consents=[calls]))
    until = local("2026-03-03T10:20") + timedelta(seconds=30)
    for end in (until, local("2026-03-03T10:15")):
        desk.said = [replace(fact("2026-03-01T10:00", "consent", "calls"), until=end)]
        assert desk.request().permit.expires_at == end
        desk.permits.clear()


def test_no_permit_goes_over_a_midnight_in_any_zone_in_which_the_person_may_be(desk_of) -> None:
    desk = desk_of(packs_of(windows=[]), zones=(NEW_YORK, LOS_ANGELES))
    assert desk.request(at="2026-03-03T11:00", minutes=1440).permit.expires_at == local("2026-03-03T00:00", NEW_YORK)
    assert desk.request(at="2026-03-03T13:30", minutes=1440).permit.expires_at == local("2026-03-03T00:00", LOS_ANGELES)


@pytest.mark.parametrize(
    ("day", "at", "begins", "ends"),
    [
        (TODAY, "2026-03-03T06:00", "2026-03-03T08:00", "2026-03-03T22:00"),
        (TODAY, "2026-03-03T10:00", "2026-03-03T10:00", "2026-03-03T22:00"),
        (TOMORROW, "2026-03-03T10:00", "2026-03-04T08:00", "2026-03-04T22:00"),
        (date(2026, 3, 10), "2026-03-03T10:00", "2026-03-10T08:00", "2026-03-10T22:00"),
    ],
)
def test_a_permit_of_a_day_is_for_the_hours_of_that_day(desk, day, at, begins, ends) -> None:
    given = desk.request(at=at, day=day, minutes=1).permit
    assert (given.valid_from, given.expires_at) == (local(begins), local(ends))


def test_of_several_hours_of_a_day_a_permit_is_for_the_first(desk_of) -> None:
    hours = [rule("day", open="08:00", close="12:00"), rule("day", open="14:00", close="20:00")]
    given = desk_of(packs_of(windows=hours)).request(day=TOMORROW).permit
    assert (given.valid_from, given.expires_at) == (local("2026-03-04T08:00"), local("2026-03-04T12:00"))


@pytest.mark.parametrize("day", [date(2026, 3, 2), date(2026, 3, 11), date.min, date.max])
def test_a_day_that_is_over_or_far_away_is_refused(desk, day) -> None:
    answer = desk.request(day=day)
    assert (answer.accepted, answer.refused_by) == (False, ())
    assert answer.text == f"a permit is for a day from today (2026-03-03) up to 7 days ahead, not for {day}"


def test_a_day_without_an_allowed_instant_is_refused_with_the_next_one(desk_of) -> None:
    desk = desk_of(packs_of(caps=[cap(1)]))
    desk.contacts = [contact("2026-03-03T09:00")]
    answer = desk.request(day=TODAY)
    assert (answer.accepted, answer.refused_by, answer.allowed_at) == (False, ("xx.cap",), local("2026-03-04T08:00"))
    assert answer.text.endswith("allowed from 2026-03-04 at 08:00 on")
    assert desk.request(day=TOMORROW).accepted


@settings(max_examples=60, deadline=None)
@given(
    opens=st.integers(0, 1380),
    long=st.integers(15, 900),
    gap=st.integers(1, 300),
    minute=st.integers(0, 1439),
    minutes=st.integers(1, 1440),
    listed=st.booleans(),
)
def test_a_permit_spans_exactly_the_minutes_that_are_allowed(
    desk_of, opens, long, gap, minute, minutes, listed
) -> None:
    closes = min(opens + long, 1440)
    hours = [_hours(opens, closes)] + ([_hours(closes + gap, 1440)] if closes + gap < 1440 else [])
    desk = desk_of(packs_of(windows=hours))
    desk.now = local("2026-03-03T00:00") + minute * MINUTE
    answer = desk.request(minutes=minutes, **({"day": TODAY} if listed else {}))
    if not answer.accepted:
        first = desk.verdict(desk.now)
        assert not first.allowed
        assert answer.allowed_at == first.next_at
        return
    span, at = answer.permit, answer.permit.valid_from
    desk.permits.clear()
    while at < span.expires_at:
        assert desk.verdict(at).allowed
        at += MINUTE
    over = span.expires_at == span.valid_from + minutes * MINUTE and not listed
    assert over or not desk.verdict(at).allowed or at == local("2026-03-04T00:00")


def _hours(opens: int, closes: int) -> dict[str, object]:
    return rule("day", open=f"{opens // 60:02d}:{opens % 60:02d}", close=f"{closes // 60:02d}:{closes % 60:02d}")


# --- refusals


def test_a_refusal_names_every_rule_and_the_first_instant_at_which_none_refuses(desk_of) -> None:
    desk = desk_of(packs_of(caps=[cap(1, n=2)]))
    desk.contacts = [contact("2026-03-03T09:00")]
    answer = desk.request(at="2026-03-03T23:00")
    assert (answer.refused_by, answer.allowed_at) == (("xx.day", "xx.cap"), local("2026-03-05T08:00"))
    assert answer.text == (
        "contact (call, debtor) is not allowed by xx.day, xx.cap: allowed from 2026-03-05 at 08:00 on"
    )
    assert desk.permits == {}


@pytest.mark.parametrize(("most", "when"), [(0, "not before something changes")])
def test_what_no_clock_lifts_has_no_instant(desk_of, most, when) -> None:
    answer = desk_of(packs_of(caps=[cap(most)])).request()
    assert (answer.refused_by, answer.allowed_at, answer.text.endswith(when)) == (("xx.cap",), None, True)


@pytest.mark.parametrize("reason", [HoldReason.OPERATOR, HoldReason.PAUSE])
@pytest.mark.parametrize("ends_on", [None, date(2026, 3, 6)])
def test_a_hold_of_the_case_refuses_until_it_ends(desk, reason, ends_on) -> None:
    desk.step(Hold(id="h-1", reason=reason, ends_on=ends_on))
    answer = desk.request()
    assert (answer.refused_by, answer.allowed_at) == (("hold.h-1",), ends_on and local("2026-03-06T08:00"))
    assert desk.request(day=date(2026, 3, 6)).accepted is (ends_on is not None)


def test_a_hold_agreed_for_later_lies_only_on_its_days(desk) -> None:
    desk.step(Hold(id="h-1", starts_on=TOMORROW, ends_on=date(2026, 3, 6)))
    assert desk.request(day=TODAY).accepted
    assert desk.request(day=TOMORROW).allowed_at == local("2026-03-06T08:00")


def test_holds_and_rules_that_follow_each_other_add_up(desk_of) -> None:
    desk = desk_of(packs_of(caps=[cap(1)]))
    desk.contacts = [contact("2026-03-03T09:00")]
    desk.step(Hold(id="h-1", starts_on=TOMORROW, ends_on=date(2026, 3, 6)))
    assert desk.request().allowed_at == local("2026-03-06T08:00")


def test_a_hold_that_leaves_obligations_out_keeps_nobody_from_calling_about_the_rest(desk) -> None:
    desk.step(Hold(id="h-1", reason=HoldReason.LEFT_OUT, obligations_due_on=(date(2026, 2, 17),)))
    assert desk.request().accepted


@pytest.mark.parametrize(
    ("kind", "value", "asked", "stops"),
    [
        (StopKind.ALL, "", {}, True),
        (StopKind.BANK, "", {}, True),
        (StopKind.BANK, "", {"actor": Actor.AGENCY, "collector": "north"}, False),
        (StopKind.AGENCY, "north", {"actor": Actor.AGENCY, "collector": "north"}, True),
        (StopKind.AGENCY, "north", {"actor": Actor.AGENCY, "collector": "south"}, False),
        (StopKind.CHANNEL, "call", {}, True),
        (StopKind.CHANNEL, "call", {"channel": Channel.VISIT}, False),
    ],
)
@pytest.mark.parametrize("day", [None, TOMORROW])
def test_an_emergency_stop_refuses_what_it_closes(desk, kind, value, asked, stops, day) -> None:
    desk.stops = (StopInForce(stop_id="s-1", kind=kind, value=value),)
    answer = desk.request(day=day, **asked)
    assert (answer.accepted, answer.refused_by, answer.allowed_at) == (
        (False, ("stop.s-1",), None) if stops else (True, (), None)
    )


def test_an_old_feed_refuses_and_takes_nothing_back(desk) -> None:
    given = desk.request().permit.permit_id
    desk.fresh_until = desk.now - timedelta(days=30)
    answer = desk.request()
    assert (answer.refused_by, answer.allowed_at) == (("feed.stale",), None)
    assert desk.state(given) is OPEN
    desk.step(at="2026-03-03T12:00")
    assert desk.state(given) is EXPIRED


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ({"actor": Actor.AGENCY}, "bank is the bank itself: say which agency makes the contact, as collector"),
        ({"address": "none"}, "the person has no contact point none today: give the id of one that is listed"),
        ({"address": "mail"}, "the contact point mail is not for this: it is for email, debtor"),
        ({"address": "mobile", "party": Party.GUARANTOR}, "the contact point mobile is not for this: it is for call"),
        ({"address": "bob", "party": Party.GUARANTOR, "party_id": "eve"}, "bob is that of another guarantor"),
    ],
)
def test_an_address_of_somebody_else_is_refused_in_one_sentence(desk, asked, text) -> None:
    desk.reach = (
        Reach(address="mobile", channel=Channel.CALL),
        Reach(address="mail", channel=Channel.EMAIL),
        Reach(address="bob", channel=Channel.CALL, party=Party.GUARANTOR, party_id="bob"),
    )
    answer = desk.request(**asked)
    assert (answer.accepted, answer.permit) == (False, None)
    assert text in answer.text


def test_a_contact_point_tells_whose_it_is_and_where(desk_of) -> None:
    at_home = rule("day", open="08:00", close="22:00", place="home")
    at_work = rule("work", open="10:00", close="16:00", place="workplace")
    bob = Reach(address="bob", channel=Channel.CALL, party=Party.GUARANTOR, party_id="bob", place=Place.WORKPLACE)
    desk = desk_of(packs_of(windows=[at_home, at_work]), reach=(bob,))
    given = desk.request(address="bob", party=Party.GUARANTOR, minutes=1440).permit
    assert given.expires_at == local("2026-03-03T16:00")
    held = desk.permits[given.permit_id].contact
    assert (held.address, held.party_id, held.place) == ("bob", "bob", Place.WORKPLACE)


def test_a_case_that_sleeps_until_its_first_day_permits_nothing(new_world) -> None:
    world = new_world(zone=TAIPEI)
    world.open(TODAY, clock="09:00", opens_at=local("2026-03-20T09:00"))
    answer = Desk(world, packs_of()).request()
    assert answer.text == "nothing is past due yet: the case opens on 2026-03-20 at 09:00"


def test_a_case_within_its_grace_permits_what_the_gate_allows_and_wakes_for_its_end(new_world) -> None:
    world = new_world(zone=TAIPEI, grace=5)
    world.owe(date(2026, 3, 1), "100")
    world.open(TODAY, clock="09:00", stage=Stage.WAITING)
    desk = Desk(world, packs_of())
    answer = desk.request()
    assert (world.case.stage, world.case.wake_at) == ("waiting", answer.permit.expires_at)


def test_a_closed_case_permits_nothing(desk) -> None:
    desk.step(Withdraw(id="w-1"))
    assert desk.request().text == "this case is closed: withdrawn"


# --- caps: an open permit holds its place


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


# --- how a permit ends


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


# --- clocks: what is stored already counts, though it was made by a clock ahead of the step's


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


# --- a permit that is refused before its answer is out was never given


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


# --- a step that runs again


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
