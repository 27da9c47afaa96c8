"""A folder of files by business day in which a key appears at most once, whole or not at all."""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from activities.channels.base import ChannelUnavailable, Receipt

_UNFINISHED = ".unfinished"


class KeyFolder:
    """Files under keys; every way in may raise ChannelUnavailable, which names the folder and what to do."""

    def __init__(self, root: Path, *, suffix: str, called: str) -> None:
        self._root = root
        self._suffix = suffix
        self._called = called

    def find(self, key: str) -> Receipt | None:
        """The file of the key, whatever the day of its folder."""
        with self._usable():
            found = self._find(file_name(key, self._suffix))
            return self._receipt(found) if found else None

    def write(self, key: str, on: date, content: bytes) -> Receipt:
        """Write the key's file, durably; the file that is already there under the key wins."""
        with self._usable():
            name = file_name(key, self._suffix)
            return self._receipt(self._find(name) or self._write(name, on, content))

    def _find(self, name: str) -> Path | None:
        if not self._root.exists():
            return None
        days = (Path(entry.path) for entry in os.scandir(self._root) if entry.is_dir())
        return next((day / name for day in days if (day / name).exists()), None)

    def _write(self, name: str, on: date, content: bytes) -> Path:
        unfinished, day = self._root / _UNFINISHED, self._root / on.isoformat()
        for folder in (unfinished, day):
            folder.mkdir(parents=True, exist_ok=True)
        path = day / name
        with _written(content, unfinished) as written:
            try:
                os.link(written, path)  # all or nothing, and never over a file that is there
            except FileExistsError:
                return path
        _sync_folder(day)
        _sync_folder(self._root)
        return path

    def _receipt(self, path: Path) -> Receipt:
        return Receipt(reference=path.relative_to(self._root).as_posix())

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ChannelUnavailable(
                f"the {self._called} {self._root} cannot be used ({reason}): "
                "make it a writable folder; the notice is tried again"
            ) from None


def file_name(key: str, suffix: str = ".txt") -> str:
    """A name that is safe on every file system and different for every key: readable part, then digest."""
    readable = re.sub(r"[^A-Za-z0-9._-]+", "_", key).lstrip(".")[:120]
    return f"{readable or 'notice'}.{hashlib.sha256(key.encode()).hexdigest()[:16]}{suffix}"


@contextmanager
def _written(content: bytes, folder: Path) -> Iterator[Path]:
    """A whole file on the disk, gone again at the end."""
    handle, name = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o640)
        yield Path(name)
    finally:
        Path(name).unlink()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
