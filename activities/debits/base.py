"""What every provider of debits offers: take one once under its key, and tell afterwards what became of that key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from activities.answers import Taken
from domain.model.money import Money


@dataclass(frozen=True)
class Instruction:
    """A debit of one account; the customer is known by the mandate's token only."""

    key: str
    account_id: str
    token: str
    amount: Money
    due_on: date
    on: date
    """The local day on which it is taken."""
    attempt: int
    at: datetime


@dataclass(frozen=True)
class Collected:
    """The money was taken."""

    reference: str
    """Under which its payment is in the ledger, or comes with the bank's feed."""


@dataclass(frozen=True)
class Declined:
    """The customer's bank refused it."""

    code: str
    hard: bool = False
    """Whether the provider says that no other will go through."""


Answer = Collected | Declined | Taken


class CannotTell(Exception):  # noqa: N818 an answer of the protocol, not an error
    """The provider cannot say what became of a key: a person decides."""


class DebitProvider(Protocol):
    """A way to take money by mandate."""

    def collect(self, instruction: Instruction) -> Answer:
        """Take it; the same key again has no second effect and the same answer.

        Raises SurroundingsError when the provider does not answer: ``fate`` is asked before it is tried again.
        """
        ...

    def fate(self, key: str) -> Answer | None:
        """What became of the key; None: the provider surely does not have it, or gives its answer again when asked.

        Raises CannotTell, and SurroundingsError when the provider does not answer.
        """
        ...
