"""Windows: local hours, in every zone, widened and narrowed by what the customer said."""

from datetime import UTC, datetime

import pytest

from domain.model.contact import Party, Place
from tests.domain.compliance.small_packs import (
    LOS_ANGELES,
    NEW_YORK,
    OUT_OF_TIME,
    answer,
    ask,
    fact,
    pack,
    record,
    rule,
    verdict,
)


def window(open="08:00", close="22:00", id="day", **says):
    return rule(id, open=open, close=close, **says)


DAY = pack(windows=[window()])


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-03T07:59", "2026-03-03T08:00"),
        ("2026-03-03T08:00", "allow"),
        ("2026-03-03T21:59", "allow"),
        ("2026-03-03T22:00", "2026-03-04T08:00"),
    ],
)
def test_a_window_opens_inclusive_and_closes_exclusive(at, expected):
    assert answer(ask(at), record(), DAY) == expected


def test_the_last_microsecond_before_the_close_is_open():
    close = ask("2026-03-03T22:00").at
    question = ask()
    assert verdict(type(question)(channel=question.channel, at=close - OUT_OF_TIME), None, DAY).allowed


@pytest.mark.parametrize(
    ("at", "expected"),
    [("2026-03-03T10:30", "2026-03-03T11:00"), ("2026-03-03T20:30", "allow"), ("2026-03-03T22:30", "2026-03-04T11:00")],
)
def test_every_possible_zone_must_be_open(at, expected):
    both = record(zones=(NEW_YORK, LOS_ANGELES))
    assert answer(ask(at, zone=NEW_YORK), both, DAY, zone=NEW_YORK) == expected


def test_a_pack_may_look_at_the_first_zone_only():
    first = pack(windows=[window()], clock={"multi_zone": "first"})
    assert answer(ask("2026-03-03T08:30", zone=NEW_YORK), record(zones=(NEW_YORK, LOS_ANGELES)), first) == "allow"


def test_without_a_zone_nothing_is_allowed_and_what_needs_no_zone_is_told_too():
    never = pack(windows=[window()], parties=[rule("debtor", reach="never")])
    found = verdict(ask(), record(zones=()), never)
    assert found.refused_by == ("gate.zone_evidence", "xx.debtor")
    assert answer(ask(), record(zones=()), DAY) == "event"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-07T12:30", "2026-03-07T13:00"),
        ("2026-03-08T11:30", "2026-03-08T12:00"),
        ("2026-11-01T12:30", "2026-11-01T13:00"),
    ],
)
def test_the_wall_clock_moves_with_daylight_saving(at, expected):
    question = ask(at, zone="UTC")
    assert answer(question, record(zones=(NEW_YORK,)), DAY, zone="UTC") == expected


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-03-08T06:59", "2026-03-08T07:00"),  # 01:59 EST: the wall never shows 02:30, so it opens at 03:00 EDT
        ("2026-11-01T05:00", "allow"),  # 01:00 EDT
        ("2026-11-01T05:30", "2026-11-01T06:00"),  # 01:30 EDT is closed, 01:00 EST is open again
        ("2026-11-01T06:30", "2026-11-01T07:30"),  # 01:30 EST is closed
    ],
)
def test_hours_that_a_change_of_the_clock_skips_or_repeats_follow_the_wall(at, expected):
    night = pack(windows=[window("00:30", "01:30"), window("02:30", "04:00")])
    assert answer(ask(at, zone="UTC"), record(zones=(NEW_YORK,)), night, zone="UTC") == expected


def test_an_hour_that_opens_twice_opens_the_second_time_too():
    late = pack(windows=[window("01:15", "01:45")])
    question = ask("2026-11-01T05:45", zone="UTC")
    assert answer(question, record(zones=(NEW_YORK,)), late, zone="UTC") == "2026-11-01T06:15"


PIECES = [window("07:30", "21:00", weekdays=[1, 2, 3, 4, 5]), window("09:00", "21:00", weekdays=[6, 7])]


