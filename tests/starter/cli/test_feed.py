"""The bank's feed: how old it is, and who keeps silent because of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ledger import postings, rings, system_audit, watches, watermarks
from ledger.postings import Posting, PostingKind
from ledger.rings import Ring
from ledger.watermarks import LEDGER_FEED
from starter.feed.freshness import CHAIN
from tests.starter.cli.conftest import Office


def ago(**time: int) -> str:
    return (datetime.now(UTC) - timedelta(**time)).isoformat()


def silent(office: Office) -> list[bool]:
    return [each["silent"] for each in office.json("feed", "status")["strategies"]]


def test_without_a_feed_nothing_keeps_silent(office: Office) -> None:
    found = office.json("feed", "status")
    assert (found["fresh_until"], found["age_seconds"], silent(office)) == (None, None, [False])
    assert "nothing keeps silent" in office.done("feed", "status")[0]


def test_an_old_feed_silences_by_the_bound_of_each_strategy(office: Office) -> None:
    office.done("feed", "fresh", "--until", ago(days=3))
    found = office.json("feed", "status")
    assert found["age_seconds"] >= 3 * 24 * 3600
    assert silent(office) == [True]
    assert "card-standard v" in office.done("feed", "status")[1]
    office.done("feed", "fresh", "--until", ago(hours=1))
    assert silent(office) == [False]
    assert "contact goes on" in office.done("feed", "status")[1]


def test_strategies_that_open_cases_use_are_told_once(office: Office) -> None:
    office.open_cases(["A-1", "A-3"])
    office.done("feed", "fresh", "--until", ago(hours=1))
    assert [each["strategy"] for each in office.json("feed", "status")["strategies"]] == ["card-standard"]


def test_the_feed_never_goes_back_and_what_was_said_is_audited(office: Office) -> None:
    later, earlier = ago(hours=1), ago(hours=2)
    office.done("feed", "fresh", "--until", later)
    assert office.done("feed", "fresh", "--until", earlier)[0].startswith("nothing changed: ")
    with office.ledger.read() as conn:
        assert watermarks.get(conn, LEDGER_FEED) == datetime.fromisoformat(later)
        assert [link.content["until"] for link in system_audit.rows(conn, CHAIN)] == [later]


def test_cases_that_waited_for_the_feed_are_rung(office: Office) -> None:
    office.open_cases(["A-1"])
    assert len(office.done("feed", "fresh", "--until", ago(days=9))) == 2
    assert "its case hears of it from the feed" in office.done("feed", "fresh", "--until", ago(hours=1))[-1]
    assert len(office.done("feed", "fresh", "--until", ago(minutes=30))) == 2


@pytest.mark.parametrize(
    ("until", "message"),
    [
        ("yesterday", "--until: write an instant with its zone"),
        ("2026-01-01T00:00", "--until: write the zone too"),
        ("2150-01-01T00:00Z", "that has not come yet"),
        ("9999-12-31T00:00Z", "out of range"),
    ],
)
def test_bad_input_is_one_line(office: Office, until: str, message: str) -> None:
    assert message in office.refused("feed", "fresh", "--until", until)


# --- what waits


def test_the_status_tells_what_waits_to_reach_a_case(office: Office) -> None:
    office.open_cases(["A-1"])
    found = office.json("feed", "status")
    assert (found["changes_waiting"], found["cases_to_be_told"], found["oldest_waits_seconds"]) == (4, 0, 0)
    with office.ledger.write() as conn:
        at = datetime.now(UTC) - timedelta(hours=2, minutes=5)
        rings.ask(conn, ["A-1", "A-3"], 1, at)
        rings.refused(conn, Ring("A-1", 1, 0), "invalid_argument", at)
        watches.put(conn, {"A-2": at + timedelta(days=9)})
        postings.put(conn, Posting("p-1", "A-1", PostingKind.PAYMENT, "1.00", "TWD"))
        postings.put(conn, Posting("p-2", "A-1", PostingKind.PAYMENT, "x", "TWD"))
        postings.settle(conn, 2, at, "x is no amount")
    lines = office.done("feed", "status")
    assert "2 cases to be told, 1 of them refused by their case, the oldest for 2 h 5 min" in lines
    assert "1 postings wait to become entries" in lines
    assert "1 postings were refused: their rows say why" in lines
    assert "1 accounts without a case are watched until they fall past due" in lines
    found = office.json("feed", "status")
    assert (found["refused_by_their_case"], found["postings_refused"], found["accounts_watched"]) == (1, 1, 1)
    assert found["oldest_waits_seconds"] >= 7_500


def test_without_a_server_a_pass_by_hand_says_so_and_loses_nothing(office: Office) -> None:
    told = office("feed", "run")
    assert (told.code, told.out, told.err.count("\n")) == (1, "", 1)
    assert "no Temporal server answers" in told.err
    assert office.json("feed", "status")["changes_waiting"] == 4
