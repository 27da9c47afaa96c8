"""Names of time zones, checked where they come in."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from domain.model.errors import InputError


def check_zone(zone: str, of: str) -> None:
    """Raises InputError, naming whose zone it is, when the world knows no such zone."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise InputError(f"{of}: {zone!r} is not the name of a time zone") from None