@pytest.mark.parametrize(("at", "expected"), [("2026-03-07T08:30", "2026-03-07T09:00"), ("2026-03-09T07:30", "allow")])
def test_pieces_of_one_id_are_a_union(at, expected):
    assert answer(ask(at), record(), pack(windows=PIECES)) == expected


def test_windows_with_several_ids_and_of_several_packs_intersect():
    packs = pack(windows=[window(), window("10:00", "20:00", "bank")]), pack("yy", windows=[window("12:00", "23:00")])
    found = verdict(ask("2026-03-03T07:00"), None, *packs)
    assert found.refused_by == ("xx.day", "xx.bank", "yy.day")
    assert [refusal.next_at.hour + 8 for refusal in found.refusals] == [8, 10, 12]
    assert answer(ask("2026-03-03T07:00"), record(), *packs) == "2026-03-03T12:00"


def test_windows_that_are_never_open_together_wait_for_an_event_though_each_opens():
    never = pack(windows=[window("08:00", "10:00"), window("12:00", "14:00", "other")])
    found = verdict(ask("2026-03-03T07:00"), None, never)
    assert [str(refusal.next) for refusal in found.refusals] == ["instant", "instant"]
    assert str(found.next) == "event"


@pytest.mark.parametrize(
    "question",
    [
        ask("2026-03-03T23:00", "sms"),
        ask("2026-03-03T23:00", party=Party.GUARANTOR),
        ask("2026-03-03T23:00", place=Place.WORKPLACE),
    ],
)
def test_a_window_binds_its_channels_parties_and_place_only(question):
    narrow = pack(
        windows=[window(channels=["call"], parties=["debtor"], place="home")],
        parties=[rule("debtor", reach="free"), rule("guarantor", reach="free")],
    )
    assert answer(question, record(), narrow) == "allow"
    assert answer(ask("2026-03-03T23:00"), record(), narrow) == "2026-03-04T08:00"


@pytest.mark.parametrize(("channel", "expected"), [("call", "2026-03-04T08:00"), ("sms", "allow")])
def test_the_banks_own_margin_ends_calls_sooner(channel, expected):
    careful = pack(windows=[window()], clock={"stop_dialling_before_close": 10})
    assert answer(ask("2026-03-03T21:50", channel), record(), careful) == expected


WIDE = pack(windows=[window(widen_by="debtor_consent")])
LATE = {"opens": 20 * 60, "closes": 23 * 60}


@pytest.mark.parametrize(
    ("at", "says", "expected"),
    [
        ("2026-03-03T22:30", {}, "allow"),
        ("2026-03-03T23:00", {}, "2026-03-04T08:00"),
        ("2026-03-03T22:30", {"days": 2}, "2026-03-04T08:00"),
        ("2026-03-03T22:30", {"days": 3}, "allow"),
        ("2026-03-03T22:30", {"until": "2026-03-03T22:30"}, "2026-03-04T08:00"),
        ("2026-03-03T22:30", {"until": "2026-03-03T22:31"}, "allow"),
        ("2026-03-03T22:30", {"party": Party.GUARANTOR}, "2026-03-04T08:00"),
        ("2026-03-03T22:30", {"party_id": "p1"}, "2026-03-04T08:00"),
        ("2026-03-03T22:30", {"closes": None}, "2026-03-04T08:00"),
        ("2026-03-03T01:00", {"opens": 22 * 60, "closes": 2 * 60}, "allow"),
        ("2026-03-03T02:00", {"opens": 22 * 60, "closes": 2 * 60}, "2026-03-03T08:00"),
        ("2026-03-03T23:30", {"opens": 22 * 60, "closes": 2 * 60}, "allow"),
        ("2026-03-03T05:00", {"opens": 6 * 60, "closes": 7 * 60}, "2026-03-03T06:00"),
    ],
)
def test_an_agreement_in_force_widens_the_rule_that_says_so(at, says, expected):
    agreed = fact("2026-03-01T12:00", "agreed_window", **{**LATE, **says})
    assert answer(ask(at), record(agreed), WIDE) == expected


