"""The replay finds what was planted, and nothing in a clean record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.audit.closed import Closing
from domain.audit.permits import Permit
from domain.audit.replay import Made, audit, judge_made
from domain.audit.told import FeedTold, KeptStop
from domain.model.contact import Actor, Direction, Party, PastContact, Purpose
from domain.model.stops import StopKind


def pack(w):
    """One pack with a rule of every kind."""
    return w.pack(
        windows=[{"id": "day", "open": "08:00", "close": "22:00", "on_holiday": "closed"}],
        holidays={"calendar": "CN", "extra": ["2026-03-10"]},
        caps=[
            {
                "id": "six",
                "max": 2,
                "unit": "attempt",
                "scope": ["number"],
                "actors_added": "all",
                "channels": ["call"],
                "period": {"kind": "rolling_dates", "n": 1},
            }
        ],
        cooldowns=[
            {
                "id": "rest",
                "after": {"event": "conversation"},
                "days": 3,
                "blocks": {"channels": ["call"]},
                "scope": ["person"],
                "actors_added": "all",
            }
        ],
        consents=[{"id": "texts", "grants": "channel", "channels": ["im"]}],
        opt_outs=[{"id": "stop", "channels": ["sms"], "scope": "address"}],
        holds=[{"id": "dispute", "opened_by": "disputed", "closed_by": ["verified"], "blocks": ["collect_contact"]}],
        notices=[{"id": "transfer", "required_before": "collect_contact"}],
        parties=[
            {"id": "debtor", "reach": "free"},
            {"id": "employer", "reach": "never"},
            {"id": "spouse", "reach": "conditional", "condition": "lost"},
        ],
        predicates=[{"id": "lost", "any": {"number_invalid": True}}],
    )


HOUR = timedelta(hours=1)


def permit_for(contact: PastContact, name: str) -> Permit:
    return Permit(name, contact.at - HOUR, contact.at - HOUR, contact.at + HOUR, {})


def made(contact: PastContact, n: int = 0, **more: Any) -> Made:
    name = f"c{n}"
    said = {"purpose": Purpose.COLLECT, "notice": None, "reference": name, "needs_permit": True}
    return Made(contact=contact, **({"permit": permit_for(contact, name)} | said | more))


def replayed(w, contacts, *facts, zones=("Asia/Shanghai",), **more):
    given = w.fact("2026-03-01T08:00", "notice_given", "transfer")
    record = w.record(given, *facts, *contacts, zones=zones)
    found = audit([made(c, n, **more) for n, c in enumerate(contacts)], record, (pack(w),))
    return [(breach.reference, breach.rule) for breach in found]


def test_a_clean_record_has_no_breach(w):
    contacts = [
        w.call("2026-03-02T10:00", address="n1"),
        w.call("2026-03-02T11:00", address="n1"),
        w.call("2026-03-03T10:00", "conversation", address="n1"),
        w.call("2026-03-04T10:00", "delivered", "sms", address="n1"),
        w.call("2026-03-06T10:00", "pending", address="n1"),
    ]
    assert replayed(w, contacts) == []


PLANTED = {
    "cn.day": {"contacts": [{"when": "2026-03-02T22:00"}]},
    "cn.day on a holiday": {"contacts": [{"when": "2026-03-10T10:00"}]},
    "cn.six": {"contacts": [{"when": f"2026-03-02T1{i}:00"} for i in range(3)]},
    "cn.rest": {"contacts": [{"when": "2026-03-02T10:00", "outcome": "conversation"}, {"when": "2026-03-04T10:00"}]},
    "cn.texts": {"contacts": [{"channel": "im", "outcome": "delivered"}]},
    "cn.stop": {"contacts": [{"channel": "sms", "outcome": "delivered"}], "facts": [("opt_out", "")]},
    "cn.dispute": {"contacts": [{}], "facts": [("hold", "dispute")]},
    "gate.unknown_hold": {"contacts": [{}], "facts": [("hold", "mystery")]},
    "cn.employer": {"contacts": [{"party": Party.EMPLOYER}]},
    "cn.spouse": {"contacts": [{"party": Party.SPOUSE}]},
    "gate.party": {"contacts": [{"party": Party.REFEREE}]},
    "gate.zone_evidence": {"contacts": [{}], "zones": ()},
    "gate.no_permit": {"contacts": [{"actor": Actor.AGENCY, "collector": "agency-1"}], "permit": None},
}


@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_breach_is_found_with_its_rule_in_the_contact_that_made_it(w, rule):
    planted = dict(PLANTED[rule])
    contacts = [w.call(**({"when": "2026-03-02T10:00"} | one)) for one in planted.pop("contacts")]
    facts = [w.fact("2026-03-01T09:00", kind, name) for kind, name in planted.pop("facts", [])]
    assert replayed(w, contacts, *facts, **planted) == [(f"c{len(contacts) - 1}", rule.split()[0])]


def test_a_notice_that_comes_too_late_is_found(w):
    called, given = w.call("2026-03-02T10:00"), w.fact("2026-03-02T11:00", "notice_given", "transfer")
    found = audit([made(called)], w.record(called, given), (pack(w),))
    assert [(b.rule, b.at, b.source) for b in found] == [("cn.transfer", called.at, "The Act, s. 1")]
    assert found[0].why


def test_what_came_later_does_not_count_against_a_contact(w):
    later = w.fact("2026-03-02T12:00", "hold", "dispute")
    assert replayed(w, [w.call("2026-03-02T10:00"), w.call("2026-03-02T11:00", "pending")], later) == []
    assert replayed(w, [w.call(f"2026-03-02T1{i}:00", "pending") for i in range(3)]) == [("c2", "cn.six")]


def test_contacts_that_are_alike_are_told_apart(w):
    assert replayed(w, [w.call("2026-03-02T10:00")] * 3) == [("c2", "cn.six")]


def test_what_the_customer_did_is_not_judged(w):
    assert replayed(w, [w.call("2026-03-02T23:00", "conversation", direction=Direction.IN)]) == []


def test_a_contact_that_needs_no_permit_has_no_breach_for_want_of_one(w):
    assert replayed(w, [w.call("2026-03-02T10:00")], permit=None, needs_permit=False) == []


def test_a_contact_that_is_not_on_record_is_refused(w):
    with pytest.raises(ValueError, match="c0 is not on the record"):
        audit([made(w.call("2026-03-02T10:00"))], w.record(), (pack(w),))


# --- leave, stops and the feed


def judged(w, contact, closing=None, **more):
    given = w.fact("2026-03-01T08:00", "notice_given", "transfer")
    found = judge_made(made(contact, **more), w.record(given), (pack(w),), closing or Closing())
    return [breach.rule for breach in found]


def test_a_permit_for_another_contact_is_none(w):
    contact = w.call("2026-03-02T10:00")
    assert judged(w, contact, permit=permit_for(contact, "c9")) == ["gate.no_permit"]


def test_a_contact_under_a_stop_breaks_it_and_all_rules_besides(w):
    night = w.call("2026-03-02T23:00")
    closing = Closing(stops=(KeptStop("s1", StopKind.ALL, "", night.at),))
    assert judged(w, night, closing) == ["gate.stopped", "cn.day"]


@pytest.mark.parametrize(("minutes", "rules"), [(5, []), (6, ["gate.stopped"])])
def test_a_stop_that_another_clock_released_a_little_later_was_over_for_who_asked_at_once(w, minutes, rules):
    contact = w.call("2026-03-02T10:00")
    released_at = contact.at + timedelta(minutes=minutes)
    closing = Closing(stops=(KeptStop("s1", StopKind.ALL, "", contact.at - HOUR, released_at),))
    assert judged(w, contact, closing, needs_permit=False, permit=None) == rules
    assert judged(w, contact, closing) == ["gate.stopped"], "a person was told when the permit was given"


def test_a_message_is_judged_by_the_instant_at_which_the_gate_was_asked(w):
    contact = w.call("2026-03-02T10:00")
    asked = {"asked_at": contact.at - timedelta(minutes=3), "needs_permit": False, "permit": None}
    closing = Closing(stops=(KeptStop("s1", StopKind.ALL, "", contact.at - timedelta(minutes=2)),))
    assert (judged(w, contact, closing, **asked), judged(w, contact, closing)) == ([], ["gate.stopped"])


def test_the_feed_is_asked_about_when_leave_is_given(w):
    contact = w.call("2026-03-02T10:00")
    feed = FeedTold(at=contact.at - 4 * HOUR, until=contact.at - 4 * HOUR)
    grows_old = Closing(feed=(feed,), fresh_within=timedelta(hours=3))
    assert judged(w, contact, grows_old) == []
    assert judged(w, contact, grows_old, needs_permit=False, permit=None) == ["gate.stale"]
    was_old = Closing(feed=(feed,), fresh_within=timedelta(hours=2))
    assert judged(w, contact, was_old) == ["gate.stale"]
