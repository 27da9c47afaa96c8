"""Holds: what they close, for whom, and what opens the door again."""

import pytest

from domain.model.contact import Actor, Party, Place, Purpose
from domain.model.strategy import Channel
from tests.domain.compliance.small_packs import (
    LOS_ANGELES,
    NEW_YORK,
    answer,
    ask,
    contact,
    fact,
    pack,
    record,
    rule,
    verdict,
)


def held(id="xx", **says):
    hold = {"opened_by": "disputed", "closed_by": ["answered"], "blocks": ["collect_contact"], **says}
    return pack(
        id,
        holds=[rule("dispute", **hold)],
        parties=[rule("debtor", reach="free"), rule("guarantor", reach="free"), rule("spouse", reach="free")],
    )


def lies(at="2026-03-01T09:00", name="dispute", **says):
    return fact(at, "hold", name, **says)


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ([], "event"),
        ([fact("2026-03-02T09:00", "release", "dispute")], "allow"),
        ([fact("2026-03-02T09:00", "release", "other")], "event"),
        ([fact("2026-02-28T09:00", "release", "dispute")], "event"),
        ([fact("2026-03-01T09:00", "release", "dispute")], "allow"),  # of one instant, the order of the record counts
        ([fact("2026-03-04T09:00", "release", "dispute")], "event"),
        ([fact("2026-03-02T09:00", "event", "answered")], "allow"),
        ([fact("2026-03-02T09:00", "event", "paid")], "event"),
        ([fact("2026-03-02T09:00", "event", "answered", debts=("b",))], "event"),
        ([fact("2026-03-02T09:00", "event", "answered", debts=("a", "b"))], "allow"),
        ([fact("2026-03-02T09:00", "release", "dispute", debts=("b",))], "event"),
        ([fact("2026-03-02T09:00", "release", "dispute"), lies("2026-03-02T10:00")], "event"),
    ],
)
def test_a_hold_lies_until_a_later_release_or_event_about_its_debts(later, expected):
    assert answer(ask(debts=("a",)), record(lies(debts=("a",)), *later), held()) == expected


def test_a_release_on_record_before_a_hold_of_the_same_instant_leaves_it():
    at_once = fact("2026-03-01T09:00", "release", "dispute")
    assert answer(ask(), record(at_once, lies()), held()) == "event"


BOTH = ("a", "b")


@pytest.mark.parametrize(
    ("on", "freed", "asked", "scope", "expected"),
    [
        # 12 CFR 1006.38(d)(2): what is disputed is not collected until verification of that debt is mailed
        (BOTH, [("a",)], ("b",), "debt", "event"),
        (BOTH, [("a",)], ("a",), "debt", "allow"),
        (BOTH, [("a",)], (), "debt", "event"),
        (BOTH, [("a",), ("b",)], ("b",), "debt", "allow"),
        (BOTH, [("b", "a")], ("b",), "debt", "allow"),
        (BOTH, [()], ("b",), "debt", "allow"),
        (BOTH, [("c",)], ("a",), "debt", "event"),
        (("a",), [("b",)], ("a",), "debt", "event"),
        # a hold on all debts falls only as a whole
        ((), [("a",)], ("a",), "debt", "event"),
        ((), [("a",), ("b",)], ("a",), "debt", "event"),
        ((), [("a",), ()], ("a",), "debt", "allow"),
        # Measures art. 70: collection stops towards the cardholder while any plan is performed
        (BOTH, [("a",)], ("a",), "person", "event"),
        (BOTH, [("a",), ("b",)], ("a",), "person", "allow"),
        ((), [("a",)], ("a",), "person", "event"),
    ],
)
@pytest.mark.parametrize(("kind", "name"), [("release", "dispute"), ("event", "answered")])
def test_a_release_frees_the_debts_that_it_names_and_the_hold_stands_on_the_others(
    kind, name, on, freed, asked, scope, expected
):
    releases = [fact(f"2026-03-02T{9 + i:02}:00", kind, name, debts=debts) for i, debts in enumerate(freed)]
    entries = record(lies(debts=on), *releases)
    assert answer(ask(debts=asked), entries, held(scope=scope)) == expected