@pytest.mark.parametrize(
    ("widen_by", "agreed_with", "asked_by", "expected"),
    [
        # 15 USC 1692c(a): "the prior consent of the consumer given directly to the debt collector"
        ("debtor_consent_given_directly", "agency-1", "agency-1", "allow"),
        ("debtor_consent_given_directly", "bank", "agency-1", "2026-03-04T08:00"),
        ("debtor_consent_given_directly", "agency-1", "agency-2", "2026-03-04T08:00"),
        # China, guideline of the Banking Association of 2026: "without the debtor's consent", whoever has it
        ("debtor_consent", "bank", "agency-1", "allow"),
        ("none", "agency-1", "agency-1", "2026-03-04T08:00"),
    ],
)
def test_hours_that_were_agreed_directly_open_for_that_collector_only(widen_by, agreed_with, asked_by, expected):
    agreed = fact("2026-03-01T12:00", "agreed_window", collector=agreed_with, **LATE)
    rules = pack(windows=[window(widen_by=widen_by)])
    assert answer(ask("2026-03-03T22:30", collector=asked_by), record(agreed), rules) == expected


def test_an_agreement_widens_no_other_rule_and_only_its_channel():
    agreed = fact("2026-03-01T12:00", "agreed_window", channel=ask("2026-03-03T12:00", "sms").channel, **LATE)
    assert answer(ask("2026-03-03T22:30", "sms"), record(agreed), WIDE) == "allow"
    assert answer(ask("2026-03-03T22:30"), record(agreed), WIDE) == "2026-03-04T08:00"
    assert answer(ask("2026-03-03T22:30", "sms"), record(agreed), DAY) == "2026-03-04T08:00"


def test_hours_that_were_agreed_for_one_number_open_no_other():
    agreed = fact("2026-03-01T12:00", "agreed_window", address="n1", **LATE)
    asked = [ask("2026-03-03T22:30", address=address) for address in ("n1", "n2", None)]
    assert [answer(each, record(agreed), WIDE) for each in asked] == ["allow", *2 * ["2026-03-04T08:00"]]


def test_the_margin_is_taken_off_agreed_hours_too():
    careful = pack(windows=[window(widen_by="debtor_consent")], clock={"stop_dialling_before_close": 10})
    agreed = fact("2026-03-01T12:00", "agreed_window", opens=22 * 60, closes=5)
    assert answer(ask("2026-03-03T23:54"), record(agreed), careful) == "allow"
    assert answer(ask("2026-03-03T23:55"), record(agreed), careful) == "2026-03-04T08:00"


def prefers(opens, closes, at="2026-03-01T12:00", **says):
    return fact(at, "preferred_window", opens=opens * 60, closes=closes * 60, **says)


def spare(opens, closes, at="2026-03-01T12:00", **says):
    return fact(at, "inconvenient_window", opens=opens * 60, closes=closes * 60, **says)


