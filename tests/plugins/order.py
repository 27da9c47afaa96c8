"""The files of a parallel run in the order of what they take, longest first: else one that is long ends it alone."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

_SECONDS = {"tests/e2e": 10.0, "tests/faults": 10.0, "tests/replay": 2.0}
"""Of a test of a folder, about; else by what it asks for."""
_SECONDS_WITH = {"server": 3.0, "live_server": 3.0, "ledger": 0.2, "new_sqlite": 0.1, "office": 0.3, "faults": 0.5}
_SECONDS_ELSE = 0.02


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Within a file the order stays what it is."""
    taken: defaultdict[Path, float] = defaultdict(float)
    for item in items:
        taken[item.path] += _seconds(item)
    items.sort(key=lambda item: -taken[item.path])


def _seconds(item: pytest.Item) -> float:
    for folder, seconds in _SECONDS.items():
        if item.nodeid.startswith(f"{folder}/"):
            return seconds
    asked = getattr(item, "fixturenames", ())
    return max((_SECONDS_WITH[name] for name in asked if name in _SECONDS_WITH), default=_SECONDS_ELSE)
