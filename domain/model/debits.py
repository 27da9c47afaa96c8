"""Debits: what is taken for an instalment by a customer's mandate; asked of a provider once under a business key."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime

from domain.model.base import Model
from domain.model.money import Money

DEBIT = "debit"
"""Name of the activity that asks for one: it stands in histories."""
DEBITS_KEY = "debit"
"""What stands in the key of a debit, between that of its plan and the instalment."""


class DebitState(StrEnum):
    """How far a debit came."""

    WANTED = "wanted"
    """It is about to be asked for: whether the provider has it is not known yet."""
    ASKED = "asked"
    """The provider has it, and has not said what became of it."""
    COLLECTED = "collected"
    """The money was taken; it counts once the payment is in the ledger."""
    DECLINED = "declined"
    """The customer's bank refused it."""
    FAILED = "failed"
    """Nothing was asked of the provider, or it surely does not have it: what stood against it is told by its code."""
    UNKNOWN = "unknown"
    """The provider cannot say; a person decides, nothing is debited again."""


OPEN_DEBITS = (DebitState.WANTED, DebitState.ASKED, DebitState.UNKNOWN)
"""Nobody knows yet whether money was taken."""


class NotDebited(StrEnum):
    """What stood against a debit at the last look."""

    PAID = "paid"
    """Less is open of the instalment than was to be taken."""
    CLOSED = "closed"
    """The case is closed."""
    PLAN_OVER = "plan_over"
    """The plan is not in force, or another version of it is."""
    HELD = "held"
    """A hold lies on the case."""
    DISPUTED = "disputed"
    """A dispute is open, or its correction is awaited."""
    BARRED = "barred"
    """A hold of the rules lies on the person."""
    STOPPED = "stopped"
    """An emergency stop closes it."""
    STALE = "stale"
    """The bank's data is older than the strategy allows."""
    NO_MANDATE = "no_mandate"
    """The mandate ended, or does not allow it."""
    ANOTHER_DEBIT = "another_debit"
    """The account was debited on this day already."""
    NOT_THE_DAY = "not_the_day"
    """The day for which it was decided is over."""


HARD_CODES = frozenset(
    ("account_closed", "account_blocked", "mandate_revoked", "no_such_account", "payer_deceased", "payer_refused")
)
"""Declines that a second try cannot change, whatever else the provider says."""
ENDS_MANDATE = frozenset(("account_closed", "mandate_revoked", "no_such_account", "payer_deceased"))
"""Declines after which the mandate itself is worth nothing."""


def is_hard(code: str, told: bool) -> bool:
    """Whether a decline is final: by its code, or because the provider said so."""
    return told or code in HARD_CODES


class KnownMandate(Model):
    """A mandate that has not ended, as far as a decision needs it."""

    id: str
    signed_on: date
    valid_from: date
    valid_until: date | None = None
    """The last day."""
    most: Money | None = None
    """The most that one debit may take; None: the mandate sets no limit."""

    def runs_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def allows(self, amount: Money) -> bool:
        return self.most is None or amount <= self.most


class KnownDebit(Model):
    """A debit of the account as the ledger has it."""

    key: str
    plan: str
    """Key of the plan that it is for."""
    version: int
    due_on: date
    on: date
    """The local day on which it was asked for."""
    attempt: int = 1
    amount: Money
    mandate: str
    state: DebitState
    hard: bool = False
    """With a declined one: no other will go through."""
    arrived: bool = False
    """With a collected one: whether its payment is in the ledger, taken back since or not."""


class Debit(Model):
    """Debit one instalment, on this local day and on no other."""

    kind: Literal["debit"] = "debit"
    key: str
    case_id: str
    account_id: str
    as_of: AwareDatetime
    plan: str
    version: int
    due_on: date
    attempt: int
    amount: Money
    mandate: str
    on: date

    @property
    def summary(self) -> str:
        """One line for the Web UI."""
        return f"Debit {self.amount} due on {self.due_on}"


class DebitResult(Model):
    """What became of a debit; None: it was collected or waits for its answer, and the ledger will tell."""

    state: DebitState | None = None
