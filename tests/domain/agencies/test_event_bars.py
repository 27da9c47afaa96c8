"""Evaluation, training, the public list: when they are missing, when they are too old, and until when they count."""

from datetime import date

import pytest

from domain.agencies.standing import standing
from domain.model.duties import Evaluation, Training
from tests.domain.agencies.dossier import CHINA, GOOD, TODAY, agency, contract, event, known, without
from tests.domain.agencies.test_file_bars import changed_pack


def bars(events, day: date = TODAY, packs=CHINA.packs, *files) -> dict[str, str]:
    found = standing(known(*files, events=events), packs, day).bars
    return {
        bar.rule: bar.why for bar in found if bar.rule.startswith(("cn.agency.eval", "cn.agency.tr", "cn.agency.pu"))
    }


@pytest.mark.parametrize(
    ("kind", "rule", "why"),
    [
        ("evaluated", "cn.agency.evaluate", "it was never evaluated, and must be every 12 months: evaluate it"),
        ("trained", "cn.agency.train.before_start", "its collectors were never trained: train them before they start"),
        ("published", "cn.agency.publish_list", "it is not on the bank's public list: publish it"),
    ],
)
def test_what_never_happened_is_one_reason(kind: str, rule: str, why: str) -> None:
    assert bars(without(kind)) == {rule: why}


@pytest.mark.parametrize(("day", "late"), [(date(2027, 1, 5), False), (date(2027, 1, 6), True)])
@pytest.mark.parametrize(
    ("kind", "rule", "why"),
    [
        ("evaluated", "cn.agency.evaluate", "its evaluation of 2026-01-05 is older than 12 months: evaluate it"),
        ("trained", "cn.agency.train", "had to be trained within 12 months of 2026-01-05: train them"),
    ],
)
def test_it_counts_through_the_same_day_of_the_last_month(day, late, kind, rule, why) -> None:
    found = bars(GOOD, day)
    assert (rule in found) == late
    assert not late or why in found[rule]


def test_an_evaluation_that_failed_keeps_everything_new_away_until_one_is_passed() -> None:
    failed = (*GOOD, event("evaluated", date(2026, 5, 1), outcome="failed", reference="E-2"))
    assert list(bars(failed)) == ["cn.agency.evaluate.outcome"]
    passed = (*failed, event("evaluated", date(2026, 6, 1), outcome="passed", reference="E-3"))
    assert bars(passed) == {}
    late_told = (*passed, event("evaluated", date(2026, 4, 1), outcome="failed", reference="E-0"))
    assert bars(late_told) == {}, "the latest day decides, not what was entered last"
    same_day = (*passed, event("evaluated", date(2026, 6, 1), outcome="failed", reference="E-4"))
    assert list(bars(same_day)) == ["cn.agency.evaluate.outcome"], "of one day, what was entered last"


def test_what_lies_ahead_does_not_count_yet() -> None:
    ahead = tuple(event(each.kind, date(2026, 6, 16), outcome=each.outcome) for each in GOOD if each.kind != "approved")
    assert {"cn.agency.evaluate", "cn.agency.train.before_start"} <= set(bars((GOOD[0], *ahead)))


@pytest.mark.parametrize(
    ("evaluated", "refused"),
    [(date(2025, 12, 31), True), (date(2026, 1, 1), False), (date(2026, 7, 3), False)],
)
def test_a_contract_is_renewed_only_after_an_evaluation_under_the_one_before(evaluated: date, refused: bool) -> None:
    half, then = contract(valid_until="2026-06-30"), contract(reference="C-2", valid_from="2026-07-01")
    events = (*without("evaluated"), event("evaluated", evaluated, outcome="passed"))
    found = bars(events, date(2026, 7, 4), CHINA.packs, agency(contracts=[half, then]))
    assert ("cn.agency.evaluate.and_before_renewal" in found) == refused
    assert found.get("cn.agency.evaluate.and_before_renewal", "").startswith("the contract C-2 renews C-1" * refused)
    replaced = (agency(contracts=[half]), agency(contracts=[then]))
    events = (*events, event("approved", version=2))
    assert bars(events, date(2026, 7, 4), CHINA.packs, *replaced) == found, (
        "a contract taken out of the file counts too"
    )


def test_nothing_is_asked_for_that_the_rules_do_not_ask_for() -> None:
    silent = changed_pack(evaluate=None, train=None, publish_list=False)
    assert bars(GOOD[:1], TODAY, silent) == {}
    assert standing(known(), silent, TODAY).evaluate_by is None
    yearly = changed_pack(evaluate=Evaluation(every_months=12, and_before_renewal=False))
    half, then = contract(valid_until="2026-06-30"), contract(reference="C-2", valid_from="2026-07-01")
    old = (*without("evaluated"), event("evaluated", date(2025, 12, 31), outcome="passed"))
    assert bars(old, date(2026, 7, 4), yearly, agency(contracts=[half, then])) == {}


@pytest.mark.parametrize(
    ("day", "contracts", "rules"),
    [
        (date(2026, 2, 1), [contract()], []),
        (date(2026, 7, 1), [contract()], []),
        (date(2026, 7, 2), [contract()], ["cn.agency.train"]),
        (date(2026, 2, 1), [], ["cn.agency.train.before_start"]),
    ],
)
def test_where_training_may_follow_the_start_the_first_contract_starts_its_clock(day, contracts, rules) -> None:
    packs = changed_pack(train=Training(before_start=False, every_months=6))
    if not contracts:
        packs = changed_pack(train=Training(every_months=6))
    assert list(bars(without("trained"), day, packs, agency(contracts=contracts))) == rules


def test_without_a_contract_no_clock_of_training_runs() -> None:
    packs = changed_pack(train=Training(before_start=False, every_months=6))
    assert bars(without("trained"), TODAY, packs, agency(contracts=[])) == {}


@pytest.mark.parametrize(
    ("events", "contracts", "by"),
    [
        (GOOD, [contract()], date(2027, 1, 5)),
        (without("evaluated"), [contract()], TODAY),
        ((*GOOD, event("evaluated", TODAY, outcome="failed")), [contract()], TODAY),
        (
            (*without("evaluated"), event("evaluated", date(2025, 12, 20), outcome="passed")),
            [contract()],
            date(2026, 12, 20),
        ),
        (
            (*without("evaluated"), event("evaluated", date(2025, 12, 20), outcome="passed")),
            [contract(valid_until="2026-09-30")],
            date(2026, 9, 30),
        ),
        (
            (*without("evaluated"), event("evaluated", date(2025, 12, 20), outcome="passed")),
            [contract(valid_until=None)],
            date(2026, 12, 20),
        ),
        (GOOD, [], date(2027, 1, 5)),
    ],
)
def test_the_next_evaluation_is_due_after_a_year_or_when_the_contract_ends(events, contracts, by) -> None:
    assert standing(known(agency(contracts=contracts), events=events), CHINA.packs, TODAY).evaluate_by == by
