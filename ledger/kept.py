"""Whose entries are kept, and when they were decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Kept:
    """Whose entries they are, and when they were decided."""

    case_id: str
    account_id: str
    person_id: str
    at: datetime
