"""One account with its whole history: what every importer makes, and the writer stores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from domain.model.facts import MeetingOrigin


class Statement(NamedTuple):
    """A closed statement and its balance."""

    closed_on: date
    balance_minor: int


class Due(NamedTuple):
    """An obligation: a minimum payment and the day by which it had to be credited."""

    due_on: date
    minimum_minor: int
    statement_on: date | None


class Met(NamedTuple):
    """An obligation met wholly (``amount_minor`` None) or by an amount; a reversal appends the amount with a minus."""

    due_on: date
    value_on: date
    entry_reference: str | None
    origin: MeetingOrigin = MeetingOrigin.BANK_STATUS
    amount_minor: int | None = None


class Entry(NamedTuple):
    """A movement of the balance: positive legs increase the debt, a payment is negative."""

    reference: str
    kind: str
    value_on: date
    principal_minor: int
    interest_minor: int = 0
    fee_minor: int = 0
    reverses: str | None = None

    @property
    def amount_minor(self) -> int:
        return self.principal_minor + self.interest_minor + self.fee_minor


class StatedLateness(NamedTuple):
    """How many months late the bank states the account, known from this day until the next such row."""

    known_on: date
    months_late: int


@dataclass(frozen=True, slots=True)
class AccountHistory:
    """All that a source tells of one account, in the order of time."""

    account_id: str
    person_id: str
    currency: str
    zone: str
    credit_limit_minor: int | None
    statements: tuple[Statement, ...]
    dues: tuple[Due, ...]
    met: tuple[Met, ...]
    entries: tuple[Entry, ...]
    stated: tuple[StatedLateness, ...] = ()
    cut_months: int = 0
    """Account-months whose stated lateness was cut, because a debt cannot be older than its obligations."""
    by_file: bool = True
    """Whether the person is reached by the channel `file` for it; False: the source tells where else."""

    @property
    def cleared_by_status(self) -> int:
        """Obligations that the bank's status clears after their due day, with no payment in the month."""
        return sum(1 for met in self.met if met.entry_reference is None and met.value_on > met.due_on)
