"""The auditor reads the customer's wall clock."""

from __future__ import annotations

import pytest

from domain.model.contact import Party

DAY = {"id": "day", "open": "08:00", "close": "22:00"}
NIGHT = {"id": "night", "open": "00:00", "close": "24:00"}
AU = {"calendar": "AU", "kinds": ["national"]}
SYDNEY = "Australia/Sydney"


@pytest.mark.parametrize(
    ("when", "allowed"),
    [("07:59:59", False), ("08:00", True), ("12:00", True), ("21:59:59", True), ("22:00", False), ("23:30", False)],
)
def test_a_window_opens_inclusive_and_closes_exclusive(w, when, allowed):
    assert w.judged(w.ask(f"2026-03-03T{when}"), w.pack(windows=[DAY])) == (() if allowed else ("cn.day",))


def test_a_window_that_ends_with_the_day_is_open_until_midnight(w):
    assert w.judged(w.ask("2026-03-03T23:59:59"), w.pack(windows=[NIGHT])) == ()


@pytest.mark.parametrize(("when", "allowed"), [("11:59", True), ("12:30", False), ("13:00", True)])
def test_pieces_of_one_window_are_a_union(w, when, allowed):
    pieces = [DAY | {"close": "12:00"}, DAY | {"open": "13:00"}]
    assert w.judged(w.ask(f"2026-03-03T{when}"), w.pack(windows=pieces)) == (() if allowed else ("cn.day",))


def test_two_windows_and_two_packs_must_all_be_open(w):
    cn = w.pack(windows=[DAY, DAY | {"id": "late", "open": "10:00"}])
    bank = w.pack("bank", windows=[DAY | {"id": "office", "open": "09:30"}])
    assert w.judged(w.ask("2026-03-03T09:00"), (cn, bank)) == ("cn.late", "bank.office")
    assert w.judged(w.ask("2026-03-03T10:00"), (cn, bank)) == ()


@pytest.mark.parametrize(
    ("piece", "more"),
    [
        ({"channels": ["sms"]}, {}),
        ({"parties": ["guarantor"]}, {}),
        ({"place": "workplace"}, {}),
        ({"effect": "warn"}, {}),
    ],
)
def test_a_window_that_is_not_about_the_contact_or_only_warns_is_no_breach(w, piece, more):
    assert w.judged(w.ask("2026-03-03T23:00", **more), w.pack(windows=[DAY | piece])) == ()


def test_a_presumption_is_a_breach(w):
    assert w.judged(w.ask("2026-03-03T23:00"), w.pack(windows=[DAY | {"effect": "presumption"}])) == ("cn.day",)


@pytest.mark.parametrize(("day", "allowed"), [("2026-03-06", True), ("2026-03-07", False), ("2026-03-08", False)])
def test_a_window_is_open_on_its_weekdays(w, day, allowed):
    week = w.pack(windows=[DAY | {"weekdays": [1, 2, 3, 4, 5]}])
    assert w.judged(w.ask(f"{day}T10:00"), week) == (() if allowed else ("cn.day",))


@pytest.mark.parametrize(
    ("calendar", "day", "allowed"),
    [
        (AU, "2026-12-25", False),
        (AU, "2026-12-24", True),
        (AU | {"exclude": ["2026-12-25"]}, "2026-12-25", True),
        (AU | {"extra": ["2026-12-24"]}, "2026-12-24", False),
        (AU | {"extra": ["2026-12-25"], "exclude": ["2026-12-25"]}, "2026-12-25", False),
        (AU | {"calendar": "AU-VIC"}, "2026-11-03", True),
        (AU | {"kinds": ["national", "regional"]}, "2026-11-03", True),
        (AU | {"calendar": "AU-VIC", "kinds": ["national", "regional"]}, "2026-11-03", False),
        (AU | {"calendar": "AU-VIC", "kinds": ["regional"]}, "2026-12-25", True),
        (None, "2026-12-25", True),
    ],
)
def test_a_window_that_closes_on_holidays_is_closed_on_those_of_its_pack(w, calendar, day, allowed):
    au = w.pack("au", windows=[DAY | {"on_holiday": "closed"}], holidays=calendar)
    asked = w.judged(w.ask(f"{day}T10:00", zone=SYDNEY), au, zones=(SYDNEY,))
    assert asked == (() if allowed else ("au.day",))


