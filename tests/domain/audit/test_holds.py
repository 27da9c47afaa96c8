"""The auditor knows which doors were closed."""

from __future__ import annotations

import pytest

from domain.model.contact import Actor, Party, Place, Purpose
from domain.model.strategy import Channel

HOLD = {"id": "dispute", "opened_by": "disputed", "closed_by": ["verified"], "blocks": ["collect_contact"]}
EVERY_PARTY = [{"id": party, "reach": "free"} for party in Party]


def held(w, rule, *what, **question):
    found = w.judged(w.ask(**question), w.pack(holds=[HOLD | rule], parties=EVERY_PARTY), *what)
    assert found in ((), ("cn.dispute",))
    return bool(found)


@pytest.mark.parametrize(
    ("rule", "said", "later", "lies"),
    [
        ({}, {}, [], True),
        ({}, {"when": "2026-03-03T10:01"}, [], False),
        ({}, {"until": "2026-03-03T10:00"}, [], False),
        ({}, {"until": "2026-03-03T10:01"}, [], True),
        ({}, {"days": 2}, [], False),
        ({}, {"days": 3}, [], True),
        ({"max_days": 2}, {}, [], False),
        ({"max_days": 3}, {}, [], True),
        ({"max_days": 2, "first_day": "next_day"}, {}, [], True),
        ({"max_days": 9}, {"days": 2}, [], False),
        ({"max_days": 2}, {"days": 9}, [], False),
        ({}, {}, [("release", "dispute", {})], False),
        ({}, {}, [("release", "other", {})], True),
        ({}, {}, [("event", "verified", {})], False),
        ({}, {}, [("event", "paid", {})], True),
        ({}, {"debts": ("a",)}, [("event", "verified", {"debts": ("b",)})], True),
        ({}, {"debts": ("a",)}, [("event", "verified", {"debts": ("a", "b")})], False),
        ({}, {"debts": ("a",)}, [("event", "verified", {})], False),
        ({}, {"when": "2026-03-02T12:00"}, [("event", "verified", {}), ("release", "dispute", {})], True),
    ],
)
def test_a_hold_lies_until_something_ends_it(w, rule, said, later, lies):
    opened = w.fact(kind="hold", name="dispute", **({"when": "2026-03-01T09:00"} | said))
    ends = [w.fact("2026-03-02T10:00", kind, name, **more) for kind, name, more in later]
    assert held(w, rule, opened, *ends) == lies


NOTICE = {"purpose": Purpose.SERVICE_NOTICE}
LEGAL = {"purpose": Purpose.LEGAL_NOTICE}
CONFIRM = {"purpose": Purpose.CONFIRM_OPT_OUT}


@pytest.mark.parametrize(
    ("rule", "question", "closed"),
    [
        ({}, NOTICE, False),
        ({"blocks": ["service_notice"]}, NOTICE, True),
        ({"blocks": ["service_notice"]}, {}, False),
        ({"blocks": ["service_notice"], "allows": ["service_notice"]}, NOTICE, False),
        ({}, LEGAL, True),
        ({"blocks": ["service_notice"]}, LEGAL, True),
        ({"allows": ["legal_notice"]}, LEGAL, False),
        ({"blocks": ["interest"]}, LEGAL, False),
        ({}, CONFIRM, True),
        ({"allows": ["confirm_opt_out"]}, CONFIRM, False),
        ({"allows": ["collect"]}, {}, False),
        ({"blocks": ["interest", "legal"]}, {}, False),
        ({"parties": ["guarantor"]}, {}, False),
        ({"parties": ["guarantor"]}, {"party": Party.GUARANTOR}, True),
        ({"place": "workplace"}, {}, False),
        ({"place": "workplace"}, {"place": Place.WORKPLACE}, True),
        ({"channels": ["call", "visit"]}, {"channel": Channel.CALL}, True),
        ({"channels": ["call", "visit"]}, {"channel": Channel.SMS}, False),
        ({"scope": "debt"}, {"debts": ("b",)}, False),
        ({"scope": "debt"}, {"debts": ("a", "b")}, True),
        ({"scope": "debt"}, {}, True),
        ({"scope": "person"}, {"debts": ("b",)}, True),
    ],
)
def test_a_hold_closes_what_it_blocks_to_whom_and_where(w, rule, question, closed):
    assert held(w, rule, w.fact("2026-03-01T09:00", "hold", "dispute", debts=("a",)), **question) == closed


def test_of_several_holds_each_is_judged(w):
    ended, running = (w.fact(f"2026-03-0{day}T09:00", "hold", "dispute", days=1) for day in (1, 3))
    assert held(w, {}, ended, running)


def test_a_hold_that_has_ended_in_one_zone_only_still_lies(w):
    opened, pack = w.fact("2026-03-02T23:30", "hold", "dispute", days=1), w.pack(holds=[HOLD])
    assert w.judged(w.ask("2026-03-03T00:30"), pack, opened) == ()
    assert w.judged(w.ask("2026-03-03T00:30"), pack, opened, zones=("Asia/Shanghai", "UTC")) == ("cn.dispute",)


