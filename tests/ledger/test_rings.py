"""Rings: one for each account, claimed by one, dropped when heard, kept when refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from domain.model.facts import Account
from ledger import accounts, cases, rings, watches
from ledger.engine import Ledger
from ledger.rings import CLAIM, Ring, Unheard

AT = datetime(2026, 1, 5, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def known(ledger: Ledger, policy_refs) -> Ledger:
    """Person p1 owes on a1, a2 (open cases) and a3; person p2 on b1 (open case)."""
    with ledger.write() as conn:
        for account_id, person_id in (("a1", "p1"), ("a2", "p1"), ("a3", "p1"), ("b1", "p2")):
            accounts.add_account(conn, Account(account_id=account_id, currency="TWD", zone="Asia/Taipei"), person_id)
        for account_id in ("a1", "a2", "b1"):
            cases.open_case(conn, account_id, *policy_refs(conn), AT)
    return ledger


def claimed(ledger: Ledger, at: datetime = AT, limit: int = 100) -> list[str]:
    with ledger.write() as conn:
        return [ring.account_id for ring in rings.claim(conn, at, limit)]


def test_an_account_has_one_ring_however_often_it_is_asked_for_and_one_that_is_not_there_none(known: Ledger) -> None:
    with known.write() as conn:
        rings.ask(conn, {"a1", "a3", "nobody"}, 1, AT)
        rings.ask(conn, {"a1"}, 2, AT + SECOND)
    with known.write() as conn:
        assert rings.claim(conn, AT, 100) == (Ring("a1", 2, 0), Ring("a3", 1, 0)), (
            "and one that does not exist has none"
        )


def test_a_person_is_rung_at_every_open_case_and_everybody_at_all(known: Ledger) -> None:
    with known.write() as conn:
        rings.ask_persons(conn, {"p1"}, 1, AT)
    assert claimed(known) == ["a1", "a2"]
    with known.write() as conn:
        rings.ask_all(conn, 2, AT)
    assert claimed(known, AT + CLAIM) == ["b1", "a1", "a2"], "those whose claim ends come after"


def test_a_claim_is_of_one_and_ends(known: Ledger) -> None:
    with known.write() as conn:
        rings.ask(conn, {"a1", "a2", "a3"}, 1, AT)
    assert claimed(known, limit=2) == ["a1", "a2"]
    assert claimed(known) == ["a3"]
    assert claimed(known, AT + CLAIM - SECOND) == []
    assert claimed(known, AT + CLAIM) == ["a1", "a2", "a3"]


def test_many_who_claim_at_once_share_the_rings(known: Ledger) -> None:
    with known.write() as conn:
        rings.ask(conn, {"a1", "a2", "a3", "b1"}, 1, AT)
    with ThreadPoolExecutor(8) as pool:
        found = [each for some in pool.map(lambda _: claimed(known, limit=1), range(8)) for each in some]
    assert sorted(found) == ["a1", "a2", "a3", "b1"]


def test_a_ring_that_was_heard_is_gone_unless_more_changed_meanwhile(known: Ledger) -> None:
    with known.write() as conn:
        rings.ask(conn, {"a1", "a2"}, 1, AT)
        found = rings.claim(conn, AT, 100)
        rings.ask(conn, {"a2"}, 2, AT + SECOND)
    with known.write() as conn:
        rings.heard(conn, found, AT + SECOND)
    with known.write() as conn:
        assert rings.claim(conn, AT + SECOND, 100) == (Ring("a2", 2, 0),)


def test_one_that_refuses_is_tried_later_each_time_and_not_sooner_because_more_changed(known: Ledger) -> None:
    waits, at = [], AT
    with known.write() as conn:
        rings.ask(conn, {"a1"}, 1, AT)
    for _ in range(11):
        with known.write() as conn:
            (ring,) = rings.claim(conn, at, 100)
            rings.refused(conn, ring, "invalid_argument", at)
            rings.ask(conn, {"a1"}, ring.change_id + 1, at)
        due = next(s for s in range(1, 400) if claimed_then_given_back(known, at + s * SECOND))
        waits.append(due)
        at += due * SECOND
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    with known.read() as conn:
        assert rings.unheard(conn) == Unheard(rings=1, refused=1, since=AT)


def claimed_then_given_back(ledger: Ledger, at: datetime) -> bool:
    with ledger.write() as conn:
        found = rings.claim(conn, at, 100)
        rings.give_back(conn, found, at)
        return bool(found)


def test_an_account_that_falls_past_due_is_rung_on_that_day_and_watched_no_more(known: Ledger) -> None:
    with known.write() as conn:
        watches.put(conn, {"a3": AT, "b1": AT + SECOND, "a1": None})
        assert (watches.count(conn), watches.of(conn, "a3"), watches.of(conn, "a1")) == (2, AT, None)
        watches.put(conn, {"b1": AT + 2 * SECOND})
        assert rings.ask_watched(conn, 1, AT + SECOND, 100) == 1
    assert claimed(known, AT + SECOND) == ["a3"]
    with known.write() as conn:
        assert rings.ask_watched(conn, 1, AT + 2 * SECOND, 100) == 1
        assert watches.count(conn) == 0


def test_no_statement_reads_a_whole_table(known: Ledger, statements_of) -> None:
    with known.write() as conn:
        with statements_of(conn) as executed:
            rings.ask(conn, {"a1"}, 1, AT)
            rings.ask_persons(conn, {"p1"}, 1, AT)
            rings.ask_watched(conn, 1, AT, 100)
            found = rings.claim(conn, AT, 100)
            rings.refused(conn, found[0], "x", AT)
            rings.heard(conn, found, AT)
            rings.give_back(conn, found, AT)
            watches.put(conn, {"a1": AT})
            watches.of(conn, "a1")
        assert len(executed) >= 10
        assert executed.reading_whole_tables() == []
