"""`duecourse demo` as a process of its own: its words, its children, its end."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DUECOURSE = Path(sys.executable).with_name("duecourse")
PATIENCE_S = 240
"""Only a machine that hangs takes so long; nothing is judged by it."""


@dataclass
class Demo:
    """A demo that runs; ``told`` are its words on standard error so far."""

    process: asyncio.subprocess.Process
    output: Path
    told: list[str] = field(default_factory=list)

    async def until(self, wanted: str) -> re.Match[str]:
        """Read on until a line has this pattern."""
        assert self.process.stderr is not None
        while line := (await asyncio.wait_for(self.process.stderr.readline(), PATIENCE_S)).decode().rstrip():
            self.told.append(line)
            if found := re.search(wanted, line):
                return found
        raise AssertionError(f"the demo never said {wanted!r}: {self.told}")

    async def end(self, by: signal.Signals) -> tuple[int, float]:
        """Exit code and seconds after this signal."""
        self.process.send_signal(by)
        return await self.ended()

    async def ended(self) -> tuple[int, float]:
        """Exit code, and the seconds until it came."""
        began = time.monotonic()
        assert self.process.stderr is not None
        rest = await asyncio.wait_for(self.process.stderr.read(), PATIENCE_S)
        self.told += rest.decode().splitlines()
        return await self.process.wait(), time.monotonic() - began

    def children(self) -> set[int]:
        """Process ids of the server and the worker."""
        return {pid for pid, parent in _processes().items() if parent == self.process.pid}


def left_of(pids: set[int]) -> set[int]:
    """Those that still run."""
    return pids & _processes().keys()


def _processes() -> dict[int, int]:
    """Process id → parent, of all that run (what has ended and waits for its parent is left out)."""
    if not Path("/proc/self/stat").exists():
        rows = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True)
        return {int(p): int(q) for p, q, state in map(str.split, rows.stdout.splitlines()) if state[0] != "Z"}
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:  # it ended meanwhile
            continue
        if state != "Z":
            found[int(folder.name)] = int(parent)
    return found


async def start_demo(folder: Path, *arguments: str, more: Mapping[str, str] | None = None) -> Demo:
    """Start it with a data directory in this folder, and ``more`` in its environment."""
    output = folder / "stdout.txt"
    own = {name: value for name, value in os.environ.items() if not name.startswith(("DUECOURSE_", "TEMPORAL_"))}
    with output.open("wb") as stdout:
        process = await asyncio.create_subprocess_exec(
            DUECOURSE,
            "demo",
            *arguments,
            stdout=stdout,
            stderr=asyncio.subprocess.PIPE,
            env=own | {"DUECOURSE_DATA_DIR": str(folder / "data")} | (more or {}),
        )
    return Demo(process, output)
