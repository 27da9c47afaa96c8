"""What is wrong is told in one line on standard error: exit code 2 for what was asked, 1 for what is around."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from ledger.migrations import HEAD
from starter import cli
from starter.server import free_port

EXAMPLE = Path(__file__).parents[2] / "docs" / "portfolio-example.csv"
OLD_AND_PAID = "A-1001"
"""An account of the example; in the folder of these tests its last minimum payment is paid."""


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ledger in which one account owes nothing."""
    folder = tmp_path_factory.mktemp("ready")
    environment = _without_settings() | {"DUECOURSE_DATA_DIR": str(folder / "data")}
    for words in (
        ["ledger", "init"],
        ["intake", str(EXAMPLE), "--no-cases"],
        ["ledger", "post-payment", OLD_AND_PAID, "5000", "--reference", "all-of-it"],
    ):
        subprocess.run([_executable(), *words], check=True, env=environment, capture_output=True)
    (folder / "bad.csv").write_text("this,is,no\nportfolio,at,all\n")
    return folder


def _executable() -> str:
    return str(Path(sys.executable).with_name("duecourse"))


def _without_settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("DUECOURSE_", "TEMPORAL_"))}


class Shell:
    """Runs `duecourse …` in a folder."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self._capsys = monkeypatch, capsys
        for name in set(os.environ) - set(_without_settings()):
            monkeypatch.delenv(name)
        monkeypatch.setenv("DUECOURSE_DATA_DIR", str(folder / "data"))
        monkeypatch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
        monkeypatch.setenv("TEMPORAL_CONFIG_FILE", os.devnull)
        monkeypatch.chdir(folder)

    def __call__(self, *words: str) -> SimpleNamespace:
        self.monkeypatch.setattr("sys.argv", ["duecourse", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = self._capsys.readouterr()
        return SimpleNamespace(code=ended.value.code, out=out, err=err)


@pytest.fixture
def run(ready: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(ready, monkeypatch, capsys)


def refused(done: SimpleNamespace, code: int, message: str) -> None:
    """One line on standard error, nothing else, and this exit code."""
    assert message in done.err
    assert done.err.startswith("duecourse: ")
    assert done.err.count("\n") == 1
    assert done.out == ""
    assert done.code == code


UNKNOWN = "no account nobody in the ledger"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("case", "show", "nobody"), UNKNOWN),
        (("case", "show", "nobody", "--json"), UNKNOWN),
        (("case", "timeline", "nobody"), UNKNOWN),
        (("ledger", "show", "nobody"), UNKNOWN),
        (("ledger", "post-payment", "nobody", "1", "--reference", "r"), UNKNOWN),
        (("case", "show", OLD_AND_PAID), "has no case: open one with `duecourse case start A-1001`"),
        (("intake", "bad.csv"), "bad.csv"),
        (("ledger", "import", "uci", "bad.csv"), "bad.csv"),
        (("intake", "none.csv"), "none.csv"),
        (("case", "start", OLD_AND_PAID, "--strategy", "no-such"), "no-such"),
        (("ledger", "post-payment", OLD_AND_PAID, "-5", "--reference", "r"), "a payment is above zero"),
        (("ledger", "post-payment", OLD_AND_PAID, "five", "--reference", "r"), "write digits and a point"),
        (("ledger", "arrears", "--as-of", "31.12.2026"), "does not match the format"),
        (("case", "hold", OLD_AND_PAID, "--ends-on", "tomorrow"), "does not match the format"),
        (("case", "hold", OLD_AND_PAID, "--reason", "mood"), "'mood' is not one of"),
        (("case", "hold", OLD_AND_PAID, "--id", "no id"), "'no id' is no id: write 1 to 64 letters, digits and"),
        (("case", "release", OLD_AND_PAID, "/hold"), "'/hold' is no id"),
        (("case", "hold", OLD_AND_PAID, *["--obligation", "2026-01-01"] * 13), "obligations_due_on: "),
        (("case", "list", "--stage", "asleep"), "'asleep' is not one of"),
        (("case", "list", "--limit", "0"), "greater than or equal to 1"),
        (("case", "start"), "Missing argument 'ACCOUNT'"),
        (("case", "start", OLD_AND_PAID, "too", "many"), "unexpected extra argument"),
        (("dev", "--port", "http"), "--port"),
        (("dev", "--port", "70000"), "--port"),
        (("no-such-command",), "No such command 'no-such-command'"),
        (("case", "no-such-command"), "No such command 'no-such-command'"),
        (("case", "show", OLD_AND_PAID, "--no-such-option"), "No such option"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(run: Shell, words: tuple[str, ...], message: str) -> None:
    refused(run(*words), 2, message)


def test_without_a_command_the_commands_are_shown(run: Shell) -> None:
    for words in ((), ("case",), ("ledger",), ("ledger", "import")):
        done = run(*words)
        assert (done.code, done.err) == (2, "duecourse: say what to do: choose one of the commands above\n")
        assert "Commands" in done.out


def test_a_setting_that_cannot_be_is_bad_input(run: Shell) -> None:
    run.monkeypatch.setenv("DUECOURSE_HISTORY_BOUND", "many")
    refused(run("case", "list"), 2, "DUECOURSE_HISTORY_BOUND: Input should be a valid integer")


def test_a_payload_key_that_cannot_be_is_bad_input_and_not_shown(run: Shell) -> None:
    run.monkeypatch.setenv("DUECOURSE_PAYLOAD_KEY", "my-secret-key")
    done = run("case", "withdraw", OLD_AND_PAID)
    refused(done, 2, "a payload key must be")
    assert "my-secret" not in done.err


def test_an_account_that_is_not_past_due_is_bad_input(run: Shell, server) -> None:
    run.monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    refused(run("case", "start", OLD_AND_PAID), 2, "account A-1001 is not past due on")
    refused(run("case", "start", "nobody"), 2, UNKNOWN)
    refused(run("case", "hold", "nobody"), 2, "account nobody has no open case")


@pytest.mark.parametrize(
    "words", [("case", "start", OLD_AND_PAID), ("case", "hold", OLD_AND_PAID), ("case", "withdraw", OLD_AND_PAID)]
)
def test_a_temporal_server_that_is_not_there_is_told(run: Shell, words: tuple[str, ...]) -> None:
    refused(run(*words), 1, "no Temporal server answers at 127.0.0.1:")


def test_a_port_in_use_is_told(run: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        free = free_port()
        refused(run("dev", "--port", str(port), "--ui-port", str(free)), 1, f"port {port} (Temporal server) is in use")
        refused(run("dev", "--port", str(free), "--ui-port", str(port)), 1, f"port {port} (Web UI) is in use")


@pytest.mark.parametrize("command", ["dev", "demo"])
def test_a_data_directory_that_cannot_be_written_is_told(run: Shell, ready: Path, command: str) -> None:
    run.monkeypatch.setenv("DUECOURSE_DATA_DIR", str(ready / "bad.csv" / "below-a-file"))
    refused(run(command), 1, "the data directory ")
    if Path("/proc").exists():
        run.monkeypatch.setenv("DUECOURSE_DATA_DIR", "/proc/duecourse")
        refused(run(command), 1, "the data directory /proc/duecourse")


def test_a_temporal_program_that_is_none_is_told(run: Shell, ready: Path) -> None:
    run.monkeypatch.setenv("DUECOURSE_TEMPORAL_PATH", str(ready / "bad.csv"))
    ports = ("--port", str(free_port()), "--ui-port", str(free_port()))
    refused(run("dev", *ports), 1, "bad.csv is not an executable file")


READERS = [
    ("case", "list"),
    ("case", "show", OLD_AND_PAID),
    ("case", "timeline", OLD_AND_PAID),
    ("case", "start", OLD_AND_PAID),
    ("ledger", "show", OLD_AND_PAID),
    ("ledger", "arrears", "--as-of", "2026-04-01"),
]


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_a_ledger_that_is_not_there_is_told(run: Shell, tmp_path: Path, words: tuple[str, ...]) -> None:
    run.monkeypatch.setenv("DUECOURSE_DATA_DIR", str(tmp_path))
    refused(run(*words), 1, "run `duecourse ledger init`")


@pytest.fixture
def other_schema(ready: Path, tmp_path: Path) -> Path:
    """A ledger whose schema is one that this code does not know."""
    with sqlite3.connect(ready / "data" / "ledger.db") as here, sqlite3.connect(tmp_path / "ledger.db") as there:
        here.backup(there)
        there.execute("UPDATE alembic_version SET version_num = '9999'")
    here.close()
    there.close()
    return tmp_path


@pytest.mark.parametrize("words", [*READERS, ("ledger", "init"), ("dev",)], ids=" ".join)
def test_a_ledger_of_a_newer_schema_is_told(run: Shell, other_schema: Path, words: tuple[str, ...]) -> None:
    run.monkeypatch.setenv("DUECOURSE_DATA_DIR", str(other_schema))
    refused(run(*words), 1, "has the newer schema 9999")


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_a_ledger_of_an_older_schema_is_told(run: Shell, words: tuple[str, ...]) -> None:
    from ledger import engine

    run.monkeypatch.setattr(engine, "HEAD", "9999")
    refused(run(*words), 1, f"has the older schema {HEAD}, this duecourse needs 9999")


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("case", "show", "nobody"), 2, UNKNOWN),
        (("case", "hold", OLD_AND_PAID), 1, "no Temporal server answers"),
        (("no-such-command",), 2, "No such command"),
        (("worker",), 1, "no Temporal server answers"),
    ],
)
def test_the_executable_itself_ends_so(ready: Path, words: tuple[str, ...], code: int, message: str) -> None:
    environment = _without_settings() | {
        "DUECOURSE_DATA_DIR": str(ready / "data"),
        "TEMPORAL_ADDRESS": f"127.0.0.1:{free_port()}",
    }
    done = subprocess.run([_executable(), *words], check=False, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert message in done.stderr
