"""One way to write JSON, so that equal content has equal bytes and an equal digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import JsonValue


def canonical(value: JsonValue) -> str:
    """JSON with sorted keys and no blanks."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256(text: str) -> str:
    """SHA-256 of the text in UTF-8, as 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def content_digest(row: Mapping[str, object]) -> str:
    """SHA-256 of a row's content: what a second row under the same id must have too."""
    return sha256(canonical({name: _plain(value) for name, value in row.items()}))


def _plain(value: object) -> str | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return None if value is None else str(value)