@pytest.mark.parametrize(
    ("lain_on", "asked", "terms", "expected"),
    [
        # 12 CFR 1006.6(b)(2): whoever is represented is not called, the debtor or not
        ({"party": Party.GUARANTOR}, {"party": Party.GUARANTOR}, {"parties": ["debtor"]}, "event"),
        ({"party": Party.GUARANTOR}, {"party": Party.GUARANTOR}, {}, "event"),
        ({"party": Party.GUARANTOR}, {}, {}, "allow"),
        ({"party": Party.GUARANTOR}, {}, {"parties": ["guarantor"]}, "allow"),
        ({"party": Party.GUARANTOR}, {"party": Party.SPOUSE}, {}, "allow"),
        ({"party": Party.GUARANTOR, "party_id": "p1"}, {"party": Party.GUARANTOR, "party_id": "p1"}, {}, "event"),
        ({"party": Party.GUARANTOR, "party_id": "p1"}, {"party": Party.GUARANTOR, "party_id": "p2"}, {}, "allow"),
        ({"party": Party.GUARANTOR, "party_id": "p1"}, {"party": Party.GUARANTOR}, {}, "event"),
        ({"party": Party.GUARANTOR}, {"party": Party.GUARANTOR, "party_id": "p2"}, {}, "event"),
        ({"party": Party.GUARANTOR, "debts": ("a",)}, {"party": Party.GUARANTOR}, {"scope": "debt"}, "event"),
        (
            {"party": Party.GUARANTOR, "debts": ("a",)},
            {"party": Party.GUARANTOR, "debts": ("b",)},
            {"scope": "debt"},
            "allow",
        ),
        ({"party": Party.GUARANTOR}, {"party": Party.GUARANTOR}, {"place": "workplace"}, "allow"),
        ({}, {"party": Party.GUARANTOR}, {"parties": ["debtor"]}, "allow"),
        ({}, {"party": Party.GUARANTOR}, {}, "event"),
        ({"party_id": "p1"}, {"party": Party.SPOUSE}, {}, "event"),
    ],
)
def test_a_hold_on_somebody_else_than_the_debtor_closes_contact_with_that_person_alone(lain_on, asked, terms, expected):
    assert answer(ask(**asked), record(lies(**lain_on)), held(**terms)) == expected


@pytest.mark.parametrize(
    ("says", "terms", "expected"),
    [
        ({"days": 3}, {}, "2026-03-04T00:00"),
        ({"days": 2}, {}, "allow"),
        ({"days": 2}, {"first_day": "next_day"}, "2026-03-04T00:00"),
        ({}, {"max_days": 60}, "2026-04-30T00:00"),
        ({"days": 90}, {"max_days": 60}, "2026-04-30T00:00"),
        ({"until": "2026-03-03T12:00"}, {}, "allow"),
        ({"until": "2026-03-03T13:30"}, {}, "2026-03-03T13:30"),
        ({"until": "2026-03-03T13:30"}, {"max_days": 60}, "2026-03-03T13:30"),
        ({"at": "2026-03-03T12:01"}, {}, "allow"),
        ({"at": "2026-03-03T12:00"}, {}, "event"),
    ],
)
def test_a_hold_may_end_by_date(says, terms, expected):
    assert answer(ask(), record(lies(**says)), held(**terms)) == expected


def test_every_fact_is_judged_and_the_last_end_counts():
    assert answer(ask(), record(lies(days=3), lies(days=5)), held()) == "2026-03-06T00:00"
    assert answer(ask(), record(lies(days=3), lies()), held()) == "event"


def test_a_hold_must_be_over_in_every_zone_and_without_one_it_is_not_over():
    both = record(lies(days=3), zones=(NEW_YORK, LOS_ANGELES))
    question = ask("2026-03-02T12:00", zone=NEW_YORK)
    assert answer(question, both, held(), zone=LOS_ANGELES) == "2026-03-03T00:00"
    assert verdict(ask("2026-03-30T12:00"), record(lies(days=3), zones=()), held()).refused_by == (
        "gate.zone_evidence",
        "xx.dispute",
    )


