"""The gate as a whole: order, actors, expiry, sources, and a cache that forgets."""

import os
import time
from dataclasses import replace

import pytest

from domain.compliance import stack
from domain.model.contact import Actor, Party
from tests.domain.compliance.small_packs import (
    LOS_ANGELES,
    NEW_YORK,
    answer,
    ask,
    cap,
    contact,
    cooldown,
    fact,
    pack,
    record,
    rule,
    verdict,
)

EVERYTHING = {
    "holds": [rule("dispute", opened_by="disputed", closed_by=["answered"], blocks=["collect_contact"])],
    "parties": [rule("debtor", reach="never")],
    "notices": [rule("transfer", required_before="collect_contact")],
    "opt_outs": [rule("stop", channels=["call"], scope="all")],
    "consents": [rule("phone", grants="channel", channels=["call"])],
    "windows": [rule("day", open="08:00", close="10:00")],
    "cooldowns": [cooldown()],
    "caps": [cap()],
}
REFUSED = ("dispute", "debtor", "transfer", "stop", "phone", "day", "cool", "cap")
BUSY = record(
    contact("2026-03-03T09:00", "conversation"),
    fact("2026-03-01T09:00", "hold", "dispute"),
    fact("2026-03-01T09:00", "hold", "strange"),
    fact("2026-03-01T09:00", "opt_out"),
)


def test_every_rule_that_refuses_is_told_in_the_order_of_evaluation():
    expired = {"valid_to": "2026-03-02"}
    found = verdict(ask(), BUSY, pack(header=expired, **EVERYTHING), pack("yy", **EVERYTHING))
    by_section = [f"{id}.{name}" for name in REFUSED for id in ("xx", "yy")]
    assert found.refused_by == ("xx.expired", *by_section[:2], "gate.unknown_hold", *by_section[2:])
    assert all(refusal.why and refusal.source for refusal in found.refusals)


def test_each_refusal_has_its_own_next_and_the_verdict_the_last_word():
    found = verdict(ask(), BUSY, pack(**EVERYTHING))
    nexts = {refusal.rule: str(refusal.next_at or refusal.next) for refusal in found.refusals}
    assert nexts == {
        "xx.dispute": "event",
        "gate.unknown_hold": "event",
        "xx.debtor": "never",
        "xx.transfer": "event",
        "xx.stop": "event",
        "xx.phone": "event",
        "xx.day": "2026-03-04 00:00:00+00:00",
        "xx.cool": "2026-03-09 16:00:00+00:00",
        "xx.cap": "2026-03-03 16:00:00+00:00",
    }
    assert str(found.next) == "never"


def test_the_next_instant_suits_all_rules_together():
    rules = pack(windows=[rule("day", open="08:00", close="10:00")], cooldowns=[cooldown()], caps=[cap(n=9)])
    assert answer(ask(), record(contact("2026-03-03T09:00", "conversation")), rules) == "2026-03-12T08:00"


def test_a_pack_that_does_not_bind_the_actor_is_not_asked():
    agencies = pack("yy", windows=[rule("day", open="08:00", close="10:00")], applies_to={"actors": ["agency"]})
    assert answer(ask(), record(), pack(), agencies) == "allow"
    assert verdict(ask(actor=Actor.AGENCY), None, pack(), agencies).refused_by == ("yy.day",)


@pytest.mark.parametrize(
    ("at", "zones", "expected"),
    [
        ("2026-03-02T23:59", (NEW_YORK,), "allow"),
        ("2026-03-03T00:00", (NEW_YORK,), "event"),
        ("2026-03-03T00:00", (LOS_ANGELES,), "allow"),
        ("2026-03-03T00:00", (LOS_ANGELES, NEW_YORK), "event"),
    ],
)
def test_a_stack_ends_with_the_last_day_of_its_packs(at, zones, expected):
    ended = pack("yy", header={"valid_to": "2026-03-02"})
    assert answer(ask(at, zone=NEW_YORK), record(zones=zones), pack(), ended) == expected


def test_the_end_of_a_pack_that_does_not_bind_the_actor_ends_nothing():
    ended = pack("yy", header={"valid_to": "2026-03-02"}, applies_to={"actors": ["agency"]})
    assert answer(ask(), record(), pack(), ended) == "allow"
    assert answer(ask(actor=Actor.AGENCY), record(), pack(), ended) == "event"


def test_a_next_instant_behind_the_end_of_a_pack_is_none():
    nightly = pack(header={"valid_to": "2026-03-03"}, windows=[rule("day", open="08:00", close="10:00")])
    found = verdict(ask(), None, nightly)
    assert (found.refused_by, str(found.next), found.next_at) == (("xx.day",), "event", None)


def test_the_answer_is_the_same_when_the_record_has_grown_since():
    rules = pack(caps=[cap()], parties=[rule("debtor", reach="free")])
    before = record(contact("2026-03-03T09:00"))
    grown = record(*before.contacts, contact("2026-03-04T00:00"), fact("2026-03-03T12:01", "hold", "strange"))
    assert verdict(ask(), grown, rules) == verdict(ask(), before, rules)


def test_a_sequence_of_packs_that_changes_is_compiled_anew():
    packs = [pack()]
    assert verdict(ask(party=Party.RELATIVE), None, *packs).refused_by == ("gate.party",)
    packs.append(pack("yy", parties=[rule("relative", reach="never")]))
    assert verdict(ask(party=Party.RELATIVE), None, *packs).refused_by == ("yy.relative",)


def test_compiled_stacks_do_not_pile_up():
    for _ in range(200):
        assert verdict(ask(), None, pack()).allowed
        assert len(stack._stacks) <= stack._MOST_STACKS


@pytest.fixture
def zone_of_the_machine():
    before = os.environ.get("TZ")
    yield lambda name: (os.environ.__setitem__("TZ", name), time.tzset())
    os.environ.pop("TZ") if before is None else os.environ.__setitem__("TZ", before)
    time.tzset()


def test_answers_do_not_depend_on_the_zone_of_the_machine(zone_of_the_machine):
    rules = pack(**{**EVERYTHING, "parties": [rule("debtor", reach="free")]})
    questions = [ask(), replace(ask(), at=ask().at.astimezone(None))]
    answers = set()
    for name in ("UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"):
        zone_of_the_machine(name)
        answers |= {verdict(question, BUSY, rules) for question in questions}
    assert len(answers) == 1
