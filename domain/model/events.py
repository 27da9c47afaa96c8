"""Events: what arrives at a case. Those with an ``id`` ask, and get an answer."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from domain.model.base import Model

MessageId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}$")]
"""Chosen by the caller; the same request twice has one effect and the same answer, another one is refused."""


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


class Blocker(StrEnum):
    """What kept a message from leaving."""

    PAID = "paid"
    """Money arrived: what the message would say is no longer so."""
    HELD = "held"
    """A hold lies on the case."""
    CLOSED = "closed"
    """The case is closed."""
    CONTACT_WINDOW = "contact_window"
    """A rule of contact forbids it now, and the clock alone lifts that: hours, caps, cool-downs."""
    BARRED = "barred"
    """A rule of contact forbids it until something happens: an opt-out, a hold on the person, a missing notice."""
    STOPPED = "stopped"
    """An emergency stop closes it."""
    STALE = "stale"
    """The ledger's feed is older than the strategy allows: what the message says may no longer be so."""
    WORDING = "wording"
    """There is no text that may leave: a template is missing, or its text was refused."""
    NO_CONTACT_POINT = "no_contact_point"
    """The person has no address for this channel."""
    PROVIDER = "provider"
    """The channel refused the message for good."""
    NO_ANSWER = "no_answer"
    """The provider cannot say whether it has the message."""


class NoticeNotSent(Model):
    """A notice did not leave, or nobody knows whether it did: what the case must know to go on."""

    kind: Literal["notice_not_sent"] = "notice_not_sent"
    key: str
    step: str
    blocker: Blocker
    retry_at: AwareDatetime | None = None
    """With a deferral: the next instant at which the same notice is allowed."""


Event = Annotated[
    Opened | Woken | LedgerChanged | CancelRequested | Quarantined | Hold | Release | Withdraw | NoticeNotSent,
    Field(discriminator="kind"),
]
Request = Hold | Release | Withdraw
"""The events that ask, and are answered."""


class Answer(Model):
    """What a request came to: accepted, or refused with the reason in one sentence."""

    id: MessageId
    accepted: bool
    text: str
    asked: str = ""
    """Digest of what the answer is for; empty in answers that were given before there was one."""
