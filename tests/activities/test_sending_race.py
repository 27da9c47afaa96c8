"""Many senders for one person at once: what a cap leaves free is sent, and not one message more."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities.channels.base import Outgoing, Receipt
from domain.model.blocker import Blocker
from domain.model.commands import NoticeResult
from domain.model.contact import Outcome
from ledger import contacts
from ledger.engine import Ledger
from tests.activities.world import World, nothing, rules_with, world_of

SENDERS = 100
MOST = 7
NEXT_WEEK = datetime(2026, 3, 27, 0, 0, tzinfo=UTC)
"""08:00 in Taipei, on the first day on which the contacts of the 20th count no more."""
LONG = 60.0
"""Seconds after which a race that never comes together fails instead of hanging."""


def seven_in_seven_days(unit: str) -> dict[str, object]:
    return {
        "id": "week",
        "max": MOST,
        "unit": unit,
        "scope": ["person"],
        "actors_added": "all",
        "debts_mode": "any_debt",
        "period": {"kind": "rolling_dates", "n": 7},
        "source": "law",
    }


@dataclass
class CountingChannel:
    """Takes every message, and keeps its key; ``before`` happens at the provider."""

    before: Callable[[], None] = nothing
    keys: list[str] = field(default_factory=list)

    def deliver(self, message: Outgoing) -> Receipt:
        self.before()
        self.keys.append(message.key)
        return Receipt(reference=message.key)

    def lookup(self, key: str) -> Receipt | None:
        raise AssertionError(f"nobody tried {key} before")


def crowd(ledger: Ledger, outbox: Path, unit: str) -> World:
    """One person with as many accounts in arrears as there are senders."""
    world = world_of(ledger, outbox, rules=rules_with(caps=[seven_in_seven_days(unit)]))
    for number in range(2, SENDERS + 1):
        world.add_account(f"A-{number}")
    return world


def all_at_once(world: World, channel: CountingChannel, refused: threading.Event) -> list[NoticeResult]:
    """The results of one send for each account, all released at one instant."""
    messaging, together = world.messaging(channel), threading.Barrier(SENDERS)

    def send(account_id: str) -> NoticeResult:
        together.wait(LONG)
        return messaging.send_notice(world.command(account_id=account_id))

    results = []
    with ThreadPoolExecutor(SENDERS) as threads:
        sending = [threads.submit(send, f"A-{number}") for number in range(1, SENDERS + 1)]
        for done in as_completed(sending, LONG):
            results.append(done.result())
            if sum(result.not_sent is not None for result in results) == SENDERS - MOST:
                refused.set()
    return results


def outcomes(world: World) -> list[Outcome]:
    with world.ledger.read() as conn:
        return [contact.made.outcome for contact in contacts.of_person(conn, "P-1")]


@pytest.mark.parametrize("unit", ["message", "attempt"])
@pytest.mark.parametrize("is_slow", [False, True], ids=["quick", "slow"])
def test_a_hundred_senders_for_one_person_send_what_the_cap_leaves_and_the_rest_waits(
    ledger: Ledger, tmp_path: Path, unit: str, is_slow: bool
) -> None:
    world, refused = crowd(ledger, tmp_path, unit), threading.Event()

    def until_the_others_are_refused() -> None:
        assert refused.wait(LONG)

    channel = CountingChannel(until_the_others_are_refused if is_slow else nothing)
    results = all_at_once(world, channel, refused)
    waiting = [result.not_sent for result in results if result.not_sent]
    assert len(channel.keys) == len(set(channel.keys)) == MOST
    assert outcomes(world) == [Outcome.DELIVERED] * MOST
    assert len(waiting) == SENDERS - MOST
    assert {(event.blocker, event.retry_at) for event in waiting} == {(Blocker.CONTACT_WINDOW, NEXT_WEEK)}
    assert {event.key for event in waiting}.isdisjoint(channel.keys)
