"""Rule packs: what the packs of the package say, and what is said about broken ones."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from domain.model.contact import Actor
from domain.model.errors import InputError
from domain.model.pack import Force, Pack, SourceStatus
from domain.model.rules import Component
from policies import load_pack, load_rules, load_stack, pack_names, parse_pack, parse_rules
from policies.packs import Shelf

PACKS = Path(__file__).parents[2] / "policies" / "rules"
CHINA = (PACKS / "cn.yaml").read_text(encoding="utf-8")
OFFICIAL = (
    "https://www.consumerfinance.gov/rules-policy/regulations/",
    "https://www.handbook.fca.org.uk/",
    "https://www.legislation.gov.uk/",
    "https://eur-lex.europa.eu/",
    "https://rbi.org.in",
    "https://www.accc.gov.au",
    "https://www.hkma.gov.hk",
)
OWN = """schema_version: 1
pack:
  id: own
  version: 1
  title: A bank's own rules
  extends: [base]
  valid_from: 2026-01-01
sources:
  board: {instrument: Policy of the board, citation: section 1, status: design, force: bank_policy}
windows:
  - {id: day, open: "09:00", close: "18:00", source: board}
"""


ALONE = OWN.replace("[base]", "[]")


def changed(old: str, new: str, text: str = CHINA) -> str:
    assert old in text
    return text.replace(old, new, 1)


def refused(text: str, label: str = "own.yaml") -> str:
    with pytest.raises(InputError) as fault:
        parse_pack(text, label)
    assert all(line.startswith(f"{label}:") for line in str(fault.value).splitlines())
    return str(fault.value)


def test_the_packs_are_those_of_the_documents():
    expected = "au base cn eu hk in uk us.first_party us.ma_940cmr7 us.reg_f"
    assert " ".join(pack_names()) == expected
    assert all(load_pack(name).id == name for name in pack_names())


@pytest.mark.parametrize("name", pack_names())
def test_every_pack_stands_on_base_and_gives_rules(name):
    rules = load_rules(name)
    assert rules.packs[0].id == "base"
    assert rules.packs[-1].id == rules.name == name


@pytest.mark.parametrize("name", pack_names())
def test_every_source_cites_an_instrument_and_links_official_places_only(name):
    for source in load_pack(name).sources.values():
        assert source.instrument
        assert source.citation
        assert source.url is None or source.url.startswith(OFFICIAL)
        if source.status is SourceStatus.DESIGN:
            assert source.force is Force.BANK_POLICY


@pytest.mark.parametrize("name", pack_names())
def test_no_pack_is_for_production_before_somebody_reviewed_it(name):
    assert not load_pack(name).pack.production
    assert load_pack(name).examples


def test_the_rules_of_china_are_those_of_the_sources():
    rules = load_rules("cn")
    assert (rules.lateness.grace_days, rules.lateness.tolerance) == (3, {"CNY": Decimal("10.00")})
    classes = [rules.classification.of(days) for days in (0, 1, 90, 91, 120, 121, 180, 181)]
    assert classes == [None, *["special_mention"] * 2, *["substandard"] * 2, *["doubtful"] * 2, "loss"]
    assert rules.allocation.at(90)[-1] is Component.PRINCIPAL
    assert rules.allocation.at(91)[0] is Component.PRINCIPAL
    china = rules.packs[-1]
    assert [(w.open, w.close, w.widen_by) for w in china.windows] == [(8 * 60, 22 * 60, "debtor_consent")]
    assert {cap.id: (cap.max, cap.unit) for cap in china.caps} == {
        "unanswered_per_number": (6, "attempt"),
        "effective_calls": (3, "conversation"),
    }
    assert china.clock.zone_evidence[-1] == "account"


def test_only_a_country_with_one_zone_trusts_the_zone_of_the_account():
    assert [name for name in pack_names() if "account" in load_pack(name).clock.zone_evidence] == ["cn"]


def test_regulation_f_warns_the_bank_where_it_binds_the_agency():
    agency, bank = load_pack("us.reg_f"), load_pack("us.first_party")
    assert Actor.CREDITOR not in agency.applies_to.actors
    assert bank.applies_to.actors == (Actor.CREDITOR,)
    rules = [*bank.windows, *bank.caps, *bank.cooldowns]
    assert rules
    assert {rule.effect for rule in rules} == {"warn"}


def test_every_hold_of_every_pack_has_an_end():
    for name in pack_names():
        assert all(hold.closed_by or hold.max_days for hold in load_pack(name).holds)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("dpd_min: 91, dpd_max: 120", "dpd_min: 90, dpd_max: 120", "classification: starts at day 90, not 91"),
        ("dpd_min: 91, dpd_max: 120", "dpd_min: 91, dpd_max: null", "a band without end must be the last"),
        ("dpd_min: 121, dpd_max: 180", "dpd_min: 121, dpd_max: 120", "a band ends before it starts"),
        ("dpd_min: 181, dpd_max: null", "dpd_min: 181, dpd_max: 999", "the last band must have no end"),
        ("name: doubtful", "name: substandard", 'a second class "substandard"'),
        ("dpd_min: 91, dpd_max: null, order", "dpd_min: 95, dpd_max: null, order", "allocation: starts at day 95"),
        ("[principal, interest_and_fees]", "[principal, principal]", "names every component once"),
        ('open: "08:00"', 'open: "23:00"', "the window day is empty"),
        ('open: "08:00"', "open: 08:00", 'write it in quotes: "08:00"'),
        ('tolerance: "10.00"', "tolerance: 10.00", 'write it in quotes: "10.00"'),
        ('open: "08:00"', 'open: "8 am"', "is no time of day"),
        ("id: day", "id: day\n    weekdays: []", "the window day is empty: it has no weekdays"),
        ("id: effective_calls", "id: unanswered_per_number", "a second rule"),
        ("source: gbt45251\n    note: Bank", "source: gbt45252\n    note: Bank", 'no source "gbt45252"'),
        ("allocation:                      # by days past due at the value date of the payment\n  source: measures_57",
         "allocation:\n  source: measures_58", 'no source "measures_58"'),
        ("{dpd: null, source: measures_92}", "{dpd: null, source: nobody}", 'no source "nobody"'),
        ("closed_by: [objection_verified, objection_withdrawn]", "max_days: null", "has no end"),
        ("ignore_while: [agreed_calls]", "ignore_while: [agreed]", 'no consent "agreed": there are agreed_calls'),
        ("condition: debtor_lost", "condition: debtor_gone", 'no predicate or third-party consent "debtor_gone"'),
        ("holds: [deceased, incapacity]", "holds: [asleep]", 'no hold "asleep"'),
        ("notice: agency_information}", "notice: other_information}", 'no notice "other_information"'),
        ("extends: [base]", "extends: [bse]", 'no rule pack "bse": there are au, base'),
        ("extends: [base]", "extends: [cn]", "stand on each other in a circle: cn > cn"),
        ("production: false", "production: true", "nobody reviewed"),
        ("status: S", "status: X", "status"),
        ("force: self", "forse: self", 'did you mean "force"?'),
        ("windows:  ", "windws:  ", 'did you mean "windows"?'),
        ("  version: 6", "  version: 6\n  version: 7", "stands here a second time"),
        ("max: 6", "max: true", "max: input should be a valid integer"),
        ("max: 6", 'max: "6"', "max: input should be a valid integer"),
        ("production: false", 'production: "no"', "production: input should be a valid boolean"),
        ("scope: [person]", "scope: []", "scope: name what must be the same: person, debt_party"),
        ("id: day", "id: day\n    weekdays: [1, 2, 1]", "weekdays: 1 stands here a second time"),
        ("dpd_min: 1, dpd_max: 90", "dpd_min: 2, dpd_max: 90", "classification: starts at day 2, not 1"),
        ("dpd_min: 1, dpd_max: 90", "dpd_min: 5, dpd_max: 90", "classification: starts at day 5, not 1"),
        ("calendar: CN", "calendar: ZZ", 'no calendar of holidays "ZZ"'),
        ("calendar: CN", "calendar: US-ZZ", 'no calendar of holidays "US-ZZ"'),
        ("country: CN", "country: CN\n  valid_to: 2020-01-01", "second time"),
    ],
)  # fmt: skip
def test_a_broken_rule_pack_is_refused_at_its_place(old, new, fault):
    text = changed(old, new)
    message = refused(text)
    line = next(line for line in message.splitlines() if fault in line)
    number, column = (int(part) for part in line.split(":")[1:3])
    # A fault of a whole rule, such as a hold without an end, is told where the rule begins.
    assert -6 <= CHINA[: CHINA.index(old)].count("\n") + 1 - number <= 15
    assert column >= 1


@pytest.mark.parametrize("on_holiday", ["closed", "warn"])
def test_a_rule_about_holidays_needs_their_calendar(on_holiday):
    text = OWN.replace("source: board}\n", f"source: board, on_holiday: {on_holiday}}}\n")
    assert refused(text) == "own.yaml:11:73: on_holiday: the pack has no holidays: name their calendar"
    assert parse_pack(text + "holidays: {calendar: AU-NSW}\n", "own.yaml").holidays is not None


def test_pieces_of_one_window_do_not_overlap():
    piece = '  - {{id: day, open: "{}", close: "20:00", weekdays: {}, source: board}}\n'
    assert "12:21: the window day overlaps" in refused(OWN + piece.format("17:59", [1, 2]))
    assert parse_pack(OWN + piece.format("18:00", [1, 2]), "own.yaml").id == "own"


def test_pieces_for_other_days_channels_parties_or_places_do_not_overlap():
    base = OWN.replace(
        'close: "18:00"', 'close: "18:00", weekdays: [1], channels: [call], parties: [debtor], place: home'
    )
    piece = '  - {{id: day, open: "09:00", close: "18:00", {}, source: board}}\n'
    for other in ("weekdays: [2]", "channels: [sms]", "parties: [guarantor]", "place: workplace"):
        assert parse_pack(base + piece.format(other), "own.yaml")
    assert "overlaps" in refused(base + piece.format("place: home"))


@pytest.mark.parametrize(
    ("status", "force", "mark"),
    [("M", "reg", "of status M"), ("S?", "reg", "of status S?"), ("P", "draft", "a draft")],
)
def test_no_rule_that_refuses_rests_on_an_unsure_source_in_production(status, force, mark):
    text = ALONE.replace("status: design, force: bank_policy", f"status: {status}, force: {force}")
    live = text.replace("  valid_from", "  reviewed_by: Counsel\n  production: true\n  valid_from")
    assert mark in refused(live)
    assert parse_pack(text, "own.yaml").pack.production is False
    assert parse_pack(live.replace("source: board}", "source: board, effect: warn}"), "own.yaml").pack.production


@pytest.mark.parametrize("nobody", ['""', '"  "', "null"])
def test_a_pack_that_nobody_reviewed_is_not_for_production(nobody):
    text = ALONE.replace("  valid_from", f"  reviewed_by: {nobody}\n  production: true\n  valid_from")
    assert refused(text) == "own.yaml:3:3: a pack that nobody reviewed is not for production: give reviewed_by"
    assert parse_pack(text.replace("true", "false"), "own.yaml").pack.production is False


def test_a_pack_that_was_reviewed_and_rests_on_sources_is_for_production():
    text = ALONE.replace("  valid_from", "  reviewed_by: Counsel\n  production: true\n  valid_from")
    assert parse_pack(text, "own.yaml").pack.production


def test_a_pack_for_production_stands_on_packs_for_production_only():
    text = OWN.replace("  valid_from", "  reviewed_by: Counsel\n  production: true\n  valid_from")
    assert refused(text) == "own.yaml:8:15: not for production: it stands on base, not for production either"


def test_packs_that_stand_on_each_other_are_refused():
    one = OWN.replace("id: own", "id: one").replace("extends: [base]", "extends: [two]")
    two = OWN.replace("id: own", "id: two").replace("extends: [base]", "extends: [one]")
    with pytest.raises(InputError, match="circle: one > two > one"):
        Shelf({"one.yaml": one, "two.yaml": two}).pack("one")


def test_a_bank_stacks_its_own_pack_on_ours():
    rules = parse_rules(OWN.replace("extends: [base]", "extends: [cn]"), "own.yaml")
    assert [pack.id for pack in rules.packs] == ["base", "cn", "own"]
    assert rules.lateness.grace_days == 3


def test_a_stack_has_every_pack_once_and_bases_first():
    stack = load_stack(["us.first_party", "us.ma_940cmr7"])
    assert [pack.id for pack in stack] == ["base", "us.first_party", "us.reg_f", "us.ma_940cmr7"]


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (("cn", "uk"), "country CN and GB"),
        (("cn", "eu"), "they state different agency"),
        ((), "name a rule pack"),
        (("atlantis",), "no rule pack 'atlantis'"),
    ],
)
def test_packs_that_contradict_each_other_are_not_stacked(names, why):
    with pytest.raises(InputError, match=why):
        load_stack(names)


def test_a_pack_that_contradicts_what_it_stands_on_is_refused_where_it_says_so():
    assert refused(OWN.replace("extends: [base]", "extends: [cn, uk]")).startswith("own.yaml:6:12: cn and uk cannot")
    late = OWN.replace("extends: [base]", "extends: [in]").replace('"09:00", close: "18:00"', '"19:00", close: "23:00"')
    assert "the windows of base and in and own leave no hour of the week open for call by creditor" in refused(late)


def test_a_pack_may_tell_a_duty_anew_for_what_it_stands_on():
    own = OWN.replace("extends: [base]", "extends: [cn]") + "lateness: {grace_days: 5, source: board}\n"
    assert parse_rules(own, "own.yaml").lateness.grace_days == 5


def test_an_expired_pack_is_refused_from_the_day_after_its_last():
    def stack(on: date | None) -> tuple[Pack, ...]:
        shelf = Shelf({"own.yaml": OWN.replace("  valid_from", "  valid_to: 2026-06-30\n  valid_from")})
        return shelf.stack(["own"], on)

    assert stack(date(2026, 6, 30)) == stack(None)
    with pytest.raises(InputError, match="the rule pack own held until 2026-06-30"):
        stack(date(2026, 7, 1))


def test_rules_can_be_loaded_for_a_day():
    assert load_rules("cn", on=date(2026, 3, 3)) == load_rules("cn")


RE_AGE = """re_age:
  source: board
  least_months_open: 12
  minimums_in_a_row: 6
  least_months_between: 24
  most: {n: 1, per_months: 60}
"""


def test_a_bank_states_limits_of_its_own_for_re_ages_and_no_pack_but_one_of_ours_has_any():
    own = parse_rules(OWN.replace("extends: [base]", "extends: [us.first_party]") + RE_AGE, "own.yaml")
    stated = [pack.re_age.least_months_open for pack in own.packs if pack.re_age is not None]
    assert stated == [9, 12]
    source = load_pack("us.first_party").sources["re_age_2000"]
    assert (source.status, source.force, "65 FR 36903" in source.citation) == (SourceStatus.M, Force.GUIDE, True)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("source: board", "source: nobody", 'no source "nobody"'),
        ("minimums_in_a_row: 6", "minimums_in_a_row: 0", "greater than or equal to 1"),
        ("least_months_open: 12", "least_months_open: -1", "greater than or equal to 0"),
        ("  least_months_between: 24\n", "", '"least_months_between" is missing'),
        ("n: 1", "m: 1", "unknown key"),
    ],
)
def test_limits_that_cannot_be_are_refused(old, new, fault):
    assert fault in refused(OWN + RE_AGE.replace(old, new))
