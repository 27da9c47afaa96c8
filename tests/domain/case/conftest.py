"""The small worlds that most tests of decisions begin with."""

from collections.abc import Callable
from datetime import date

import pytest

from domain.model.bureau import ReportKind
from tests.domain.case.desk import Desk, packs_of
from tests.domain.case.reporting import REPORTED
from tests.domain.compliance.small_packs import TAIPEI


@pytest.fixture
def world(new_world):
    """100 due on 2024-05-20, notices at 5 and 15 days."""
    world = new_world({"first": 5, "second": 15})
    world.owe(date(2024, 5, 20), "100")
    return world


@pytest.fixture(scope="session")
def desk_of(new_world) -> Callable[..., Desk]:
    """A desk under these rules, at ten in the morning; the case is fourteen days late."""

    def make(packs=(), **more: object) -> Desk:
        world = new_world({"first": 200}, zone=TAIPEI)
        world.owe(date(2026, 2, 17), "100")
        world.open(date(2026, 3, 3), clock="09:00")
        return Desk(world, packs or packs_of(), **more)

    return make


@pytest.fixture
def desk(desk_of) -> Desk:
    return desk_of()


@pytest.fixture
def reported(world):
    """A bureau was told on the thirtieth day."""
    world.end_of(REPORTED)
    assert [each.report.kind for each in world.reports.values()] == [ReportKind.NEGATIVE]
    return world
