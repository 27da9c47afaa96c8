"""Fixtures for every folder of tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.engine import make_url

from ledger.engine import Ledger, open_ledger
from tests.plugins.embedded import new_ledger

pytest_plugins = [
    *("pytester", "tests.plugins.scratch", "tests.plugins.postgres", "tests.plugins.databases"),
    *("tests.plugins.needs", "tests.plugins.order", "tests.plugins.virtual_bank"),
]

# On a busy machine an example may take any time: a property is about what is true, not about how fast.
settings.register_profile("any-machine", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of facts, cases and data next to the repository."""
    folder = Path(__file__).parents[2] / "shared"
    if not folder.is_dir():
        pytest.fail(f"the folder `{folder.name}` with the data and the cases is missing next to the repository")
    return folder


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty embedded ledger, to copy."""
    file = tmp_path_factory.mktemp("template") / "ledger.db"
    new_ledger(file)
    return file


@pytest.fixture
def new_sqlite(tmp_path: Path) -> str:
    """Address of a fresh embedded ledger."""
    return new_ledger(tmp_path / "ledger.db")


@pytest.fixture
def new_postgres(request: pytest.FixtureRequest) -> Iterator[str]:
    """Address of a fresh ledger on the private server."""
    with request.getfixturevalue("databases").ledger() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgresql"))])
def ledger_url(request: pytest.FixtureRequest) -> str:
    """Address of a fresh ledger, once on each database."""
    return request.getfixturevalue(f"new_{request.param}")


@pytest.fixture
def another_ledger_url(ledger_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a second fresh ledger, on the same kind of database."""
    if make_url(ledger_url).get_backend_name() == "sqlite":
        yield new_ledger(tmp_path / "another.db")
        return
    with request.getfixturevalue("databases").ledger() as url:
        yield url


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    """A fresh open ledger, once on each database."""
    opened = open_ledger(ledger_url)
    yield opened
    opened.close()