@pytest.mark.parametrize("on_holiday", ["same", "warn"])
def test_a_holiday_does_not_close_a_window_that_stays_open_or_warns(w, on_holiday):
    au = w.pack("au", windows=[DAY | {"on_holiday": on_holiday}], holidays=AU)
    assert w.judged(w.ask("2026-12-25T10:00", zone=SYDNEY), au, zones=(SYDNEY,)) == ()


def test_hours_that_were_agreed_do_not_open_a_holiday(w):
    au = w.pack("au", windows=[DAY | {"on_holiday": "closed", "widen_by": "debtor_consent"}], holidays=AU)
    agreed = w.fact("2026-12-01T10:00", "agreed_window", opens=1200, closes=1380)
    late = "2026-12-25T22:30", "2026-12-24T22:30"
    found = [w.judged(w.ask(t, zone=SYDNEY), au, agreed, zones=(SYDNEY,)) for t in late]
    assert found == [("au.day",), ()]


@pytest.mark.parametrize(
    ("widen_by", "agreed", "allowed"),
    [
        ("debtor_consent", {}, True),
        ("none", {}, False),
        ("debtor_consent", {"channel": "call"}, True),
        ("debtor_consent", {"channel": "sms"}, False),
        ("debtor_consent", {"party": Party.GUARANTOR}, False),
        ("debtor_consent", {"until": "2026-03-03T22:30"}, False),
        ("debtor_consent", {"until": "2026-03-03T22:31"}, True),
        ("debtor_consent", {"days": 2}, False),
        ("debtor_consent", {"days": 3}, True),
        ("debtor_consent", {"opens": 1320, "closes": 120}, True),
        ("debtor_consent", {"opens": 1380, "closes": 1350}, False),
        ("debtor_consent", {"opens": 1380, "closes": 1351}, True),
        ("debtor_consent", {"opens": 1351, "closes": 1380}, False),
        ("debtor_consent", {"closes": 1350}, False),
        ("debtor_consent", {"opens": None, "closes": None}, False),
        ("debtor_consent", {"opens": None}, False),
        ("debtor_consent", {"closes": None}, False),
        ("debtor_consent", {"address": "n1"}, False),
    ],
)
def test_hours_that_the_customer_agreed_to_are_open_while_they_hold(w, widen_by, agreed, allowed):
    said = w.fact("2026-03-01T12:00", "agreed_window", **({"opens": 1200, "closes": 1380} | agreed))
    found = w.judged(w.ask("2026-03-03T22:30"), w.pack(windows=[DAY | {"widen_by": widen_by}]), said)
    assert found == (() if allowed else ("cn.day",))


@pytest.mark.parametrize(
    ("said", "allowed"),
    [
        ([("preferred_window", 540, 660)], True),
        ([("preferred_window", 660, 720)], False),
        ([("preferred_window", 540, 660), ("preferred_window", 660, 720)], False),
        ([("inconvenient_window", 600, 660)], False),
        ([("inconvenient_window", 540, 600)], True),
        ([("inconvenient_window", 1320, 601)], False),
        ([("preferred_window", 540, 660), ("inconvenient_window", 599, 601)], False),
    ],
)
def test_every_request_about_hours_narrows_the_window(w, said, allowed):
    facts = [w.fact("2026-03-01T12:00", kind, opens=opens, closes=closes) for kind, opens, closes in said]
    assert w.judged(w.ask(), w.pack(windows=[DAY]), *facts) == (() if allowed else ("cn.day",))
    assert w.judged(w.ask(), w.pack(windows=[DAY | {"narrow_by": "none"}]), *facts) == ()


def test_a_request_narrows_hours_that_were_agreed_as_well(w):
    agreed = w.fact("2026-03-01T12:00", "agreed_window", opens=1200, closes=1380)
    wished = w.fact("2026-03-01T13:00", "preferred_window", opens=540, closes=660)
    widened = w.pack(windows=[DAY | {"widen_by": "debtor_consent"}])
    assert w.judged(w.ask("2026-03-03T22:30"), widened, agreed, wished) == ("cn.day",)


