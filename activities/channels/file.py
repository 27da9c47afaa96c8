"""The channel of the embedded default: one readable file a message, in an outbox folder by business day."""

from pathlib import Path

from activities.channels.base import Outgoing, Receipt, one_line
from activities.channels.folder import KeyFolder


class FileChannel:
    """Writes messages into an outbox folder; a key appears there at most once."""

    def __init__(self, outbox: Path) -> None:
        self._outbox = KeyFolder(outbox, suffix=".txt", called="outbox folder")

    def deliver(self, message: Outgoing) -> Receipt:
        """Write the message's file; the file that is already there under the key wins."""
        return self._outbox.write(message.key, message.on, render(message).encode())

    def lookup(self, key: str) -> Receipt | None:
        """The file of the key, whatever the day of its folder."""
        return self._outbox.find(key)


def render(message: Outgoing) -> str:
    """The file of a message: headers of one line each, an empty line, and the text as it stands."""
    headers = {
        "Date": message.on.isoformat(),
        "To": message.address,
        "Subject": message.content.subject,
        "Account": None if message.discreet else message.account_id,
        "Reference": None if message.discreet else message.reference,
    }
    lines = [f"{name}: {one_line(value)}\n" for name, value in headers.items() if value is not None]
    return f"{''.join(lines)}\n{message.content.text.rstrip()}\n"
