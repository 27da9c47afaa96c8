"""Permits: what the gate allows by hand, from when until when, and what refuses it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.model.case import Stage
from domain.model.contact import Actor, Outcome, Party, Place
from domain.model.events import Hold, HoldReason, Withdraw
from domain.model.facts import Reach
from domain.model.permits import PermitState
from domain.model.stops import StopInForce, StopKind
from domain.model.strategy import Channel
from tests.domain.case.desk import MINUTE, Desk, packs_of
from tests.domain.compliance.small_packs import LOS_ANGELES, NEW_YORK, TAIPEI, cap, contact, fact, local, rule

TODAY, TOMORROW = date(2026, 3, 3), date(2026, 3, 4)
OPEN, CANCELLED, EXPIRED = PermitState.OPEN, PermitState.CANCELLED, PermitState.EXPIRED


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
        ({"collector": "north"}, "the creditor is the bank itself, not north: say what north is, as actor"),
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
