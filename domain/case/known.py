"""What bears on a report of a contact, of a case that is open or closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.calendar import local_day
from domain.model.contact import Record
from domain.model.facts import Obligation, Reach
from domain.model.permits import KnownPermit
from domain.model.rules import Rules
from domain.model.stops import StopInForce
from domain.model.strategy import Strategy


@dataclass(frozen=True)
class Known:
    """What bears on a report, of a case that is open or closed."""

    case_id: str
    account_id: str
    at: datetime
    permits: Mapping[str, KnownPermit]
    reach: Sequence[Reach]
    record: Record
    stops: Sequence[StopInForce]
    """Those that held when the contact was made."""
    zone: str
    """In which the account's days are counted."""
    obligations: Sequence[Obligation]
    """Unmet: what can be disputed."""
    strategy: Strategy
    rules: Rules
    is_open: bool = False
    """Whether the case is open: its own steps end what is laid on the person for it."""

    @property
    def today(self) -> date:
        """The account's day."""
        return local_day(self.at, self.zone)
