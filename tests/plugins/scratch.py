"""Folders of tests in memory, where the machine has room there: a commit on a disk waits for it, thousands of times."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

_MEMORY = Path("/dev/shm")
"""Linux has it; other systems go on as they did."""
_ROOM = 4 << 30
"""Bytes; a run leaves a part of this at most."""


def pytest_configure(config: pytest.Config) -> None:
    """Before the first folder is asked for; who names a place, by an option or in the environment, has it."""
    if config.getoption("basetemp") or "TMPDIR" in os.environ or not _has_room():
        return
    os.environ["TMPDIR"] = str(_MEMORY)  # for the processes that tests start, too
    tempfile.tempdir = None  # look again


def _has_room() -> bool:
    if not (_MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)):
        return False
    runs_programs = not os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC
    return runs_programs and shutil.disk_usage(_MEMORY).free >= _ROOM