@pytest.mark.parametrize(
    ("at", "requests", "expected"),
    [
        ("2026-03-03T10:00", [prefers(14, 18)], "2026-03-03T14:00"),
        ("2026-03-03T18:00", [prefers(14, 18)], "2026-03-04T14:00"),
        ("2026-03-03T15:00", [prefers(14, 18)], "allow"),
        ("2026-03-03T14:30", [prefers(14, 18), prefers(15, 20, "2026-03-02T12:00")], "2026-03-03T15:00"),
        ("2026-03-03T10:00", [prefers(10, 11), prefers(15, 20)], "event"),
        ("2026-03-03T10:00", [prefers(14, 18, days=3)], "2026-03-03T14:00"),
        ("2026-03-03T19:00", [prefers(14, 18, days=3)], "2026-03-04T08:00"),
        ("2026-03-03T10:00", [prefers(14, 18, until="2026-03-03T10:20")], "2026-03-03T10:20"),
        ("2026-03-03T10:00", [prefers(14, 18, until="2026-03-03T10:00")], "allow"),
        ("2026-03-03T10:00", [prefers(20, 9)], "2026-03-03T20:00"),
        ("2026-03-03T08:30", [prefers(20, 9)], "allow"),
        ("2026-03-03T10:00", [spare(9, 12)], "2026-03-03T12:00"),
        ("2026-03-03T12:00", [spare(9, 12)], "allow"),
        ("2026-03-03T21:00", [spare(20, 9)], "2026-03-04T09:00"),
        ("2026-03-03T08:30", [spare(20, 9)], "2026-03-03T09:00"),
        ("2026-03-03T10:00", [spare(0, 24)], "event"),
        ("2026-03-03T10:00", [spare(0, 24, days=3)], "2026-03-04T08:00"),
        ("2026-03-03T10:00", [fact("2026-03-01T12:00", "inconvenient_window")], "event"),
        ("2026-03-03T10:00", [prefers(14, 18, party=Party.GUARANTOR)], "allow"),
        ("2026-03-03T10:00", [prefers(14, 18, party_id="p1")], "2026-03-03T14:00"),
        ("2026-03-03T10:00", [prefers(14, 18, channel=ask(channel="sms").channel)], "allow"),
        ("2026-03-03T10:00", [prefers(14, 18), spare(14, 15)], "2026-03-03T15:00"),
    ],
)
def test_requests_narrow_and_a_later_one_replaces_none(at, requests, expected):
    assert answer(ask(at), record(*requests), DAY) == expected


def test_a_request_of_one_person_binds_no_other_of_the_same_kind():
    assert answer(ask("2026-03-03T10:00", party_id="p2"), record(prefers(14, 18, party_id="p1")), DAY) == "allow"


def test_a_request_narrows_agreed_hours_but_no_rule_that_does_not_heed_it():
    agreed = fact("2026-03-01T12:00", "agreed_window", **LATE)
    assert answer(ask("2026-03-03T22:30"), record(agreed, spare(22, 24)), WIDE) == "2026-03-04T08:00"
    deaf = pack(windows=[window(narrow_by="none")])
    assert answer(ask("2026-03-03T10:00"), record(spare(9, 12)), deaf) == "allow"


AUSTRALIA = {"calendar": "AU", "extra": ["2026-01-27"]}


def test_a_holiday_is_closed_agreed_hours_included():
    closed = pack(windows=[window(on_holiday="closed", widen_by="debtor_consent")], holidays=AUSTRALIA)
    agreed = fact("2026-01-01T12:00", "agreed_window", **LATE)
    for at in ("2026-01-26T10:00", "2026-01-26T22:30"):
        assert answer(ask(at), record(agreed), closed) == "2026-01-28T08:00"


def test_without_a_calendar_no_day_is_a_holiday():
    assert answer(ask("2026-01-26T10:00"), record(), pack(windows=[window(on_holiday="closed")])) == "allow"


@pytest.mark.parametrize(("at", "conditions"), [("2026-01-26T10:00", ("xx.day",)), ("2026-02-02T10:00", ())])
def test_a_holiday_may_be_a_warning_only(at, conditions):
    warns = pack(windows=[window(on_holiday="warn")], holidays=AUSTRALIA)
    found = verdict(ask(at), None, warns)
    assert (found.allowed, found.conditions) == (True, conditions)


def test_a_window_that_only_warns_refuses_nothing():
    warns = pack(windows=[window(effect="warn")])
    assert verdict(ask("2026-03-03T23:00"), None, warns).conditions == ("xx.day",)
    assert verdict(ask("2026-03-03T12:00"), None, warns).conditions == ()


def test_an_instant_of_another_zone_is_the_same_instant():
    at = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
    assert answer(ask("2026-03-03T00:00", zone="UTC"), record(), DAY) == "allow"
    assert ask("2026-03-03T08:00").at == at