@pytest.mark.parametrize(
    ("purpose", "terms", "passes"),
    [
        (Purpose.COLLECT, {}, False),
        (Purpose.COLLECT, {"blocks": ["legal"]}, True),
        (Purpose.COLLECT, {"allows": ["collect"]}, True),
        (Purpose.SERVICE_NOTICE, {}, True),
        (Purpose.SERVICE_NOTICE, {"blocks": ["service_notice"]}, False),
        (Purpose.SERVICE_NOTICE, {"blocks": ["service_notice"], "allows": ["service_notice"]}, True),
        (Purpose.LEGAL_NOTICE, {}, False),
        (Purpose.LEGAL_NOTICE, {"allows": ["legal_notice"]}, True),
        (Purpose.CONFIRM_OPT_OUT, {}, False),
        (Purpose.CONFIRM_OPT_OUT, {"allows": ["confirm_opt_out"]}, True),
    ],
)
def test_a_hold_closes_purposes_and_leaves_those_it_names(purpose, terms, passes):
    assert (answer(ask(purpose=purpose), record(lies()), held(**terms)) == "allow") is passes


@pytest.mark.parametrize(
    ("asked", "terms", "passes"),
    [
        ({"party": Party.GUARANTOR}, {"parties": ["debtor"]}, True),
        ({"place": Place.WORKPLACE}, {"place": "workplace"}, False),
        ({}, {"place": "workplace"}, True),
        ({"channel": Channel.CALL}, {"channels": ["call", "visit"]}, False),
        ({"channel": Channel.SMS}, {"channels": ["call", "visit"]}, True),
        ({"debts": ("b",)}, {"scope": "debt"}, True),
        ({"debts": ("a", "b")}, {"scope": "debt"}, False),
        ({"debts": ()}, {"scope": "debt"}, False),
        ({"debts": ("b",)}, {"scope": "person"}, False),
    ],
)
def test_a_hold_is_about_its_parties_place_channels_and_debts(asked, terms, passes):
    assert (answer(ask(**asked), record(lies(debts=("a",))), held(**terms)) == "allow") is passes


def test_several_packs_judge_a_hold_each_by_its_own_rule():
    found = verdict(ask(), record(lies()), held(max_days=5), held("yy", max_days=9))
    assert found.refused_by == ("xx.dispute", "yy.dispute")
    assert [refusal.next_at.day for refusal in found.refusals] == [5, 9]
    assert found.next_at == found.refusals[1].next_at


def test_a_hold_that_no_pack_knows_closes_everything_while_it_lies():
    strange = lies(name="strange", days=3)
    assert verdict(ask(), record(strange), held()).refused_by == ("gate.unknown_hold",)
    assert answer(ask(), record(strange), held()) == "event"
    assert answer(ask("2026-03-04T00:00"), record(strange), held()) == "allow"
    assert (
        answer(ask(), record(lies(name="strange"), fact("2026-03-02T09:00", "release", "strange")), held()) == "allow"
    )


@pytest.mark.parametrize(
    ("says", "later", "asked", "expected"),
    [
        ({"party": Party.GUARANTOR}, [], {}, "allow"),
        ({"party": Party.GUARANTOR}, [], {"party": Party.GUARANTOR}, "event"),
        ({"debts": BOTH}, [fact("2026-03-02T09:00", "release", "strange", debts=("a",))], {"debts": ("a",)}, "event"),
        ({"debts": ("a",)}, [fact("2026-03-02T09:00", "release", "strange", debts=("a",))], {}, "allow"),
    ],
)
def test_an_unknown_hold_closes_all_of_whom_it_is_about_until_all_of_it_is_freed(says, later, asked, expected):
    assert answer(ask(**asked), record(lies(name="strange", **says), *later), held()) == expected


def test_a_hold_of_a_pack_that_does_not_bind_the_actor_is_known_and_closes_nothing():
    agencies = held("yy", blocks=["collect_contact"]).model_copy(
        update={"applies_to": pack("zz", applies_to={"actors": ["agency"]}).applies_to}
    )
    assert answer(ask(), record(lies()), pack(), agencies) == "allow"
    assert verdict(ask(actor=Actor.AGENCY), record(lies()), pack(), agencies).refused_by == ("yy.dispute",)


def test_a_hold_lifts_by_the_clock_into_whatever_else_refuses_then():
    both = pack(
        holds=[rule("dispute", opened_by="disputed", max_days=3, blocks=["collect_contact"])],
        windows=[rule("day", open="08:00", close="22:00")],
    )
    found = verdict(ask(), record(lies(), contact("2026-03-01T09:00")), both)
    assert found.refused_by == ("xx.dispute",)
    assert answer(ask(), record(lies()), both) == "2026-03-04T08:00"
