"""Who is played in a demo: the stated shares, each once, and an account that ends where the playing begins."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.model.contact import FactKind, PastFact
from domain.model.errors import InputError
from ledger.importers.history import AccountHistory, Due, Entry, Met, StatedLateness, Statement
from ledger.person_facts import PersonFact
from starter.demo.customers import PARTS, Journey, play, read_cast, share_of, write_cast
from starter.demo.window import Chosen, Window

FIRST = date(2026, 3, 1)
WINDOW = Window(FIRST, FIRST + timedelta(days=179))
DAY = timedelta(days=1)
HISTORY = AccountHistory(
    account_id="A-1",
    person_id="P-1",
    currency="TWD",
    zone="Asia/Taipei",
    credit_limit_minor=None,
    statements=(Statement(FIRST - 30 * DAY, 100_000), Statement(FIRST + 2 * DAY, 80_000)),
    dues=(Due(FIRST - 10 * DAY, 10_000, None), Due(FIRST + 20 * DAY, 9_000, None)),
    met=(Met(FIRST - 10 * DAY, FIRST + 5 * DAY, "A-1/p"),),
    entries=(
        Entry("A-1/opening", "opening", FIRST - 30 * DAY, 100_000),
        Entry("A-1/early", "payment", FIRST - 5 * DAY, -10_000),
        Entry("A-1/p", "payment", FIRST + 5 * DAY, -10_000),
    ),
    stated=(StatedLateness(FIRST - 20 * DAY, 0), StatedLateness(FIRST + 10 * DAY, 1)),
)


def owners(count: int, opens_on: date = FIRST) -> list[Chosen]:
    """So many persons with one account each."""
    return [Chosen(replace(HISTORY, account_id=f"A-{n}", person_id=f"P-{n}"), opens_on) for n in range(count)]


def told(*persons: str) -> list[PersonFact]:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return [PersonFact(f"w/{who}", who, PastFact(at=at, kind=FactKind.HOLD, name="deceased"), at) for who in persons]


def test_the_stated_shares_are_played_and_nobody_plays_two() -> None:
    played = play(owners(300), [], WINDOW, 1)
    assert Counter(played.cast.values()) == {
        Journey.KEEPS_PROMISE: 18,
        Journey.MENDS_BY_PLAN: 12,
        Journey.FALLS_ILL: 9,
        Journey.HAS_PAID: 9,
    }
    assert [one.history.account_id for one in played.chosen] == [f"A-{n}" for n in range(300)]


def test_the_same_seed_plays_the_same_and_another_seed_others() -> None:
    casts = [play(owners(300), [], WINDOW, seed).cast for seed in (1, 1, 2)]
    assert casts[0] == casts[1] != casts[2]


@pytest.mark.parametrize(("count", "journeys"), [(5, 0), (12, 1), (25, 4)])
def test_a_small_demo_has_few_and_one_of_a_handful_none(count: int, journeys: int) -> None:
    assert len(set(play(owners(count), [], WINDOW, 1).cast.values())) == journeys


def test_who_has_two_accounts_or_told_something_is_not_played() -> None:
    chosen = owners(100)
    pairs = [replace(one, history=replace(one.history, person_id=f"P-{n // 2}")) for n, one in enumerate(chosen)]
    assert play(pairs, [], WINDOW, 1).cast == {}
    assert play(chosen, told(*(f"P-{n}" for n in range(100))), WINDOW, 1).cast == {}
    assert len(play(chosen, told(*(f"P-{n}" for n in range(98))), WINDOW, 1).cast) == 2


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.journey)
def test_a_journey_has_the_days_that_it_needs(part) -> None:
    just, late = (WINDOW.last - timedelta(days=days) for days in (part.least_days, part.least_days - 1))
    assert part.journey in play(owners(100, just), [], WINDOW, 1).cast.values()
    assert part.journey not in play(owners(100, late), [], WINDOW, 1).cast.values()


@given(st.integers(1, 400), st.integers(0, 10), st.integers(0, 179))
def test_never_more_than_the_shares_are_played(count: int, seed: int, later: int) -> None:
    cast = play(owners(count, FIRST + timedelta(days=later)), [], WINDOW, seed).cast
    counts = Counter(cast.values())
    assert all(counts[part.journey] <= share_of(count, part) for part in PARTS)
    assert len(cast) <= count


def test_an_account_shows_nothing_of_the_data_once_it_is_played() -> None:
    played = play(owners(40), [], WINDOW, 1)
    (taken_out,) = {replace(one.history, account_id="", person_id="") for one in played.chosen if is_in(played, one)}
    assert taken_out.statements == HISTORY.statements[:1]
    assert (taken_out.dues, taken_out.met, taken_out.stated) == (HISTORY.dues[:1], (), HISTORY.stated[:1])
    opening, early = taken_out.entries
    assert (opening.principal_minor, opening.interest_minor, opening.fee_minor) == (97_300, 1_800, 900)
    assert (opening.amount_minor, early) == (100_000, HISTORY.entries[1])
    others = {replace(one.history, account_id="", person_id="") for one in played.chosen if not is_in(played, one)}
    assert others == {replace(HISTORY, account_id="", person_id="")}


def is_in(played, one: Chosen) -> bool:
    return one.history.account_id in played.cast


def test_what_owes_too_little_to_be_split_stays_whole() -> None:
    entries = (Entry("o", "opening", FIRST - DAY, 1), Entry("i", "interest", FIRST - DAY, 0, interest_minor=999))
    chosen = [replace(one, history=replace(one.history, entries=entries)) for one in owners(40)]
    played = play(chosen, [], WINDOW, 1)
    assert played.cast
    assert {one.history.entries for one in played.chosen} == {entries}


def test_who_plays_what_is_told_by_a_file(tmp_path: Path) -> None:
    cast = play(owners(40), [], WINDOW, 1).cast
    assert read_cast(write_cast(tmp_path / "customers.json", cast)) == cast


@pytest.mark.parametrize("text", ["", "[]", '{"A-1": "dances"}', "{", '{"A-1": null}'])
def test_a_file_that_tells_nothing_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "customers.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(
        InputError, match=r"DUECOURSE_DEMO_CAST: .* is no JSON object of account → keeps-promise"
    ) as told:
        read_cast(file)
    assert "\n" not in str(told.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="DUECOURSE_DEMO_CAST"):
        read_cast(tmp_path / "nothing.json")
