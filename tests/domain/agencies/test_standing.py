"""Standing: deny by default, two pairs of eyes, what freezes, and what the clock alone will change."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.agencies.standing import standing
from domain.model.agency_events import AgencyEvent
from domain.model.agency_standing import Bar
from policies import load_rules
from tests.domain.agencies.dossier import CHINA, GOOD, TODAY, agency, contract, event, known, without

NO_DUTY = tuple(pack.model_copy(update={"agency": None}) for pack in CHINA.packs)
ENDING = tuple(
    pack.model_copy(update={"pack": pack.pack.model_copy(update={"valid_to": date(2026, 9, 30)})})
    for pack in CHINA.packs
)


def rules(found: tuple[Bar, ...]) -> list[str]:
    return [bar.rule for bar in found]


def test_an_agency_in_good_order_may_be_given_accounts() -> None:
    found = standing(known(), CHINA.packs, TODAY, in_use=499)
    assert (found.may_be_given, found.is_frozen) == (True, False)
    assert (found.agency, found.on) == ("north", TODAY)


def test_where_no_pack_says_what_an_agency_needs_nobody_is_placed() -> None:
    found = standing(known(), NO_DUTY, TODAY)
    assert [(bar.rule, bar.why) for bar in found.bars] == [
        ("register.rules", "no rule pack says what an agency needs: nobody is placed")
    ]
    assert (found.is_frozen, found.evaluate_by) == (False, None)
    assert rules(standing(known(), (), TODAY).bars) == ["register.rules"]
    without_contract = standing(known(agency(contracts=[])), NO_DUTY, TODAY)
    assert rules(without_contract.freezing) == ["register.contract"], "without a contract it freezes under any rules"


def test_under_packs_that_are_over_nobody_is_placed() -> None:
    assert standing(known(), ENDING, date(2026, 9, 30)).may_be_given
    found = standing(known(), ENDING, date(2026, 10, 1))
    assert {bar.why.split(":")[0] for bar in found.bars} == {
        f"the rule pack {pack.id} held until 2026-09-30" for pack in ENDING
    }
    assert standing(known(), ENDING, TODAY).lapses[0].on == date(2026, 10, 1)


def test_the_pack_nearest_to_the_top_gives_the_part_whole() -> None:
    only_base = load_rules("cn").packs[:1]
    assert standing(known(events=without("published")), only_base, TODAY).may_be_given, "base asks for no list"
    assert not standing(known(events=without("published")), CHINA.packs, TODAY).may_be_given


@pytest.mark.parametrize(("in_use", "full"), [(499, False), (500, True), (501, True)])
def test_an_agency_that_is_full_gets_nothing_new_and_keeps_what_it_has(in_use: int, full: bool) -> None:
    found = standing(known(), CHINA.packs, TODAY, in_use)
    assert ("register.capacity" in rules(found.bars)) == full
    assert not found.is_frozen


def test_nothing_new_goes_before_a_second_person_has_approved_the_file() -> None:
    found = standing(known(events=without("approved")), CHINA.packs, TODAY)
    assert rules(found.bars) == ["register.approved"]
    assert "nobody but op-1 has looked at version 1 of its file" in found.bars[0].why
    assert not found.is_frozen


def test_a_changed_file_waits_for_its_own_approval_and_what_was_placed_stands_by_the_older_one() -> None:
    worse = agency(contracts=[contract(valid_until="2026-05-31")])
    waits = standing(known(agency(), worse), CHINA.packs, TODAY)
    assert rules(waits.bars) == ["register.approved", "register.contract"]
    assert not waits.is_frozen
    approved = standing(known(agency(), worse, events=(*GOOD, event("approved", version=2))), CHINA.packs, TODAY)
    assert rules(approved.bars) == rules(approved.freezing) == ["register.contract"]
    better = standing(known(worse, agency()), CHINA.packs, TODAY)
    assert rules(better.bars) == ["register.approved", "register.contract"], "nobody has seen the longer contract"
    assert rules(better.freezing) == ["register.contract"]


def test_a_suspended_agency_gets_nothing_and_is_frozen_until_it_is_reinstated() -> None:
    suspended = (*GOOD, event("suspended", date(2026, 6, 1), reason="complaints"))
    found = standing(known(events=suspended), CHINA.packs, TODAY)
    assert rules(found.bars) == rules(found.freezing) == ["register.suspended"]
    assert found.bars[0].why == "op-2 suspended it on 2026-06-01 (complaints): a second person reinstates it"
    back = (*suspended, event("reinstated", date(2026, 6, 3)))
    assert standing(known(events=back), CHINA.packs, TODAY).may_be_given
    again = (*back, event("suspended", date(2026, 6, 4), reason="breach"))
    assert standing(known(events=again), CHINA.packs, TODAY).is_frozen


def test_every_reason_is_told_not_the_first() -> None:
    bad = agency(contracts=[], head_office_approval=None, licence={**LAPSED})
    found = standing(known(bad, events=()), CHINA.packs, TODAY, in_use=500)
    assert rules(found.bars) == [
        "register.approved",
        "register.capacity",
        "register.licence",
        "register.contract",
        "cn.agency.approved_by",
        "cn.agency.evaluate",
        "cn.agency.train.before_start",
        "cn.agency.publish_list",
    ]


LAPSED = {"number": "L-1", "authority": "City", "valid_from": "2025-01-01", "valid_until": "2025-12-31"}


def test_what_lapses_is_told_in_the_order_of_its_days() -> None:
    found = standing(known(), CHINA.packs, TODAY).lapses
    assert [(lapse.on, rules(lapse.bars), lapse.freezes) for lapse in found] == [
        (date(2027, 1, 1), ["register.contract"], True),
        (date(2027, 1, 6), ["cn.agency.evaluate", "cn.agency.train"], False),
        (date(2028, 1, 1), ["register.licence"], True),
    ]


def test_what_lapses_under_the_approved_file_is_told_while_a_newer_one_waits() -> None:
    longer = agency(contracts=[contract(valid_until="2027-12-31")])
    found = standing(known(agency(), longer), CHINA.packs, TODAY).lapses
    assert (found[0].on, rules(found[0].bars), found[0].freezes) == (date(2027, 1, 1), ["register.contract"], True)


# --- properties: whatever the days, standing, lapses and the clock agree

DAYS = st.dates(date(2026, 3, 1), date(2026, 9, 30))
DATED = st.tuples(DAYS, st.integers(0, 200))
HORIZON = 620
"""Days after which nothing that is dated on one of these days changes: a year and what lies between them."""


@st.composite
def contracts(draw: st.DrawFn) -> list[dict[str, object]]:
    edges = sorted(draw(st.lists(DAYS, min_size=0, max_size=6, unique=True)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    return [contract(reference=f"C-{i}", valid_from=a, valid_until=b) for i, (a, b) in enumerate(pairs)]


@st.composite
def agencies(draw: st.DrawFn):
    first, length = draw(DATED)
    licence = {**LAPSED, "valid_from": first, "valid_until": first + timedelta(days=length)}
    files = [
        agency(
            contracts=draw(contracts()),
            licence=draw(st.sampled_from([None, licence])),
            head_office_approval={"by": "hq-1", "on": draw(DAYS), "reference": "HQ-1"},
            impact_assessment={"reference": "P-1", "on": draw(DAYS)},
        )
        for _ in range(draw(st.integers(1, 2)))
    ]
    made: list[AgencyEvent] = [event("approved", version=draw(st.integers(1, 2)))]
    for kind in draw(st.lists(st.sampled_from(["evaluated", "trained"]), max_size=5)):
        outcome = draw(st.sampled_from(["passed", "failed"])) if kind == "evaluated" else None
        made.append(event(kind, draw(DAYS), outcome=outcome))
    more = draw(st.lists(st.sampled_from(["published", "unpublished", "suspended", "reinstated"]), max_size=3))
    made += [event(kind, reason="r") for kind in more]
    return known(*files, events=tuple(made))


@given(which=agencies(), day=DAYS, packs=st.sampled_from([CHINA.packs, ENDING, NO_DUTY, load_rules("eu").packs]))
@settings(max_examples=15)
def test_the_days_of_lapses_are_those_on_which_a_reason_is_new(which, day, packs) -> None:
    """Looked at day by day, nothing comes that the list of lapses did not tell, and all that it tells comes."""
    told = {lapse.on: set(lapse.bars) for lapse in standing(which, packs, day).lapses}
    seen, before = {}, set(standing(which, packs, day).bars)
    for ahead in range(1, HORIZON):
        then = day + timedelta(days=ahead)
        now = set(standing(which, packs, then).bars)
        if now - before:
            seen[then] = now - before
        before = now
    assert {on: bars for on, bars in told.items() if on <= day + timedelta(days=HORIZON - 1)} == seen


@given(which=agencies(), day=DAYS)
def test_what_freezes_gets_nothing_new_either(which, day) -> None:
    found = standing(which, CHINA.packs, day)
    assert set(found.freezing) <= set(found.bars)
    assert all(bar.freezes for bar in found.freezing)
    assert {bar for bar in found.bars if not bar.freezes}.isdisjoint(found.freezing)


@given(which=agencies(), day=DAYS)
def test_without_a_contract_that_holds_in_the_approved_file_everything_freezes(which, day) -> None:
    file = (which.approved or which.newest).agency
    assert (file.contract_on(day) is None) == ("register.contract" in rules(standing(which, CHINA.packs, day).freezing))
