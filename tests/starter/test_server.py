"""The embedded server: found, checked, started, and never left behind; what goes wrong is one line."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from domain.model.errors import SurroundingsError
from starter import server as module
from starter.server import LEAST_VERSION, check_version, embedded_server, find_temporal, free_port
from starter.settings import Settings

VERSION = "temporal version 1.9.1 (Server 1.32.0, UI 2.48.1)"


def program(folder: Path, body: str = f"echo '{VERSION}'", name: str = "temporal") -> Path:
    """An executable file that does this."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o755)
    return file


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the wheel and the PATH are folders of this test."""
    monkeypatch.setattr(module.sysconfig, "get_path", lambda name: str(tmp_path / "wheel"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'path'}")
    return tmp_path


def test_the_setting_comes_before_the_wheel_and_the_wheel_before_the_path(places: Path) -> None:
    on_path = program(places / "path")
    assert find_temporal(Settings()) == on_path
    in_wheel = program(places / "wheel")
    assert find_temporal(Settings()) == in_wheel
    by_setting = program(places / "elsewhere", name="my-temporal")
    assert find_temporal(Settings(temporal_path=by_setting)) == by_setting


def test_without_any_the_error_says_where_to_get_it(places: Path) -> None:
    with pytest.raises(SurroundingsError, match=r"install duecourse\[embedded\] \(no wheel exists for Windows\)"):
        find_temporal(Settings())


@pytest.mark.parametrize("name", ["absent", "plain.txt", "."])
def test_a_setting_that_names_no_program_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "plain.txt").write_text("text")
    with pytest.raises(SurroundingsError, match=r"DUECOURSE_TEMPORAL_PATH: .* is not an executable file"):
        find_temporal(Settings(temporal_path=tmp_path / name))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("echo 'temporal version 1.8.9 (Server 1.31.0)'", "is version 1.8.9; the embedded server needs 1.9.0 or newer"),
        ("echo 'temporal version 0.13.2'", "is version 0.13.2"),
        ("echo 'something else altogether'", "does not answer `--version` like Temporal's command line"),
        ("echo hello", "does not answer"),
        ("exit 3", "does not answer"),
    ],
)
def test_another_program_or_version_is_refused(tmp_path: Path, body: str, message: str) -> None:
    with pytest.raises(SurroundingsError, match=message):
        check_version(program(tmp_path, body))


def test_newer_versions_are_taken(tmp_path: Path) -> None:
    assert LEAST_VERSION <= (1, 9, 1)
    assert check_version(program(tmp_path, "echo 'temporal version 1.10.0-rc.1 (Server 1.33.0)'")) == "1.10.0-rc.1"


@pytest.mark.parametrize("taken", ["port", "ui_port"])
async def test_a_port_in_use_is_told_before_anything_starts(tmp_path: Path, taken: str) -> None:
    marker = tmp_path / "started"
    fake = program(tmp_path, f'test "$1" = --version && echo "{VERSION}" || touch {marker}')
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(SurroundingsError, match=rf"port {port} \(.*\) is in use: stop what uses it or choose"):
            async with embedded_server(Settings(temporal_path=fake), **{taken: port}):
                pass
    assert not marker.exists()


async def test_a_server_that_ends_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    fake = program(
        tmp_path, f'test "$1" = --version && echo "{VERSION}" && exit; echo starting; echo "no luck"; exit 3'
    )
    log = tmp_path / "server.log"
    with pytest.raises(SurroundingsError, match=r"ended by itself \(exit code 3\): no luck; see .*server\.log"):
        async with embedded_server(Settings(temporal_path=fake), log=log):
            pass


@pytest.mark.parametrize(("failures", "comes_up"), [(2, True), (3, False)])
async def test_a_port_that_somebody_takes_meanwhile_is_changed_for_another(
    tmp_path: Path, failures: int, comes_up: bool
) -> None:
    """A server that ends before it is up is tried on other ports, as far as nobody chose them."""
    tried, real = tmp_path / "tried", find_temporal(Settings())
    program = tmp_path / "temporal"
    program.write_text(
        f"""#!/bin/sh
[ "$1" = --version ] && exec {real} --version
echo "$*" >> {tried}
[ "$(wc -l < {tried})" -le {failures} ] && {{ echo "bind: address already in use"; exit 1; }}
exec {real} "$@"
"""
    )
    program.chmod(0o755)
    settings = Settings(temporal_path=program)
    if comes_up:
        async with embedded_server(settings, log=tmp_path / "log") as server:
            assert await server.client.count_workflows()
    else:
        with pytest.raises(SurroundingsError, match="address already in use"):
            async with embedded_server(settings, log=tmp_path / "log"):
                pass
    calls = tried.read_text().splitlines()
    assert len(calls) == len(set(calls)) == 3, "each on other ports"


async def test_a_log_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(SurroundingsError, match=r"the log .* cannot be written"):
        async with embedded_server(Settings(temporal_path=program(tmp_path)), log=tmp_path / "no" / "server.log"):
            pass


async def test_a_server_runs_in_a_session_of_its_own_and_is_gone_afterwards(tmp_path: Path) -> None:
    port, ui_port = free_port(), free_port()
    file, log = tmp_path / "temporal.db", tmp_path / "server.log"
    async with embedded_server(Settings(), port=port, ui_port=ui_port, file=file, log=log) as server:
        assert (server.address, server.web_ui) == (f"127.0.0.1:{port}", f"http://127.0.0.1:{ui_port}")
        assert os.getsid(server.pid) == server.pid != os.getsid(0)
        assert await server.client.service_client.check_health()
        server.refuse_dead()
    assert server.process.returncode == 0, "it stopped by itself when it was asked to"
    assert file.exists()
    with socket.create_server(("127.0.0.1", port)):
        pass
    with pytest.raises(SurroundingsError, match="ended by itself"):
        server.refuse_dead()


async def test_a_server_is_stopped_when_what_uses_it_fails() -> None:
    with pytest.raises(ZeroDivisionError):
        async with embedded_server(Settings()) as server:
            raise ZeroDivisionError
    assert server.process.returncode is not None
