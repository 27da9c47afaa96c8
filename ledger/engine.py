"""Opens a ledger whose schema is the one that this code needs, and brings one there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from domain.model.errors import SurroundingsError
from ledger.database import Ledger, connect, database_file
from ledger.failures import first_line, is_unavailable
from ledger.migrations import HEAD

if TYPE_CHECKING:
    from alembic.config import Config

__all__ = ["Ledger", "init_ledger", "is_unavailable", "open_ledger"]

_ONE_AT_A_TIME = 7_233_604_215  # any fixed number: PostgreSQL's advisory lock for a change of the schema


def open_ledger(url: str) -> Ledger:
    """The ledger at this address; raises InputError (address) or SurroundingsError (absent, away, other schema)."""
    ledger = connect(url)
    try:
        with _told_in_one_line(ledger):
            file = database_file(ledger)
            if file and not file.exists():
                raise _missing(ledger)
            with ledger.read() as conn:
                _refuse_other_schema(ledger, _revision(conn))
            with ledger.write() as conn:
                conn.execute(text("SELECT 1"))  # a file or a server that only reads is found now, not at a payment
    except BaseException:
        ledger.close()
        raise
    return ledger


def init_ledger(url: str) -> str:
    """Create the ledger at this address or bring it to the newest schema; returns the schema's revision."""
    ledger = connect(url)
    try:
        with _told_in_one_line(ledger):
            if file := database_file(ledger):
                _prepare_file(ledger, file)
            with ledger.write() as conn:
                if conn.dialect.name == "postgresql":
                    conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ONE_AT_A_TIME})
                _upgrade(ledger, conn)
    finally:
        ledger.close()
    return HEAD


def _prepare_file(ledger: Ledger, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    raw = ledger.engine.raw_connection()  # the mode of the journal cannot be set inside a transaction
    try:
        raw.cursor().execute("PRAGMA journal_mode = WAL")
    finally:
        raw.close()


def _upgrade(ledger: Ledger, conn: Connection) -> None:
    revision = _revision(conn)
    if revision == HEAD:
        return
    if revision is not None and revision not in _known_revisions():
        raise _newer(ledger, revision)
    from alembic import command

    config = _alembic_config()
    config.attributes["connection"] = conn
    command.upgrade(config, "head")


def _refuse_other_schema(ledger: Ledger, revision: str | None) -> None:
    if revision is None:
        raise _missing(ledger)
    if revision == HEAD:
        return
    if revision not in _known_revisions():
        raise _newer(ledger, revision)
    raise SurroundingsError(
        f"the ledger at {ledger.url} has the older schema {revision}, this duecourse needs {HEAD}: "
        "stop the workers, then run `duecourse ledger init`"
    )


def _missing(ledger: Ledger) -> SurroundingsError:
    return SurroundingsError(f"no ledger at {ledger.url}: run `duecourse ledger init`")


def _newer(ledger: Ledger, revision: str) -> SurroundingsError:
    return SurroundingsError(
        f"the ledger at {ledger.url} has the newer schema {revision}, this duecourse knows {HEAD} at most: "
        "update duecourse"
    )


def _revision(conn: Connection) -> str | None:
    if not inspect(conn).has_table("alembic_version"):
        return None
    revision: str | None = conn.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


# Alembic is imported where it is used: opening a ledger at the right schema does without it.
def _alembic_config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "ledger:migrations")
    return config


def _known_revisions() -> frozenset[str]:
    from alembic.script import ScriptDirectory

    return frozenset(script.revision for script in ScriptDirectory.from_config(_alembic_config()).walk_revisions())


@contextmanager
def _told_in_one_line(ledger: Ledger) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:  # the driver's own: from the raw connection
        raise SurroundingsError(f"the ledger at {ledger.url} cannot be used: {first_line(error)}") from error
    except OSError as error:
        raise SurroundingsError(
            f"the ledger at {ledger.url} cannot be used: {error.filename}: {error.strerror}"
        ) from error
