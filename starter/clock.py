"""Times of day for people."""

from __future__ import annotations

from datetime import time


def shown(clock: time) -> str:
    """Hours and minutes, and what there is of seconds: an instant cut short names one that is not reached yet."""
    if clock.microsecond:
        return clock.isoformat().rstrip("0")
    return clock.isoformat(timespec="seconds" if clock.second else "minutes")
