"""The world in which effects are tried, once on each database."""

from pathlib import Path

import pytest

from ledger.engine import Ledger
from tests.activities.sending import WorldOf
from tests.activities.world import World, world_of


@pytest.fixture
def world(ledger: Ledger, tmp_path: Path) -> World:
    return world_of(ledger, tmp_path / "outbox")


@pytest.fixture
def place(ledger: Ledger, tmp_path: Path) -> WorldOf:
    """Makes the small world with other rules, another strategy or another address."""
    return lambda **other: world_of(ledger, tmp_path / "outbox", **other)
