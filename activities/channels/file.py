"""The channel of the embedded default: one readable file a message, in an outbox folder by business day."""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from activities.channels.base import ChannelUnavailable, Outgoing, Receipt

_UNFINISHED = ".unfinished"

_TEXT = """\
Date: {on}
To: {address}
Subject: {subject}
Account: {account_id}
Amount past due: {past_due}
Unpaid since: {oldest_due_on}

According to our books {past_due} on account {account_id} has been due since {oldest_due_on}.
Please pay this amount to your card account. If you have paid in the meantime, nothing more is needed.

How to reply: contact your bank and name the account and this reference.
Reference: {key}
"""


class FileChannel:
    """Writes messages into an outbox folder; a key appears there at most once."""

    def __init__(self, outbox: Path) -> None:
        self._outbox = outbox

    def deliver(self, message: Outgoing) -> Receipt:
        """Write the message's file; the file that is already there under the key wins."""
        with self._writable():
            found = self._find(message.key)
            return self._receipt(found or self._write(message))

    def lookup(self, key: str) -> Receipt | None:
        """The file of the key, whatever the day of its folder."""
        with self._writable():
            found = self._find(key)
            return self._receipt(found) if found else None

    def _find(self, key: str) -> Path | None:
        if not self._outbox.exists():
            return None
        name = file_name(key)
        days = (Path(entry.path) for entry in os.scandir(self._outbox) if entry.is_dir())
        return next((day / name for day in days if (day / name).exists()), None)

    def _write(self, message: Outgoing) -> Path:
        unfinished, day = self._outbox / _UNFINISHED, self._outbox / message.on.isoformat()
        for folder in (unfinished, day):
            folder.mkdir(parents=True, exist_ok=True)
        path = day / file_name(message.key)
        with _written(render(message), unfinished) as written:
            try:
                os.link(written, path)  # all or nothing, and never over a file that is there
            except FileExistsError:
                return path
        _sync_folder(day)
        _sync_folder(self._outbox)
        return path

    def _receipt(self, path: Path) -> Receipt:
        return Receipt(reference=path.relative_to(self._outbox).as_posix())

    @contextmanager
    def _writable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ChannelUnavailable(
                f"the outbox folder {self._outbox} cannot be used ({reason}): "
                "make it a writable folder; the notice is tried again"
            ) from None


def file_name(key: str) -> str:
    """A name that is safe on every file system and different for every key: readable part, then digest."""
    readable = re.sub(r"[^A-Za-z0-9._-]+", "_", key).lstrip(".")[:120]
    return f"{readable or 'notice'}.{hashlib.sha256(key.encode()).hexdigest()[:16]}.txt"


def render(message: Outgoing) -> str:
    """The text of a message, every value on one line."""
    values = {
        "on": message.on.isoformat(),
        "address": message.address,
        "subject": message.notice.replace("-", " ").capitalize(),
        "account_id": message.account_id,
        "past_due": message.past_due,
        "oldest_due_on": message.oldest_due_on.isoformat(),
        "key": message.key,
    }
    return _TEXT.format_map({name: " ".join(str(value).split()) for name, value in values.items()})


@contextmanager
def _written(text: str, folder: Path) -> Iterator[Path]:
    """A whole file on the disk, gone again at the end."""
    handle, name = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
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
