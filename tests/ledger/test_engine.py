"""Opening a ledger: what is wrong is told in one line that says what to do."""

import sqlite3
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from domain.model.errors import InputError, SurroundingsError
from ledger import info
from ledger.database import connect
from ledger.engine import Ledger, init_ledger, is_unavailable, open_ledger
from ledger.migrations import HEAD
from ledger.tables import metadata


def test_the_revisions_make_the_tables_of_the_code(ledger: Ledger) -> None:
    with ledger.read() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_the_revision_that_the_code_needs_is_the_last_one() -> None:
    config = Config()
    config.set_main_option("script_location", "ledger:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_a_ledger_is_made_from_any_folder_by_the_installed_packages(tmp_path: Path) -> None:
    make = "import sys; from ledger.engine import init_ledger; print(init_ledger(sys.argv[1]))"
    command = [sys.executable, "-c", make, f"sqlite:///{tmp_path}/made/here/ledger.db"]
    assert subprocess.check_output(command, cwd=tmp_path, text=True) == f"{HEAD}\n"


def test_init_again_keeps_what_is_there(ledger: Ledger, ledger_url: str) -> None:
    with ledger.write() as conn:
        info.put(conn, "mark", "kept")
    assert init_ledger(ledger_url) == HEAD
    with ledger.read() as conn:
        assert info.get(conn, "mark") == "kept"


def test_two_inits_at_once_make_one_ledger(new_empty: str) -> None:
    results: list[str] = []
    threads = [threading.Thread(target=lambda: results.append(init_ledger(new_empty))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [HEAD] * 4
    open_ledger(new_empty).close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgresql"))])
def new_empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a database without a ledger."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new.db"
    url = request.getfixturevalue("new_postgres")
    ledger = open_ledger(url)
    with ledger.write() as conn:
        conn.execute(text("DROP SCHEMA public CASCADE"))
        conn.execute(text("CREATE SCHEMA public"))
    ledger.close()
    return url


def test_a_database_without_a_ledger_says_how_to_make_one(new_empty: str) -> None:
    with pytest.raises(SurroundingsError, match=r"^no ledger at .*: run `duecourse ledger init`$"):
        open_ledger(new_empty)


def test_looking_for_a_ledger_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(SurroundingsError):
        open_ledger(f"sqlite:///{tmp_path}/none.db")
    assert list(tmp_path.iterdir()) == []


def _stamp(ledger: Ledger, revision: str) -> None:
    with ledger.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def test_a_newer_schema_is_refused_by_open_and_by_init(ledger: Ledger, ledger_url: str) -> None:
    _stamp(ledger, "9999")
    for use in (open_ledger, init_ledger):
        with pytest.raises(SurroundingsError, match=r"newer schema 9999, .* update duecourse$"):
            use(ledger_url)


def test_an_older_schema_says_how_to_bring_it_up(ledger: Ledger, ledger_url: str, monkeypatch) -> None:
    monkeypatch.setattr("ledger.engine.HEAD", "9999")
    with pytest.raises(SurroundingsError, match=rf"older schema {HEAD}, .* needs 9999: .*run `duecourse ledger init`$"):
        open_ledger(ledger_url)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nonsense", "cannot be read"),
        ("mysql://u:geheim@h/d", "cannot be kept on mysql"),
        ("postgresql+asyncpg://u:geheim@h/d", "cannot be kept on postgresql[+]asyncpg"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
    ],
)
def test_an_address_that_is_none_is_bad_input(url: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as raised:
        open_ledger(url)
    assert "geheim" not in str(raised.value)


def test_a_server_that_is_away_is_told_without_the_password(tmp_path: Path) -> None:
    url = f"postgresql://someone:geheim@/db?host={tmp_path}&password=geheim"
    with pytest.raises(SurroundingsError, match=r"cannot be used: connection (failed|is bad)") as raised:
        open_ledger(url)
    assert "geheim" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_without_its_driver_postgresql_says_which_extra_to_install(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(SurroundingsError, match=r"pip install 'duecourse\[postgres\]'$"):
        open_ledger("postgresql://h/d")


def test_no_free_connection_in_time_is_away(new_sqlite: str, monkeypatch) -> None:
    ledger = open_ledger(new_sqlite)
    monkeypatch.setattr(ledger.engine.pool, "_timeout", 0)

    def take_all() -> None:
        with ExitStack() as stack:
            for _ in range(100):
                stack.enter_context(ledger.read())

    with pytest.raises(Exception, match="QueuePool limit") as exhausted:
        take_all()
    ledger.close()
    assert is_unavailable(exhausted.value)


def test_a_ledger_shows_itself_without_its_password(tmp_path: Path) -> None:
    assert "geheim" not in repr(connect(f"postgresql://someone:geheim@/db?host={tmp_path}&password=geheim"))


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").write_text("a text of some length that is no database at all" * 20)
    with pytest.raises(SurroundingsError, match="cannot be used: file is not a database"):
        open_ledger(f"sqlite:///{tmp_path}/ledger.db")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SurroundingsError, match=r"cannot be used: .*file: File exists$"):
        init_ledger(f"sqlite:///{tmp_path}/file/ledger.db")


@pytest.mark.parametrize("broken", ["INSERT INTO info VALUES ('k', 'v')", "DELETE FROM info"])
def test_a_read_cannot_write(ledger: Ledger, broken: str) -> None:
    with pytest.raises(Exception, match=r"readonly|read-only"), ledger.read() as conn:
        conn.execute(text(broken))


def test_a_read_sees_one_state_throughout(ledger: Ledger) -> None:
    with ledger.read() as reader:
        assert info.get(reader, "mark") is None
        with ledger.write() as writer:
            info.put(writer, "mark", "new")
        assert info.get(reader, "mark") is None
    with ledger.read() as reader:
        assert info.get(reader, "mark") == "new"


def test_a_write_that_fails_leaves_nothing(ledger: Ledger) -> None:
    def fail() -> None:
        with ledger.write() as conn:
            info.put(conn, "mark", "new")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with ledger.read() as conn:
        assert info.get(conn, "mark") is None


def test_an_embedded_ledger_survives_a_power_cut_and_checks_its_keys(new_sqlite: str) -> None:
    ledger = open_ledger(new_sqlite)
    with ledger.read() as conn:
        pragmas = {
            name: conn.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "foreign_keys", "synchronous")
        }
    ledger.close()
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2}


def test_a_locked_file_is_away_and_a_misspelt_statement_is_not(new_sqlite: str, monkeypatch) -> None:
    monkeypatch.setattr("ledger.database.BUSY_SECONDS", 0)
    ledger = open_ledger(new_sqlite)
    other = sqlite3.connect(new_sqlite.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Exception, match="locked") as locked, ledger.write():
        pass
    with pytest.raises(Exception, match="no such table") as misspelt, ledger.read() as conn:
        conn.execute(text("SELECT * FROM nowhere"))
    other.close()
    ledger.close()
    assert is_unavailable(locked.value)
    assert not is_unavailable(misspelt.value)
    assert not is_unavailable(ValueError("ours"))


@pytest.mark.needs("postgresql")
def test_a_connection_that_the_server_ended_is_away_and_the_next_one_works(new_postgres: str) -> None:
    ledger = open_ledger(new_postgres)

    def be_ended() -> None:
        with ledger.read() as conn, ledger.write() as other:
            pid = conn.scalar(text("SELECT pg_backend_pid()"))
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            conn.execute(text("SELECT 1"))

    with pytest.raises(Exception, match="terminat") as ended:
        be_ended()
    assert is_unavailable(ended.value)
    with pytest.raises(Exception, match="nowhere") as misspelt, ledger.read() as conn:
        conn.execute(text("SELECT * FROM nowhere"))
    assert not is_unavailable(misspelt.value)
    ledger.close()


def test_a_file_that_is_no_database_is_told_in_one_line(tmp_path) -> None:
    file = tmp_path / "ledger.db"
    file.write_text("this is no database, and it is long enough to be read as the head of one: " * 20)
    with pytest.raises(SurroundingsError, match="cannot be used: file is not a database"):
        init_ledger(f"sqlite:///{file}")
