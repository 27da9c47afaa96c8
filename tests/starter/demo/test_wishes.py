"""What customers tell in a demo: by seed, about a fifth of them, known from its instant on."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.model.contact import FactKind
from ledger.importers.history import AccountHistory
from policies import load_rules
from starter.demo.portfolio import generated
from starter.demo.window import Chosen, Window, choose
from starter.demo.wishes import wishes

FIRST = date(2026, 3, 1)
WINDOW = Window(FIRST, FIRST + timedelta(days=179))
BARE = AccountHistory("A-1", "P-1", "TWD", "Asia/Taipei", None, (), (), (), ())


def owners(count: int, opens_on: date = FIRST) -> list[Chosen]:
    """So many persons with one account each."""
    return [Chosen(replace(BARE, account_id=f"A-{n}", person_id=f"P-{n}"), opens_on) for n in range(count)]


def test_about_one_customer_in_five_tells_something_of_every_kind() -> None:
    told = wishes(owners(2_000), WINDOW, 1)

    assert 350 <= len({fact.person_id for fact in told}) <= 450
    assert Counter(fact.fact.kind for fact in told).keys() == {
        FactKind.PREFERRED_WINDOW,
        FactKind.INCONVENIENT_WINDOW,
        FactKind.OPT_OUT,
        FactKind.HOLD,
        FactKind.EVENT,
    }
    assert len({fact.fact_id for fact in told}) == len(told)


def test_the_same_seed_tells_the_same_and_another_seed_something_else() -> None:
    assert wishes(owners(200), WINDOW, 1) == wishes(owners(200), WINDOW, 1)
    assert wishes(owners(200), WINDOW, 1) != wishes(owners(200), WINDOW, 2)


def test_what_a_customer_tells_does_not_depend_on_who_else_is_in_the_demo() -> None:
    many, few = (wishes(owners(count), WINDOW, 1) for count in (300, 100))

    assert many[: len(few)] == few


def test_it_is_told_by_day_from_the_instant_at_which_it_is_known_and_never_after_the_window() -> None:
    opens_on = WINDOW.last - timedelta(days=20)
    told = wishes(owners(2_000, opens_on), WINDOW, 1)

    days = {(fact.fact.at.astimezone(ZoneInfo("Asia/Taipei")).date() - opens_on).days for fact in told}
    assert (min(days), max(days)) == (-20, 20)
    assert {fact.fact.at.astimezone(ZoneInfo("Asia/Taipei")).hour for fact in told} == set(range(9, 18))
    assert all(fact.recorded_at == fact.fact.at for fact in told)


def test_a_person_with_two_accounts_tells_it_once_counted_from_the_earlier_one() -> None:
    (single,) = owners(1)
    second = Chosen(replace(single.history, account_id="B-1"), FIRST - timedelta(days=30))

    assert wishes([single, second], WINDOW, 1) == wishes([second], WINDOW, 1) != wishes([single], WINDOW, 1)


@pytest.mark.parametrize("seed", range(20))
def test_the_first_customer_always_prefers_other_hours_and_says_so_before_the_case_opens(seed: int) -> None:
    (told,) = wishes(owners(1), WINDOW, seed)

    assert told.fact.kind is FactKind.PREFERRED_WINDOW
    assert told.fact.at.astimezone(ZoneInfo("Asia/Taipei")).date() < FIRST


def test_every_hold_but_one_is_known_to_the_rules_and_every_review_comes_to_an_end() -> None:
    told = [fact.fact for fact in wishes(owners(2_000), WINDOW, 1)]
    holds = {rule.id: rule for pack in load_rules("cn").packs for rule in pack.holds}

    names = {fact.name for fact in told if fact.kind is FactKind.HOLD}
    assert names & holds.keys() == {"deceased", "bankruptcy", "vulnerability_review"}
    assert names - holds.keys() == {"court_moratorium"}
    assert {fact.name for fact in told if fact.kind is FactKind.EVENT} <= {*holds["vulnerability_review"].closed_by}


@pytest.mark.parametrize("seed", [1, 7])
def test_the_generated_portfolio_has_wishes_and_some_of_its_people_have_two_cards(seed: int) -> None:
    histories = generated(seed, 180, 300).histories(WINDOW)
    choice = choose(histories, WINDOW, load_rules("cn"), 300, seed)
    people = Counter(chosen.history.person_id for chosen in choice.chosen)

    told = {fact.person_id for fact in wishes(choice.chosen, WINDOW, seed)}

    assert told <= people.keys()
    assert 40 <= len(told) <= 80
    assert max(people.values()) <= 2
