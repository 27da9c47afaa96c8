"""Fixtures for every folder of tests."""

import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from ledger.engine import Ledger, init_ledger, open_ledger

pytest_plugins = ["pytester", "tests.plugins.postgres", "tests.plugins.needs", "tests.plugins.virtual_bank"]


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
    name = f"ledger_{uuid.uuid4().hex}"
    _on_server(postgres_url, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield _database(postgres_url, name)
    _on_server(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgresql"))])
def ledger_url(request: pytest.FixtureRequest) -> str:
    """Address of a fresh ledger, once on each database."""
    return request.getfixturevalue(f"new_{request.param}")


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    """A fresh open ledger, once on each database."""
    opened = open_ledger(ledger_url)
    yield opened
    opened.close()


def _database(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _on_server(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        conn.execute(text(statement))
    engine.dispose()
