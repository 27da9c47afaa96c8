"""Facts: what the ledger says, read as of one instant, and all that a decision may know."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime, Field

from domain.model.base import Model
from domain.model.contact import Record
from domain.model.money import CurrencyCode, Money
from domain.model.rules import Rules
from domain.model.strategy import Channel, Strategy


class MeetingOrigin(StrEnum):
    """Who says that an obligation is met."""

    BANK_STATUS = "bank_status"
    """The bank's own repayment status, as imported."""
    ALLOCATION = "allocation"
    """A payment posted to this ledger, allocated to the oldest obligation first."""


class Obligation(Model):
    """A statement's minimum payment that is not wholly met: what remains of it, and when it fell due."""

    due_on: date
    minimum: Money
    unmet: Money


class Pause(Model):
    """Days that do not count as treatment days: from ``starts_on`` until ``ends_on`` (None: still running)."""

    starts_on: date
    ends_on: date | None = None


class Arrears(Model):
    """What is past due on one day. Nothing shortens ``days_past_due``; ``treatment_days`` leave pauses out."""

    oldest_due_on: date
    past_due: Money
    days_past_due: int = Field(ge=0)
    treatment_days: int = Field(ge=0)
    bucket: str | None


class MessageState(StrEnum):
    """How far a message came."""

    SENDING = "sending"
    """The intent is stored; whether the provider has it is not known yet."""
    SENT = "sent"
    """The provider took it and the receipt is stored."""
    REFUSED = "refused"
    """Not sent: a rule or a fact forbade it at the moment of sending."""
    FAILED = "failed"
    """Not sent: the provider refused it for good."""
    UNKNOWN = "unknown"
    """The provider cannot say; a person decides, nothing is sent again."""


class Notice(Model):
    """A message of the ladder that was tried in this episode: one attempt at one step."""

    key: str
    step: str
    attempt: int = Field(ge=1)
    channel: Channel
    state: MessageState
    on: date
    """The local day of the intent."""


class Account(Model):
    """The account that a case is about; codes only, no personal data."""

    account_id: str
    currency: CurrencyCode
    zone: str
    """IANA name of the zone in which the account's business days are counted."""


class World(Model):
    """What the ledger already knows of days to come."""

    next_change_on: date | None = None
    """The next day on which an entry has its value, or an obligation is met or falls past due."""
    next_known_at: AwareDatetime | None = None
    """When the next fact of today or before is recorded that this read did not see: its writer's clock is ahead."""
    ends_on: date | None = None
    """In virtual time: the last day that the history tells of."""


class Facts(Model):
    """Everything that ``decide`` may know besides the case and the events."""

    as_of: AwareDatetime
    account: Account
    balance: Money
    obligations: tuple[Obligation, ...] = ()
    """The unmet ones that fell due before the local day of ``as_of``, oldest first."""
    last_met_by_payment: bool = True
    """False when the obligation met last was cleared by the bank's status in a month without a payment."""
    notices: tuple[Notice, ...] = ()
    """Those tried in this episode, oldest first."""
    answered: dict[str, str] = Field(default_factory=dict)
    """Messages of this inbox that had their answer long ago: message id → answer as JSON."""
    strategy: Strategy
    rules: Rules
    world: World = World()
    record: Record = Record()
    """What is on record about the person: what the gate may know."""
