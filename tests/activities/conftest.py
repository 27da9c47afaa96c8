"""The world in which effects are tried, once on each database."""

from pathlib import Path

import pytest

from ledger.engine import Ledger
from tests.activities.world import World, world_of


@pytest.fixture
def world(ledger: Ledger, tmp_path: Path) -> World:
    return world_of(ledger, tmp_path / "outbox")
