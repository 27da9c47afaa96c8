"""Why a rule refuses, in words: hours, holds, caps, other persons, stops."""

import pytest

from domain.model.pack import Cap, PartyRule, Window
from domain.model.rules import Rules
from policies import load_rules, pack_names
from starter.demo.rule_words import HOLDS, RuleWords, cap_in_words, hours_in_words, party_in_words

HOUSE = "Duecourse, the rules of the house, a design of this project, for the bank to adopt or to tighten"
MORE = {"source": "law", "scope": ["person"]}


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load_rules("cn")


@pytest.mark.parametrize(
    ("pieces", "why"),
    [
        ([("08:00", "22:00", "debtor_request")], "outside 08:00 to 22:00, or the customer asked for other hours"),
        ([("08:00", "22:00", "none")], "outside 08:00 to 22:00"),
        ([("00:00", "24:00", "debtor_request")], "the customer asked for other hours"),
        ([("09:00", "12:00", "none"), ("13:00", "18:00", "none")], "outside 09:00 to 12:00 and 13:00 to 18:00"),
    ],
)
def test_a_rule_about_hours_is_told_plainly(pieces: list[tuple[str, str, str]], why: str) -> None:
    hours = [
        Window.model_validate({"id": "day", "source": "law", "open": opens, "close": closes, "narrow_by": narrowed})
        for opens, closes, narrowed in pieces
    ]

    assert hours_in_words(hours) == why


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("cn.deceased", "the customer has died"),
        ("base.bankruptcy", "the customer is bankrupt"),
        ("base.vulnerability_review", "somebody looks first at what this customer can bear"),
        ("cn.plan_in_force", "the customer keeps an agreed plan"),
        ("base.keyword", "the customer wants no more of these messages"),
        ("cn.effective_calls", "at most 3 conversations in a day, bank and agencies together"),
        ("cn.colleague", "the customer's colleague is never contacted"),
        ("cn.spouse", "the customer's spouse is contacted only when the customer cannot be found"),
        ("gate.unknown_hold", "a hold lies on the customer whose meaning no rule knows"),
        ("stop.halt", "an operator stopped contact"),
        ("xx.gone", ""),
    ],
)
def test_a_rule_is_told_by_what_it_means(rules: Rules, rule: str, why: str) -> None:
    assert RuleWords(rules.packs).of(rule)[0] == why


def test_a_rule_is_told_with_its_source(rules: Rules) -> None:
    assert RuleWords(rules.packs).of("base.keyword")[1] == HOUSE


@pytest.mark.parametrize(
    ("cap", "why"),
    [
        (
            {"max": 7, "unit": "attempt", "actors_added": "each", "period": {"kind": "rolling_dates", "n": 7}},
            "at most 7 attempts in 7 days, each collector by itself",
        ),
        (
            {"max": 1, "unit": "connected", "actors_added": "all", "period": {"kind": "calendar_week"}},
            "at most 1 attempt that connected in a week, bank and agencies together",
        ),
        (
            {"max": 0, "unit": "visit", "actors_added": "all", "period": {"kind": "calendar_month", "n": 2}},
            "at most 0 visits in 2 months, bank and agencies together",
        ),
    ],
)
def test_a_cap_is_told_plainly(cap: dict[str, object], why: str) -> None:
    assert cap_in_words(Cap.model_validate({"id": "cap", **MORE, **cap})) == why


def test_a_party_under_another_condition_is_told_plainly() -> None:
    rule = PartyRule.model_validate(
        {"id": "reserved_contact", "reach": "conditional", "condition": "agreed", "source": "law"}
    )

    assert party_in_words(rule) == "the customer's reserved contact may not be contacted, or not yet, or no more"


@pytest.mark.parametrize("pack", pack_names())
def test_every_rule_of_every_pack_has_its_words_and_no_code_for_a_person(pack: str) -> None:
    words = RuleWords(load_rules(pack).packs)
    told = {rule: why for rule, (why, _) in words.all().items()}

    assert all(told.values())
    assert not [why for why in told.values() if "_" in why]


def test_every_hold_of_the_rules_has_its_words(rules: Rules) -> None:
    assert {hold.id for pack in rules.packs for hold in pack.holds} <= HOLDS.keys()
