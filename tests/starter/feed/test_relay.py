"""The relay: every change reaches the cases that it concerns, whatever the server does meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from domain.model.contact import FactKind, PastFact
from domain.model.errors import SurroundingsError
from domain.model.facts import Account
from domain.model.feed import FeedAsk, FeedPass
from domain.model.money import Money
from ledger import (
    accounts,
    cases,
    entries,
    info,
    obligations,
    person_facts,
    policies,
    postings,
    rings,
    watches,
    watermarks,
)
from ledger.engine import Ledger
from ledger.entries import Entry, EntryKind
from ledger.person_facts import PersonFact
from ledger.postings import Counts, Posting, PostingKind
from ledger.watermarks import RELAY
from policies import Policies
from starter.feed.delivery import Delivered, Failed, ToOpen
from starter.feed.relay import RINGS, Relay

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)  # noon in Taipei
TODAY = date(2026, 3, 2)
POLICIES = Policies.named("card-standard")
HUNDRED = Money(amount=Decimal(100), currency="TWD")


@dataclass
class Server:
    """Takes rings instead of Temporal; opens cases in the ledger, as a start does."""

    ledger: Ledger
    rung: list[str] = field(default_factory=list)
    opened: list[ToOpen] = field(default_factory=list)
    refuses: frozenset[str] = frozenset()
    is_away: bool = False

    async def __call__(
        self, to_ring: Sequence[str], to_open: Sequence[ToOpen], at: datetime
    ) -> Sequence[Delivered | Failed]:
        if self.is_away:
            raise SurroundingsError("the server does not answer")
        self.rung += [each for each in to_ring if each not in self.refuses]
        for each in to_open:
            self.opened.append(each)
            with self.ledger.write() as conn:
                open_case(conn, each.account_id)
        return [
            *(Failed(each, "invalid_argument") if each in self.refuses else Delivered(each) for each in to_ring),
            *(Delivered(each.account_id, opened=True) for each in to_open),
        ]


def open_case(conn, account_id: str) -> None:
    refs = policies.publish_strategy(conn, POLICIES.strategy, NOW), policies.publish_rules(conn, POLICIES.rules, NOW)
    cases.open_case(conn, account_id, *refs, NOW)


def owe(ledger: Ledger, account_id: str, due_on: date, person_id: str | None = None) -> None:
    """An account that owes a thousand, of which a hundred fall due on the day."""
    billed_at = NOW - timedelta(days=60)
    with ledger.write() as conn:
        account = Account(account_id=account_id, currency="TWD", zone="Asia/Taipei")
        accounts.add_account(conn, account, person_id or f"person-{account_id}")
        opening = Entry(
            account_id, f"{account_id}/1", EntryKind.OPENING, date(2026, 1, 1), billed_at, principal_minor=100_000
        )
        entries.append(conn, opening)
        obligations.add(conn, account_id, due_on, HUNDRED, statement_on=date(2026, 1, 1), recorded_at=billed_at)


@pytest.fixture
def server(ledger: Ledger) -> Server:
    return Server(ledger)


@pytest.fixture
def relay(server: Server) -> Relay:
    return Relay(server.ledger, POLICIES, server)


async def run(relay: Relay, at: datetime = NOW) -> FeedPass:
    return await relay.run(FeedAsk(as_of=at))


LATE = TODAY - timedelta(days=10)


async def test_the_newly_past_due_are_opened_and_the_others_watched_until_their_day(
    relay: Relay, server: Server
) -> None:
    owe(server.ledger, "late", LATE)
    owe(server.ledger, "soon", TODAY + timedelta(days=3))
    done = await run(relay)
    assert (done.opened, done.watched, server.opened) == (1, 1, [ToOpen("late")])
    with server.ledger.read() as conn:
        falls_due_at = watches.of(conn, "soon")
    grace = POLICIES.rules.lateness.grace_days
    assert falls_due_at == datetime(2026, 3, 5 + grace, 16, tzinfo=UTC), "midnight in Taipei, after the grace"

    assert await run(relay, falls_due_at - timedelta(seconds=1)) == FeedPass(
        fresh_until=falls_due_at - timedelta(seconds=1)
    )
    assert (await run(relay, falls_due_at)).opened == 1
    assert server.opened[-1] == ToOpen("soon")


async def test_a_case_that_is_open_is_rung_once_for_all_that_changed(relay: Relay, server: Server) -> None:
    owe(server.ledger, "late", LATE)
    await run(relay)
    for number in range(3):
        with server.ledger.write() as conn:
            fee = Entry("late", f"fee-{number}", EntryKind.FEE, TODAY, NOW, fee_minor=100)
            entries.append(conn, fee)
    done = await run(relay)
    assert (done.rung, done.opened, server.rung) == (1, 0, ["late"])
    assert await run(relay) == FeedPass(fresh_until=NOW), "and from then on there is nothing to do"


async def test_a_fact_about_a_person_wakes_every_open_case_of_theirs(relay: Relay, server: Server) -> None:
    for account_id, due_on in (("a1", LATE), ("a2", LATE), ("a3", TODAY + timedelta(days=30))):
        owe(server.ledger, account_id, due_on, "p1")
    owe(server.ledger, "b1", LATE, "p2")
    await run(relay)
    with server.ledger.write() as conn:
        fact = PastFact(kind=FactKind.HOLD, at=NOW, name="cease")
        person_facts.add(conn, PersonFact("f1", "p1", fact, NOW))
    assert (await run(relay)).rung == 2
    assert sorted(server.rung) == ["a1", "a2"]


async def test_a_case_that_ended_is_looked_at_again_and_watched(relay: Relay, server: Server) -> None:
    owe(server.ledger, "late", LATE)
    await run(relay)
    with server.ledger.write() as conn:
        conn.exec_driver_sql("UPDATE cases SET closed_at = opened_at, outcome = 'withdrawn', stage = 'closed'")
    assert (await run(relay)).opened == 1, "it is past due still: a new episode"


async def test_a_case_that_refuses_is_tried_later_and_is_no_hindrance_for_the_others(
    relay: Relay, server: Server
) -> None:
    for account_id in ("a1", "a2"):
        owe(server.ledger, account_id, LATE)
    await run(relay)
    server.refuses = frozenset({"a1"})
    with server.ledger.write() as conn:
        rings.ask(conn, {"a1", "a2"}, 9, NOW)
    done = await run(relay)
    assert (done.rung, done.unheard, server.rung) == (1, 1, ["a2"])
    assert (await run(relay)).unheard == 0, "not hammered"
    server.refuses = frozenset()
    assert (await run(relay, NOW + timedelta(seconds=3))).rung == 1
    with server.ledger.read() as conn:
        assert rings.unheard(conn).rings == 0


async def test_a_server_that_is_away_loses_nothing(relay: Relay, server: Server) -> None:
    owe(server.ledger, "late", LATE)
    server.is_away = True
    with pytest.raises(SurroundingsError):
        await run(relay)
    server.is_away = False
    done = await run(relay, NOW + timedelta(seconds=9))
    assert (done.opened, [each.account_id for each in server.opened]) == (1, ["late"])


async def test_more_than_a_page_is_done_in_one_pass_and_told_page_by_page(relay: Relay, server: Server) -> None:
    told: list[FeedPass] = []
    relay.told = told.append
    for number in range(RINGS + 5):
        owe(server.ledger, f"a{number:04}", LATE)
    assert (await run(relay)).opened == RINGS + 5
    assert [each.opened for each in told] == [RINGS, RINGS + 5]


async def test_a_pass_whose_time_is_over_leaves_the_rest_to_the_next(relay: Relay, server: Server, monkeypatch) -> None:
    relay.page = 2
    for number in range(5):
        owe(server.ledger, f"a{number}", LATE)
    with monkeypatch.context() as slow:
        seconds = iter(range(0, 10_000, 100))
        slow.setattr("starter.feed.relay.time.monotonic", lambda: next(seconds))
        first = await relay.run(FeedAsk(as_of=NOW, seconds=1))
    assert first.opened == 2
    assert (await run(relay, NOW + timedelta(hours=9))).opened == 3


# --- what the bank posts


def posted(ledger: Ledger, *rows: Posting) -> None:
    with ledger.write() as conn:
        for row in rows:
            postings.put(conn, row)


async def test_what_the_bank_posts_becomes_entries_and_rings_the_case(relay: Relay, server: Server) -> None:
    owe(server.ledger, "late", LATE)
    await run(relay)
    paid = Posting("pay-1", "late", PostingKind.PAYMENT, "100.00", "TWD")
    posted(server.ledger, paid, Posting("back-1", "late", PostingKind.REVERSAL, reverses="pay-1"))
    done = await run(relay)
    assert (done.posted, done.rung, server.rung) == (2, 1, ["late"])
    with server.ledger.read() as conn:
        kinds = [(entry.kind, entry.total_minor) for entry in entries.visible(conn, "late", TODAY, NOW + timedelta(1))]
    assert kinds[1:] == [(EntryKind.PAYMENT, -10_000), (EntryKind.REVERSAL, 10_000)]


@pytest.mark.parametrize(
    ("row", "refusal"),
    [
        (Posting("r", "late", PostingKind.PAYMENT, "-1", "TWD"), "a payment is above zero"),
        (Posting("r", "late", PostingKind.PAYMENT, "much", "TWD"), "write digits and a point"),
        (Posting("r", "late", PostingKind.PAYMENT, "1", "EUR"), "is kept in TWD, not in EUR"),
        (Posting("r", "late", PostingKind.PAYMENT, "1", "nothing"), "nothing"),
        (Posting("r", "late", PostingKind.PAYMENT, "1", "TWD", date(1990, 1, 1)), "no entry on or before"),
        (Posting("r", "late", PostingKind.REVERSAL, reverses="none"), "no payment none in the ledger"),
        (Posting("r", "late", PostingKind.REVERSAL, reverses="other/pay"), "is no payment of account late"),
    ],
)
async def test_what_cannot_be_posted_is_refused_with_its_reason_and_changes_nothing(
    relay: Relay, server: Server, row: Posting, refusal: str
) -> None:
    owe(server.ledger, "late", LATE)
    owe(server.ledger, "other", LATE)
    posted(server.ledger, Posting("other/pay", "other", PostingKind.PAYMENT, "1", "TWD"))
    await run(relay)
    posted(server.ledger, row)
    done = await run(relay)
    assert (done.posted, done.postings_refused) == (0, 1)
    with server.ledger.read() as conn:
        assert postings.counts(conn) == Counts(waiting=0, refused=1)
        assert refusal in conn.exec_driver_sql("SELECT refusal FROM postings WHERE refusal IS NOT NULL").scalar()
        assert entries.find(conn, "r") is None


# --- how far it has come


async def test_the_watermark_is_the_instant_before_which_all_is_relayed(relay: Relay, server: Server) -> None:
    await run(relay)
    with server.ledger.read() as conn:
        assert (watermarks.get(conn, RELAY), watermarks.fresh_until(conn)) == (NOW, NOW)
    await run(relay, NOW - timedelta(hours=1))
    with server.ledger.read() as conn:
        assert watermarks.get(conn, RELAY) == NOW, "it never goes back"


async def test_after_a_long_stop_every_open_case_looks_anew(relay: Relay, server: Server) -> None:
    owe(server.ledger, "late", LATE)
    await run(relay)
    await run(relay, NOW + timedelta(minutes=59))
    assert server.rung == []
    await run(relay, NOW + timedelta(hours=3))
    await run(relay, NOW + timedelta(hours=3))
    assert server.rung == ["late"]


async def test_a_ledger_of_another_time_has_no_watermark_and_opens_ahead(relay: Relay, server: Server) -> None:
    opens_at = NOW + timedelta(days=4)
    relay.ahead = {"soon": opens_at}.get
    owe(server.ledger, "soon", TODAY + timedelta(days=3))
    owe(server.ledger, "never", TODAY + timedelta(days=3))
    with server.ledger.write() as conn:
        info.put(conn, info.HISTORY_ENDS_ON, "2026-06-30")
    await run(relay)
    assert server.opened == [ToOpen("soon", opens_at)]
    with server.ledger.read() as conn:
        assert watermarks.fresh_until(conn) is None


async def test_two_feeds_at_once_have_one_effect(server: Server) -> None:
    for number in range(60):
        owe(server.ledger, f"a{number:02}", LATE)
    passes = await asyncio.gather(*(run(Relay(server.ledger, POLICIES, server)) for _ in range(4)))
    assert sum(each.opened for each in passes) == 60
    assert len({each.account_id for each in server.opened}) == len(server.opened) == 60


# --- clocks


@pytest.mark.parametrize("wrong", [timedelta(hours=-1), timedelta(hours=1)], ids=["behind", "ahead"])
async def test_a_feed_whose_clock_is_an_hour_wrong_comes_to_the_same_result(
    relay: Relay, server: Server, wrong: timedelta
) -> None:
    owe(server.ledger, "late", LATE)
    owe(server.ledger, "soon", TODAY + timedelta(days=3))
    for hours in range(0, 24 * 10, 6):
        await run(relay, NOW + timedelta(hours=hours) + (wrong if hours % 12 else timedelta()))
    assert sorted(each.account_id for each in server.opened) == ["late", "soon"]
    with server.ledger.read() as conn:
        assert (rings.unheard(conn).rings, watches.count(conn)) == (0, 0)


async def test_what_was_recorded_by_a_clock_that_is_ahead_is_told_when_it_counts(relay: Relay, server: Server) -> None:
    owe(server.ledger, "late", LATE)
    await run(relay)
    ahead = NOW + timedelta(hours=1)
    with server.ledger.write() as conn:
        entries.append(conn, Entry("late", "pay", EntryKind.PAYMENT, TODAY, ahead, principal_minor=-10_000))
    assert (await run(relay, NOW + timedelta(minutes=1))).rung == 1
    assert (await run(relay, NOW + timedelta(minutes=59))).rung == 0
    assert (await run(relay, ahead)).rung == 1
    assert server.rung == ["late"] * 2
