"""What the audits go through."""

from __future__ import annotations

import pytest

from ledger.engine import Ledger
from tests.starter.portfolio import Portfolio


@pytest.fixture
def book(ledger: Ledger) -> Portfolio:
    return Portfolio(ledger)
