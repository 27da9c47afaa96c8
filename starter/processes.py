"""The worker as a child process: started with the parent's settings, stopped cleanly, never left behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from domain.model.errors import SurroundingsError
from starter.settings import Settings

STOPS_WITHIN_S = 33
"""A worker lets work in flight finish for 30 s; then it is ended."""


def child_environment(settings: Settings, address: str) -> dict[str, str]:
    """The environment in which a child works on the same ledger and the same server."""
    given = {
        f"DUECOURSE_{name.upper()}": str(value)
        for name, value in settings.model_dump(exclude={"payload_key"}, exclude_none=True).items()
    }
    return os.environ | given | {"TEMPORAL_ADDRESS": address}


@contextlib.asynccontextmanager
async def worker_process(settings: Settings, address: str, log: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `python -m worker` while the context is open."""
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "worker",
            stdout=output,
            stderr=output,
            env=child_environment(settings, address),
            start_new_session=True,
        )
    try:
        yield process
    finally:
        await stop_process(process, STOPS_WITHIN_S)


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
        last_words = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        raise SurroundingsError(f"the worker ended (exit code {process.returncode}): {' '.join(last_words)}; see {log}")