@pytest.mark.parametrize(
    ("said", "later", "lies"),
    [
        ({}, [], True),
        ({"days": 2}, [], False),
        ({"until": "2026-03-03T09:00"}, [], False),
        ({}, [("release", "mystery")], False),
        ({}, [("event", "mystery")], True),
    ],
)
def test_a_hold_that_no_pack_knows_closes_every_door(w, said, later, lies):
    opened = w.fact("2026-03-01T09:00", "hold", "mystery", **said)
    ends = [w.fact("2026-03-02T10:00", kind, name) for kind, name in later]
    for purpose in Purpose:
        found = w.judged(w.ask(purpose=purpose), w.pack(holds=[HOLD]), opened, *ends)
        assert found == (("gate.unknown_hold",) if lies else ())


def test_a_hold_known_to_a_pack_for_others_refuses_only_them(w):
    others = w.pack("us", holds=[HOLD], applies_to={"actors": ["agency"]})
    opened = w.fact("2026-03-01T09:00", "hold", "dispute")
    assert w.judged(w.ask(), (w.pack(), others), opened) == ()
    assert w.judged(w.ask(actor=Actor.AGENCY), (w.pack(), others), opened) == ("us.dispute",)


A, B, BOTH, ALL = ("A",), ("B",), ("A", "B"), ()


@pytest.mark.parametrize("end", [("release", "dispute"), ("event", "verified")])
@pytest.mark.parametrize(
    ("on", "freed", "asked", "of_debt", "of_person"),
    [
        (BOTH, [], A, True, True),
        (BOTH, [A], A, False, True),
        (BOTH, [A], B, True, True),
        (BOTH, [A], ALL, True, True),
        (BOTH, [A], ("C",), False, True),
        (BOTH, [A, B], B, False, False),
        (BOTH, [BOTH], B, False, False),
        (BOTH, [ALL], B, False, False),
        (A, [B], A, True, True),
        (A, [A], A, False, False),
        (ALL, [A], A, True, True),
        (ALL, [A], B, True, True),
        (ALL, [A, B], B, True, True),
        (ALL, [ALL], B, False, False),
    ],
)
def test_a_release_frees_the_debts_that_it_names(w, end, on, freed, asked, of_debt, of_person):
    """15 USC 1692g(b), 12 CFR 1006.38: verification of one disputed debt leaves the others disputed.

    Measures art. 70 (a hold on the person): while any plan is in force collection stops towards the cardholder.
    """
    opened = w.fact("2026-03-01T09:00", "hold", "dispute", debts=on)
    ends = [w.fact("2026-03-02T10:00", *end, debts=debts) for debts in freed]
    assert held(w, {"scope": "debt"}, opened, *ends, debts=asked) == of_debt
    assert held(w, {"scope": "person"}, opened, *ends, debts=asked) == of_person


@pytest.mark.parametrize(("freed", "lies"), [([A], True), ([A, B], False), ([ALL], False)])
def test_a_hold_that_no_pack_knows_is_released_by_debts_too(w, freed, lies):
    opened = w.fact("2026-03-01T09:00", "hold", "mystery", debts=BOTH)
    ends = [w.fact("2026-03-02T10:00", "release", "mystery", debts=debts) for debts in freed]
    assert w.judged(w.ask(debts=A), w.pack(), opened, *ends) == (("gate.unknown_hold",) if lies else ())


P1 = {"party": Party.GUARANTOR, "party_id": "p1"}


@pytest.mark.parametrize("name", ["dispute", "mystery"])
@pytest.mark.parametrize(
    ("of_whom", "asked", "closed"),
    [
        ({"party": Party.GUARANTOR}, {"party": Party.GUARANTOR}, True),
        ({"party": Party.GUARANTOR}, {"party": Party.DEBTOR}, False),
        ({"party": Party.GUARANTOR}, {"party": Party.SPOUSE}, False),
        (P1, P1, True),
        (P1, P1 | {"party_id": "p2"}, False),
        (P1, {"party": Party.GUARANTOR}, True),
        ({"party": Party.GUARANTOR}, P1, True),
        ({"party": Party.DEBTOR}, {"party": Party.DEBTOR}, True),
    ],
)
def test_a_hold_of_somebody_else_closes_that_persons_door_and_no_other(w, name, of_whom, asked, closed):
    """12 CFR 1006.6(b)(2) and the house: whoever is represented, or dead, is left alone, and only they are."""
    pack = w.pack(holds=[HOLD | {"parties": ["debtor"]}], parties=EVERY_PARTY)
    found = w.judged(w.ask(**asked), pack, w.fact("2026-03-01T09:00", "hold", name, **of_whom))
    rule = "cn.dispute" if name == "dispute" else "gate.unknown_hold"
    assert found == ((rule,) if closed else ())


@pytest.mark.parametrize(
    ("kinds", "lies"),
    [("hold release", False), ("release hold", True), ("hold release hold", True), ("hold event", False)],
)
def test_of_what_happened_at_one_instant_the_order_of_the_record_tells_the_later(w, kinds, lies):
    """Packs name events by the day; the record says which of one day came first."""
    names = {"hold": "dispute", "release": "dispute", "event": "verified"}
    assert held(w, {}, *[w.fact("2026-03-02T00:00", kind, names[kind]) for kind in kinds.split()]) == lies
