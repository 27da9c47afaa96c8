"""The small world that most tests of decisions begin with."""

from datetime import date

import pytest


@pytest.fixture
def world(new_world):
    """100 due on 2024-05-20, notices at 5 and 15 days."""
    world = new_world({"first": 5, "second": 15})
    world.owe(date(2024, 5, 20), "100")
    return world
