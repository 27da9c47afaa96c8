"""What every way to a credit bureau offers: take a report once under its key, and say what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from activities.answers import Answer
from domain.model.bureau import BureauReport


@dataclass(frozen=True)
class Telling:
    """A report about one account."""

    account_id: str
    report: BureauReport


class CreditBureau(Protocol):
    """A way to a credit bureau."""

    def tell(self, telling: Telling) -> Answer:
        """Take the report; the same key again has no second effect.

        Raises SurroundingsError when the bureau cannot be reached: it is tried again.
        """
        ...
