"""The ledger's bell: heard when something changed, and silent otherwise."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from domain.model.errors import SurroundingsError
from ledger import changes
from ledger.bell import Bell
from ledger.engine import Ledger, open_ledger

AT = datetime(2026, 1, 5, 1, tzinfo=UTC)


def change(ledger: Ledger) -> None:
    with ledger.write() as conn:
        changes.note_for_all(conn, AT)


@pytest.fixture
def bell(ledger: Ledger):
    """A bell that has heard all that was there before."""
    bell = Bell(ledger)
    bell.wait(0.1)
    yield bell
    bell.close()


def test_what_came_before_it_was_hung_up_is_heard_at_the_first_wait(ledger: Ledger) -> None:
    change(ledger)
    bell = Bell(ledger)
    assert bell.wait(0.1)
    bell.close()


def test_nothing_is_heard_while_nothing_changes(bell: Bell) -> None:
    began = time.monotonic()
    assert not bell.wait(0.3)
    assert time.monotonic() - began >= 0.25


def test_a_change_is_heard_while_one_waits_and_once(ledger: Ledger, bell: Bell) -> None:
    late = threading.Timer(0.3, change, [ledger])
    late.start()
    assert bell.wait(30)
    late.join()
    assert not bell.wait(0.1)


def test_a_bell_that_was_closed_can_be_used_again(ledger: Ledger, bell: Bell) -> None:
    bell.close()
    bell.wait(0.1)
    change(ledger)
    assert bell.wait(5)


@pytest.mark.needs("postgresql")
def test_a_ledger_that_is_away_is_told_and_heard_again_when_it_is_back(new_postgres: str) -> None:
    ledger, other = open_ledger(new_postgres), open_ledger(new_postgres)
    bell = Bell(ledger)
    try:
        bell.wait(0.1)
        with other.write() as conn:
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            conn.execute(text(f"{cut} AND datname = current_database()"))
        with pytest.raises(SurroundingsError, match="the ledger does not answer"):
            bell.wait(5)
        bell.close()
        assert bell.wait(1), "who listens anew may have missed something"
        change(other)
        assert bell.wait(5)
    finally:
        bell.close()
        ledger.close()
        other.close()
