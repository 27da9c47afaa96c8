"""The worker as a child process: started with the parent's settings, stopped cleanly, never left behind."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import IO

from domain.model.errors import SurroundingsError
from starter.settings import Settings

STOPS_WITHIN_S = 31
"""A worker lets work in flight finish for 30 s; then it is ended."""
WORKER = (sys.executable, "-P", "-m", "worker")
"""The command of a worker; -P: modules of the folder in which it happens to start are not taken for ours."""
_NOWHERE = {"TEMPORAL_CONFIG_FILE": os.devnull}


def child_environment(settings: Settings, address: str) -> dict[str, str]:
    """The environment in which a child works on the same ledger and on the embedded server, whatever else is named."""
    given = settings.model_dump(exclude_none=True)
    if settings.payload_key is not None:
        given["payload_key"] = settings.payload_key.get_secret_value()
    chosen = {f"DUECOURSE_{name.upper()}": _written(value) for name, value in given.items()}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}
    return inherited | chosen | _NOWHERE | {"TEMPORAL_ADDRESS": address}


def _written(value: object) -> str:
    """A setting as its variable holds it."""
    match value:
        case dict():
            return json.dumps(value)
        case tuple():
            return ",".join(str(part) for part in value)
        case _:
            return str(value)


@contextlib.asynccontextmanager
async def worker_process(settings: Settings, address: str, log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `python -m worker` while the context is open."""
    with appending(log) as output:
        process = await asyncio.create_subprocess_exec(
            *WORKER,
            stdout=output,
            stderr=output,
            env=child_environment(settings, address),
            start_new_session=True,
        )
    try:
        yield process
    finally:
        await stop_process(process, STOPS_WITHIN_S)


@contextlib.contextmanager
def appending(log: Path) -> Iterator[IO[bytes]]:
    """The log of a child, open for its words; one that cannot be written is told in one line."""
    try:
        stream = log.open("ab")
    except OSError as error:
        raise SurroundingsError(f"the log {log} cannot be written: {error.strerror}") from error
    with stream:
        yield stream


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep a second server off the files of this folder while the context is open."""
    import fcntl  # absent on Windows, where no embedded server exists either

    with appending(folder / "in-use.lock") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise SurroundingsError(
                f"another duecourse runs on the data directory {folder}: stop it, or set DUECOURSE_DATA_DIR"
            ) from error
        yield


async def stop_process(process: asyncio.subprocess.Process, within_s: float) -> None:
    """Ask a child to stop; end it when it does not within this time."""
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), within_s)
    except TimeoutError:
        process.kill()
        await process.wait()


def refuse_dead(process: asyncio.subprocess.Process, log: Path) -> None:
    """Raise when the worker ended by itself, with its last words."""
    if process.returncode is not None:
        raise SurroundingsError(f"the worker ended (exit code {process.returncode}): {last_words(log)}; see {log}")


def last_words(log: Path) -> str:
    """The last line of a log."""
    with contextlib.suppress(OSError):
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1].strip() if lines else "it said nothing"
    return "its log cannot be read"
