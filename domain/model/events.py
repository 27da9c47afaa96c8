"""Events: what arrives at a case. Those with an ``id`` ask, and get an answer."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from domain.model.adjustments import AdjustmentState
from domain.model.base import Model
from domain.model.blocker import Blocker
from domain.model.complaints import ComplaintRequest
from domain.model.debits import DebitState
from domain.model.disputes import ResolveDispute
from domain.model.hardship import HardshipRequest
from domain.model.names import MessageId
from domain.model.negotiation import NegotiationRequest, Offered
from domain.model.permits import PermitGiven, ReportContact, RequestContact, ReturnPermit
from domain.model.plan_requests import PlanRequest
from domain.model.promise import MakePromise
from domain.model.re_age import AskReAge


class Opened(Model):
    """The case begins."""

    kind: Literal["opened"] = "opened"


class Woken(Model):
    """The instant came that the case asked to be woken at."""

    kind: Literal["woken"] = "woken"


class LedgerChanged(Model):
    """Doorbell: something about this account or its person changed; the truth is in the ledger."""

    kind: Literal["ledger_changed"] = "ledger_changed"


class CancelRequested(Model):
    """An operator cancelled the workflow."""

    kind: Literal["cancel_requested"] = "cancel_requested"


class Quarantined(Model):
    """A message that could not be read: kept by name and reason, never by content."""

    kind: Literal["quarantined"] = "quarantined"
    name: str = Field(max_length=80)
    reason: str = Field(max_length=160)


class HoldReason(StrEnum):
    """Why contact waits."""

    OPERATOR = "operator"
    """An operator's hold: no notice leaves; days go on counting."""
    PAUSE = "pause"
    """A hardship pause: no notice leaves, and treatment days stand still."""
    LEFT_OUT = "left_out"
    """The named obligations are left out of what the ladder treats; the rest goes on."""
    TRACE = "trace"
    """A payment is looked for that the customer says was made: no notice leaves; days go on counting."""


class Hold(Model):
    """Ask to hold collection contact of this case."""

    kind: Literal["hold"] = "hold"
    id: MessageId
    reason: HoldReason = HoldReason.OPERATOR
    starts_on: date | None = None
    """First day; None: today. May lie in the past (a backdated pause)."""
    ends_on: date | None = None
    """The day on which contact may go on again; None: until released."""
    obligations_due_on: tuple[date, ...] = Field(default=(), max_length=12)
    """With ``left_out``: due dates of the obligations."""


class Release(Model):
    """Ask to release a hold, named by the id of the message that set it."""

    kind: Literal["release"] = "release"
    id: MessageId
    hold_id: MessageId
    found: bool | None = None
    """With a trace: whether the payment was found."""


class WithdrawReason(StrEnum):
    """Why a case ends without cure."""

    OPENED_IN_ERROR = "opened_in_error"
    """The account should not have had a case."""
    CANCELLED = "cancelled"
    """An operator cancelled the workflow."""


class Withdraw(Model):
    """Ask to end the case because it should not go on."""

    kind: Literal["withdraw"] = "withdraw"
    id: MessageId
    reason: WithdrawReason = WithdrawReason.OPENED_IN_ERROR


class NoticeNotSent(Model):
    """A notice did not leave, or nobody knows whether it did: what the case must know to go on."""

    kind: Literal["notice_not_sent"] = "notice_not_sent"
    key: str
    step: str
    blocker: Blocker
    retry_at: AwareDatetime | None = None
    """With a deferral: the next instant at which the same notice is allowed."""


class AdjustmentAnswered(Model):
    """The card system answered, or nobody knows whether it did: the ledger has what is known."""

    kind: Literal["adjustment_answered"] = "adjustment_answered"
    key: str
    states: tuple[AdjustmentState, ...] = ()
    """In the order in which it was asked; none: it is not known whether it has heard."""


class DebitAnswered(Model):
    """A debit was not collected, or nobody knows: the ledger has what is known."""

    kind: Literal["debit_answered"] = "debit_answered"
    key: str
    state: DebitState | None = None
    """None: it is not known whether the provider was asked."""


class BureauUnheard(Model):
    """Nobody knows whether a credit bureau has what it was to be told: the ledger has what is known."""

    kind: Literal["bureau_unheard"] = "bureau_unheard"
    key: str


Request = (
    Hold
    | Release
    | Withdraw
    | MakePromise
    | RequestContact
    | ReportContact
    | ReturnPermit
    | ComplaintRequest
    | NegotiationRequest
    | PlanRequest
    | AskReAge
    | ResolveDispute
    | HardshipRequest
)
"""The events that ask, and are answered."""
Event = Annotated[
    Opened
    | Woken
    | LedgerChanged
    | CancelRequested
    | Quarantined
    | NoticeNotSent
    | AdjustmentAnswered
    | DebitAnswered
    | BureauUnheard
    | Request,
    Field(discriminator="kind"),
]


class Answer(Model):
    """What a request came to: accepted, or refused with the reason in one sentence."""

    id: MessageId
    accepted: bool
    text: str
    asked: str = ""
    """Digest of what the answer is for; empty in answers that were given before there was one."""
    permit: PermitGiven | None = None
    """With a contact that is allowed."""
    refused_by: tuple[str, ...] = ()
    """With a contact that is refused: every rule that refuses, and the stops."""
    allowed_at: AwareDatetime | None = None
    """With a contact that only the clock refuses: the first instant at which the same one is allowed."""
    offered: Offered | None = None
    """With a proposal: what the bank says to it."""