@pytest.mark.parametrize(
    ("channel", "when", "allowed"),
    [
        ("call", "21:49", True),
        ("call", "21:50", False),
        ("sms", "21:59", True),
        ("call", "23:49", True),
        ("call", "23:50", False),
        ("sms", "23:59", True),
    ],
)
def test_dialling_stops_before_every_close(w, channel, when, allowed):
    pack = w.pack(windows=[DAY | {"widen_by": "debtor_consent"}], clock={"stop_dialling_before_close": 10})
    agreed = w.fact("2026-03-01T12:00", "agreed_window", opens=1380, closes=1440)
    assert w.judged(w.ask(f"2026-03-03T{when}", channel), pack, agreed) == (() if allowed else ("cn.day",))


@pytest.mark.parametrize(("utc", "allowed"), [("2026-03-07T12:30", False), ("2026-03-08T12:30", True)])
def test_the_wall_clock_changes_with_daylight_saving(w, utc, allowed):
    found = w.judged(w.ask(utc, zone="UTC"), w.pack("us", windows=[DAY]), zones=("America/New_York",))
    assert found == (() if allowed else ("us.day",))


@pytest.mark.parametrize(
    ("when", "multi_zone", "broken"),
    [
        ("10:30", "intersect", True),
        ("11:00", "intersect", False),
        ("10:30", "first", False),
    ],
)
def test_every_zone_in_which_the_customer_may_be_must_be_open(w, when, multi_zone, broken):
    zones = "America/New_York", "America/Los_Angeles"
    us = w.pack("us", windows=[DAY], clock={"multi_zone": multi_zone})
    found = w.judged(w.ask(f"2026-03-03T{when}", zone=zones[0]), us, zones=zones)
    assert found == (("us.day",) if broken else ())


@pytest.mark.parametrize(
    ("widen_by", "told", "asked_by", "opens"),
    [
        ("debtor_consent_given_directly", "bank", "bank", True),
        ("debtor_consent_given_directly", "bank", "agency-1", False),
        ("debtor_consent_given_directly", "agency-1", "agency-1", True),
        ("debtor_consent_given_directly", "agency-1", "agency-2", False),
        ("debtor_consent", "bank", "agency-1", True),
        ("none", "bank", "bank", False),
    ],
)
def test_hours_agreed_with_one_collector_open_no_door_for_another(w, widen_by, told, asked_by, opens):
    """15 USC 1692c(a): the prior consent of the consumer given directly to the debt collector."""
    said = w.fact("2026-03-01T12:00", "agreed_window", opens=1200, closes=1380, collector=told)
    pack = w.pack(windows=[DAY | {"widen_by": widen_by}])
    found = w.judged(w.ask("2026-03-03T22:30", collector=asked_by), pack, said)
    assert found == (() if opens else ("cn.day",))


GUARANTOR = {"party": Party.GUARANTOR}
P1 = GUARANTOR | {"party_id": "p1"}


@pytest.mark.parametrize(
    ("said", "asked", "agreed_opens", "wish_closes"),
    [
        (P1, P1, True, True),
        (P1, GUARANTOR, False, True),
        (P1, GUARANTOR | {"party_id": "p2"}, False, False),
        (GUARANTOR, P1, True, True),
        ({}, P1, False, False),
    ],
)
def test_who_is_not_known_agreed_to_nothing_and_may_have_asked_for_rest(w, said, asked, agreed_opens, wish_closes):
    """China Banking Association 2026: not in closed hours without the consent of that very person."""
    pack = w.pack(windows=[DAY | {"widen_by": "debtor_consent"}], parties=[{"id": "guarantor", "reach": "free"}])
    agreed = w.fact("2026-03-01T12:00", "agreed_window", opens=1200, closes=1380, **said)
    assert w.judged(w.ask("2026-03-03T22:30", **asked), pack, agreed) == (() if agreed_opens else ("cn.day",))
    rest = w.fact("2026-03-01T12:00", "inconvenient_window", opens=540, closes=660, **said)
    assert w.judged(w.ask("2026-03-03T10:00", **asked), pack, rest) == (("cn.day",) if wish_closes else ())


@pytest.mark.parametrize(("asked", "opens"), [({"address": "m1"}, True), ({"address": "m2"}, False), ({}, False)])
def test_hours_agreed_for_one_number_open_no_other(w, asked, opens):
    said = w.fact("2026-03-01T12:00", "agreed_window", opens=1200, closes=1380, address="m1")
    pack = w.pack(windows=[DAY | {"widen_by": "debtor_consent"}])
    assert w.judged(w.ask("2026-03-03T22:30", **asked), pack, said) == (() if opens else ("cn.day",))
