"""The way to a ledger's database: SQLite in a file, or PostgreSQL by its address."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from domain.model.errors import InputError, SurroundingsError

BUSY_SECONDS = 30
"""How long a writer waits for the lock of another."""
CONNECT_SECONDS = 5
"""How long a PostgreSQL server may take to answer a new connection."""

_WRITE = "ledger_write"
_SNAPSHOT: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


@dataclass(frozen=True)
class Ledger:
    """An open ledger; ``url`` shows where it is, without a password."""

    engine: Engine = field(repr=False)
    url: str

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its start (SQLite) and commits at the end."""
        with self.engine.connect().execution_options(**{_WRITE: True}) as conn, conn.begin():
            yield conn

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the ledger throughout, and cannot change it."""
        options = _SNAPSHOT if self.engine.dialect.name == "postgresql" else {}
        with self.engine.connect().execution_options(**options) as conn, conn.begin():
            yield conn

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def connect(url: str) -> Ledger:
    """A ledger without a look at its schema; nothing is opened yet. Use ``ledger.engine.open_ledger``."""
    parsed = _parse(url)
    try:
        engine = _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)
    except ModuleNotFoundError:
        raise SurroundingsError(
            "a PostgreSQL ledger needs the extra `postgres`: pip install 'duecourse[postgres]'"
        ) from None
    return Ledger(engine=engine, url=_shown(parsed))


def database_file(ledger: Ledger) -> Path | None:
    """The file of an embedded ledger; None on PostgreSQL."""
    url = ledger.engine.url
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _parse(url: str) -> URL:
    form = "write sqlite:///path/to/file.db or postgresql://host/database"
    try:
        parsed = make_url(url)
        driver = f"{parsed.get_backend_name()}+{parsed.get_driver_name()}"
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise InputError(f"the ledger's address cannot be read: {form}") from None
    if driver not in ("sqlite+pysqlite", "postgresql+psycopg"):
        raise InputError(f"a ledger cannot be kept on {driver}: {form}")
    if driver.startswith("sqlite") and parsed.database in (None, "", ":memory:"):
        raise InputError("a ledger needs a file: write sqlite:///path/to/file.db")
    return parsed


def _shown(url: URL) -> str:
    open_query = {key: value for key, value in url.query.items() if key == "host"}
    return url.set(query=open_query).render_as_string(hide_password=True)


def _postgresql(url: URL) -> Engine:
    settings = {"connect_timeout": str(CONNECT_SECONDS), "options": f"-c lock_timeout={BUSY_SECONDS}s"}
    missing = {key: value for key, value in settings.items() if key not in url.query}
    return create_engine(
        url, connect_args=missing, pool_size=10, max_overflow=20, pool_pre_ping=True, hide_parameters=True
    )


def _sqlite(url: URL) -> Engine:
    # hide_parameters: names and addresses are among them, and an error may be printed
    engine = create_engine(
        url, connect_args={"timeout": BUSY_SECONDS}, pool_size=10, max_overflow=20, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver would begin by itself, too late and without the lock
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")  # an intent that a power cut forgets would be sent again


def _begin_sqlite(conn: Connection) -> None:
    write = bool(conn.get_execution_options().get(_WRITE))
    conn.exec_driver_sql(f"PRAGMA query_only = {'OFF' if write else 'ON'}")
    conn.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
