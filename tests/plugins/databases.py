"""Fresh ledgers on the private server: a database serves again, emptied, as long as nobody changed its schema.

Making and dropping a database costs a hundred times more than emptying one that a test wrote a few rows to.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from ledger.engine import init_ledger

_WITHIN_S = 30
"""For connections of a test that is over to end."""
_CUT_OFF = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_CATALOGS = {
    "pg_class": "oid >= 16384",
    "pg_attribute": "attrelid >= 16384",
    "pg_attrdef": "true",
    "pg_constraint": "true",
    "pg_index": "indrelid >= 16384",
    "pg_sequence": "true",
    "pg_trigger": "true",
    "pg_rewrite": "true",
    "pg_proc": "true",
    "pg_type": "oid >= 16384",
    "pg_namespace": "true",
    "pg_default_acl": "true",
    "pg_db_role_setting": "true",
}
"""What a change of the schema, of a right or of a setting leaves a new row in, or takes one from."""
_SCHEMA = " UNION ALL ".join(
    f"SELECT '{catalog}', count(*), coalesce(max(xmin::text::bigint), 0) FROM {catalog} WHERE {ours}"
    for catalog, ours in _CATALOGS.items()
)
_EMPTY = """
DO $$
DECLARE filled regclass;
BEGIN
    SET LOCAL session_replication_role = replica;  -- triggers keep what is evidence, and note what changed
    FOR filled IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
    LOOP
        EXECUTE format('DELETE FROM %s', filled);
    END LOOP;
    PERFORM setval(seqrelid::regclass, seqstart, false) FROM pg_sequence;
END $$
"""


class Databases:
    """The ledgers of one server."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._numbers = itertools.count(1)
        self._free: list[tuple[str, object]] = []
        self._on_server("CREATE DATABASE {}", "ledger_template")
        init_ledger(self._url("ledger_template"))

    @contextmanager
    def ledger(self) -> Iterator[str]:
        """The address of a ledger without a row, while the block lasts."""
        name, made_as = self._free.pop() if self._free else self._new()
        yield self._url(name)
        if self._emptied(name, made_as):
            self._free.append((name, made_as))
        else:
            self._on_server("DROP DATABASE {} WITH (FORCE)", name)

    def _new(self) -> tuple[str, object]:
        name = f"ledger_{next(self._numbers)}"
        self._on_server("CREATE DATABASE {} TEMPLATE ledger_template", name)
        with self._connected(name) as conn:
            return name, _schema(conn)

    def _emptied(self, name: str, made_as: object) -> bool:
        """Whether the database is now what it was when it was made."""
        with self._connected(name) as conn:
            _cut_off_others(conn)
            if _schema(conn) != made_as:
                return False
            conn.execute(_EMPTY)
        return True

    def _url(self, name: str) -> str:
        return make_url(self._server).set(database=name).render_as_string(hide_password=False)

    def _on_server(self, statement: str, name: str) -> None:
        with self._connected("postgres") as conn:
            conn.execute(sql.SQL(statement).format(sql.Identifier(name)))  # type: ignore[arg-type]  # ours, see above

    def _connected(self, name: str) -> psycopg.Connection:
        url = make_url(self._server).set(drivername="postgresql", database=name)
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)


def _schema(conn: psycopg.Connection) -> object:
    version = conn.execute("SELECT version_num FROM alembic_version").fetchall() if _has_version(conn) else None
    return version, conn.execute(_SCHEMA).fetchall()


def _has_version(conn: psycopg.Connection) -> bool:
    return conn.execute("SELECT to_regclass('public.alembic_version') IS NOT NULL").fetchone() == (True,)


def _cut_off_others(conn: psycopg.Connection) -> None:
    """End what a test left open; what such a connection did not commit is gone before the rows are deleted."""
    for _ in range(_WITHIN_S * 100):
        if conn.execute(_CUT_OFF).fetchone() == (0,):
            return
        time.sleep(0.01)
    raise RuntimeError("connections of a test do not end")


@pytest.fixture(scope="session")
def databases(postgres_url: str) -> Databases:
    """The ledgers of the private server; a test that uses them is marked ``needs("postgresql")``."""
    return Databases(postgres_url)
