"""Fixtures for every folder of tests."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from ledger.engine import Ledger, init_ledger, open_ledger

pytest_plugins = ["pytester", "tests.plugins.postgres", "tests.plugins.needs", "tests.plugins.virtual_bank"]

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
    init_ledger(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """Name of an empty ledger on the private server, to copy."""
    _on_server(postgres_url, "CREATE DATABASE ledger_template")
    init_ledger(_database(postgres_url, "ledger_template"))
    return "ledger_template"


@pytest.fixture
def new_sqlite(sqlite_template: Path, tmp_path: Path) -> str:
    """Address of a fresh embedded ledger."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'ledger.db')}"


@pytest.fixture
def new_postgres(postgres_url: str, postgres_template: str) -> Iterator[str]:
    """Address of a fresh ledger on the private server."""
    with _copy(postgres_url, postgres_template) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgresql"))])
def ledger_url(request: pytest.FixtureRequest) -> str:
    """Address of a fresh ledger, once on each database."""
    return request.getfixturevalue(f"new_{request.param}")


@pytest.fixture
def another_ledger_url(ledger_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a second fresh ledger, on the same kind of database."""
    if make_url(ledger_url).get_backend_name() == "sqlite":
        yield f"sqlite:///{shutil.copy(request.getfixturevalue('sqlite_template'), tmp_path / 'another.db')}"
        return
    with _copy(*map(request.getfixturevalue, ("postgres_url", "postgres_template"))) as url:
        yield url


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    """A fresh open ledger, once on each database."""
    opened = open_ledger(ledger_url)
    yield opened
    opened.close()


@contextmanager
def _copy(url: str, template: str) -> Iterator[str]:
    name = f"ledger_{uuid.uuid4().hex}"
    _on_server(url, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _database(url, name)
    _on_server(url, f"DROP DATABASE {name} WITH (FORCE)")


def _database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _on_server(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        conn.execute(text(statement))
    engine.dispose()
