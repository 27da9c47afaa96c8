"""The way in: every end of a command is an exit code, and every failure that is told is one line."""

from __future__ import annotations

import sqlite3
from types import SimpleNamespace

import pytest
import typer
from sqlalchemy.exc import OperationalError

from domain.model.errors import InputError, SurroundingsError
from starter import cli


def ended(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException | None):
    """How the executable ends when its command does so."""

    def command(*args: object, **kwargs: object) -> None:
        if error is not None:
            raise error

    monkeypatch.setattr(cli, "app", command)
    with pytest.raises(SystemExit) as done:
        cli.main()
    return SimpleNamespace(code=done.value.code, err=capsys.readouterr().err)


def sqlite_error(code: int) -> OperationalError:
    origin = sqlite3.OperationalError("database is locked")
    origin.sqlite_errorcode = code
    return OperationalError("SELECT 1", {}, origin)


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (None, 0, ""),
        (InputError("no such account"), 2, "duecourse: no such account\n"),
        (InputError("two\n  lines"), 2, "duecourse: two lines\n"),
        (SurroundingsError("no server"), 1, "duecourse: no server\n"),
        (KeyboardInterrupt(), 130, "duecourse: interrupted\n"),
        (typer.Abort(), 130, "duecourse: interrupted\n"),
        (
            sqlite_error(sqlite3.SQLITE_BUSY),
            1,
            "duecourse: the ledger does not answer: database is locked; try again\n",
        ),
    ],
)
def test_each_end_has_its_exit_code(monkeypatch, capsys, error: BaseException | None, code: int, line: str) -> None:
    done = ended(monkeypatch, capsys, error)
    assert (done.code, done.err) == (code, line)


@pytest.mark.parametrize("bug", [ZeroDivisionError(), sqlite_error(sqlite3.SQLITE_ERROR)])
def test_a_bug_is_not_hidden(monkeypatch, capsys, bug: Exception) -> None:
    monkeypatch.setattr(cli, "app", lambda **_: (_ for _ in ()).throw(bug))
    with pytest.raises(type(bug)):
        cli.main()


@pytest.mark.parametrize(
    "words", [(), ("case",), ("case", "hold"), ("ledger", "import", "uci"), ("dev",), ("worker",), ("demo",)]
)
def test_every_command_has_help(monkeypatch, capsys, words: tuple[str, ...]) -> None:
    monkeypatch.setattr("sys.argv", ["duecourse", *words, "--help"])
    with pytest.raises(SystemExit) as done:
        cli.main()
    assert done.value.code == 0
    assert "Usage:" in capsys.readouterr().out
