"""One way to write JSON, so that equal content has equal bytes and an equal digest."""

from __future__ import annotations

import hashlib
import json

from pydantic import JsonValue


def canonical(value: JsonValue) -> str:
    """JSON with sorted keys and no blanks."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256(text: str) -> str:
    """SHA-256 of the text in UTF-8, as 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()
